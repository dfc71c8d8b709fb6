"""The feed in memory: the events in the order of their commits."""

from __future__ import annotations

from threading import RLock

from reclamation_core.cases import Case
from reclamation_core.ports import EventFeed, FeedItem


class InMemoryFeed(EventFeed):
    """The events in the order of their commits; a reader waits for a commit under way, and sees it whole."""

    def __init__(self, lock: RLock) -> None:
        self._lock = lock
        self._items: list[FeedItem] = []

    def append(self, case: Case, known: int) -> None:
        """Add the events of a case after the first `known`."""
        for event in case.events[known:]:
            self._items.append(FeedItem(len(self._items) + 1, event))

    def read(self, after: int = 0, limit: int = 500) -> tuple[FeedItem, ...]:
        if after < 0 or limit < 1:
            raise ValueError(f"after, limit: {after!r}, {limit!r}; give a position from 0 on and a limit from 1 on")
        with self._lock:
            return tuple(self._items[after : after + limit])
