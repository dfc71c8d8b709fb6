"""The store in memory: values behind one lock."""

from __future__ import annotations

from bisect import bisect_right, insort
from threading import RLock

from reclamation_core.adapters.committed_state import Changes, CommittedState, ReadSet
from reclamation_core.adapters.memory.feed import InMemoryFeed
from reclamation_core.adapters.memory.journal import InMemoryJournal
from reclamation_core.adapters.memory.sequences import InMemorySequences
from reclamation_core.adapters.unit_of_work import BufferedUnitOfWork
from reclamation_core.cases import Case
from reclamation_core.plans import Pgaac
from reclamation_core.ports import Store, UnitOfWork


class InMemoryStore(Store, CommittedState):
    """Cases and plans in memory, as long as the program runs.

    A unit of work reads what is committed when it reads, and what it wrote itself; what it wrote is checked and kept
    under one lock at its commit. Cases and plans are values, so nothing handed out can be changed by whoever has it.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._cases: dict[str, Case] = {}
        self.feed = self._feed = InMemoryFeed(self._lock, self._cases)
        self.journal = InMemoryJournal(self)
        self.sequences = InMemorySequences()
        self._ordered: list[str] = []
        self._sources: dict[str, str] = {}
        self._plans: dict[str, Pgaac] = {}
        self._guards: dict[str, int] = {}

    def unit_of_work(self) -> UnitOfWork:
        return BufferedUnitOfWork(self)

    def case(self, reference: str) -> Case | None:
        with self._lock:
            return self._cases.get(reference)

    def plan(self, scope: str) -> Pgaac | None:
        with self._lock:
            return self._plans.get(scope)

    def reference_of(self, source: str) -> str | None:
        with self._lock:
            return self._sources.get(source)

    def cases_after(self, reference: str | None) -> list[Case]:
        with self._lock:
            start = 0 if reference is None else bisect_right(self._ordered, reference)
            return [self._cases[later] for later in self._ordered[start:]]

    def scopes(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._plans)

    def plans_after(self, scope: str | None) -> list[Pgaac]:
        """The committed plans whose scopes' keys come after one, in their order by code point."""
        with self._lock:
            return [self._plans[key] for key in sorted(self._plans) if scope is None or key > scope]

    def guard(self, key: str) -> int:
        with self._lock:
            return self._guards.get(key, 0)

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            self.check_versions(cases, plans, read)
            self._guards.update({key: version + 1 for key, version in read.guards.items()})
            for reference, (expected, case) in cases.items():
                self._keep_case(reference, case, expected)
            self._plans.update({scope: plan for scope, (_, plan) in plans.items()})

    def _keep_case(self, reference: str, case: Case, expected: int) -> None:
        if expected == 0:
            insort(self._ordered, reference)
        self._cases[reference] = case
        if case.source is not None:
            self._sources[case.source] = reference
        self._feed.append(case, expected)
