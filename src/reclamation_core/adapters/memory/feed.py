"""The feed in memory: the events in the order of their commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice
from threading import RLock

from reclamation_core.adapters.matching import places
from reclamation_core.cases import Case
from reclamation_core.ports import EventFeed, FeedItem
from reclamation_core.ports.pagination import require_page


class InMemoryFeed(EventFeed):
    """The events in the order of their commits; a reader waits for a commit under way, and sees it whole.

    Args:
        lock: held while something is committed.
        cases: the committed cases, by reference.
    """

    def __init__(self, lock: RLock, cases: Mapping[str, Case]) -> None:
        self._lock = lock
        self._cases = cases
        self._items: list[FeedItem] = []

    def append(self, case: Case, known: int) -> None:
        """Add the events of a case after the first `known`."""
        for event in case.events[known:]:
            self._items.append(FeedItem(len(self._items) + 1, event))

    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:
        require_page(after, limit)
        with self._lock:
            if not sites:
                return tuple(self._items[after : after + limit])
            later = islice(self._items, after, None)
            seen = (item for item in later if not places(self._cases[item.event.case]).isdisjoint(sites))
            return tuple(islice(seen, limit))
