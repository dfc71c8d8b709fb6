"""A unit of work over the committed state of a store: pending writes are committed together, all or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from reclamation_core.adapters.committed_state import CommittedState, ReadSet
from reclamation_core.adapters.matching import meets, sites_of
from reclamation_core.adapters.pending_writes import ExpectedVersions, PendingWrites
from reclamation_core.cases import Case
from reclamation_core.plans import Pgaac
from reclamation_core.ports import (
    CaseNotFoundError,
    CasePage,
    CaseQuery,
    CaseRepository,
    Guards,
    PlanNotFoundError,
    PlanRepository,
    RepeatedSourceError,
    UnitOfWork,
)


class BufferedCases(CaseRepository):
    """The cases of a unit of work: the committed ones, and its pending writes in their place."""

    def __init__(self, committed: CommittedState) -> None:
        self._committed = committed
        self.pending: PendingWrites[Case] = PendingWrites()

    def add(self, *cases: Case) -> None:
        mine = self._sources()
        for case in cases:
            taken = self._seen(case.reference)
            other = mine.get(case.source or "") or self._committed.reference_of(case.source or "")
            if taken is None and case.source is not None and other is not None:
                raise RepeatedSourceError(case.source, other)
            self.pending.add(case.reference, case, None if taken is None else taken.version)
            if case.source is not None:
                mine[case.source] = case.reference

    def save(self, case: Case, expected: int) -> None:
        self.pending.save(case.reference, case, expected, self.get(case.reference).version)

    def get(self, reference: str) -> Case:
        found = self._seen(reference)
        if found is None:
            raise CaseNotFoundError(reference)
        return found

    def has_site(self, reference: str, sites: Collection[str]) -> bool:
        found = self._seen(reference)
        return found is not None and not sites_of(found).isdisjoint(sites)

    def by_source(self, source: str) -> Case | None:
        return self.by_sources([source]).get(source)

    def by_sources(self, sources: Collection[str]) -> dict[str, Case]:
        mine = self._sources()
        named = {source: mine.get(source) or self._committed.reference_of(source) for source in sources}
        return {source: self.get(reference) for source, reference in named.items() if reference is not None}

    def _sources(self) -> dict[str, str]:
        """Return the references of the pending cases by source."""
        return {case.source: key for key, (_, case) in self.pending.written.items() if case.source is not None}

    def find(self, query: CaseQuery) -> CasePage:
        found: list[Case] = []
        for case in self._all(query.after):
            if meets(case, query):
                if len(found) == query.limit:
                    return CasePage(tuple(found), found[-1].reference)
                found.append(case)
        return CasePage(tuple(found), None)

    def count(self, query: CaseQuery) -> int:
        return sum(meets(case, query) for case in self._all(None))

    def _all(self, after: str | None) -> list[Case]:
        mine = {key: case for key, (_, case) in self.pending.written.items() if after is None or key > after}
        known = {case.reference: case for case in self._committed.cases_after(after)} | mine
        return [known[key] for key in sorted(known)] if mine else list(known.values())

    def _seen(self, reference: str) -> Case | None:
        written = self.pending.written.get(reference)
        return self._committed.case(reference) if written is None else written[1]


class BufferedPlans(PlanRepository):
    """The plans of a unit of work: the committed ones, and its pending writes in their place."""

    def __init__(self, committed: CommittedState) -> None:
        self._committed = committed
        self.pending: PendingWrites[Pgaac] = PendingWrites()
        self.expected = ExpectedVersions()

    def expect(self, *plans: Pgaac) -> None:
        self.expected.expect(*plans)

    def get(self, scope: str) -> Pgaac:
        plan = self._seen(scope)
        if plan is None:
            raise PlanNotFoundError(scope)
        return plan

    def add(self, plan: Pgaac) -> None:
        taken = self._seen(plan.scope.key)
        self.pending.add(plan.scope.key, plan, None if taken is None else taken.version)

    def save(self, plan: Pgaac, expected: int) -> None:
        self.pending.save(plan.scope.key, plan, expected, self.get(plan.scope.key).version)

    def serving(self, case: str) -> tuple[Pgaac, ...]:
        return tuple(plan for plan in self._all() if plan.serves(case))

    def effective_on(self, families: Iterable[str]) -> tuple[Pgaac, ...]:
        wanted = frozenset(families)
        return tuple(plan for plan in self._all() if plan.is_effective_on(wanted))

    def _all(self) -> Iterator[Pgaac]:
        return (self.get(scope) for scope in self.scopes())

    def scopes(self) -> tuple[str, ...]:
        return tuple(sorted({*self.pending.written, *self._committed.scopes()}))

    def _seen(self, scope: str) -> Pgaac | None:
        written = self.pending.written.get(scope)
        return self._committed.plan(scope) if written is None else written[1]


class BufferedGuards(Guards):
    """The guards that a unit of work holds, each with the version that it had when it was first held."""

    def __init__(self, committed: CommittedState) -> None:
        self._committed = committed
        self.held = ExpectedVersions()

    def hold(self, *keys: str) -> None:
        versions = self.held.versions
        versions.update({key: self._committed.guard(key) for key in keys if key not in versions})


class BufferedUnitOfWork(UnitOfWork):
    """Keeps writes pending until the commit, and reads them before what is committed.

    Args:
        committed: the committed state of the store, which checks all versions before it commits any change.
    """

    def __init__(self, committed: CommittedState) -> None:
        self._committed = committed
        self.cases = self._cases = BufferedCases(committed)
        self.plans = self._plans = BufferedPlans(committed)
        self.guards = self._guards = BufferedGuards(committed)

    def commit(self) -> None:
        cases, plans = self._cases.pending.written, self._plans.pending.written
        if cases or plans:
            self._committed.commit_changes(cases, plans, self.read_set)
        self.rollback()

    @property
    def read_set(self) -> ReadSet:
        """The versions of what was read and not written."""
        written = self._plans.pending.written
        return ReadSet(plans=self._plans.expected.without(written), guards=self._guards.held.versions)

    def rollback(self) -> None:
        self._cases.pending.end()
        self._plans.pending.end()
        self._plans.expected.end()
        self._guards.held.end()
