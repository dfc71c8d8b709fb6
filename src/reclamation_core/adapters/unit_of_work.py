"""Units of work: a buffer of unsaved writes over the committed state of a store, the same for every store.

What a unit of work writes is pending until its commit. It reads its pending writes before what is committed, and the
commit hands all of them to the store, which compares the versions and commits everything or nothing.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import attrs

from reclamation_core.cases import Case
from reclamation_core.cases.periods import CasePeriod, periods_of
from reclamation_core.cases.words import SearchWords
from reclamation_core.ports import (
    CaseFacet,
    CaseGroup,
    CaseOrdering,
    CaseQuery,
    CaseRepository,
    CaseSummary,
    OptimisticLocks,
    PlanRepository,
    RepeatedSourceError,
    StaleReadError,
    StoreDamagedError,
    UnitOfWork,
)
from reclamation_core.ports.periods import ChangeSelection, ListedPeriods, PeriodChange, PeriodSelection
from reclamation_core.ports.query import meets, sites_of
from reclamation_core.ports.repositories import Changes, CommittedQueries, ExpectedVersions, ReadSet, refuse_changed
from reclamation_core.ports.summaries import Tabulation, group_cases, tabulate

if TYPE_CHECKING:
    from reclamation_core.plans import Pgaac


class CommittedState(CommittedQueries):
    """The cases, plans and optimistic locks that are committed, for a store that answers queries by reading them all.

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
    def lock_version(self, key: str) -> int:
        """Return the committed version of an optimistic lock; 0 if no committed unit of work held it."""

    @abstractmethod
    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        """Commit the writes of a unit of work, all or nothing, and advance each optimistic lock of its read set by one.

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
        for key, expected in read.optimistic_locks.items():
            refuse_stale(key, expected, self.lock_version(key))
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
        return list(islice(self._meeting(query, excluded, query.after), limit)), None

    def count(self, query: CaseQuery, excluded: Collection[str], most: int | None = None) -> int:
        return sum(1 for _ in islice(self._meeting(query, excluded), most))

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

    def cases_with_words(self, words: SearchWords) -> Collection[str] | None:  # noqa: ARG002  for stores with an index
        """Return the references of the committed cases that have the words of a search; None to read them all."""
        return None

    def _meeting(self, query: CaseQuery, excluded: Collection[str], after: str | None = None) -> Iterator[Case]:
        """Yield the committed cases that meet a query, in the order of their references."""
        found = None if query.words is None else self.cases_with_words(query.words)
        if found is not None:
            query = attrs.evolve(query, text=None)
        if query.references is not None:
            found = query.references if found is None else query.references & set(found)
        cases = self.cases_after(after) if found is None else self._of_references(found, after)
        return (case for case in cases if case.reference not in excluded and meets(case, query))

    def _of_references(self, references: Collection[str], after: str | None) -> Iterator[Case]:
        later = sorted(reference for reference in references if after is None or reference > after)
        return filter(None, map(self.case, later))

    def periods(
        self, selections: Sequence[PeriodSelection], excluded: Collection[str]
    ) -> Sequence[Sequence[CasePeriod]]:
        return self._periods(excluded).periods(selections)

    def changes(self, selection: ChangeSelection, excluded: Collection[str]) -> Sequence[PeriodChange]:
        return self._periods(excluded).changes(selection)

    def _periods(self, excluded: Collection[str]) -> ListedPeriods:
        cases = (case for case in self.cases_after(None) if case.reference not in excluded)
        return ListedPeriods(map(self.periods_of, cases))

    def periods_of(self, case: Case) -> tuple[CasePeriod, ...]:
        """Return what a committed case was known to be; a store may remember it."""
        return periods_of(case)

    def lock_versions(self, keys: Collection[str]) -> Mapping[str, int]:
        return {key: self.lock_version(key) for key in keys}


def _version(stored: Case | Pgaac | None) -> int:
    return 0 if stored is None else stored.version


def refuse_stale(key: str, expected: int, found: int) -> None:
    """Refuse a decision that read a plan or an optimistic lock at another version."""
    if expected != found:
        raise StaleReadError(key, expected, found)


class BufferedLocks(OptimisticLocks):
    """The optimistic locks that a unit of work holds, each with the version that it had when it was first held."""

    def __init__(self, committed: CommittedQueries) -> None:
        self._committed = committed
        self.held = ExpectedVersions()

    def hold(self, *keys: str) -> Mapping[str, int]:
        versions = self.held.versions
        if new := [key for key in keys if key not in versions]:
            versions.update(self._committed.lock_versions(new))
        return {key: versions[key] for key in keys}


class BufferedUnitOfWork(UnitOfWork):
    """A unit of work whose writes are pending until the commit; its reads include the later commits of others.

    Args:
        committed: the committed state of the store, which checks all versions before it commits any change.
    """

    def __init__(self, committed: CommittedQueries) -> None:
        self._committed = committed
        self.cases = self._cases = CaseRepository(committed)
        self.plans = self._plans = PlanRepository(committed)
        self.optimistic_locks = self._optimistic_locks = BufferedLocks(committed)

    def reading(self) -> AbstractContextManager[None]:
        return self._committed.reading()

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
        return ReadSet(plans=plans, optimistic_locks=self._optimistic_locks.held.versions)

    def rollback(self) -> None:
        self._cases.pending.end()
        self._plans.pending.end()
        self._plans.expected.end()
        self._optimistic_locks.held.end()
