"""Units of work: a buffer of unsaved writes over the committed state of a store, the same for every store.

What a unit of work writes is pending until its commit. It reads its pending writes before what is committed, and the
commit hands all of them to the store, which compares the versions and commits everything or nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Generic, TypeAlias, TypeVar

import attrs

from reclamation_core.cases import Case
from reclamation_core.plans import Pgaac, PlanPart
from reclamation_core.ports import (
    CaseFacet,
    CaseGroup,
    CaseJob,
    CaseNotFoundError,
    CaseOrdering,
    CasePage,
    CaseQuery,
    CaseRepository,
    CaseSummary,
    CaseSummaryPage,
    ConcurrentChangeError,
    Guards,
    PlanNotFoundError,
    PlanRepository,
    RepeatedSourceError,
    StaleReadError,
    StoreDamagedError,
    UnitOfWork,
    UnitOfWorkEndedError,
)
from reclamation_core.ports.query import meets, sites_of
from reclamation_core.ports.summaries import Tabulation, group_cases, tabulate

AnyPlan: TypeAlias = Pgaac | PlanPart
SiteSource: TypeAlias = tuple[str, str | None]
T = TypeVar("T", Case, Pgaac, Pgaac | PlanPart)

Changes: TypeAlias = Mapping[str, tuple[int, T]]
"""The writes of a unit of work, by reference or by scope: the version that the store must have (0 if new), and the new
case or plan."""


@attrs.frozen(kw_only=True)
class ReadSet:
    """The versions of what a unit of work read and did not write.

    Attributes:
        plans: by the key of their scope, those of the plans that it expects.
        guards: by their names, those of the guards that it holds.
    """

    plans: Mapping[str, int] = attrs.field(factory=dict)
    guards: Mapping[str, int] = attrs.field(factory=dict)


class CommittedQueries(ABC):
    """What is committed, in the queries that a unit of work needs, and the way to commit more."""

    @abstractmethod
    def case(self, reference: str) -> Case | None:
        """Return a committed case by its reference."""

    def case_to_change(self, reference: str, version: int) -> Case | None:  # noqa: ARG002  for stores that hold what was loaded
        """Return the committed case that a change at a version is made on.

        It need not be read again if this unit of work loaded it at that version: the commit compares the versions.
        """
        return self.case(reference)

    @abstractmethod
    def cases_of_sources(self, sources: Collection[str], sites: Collection[str]) -> Iterable[Case]:
        """Return the committed cases of source messages and, if there are any, of some sites, in any order."""

    @abstractmethod
    def has_site(self, reference: str, sites: Collection[str]) -> bool:
        """Return whether a committed case has one of these sites."""

    @abstractmethod
    def page(
        self, query: CaseQuery, excluded: Collection[str], limit: int
    ) -> tuple[list[Case], StoreDamagedError | None]:
        """Return committed cases that meet a query, in the order of their references, without those excluded.

        They end before the first case that is corrupt; its error is returned too.
        """

    @abstractmethod
    def count(self, query: CaseQuery, excluded: Collection[str]) -> int:
        """Return how many committed cases meet a query, without those excluded."""

    @abstractmethod
    def summary_rows(
        self, query: CaseQuery, excluded: Collection[str], ordering: CaseOrdering, limit: int
    ) -> tuple[list[CaseSummary], list[str]]:
        """Return the first summaries after the position of an order, in it, at least `limit` if there are as many.

        The references of rows that cannot be read are returned too.
        """

    @abstractmethod
    def tabulate(
        self, query: CaseQuery, excluded: Collection[str], facets: Sequence[CaseFacet], day: date
    ) -> Tabulation:
        """Return how many committed cases meet a query by the codes of some facets, without those excluded."""

    @abstractmethod
    def group(self, query: CaseQuery, min_count: int) -> list[CaseGroup]:
        """Return the groups of at least so many committed cases; see `CaseRepository.group`."""

    def due_references(self, job: CaseJob, until: date, sites: Collection[str]) -> Collection[str] | None:  # noqa: ARG002  for stores with an index
        """Return the committed cases for which a job may have something to do; see `CaseRepository.due_references`."""
        return None

    def postpone(self, job: CaseJob, days: Mapping[str, tuple[int, date | None]]) -> None:  # noqa: B027  as for `due_references`
        """Note until when a job has nothing to do for committed cases; see `CaseRepository.postpone`."""

    def cases_of(self, references: Collection[str]) -> tuple[list[Case], list[StoreDamagedError]] | None:  # noqa: ARG002  for stores that read several at once
        """Return the committed cases with these references, and the errors of corrupt ones; None to read one by one."""
        return None

    @abstractmethod
    def plan(self, scope: str) -> Pgaac | None:
        """Return a committed plan by the key of its scope."""

    def plan_to_change(self, scope: str, version: int) -> Pgaac | None:  # noqa: ARG002  as for cases
        """Return the committed plan that a change at a version is made on; as for cases."""
        return self.plan(scope)

    @abstractmethod
    def scopes(self) -> Iterable[str]:
        """Return the keys of the scopes of the committed plans."""

    def known_scopes(self) -> Iterable[str]:
        """Return the keys of the scopes that have a committed plan, or events of a plan that is missing."""
        return self.scopes()

    def scopes_serving(self, case: str) -> Iterable[str]:  # noqa: ARG002  for stores with an index
        """Return the scopes of the committed plans that may have an action that serves a case."""
        return self.scopes()

    def scopes_effective_on(self, families: frozenset[str]) -> Iterable[str]:  # noqa: ARG002  for stores with an index
        """Return the scopes of the committed plans that may have an effective action on one of these families."""
        return self.scopes()

    @abstractmethod
    def guard_versions(self, keys: Collection[str]) -> Mapping[str, int]:
        """Return the committed versions of guards; 0 for a guard that no committed unit of work held."""

    def find_inconsistencies(self, aggregate: Case | Pgaac) -> tuple[str, ...]:  # noqa: ARG002  a store of events alone has nothing to check
        """Return the names of stored snapshots and projections that do not follow from a committed case or plan."""
        return ()

    @abstractmethod
    def commit_changes(self, cases: Changes[Case], plans: Changes[Any], read: ReadSet) -> None:
        """Commit the writes of a unit of work, all or nothing, and advance each guard of its read set by one.

        It is called only if something was written.

        Raises:
            StaleReadError: another commit changed something of the read set; nothing is committed.
            ConcurrentChangeError: another commit changed something written here; nothing is committed.
            RepeatedSourceError: another commit registered a source; nothing is committed.
        """


class CommittedState(CommittedQueries):
    """The cases, plans and guards that are committed, for a store that answers queries by reading them all.

    A store that is one of these, or has one, makes its units of work with `BufferedUnitOfWork`. Cases and plans are
    immutable values; several threads call these methods.
    """

    @abstractmethod
    def references_of(self, source: str) -> Collection[str]:
        """Return the references of the committed cases that were registered from a source message, one a site."""

    @abstractmethod
    def cases_after(self, reference: str | None) -> Iterable[Case]:
        """Return the committed cases whose references come after one, all for None, in the order by code point.

        They are of one moment.
        """

    @abstractmethod
    def guard(self, key: str) -> int:
        """Return the committed version of a guard; 0 if no committed unit of work held it."""

    @abstractmethod
    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        """Commit the writes of a unit of work, all or nothing, and advance each guard of its read set by one.

        `check_versions` finds the conflicts. It is called only if something was written.

        Raises:
            StaleReadError: another commit changed something of the read set; nothing is committed.
            ConcurrentChangeError: another commit changed something written here; nothing is committed.
            RepeatedSourceError: another commit registered a source; nothing is committed.
        """

    def check_versions(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        """Refuse writes made on another version than the one committed, and a source that another case has.

        Nothing may be committed between this and the writing: call it under the lock of the commit.

        Raises:
            StaleReadError, ConcurrentChangeError, RepeatedSourceError: as `commit_changes` does.
        """
        for key, expected in read.guards.items():
            refuse_stale(key, expected, self.guard(key))
        for scope, expected in read.plans.items():
            refuse_stale(scope, expected, _version(self.plan(scope)))
        for reference, (expected, case) in cases.items():
            refuse_changed(reference, expected, _version(self.case(reference)))
            other = self._with_source_of(case)
            if other not in (None, reference):
                raise RepeatedSourceError(str(case.source), str(other))
        for scope, (expected, _) in plans.items():
            refuse_changed(scope, expected, _version(self.plan(scope)))

    def _with_source_of(self, case: Case) -> str | None:
        """Return the reference of the committed case that has the source and the site of a case."""
        found = self.cases_of_sources([] if case.source is None else [case.source], ())
        return next((other.reference for other in found if other.site == case.site), None)

    def cases_of_sources(self, sources: Collection[str], sites: Collection[str]) -> Iterable[Case]:
        references = (reference for source in sources for reference in self.references_of(source))
        found = filter(None, map(self.case, references))
        return (case for case in found if not sites or not sites_of(case).isdisjoint(sites))

    def has_site(self, reference: str, sites: Collection[str]) -> bool:
        case = self.case(reference)
        return case is not None and not sites_of(case).isdisjoint(sites)

    def page(
        self, query: CaseQuery, excluded: Collection[str], limit: int
    ) -> tuple[list[Case], StoreDamagedError | None]:
        later = (case for case in self.cases_after(query.after) if case.reference not in excluded)
        return list(islice((case for case in later if meets(case, query)), limit)), None

    def count(self, query: CaseQuery, excluded: Collection[str]) -> int:
        return sum(1 for _ in self._meeting(query, excluded))

    def summary_rows(
        self,
        query: CaseQuery,
        excluded: Collection[str],
        ordering: CaseOrdering,
        limit: int,  # noqa: ARG002  every row is read anyway
    ) -> tuple[list[CaseSummary], list[str]]:
        rows = map(CaseSummary.of, self._meeting(query, excluded))
        return ordering.sorted(filter(ordering.follows, rows)), []

    def tabulate(
        self, query: CaseQuery, excluded: Collection[str], facets: Sequence[CaseFacet], day: date
    ) -> Tabulation:
        return tabulate(map(CaseSummary.of, self._meeting(query, excluded)), facets, day)

    def group(self, query: CaseQuery, min_count: int) -> list[CaseGroup]:
        return group_cases(self._meeting(query, ()), min_count)

    def _meeting(self, query: CaseQuery, excluded: Collection[str]) -> Iterator[Case]:
        return (case for case in self.cases_after(None) if case.reference not in excluded and meets(case, query))

    def guard_versions(self, keys: Collection[str]) -> Mapping[str, int]:
        return {key: self.guard(key) for key in keys}


def _version(stored: Case | Pgaac | None) -> int:
    return 0 if stored is None else stored.version


def refuse_changed(key: str, expected: int, found: int) -> None:
    """Refuse a change of a case or a plan that has another version."""
    if expected != found:
        raise ConcurrentChangeError(key, expected, found)


def refuse_stale(key: str, expected: int, found: int) -> None:
    """Refuse a decision that read a plan or a guard at another version."""
    if expected != found:
        raise StaleReadError(key, expected, found)


def site_source(case: Case) -> SiteSource:
    """Return the site that registered a case and its source: no other case has both, if it has a source."""
    return case.site, case.source


class ExpectedVersions:
    """The versions, by key, of guards or plans that a unit of work read; the first version of a key counts."""

    def __init__(self) -> None:
        self._versions: dict[str, int] | None = {}

    @property
    def versions(self) -> dict[str, int]:
        """The versions by key.

        Raises:
            UnitOfWorkEndedError: the unit of work has ended.
        """
        if self._versions is None:
            raise UnitOfWorkEndedError
        return self._versions

    def end(self) -> None:
        """Refuse any further use."""
        self._versions = None


class PendingWrites(Generic[T]):
    """The cases or plans that a unit of work wrote, each with the version that the store must have at the commit."""

    def __init__(self) -> None:
        self._written: dict[str, tuple[int, T]] | None = {}

    @property
    def written(self) -> dict[str, tuple[int, T]]:
        """The version expected in the store and the aggregate, by key.

        Raises:
            UnitOfWorkEndedError: the unit of work has ended.
        """
        if self._written is None:
            raise UnitOfWorkEndedError
        return self._written

    def end(self) -> None:
        """Discard the writes and refuse any further use."""
        self._written = None

    def add(self, key: str, aggregate: T, taken: int | None) -> None:
        """Add a new aggregate, given the version of the one that already has its key.

        Raises:
            ConcurrentChangeError: the key is taken.
            ValueError: the aggregate has no events.
        """
        if taken is not None:
            raise ConcurrentChangeError(key, 0, taken)
        if aggregate.version == 0:
            raise ValueError(f"{key}: cannot add a case or a plan without events; apply a command first")
        self.written[key] = (0, aggregate)

    def save(self, key: str, aggregate: T, expected: int, found: int) -> None:
        """Save a changed aggregate, given the version that the unit of work sees under its key.

        Raises:
            ConcurrentChangeError: the version seen is not the one expected.
            ValueError: the aggregate has no new events.
        """
        refuse_changed(key, expected, found)
        if aggregate.version <= expected:
            raise ValueError(
                f"{key}: version {aggregate.version} adds no event to version {expected}; apply a command first"
            )
        base = self.written[key][0] if key in self.written else expected
        self.written[key] = (base, aggregate)


class BufferedCases(CaseRepository):
    """The cases of a unit of work: the committed ones, and its pending writes in their place."""

    def __init__(self, committed: CommittedQueries) -> None:
        self._committed = committed
        self._sources: dict[SiteSource, str] = {}
        self.pending: PendingWrites[Case] = PendingWrites()

    def add(self, *cases: Case) -> None:
        for case in cases:
            mine, source = self.pending.written.get(case.reference), site_source(case)
            if mine is None and source in self._sources:
                raise RepeatedSourceError(str(case.source), self._sources[source])
            self.pending.add(case.reference, case, None if mine is None else mine[1].version)
            if case.source is not None:
                self._sources[source] = case.reference

    def save(self, case: Case, expected: int) -> None:
        written = self.pending.written.get(case.reference)
        found = self._committed.case_to_change(case.reference, expected) if written is None else written[1]
        if found is None:
            raise CaseNotFoundError(case.reference)
        self.pending.save(case.reference, case, expected, found.version)

    def get(self, reference: str) -> Case:
        found = self._seen(reference)
        if found is None:
            raise CaseNotFoundError(reference)
        return found

    def _seen(self, reference: str) -> Case | None:
        written = self.pending.written.get(reference)
        return self._committed.case(reference) if written is None else written[1]

    def has_site(self, reference: str, sites: Collection[str]) -> bool:
        written = self.pending.written.get(reference)
        if written is not None:
            return not sites_of(written[1]).isdisjoint(sites)
        return self._committed.has_site(reference, sites)

    def by_sources(self, sources: Collection[str], sites: Collection[str] = ()) -> dict[str, tuple[Case, ...]]:
        written, wanted = self.pending.written, frozenset(sources)
        mine = [case for _, case in written.values() if case.source in wanted]
        seen = [case for case in mine if not sites or not sites_of(case).isdisjoint(sites)]
        others = (case for case in self._committed.cases_of_sources(wanted, sites) if case.reference not in written)
        found: defaultdict[str, tuple[Case, ...]] = defaultdict(tuple)
        for case in sorted((*seen, *others), key=lambda case: case.reference):
            found[str(case.source)] += (case,)
        return dict(found)

    def find(self, query: CaseQuery) -> CasePage:
        mine = [case for case in self._mine(query) if query.after is None or case.reference > query.after]
        stored, corrupt = self._committed.page(query, self.pending.written.keys(), query.limit + 1)
        found = sorted([*mine, *stored], key=lambda case: case.reference) if mine else stored
        if corrupt is not None:
            found = [case for case in found if case.reference < str(corrupt.holder)]
            if not found:
                raise corrupt
        more = corrupt is not None or len(found) > query.limit
        return CasePage(tuple(found[: query.limit]), found[: query.limit][-1].reference if more else None)

    def count(self, query: CaseQuery) -> int:
        return len(self._mine(query)) + self._committed.count(query, self.pending.written.keys())

    def summaries(self, query: CaseQuery, ordering: CaseOrdering) -> CaseSummaryPage:
        pending = self.pending.written.keys()
        rows, damaged = self._committed.summary_rows(query, pending, ordering, query.limit + 1)
        if not pending:
            return ordering.page_of_sorted(rows, query.limit, damaged)
        return ordering.page([*map(CaseSummary.of, self._mine(query)), *rows], query.limit, damaged)

    def tabulate(self, query: CaseQuery, facets: Sequence[CaseFacet], day: date) -> Tabulation:
        counts = Counter(self._committed.tabulate(query, self.pending.written.keys(), facets, day))
        counts.update(tabulate(map(CaseSummary.of, self._mine(query)), facets, day))
        return dict(counts)

    def group(self, query: CaseQuery, min_count: int) -> tuple[list[CaseGroup], tuple[str, ...]]:
        return (
            super().group(query, min_count) if self.pending.written else (self._committed.group(query, min_count), ())
        )

    def due_references(self, job: CaseJob, until: date, sites: Collection[str]) -> Collection[str] | None:
        return None if self.pending.written else self._committed.due_references(job, until, sites)

    def postpone(self, job: CaseJob, days: Mapping[str, tuple[int, date | None]]) -> None:
        self._committed.postpone(job, days)

    def load(self, references: Collection[str]) -> tuple[list[Case], list[StoreDamagedError]]:
        found = None if self.pending.written else self._committed.cases_of(references)
        return super().load(references) if found is None else found

    def _mine(self, query: CaseQuery) -> list[Case]:
        return [case for _, case in self.pending.written.values() if meets(case, query)]

    def find_inconsistencies(self, case: Case) -> tuple[str, ...]:
        return self._committed.find_inconsistencies(case)


class BufferedPlans(PlanRepository):
    """The plans of a unit of work: the committed ones, and its pending writes in their place."""

    def __init__(self, committed: CommittedQueries) -> None:
        self._committed = committed
        self.pending: PendingWrites[AnyPlan] = PendingWrites()
        self.expected = ExpectedVersions()

    def add(self, plan: Pgaac) -> None:
        taken = self._seen(plan.scope.key)
        self.pending.add(plan.scope.key, plan, None if taken is None else taken.version)

    def save(self, plan: Pgaac, expected: int) -> None:
        scope = plan.scope.key
        is_pending = scope in self.pending.written
        found = self._seen(scope) if is_pending else self._committed.plan_to_change(scope, expected)
        if found is None:
            raise PlanNotFoundError(scope)
        self.pending.save(scope, plan, expected, found.version)

    def get(self, scope: str) -> Pgaac:
        plan = self._seen(scope)
        if plan is None:
            raise PlanNotFoundError(scope)
        return plan

    def _seen(self, scope: str) -> Pgaac | None:
        written: Any = self.pending.written.get(scope)
        plan: Pgaac | None = self._committed.plan(scope) if written is None else written[1]
        return plan

    def expect(self, *plans: Pgaac) -> None:
        for plan in plans:
            if plan.version == 0:
                raise ValueError(f"{plan.scope}: it has no events, so no version to expect; hold a guard instead")
            self.expected.versions.setdefault(plan.scope.key, plan.version)

    def serving(self, case: str) -> tuple[Pgaac, ...]:
        return tuple(plan for plan in self._among(self._committed.scopes_serving(case)) if plan.serves(case))

    def effective_on(self, families: Iterable[str]) -> tuple[Pgaac, ...]:
        wanted = frozenset(families)
        found = self._among(self._committed.scopes_effective_on(wanted)) if wanted else iter(())
        return tuple(plan for plan in found if plan.is_effective_on(wanted))

    def _among(self, scopes: Iterable[str]) -> Iterator[Pgaac]:
        """Yield the plans of these scopes and the pending ones."""
        return (self.get(scope) for scope in sorted({*self.pending.written, *scopes}))

    def scopes(self) -> tuple[str, ...]:
        return tuple(sorted({*self.pending.written, *self._committed.scopes()}))

    def known_scopes(self) -> tuple[str, ...]:
        return tuple(sorted({*self.scopes(), *self._committed.known_scopes()}))

    def find_inconsistencies(self, plan: Pgaac) -> tuple[str, ...]:
        return self._committed.find_inconsistencies(plan)


class BufferedGuards(Guards):
    """The guards that a unit of work holds, each with the version that it had when it was first held."""

    def __init__(self, committed: CommittedQueries) -> None:
        self._committed = committed
        self.held = ExpectedVersions()

    def hold(self, *keys: str) -> None:
        versions = self.held.versions
        if new := [key for key in keys if key not in versions]:
            versions.update(self._committed.guard_versions(new))


class BufferedUnitOfWork(UnitOfWork):
    """A unit of work whose writes are pending until the commit; its reads include the later commits of others.

    Args:
        committed: the committed state of the store, which checks all versions before it commits any change.
        plans: the repository of plans of a store that also loads parts of plans.
    """

    def __init__(self, committed: CommittedQueries, plans: BufferedPlans | None = None) -> None:
        self._committed = committed
        self.cases = self._cases = BufferedCases(committed)
        self.plans = self._plans = BufferedPlans(committed) if plans is None else plans
        self.guards = self._guards = BufferedGuards(committed)

    def commit(self) -> None:
        cases, plans = self._cases.pending.written, self._plans.pending.written
        if cases or plans:
            self._committed.commit_changes(cases, plans, self.read_set)
        self.rollback()

    @property
    def read_set(self) -> ReadSet:
        """The versions of what was read and not written; the commit compares those of the writes anyway."""
        written, expected = self._plans.pending.written, self._plans.expected.versions
        plans = {scope: version for scope, version in expected.items() if scope not in written}
        return ReadSet(plans=plans, guards=self._guards.held.versions)

    def rollback(self) -> None:
        self._cases.pending.end()
        self._plans.pending.end()
        self._plans.expected.end()
        self._guards.held.end()
