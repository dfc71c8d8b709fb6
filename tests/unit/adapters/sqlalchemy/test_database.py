"""What is done again, and what is not."""

import asyncio
import logging
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from reclamation_core import ports
from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.plans.events import ActionProgressed
from reclamation_core.ports import CaseQuery
from reclamation_core.testing._plan_history import plan_after
from reclamation_core.testing.contracts.samples import a_case, a_plan, insert, load, save, signed, with_support
from tests.databases import memory_store
from tests.inside import database_of, engine_of
from tests.taps import lose, tapped
from tests.unit.adapters.sqlalchemy.asking import rows, run

END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'reclamation_core'"


def cut(store: SqlAlchemyStore) -> None:
    """End every connection of a store, from outside."""
    info = engine_of(store).url
    with psycopg.connect(host=info.query["host"], user=info.username, dbname=info.database) as outside:  # type: ignore[arg-type]
        outside.execute(f"{END} AND datname = current_database()")


def test_a_case_is_read_though_its_connection_was_lost(on_postgresql: SqlAlchemyStore) -> None:
    case = a_case(source="mail-1")
    insert(on_postgresql, case)
    with on_postgresql.unit_of_work() as unit, unit.reading():
        for _ in range(2):
            cut(on_postgresql)
            assert unit.cases.get(case.reference) == case
    cut(on_postgresql)
    assert len(on_postgresql.feed.read()) == 1
    cut(on_postgresql)
    assert on_postgresql.sequences.next("R-2026") == 1


def test_a_case_is_written_once_although_its_connection_was_lost(
    on_postgresql: SqlAlchemyStore, caplog: pytest.LogCaptureFixture
) -> None:
    with on_postgresql.unit_of_work() as unit:
        unit.cases.add(a_case(complainant="Mme Durand"))
        cut(on_postgresql)
        with caplog.at_level(logging.INFO, logger="reclamation_core"):
            unit.commit()
    assert len(on_postgresql.feed.read()) == 1
    assert "retry after" in caplog.text
    assert [record.__dict__["attempt"] for record in caplog.records] == [1]
    assert "Durand" not in caplog.text


def test_a_listener_on_an_engine_of_the_library_hears_every_statement(store: SqlAlchemyStore) -> None:
    insert(store, a_case(source="m"), a_plan())
    heard: list[str] = []
    event.listen(engine_of(store), "before_cursor_execute", lambda *event: heard.append(event[2].split()[0]))
    with store.unit_of_work() as unit:
        unit.cases.get("R-2026-000001")
        unit.cases.by_source("m")
        unit.plans.get("site:CRE")
        unit.cases.add(a_case(2))
        unit.commit()
    assert heard[:4] == [*["SELECT"] * 3, "BEGIN"]
    assert "INSERT" in heard[4:]


def test_a_listener_on_an_application_s_engine_receives_reads_and_writes(store: SqlAlchemyStore) -> None:
    heard: list[str] = []
    engine = create_engine(engine_of(store).url)
    event.listen(engine, "before_cursor_execute", lambda *told: heard.append(told[2].split()[0]))
    theirs = SqlAlchemyStore(engine)
    heard.clear()

    insert(theirs, a_case())
    kept_by_then = list(heard)
    heard.clear()
    load(theirs, "R-2026-000001")
    theirs.close()

    # The version of the schema is no statement of SQLAlchemy on SQLite; a server was asked for it at the opening.
    assert kept_by_then[kept_by_then.index("BEGIN") :] == ["BEGIN", *["INSERT"] * 5]
    assert heard == ["SELECT"]


def test_reads_of_a_block_share_a_connection_and_another_store_has_its_own(store: SqlAlchemyStore) -> None:
    insert(store, a_case())
    borrowed: list[object] = []
    event.listen(engine_of(store), "checkout", lambda *event: borrowed.append(event[0]))
    with closing(memory_store()) as own, own.unit_of_work() as other, store.unit_of_work() as unit, unit.reading():
        assert [unit.cases.count(CaseQuery()) for _ in range(2)] == [1, 1]
        assert other.cases.count(CaseQuery()) == 0
    assert len(borrowed) == 1


def test_no_cursor_is_left_open_after_a_statement_or_an_error(store: SqlAlchemyStore) -> None:
    """A result released later, with its exception, would block the next user of its connection."""
    case = a_case(source="m")
    with tapped(engine_of(store)) as cursors:
        insert(store, case)
        load(store, case.reference)
        first, second = store.unit_of_work(), store.unit_of_work()
        for unit in (first, second):
            unit.cases.save(with_support(unit.cases.get(case.reference)), 1)
        first.commit()
        with pytest.raises(ports.ConcurrentChangeError) as overtaken:
            second.commit()
        run(store, "ALTER TABLE reclamation_case_texts RENAME TO elsewhere")
        with pytest.raises(ports.StoreError) as refused:
            insert(store, a_case(2))
        with pytest.raises(ports.StoreError):
            load(store, case.reference)
        run(store, "ALTER TABLE elsewhere RENAME TO reclamation_case_texts")

    assert cursors
    assert all(cursor.is_closed for cursor in cursors)
    for error in (overtaken, refused):  # nothing of what the database quotes
        assert "reclamation_case" not in "".join(traceback.format_exception(error.value))


def test_what_is_no_name_is_the_name_of_nothing(store: SqlAlchemyStore) -> None:
    with store.unit_of_work() as unit, pytest.raises(ports.CaseNotFoundError):
        unit.cases.get(5)  # type: ignore[arg-type]


def test_a_missing_table_raises_a_store_error_with_the_code_of_the_driver(store: SqlAlchemyStore) -> None:
    run(store, "ALTER TABLE reclamation_case_texts RENAME TO elsewhere")
    try:
        with pytest.raises(ports.StoreError, match=r"SQLITE_ERROR|42P01"):
            load(store, "R-1")
    finally:
        run(store, "ALTER TABLE elsewhere RENAME TO reclamation_case_texts")


@contextmanager
def deaf(store: SqlAlchemyStore) -> Iterator[list[str]]:
    """The first commit succeeds, and its answer is lost with its connection; yield all statements."""
    said: list[str] = []

    def after(word: str, connection: Any) -> None:
        said.append(word)
        if said.count("COMMIT") == 1 and word == "COMMIT":
            lose(connection)

    with tapped(engine_of(store), after=after):
        yield said


def test_a_commit_whose_answer_was_lost_is_not_done_twice(store: SqlAlchemyStore) -> None:
    case, plan = a_case(), a_plan()
    with deaf(store):
        insert(store, case)
    with deaf(store):
        insert(store, plan)
    with deaf(store) as said:
        save(store, with_support(case), 1)
    assert said.count("COMMIT") == 2
    assert load(store, case.reference).version == 2
    assert len(store.feed.read()) == 2
    with store.unit_of_work() as unit:
        assert unit.plans.get("site:CRE") == plan


def failing(store: SqlAlchemyStore, state: str, times: int) -> list[int]:
    """Write what the database refuses a number of times; return the number of attempts."""
    tried: list[int] = []

    def work(connection: Connection, before: int) -> None:
        tried.append(before)
        connection.execute(text("SELECT 1"))
        if len(tried) <= times:
            raise DBAPIError("UPDATE", {}, psycopg.errors.lookup(state)("lost"))

    database_of(store).write(work)
    return tried


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_what_the_database_could_not_put_in_a_row_is_done_again(store: SqlAlchemyStore, state: str) -> None:
    assert failing(store, state, 2) == [0, 1, 2]


def test_so_it_is_from_asyncio() -> None:
    async def life() -> list[int]:
        store = await SqlAlchemyStore.open_async("sqlite://")
        tried = await store.run_async(lambda: failing(store, "40001", 2))
        await store.run_async(store.close)
        return tried

    assert asyncio.run(life()) == [0, 1, 2]


def test_it_is_done_again_a_few_times_and_never_what_would_be_refused_again(store: SqlAlchemyStore) -> None:
    with pytest.raises(ports.StoreBusyError, match="40001"):
        failing(store, "40001", 4)
    assert failing(store, "40001", 3) == [0, 1, 2, 3]
    with pytest.raises(ports.StoreError, match="23505"):
        failing(store, "23505", 1)


def test_a_stopped_server_raises_unreachable(on_postgresql: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    insert(on_postgresql, a_case())

    def refused(*_: object, **__: object) -> None:
        raise psycopg.OperationalError("connection refused")

    cut(on_postgresql)
    monkeypatch.setattr(psycopg, "connect", refused)
    monkeypatch.setattr(psycopg.Connection, "connect", refused)
    with pytest.raises(ports.StoreUnreachableError):
        load(on_postgresql, "R-2026-000001")


def test_endless_conflicts_of_one_version_raise_busy(store: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    case, plan = a_case(source="m"), a_plan()
    insert(store, case, plan)
    with store.unit_of_work() as unit:
        unit.cases.save(with_support(case), 1)
        unit.plans.save(plan_after(plan, signed()(ActionProgressed(action="A-1"))), 1)
        run(store, "UPDATE reclamation_cases SET version = 7")
        versions = {case.reference: 1, "site:CRE": 1, "m": case.reference}
        monkeypatch.setattr("reclamation_core.adapters.sqlalchemy.store._pairs", lambda *_: versions)
        with pytest.raises(ports.StoreBusyError, match="again and again"):
            unit.commit()
    assert rows(store, "SELECT count(*) FROM reclamation_case_events") == [(1,)]


def test_nothing_written_is_never_there_already(store: SqlAlchemyStore) -> None:
    from reclamation_core.adapters.sqlalchemy.store import is_committed

    with database_of(store).transaction() as connection:
        assert not is_committed(connection, {}, {})
