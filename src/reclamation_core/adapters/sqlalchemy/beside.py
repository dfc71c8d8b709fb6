"""What is stored beside the documents of a case or a plan, against what would be written if it were new.

The rows are those of the writing itself: what a table is to hold is said there, and nowhere else.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Column, Dialect, Table, select

from reclamation_core.adapters.sqlalchemy import case_writing, plan_writing
from reclamation_core.adapters.sqlalchemy.arrival import misplaced_events, misplaced_texts
from reclamation_core.adapters.sqlalchemy.case_rows import Row
from reclamation_core.adapters.sqlalchemy.case_writing import CaseChange
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.kept import as_kept, to_be_kept
from reclamation_core.adapters.sqlalchemy.plan_rows import PlanBase
from reclamation_core.adapters.sqlalchemy.plan_writing import PlanChange
from reclamation_core.adapters.sqlalchemy.steps import Step
from reclamation_core.adapters.sqlalchemy.stories import raw, shown
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
from reclamation_core.adapters.sqlalchemy.writing import Writer
from reclamation_core.cases import Case, Commitment
from reclamation_core.cases.documents import STATE_VERSION, read_state
from reclamation_core.cases.texts import commitments
from reclamation_core.plans import Pgaac

_OF_CASES: Final = (CASES, CASE_EVENTS, CASE_SITES, CASE_CAUSES, CASE_TEXTS)
_OF_PLANS: Final = (PLANS, PLAN_EVENTS, ACTIONS, ACTION_CASES, EDITIONS, EDITION_LINES, PLAN_TEXTS)
_FOLDED_OF_PLANS: Final = (PLANS, ACTIONS, ACTION_CASES, EDITIONS, EDITION_LINES)
_ELSEWHERE: Final[Mapping[Table, frozenset[str]]] = {
    CASES: frozenset({"document"}),
    CASE_EVENTS: frozenset({"document", "link"}),
    PLAN_EVENTS: frozenset({"document", "link"}),
    CASE_TEXTS: frozenset({"version", "place"}),
    PLAN_TEXTS: frozenset({"version", "place"}),
}
"""What is read and looked at for itself, or tells in which order it came."""


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

    clear = refold = delete


def astray_of_case(database: Database, case: Case) -> tuple[str, ...]:
    """The tables and columns that tell a case otherwise than it is; none where it was changed meanwhile.

    That another fold wrote them is told by the column that says so, beside those that it would tell otherwise.
    """
    key, told = case.reference, _Rows()
    tuple(case_writing.steps(told, [CaseChange(None, case)]))
    # That of the text as written, which may be of an older version.
    told.of[CASES][0]["link"] = _last_link(database, CASE_EVENTS, key, case.version)
    texts = _first_events((event.number, one) for event in case.events for one in (event.by, *commitments(event.data)))
    found = (
        *_differences(database, _OF_CASES, told.of, key),
        *_document(database, case, told.of[CASES][0]["document"]),
        *misplaced_events(database, key),
        *misplaced_texts(database, CASE_TEXTS, key, texts, case.version),
    )
    is_as_before = select(CASES.c.reference).where(CASES.c.reference == key, CASES.c.version == case.version)
    return found if database.rows(is_as_before) else ()


def astray_of_plan(database: Database, plan: Pgaac) -> tuple[str, ...]:
    """The same of a plan."""
    key, told = plan.scope.key, _Rows()
    tuple(plan_writing.steps(told, [PlanChange(PlanBase.of_new(plan.scope), plan)]))
    told.of[PLANS][0]["link"] = _last_link(database, PLAN_EVENTS, key, plan.version)  # as for a case
    texts = _first_events((event.number, one) for event in plan.events for one in event.texts())
    found = (
        *_differences(database, _OF_PLANS, told.of, key),
        *misplaced_texts(database, PLAN_TEXTS, key, texts, plan.version),
    )
    is_as_before = select(PLANS.c.scope).where(PLANS.c.scope == key, PLANS.c.version == plan.version)
    return found if database.rows(is_as_before) else ()


def _first_events(held_by: Iterable[tuple[int, Commitment]]) -> dict[str, int]:
    """The number of the event that each text came with, by its digest: a later event may hold the same commitment."""
    numbers: dict[str, int] = {}
    for number, commitment in held_by:
        numbers.setdefault(commitment.digest, number)
    return numbers


def is_plan_as_folded(database: Database, plan: Pgaac) -> bool:
    """Whether what is stored of a plan, its story and its texts apart, is what this version would write."""
    told = _Rows()
    tuple(plan_writing.steps(told, [PlanChange(PlanBase.of_new(plan.scope), plan)]))
    del told.of[PLANS][0]["link"]  # it follows from the texts as written, which are not looked at here
    return not _differences(database, _FOLDED_OF_PLANS, told.of, plan.scope.key)


def _document(database: Database, case: Case, told: str) -> Iterator[str]:
    """The column of the state where it says the same in other signs; what else it says is seen in the case read."""
    column = raw(CASES.c.document, database.backend)
    asked = select(column).where(CASES.c.reference == case.reference, CASES.c.fold == STATE_VERSION)
    for (stored,) in database.rows(asked):
        text = shown(stored, "replace")
        if text != told and read_state(json.loads(text), case.events, case.vault) == case:
            yield f"{CASES.name}.{CASES.c.document.name}"


def _last_link(database: Database, events: Table, key: str, version: int) -> str | None:
    owner, number = events.primary_key.columns
    asked = select(raw(events.c.link, database.backend)).where(owner == key, number == version)
    return next((shown(row[0], "replace") for row in database.rows(asked)), None)


def _differences(
    database: Database, tables: Iterable[Table], told: Mapping[Table, list[Row]], key: str
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for table in tables:
        owner, *_ = table.primary_key.columns
        columns = [as_kept(column, database.backend) for column in table.columns]
        stored = [dict(row._mapping) for row in database.rows(select(*columns).where(owner == key))]  # noqa: SLF001
        written = [_kept(table, row, database.dialect) for row in told[table]]
        found |= dict.fromkeys(_compared(table, written, stored))
    return tuple(found)


def _kept(table: Table, row: Row, dialect: Dialect) -> Row:
    """A row as the database would keep it."""
    return {name: to_be_kept(table.c[name], value, dialect) for name, value in row.items()}


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
