"""The feed: positions are given after the commit, so that whoever reads misses nothing, however late a writer commits.

On SQLite writers come one after the other, and give the positions themselves. On PostgreSQL a writer gives an event its
place in the order of writing only (below 0); whoever reads gives positions to what is committed by then, one reader at
a time, and no writer waits for it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, literal_column, select, text

from reclamation_core.adapters.sqlalchemy.damage import NO_DOCUMENT, fault_of, within
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.matching import is_of
from reclamation_core.adapters.sqlalchemy.stories import decoded, raw, shown
from reclamation_core.adapters.sqlalchemy.tables import CASE_EVENTS, FEED_LOCK
from reclamation_core.cases import RecordedEvent
from reclamation_core.cases.documents import read_event
from reclamation_core.ports import EventFeed, FeedItem, StoreDamagedError
from reclamation_core.ports.pagination import require_page

_AT_ONCE: Final = 10_000
_WAITING: Final = select(CASE_EVENTS.c.number).where(CASE_EVENTS.c.position < 0).limit(1)
_LOCK: Final = text(f"SELECT one FROM {FEED_LOCK} FOR UPDATE")
# A story's events were committed in their order, each after the one before was written: so they get their positions.
_NUMBER: Final = text(
    f"UPDATE {CASE_EVENTS} AS e SET position = n.place FROM ("
    "SELECT case_reference, number, "
    f"(SELECT greatest(max(position), 0) FROM {CASE_EVENTS}) + row_number() OVER (ORDER BY position DESC) AS place "
    f"FROM {CASE_EVENTS} WHERE position < 0 ORDER BY position DESC LIMIT {_AT_ONCE}"
    ") AS n WHERE e.case_reference = n.case_reference AND e.number = n.number"
)


def position_of_new(backend: str) -> ColumnElement[Any]:
    """The position of an event that is being written."""
    if backend == "postgresql":
        return literal_column("-nextval('reclamation_writing')")
    last = CASE_EVENTS.alias("last")
    return select(func.coalesce(func.max(last.c.position), literal_column("0")) + literal_column("1")).scalar_subquery()


class SqlAlchemyFeed(EventFeed):
    """The events in the order of their positions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:
        require_page(after, limit)
        rows = self._page(after, limit, sites)
        waiting = True
        while waiting and len(rows) < limit:  # positions given now come after all given before: a full page needs none
            waiting = bool(self._database.rows(_WAITING)) and self._database.sees_commits()
            if waiting:
                self._database.write(_number)
            rows = self._page(after, limit, sites)  # asked again whoever gave them: another reader may have, meanwhile
        return tuple(self._items(rows))

    def _items(self, rows: list[Any]) -> Iterator[FeedItem]:
        """The events up to the first that cannot be read, which is told where it is the first of all."""
        for row in rows:
            event = _event(row)
            if event is not None:
                yield FeedItem(row.position, event)
            elif row is rows[0]:
                raise self._damaged(row)
            else:
                return

    def _damaged(self, row: Any) -> StoreDamagedError:
        wrong = fault_of(shown(row.document), read_event) or NO_DOCUMENT
        case, event = repr(row.case_reference), row.number
        where = within(f"dossier {case}, événement {event}", f"case {case}, event {event}", wrong)
        return StoreDamagedError.of(self._database.name, where, row.case_reference, row.position)

    def _page(self, after: int, limit: int, sites: Collection[str]) -> list[Any]:
        document = raw(CASE_EVENTS.c.document, self._database.backend)
        columns = (CASE_EVENTS.c.position, CASE_EVENTS.c.case_reference, CASE_EVENTS.c.number, document)
        wanted = select(*columns).where(CASE_EVENTS.c.position > after)
        if sites:
            wanted = wanted.where(is_of(CASE_EVENTS.c.case_reference, sites))
        return self._database.rows(wanted.order_by(CASE_EVENTS.c.position).limit(limit))


def _event(row: Any) -> RecordedEvent | None:
    """The event of a row; None where its document cannot be read."""
    try:
        return read_event(json.loads(decoded(row.document)))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _number(connection: Connection, _: int) -> None:
    """Give positions to what is committed and has none, one reader at a time."""
    connection.execute(_LOCK)
    connection.execute(_NUMBER)
