"""The journal: the documents of the events exactly as they are stored, with their links, not decoded."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Integer, Select, Table, cast, func, select, union

from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.mapper import require_key
from reclamation_core.adapters.sqlalchemy.statements import decode_lossy, raw
from reclamation_core.adapters.sqlalchemy.tables import CASE_EVENTS, CASES, PLAN_EVENTS, PLANS
from reclamation_core.cases.journal import Entry, WrittenEventStream
from reclamation_core.ports import Journal
from reclamation_core.ports.query import require_limit


class SqlAlchemyJournal(Journal):
    """The event streams as they are stored, also those whose case or plan was deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        return self._page(CASES, CASE_EVENTS, after, limit)

    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        return self._page(PLANS, PLAN_EVENTS, after, limit)

    def _page(self, owners: Table, events: Table, after: str | None, limit: int) -> tuple[WrittenEventStream, ...]:
        require_limit(limit)
        stored = self._database.rows(_streams(owners, events, after, limit, self._database.backend))
        rows = groupby(stored, key=itemgetter(0, 1))
        name = self._database.name
        return tuple(
            WrittenEventStream(require_key(holder, name), version, _entries(list(stream)))
            for (holder, version), stream in rows
        )


def _entries(rows: list[Any]) -> tuple[Entry, ...]:
    """Return the entries of a stream; none if its events are gone."""
    return tuple(
        Entry(row[2], decode_lossy(row[3]), decode_lossy(row[4], "replace")) for row in rows if row[2] is not None
    )


def _streams(owners: Table, events: Table, after: str | None, limit: int, backend: str) -> Select[Any]:
    """Return the statement that reads a page of streams, one row an event.

    Args:
        owners: the cases, or the plans.
        events: their events.
        after: the key after which the page begins.
        limit: how many streams it has at most.
        backend: `sqlite` or `postgresql`.
    """
    (key,), (owner, _) = owners.primary_key.columns, events.primary_key.columns
    named = union(_names(key, after, limit), _names(owner, after, limit)).subquery()
    page = select(named.c[0].label("reference")).order_by(named.c[0]).limit(limit).subquery()
    joined = page.outerjoin(owners, key == page.c.reference).outerjoin(events, owner == page.c.reference)
    version = cast(func.coalesce(owners.c.version, 0), Integer)  # SQLite stores other types in an integer column, too
    columns = (events.c.number, raw(events.c.document, backend), raw(events.c.link, backend))
    streams = select(page.c.reference, version, *columns).select_from(joined)
    return streams.order_by(page.c.reference, events.c.number)


def _names(column: Column[Any], after: str | None, limit: int) -> Select[Any]:
    """Return the next keys of a column, from neither table more than the page needs."""
    names = select(column.label("reference")).distinct().order_by(column).limit(limit)
    named = (names if after is None else names.where(column > after)).subquery()
    return select(named.c.reference)
