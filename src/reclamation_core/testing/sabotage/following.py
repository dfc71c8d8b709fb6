"""Stores whose feed tells wrongly."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from reclamation_core.adapters.memory.feed import InMemoryFeed
from reclamation_core.adapters.unit_of_work import WaitingCases
from reclamation_core.cases import Case
from reclamation_core.ports import FeedItem
from reclamation_core.testing.sabotage.repositories import RepositoryStore


class _ByHour(InMemoryFeed):
    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:
        super().read(after, limit, sites)
        told = sorted(super().read(0, 1 + len(self._items), sites), key=lambda item: item.event.occurred_at)
        return tuple(FeedItem(place, item.event) for place, item in enumerate(told, start=1))[after : after + limit]


class ReordersEvents(RepositoryStore):
    """The feed is in the order of the hours at which things happened."""

    def __init__(self) -> None:
        super().__init__()
        self.feed = self._feed = _ByHour(self._lock, self._cases)


class _Numbered(InMemoryFeed):
    """Positions are given when an event is written, not when it is committed."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.places: dict[tuple[str, int], int] = {}

    def number(self, case: Case) -> None:
        """Give the events of a case their positions."""
        with self._lock:
            for event in case.events:
                self.places.setdefault((case.reference, event.number), 1 + len(self.places))

    def append(self, case: Case, known: int) -> None:
        self.number(case)
        places = ((self.places[event.case, event.number], event) for event in case.events[known:])
        self._items.extend(FeedItem(place, event) for place, event in places)

    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:
        super().read(after, limit, sites)
        told = sorted(super().read(0, 1 + len(self._items), sites), key=lambda item: item.position)
        return tuple(item for item in told if item.position > after)[:limit]


class _Numbering(WaitingCases):
    def add(self, *cases: Case) -> None:
        super().add(*cases)
        self._number(*cases)

    def save(self, case: Case, expected: int) -> None:
        super().save(case, expected)
        self._number(case)

    def _number(self, *cases: Case) -> None:
        store: Any = self._committed
        for case in cases:
            store.feed.number(case)


class FeedSkipsALateCommit(RepositoryStore):
    """Positions are given when events are written: one committed late comes before what was read already."""

    repository = _Numbering

    def __init__(self) -> None:
        super().__init__()
        self.feed = self._feed = _Numbered(self._lock, self._cases)


class _Everybodys(InMemoryFeed):
    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:  # noqa: ARG002  that is the fault
        return super().read(after, limit)


class TellsForeignEvents(RepositoryStore):
    """The feed of some sites is that of all."""

    def __init__(self) -> None:
        super().__init__()
        self.feed = self._feed = _Everybodys(self._lock, self._cases)
