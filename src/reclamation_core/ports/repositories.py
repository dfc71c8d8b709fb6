"""The cases and the plans of a store, within one unit of work."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import attrs

from reclamation_core.cases import Case
from reclamation_core.plans import Pgaac, PlanPart
from reclamation_core.ports.errors import CaseNotFoundError, ConcurrentChangeError, StoreDamagedError
from reclamation_core.ports.query import CaseJob, CasePage, CaseQuery, CaseSummary
from reclamation_core.ports.summaries import (
    CaseFacet,
    CaseGroup,
    CaseOrdering,
    CaseSummaryPage,
    Tabulation,
    group_cases,
    tabulate,
)

_PAGE: Final = 500


class CaseRepository(ABC):
    """The cases of a store: their events, their texts apart, snapshots and projections.

    It returns values: changing a case changes nothing here until `save`. Within a unit of work, added and saved cases
    are found.
    """

    @abstractmethod
    def add(self, *cases: Case) -> None:
        """Add new cases.

        Raises:
            ConcurrentChangeError: a reference is taken; raised here or at the commit.
            RepeatedSourceError: another case of the same registering site has the source of one; likewise.
        """

    @abstractmethod
    def save(self, case: Case, expected: int) -> None:
        """Save a case that has more events than when it was loaded at version `expected`, and its texts.

        Raises:
            ValueError: it has no more events.
            CaseNotFoundError: the case was never added.
            ConcurrentChangeError: the version stored is not the one expected; raised here or at the commit.
        """

    @abstractmethod
    def get(self, reference: str) -> Case:
        """Return the case with a reference, its texts in the order in which they came.

        Raises:
            CaseNotFoundError: there is none.
        """

    @abstractmethod
    def has_site(self, reference: str, sites: Collection[str]) -> bool:
        """Return whether a case has one of these as registering site, service site or handling unit.

        False where there is no such case. Nothing of the case is decoded, so that a damaged one is no obstacle, and
        a store should look it up in an index: a case of other sites then costs what a missing one costs, and the time
        of the answer does not distinguish them.
        """

    def by_source(self, source: str, sites: Collection[str] = ()) -> tuple[Case, ...]:
        """Return the cases registered from a source message; see `by_sources`.

        Raises:
            StoreDamagedError: one of them cannot be read.
        """
        return self.by_sources([source], sites).get(source, ())

    @abstractmethod
    def by_sources(self, sources: Collection[str], sites: Collection[str] = ()) -> Mapping[str, tuple[Case, ...]]:
        """Return the cases registered from these source messages, by source, in the order of their references.

        A site registers one case from a message at most; several sites may each have one.

        Args:
            sources: the identifiers of the messages; one without a case is left out.
            sites: if there are any, only the cases that have one of these as registering site, service site or handling
                unit; nothing of the other cases is decoded.

        Raises:
            StoreDamagedError: one of these cases cannot be read; a call with the other sources returns the others.
        """

    @abstractmethod
    def find(self, query: CaseQuery) -> CasePage:
        """Return a page of the cases of a query, in the order of their references by code point.

        A page ends before a case that cannot be read; one that would begin with it raises.

        Raises:
            StoreDamagedError: the first case cannot be read; continue with the cases after its holder.
        """

    @abstractmethod
    def count(self, query: CaseQuery) -> int:
        """Return how many cases meet the criteria, on all pages."""

    def summaries(self, query: CaseQuery, ordering: CaseOrdering) -> CaseSummaryPage:
        """Return a page of the summaries of the cases that meet the criteria, in an order.

        The limit is that of the query, whose own `after` is not read. A store overrides it that has projections: a page
        then costs the same however many cases there are. A case whose row cannot be read is named, and left out.
        """
        damaged: list[str] = []
        return ordering.page(map(CaseSummary.of, self._every(query, damaged)), query.limit, damaged)

    def tabulate(self, query: CaseQuery, facets: Sequence[CaseFacet], day: date) -> Tabulation:
        """Return how many cases meet the criteria, by the codes of some facets, None without one.

        Args:
            query: the criteria; its page is not read.
            facets: the facets, in the order of the codes.
            day: the day on which an answer is overdue, due or running.
        """
        return tabulate(map(CaseSummary.of, self._every(query, [])), facets, day)

    def group(self, query: CaseQuery, min_count: int) -> tuple[list[CaseGroup], tuple[str, ...]]:
        """Return the groups of at least so many cases about one site and of one nature, in any order.

        The references of cases that cannot be read, which are left out, are returned too.
        """
        damaged: list[str] = []
        return group_cases(self._every(query, damaged), min_count), tuple(damaged)

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

    def due_references(self, job: CaseJob, until: date, sites: Collection[str]) -> Collection[str] | None:  # noqa: ARG002  for stores with an index
        """Return the references of the cases for which a job may have something to do by a day.

        None, the default, is every case. A store that overrides it returns every case that was not postponed since its
        last change, and those postponed until that day or an earlier one.

        Args:
            job: the job.
            until: the day.
            sites: if given, only cases with one of these as registering site, service site or handling unit.
        """
        return None

    def postpone(self, job: CaseJob, days: Mapping[str, tuple[int, date | None]]) -> None:  # noqa: B027  a store without projections examines every case
        """Note until when a job has nothing to do for cases; it is written at once, and changes no case.

        Args:
            job: the job.
            days: by reference, the version at which the case was examined, and the first day on which the job has
                something to do; None for never. A case that has another version by now is skipped.
        """

    def load(self, references: Collection[str]) -> tuple[list[Case], list[StoreDamagedError]]:
        """Return the cases with these references, without missing ones, and the errors of corrupt ones."""
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

    def find_inconsistencies(self, case: Case) -> tuple[str, ...]:  # noqa: ARG002  a store of events alone has nothing to check
        """Return the names of stored snapshots and projections that do not follow from a committed case.

        The names are the store's own, such as those of tables, each once. Empty if the case was changed since it was
        loaded.
        """
        return ()


class PlanRepository(ABC):
    """The plans of a store by the key of their scope. It returns values."""

    @abstractmethod
    def add(self, plan: Pgaac) -> None:
        """Add a new plan, which has events.

        Raises:
            ValueError: it has none.
            ConcurrentChangeError: its scope has a plan.
        """

    @abstractmethod
    def save(self, plan: Pgaac, expected: int) -> None:
        """Save a plan that has more events than when it was loaded at version `expected`.

        Raises:
            ValueError: it has no more events.
            PlanNotFoundError: the plan was never added.
            ConcurrentChangeError: the version stored is not the one expected; raised here or at the commit.
        """

    @abstractmethod
    def get(self, scope: str) -> Pgaac:
        """Return the plan with a scope's key.

        Raises:
            PlanNotFoundError: there is none.
        """

    def part(self, scope: str, actions: Iterable[str]) -> PlanPart:
        """Return the part of a plan that some actions need, by their references: `Pgaac.part` of the whole plan.

        A store overrides it that can load these actions without the others; then a verb on an action costs the same
        however long the plan is.

        Raises:
            PlanNotFoundError: there is no such plan.
        """
        return self.get(scope).part(actions)

    def extend(self, part: PlanPart, expected: int) -> None:
        """Save the new events of a part, which was loaded at version `expected`: as `save` does of the whole plan.

        Raises:
            ValueError: it has no more events.
            PlanNotFoundError: the plan was never added.
            ConcurrentChangeError: the version stored is not the one expected; raised here or at the commit.
        """
        plan = self.get(part.scope.key)
        if plan.version != expected:
            raise ConcurrentChangeError(part.scope.key, expected, plan.version)
        self.save(plan.extended_by(part), expected)

    @abstractmethod
    def expect(self, *plans: Pgaac) -> None:
        """Expect the versions of plans that are read and not written: the commit compares them.

        A commit that writes nothing does not compare. A plan that this unit of work writes is compared anyway.

        Raises:
            ValueError: a plan has no events, so that no version can be expected.
        """

    @abstractmethod
    def serving(self, case: str) -> tuple[Pgaac, ...]:
        """Return the plans with an action that serves a case, in the order of their scopes' keys by code point."""

    @abstractmethod
    def effective_on(self, families: Iterable[str]) -> tuple[Pgaac, ...]:
        """Return the plans with an action judged effective on a cause of one of these families, in the same order."""

    def find_inconsistencies(self, plan: Pgaac) -> tuple[str, ...]:  # noqa: ARG002  a store of events alone has nothing to check
        """Return the names of stored projections that do not follow from a committed plan; as for cases."""
        return ()

    @abstractmethod
    def scopes(self) -> tuple[str, ...]:
        """Return the keys of the scopes that have a plan, by code point."""

    def known_scopes(self) -> tuple[str, ...]:
        """Return the keys of the scopes that have a plan, or events of a plan that is missing, by code point."""
        return self.scopes()
