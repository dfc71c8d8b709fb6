"""A unit of work on the store in memory: what is written waits here until the commit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reclamation_core.adapters.memory.matching import meets
from reclamation_core.cases import Case
from reclamation_core.cases.plans import Pgaac
from reclamation_core.ports import (
    CaseNotFoundError,
    CasePage,
    CaseQuery,
    CaseRepository,
    ConcurrentChangeError,
    PlanNotFoundError,
    PlanRepository,
    RepeatedSourceError,
    UnitOfWork,
)

if TYPE_CHECKING:
    from reclamation_core.adapters.memory.store import InMemoryStore


class InMemoryCases(CaseRepository):
    """The cases as a unit of work sees them: those committed, those it wrote in their place."""

    def __init__(self, store: InMemoryStore) -> None:
        self._store = store
        self.written: dict[str, tuple[int, Case]] = {}

    def add(self, case: Case) -> None:
        taken = self._seen(case.reference)
        if taken is not None:
            raise ConcurrentChangeError(case.reference, 0, taken.version)
        if case.source is not None and (other := self.by_source(case.source)) is not None:
            raise RepeatedSourceError(case.source, other.reference)
        self.written[case.reference] = (0, case)

    def save(self, case: Case, expected: int) -> None:
        seen = self.get(case.reference)
        if seen.version != expected:
            raise ConcurrentChangeError(case.reference, expected, seen.version)
        base = self.written.get(case.reference, (expected, case))[0]
        self.written[case.reference] = (base, case)

    def get(self, reference: str) -> Case:
        found = self._seen(reference)
        if found is None:
            raise CaseNotFoundError(reference)
        return found

    def by_source(self, source: str) -> Case | None:
        for _, case in self.written.values():
            if case.source == source:
                return case
        reference = self._store.reference_of(source)
        return None if reference is None else self._seen(reference)

    def find(self, query: CaseQuery) -> CasePage:
        found: list[Case] = []
        for case in self._meeting(query, query.after):
            if len(found) == query.limit:
                return CasePage(tuple(found), found[-1].reference)
            found.append(case)
        return CasePage(tuple(found), None)

    def count(self, query: CaseQuery) -> int:
        return sum(1 for _ in self._meeting(query, None))

    def _meeting(self, query: CaseQuery, after: str | None) -> Iterator[Case]:
        mine = [reference for reference in self.written if after is None or reference > after]
        for reference in sorted({*self._store.references_after(after), *mine}):
            case = self._seen(reference)
            if case is not None and meets(case, query):
                yield case

    def _seen(self, reference: str) -> Case | None:
        written = self.written.get(reference)
        return self._store.case(reference) if written is None else written[1]


class InMemoryPlans(PlanRepository):
    """The plans as a unit of work sees them."""

    def __init__(self, store: InMemoryStore) -> None:
        self._store = store
        self.written: dict[str, tuple[int, Pgaac]] = {}

    def get(self, scope: str) -> Pgaac:
        written = self.written.get(scope)
        plan = self._store.plan(scope) if written is None else written[1]
        if plan is None:
            raise PlanNotFoundError(scope)
        return plan

    def add(self, plan: Pgaac) -> None:
        scope = str(plan.scope)
        if scope in self.written or self._store.plan(scope) is not None:
            raise ConcurrentChangeError(scope, 0, self.get(scope).version)
        self.written[scope] = (0, plan)

    def save(self, plan: Pgaac, expected: int) -> None:
        scope = str(plan.scope)
        seen = self.get(scope)
        if seen.version != expected:
            raise ConcurrentChangeError(scope, expected, seen.version)
        self.written[scope] = (self.written.get(scope, (expected, plan))[0], plan)

    def scopes(self) -> tuple[str, ...]:
        return tuple(sorted({*self._store.scopes(), *self.written}))


class InMemoryUnitOfWork(UnitOfWork):
    """What is written waits here; the store checks it all before it keeps any of it."""

    def __init__(self, store: InMemoryStore) -> None:
        self._store = store
        self.cases = self._cases = InMemoryCases(store)
        self.plans = self._plans = InMemoryPlans(store)

    def commit(self) -> None:
        self._store.keep(self._cases.written, self._plans.written)
        self.rollback()

    def rollback(self) -> None:
        self._cases.written.clear()
        self._plans.written.clear()
