"""The journal: the texts of the events exactly as they are stored, with their links, decoded by nobody."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Integer, Select, Table, cast, func, select, union

from reclamation_core.adapters.sqlalchemy.damage import key_of
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.stories import raw, shown
from reclamation_core.adapters.sqlalchemy.tables import CASE_EVENTS, CASES, PLAN_EVENTS, PLANS
from reclamation_core.cases.journal import Entry, WrittenEventStream
from reclamation_core.ports import Journal
from reclamation_core.ports.pagination import require_limit


class SqlAlchemyJournal(Journal):
    """The stories as they are stored, of cases and plans that were deleted too where their events are left."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        return self._page(CASES, CASE_EVENTS, after, limit)

    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        return self._page(PLANS, PLAN_EVENTS, after, limit)

    def _page(self, owners: Table, events: Table, after: str | None, limit: int) -> tuple[WrittenEventStream, ...]:
        require_limit(limit)
        told = self._database.rows(_stories(owners, events, after, limit, self._database.backend))
        rows = groupby(told, key=itemgetter(0, 1))
        name = self._database.name
        return tuple(
            WrittenEventStream(key_of(holder, name), version, _entries(list(story)))
            for (holder, version), story in rows
        )


def _entries(rows: list[Any]) -> tuple[Entry, ...]:
    """The entries of a story; none where its events are gone."""
    return tuple(Entry(row[2], shown(row[3]), shown(row[4], "replace")) for row in rows if row[2] is not None)


def _stories(owners: Table, events: Table, after: str | None, limit: int, backend: str) -> Select[Any]:
    """A page of stories, an event a row, all in one statement.

    Args:
        owners: the cases, or the plans.
        events: the events of these.
        after: the key after which the page begins.
        limit: how many stories it has at most.
        backend: which database it is asked of.
    """
    (key,), (owner, _) = owners.primary_key.columns, events.primary_key.columns
    named = union(_names(key, after, limit), _names(owner, after, limit)).subquery()
    page = select(named.c[0].label("reference")).order_by(named.c[0]).limit(limit).subquery()
    told = page.outerjoin(owners, key == page.c.reference).outerjoin(events, owner == page.c.reference)
    version = cast(func.coalesce(owners.c.version, 0), Integer)  # SQLite keeps there what is no number, too
    columns = (events.c.number, raw(events.c.document, backend), raw(events.c.link, backend))
    stories = select(page.c.reference, version, *columns).select_from(told)
    return stories.order_by(page.c.reference, events.c.number)


def _names(column: Column[Any], after: str | None, limit: int) -> Select[Any]:
    """The next references that a column has: more than the page needs from neither table is looked at."""
    names = select(column.label("reference")).distinct().order_by(column).limit(limit)
    named = (names if after is None else names.where(column > after)).subquery()
    return select(named.c.reference)
