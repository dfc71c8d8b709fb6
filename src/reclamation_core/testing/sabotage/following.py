"""Stores whose feed or journal is wrong."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from reclamation_core.adapters.memory.feed import InMemoryFeed
from reclamation_core.adapters.memory.journal import InMemoryJournal
from reclamation_core.adapters.unit_of_work import BufferedCases
from reclamation_core.cases import Case
from reclamation_core.cases.journal import WrittenEventStream
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


class _Numbering(BufferedCases):
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


class _FromTheLastOn(InMemoryFeed):
    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:
        return super().read(max(after - 1, 0), limit, sites)


class FeedRepeatsTheLastEvent(RepositoryStore):
    """A page of the feed begins with the last event of the page before."""

    def __init__(self) -> None:
        super().__init__()
        self.feed = self._feed = _FromTheLastOn(self._lock, self._cases)


class _LimitedFirst(InMemoryFeed):
    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:
        theirs = {item.position for item in super().read(0, 1 + len(self._items), sites)}
        return tuple(item for item in super().read(after, limit) if item.position in theirs)


class FeedLimitsBeforeItFilters(RepositoryStore):
    """A page of the feed of some sites is what is theirs of a page of all."""

    def __init__(self) -> None:
        super().__init__()
        self.feed = self._feed = _LimitedFirst(self._lock, self._cases)


class _FromTheLastCaseOn(InMemoryJournal):
    def read(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        page = super().read(None, 500)
        return tuple(story for story in page if after is None or story.holder >= after)[:limit]

    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        page = super().read_plans(None, 500)
        return tuple(story for story in page if after is None or story.holder >= after)[:limit]


class JournalRepeatsTheLastCase(RepositoryStore):
    """A page of the journal begins with the last case, or plan, of the page before."""

    def __init__(self) -> None:
        super().__init__()
        self.journal = _FromTheLastCaseOn(self)


class TellsForeignEvents(RepositoryStore):
    """The feed of some sites is that of all."""

    def __init__(self) -> None:
        super().__init__()
        self.feed = self._feed = _Everybodys(self._lock, self._cases)


class _WithoutPlans(InMemoryJournal):
    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        super().read_plans(after, limit)
        return ()


class LeavesPlansUnwatched(RepositoryStore):
    """The journal holds the events of cases and none of plans."""

    def __init__(self) -> None:
        super().__init__()
        self.journal: Any = _WithoutPlans(self)
