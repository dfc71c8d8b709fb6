"""The cases and the plans of a store within one unit of work, and the queries that a store answers for them.

A repository reads the pending writes of its unit of work before what is committed. Both repositories are
the same for every store: what differs is the `CommittedQueries` below them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

import attrs

from reclamation_core import plans
from reclamation_core.cases import Case
from reclamation_core.cases.periods import CasePeriod, periods_of
from reclamation_core.ports.errors import (
    CaseNotFoundError,
    ConcurrentChangeError,
    PlanNotFoundError,
    RepeatedSourceError,
    StoreDamagedError,
    UnitOfWorkEndedError,
)
from reclamation_core.ports.periods import ChangeSelection, ListedPeriods, PeriodChange, PeriodSelection
from reclamation_core.ports.query import CaseJob, CasePage, CaseQuery, CaseSummary, meets, sites_of
from reclamation_core.ports.summaries import (
    CaseFacet,
    CaseGroup,
    CaseOrdering,
    CaseSummaryPage,
    Tabulation,
    group_cases,
    tabulate,
)
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import is_storable

MOST_IDENTIFIED: Final = 100
"""So many cases that an identifier stands for are listed."""
_PAGE: Final = 500


AnyPlan: TypeAlias = "plans.Pgaac | plans.PlanPart"
SiteSource: TypeAlias = tuple[str, str | None]
ServedLine: TypeAlias = tuple[str, str, str]
"""The key of a plan, the reference of an action of it, and a case that the action serves."""
OwnFactValue: TypeAlias = tuple[str, str, str]
"""The reference of a case, the name of a fact that its edition declares, and its value."""
T = TypeVar("T", Case, "plans.Pgaac", "plans.Pgaac | plans.PlanPart")


class ActionDay(NamedTuple):
    """A day of an action: the key of its plan, and its reference."""

    day: date
    plan: str
    action: str


class SignalLine(NamedTuple):
    """A signal: the key of its plan, its reference, the actions that it led to, and whether it was dismissed."""

    plan: str
    signal: str
    actions: tuple[str, ...]
    is_dismissed: bool


F = TypeVar("F", ActionDay, SignalLine)
Found: TypeAlias = tuple[list[F], list[StoreDamagedError]]
"""What a search of plans found, in order, and the errors of corrupt plans."""

LoadedParts: TypeAlias = "tuple[list[plans.PlanPart], list[StoreDamagedError]]"
"""Parts of plans, and the errors of corrupt plans."""


def only_part(scope: str, loaded: LoadedParts) -> plans.PlanPart:
    """Return the part of one plan; raise PlanNotFoundError or StoreDamagedError if there is none."""
    for part in loaded[0]:
        return part
    raise next(iter(loaded[1]), PlanNotFoundError(scope))


Changes: TypeAlias = Mapping[str, tuple[int, T]]
"""The writes of a unit of work, by reference or by scope: the version that the store must have (0 if new), and the new
case or plan."""


@attrs.frozen(kw_only=True)
class ReadSet(SharedRepr):
    """The versions of what a unit of work read and did not write.

    Attributes:
        plans: by the key of their scope, those of the plans that it expects.
        optimistic_locks: by their names, those of the optimistic locks that it holds.
    """

    plans: Mapping[str, int] = attrs.field(factory=dict)
    optimistic_locks: Mapping[str, int] = attrs.field(factory=dict)


def refuse_changed(key: str, expected: int, found: int) -> None:
    """Refuse a change of a case or a plan that has another version."""
    if expected != found:
        raise ConcurrentChangeError(key, expected, found)


def site_source(case: Case) -> SiteSource:
    """Return the site that registered a case and its source: no other case has both, if it has a source."""
    return case.site, case.source


def erased_documents(changes: Changes[Case]) -> Iterator[str]:
    """Yield the keys of the documents that the new events of cases erase: a commit lists them for deletion."""
    for expected, case in changes.values():
        yield from case.erased_documents(expected)


class CommittedQueries(ABC):
    """What is committed, in the queries that a unit of work needs, and the way to commit more."""

    def reading(self) -> AbstractContextManager[None]:
        """Return a block of several reads; a database may read them on one connection."""
        return nullcontext()

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

    def identified_rows(
        self, identifier: str, references: Collection[str], query: CaseQuery, excluded: Collection[str]
    ) -> tuple[list[CaseSummary], list[str]]:
        """Return the summaries of committed cases that an identifier stands for, without those excluded.

        They are those of `CaseRepository.identify`, in any order. The references of rows that cannot be read are
        returned too.
        """
        named = {*filter(is_storable, references)}
        named.update(case.reference for case in self.cases_of_sources([identifier], ()))
        for plan in filter(None, map(self.plan, self.scopes())):
            named.update(case for action in plan.actions if action.reference == identifier for case in action.cases)
        known = named if query.references is None else named & query.references
        return self.summary_rows(attrs.evolve(query, text=None, references=known), excluded, CaseOrdering(), len(named))

    @abstractmethod
    def page(
        self, query: CaseQuery, excluded: Collection[str], limit: int
    ) -> tuple[list[Case], StoreDamagedError | None]:
        """Return committed cases that meet a query, in the order of their references, without those excluded.

        They end before the first case that is corrupt; its error is returned too.
        """

    @abstractmethod
    def count(self, query: CaseQuery, excluded: Collection[str], most: int | None = None) -> int:
        """Return how many committed cases meet a query, without those excluded; at most so many."""

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

    @abstractmethod
    def periods(
        self, selections: Sequence[PeriodSelection], excluded: Collection[str]
    ) -> Sequence[Sequence[CasePeriod]]:
        """Return what was known of committed cases, without those excluded; see `PeriodSource`."""

    @abstractmethod
    def changes(self, selection: ChangeSelection, excluded: Collection[str]) -> Sequence[PeriodChange]:
        """Return the recorded changes of committed cases, without those excluded; see `PeriodSource`."""

    def own_names(self) -> Collection[str] | None:
        """Return the names of the own facts that committed cases are found by; None to read every case."""
        return None

    def own_values(self, query: CaseQuery, names: Collection[str]) -> Iterable[OwnFactValue] | None:  # noqa: ARG002  for stores with an index
        """Return what committed cases are found by; see `CaseRepository.own_values`; None to read every case."""
        return None

    def cause_families(self, query: CaseQuery) -> Iterable[tuple[str, str]] | None:  # noqa: ARG002  for stores with an index
        """Return the causes of committed cases; see `CaseRepository.cause_families`; None to read every case."""
        return None

    def due_references(self, job: CaseJob, until: date, sites: Collection[str]) -> Collection[str] | None:  # noqa: ARG002  for stores with an index
        """Return the committed cases for which a job may have something to do; see `CaseRepository.due_references`."""
        return None

    def postpone(self, job: CaseJob, days: Mapping[str, tuple[int, date | None]]) -> None:  # noqa: B027  as for `due_references`
        """Note until when a job has nothing to do for committed cases; see `CaseRepository.postpone`."""

    def cases_of(self, references: Collection[str]) -> tuple[list[Case], list[StoreDamagedError]] | None:  # noqa: ARG002  for stores that read several at once
        """Return the committed cases with these references, and the errors of corrupt ones; None to read one by one."""
        return None

    @abstractmethod
    def plan(self, scope: str) -> plans.Pgaac | None:
        """Return a committed plan by the key of its scope."""

    def plan_to_change(self, scope: str, version: int) -> plans.Pgaac | None:  # noqa: ARG002  as for cases
        """Return the committed plan that a change at a version is made on; as for cases."""
        return self.plan(scope)

    def plan_parts(self, wanted: Mapping[str, frozenset[str] | None]) -> LoadedParts | None:  # noqa: ARG002  for stores that load parts
        """Return parts of committed plans in any order; see `PlanRepository.parts`; None to load whole plans.

        With parts, a command on an action costs the same however long the plan is.
        """
        return None

    def with_published(self, outline: plans.PlanPart, numbers: range) -> plans.PlanPart | None:  # noqa: ARG002  as for `plan_parts`
        """Return the outline of a committed plan with publications that it has; None to load the whole plan."""
        return None

    def part_to_change(self, scope: str, actions: frozenset[str], version: int) -> plans.PlanPart | None:  # noqa: ARG002  as for `plan_parts`
        """Return the part of a committed plan that a change at a version is made on; None to save the whole plan.

        The changes of a store that returns one have a `PlanPart` in place of the plan.

        Raises:
            PlanNotFoundError: there is no such plan.
        """
        return None

    @abstractmethod
    def scopes(self) -> Iterable[str]:
        """Return the keys of the scopes of the committed plans."""

    def known_scopes(self) -> Iterable[str]:
        """Return the keys of the scopes that have a committed plan, or events of a plan that is missing."""
        return self.scopes()

    def scopes_effective_on(self, families: frozenset[str]) -> Iterable[str]:  # noqa: ARG002  for stores with an index
        """Return the scopes of the committed plans that may have an effective action on one of these families."""
        return self.scopes()

    def served_cases(self, late_on: date | None) -> Collection[str] | None:  # noqa: ARG002  for stores with an index
        """Return the cases that committed plans serve, as `PlanRepository.served_cases`; None to read the plans."""
        return None

    def served_lines(self, sites: Collection[str]) -> Collection[ServedLine] | None:  # noqa: ARG002  for stores with an index
        """Return the actions that serve cases of sites, as `PlanRepository.served_lines`; None to read the plans."""
        return None

    def late_actions(self, on: date) -> Found[ActionDay] | None:  # noqa: ARG002  for stores with an index
        """Return the actions that are late on a day, as `PlanRepository.late_actions`; None to read the plans."""
        return None

    def awaited_checks(self, until: date) -> Found[ActionDay] | None:  # noqa: ARG002  for stores with an index
        """Return the actions to be judged until a day, as `PlanRepository.awaited_checks`; None to read the plans."""
        return None

    def signals(self) -> Found[SignalLine] | None:
        """Return the signals of plans, as `PlanRepository.signals`; None to read the plans."""
        return None

    @abstractmethod
    def lock_versions(self, keys: Collection[str]) -> Mapping[str, int]:
        """Return the committed versions of optimistic locks; 0 for one that no committed unit of work held."""

    def find_inconsistencies(self, aggregate: Case | plans.Pgaac) -> tuple[str, ...]:  # noqa: ARG002  a store of events alone has nothing to check
        """Return the names of stored snapshots and projections that do not follow from a committed case or plan."""
        return ()

    @abstractmethod
    def commit_changes(self, cases: Changes[Case], plans: Changes[Any], read: ReadSet) -> None:
        """Commit the writes of a unit of work, all or nothing, and advance each optimistic lock of its read set by one.

        A store with `document_keys` lists the `erased_documents` of the cases in the same transaction. It is called
        only if something was written.

        Raises:
            StaleReadError: another commit changed something of the read set; nothing is committed.
            ConcurrentChangeError: another commit changed something written here; nothing is committed.
            RepeatedSourceError: another commit registered a source; nothing is committed.
        """


class ExpectedVersions:
    """The versions, by key, of locks or plans that a unit of work read; the first version of a key counts."""

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


class CaseRepository:
    """The cases of a unit of work: the committed ones, and its pending writes in their place.

    It returns values: changing a case changes nothing here until `save`.

    Args:
        committed: what the store has committed.
    """

    def __init__(self, committed: CommittedQueries) -> None:
        self._committed = committed
        self._sources: dict[SiteSource, str] = {}
        self.pending: PendingWrites[Case] = PendingWrites()

    def add(self, *cases: Case) -> None:
        """Add new cases.

        Raises:
            ConcurrentChangeError: a reference is taken; raised here or at the commit.
            RepeatedSourceError: another case of the same registering site has the source of one; likewise.
        """
        for case in cases:
            mine, source = self.pending.written.get(case.reference), site_source(case)
            if mine is None and source in self._sources:
                raise RepeatedSourceError(str(case.source), self._sources[source])
            self.pending.add(case.reference, case, None if mine is None else mine[1].version)
            if case.source is not None:
                self._sources[source] = case.reference

    def save(self, case: Case, expected: int) -> None:
        """Save a case that has more events than when it was loaded at version `expected`, and its texts.

        Raises:
            ValueError: it has no more events.
            CaseNotFoundError: the case was never added.
            ConcurrentChangeError: the version stored is not the one expected; raised here or at the commit.
        """
        written = self.pending.written.get(case.reference)
        found = self._committed.case_to_change(case.reference, expected) if written is None else written[1]
        if found is None:
            raise CaseNotFoundError(case.reference)
        self.pending.save(case.reference, case, expected, found.version)

    def get(self, reference: str) -> Case:
        """Return the case with a reference, its texts in the order in which they came.

        Raises:
            CaseNotFoundError: there is none.
        """
        found = self._seen(reference)
        if found is None:
            raise CaseNotFoundError(reference)
        return found

    def _seen(self, reference: str) -> Case | None:
        written = self.pending.written.get(reference)
        return self._committed.case(reference) if written is None else written[1]

    def has_site(self, reference: str, sites: Collection[str]) -> bool:
        """Return whether a case has one of these as registering site, service site or handling unit.

        False where there is no such case. Nothing of the case is decoded, so that a damaged one is no obstacle, and
        a store should look it up in an index: a case of other sites then costs what a missing one costs, and the time
        of the answer does not distinguish them.
        """
        written = self.pending.written.get(reference)
        if written is not None:
            return not sites_of(written[1]).isdisjoint(sites)
        return self._committed.has_site(reference, sites)

    def by_source(self, source: str, sites: Collection[str] = ()) -> tuple[Case, ...]:
        """Return the cases registered from a source message; see `by_sources`.

        Raises:
            StoreDamagedError: one of them cannot be read.
        """
        return self.by_sources([source], sites).get(source, ())

    def by_sources(self, sources: Collection[str], sites: Collection[str] = ()) -> dict[str, tuple[Case, ...]]:
        """Return the cases registered from these source messages, by source, in the order of their references.

        A site registers one case from a message at most; several sites may each have one.

        Args:
            sources: the identifiers of the messages; one without a case is left out.
            sites: if there are any, only the cases that have one of these as registering site, service site or handling
                unit; nothing of the other cases is decoded.

        Raises:
            StoreDamagedError: one of these cases cannot be read; a call with the other sources returns the others.
        """
        written, wanted = self.pending.written, frozenset(sources)
        mine = [case for _, case in written.values() if case.source in wanted]
        seen = [case for case in mine if not sites or not sites_of(case).isdisjoint(sites)]
        others = (case for case in self._committed.cases_of_sources(wanted, sites) if case.reference not in written)
        found: defaultdict[str, tuple[Case, ...]] = defaultdict(tuple)
        for case in sorted((*seen, *others), key=lambda case: case.reference):
            found[str(case.source)] += (case,)
        return dict(found)

    def identify(self, identifier: str, references: Collection[str], query: CaseQuery) -> CaseSummaryPage:
        """Return the summaries of the first cases that an identifier stands for and that meet the criteria.

        Those with one of the references are first; the others follow in the order of their due dates. The actions that
        serve a case written in this unit of work are not read, nor are those of a plan that is.

        Args:
            identifier: the identifier of the message of a case, or the reference of an action that serves it.
            references: references of cases.
            query: the criteria; its text and its page are not read.
        """
        written = self.pending.written
        rows, damaged = self._committed.identified_rows(identifier, references, query, written.keys())
        pending = self._mine(attrs.evolve(query, text=None)) if written else ()
        mine = (case for case in pending if case.reference in references or case.source == identifier)
        found = [*rows, *map(CaseSummary.of, mine)]
        found.sort(key=lambda one: (one.reference not in references, one.due_on or date.max, one.reference))
        return CaseSummaryPage(tuple(found[:MOST_IDENTIFIED]), None, tuple(damaged))

    def find(self, query: CaseQuery) -> CasePage:
        """Return a page of the cases of a query, in the order of their references by code point.

        A page ends before a case that cannot be read; one that would begin with it raises.

        Raises:
            StoreDamagedError: the first case cannot be read; continue with the cases after its holder.
        """
        mine = [case for case in self._mine(query) if query.after is None or case.reference > query.after]
        stored, corrupt = self._committed.page(query, self.pending.written.keys(), query.limit + 1)
        found = sorted([*mine, *stored], key=lambda case: case.reference) if mine else stored
        if corrupt is not None:
            found = [case for case in found if case.reference < str(corrupt.holder)]
            if not found:
                raise corrupt
        more = corrupt is not None or len(found) > query.limit
        return CasePage(tuple(found[: query.limit]), found[: query.limit][-1].reference if more else None)

    def count(self, query: CaseQuery, most: int | None = None) -> int:
        """Return how many cases meet the criteria, on all pages; `most` if there are as many, or more."""
        count = len(self._mine(query)) + self._committed.count(query, self.pending.written.keys(), most)
        return count if most is None else min(count, most)

    def summaries(self, query: CaseQuery, ordering: CaseOrdering) -> CaseSummaryPage:
        """Return a page of the summaries of the cases that meet the criteria, in an order.

        The limit is that of the query, whose own `after` is not read. A case whose row cannot be read is named, and
        left out.
        """
        pending = self.pending.written.keys()
        rows, damaged = self._committed.summary_rows(query, pending, ordering, query.limit + 1)
        if not pending:
            return ordering.page_of_sorted(rows, query.limit, damaged)
        return ordering.page([*map(CaseSummary.of, self._mine(query)), *rows], query.limit, damaged)

    def tabulate(self, query: CaseQuery, facets: Sequence[CaseFacet], day: date) -> Tabulation:
        """Return how many cases meet the criteria, by the codes of some facets, None without one.

        Args:
            query: the criteria; its page is not read.
            facets: the facets, in the order of the codes.
            day: the day on which an answer is overdue, due or running.
        """
        counts = Counter(self._committed.tabulate(query, self.pending.written.keys(), facets, day))
        counts.update(tabulate(map(CaseSummary.of, self._mine(query)), facets, day))
        return dict(counts)

    def group(self, query: CaseQuery, min_count: int) -> tuple[list[CaseGroup], tuple[str, ...]]:
        """Return the groups of at least so many cases about one site and of one nature, in any order.

        The references of cases that cannot be read, which are left out, are returned too.
        """
        if not self.pending.written:
            return self._committed.group(query, min_count), ()
        damaged: list[str] = []
        return group_cases(self._every(query, damaged), min_count), tuple(damaged)

    def own_names(self) -> frozenset[str]:
        """Return the names of the facts of editions that cases are found by: neither personal facts nor free texts."""
        found = None if self.pending.written else self._committed.own_names()
        if found is None:
            found = {name for case in self._every(CaseQuery(), []) for name in case.facts.own.searched()}
        return frozenset(found)

    def own_values(self, query: CaseQuery, names: Collection[str]) -> Iterable[OwnFactValue]:
        """Return the values of some facts of editions that the cases that meet the criteria have, in any order.

        Values are those that cases are found by, as `OwnFacts.searched` writes them.

        Args:
            query: the criteria; its page is not read.
            names: the names of the facts.
        """
        found = None if self.pending.written else self._committed.own_values(query, names)
        if found is not None:
            return found
        return [
            (case.reference, name, text)
            for case in self._every(query, [])
            for name, text in case.facts.own.searched().items()
            if name in names
        ]

    def cause_families(self, query: CaseQuery) -> Iterable[tuple[str, str]]:
        """Return the families of the causes that the cases that meet the criteria have, in any order.

        Args:
            query: the criteria; its page is not read.

        Returns:
            The reference of a case and a family, for each family among its causes as last analysed.
        """
        found = None if self.pending.written else self._committed.cause_families(query)
        if found is not None:
            return found
        analysed = ((case.reference, case.analysis) for case in self._every(query, []))
        return [(case, family) for case, analysis in analysed if analysis for family in set(analysis.causes)]

    def _every(self, query: CaseQuery, damaged: list[str]) -> Iterator[Case]:
        """Yield the cases of all pages; the references of those that cannot be read are appended to `damaged`."""
        following: CaseQuery | None = attrs.evolve(query, after=None, limit=_PAGE)
        while following is not None:
            try:
                page = self.find(following)
            except StoreDamagedError as error:
                if error.holder is None:
                    raise
                damaged.append(error.holder)
                following = attrs.evolve(following, after=error.holder)
            else:
                yield from page.cases
                following = following.following(page)

    def periods(self, selections: Sequence[PeriodSelection]) -> Sequence[Sequence[CasePeriod]]:
        """Return what was known of cases, the rows of each selection in any order; see `PeriodSelection`."""
        mine = self._mine_by_period().periods(selections)
        committed = self._committed.periods(selections, self.pending.written.keys())
        return [[*some, *others] for some, others in zip(mine, committed, strict=True)]

    def changes(self, selection: ChangeSelection) -> Sequence[PeriodChange]:
        """Return the recorded changes of cases, in any order; see `ChangeSelection`."""
        mine = self._mine_by_period().changes(selection)
        return [*mine, *self._committed.changes(selection, self.pending.written.keys())]

    def _mine_by_period(self) -> ListedPeriods:
        return ListedPeriods([periods_of(case) for _, case in self.pending.written.values()])

    def due_references(self, job: CaseJob, until: date, sites: Collection[str]) -> Collection[str] | None:
        """Return the references of the cases for which a job may have something to do by a day.

        They are every case that was not postponed since its last change, and those postponed until that day or an
        earlier one; None for every case.

        Args:
            job: the job.
            until: the day.
            sites: if given, only cases with one of these as registering site, service site or handling unit.
        """
        return None if self.pending.written else self._committed.due_references(job, until, sites)

    def postpone(self, job: CaseJob, days: Mapping[str, tuple[int, date | None]]) -> None:
        """Note until when a job has nothing to do for cases; it is written at once, and changes no case.

        Args:
            job: the job.
            days: by reference, the version at which the case was examined, and the first day on which the job has
                something to do; None for never. A case that has another version by now is skipped.
        """
        self._committed.postpone(job, days)

    def load(self, references: Collection[str]) -> tuple[list[Case], list[StoreDamagedError]]:
        """Return the cases with these references, without missing ones, and the errors of corrupt ones."""
        found = None if self.pending.written else self._committed.cases_of(references)
        if found is not None:
            return found
        cases: list[Case] = []
        corrupt: list[StoreDamagedError] = []
        for reference in references:
            try:
                cases.append(self.get(reference))
            except CaseNotFoundError:
                continue
            except StoreDamagedError as error:
                corrupt.append(error)
        return cases, corrupt

    def _mine(self, query: CaseQuery) -> list[Case]:
        return [case for _, case in self.pending.written.values() if meets(case, query)]

    def find_inconsistencies(self, case: Case) -> tuple[str, ...]:
        """Return the names of stored snapshots and projections that do not follow from a committed case.

        The names are the store's own, such as those of tables, each once. Empty if the case was changed since it was
        loaded.
        """
        return self._committed.find_inconsistencies(case)


class PlanRepository:
    """The plans of a unit of work by the key of their scope: the committed ones, and its pending writes in their place.

    It returns values: changing a plan changes nothing here until `save` or `extend`.

    Args:
        committed: what the store has committed.
    """

    def __init__(self, committed: CommittedQueries) -> None:
        self._committed = committed
        self.pending: PendingWrites[AnyPlan] = PendingWrites()
        self.expected = ExpectedVersions()

    def add(self, plan: plans.Pgaac) -> None:
        """Add a new plan, which has events.

        Raises:
            ValueError: it has none.
            ConcurrentChangeError: its scope has a plan.
        """
        taken = self._seen(plan.scope.key)
        self.pending.add(plan.scope.key, plan, None if taken is None else taken.version)

    def save(self, plan: plans.Pgaac, expected: int) -> None:
        """Save a plan that has more events than when it was loaded at version `expected`.

        Raises:
            ValueError: it has no more events.
            PlanNotFoundError: the plan was never added.
            ConcurrentChangeError: the version stored is not the one expected; raised here or at the commit.
        """
        scope = plan.scope.key
        is_pending = scope in self.pending.written
        found = self._seen(scope) if is_pending else self._committed.plan_to_change(scope, expected)
        if found is None:
            raise PlanNotFoundError(scope)
        self.pending.save(scope, plan, expected, found.version)

    def get(self, scope: str) -> plans.Pgaac:
        """Return the plan with a scope's key.

        Raises:
            PlanNotFoundError: there is none.
        """
        plan = self._seen(scope)
        if plan is None:
            raise PlanNotFoundError(scope)
        return plan

    def _seen(self, scope: str) -> plans.Pgaac | None:
        """Return the plan as this unit of work has it."""
        if scope not in self.pending.written:
            return self._committed.plan(scope)
        expected, plan = self.pending.written[scope]
        if isinstance(plan, plans.Pgaac):
            return plan
        base = self._committed.plan_to_change(scope, expected)
        if base is None or base.version != expected:
            raise ConcurrentChangeError(scope, expected, 0 if base is None else base.version)
        return base.extended_by(plan)

    def part(self, scope: str, actions: Iterable[str] | None = None) -> plans.PlanPart:
        """Return the part of a plan that some actions need, by their references, or its outline: see `Pgaac.part`.

        Raises:
            PlanNotFoundError: there is no such plan.
        """
        return only_part(scope, self.parts({scope: actions}))

    def parts(self, wanted: Mapping[str, Iterable[str] | None]) -> LoadedParts:
        """Return the parts of plans that some actions need, in the order of the plans named; none of a missing plan.

        Args:
            wanted: the references of actions, by the keys of plans; None for the outline of a plan.
        """
        named = {scope: None if actions is None else frozenset(actions) for scope, actions in wanted.items()}
        committed = {scope: actions for scope, actions in named.items() if scope not in self.pending.written}
        loaded = self._committed.plan_parts(committed) if committed else ([], [])
        found, corrupt = loaded or ([], [])
        parts = {part.scope.key: part for part in found}
        for scope in named if loaded is None else named.keys() - committed.keys():
            try:
                parts[scope] = self.get(scope).part(named[scope])
            except PlanNotFoundError:
                continue
            except StoreDamagedError as error:
                corrupt.append(error)
        return [parts[scope] for scope in named if scope in parts], corrupt

    def with_published(self, outline: plans.PlanPart, first: int, last: int) -> plans.PlanPart:
        """Return the outline of a plan with the lines of its publications of these numbers, as far as it has them.

        Raises:
            StoreDamagedError: one of these publications is corrupt.
        """
        scope = outline.scope.key
        numbers = range(max(1, first), min(len(outline.publications or ()), last) + 1)
        if not numbers:
            return outline
        found = None if scope in self.pending.written else self._committed.with_published(outline, numbers)
        if found is not None:
            return found
        published = (event for event in self.get(scope).events if event.subject is None)
        return outline.with_published(event for number, event in enumerate(published, 1) if number in numbers)

    def extend(self, part: plans.PlanPart, expected: int) -> None:
        """Save the new events of a part, which was loaded at version `expected`: as `save` does of the whole plan.

        Raises:
            ValueError: it has no more events.
            PlanNotFoundError: the plan was never added.
            ConcurrentChangeError: the version stored is not the one expected; raised here or at the commit.
        """
        named = {*(one.reference for one in part.actions), *(one.reference for one in part.signals)}
        scope, actions = part.scope.key, frozenset(named)
        is_pending = scope in self.pending.written
        found = None if is_pending else self._committed.part_to_change(scope, actions, expected)
        if found is not None:
            self.pending.save(scope, part, expected, found.version)
            return
        plan = self.get(scope)
        refuse_changed(scope, expected, plan.version)
        self.save(plan.extended_by(part), expected)

    def expect(self, *plans: AnyPlan) -> None:
        """Expect the versions of plans that are read and not written: the commit compares them.

        A commit that writes nothing does not compare. A plan that this unit of work writes is compared anyway.

        Raises:
            ValueError: a plan has no events, so that no version can be expected.
        """
        for plan in plans:
            if plan.version == 0:
                raise ValueError(
                    f"{plan.scope}: it has no events, so no version to expect; hold an optimistic lock instead"
                )
            self.expected.versions.setdefault(plan.scope.key, plan.version)

    def effective_on(self, families: Iterable[str]) -> LoadedParts:
        """Return the outlines of the plans with an action judged effective on a cause of one of these families.

        They are in the order of their scopes' keys by code point.
        """
        wanted = frozenset(families)
        scopes = {*self.pending.written, *self._committed.scopes_effective_on(wanted)} if wanted else ()
        found, corrupt = self.parts(dict.fromkeys(sorted(scopes)))
        effective = plans.Effectiveness.EFFECTIVE
        judged = ((one, {a.cause_family for a in one.actions if a.effectiveness is effective}) for one in found)
        return [plan for plan, on in judged if not wanted.isdisjoint(on)], corrupt

    def served_cases(self, *, late_on: date | None = None) -> frozenset[str]:
        """Return the references of the cases that an action of some readable plan serves.

        Args:
            late_on: a day on which the action is late: not done, and planned before.
        """
        found = None if self.pending.written else self._committed.served_cases(late_on)
        if found is not None:
            return frozenset(found)
        actions = (one for plan in self.parts(dict.fromkeys(self.scopes()))[0] for one in plan.actions)
        return frozenset(case for one in actions if late_on is None or one.is_late(late_on) for case in one.cases)

    def served_lines(self, sites: Collection[str]) -> tuple[ServedLine, ...]:
        """Return the actions that serve cases of some sites, each with one of these cases, in the order of their keys.

        Pending cases are not read, nor corrupt plans.
        """
        found = None if self.pending.written else self._committed.served_lines(sites)
        if found is None:
            found = [
                (plan.scope.key, action.reference, case)
                for plan in self.parts(dict.fromkeys(self.scopes()))[0]
                for action in plan.actions
                for case in action.cases
                if self._committed.has_site(case, sites)
            ]
        return tuple(sorted(found))

    def late_actions(self, on: date) -> Found[ActionDay]:
        """Return the actions that are late on a day, in the order of the days that they were planned for.

        The second list has the errors of corrupt plans whose actions are not among them.
        """
        found = None if self.pending.written else self._committed.late_actions(on)
        return found or self._days(lambda one: one.planned if one.is_late(on) else None)

    def awaited_checks(self, until: date) -> Found[ActionDay]:
        """Return the actions whose effectiveness is to be judged until a day, in the order of their days; likewise."""
        found = None if self.pending.written else self._committed.awaited_checks(until)
        return found or self._days(lambda one: one.check_on if one.has_check_due(until) else None)

    def signals(self) -> Found[SignalLine]:
        """Return the signals, in the order of the keys of their plans and of their references; likewise."""
        found = None if self.pending.written else self._committed.signals()
        return found or self._found(
            lambda plan: (
                SignalLine(plan.scope.key, one.reference, tuple(sorted(one.actions)), one.dismissal is not None)
                for one in plan.signals
            )
        )

    def _days(self, day_of: Callable[[plans.Action], date | None]) -> Found[ActionDay]:
        return self._found(
            lambda plan: (
                ActionDay(day, plan.scope.key, one.reference)
                for one in plan.actions
                if (day := day_of(one)) is not None
            )
        )

    def _found(self, search: Callable[[plans.Pgaac], Iterable[F]]) -> Found[F]:
        """Return what a search finds on every plan, in order, and the errors of corrupt ones."""
        found: list[F] = []
        corrupt: list[StoreDamagedError] = []
        for scope in self.scopes():
            try:
                found += search(self.get(scope))
            except StoreDamagedError as error:
                corrupt.append(error)
        return sorted(found), corrupt

    def find_inconsistencies(self, plan: plans.Pgaac) -> tuple[str, ...]:
        """Return the names of stored projections that do not follow from a committed plan; as for cases."""
        return self._committed.find_inconsistencies(plan)

    def scopes(self) -> tuple[str, ...]:
        """Return the keys of the scopes that have a plan, by code point."""
        return tuple(sorted({*self.pending.written, *self._committed.scopes()}))

    def known_scopes(self) -> tuple[str, ...]:
        """Return the keys of the scopes that have a plan, or events of a plan that is missing, by code point."""
        return tuple(sorted({*self.scopes(), *self._committed.known_scopes()}))
