"""The feed: positions are assigned after the commit, so that a reader misses no event, however late a writer commits.

On SQLite one writer at a time writes, and assigns the positions itself. On PostgreSQL a writer only numbers its events
in the order of writing (below 0); a reader then assigns positions to the committed events, one reader at a time, and no
writer waits for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import ColumnElement, Connection, Row, Table, func, or_, select, text, union_all

from reclamation_core.adapters.sqlalchemy.criteria import has_site
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.mapper import (
    CASE_MAPPER,
    DOCUMENT,
    PLAN_MAPPER,
    READ_ERRORS,
    Mapper,
    fault_of,
    within,
)
from reclamation_core.adapters.sqlalchemy.statements import NUMBERED, decode, decode_lossy, raw
from reclamation_core.adapters.sqlalchemy.tables import EPOCHS, FEED_LOCK
from reclamation_core.ports import EventFeed, FeedItem, PlanFeed, PlanFeedItem, StoreDamagedError
from reclamation_core.ports.query import require_page
from reclamation_core.ports.store import Feed, ItemT

_BATCH: Final = 10_000
_WAITING: Final = " UNION ALL ".join(
    f"(SELECT {holder.name} AS holder, number, position FROM {table} WHERE position < 0)"
    for table, holder in NUMBERED.items()
)
_UNNUMBERED: Final = union_all(
    *(select(select(table.c.number).where(table.c.position < 0).limit(1).subquery().c.number) for table in NUMBERED)
)
_LOCK: Final = text(f"SELECT id FROM {FEED_LOCK} FOR UPDATE")
_LAST: Final = ", ".join(f"(SELECT max(position) FROM {table})" for table in (*NUMBERED, EPOCHS))
# The events of a stream were committed in their order, each after the one before was written: so they get positions.
_ASSIGN: Final = text(
    "WITH n AS (SELECT holder, number, "
    f"greatest({_LAST}, 0) + row_number() OVER (ORDER BY position DESC) AS place "
    f"FROM ({_WAITING}) AS waiting ORDER BY position DESC LIMIT {_BATCH}), "
    + ", ".join(
        f"{table}_done AS (UPDATE {table} AS e SET position = n.place FROM n "
        f"WHERE e.{holder.name} = n.holder AND e.number = n.number)"
        for table, holder in NUMBERED.items()
    )
    + " SELECT count(*) FROM n"
)


class _SqlAlchemyFeed(Feed[ItemT]):
    """The events of cases or of plans in the order of their positions.

    Attributes:
        mapper: the mapper of the cases or plans.
        item: makes an item of a position, an event and an epoch.
    """

    mapper: ClassVar[Mapper[Any]]
    item: Callable[[int, Any, int], Any]

    def __init__(self, database: Database) -> None:
        self._database = database
        self._events = self.mapper.events
        self._holder = NUMBERED[self._events]

    def read(self, after: int = 0, limit: int = 500, scopes: Collection[str] = ()) -> tuple[ItemT, ...]:
        require_page(after, limit)
        rows = self._page(after, limit, scopes)
        may_grow = True
        while may_grow and len(rows) < limit:  # new positions come after all others: a full page needs none
            may_grow = bool(self._database.rows(_UNNUMBERED)) and self._database.sees_commits()
            if may_grow:
                self._database.write(_assign)
            rows = self._page(after, limit, scopes)  # again: a concurrent reader may have assigned positions
        return tuple(self._items(rows))

    def count(self, after: int = 0, scopes: Collection[str] = ()) -> int:
        require_page(after, 1)
        position = self._events.c.position
        wanted = select(func.count()).select_from(self._events).where(or_(position > after, position < 0))
        if scopes:
            wanted = wanted.where(self._is_within(scopes))
        return int(self._database.rows(wanted)[0][0])

    def last_recorded_at(self) -> datetime | None:
        # The last event written has the greatest position; on PostgreSQL, until one is assigned, the smallest below 0.
        position = self._events.c.position
        latest = union_all(self._end(position), self._end(position.desc()))
        try:
            return max((row[0] for row in self._database.rows(latest)), default=None)
        except (ValueError, TypeError):  # a stored instant is corrupt
            return None

    def _is_within(self, scopes: Collection[str]) -> ColumnElement[bool]:
        return self._holder.in_(scopes)

    def _end(self, position: ColumnElement[int]) -> Any:
        """Return the statement for the recording of the event at one end of the positions."""
        return select(select(self._events.c.recorded_at).order_by(position).limit(1).subquery().c.recorded_at)

    def _items(self, rows: list[Any]) -> Iterator[Any]:
        """Yield the events before the first corrupt one; raise if that is the first of the page."""
        for row in rows:
            event = self._event(row)
            if event is not None:
                yield self.item(row.position, event, row.epoch)
            elif row is rows[0]:
                raise self._corrupted(row)
            else:
                return

    def _event(self, row: Row[Any]) -> Any:
        """Return the event of a row; None if its document is corrupt."""
        try:
            return self.mapper.read_event(json.loads(decode(row.document)))
        except READ_ERRORS:
            return None

    def _corrupted(self, row: Row[Any]) -> StoreDamagedError:
        fault = fault_of(decode_lossy(row.document), self.mapper.read_event) or DOCUMENT
        kind, holder, event = self.mapper.kind, repr(row.holder), row.number
        where = within(f"{kind.fr} {holder}, événement {event}", f"{kind.en} {holder}, event {event}", fault)
        return StoreDamagedError.of(self._database.name, where, row.holder, row.position)

    def _page(self, after: int, limit: int, scopes: Collection[str]) -> list[Any]:
        events, position = self._events, self._events.c.position
        document = raw(events.c.document, self._database.backend)
        columns = (position, self._holder.label("holder"), events.c.number, document, _epoch(events))
        wanted = select(*columns).where(position > after)
        if scopes:
            wanted = wanted.where(self._is_within(scopes))
        return self._database.rows(wanted.order_by(position).limit(limit))


class SqlAlchemyFeed(_SqlAlchemyFeed[FeedItem], EventFeed):
    """The feed of the events of cases."""

    mapper = CASE_MAPPER
    item = staticmethod(FeedItem)

    def _is_within(self, scopes: Collection[str]) -> ColumnElement[bool]:
        return has_site(self._holder, scopes)


class SqlAlchemyPlanFeed(_SqlAlchemyFeed[PlanFeedItem], PlanFeed):
    """The feed of the events of plans."""

    mapper = PLAN_MAPPER
    item = staticmethod(PlanFeedItem)


def _epoch(events: Table) -> ColumnElement[int]:
    """Return how often the database was restored before an event."""
    begun = select(func.count()).select_from(EPOCHS).where(EPOCHS.c.position < events.c.position)
    return begun.correlate(events).scalar_subquery().label("epoch")


def lock_feed(connection: Connection) -> None:
    """Wait for the other readers that assign positions or extend the log; locks them out until the transaction ends."""
    connection.execute(_LOCK)


def _assign(connection: Connection, _: int) -> None:
    """Assign positions to committed events that have none, one reader at a time."""
    lock_feed(connection)
    connection.execute(_ASSIGN)


def assign_all(connection: Connection) -> None:
    """Assign positions to all events that have none, within a transaction of the caller."""
    while connection.execute(_UNNUMBERED).first() is not None:
        _assign(connection, 0)
