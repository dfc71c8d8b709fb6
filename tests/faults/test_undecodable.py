"""Bytes that are no text, in one case or plan: named there, and everything else stays readable."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import ColumnElement

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.summaries import SUMMARY_COLUMNS
from reclamation_core.cases.columns import COLUMNS
from reclamation_core.cases.journal import AnomalyKind, Checkpoint
from reclamation_core.desk import Desk
from reclamation_core.ports import CaseQuery, StoreDamagedError
from reclamation_core.testing.contracts.samples import desk_on
from tests.databases import memory_store, sqlite_file
from tests.faults.test_damage import DAMAGED, three_cases
from tests.unit.adapters.sqlalchemy.asking import rows, run, unguarded
from tests.unit.desk import factories
from tests.unit.desk.factories import at

OTHERS: Final = ["R-2026-000001", "R-2026-000003"]
NO_TEXT: Final = {
    "a byte that is none of UTF-8": "CAST(X'7bff7d' AS TEXT)",
    "bytes": "X'ff00ff'",
    "half a sign": "CAST(X'C3' AS TEXT)",
}
PLACES: Final = {
    "the state": ("UPDATE reclamation_cases SET document = {} WHERE reference = :case", "state: no document"),
    "its link": ("UPDATE reclamation_cases SET link = {} WHERE reference = :case", "the link of its last event"),
    "an event": (
        "UPDATE reclamation_case_events SET document = {} WHERE case_reference = :case AND number = 1",
        "event 1: no document",
    ),
    "the texts": ("UPDATE reclamation_case_texts SET text = {} WHERE case_reference = :case", "a text"),
    "a salt": ("UPDATE reclamation_case_texts SET salt = {} WHERE case_reference = :case", "a text"),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlAlchemyStore]:
    store = SqlAlchemyStore.open(sqlite_file(tmp_path))
    yield store
    store.close()


def read(desk: Desk) -> list[str]:
    """The references of the cases that pages give, past what is damaged."""
    found: list[str] = []
    query: CaseQuery | None = CaseQuery(text="durand")
    while query is not None:
        try:
            page = desk.cases.find(query)
        except StoreDamagedError as error:
            query = CaseQuery(text="durand", after=error.holder)
        else:
            found += [case.reference for case in page.cases]
            query = None if page.next is None else CaseQuery(text="durand", after=page.next)
    return found


@pytest.mark.parametrize("bytes_", NO_TEXT.values(), ids=NO_TEXT)
@pytest.mark.parametrize(("spoil", "named"), PLACES.values(), ids=PLACES)
def test_what_is_no_text_is_named_by_case_and_place_and_the_others_are_read(
    store: SqlAlchemyStore, spoil: str, named: str, bytes_: str
) -> None:
    desk = three_cases(store)
    run(store, spoil.format(bytes_), case=DAMAGED)
    with pytest.raises(StoreDamagedError, match=f"case '{DAMAGED}': {named}") as refused:
        desk.cases.get(DAMAGED)
    assert refused.value.holder == DAMAGED
    assert read(desk) == OTHERS
    assert [desk.cases.get(reference).reference for reference in OTHERS] == OTHERS
    agenda = desk.agenda(at(1, month=12).date())  # it reads none of this: the case is listed with the others
    assert ([one.case for one in agenda.answers], agenda.damaged) == (sorted([*OTHERS, DAMAGED]), ())
    with pytest.raises(StoreDamagedError, match=DAMAGED):
        desk.personal_data_of("Durand")
    assert [found.holder for found in desk.verify()] == [DAMAGED]


_COLUMNS: Final = [column for column in SUMMARY_COLUMNS if column.name not in {"reference", "awaited_on"}]


@pytest.mark.parametrize("column", _COLUMNS, ids=lambda column: column.name)
def test_a_column_that_is_no_text_is_named_in_the_lists_and_the_others_are_listed(
    store: SqlAlchemyStore, column: ColumnElement[Any]
) -> None:
    desk = three_cases(store)
    is_text = COLUMNS[column.name].is_text
    table, key = ("case_search", "case_reference") if is_text else ("cases", "reference")
    run(store, f"UPDATE reclamation_{table} SET {column.name} = {NO_TEXT['bytes']} WHERE {key} = '{DAMAGED}'")
    agenda = desk.agenda(at(1, month=12).date())
    assert ([one.case for one in agenda.answers], agenda.damaged) == (OTHERS, (DAMAGED,))
    first = desk.cases.summaries(limit=1)
    second = desk.cases.summaries(limit=1, after=first.next)
    assert [one.reference for page in (first, second) for one in page.summaries] == OTHERS
    assert (first.damaged, second.damaged, second.next) == ((DAMAGED,), (DAMAGED,), None)
    assert [found.holder for found in desk.verify()] == [DAMAGED]


@pytest.mark.parametrize("facts", ["{", "7", '{"digest": null}', '{"digest": null, "facts": {"nature": "rant"}}'])
def test_facts_to_clarify_that_are_none_are_named_in_the_agenda(store: SqlAlchemyStore, facts: str) -> None:
    desk = three_cases(store)
    run(store, f"UPDATE reclamation_cases SET unclear_facts = :facts WHERE reference = '{DAMAGED}'", facts=facts)
    agenda = desk.agenda(at(1, month=12).date())
    assert ([one.case for one in agenda.answers], agenda.damaged) == (OTHERS, (DAMAGED,))


def test_an_event_that_is_no_text_is_told_in_the_feed_and_altered_in_the_journal(store: SqlAlchemyStore) -> None:
    desk = three_cases(store)
    run(store, PLACES["an event"][0].format(NO_TEXT["bytes"]), case=DAMAGED)
    assert [item.position for item in desk.feed()] == [1]
    with pytest.raises(StoreDamagedError, match=f"case '{DAMAGED}', event 1: no document") as refused:
        desk.feed(1)
    assert [item.position for item in desk.feed(refused.value.position or 0)] == [3, 4]
    assert [(one.holder, one.number, one.kind) for one in desk.examine()] == [(DAMAGED, 1, AnomalyKind.ALTERED)]


def test_a_link_that_is_no_text_can_be_told_in_a_checkpoint(store: SqlAlchemyStore) -> None:
    desk = three_cases(store)
    run(store, f"UPDATE reclamation_case_events SET link = {NO_TEXT['half a sign']} WHERE case_reference = '{DAMAGED}'")
    assert [(one.holder, one.kind) for one in desk.examine()] == [(DAMAGED, AnomalyKind.ALTERED)]
    taken = desk.checkpoint(b"0123456789abcdef")
    assert Checkpoint.from_document(taken.to_document()).is_sealed_with(b"0123456789abcdef")


def test_a_version_that_is_no_number_is_told(store: SqlAlchemyStore) -> None:
    desk = three_cases(store)
    run(store, f"UPDATE reclamation_cases SET version = 'abc' WHERE reference = '{DAMAGED}'")
    with pytest.raises(StoreDamagedError, match=f"case '{DAMAGED}': the history"):
        desk.cases.get(DAMAGED)
    assert [(one.holder, one.kind) for one in desk.examine()] == [(DAMAGED, AnomalyKind.MISPLACED)]


@pytest.mark.parametrize("bytes_", NO_TEXT.values(), ids=NO_TEXT)
@pytest.mark.parametrize(
    ("table", "column", "named"),
    [
        ("plan_events", "document", "event 1: "),
        ("plan_texts", "text", "a text"),
        ("plans", "link", "the link of its last event"),
    ],
)
def test_what_is_no_text_in_a_plan_is_named_and_keeps_nobody_from_the_cases(
    store: SqlAlchemyStore, table: str, column: str, named: str, bytes_: str
) -> None:
    desk = desk_on(store)
    case = desk.plan(factories.analysed(desk).reference, factories.sheet())
    run(store, f"UPDATE reclamation_{table} SET {column} = {bytes_}")
    with pytest.raises(StoreDamagedError, match=f"plan 'site:CRE': {named}"):
        desk.sweep(at(1, month=7))
    assert desk.cases.get(case.reference).alerts
    assert desk.agenda(at(1, month=12).date()).damaged == ("site:CRE",)
    assert [found.holder for found in desk.verify()] == ["site:CRE"]


@pytest.mark.parametrize(("day", "damaged"), [("7", ("site:CRE",)), ("CAST(X'FF' AS TEXT)", ()), ("'never'", ())])
def test_a_damaged_day_of_an_action_keeps_nobody_from_those_of_other_plans(
    store: SqlAlchemyStore, day: str, damaged: tuple[str, ...]
) -> None:
    desk = desk_on(store)
    for site in ("CRE", "STR"):
        case = factories.analysed(desk, site=site)
        desk.plan(case.reference, factories.sheet(planned=date(2026, 6, 14)))
    run(store, f"UPDATE reclamation_actions SET planned_on = {day}, check_on = {day} WHERE scope = 'site:CRE'")
    worklist = desk.worklist(as_of=date(2026, 7, 1))
    assert [[one.plan.key for one in work.first] for work in worklist.actions] == [["site:STR"], ["site:STR"]]
    assert worklist.damaged == damaged  # SQLite finds a text that is no day after every day
    assert {found.holder for found in desk.verify()} == {"site:CRE"}


def test_a_name_that_is_no_text_is_damage_and_not_a_database_that_does_not_answer(store: SqlAlchemyStore) -> None:
    desk = three_cases(store)
    run(store, "INSERT INTO reclamation_plans VALUES (CAST(X'FF' AS TEXT), 'site', 0, 'CRE', 1, '')")
    with pytest.raises(StoreDamagedError, match="OperationalError"):
        desk.sweep(at(1, month=7))


@pytest.mark.parametrize("bytes_", NO_TEXT.values(), ids=NO_TEXT)
@pytest.mark.parametrize(
    "ask",
    [
        Desk.examine,
        lambda desk: list(desk.verify()),
        lambda desk: desk.cases.find(),
        lambda desk: desk.agenda(at(1, month=12).date()),
        lambda desk: desk.sweep(at(1, month=7)),
    ],
    ids=["examine", "verify", "find", "agenda", "sweep"],
)
def test_a_case_whose_name_is_no_text_is_damage_of_the_whole(
    store: SqlAlchemyStore, ask: Callable[[Desk], object], bytes_: str
) -> None:
    desk = three_cases(store)
    unguarded(store, f"UPDATE reclamation_cases SET reference = {bytes_} WHERE reference = '{DAMAGED}'")
    with pytest.raises(StoreDamagedError, match="what it holds cannot be read") as refused:
        ask(desk)
    assert refused.value.holder is None


@pytest.mark.parametrize("factory", [str, bytes, lambda stored: stored.decode("latin-1")], ids=["str", "bytes", "own"])
def test_it_is_named_on_the_connection_of_a_host_too(store: SqlAlchemyStore, tmp_path: Path, factory: Any) -> None:
    three_cases(store)
    run(store, PLACES["the texts"][0].format(NO_TEXT["half a sign"]), case=DAMAGED)
    with closing(sqlite3.connect(tmp_path / "reclamations.db")) as connection:
        connection.text_factory = factory
        desk = desk_on(SqlAlchemyStore.from_connection(connection))
        with pytest.raises(StoreDamagedError, match=f"case '{DAMAGED}': a text"):
            desk.cases.get(DAMAGED)
        assert read(desk) == OTHERS


def test_a_plan_whose_name_is_bytes_is_damage_of_the_whole(store: SqlAlchemyStore) -> None:
    desk = three_cases(store)
    run(store, f"INSERT INTO reclamation_plans VALUES ({NO_TEXT['bytes']}, 'site', 0, 'CRE', 1, '')")
    for ask in (lambda: desk.sweep(at(1, month=7)), lambda: list(desk.verify())):
        with pytest.raises(StoreDamagedError, match="a reference or a scope is no text"):
            ask()


@given(
    st.sampled_from([("cases", "document"), ("cases", "link"), ("case_events", "document"), ("case_texts", "text")]),
    st.integers(0, 10**6),
    st.integers(0, 7),
    st.sampled_from(["CAST(:flipped AS TEXT)", ":flipped"]),
)
def test_a_flipped_byte_leaves_the_others_readable(stored_in: tuple[str, str], place: int, bit: int, kind: str) -> None:
    store = memory_store()
    desk = three_cases(store)
    table, column = stored_in
    key = "reference" if table == "cases" else "case_reference"
    where = f"WHERE rowid = (SELECT max(rowid) FROM reclamation_{table} WHERE {key} = '{DAMAGED}')"
    ((stored,),) = rows(store, f"SELECT CAST({column} AS BLOB) FROM reclamation_{table} {where}")
    flipped = bytearray(stored)
    flipped[place % len(stored)] ^= 1 << bit
    run(store, f"UPDATE reclamation_{table} SET {column} = {kind} {where}", flipped=bytes(flipped))

    assert [reference for reference in read(desk) if reference != DAMAGED] == OTHERS
    assert {found.holder for found in desk.verify()} | {found.holder for found in desk.examine()} == {DAMAGED}
    store.close()
