"""What is stored beside the documents of a case or a plan, against what would be written if it were new.

The rows are those of the writing itself: what a table is to hold is said there, and nowhere else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Column, Table, select

from reclamation_core.adapters.sqlalchemy import case_writing, plan_writing
from reclamation_core.adapters.sqlalchemy.case_rows import Row
from reclamation_core.adapters.sqlalchemy.case_writing import CaseChange
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.plan_writing import PlanChange
from reclamation_core.adapters.sqlalchemy.tables import (
    ACTION_CASES,
    ACTIONS,
    CASE_CAUSES,
    CASE_EVENTS,
    CASE_SITES,
    CASE_TEXTS,
    CASES,
    EDITION_LINES,
    EDITIONS,
    PLAN_EVENTS,
    PLAN_TEXTS,
    PLANS,
)
from reclamation_core.adapters.sqlalchemy.writing import Step, Writer
from reclamation_core.cases import Case
from reclamation_core.cases.documents import STATE_VERSION
from reclamation_core.cases.plans import Pgaac

_OF_CASES: Final = (CASES, CASE_EVENTS, CASE_SITES, CASE_CAUSES, CASE_TEXTS)
_OF_PLANS: Final = (PLANS, PLAN_EVENTS, ACTIONS, ACTION_CASES, EDITIONS, EDITION_LINES, PLAN_TEXTS)
_FOLDED: Final = (CASES, CASE_SITES, CASE_CAUSES)
"""What was written by the fold that made the state: another one may have told it otherwise."""

_ELSEWHERE: Final[Mapping[Table, frozenset[str]]] = {
    CASES: frozenset({"document", "fold"}),
    CASE_EVENTS: frozenset({"document", "link"}),
    PLAN_EVENTS: frozenset({"document"}),
    CASE_TEXTS: frozenset({"version", "place"}),
    PLAN_TEXTS: frozenset({"version", "place"}),
}
"""What is read and looked at for itself, or tells when something was written and not what."""


class _Rows(Writer):
    """Takes the rows that would be written."""

    def __init__(self) -> None:
        self.of: dict[Table, list[Row]] = defaultdict(list)

    def insert(self, table: Table, rows: Iterable[Row]) -> Iterator[Step]:
        self.of[table].extend(rows)
        return iter(())

    def update(self, table: Table, rows: Iterable[tuple[int, Row]]) -> Iterator[Step]:  # noqa: ARG002  all is new
        return iter(())

    def delete(self, table: Table, rows: Iterable[Row]) -> Iterator[Step]:  # noqa: ARG002  likewise
        return iter(())


def astray_of_case(database: Database, case: Case) -> tuple[str, ...]:
    """The tables and columns that tell a case otherwise than it is; none where it was changed meanwhile."""
    fold = _fold_of(database, case)
    told = _Rows()
    tuple(case_writing.steps(told, [CaseChange(None, case)]))
    told.of[CASES][0]["link"] = _last_link(database, case)  # that of the text as written, which may be an older one
    tables = [table for table in _OF_CASES if fold == STATE_VERSION or table not in _FOLDED]
    found = _differences(database, tables, told.of, case.reference)
    return found if _fold_of(database, case) is not None else ()


def astray_of_plan(database: Database, plan: Pgaac) -> tuple[str, ...]:
    """The same of a plan."""
    told = _Rows()
    tuple(plan_writing.steps(told, [PlanChange(Pgaac(scope=plan.scope), plan)]))
    found = _differences(database, _OF_PLANS, told.of, plan.scope.key)
    is_as_before = select(PLANS.c.scope).where(PLANS.c.scope == plan.scope.key, PLANS.c.version == plan.version)
    return found if database.rows(is_as_before) else ()


def _fold_of(database: Database, case: Case) -> int | None:
    """The version of the fold of a case; None where it is not at that version of its story."""
    asked = select(CASES.c.fold).where(CASES.c.reference == case.reference, CASES.c.version == case.version)
    return next((row.fold for row in database.rows(asked)), None)


def _last_link(database: Database, case: Case) -> str | None:
    mine = (CASE_EVENTS.c.case_reference == case.reference, CASE_EVENTS.c.number == case.version)
    return next((row.link for row in database.rows(select(CASE_EVENTS.c.link).where(*mine))), None)


def _differences(
    database: Database, tables: Iterable[Table], told: Mapping[Table, list[Row]], key: str
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for table in tables:
        owner, *_ = table.primary_key.columns
        stored = database.rows(select(table).where(owner == key))
        found |= dict.fromkeys(_compared(table, told[table], [dict(row._mapping) for row in stored]))  # noqa: SLF001
    return tuple(found)


def _compared(table: Table, told: list[Row], stored: list[Row]) -> Iterator[str]:
    """The table where rows are too many or missing, then its columns that differ."""
    keys: list[Column[Any]] = list(table.primary_key.columns)
    expected, found = ({tuple(row[key.name] for key in keys): row for row in rows} for rows in (told, stored))
    if expected.keys() != found.keys():
        yield table.name
    looked_at = [column.name for column in table.columns if column.name not in _ELSEWHERE.get(table, frozenset())]
    for key in expected.keys() & found.keys():
        for name in looked_at:
            if name in expected[key] and expected[key][name] != found[key][name]:
                yield f"{table.name}.{name}"
