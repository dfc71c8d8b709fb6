"""Verifying names the case and the table that was altered, and nothing else."""

import shutil
import sqlite3
from contextlib import closing
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Column, Date, Integer, Table

from reclamation_core.adapters import SqlAlchemyStore, rebuild_projections
from reclamation_core.adapters.sqlalchemy.consistency import event_type_of
from reclamation_core.adapters.sqlalchemy.summaries import JOB_DAYS
from reclamation_core.adapters.sqlalchemy.tables import (
    CASE_EVENTS,
    CASE_TEXTS,
    CASES,
    DOCUMENT_DELETIONS,
    EPOCHS,
    EXPORT_ACTORS,
    EXPORTS,
    FEED_LOCK,
    JOBS,
    LOG,
    LOG_CHECKPOINTS,
    METADATA,
    OPTIMISTIC_LOCKS,
    PLAN_EVENTS,
    PLAN_TEXTS,
    PLANS,
    SERIES,
    SITES,
    Instant,
)
from reclamation_core.cases.journal import AnomalyKind
from reclamation_core.desk import Desk, Discrepancy
from reclamation_core.plans import PlanScope
from reclamation_core.ports import CaseQuery, CheckpointRecord, ExportKind, ExportRecord, JobState, StoreDamagedError
from reclamation_core.testing.contracts.samples import a_case, an_edition_with_facts, desk_on, insert, renamed
from reclamation_core.vocabulary import Level
from tests.approvals import approve_errors
from tests.inside import store_of
from tests.unit.adapters.sqlalchemy.asking import rows, run, unguarded
from tests.unit.desk import factories

_OF_NO_AGGREGATE: Final = {
    SERIES,
    FEED_LOCK,
    OPTIMISTIC_LOCKS,
    EPOCHS,
    JOBS,
    EXPORTS,
    EXPORT_ACTORS,
    DOCUMENT_DELETIONS,
    LOG,
    LOG_CHECKPOINTS,
    SITES,
}
_ORDER_OF_WRITING: Final = {"position", "place", "version", "state_version"}
"""Columns that say when and by which STATE_VERSION a row was written."""

CASE: Final = "R-2026-000001"
_VERSIONS: Final = {f"{CASES.name}.version", f"{PLANS.name}.version"}


def altered() -> list[Any]:
    """Every column whose value follows from the events."""
    return [
        pytest.param(table, column, id=f"{table.name}.{column.name}")
        for table in METADATA.sorted_tables
        for column in table.columns
        if table not in _OF_NO_AGGREGATE
        and column not in JOB_DAYS.values()
        and (column.name not in _ORDER_OF_WRITING or f"{table.name}.{column.name}" in _VERSIONS)
    ]


def fill(store: SqlAlchemyStore) -> Desk:
    """Write a case, a plan, a job, an epoch and an export with a row in every table, and another case."""
    run(store, f"INSERT INTO {EPOCHS} VALUES (1, 'restored', '2026-01-01 00:00:00.000000', 0)")
    run(store, f"INSERT INTO {SITES} VALUES ('CRE', 'Créteil', 'Île-de-France')")
    store.jobs.save("feed:copy", JobState(position=1))
    assert store.document_keys is not None
    assert store.document_keys.discard(f"register/{'0' * 32}")
    store.exports.add(
        ExportRecord(kind=ExportKind.CASE, subject=CASE, sha256="0" * 64, exported_at=factories.at(1), actor="Mme Roux")
    )
    desk = desk_on(store, an_edition_with_facts())
    case = factories.analysed(desk, "organisation", site="CRE", service_sites=("STR",), complainant="Mme Durand")
    desk.correct(case.reference, reason="erreur de saisie", own={"number": 7.5, "day": date(2026, 5, 4)})
    desk.plan(case.reference, factories.sheet(level=None))
    plan = desk.pgaac(PlanScope.site("CRE"))
    factories.judged(plan)
    plan.publish()
    factories.closed(desk, source="mail-1", complainant="M. Petit")
    store.log.extend()
    store.log.save(CheckpointRecord(size=1, note="1", taken_at=factories.at(2)))
    return desk


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("consistency") / "reclamations.db"
    store = SqlAlchemyStore.open(f"sqlite:///{path}")
    fill(store)
    store.close()
    return path


def another_value(column: Column[Any]) -> str:
    """Return SQL for another value of the same type."""
    name = column.name
    if isinstance(column.type, Date):
        return f"coalesce(date({name}, '+1 day'), '2026-01-01')"
    if isinstance(column.type, Instant):
        return f"coalesce(strftime('%Y-%m-%d %H:%M:%f000', {name}, '+1 day'), '2026-01-01 00:00:00.000000')"
    return f"coalesce({name}, 0) + 1" if isinstance(column.type, Integer) else f"coalesce({name}, '') || 'x'"


@pytest.mark.parametrize("table", dict.fromkeys(one.values[0] for one in altered()), ids=str)
def test_an_altered_column_is_found(table: Table, template: Path, tmp_path: Path) -> None:
    path = shutil.copy(template, tmp_path)
    last = f"WHERE rowid = (SELECT max(rowid) FROM {table.name})"
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as connection,
        Desk.open(f"sqlite:///{path}", sites=factories.SITES) as desk,
    ):
        for column in (one.values[1] for one in altered() if one.values[0] is table):
            ((rowid, before),) = connection.execute(f"SELECT rowid, {column.name} FROM {table.name} {last}")
            connection.execute(f"UPDATE {table.name} SET {column.name} = {another_value(column)} {last}")
            approve_errors(f"{table}: {next(desk.verify(), None) or desk.examine()}")
            connection.execute(f"UPDATE {table.name} SET {column.name} = ? WHERE rowid = ?", (before, rowid))
        assert [*desk.verify(), *desk.examine()] == []


@pytest.mark.parametrize(
    ("change", "reference"),
    [
        ("next_on = NULL", "R-2026-000003"),
        ("next_on = '2026-07-12'", "R-2026-000003"),
        ("next_on = 'tomorrow'", "R-2026-000003"),
        ("forget_on = NULL", "R-2026-000002"),
        ("forget_on = 7", "R-2026-000002"),
    ],
)
def test_a_case_that_jobs_see_too_late_is_found(change: str, reference: str, template: Path, tmp_path: Path) -> None:
    path = shutil.copy(template, tmp_path)
    clock = factories.FakeClock(factories.at(1, month=7))
    policy = an_edition_with_facts()
    with Desk.open(f"sqlite:///{path}", sites=factories.SITES, policy=policy, clock=clock) as desk:
        assert desk.register(factories.facts(factories.at(29)), site="CRE").reference == "R-2026-000003"
        desk.sweep()
        assert [*desk.verify()] == []
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f"UPDATE reclamation_cases SET {change} WHERE reference = '{reference}'")
        assert [*desk.verify()] == [Discrepancy(reference, "reclamation_cases")]


def test_a_row_with_an_unknown_code_is_left_out_of_lists_and_named(template: Path, tmp_path: Path) -> None:
    path = shutil.copy(template, tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE reclamation_cases SET nature = 'rant' WHERE reference = '{CASE}'")
    with Desk.open(f"sqlite:///{path}") as desk:
        page = desk.cases.summaries()
        assert ([one.reference for one in page.summaries], page.damaged) == (["R-2026-000002"], (CASE,))
        with store_of(desk).unit_of_work() as unit, pytest.raises(StoreDamagedError, match="rant"):
            unit.cases.group(CaseQuery(), 1)


def rebuilt() -> list[Any]:
    """The columns of each table that rebuild_projections writes: events, texts and keys apart."""
    streams = {CASE_EVENTS, PLAN_EVENTS, CASE_TEXTS, PLAN_TEXTS}
    keys = {CASES.c.link, PLANS.c.link, *(next(iter(table.primary_key.columns)) for table in METADATA.sorted_tables)}
    columns: dict[Table, list[Column[Any]]] = {}
    for table, column in (one.values for one in altered() if one.id not in _VERSIONS):
        if table not in streams and column not in keys:
            columns.setdefault(table, []).append(column)
    return [pytest.param(table, found, id=table.name) for table, found in columns.items()]


@pytest.mark.parametrize(("table", "columns"), rebuilt())
def test_columns_of_another_state_version_are_rebuilt(
    table: Table, columns: list[Column[Any]], template: Path, tmp_path: Path
) -> None:
    path = shutil.copy(template, tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for column in columns:
            connection.execute(f"UPDATE {table.name} SET {column.name} = {another_value(column)}")
        connection.execute(f"UPDATE {CASES.name} SET state_version = 0")
    # A case stores its STATE_VERSION; a plan is compared.
    assert rebuild_projections(f"sqlite:///{path}") in {2, 3}
    with Desk.open(f"sqlite:///{path}", sites=factories.SITES) as desk:
        assert [*desk.verify(), *desk.examine()] == []
    assert rebuild_projections(f"sqlite:///{path}") == 0


@pytest.fixture
def desk(store: SqlAlchemyStore) -> Desk:
    return fill(store)


def test_an_unaltered_store_is_consistent(desk: Desk) -> None:
    desk.reroute("R-2026-000001", handling_unit="STR", level=Level.NATIONAL, reason="la presse en parle")
    desk.anonymise("R-2026-000002")
    assert [*desk.verify(), *desk.examine()] == []


def test_an_altered_projection_is_named_by_its_table(store: SqlAlchemyStore, desk: Desk) -> None:
    run(store, "UPDATE reclamation_cases SET level = 'national', due_on = NULL WHERE reference = 'R-2026-000001'")
    run(store, "DELETE FROM reclamation_case_sites WHERE case_reference = 'R-2026-000001' AND part = 'service'")
    run(store, "UPDATE reclamation_case_search SET words = 'x' WHERE words LIKE '%durand%'")
    run(store, "UPDATE reclamation_actions SET status = 'to_do'")
    assert list(desk.verify()) == [
        *(
            Discrepancy("R-2026-000001", name)
            for name in ("reclamation_cases", "reclamation_case_sites", "reclamation_case_search")
        ),
        Discrepancy("site:CRE", "reclamation_actions"),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        "state_version = 0, level = 'national', document = ''",
        "document = replace(document, '-01T', '-01U')",  # Python accepts any separator of an instant
    ],
)
def test_a_snapshot_of_another_version_or_form_is_named(changed: str, store: SqlAlchemyStore, desk: Desk) -> None:
    run(store, f"UPDATE reclamation_cases SET {changed} WHERE reference LIKE '%1'")
    assert list(desk.verify()) == [Discrepancy("R-2026-000001", "reclamation_cases")]


def test_a_case_changed_since_it_was_loaded_has_no_inconsistency(store: SqlAlchemyStore, desk: Desk) -> None:
    with store.unit_of_work() as unit:
        case, plan = unit.cases.get("R-2026-000001"), unit.plans.get("site:CRE")
    desk.contain(case.reference, measure="un remplaçant est venu")
    desk.pgaac(PlanScope.site("CRE")).publish()
    with store.unit_of_work() as unit:
        assert unit.cases.find_inconsistencies(case) == unit.plans.find_inconsistencies(plan) == ()


def test_a_corrupt_plan_is_found(store: SqlAlchemyStore, desk: Desk) -> None:
    run(store, "UPDATE reclamation_plan_events SET document = '{' WHERE number = 1")
    assert [(found.holder, found.field) for found in desk.verify()] == [("site:CRE", None)]


def test_a_history_without_events_is_found(store: SqlAlchemyStore, desk: Desk) -> None:
    run(store, f"DELETE FROM reclamation_case_events WHERE case_reference = '{CASE}'")
    assert [(one.holder, one.number, one.kind) for one in desk.examine()] == [(CASE, 1, AnomalyKind.CUT)]


def test_every_table_has_a_row_to_alter(store: SqlAlchemyStore) -> None:
    fill(store)
    counts = {table.name: rows(store, f"SELECT count(*) FROM {table.name}")[0][0] for table in METADATA.sorted_tables}
    assert [name for name, count in counts.items() if count == 0] == []


def test_a_deleted_plan_with_events_is_found(store: SqlAlchemyStore, desk: Desk) -> None:
    unguarded(store, "DELETE FROM reclamation_plans")
    (found,) = desk.verify()
    assert (found.holder, found.field) == ("site:CRE", None)
    assert found.damage is not None
    assert found.damage.en == "it has events, but is missing itself"


@pytest.mark.parametrize("last", ["0", "1", "-7"])
def test_a_sequence_behind_the_references_is_found(store: SqlAlchemyStore, last: str, desk: Desk) -> None:
    insert(store, renamed(a_case(), "R-of-the-host"), renamed(a_case(), "SAV-000123"))
    assert list(desk.verify()) == []
    run(store, f"UPDATE reclamation_series SET last_number = {last}")
    assert list(desk.verify()) == [Discrepancy("R-2026", "reclamation_series")]
    run(store, "DELETE FROM reclamation_series")
    assert list(desk.verify()) == [Discrepancy("R-2026", "reclamation_series")]
    assert [factories.registered(desk).reference, *desk.verify()] == ["R-2026-000003"]


def fill_with_texts(store: SqlAlchemyStore) -> Desk:
    """Write a case and a plan that have several events with texts."""
    desk = desk_on(store)
    desk.plan(factories.analysed(desk, complainant="Mme Durand").reference, factories.sheet())
    factories.judged(desk.pgaac(PlanScope.site("CRE")))
    desk.feed()
    return desk


@pytest.fixture(scope="module")
def template_with_texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("texts") / "reclamations.db"
    with closing(SqlAlchemyStore.open(f"sqlite:///{path}")) as store:
        fill_with_texts(store)
    return path


def test_events_out_of_order_in_the_feed_are_found(store: SqlAlchemyStore) -> None:
    desk = fill_with_texts(store)
    run(store, "UPDATE reclamation_case_events SET position = 1000 + position WHERE number = 1")
    assert list(desk.verify()) == [Discrepancy(CASE, "reclamation_case_events")]


def test_events_without_a_position_out_of_order_are_found(on_postgresql: SqlAlchemyStore) -> None:
    desk = fill_with_texts(on_postgresql)
    desk.contain(CASE, measure="un remplaçant est venu")
    desk.contain(CASE, measure="un autre aussi")
    assert list(desk.verify()) == []
    last = "SELECT max(number) FROM reclamation_case_events"
    far = f"UPDATE reclamation_case_events SET position = -1000000000 - number WHERE number = ({last}) - 1"
    run(on_postgresql, far)
    assert list(desk.verify()) == [Discrepancy(CASE, "reclamation_case_events")]


def test_a_text_that_a_later_event_holds_again_is_consistent(store: SqlAlchemyStore) -> None:
    desk = fill_with_texts(store)
    living = desk.pgaac("CRE")
    living.add(factories.sheet("A-2"))
    living.amend("A-2", what="tenir deux viviers")
    living.amend("A-2", owner="Mme Roux")
    desk.plan(factories.analysed(desk).reference, "A-2")
    assert list(desk.verify()) == []


ALTERED: Final = {
    "UPDATE reclamation_case_texts SET version = 1": (CASE, "reclamation_case_texts"),
    "UPDATE reclamation_case_texts SET version = 99": (CASE, "reclamation_case_texts"),
    "UPDATE reclamation_case_texts SET place = 0": (CASE, "reclamation_case_texts"),
    "UPDATE reclamation_plan_texts SET version = 1": ("site:CRE", "reclamation_plan_texts"),
    "UPDATE reclamation_plan_texts SET place = 0": ("site:CRE", "reclamation_plan_texts"),
}


@pytest.mark.parametrize(("change", "found"), ALTERED.items(), ids=ALTERED)
def test_texts_out_of_order_are_found(store: SqlAlchemyStore, change: str, found: tuple[str, str]) -> None:
    desk = fill_with_texts(store)
    run(store, change)
    assert list(desk.verify()) == [Discrepancy(*found)]


ODD_VALUES: Final = ("'abc'", "''", "X'FF'", "CAST(X'FF' AS TEXT)", "20260101.5")
ODD_COLUMNS: Final = {
    "case_events.position": "case_reference = 'R-2026-000001' AND number = 1",
    "case_texts.version": "case_reference = 'R-2026-000001'",
    "case_texts.place": "case_reference = 'R-2026-000001'",
    "cases.received_at": "reference = 'R-2026-000001'",
    "cases.received_on": "reference = 'R-2026-000001'",
    "cases.level_rank": "reference = 'R-2026-000001'",
    "case_events.recorded_at": "case_reference = 'R-2026-000001'",
    "plan_events.occurred_at": "number = 1",
    "actions.planned_on": "1 = 1",
    "actions.added_at": "1 = 1",
}
QUICK: Final = {"case_texts.version", "actions.added_at"}
"""A number and an instant, with every value; the other columns have one quick value each."""


@pytest.mark.parametrize(
    ("column", "value"),
    [
        pytest.param(*pair, marks=() if pair[0] in QUICK or pair[1] == ODD_VALUES[3] else pytest.mark.slow)
        for pair in product(ODD_COLUMNS, ODD_VALUES)
    ],
)
def test_a_column_of_another_type_is_named_and_verifying_goes_on(
    column: str, value: str, template_with_texts: Path, tmp_path: Path
) -> None:
    store = SqlAlchemyStore.open(f"sqlite:///{shutil.copy(template_with_texts, tmp_path)}")
    desk = desk_on(store)
    table, name = column.split(".")
    run(store, f"UPDATE reclamation_{table} SET {name} = {value} WHERE {ODD_COLUMNS[column]}")
    run(store, "UPDATE reclamation_actions SET process = 'x'")
    found = [one.field for one in desk.verify()]
    assert {f"reclamation_{table}", "reclamation_actions"} <= set(found)
    store.close()


def test_a_sequence_that_is_no_text_is_inconsistent(tmp_path: Path) -> None:
    with closing(SqlAlchemyStore.open(f"sqlite:///{tmp_path}/register.db")) as store:
        run(store, f"INSERT INTO {SERIES.name} VALUES ('R-2026', CAST(X'FF' AS TEXT))")
        assert store.sequences.find_inconsistencies("R-2026", 0) == (SERIES.name,)


@pytest.mark.parametrize("document", ["{", "[]", '{"data": 1}'])
def test_an_event_without_a_type_has_an_empty_type(document: str) -> None:
    assert event_type_of(document) == ""


def test_a_number_that_a_database_cannot_hold_is_compared_as_its_text(store: SqlAlchemyStore) -> None:
    desk = desk_on(store, an_edition_with_facts())
    desk.register(factories.facts(own={"integer": 10**308}), site="CRE")
    assert rows(store, "SELECT length(value), number FROM reclamation_case_facts") == [(309, None)]
    assert desk.cases.count(CaseQuery(own={"integer": 10**308})) == 1
    assert [*desk.verify(), *desk.examine()] == []
