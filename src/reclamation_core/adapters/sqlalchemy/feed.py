"""The feed: positions are assigned after the commit, so that a reader misses no event, however late a writer commits.

On SQLite one writer at a time writes, and assigns the positions itself. On PostgreSQL a writer only numbers its events
in the order of writing (below 0); a reader then assigns positions to the committed events, one reader at a time, and no
writer waits for it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, text, union_all

from reclamation_core.adapters.sqlalchemy.criteria import has_site
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.mapper import DOCUMENT, fault_of, within
from reclamation_core.adapters.sqlalchemy.statements import decode, decode_lossy, raw
from reclamation_core.adapters.sqlalchemy.tables import CASE_EVENTS, EPOCHS, FEED_LOCK
from reclamation_core.cases import RecordedEvent
from reclamation_core.cases.documents import read_event
from reclamation_core.ports import EventFeed, FeedItem, StoreDamagedError
from reclamation_core.ports.query import require_page

_BATCH: Final = 10_000
_UNNUMBERED: Final = select(CASE_EVENTS.c.number).where(CASE_EVENTS.c.position < 0).limit(1)
_LOCK: Final = text(f"SELECT id FROM {FEED_LOCK} FOR UPDATE")
# A case's events were committed in their order, each after the one before was written: so they get their positions.
_ASSIGN: Final = text(
    f"UPDATE {CASE_EVENTS} AS e SET position = n.place FROM ("
    "SELECT case_reference, number, "
    f"greatest((SELECT max(position) FROM {CASE_EVENTS}), (SELECT max(position) FROM {EPOCHS}), 0) "
    "+ row_number() OVER (ORDER BY position DESC) AS place "
    f"FROM {CASE_EVENTS} WHERE position < 0 ORDER BY position DESC LIMIT {_BATCH}"
    ") AS n WHERE e.case_reference = n.case_reference AND e.number = n.number"
)


_EPOCH: Final = (
    select(func.count())
    .select_from(EPOCHS)
    .where(EPOCHS.c.position < CASE_EVENTS.c.position)
    .correlate(CASE_EVENTS)
    .scalar_subquery()
    .label("epoch")
)


def _end(position: ColumnElement[int]) -> Any:
    """Return the statement for the recording of the event at one end of the positions."""
    return select(select(CASE_EVENTS.c.recorded_at).order_by(position).limit(1).subquery().c.recorded_at)


_LATEST: Final = union_all(_end(CASE_EVENTS.c.position), _end(CASE_EVENTS.c.position.desc()))
"""The last event written has the greatest position, or on PostgreSQL, until one is assigned, the smallest below 0."""


class SqlAlchemyFeed(EventFeed):
    """The events in the order of their positions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:
        require_page(after, limit)
        rows = self._page(after, limit, sites)
        may_grow = True
        while may_grow and len(rows) < limit:  # new positions come after all others: a full page needs none
            may_grow = bool(self._database.rows(_UNNUMBERED)) and self._database.sees_commits()
            if may_grow:
                self._database.write(_assign)
            rows = self._page(after, limit, sites)  # again: a concurrent reader may have assigned positions
        return tuple(self._items(rows))

    def count(self, after: int = 0, sites: Collection[str] = ()) -> int:
        require_page(after, 1)
        is_later = or_(CASE_EVENTS.c.position > after, CASE_EVENTS.c.position < 0)
        wanted = select(func.count()).select_from(CASE_EVENTS).where(is_later)
        if sites:
            wanted = wanted.where(has_site(CASE_EVENTS.c.case_reference, sites))
        return int(self._database.rows(wanted)[0][0])

    def last_recorded_at(self) -> datetime | None:
        try:
            return max((row[0] for row in self._database.rows(_LATEST)), default=None)
        except (ValueError, TypeError):  # a stored instant is corrupt
            return None

    def _items(self, rows: list[Any]) -> Iterator[FeedItem]:
        """Yield the events before the first corrupt one; raise if that is the first of the page."""
        for row in rows:
            event = _event(row)
            if event is not None:
                yield FeedItem(row.position, event, row.epoch)
            elif row is rows[0]:
                raise self._corrupted(row)
            else:
                return

    def _corrupted(self, row: Row[Any]) -> StoreDamagedError:
        fault = fault_of(decode_lossy(row.document), read_event) or DOCUMENT
        case, event = repr(row.case_reference), row.number
        where = within(f"dossier {case}, événement {event}", f"case {case}, event {event}", fault)
        return StoreDamagedError.of(self._database.name, where, row.case_reference, row.position)

    def _page(self, after: int, limit: int, sites: Collection[str]) -> list[Any]:
        document = raw(CASE_EVENTS.c.document, self._database.backend)
        columns = (CASE_EVENTS.c.position, CASE_EVENTS.c.case_reference, CASE_EVENTS.c.number, document, _EPOCH)
        wanted = select(*columns).where(CASE_EVENTS.c.position > after)
        if sites:
            wanted = wanted.where(has_site(CASE_EVENTS.c.case_reference, sites))
        return self._database.rows(wanted.order_by(CASE_EVENTS.c.position).limit(limit))


def _event(row: Row[Any]) -> RecordedEvent | None:
    """Return the event of a row; None if its document is corrupt."""
    try:
        return read_event(json.loads(decode(row.document)))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


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
