"""The store in memory: values behind one lock."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Iterator, Mapping
from threading import RLock

from reclamation_core.adapters.memory.unit import InMemoryUnitOfWork
from reclamation_core.cases import Case
from reclamation_core.cases.plans import Pgaac
from reclamation_core.ports import (
    ConcurrentChangeError,
    EventFeed,
    FeedItem,
    ReferenceNumbers,
    RepeatedSourceError,
    Store,
    UnitOfWork,
)


class InMemoryFeed(EventFeed):
    """The events in the order of their commits."""

    def __init__(self) -> None:
        self._items: list[FeedItem] = []

    def append(self, case: Case, known: int) -> None:
        """Add the events of a case after the first `known`."""
        for event in case.events[known:]:
            self._items.append(FeedItem(len(self._items) + 1, event))

    def read(self, after: int = 0, limit: int = 500) -> tuple[FeedItem, ...]:
        return tuple(self._items[max(after, 0) : max(after, 0) + limit])


class InMemoryReferences(ReferenceNumbers):
    """Counters behind a lock."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()
        self._lock = RLock()

    def next(self, series: str) -> int:
        with self._lock:
            self._given[series] += 1
            return self._given[series]


class InMemoryStore(Store):
    """Cases and plans in memory.

    A unit of work reads what is committed when it reads, and what it wrote itself; what it wrote is checked and kept
    under one lock at its commit. Cases and plans are values, so nothing handed out can be changed by whoever has it.
    """

    def __init__(self) -> None:
        self.feed = self._feed = InMemoryFeed()
        self.references = InMemoryReferences()
        self._lock = RLock()
        self._cases: dict[str, Case] = {}
        self._ordered: list[str] = []
        self._sources: dict[str, str] = {}
        self._plans: dict[str, Pgaac] = {}

    def unit_of_work(self) -> UnitOfWork:
        return InMemoryUnitOfWork(self)

    def case(self, reference: str) -> Case | None:
        """A committed case."""
        return self._cases.get(reference)

    def plan(self, scope: str) -> Pgaac | None:
        """A committed plan."""
        return self._plans.get(scope)

    def reference_of(self, source: str) -> str | None:
        """The committed case registered from a source message."""
        return self._sources.get(source)

    def references_after(self, reference: str | None) -> list[str]:
        """The references of the committed cases that come after one, in order."""
        with self._lock:
            return self._ordered[0 if reference is None else bisect_right(self._ordered, reference) :]

    def scopes(self) -> Iterator[str]:
        """The scopes of the committed plans, in order."""
        with self._lock:
            return iter(sorted(self._plans))

    def keep(self, cases: Mapping[str, tuple[int, Case]], plans: Mapping[str, tuple[int, Pgaac]]) -> None:
        """Keep what a unit of work wrote, each with the version that it was made on, or nothing at all."""
        with self._lock:
            for reference, (expected, case) in cases.items():
                stored = self._cases.get(reference)
                _check(reference, expected, 0 if stored is None else stored.version)
                self._check_source(case)
            for scope, (expected, _) in plans.items():
                kept = self._plans.get(scope)
                _check(scope, expected, 0 if kept is None else kept.version)
            for reference, (expected, case) in cases.items():
                self._keep_case(reference, case, expected)
            self._plans.update({scope: plan for scope, (_, plan) in plans.items()})

    def _check_source(self, case: Case) -> None:
        if case.source is not None and self._sources.get(case.source, case.reference) != case.reference:
            raise RepeatedSourceError(case.source, self._sources[case.source])

    def _keep_case(self, reference: str, case: Case, expected: int) -> None:
        if reference not in self._cases:
            insort(self._ordered, reference)
        self._cases[reference] = case
        if case.source is not None:
            self._sources[case.source] = reference
        self._feed.append(case, expected)


def _check(reference: str, expected: int, found: int) -> None:
    if expected != found:
        raise ConcurrentChangeError(reference, expected, found)
