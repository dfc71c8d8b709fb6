"""What is forgotten is nowhere in the database any more, and everything else is as it was."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect

from reclamation_core.adapters import Settings, SqlAlchemyStore
from reclamation_core.cases import AnswerDecision, Case, ClosingReason, SupportKind
from reclamation_core.desk import AsyncDesk, Desk
from reclamation_core.ports import CaseQuery, StoreFullError
from reclamation_core.vocabulary import Level, Role
from tests.databases import sqlite_file
from tests.hosts import HOSTS, sqlite_url
from tests.inside import database_of, engine_of
from tests.unit.adapters.sqlalchemy.asking import rows
from tests.unit.desk import factories

MARK = "Zéphyrine Quatrebarbes"
FOLDED = "quatrebarbes"
YEARS_LATER = datetime(2028, 1, 1, tzinfo=UTC)


def desk_on(store: SqlAlchemyStore, now: datetime | None = None) -> Desk:
    clock = factories.FakeClock(now or factories.at(1, month=7))
    return Desk(store, sites=factories.SITES, clock=clock, clock_limit=None).acting(MARK, Role.RQR)


def marked_case(desk: Desk) -> Case:
    """A case whose every text is the mark, from the registration to the closing."""
    case = desk.register(
        factories.facts(),
        site="CRE",
        source="m-1",
        complainant=MARK,
        verbatim=MARK,
        remedy_sought=MARK,
        occurred_at=factories.at(1),
    )
    desk.add_support(case.reference, kind=SupportKind.EMAIL, title=MARK)
    desk.contain(case.reference, measure=MARK)
    desk.qualify(
        case.reference,
        problem=MARK,
        requirement_reference=MARK,
        supported_by=MARK,
        experts=(MARK, MARK),
        risks={},
        likelihood=1,
        recurrences=0,
    )
    desk.reroute(case.reference, handling_unit="STD", reason=MARK)
    desk.analyse(case.reference, causes=("organisation",), report=MARK)
    desk.plan_nothing(case.reference, reason=MARK)
    desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text=MARK, remedies=MARK, recourse=True)
    return desk.close(case.reference, reason=ClosingReason.ANSWERED, comment=MARK)


def everything(store: SqlAlchemyStore) -> str:
    """All that the tables hold, as text."""
    names = {*inspect(engine_of(store)).get_table_names()} - {"reclamation_case_words"}  # its own tables have its rows
    return "\n".join(str(row) for name in names for row in rows(store, f'SELECT * FROM "{name}"'))


def counts(desk: Desk) -> dict[str, object]:
    asked = {f"level {level}": CaseQuery(levels={level}) for level in Level}
    asked |= {"site": CaseQuery(sites={"CRE"}), "theme": CaseQuery(cause_family="organisation"), "all": CaseQuery()}
    cases = desk.cases.find().cases
    told: dict[str, object] = {name: desk.cases.count(query) for name, query in asked.items()}
    return told | {
        "dates": [
            (case.received_at, case.closed_at, case.deadline, case.answer_cycles[-1].answered_at) for case in cases
        ],
        "plan": desk.pgaac("CRE").to_html(texts=True),
        "editions": desk.pgaac("CRE").published_plans,
    }


def test_forgotten_texts_are_in_no_table_and_counts_dates_and_plans_are_unchanged(store: SqlAlchemyStore) -> None:
    desk = desk_on(store)
    desk.plan(factories.analysed(desk).reference, factories.sheet())
    desk.pgaac("CRE").publish()
    case = marked_case(desk)
    checkpoint, before = desk.checkpoint(), counts(desk)
    assert MARK in everything(store)
    assert FOLDED in everything(store)

    (forgotten,) = desk_on(store, YEARS_LATER).forget_expired()

    # Who acted on the other case, and on the plan, is not forgotten with this one.
    left = [row for row in everything(store).splitlines() if case.reference in row]
    assert not [row for row in left if MARK in row or FOLDED in row]
    assert (counts(desk), desk.examine(checkpoint)) == (before, ())
    assert desk.cases.get(case.reference) == forgotten == Case.from_events(forgotten.events)
    assert desk.cases.count(CaseQuery(text=MARK)) == 0


def marks_in(folder: Path) -> list[str]:
    """The files that hold the mark."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if MARK.encode() in path.read_bytes() or FOLDED.encode() in path.read_bytes()
    )


FORGETTING: dict[str, Callable[[Desk, Case], object]] = {
    "anonymise": lambda desk, case: desk.anonymise(case.reference),
    "forget_expired": lambda desk, _: desk.forget_expired(YEARS_LATER),
}


@pytest.mark.parametrize("forget", FORGETTING.values(), ids=FORGETTING)
def test_no_file_holds_a_forgotten_text_while_another_desk_is_open(
    forget: Callable[[Desk, Case], object], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store, other = map(SqlAlchemyStore.open, [sqlite_file(tmp_path)] * 2)
    case = marked_case(desk_on(store).acting("M. Petit", Role.RQR))
    assert desk_on(other).cases.count() == 1
    assert marks_in(tmp_path) == ["reclamations.db-wal"]
    forget(desk_on(store, YEARS_LATER).acting("retention"), case)
    assert marks_in(tmp_path) == []
    assert caplog.records == []
    store.close()
    other.close()


def test_a_text_forgotten_on_a_plan_is_in_no_file(tmp_path: Path) -> None:
    store, other = map(SqlAlchemyStore.open, [sqlite_file(tmp_path)] * 2)
    desk = desk_on(store).acting("M. Petit", Role.RQR)
    desk.pgaac("CRE").add(factories.sheet(what=MARK))
    assert desk_on(other).cases.count() == 0
    desk.pgaac("CRE").forget("A-1")
    assert marks_in(tmp_path) == []
    store.close()
    other.close()


def test_a_concurrent_reader_of_the_log_is_logged_and_a_later_call_empties_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = SqlAlchemyStore.open(sqlite_file(tmp_path), Settings(wait=0.05))
    case = marked_case(desk_on(store).acting("M. Petit", Role.RQR))
    with closing(sqlite3.connect(tmp_path / "reclamations.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM reclamation_cases").fetchone()
        desk_on(store, YEARS_LATER).acting("retention").anonymise(case.reference)
        assert marks_in(tmp_path) == ["reclamations.db-wal"]

    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "texts that were forgotten may be left in its write-ahead log (it is being read or written)" in caplog.text
    assert desk_on(store, YEARS_LATER).acting("retention").forget_expired() == ()
    assert marks_in(tmp_path) == []
    store.close()


def test_what_the_database_refuses_then_is_logged_and_the_texts_are_forgotten(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqlAlchemyStore.open(sqlite_file(tmp_path))
    rows_of = database_of(store).rows

    def refuse(statement: Any, *given: Any) -> Any:
        if "wal_checkpoint" in str(statement):
            raise StoreFullError("x", "SQLITE_FULL")
        return rows_of(statement, *given)

    monkeypatch.setattr(database_of(store), "rows", refuse)
    assert not store.erase_traces()
    assert "(SQLITE_FULL)" in caplog.text
    store.close()


def test_the_log_of_a_host_is_left_to_the_host(tmp_path: Path) -> None:
    host = HOSTS["sqlite3"](tmp_path)
    assert not SqlAlchemyStore.from_connection(host.connection).erase_traces()
    host.close()


@pytest.mark.parametrize("kind", ["sqlite3", "psycopg"])
def test_a_text_leaves_the_search_in_the_transaction_of_its_erasure(kind: str, tmp_path: Path) -> None:
    host = HOSTS[kind](tmp_path)
    searched = "SELECT words FROM reclamation_case_search"
    host.begin()
    case = factories.closed(host.desk(), complainant=MARK)
    host.commit()
    assert [FOLDED in row[0] for row in host.say(searched)] == [True]

    host.begin()
    host.desk().anonymise(case.reference)
    assert not any(FOLDED in row[0] for row in host.say(searched))
    host.rollback()
    assert [FOLDED in row[0] for row in host.say(searched)] == [True]
    assert host.desk().cases.count(CaseQuery(text=MARK)) == 1
    host.rollback()

    host.begin()
    host.desk().anonymise(case.reference)
    host.commit()
    assert not any(FOLDED in row[0] for row in host.say(searched))
    assert host.desk().cases.count(CaseQuery(text=MARK)) == 0
    host.close()


def test_from_asyncio_no_file_holds_a_forgotten_text(tmp_path: Path) -> None:
    async def live() -> list[str]:
        url = sqlite_file(tmp_path)
        clock = factories.FakeClock(factories.at(1, month=7))
        async with (
            await AsyncDesk.open(url, sites=factories.SITES, clock=clock) as desk,
            await AsyncDesk.open(url) as other,
        ):
            case = await desk.register(factories.facts(), site="CRE", complainant=MARK)
            await desk.withdraw(case.reference)
            await desk.close(case.reference, reason=ClosingReason.WITHDRAWN)
            assert await other.cases.count() == 1
            await desk.anonymise(case.reference)
            return marks_in(tmp_path)

    assert asyncio.run(live()) == []


def test_postgresql_has_nothing_to_do(on_postgresql: SqlAlchemyStore) -> None:
    assert on_postgresql.erase_traces()


@pytest.mark.slow
@given(
    acts=st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from(["register", "read", "verbatim", "forget"])),
        min_size=1,
        max_size=6,
    )
)
def test_no_file_of_the_database_holds_an_erased_text(acts: list[tuple[int, str]]) -> None:
    with TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder))
        stores = [SqlAlchemyStore.open(url, Settings(durable=False)) for _ in range(2)]
        desks = [desk_on(store).acting("M. Petit", Role.RQR) for store in stores]
        for number, act in acts:
            desk = desks[number]
            if act == "register":
                case = desk.register(factories.facts(), site="CRE", complainant=MARK, verbatim=MARK * 200)
                desk.withdraw(case.reference)
                desk.close(case.reference, reason=ClosingReason.WITHDRAWN)
            elif act == "verbatim":
                factories.registered(desk, verbatim="x" * 5000)
            elif act == "read":
                desk.personal_data_of(MARK)
            else:
                desk_on(stores[number], YEARS_LATER).acting("retention").forget_expired()
                assert marks_in(Path(folder)) == []
        desk_on(stores[0], YEARS_LATER).acting("retention").forget_expired()
        assert marks_in(Path(folder)) == []
        for store in stores:
            store.close()
