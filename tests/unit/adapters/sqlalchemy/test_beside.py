"""Whatever column of a database is altered, verifying tells it, and nothing is told of what was not."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Column, Date, Integer, Table

from reclamation_core.adapters import SqlAlchemyStore, rebuild_projections
from reclamation_core.adapters.sqlalchemy.columns import Instant
from reclamation_core.adapters.sqlalchemy.tables import (
    CASE_EVENTS,
    CASE_TEXTS,
    CASES,
    FEED_LOCK,
    GUARDS,
    METADATA,
    PLAN_EVENTS,
    PLAN_TEXTS,
    PLANS,
    SERIES,
)
from reclamation_core.desk import Desk, Discrepancy
from reclamation_core.plans import PlanScope
from reclamation_core.testing.contracts.samples import a_case, desk_on, keep, renamed
from reclamation_core.vocabulary import Level
from tests.unit.adapters.sqlalchemy.asking import rows, run, unguarded
from tests.unit.desk import factories

_NOT_OF_ONE_HOLDER: Final = {SERIES, FEED_LOCK, GUARDS}
_WHEN_WRITTEN: Final = {"position", "place", "version", "fold"}
"""When an event or a text was written, and by which fold: nothing follows from it."""

_VERSIONS: Final = {f"{CASES.name}.version", f"{PLANS.name}.version"}


def altered() -> list[Any]:
    """Every column that something follows from."""
    return [
        pytest.param(table, column, id=f"{table.name}.{column.name}")
        for table in METADATA.sorted_tables
        for column in table.columns
        if table not in _NOT_OF_ONE_HOLDER
        and (column.name not in _WHEN_WRITTEN or f"{table.name}.{column.name}" in _VERSIONS)
    ]


def fill(store: SqlAlchemyStore) -> Desk:
    """A case and a plan that have a row in every table, and others beside them."""
    desk = desk_on(store)
    case = factories.analysed(desk, "organisation", site="CRE", service_sites=("STR",), complainant="Mme Durand")
    desk.plan(case.reference, factories.sheet(level=None))
    plan = desk.pgaac(PlanScope.site("CRE"))
    factories.judged(plan)
    plan.publish()
    factories.closed(desk, source="mail-1")
    return desk


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("beside") / "reclamations.db"
    store = SqlAlchemyStore.open(f"sqlite:///{path}")
    fill(store)
    store.close()
    return path


def otherwise(column: Column[Any]) -> str:
    """SQL for another value of the same type."""
    name = column.name
    if isinstance(column.type, Date):
        return f"coalesce(date({name}, '+1 day'), '2026-01-01')"
    if isinstance(column.type, Instant):
        return f"coalesce(strftime('%Y-%m-%d %H:%M:%f000', {name}, '+1 day'), '2026-01-01 00:00:00.000000')"
    return f"coalesce({name}, 0) + 1" if isinstance(column.type, Integer) else f"coalesce({name}, '') || 'x'"


@pytest.mark.parametrize(("table", "column"), altered())
def test_whatever_column_is_altered_is_told(table: Table, column: Column[Any], template: Path, tmp_path: Path) -> None:
    path = shutil.copy(template, tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        done = connection.execute(
            f"UPDATE {table.name} SET {column.name} = {otherwise(column)} "
            f"WHERE rowid = (SELECT max(rowid) FROM {table.name})"
        )
        assert done.rowcount == 1
    with Desk.open(f"sqlite:///{path}", sites=factories.SITES) as desk:
        assert [*desk.verify(), *desk.examine()] != []


def folded() -> list[Any]:
    """Every column that is written anew when a story is folded again: the stories, the texts and the keys apart."""
    stories = {CASE_EVENTS, PLAN_EVENTS, CASE_TEXTS, PLAN_TEXTS}
    keys = {CASES.c.link, PLANS.c.link, *(next(iter(table.primary_key.columns)) for table in METADATA.sorted_tables)}
    found = [one for one in altered() if one.values[0] not in stories and one.values[1] not in keys]
    return [
        *(one for one in found if one.id not in _VERSIONS),
        pytest.param(CASE_TEXTS, CASE_TEXTS.c.folded, id=f"{CASE_TEXTS.name}.folded"),
    ]


@pytest.mark.parametrize(("table", "column"), folded())
def test_what_another_version_wrote_otherwise_is_written_anew(
    table: Table, column: Column[Any], template: Path, tmp_path: Path
) -> None:
    path = shutil.copy(template, tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"UPDATE {table.name} SET {column.name} = {otherwise(column)}")
        connection.execute(f"UPDATE {CASES.name} SET fold = 0")

    # The cases are of another fold; a plan does not say so, and is looked at.
    assert rebuild_projections(f"sqlite:///{path}") in {2, 3}

    with Desk.open(f"sqlite:///{path}", sites=factories.SITES) as desk:
        assert [*desk.verify(), *desk.examine()] == []
    assert rebuild_projections(f"sqlite:///{path}") == 0


def test_nothing_is_told_of_what_nobody_altered(store: SqlAlchemyStore) -> None:
    desk = fill(store)
    desk.reroute("R-2026-000001", handling_unit="STR", level=Level.NATIONAL, reason="la presse en parle")
    desk.anonymise("R-2026-000002")

    assert [*desk.verify(), *desk.examine()] == []


def test_what_is_beside_a_case_or_a_plan_is_named_as_the_database_names_it(store: SqlAlchemyStore) -> None:
    desk = fill(store)
    run(store, "UPDATE reclamation_cases SET level = 'national', due_on = NULL WHERE reference = 'R-2026-000001'")
    run(store, "DELETE FROM reclamation_case_sites WHERE case_reference = 'R-2026-000001' AND part = 'service'")
    run(store, "UPDATE reclamation_case_texts SET folded = 'x' WHERE folded LIKE '%durand%'")
    run(store, "UPDATE reclamation_actions SET status = 'to_do'")

    assert list(desk.verify()) == [
        *(
            Discrepancy("R-2026-000001", name)
            for name in (
                "reclamation_cases.level",
                "reclamation_cases.due_on",
                "reclamation_case_sites",
                "reclamation_case_texts.folded",
            )
        ),
        Discrepancy("site:CRE", "reclamation_actions.status"),
    ]


def test_what_another_fold_wrote_is_told_with_what_this_one_would_tell_otherwise(store: SqlAlchemyStore) -> None:
    desk = fill(store)
    run(store, "UPDATE reclamation_cases SET fold = 0, level = 'national', document = '' WHERE reference LIKE '%1'")

    assert list(desk.verify()) == [
        Discrepancy("R-2026-000001", "reclamation_cases.level"),
        Discrepancy("R-2026-000001", "reclamation_cases.fold"),
    ]


def test_a_state_that_says_the_same_in_other_signs_is_told(store: SqlAlchemyStore) -> None:
    desk = fill(store)
    # Python reads an instant whatever stands between its day and its time.
    run(store, "UPDATE reclamation_cases SET document = replace(document, '-01T', '-01U') WHERE reference LIKE '%1'")

    assert list(desk.verify()) == [Discrepancy("R-2026-000001", "reclamation_cases.document")]


def test_what_was_changed_since_it_was_loaded_is_looked_at_another_time(store: SqlAlchemyStore) -> None:
    desk = fill(store)
    with store.unit_of_work() as unit:
        case, plan = unit.cases.get("R-2026-000001"), unit.plans.get("site:CRE")
    desk.contain(case.reference, measure="un remplaçant est venu")
    desk.pgaac(PlanScope.site("CRE")).publish()

    with store.unit_of_work() as unit:
        assert unit.cases.find_inconsistencies(case) == unit.plans.find_inconsistencies(plan) == ()


def test_a_plan_that_cannot_be_read_is_told(store: SqlAlchemyStore) -> None:
    desk = fill(store)
    run(store, "UPDATE reclamation_plan_events SET document = '{' WHERE number = 1")

    assert [(found.holder, found.field) for found in desk.verify()] == [("site:CRE", None)]


def test_every_table_of_a_holder_has_a_row_to_alter(store: SqlAlchemyStore) -> None:
    fill(store)

    counts = {table.name: rows(store, f"SELECT count(*) FROM {table.name}")[0][0] for table in METADATA.sorted_tables}
    assert [name for name, count in counts.items() if count == 0] == []


def test_a_plan_that_is_lost_with_its_events_left_is_told(store: SqlAlchemyStore) -> None:
    desk = fill(store)
    unguarded(store, "DELETE FROM reclamation_plans")

    (found,) = desk.verify()

    assert (found.holder, found.field) == ("site:CRE", None)
    assert found.damage is not None
    assert found.damage.en == "it has events, but is missing itself"


@pytest.mark.parametrize("last", ["0", "1", "-7"])
def test_a_series_that_is_behind_the_references_is_told(store: SqlAlchemyStore, last: str) -> None:
    desk = fill(store)
    keep(store, renamed(a_case(), "R-of-the-host"), renamed(a_case(), "SAV-000123"))
    assert list(desk.verify()) == []

    run(store, f"UPDATE reclamation_series SET last = {last}")
    assert list(desk.verify()) == [Discrepancy("R-2026", "reclamation_series.last")]

    run(store, "DELETE FROM reclamation_series")
    assert list(desk.verify()) == [Discrepancy("R-2026", "reclamation_series.last")]
    assert [factories.registered(desk).reference, *desk.verify()] == ["R-2026-000003"]
