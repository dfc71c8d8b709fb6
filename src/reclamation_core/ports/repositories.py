"""The cases and the plans of a store, within one unit of work."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping

from reclamation_core.cases import Case
from reclamation_core.plans import Pgaac, PlanPart
from reclamation_core.ports.errors import ConcurrentChangeError
from reclamation_core.ports.query import CasePage, CaseQuery


class CaseRepository(ABC):
    """The cases of a store: their events, their texts apart, snapshots and projections.

    It returns values: changing a case changes nothing here until `save`. Within a unit of work, added and saved cases
    are found.
    """

    @abstractmethod
    def add(self, *cases: Case) -> None:
        """Add new cases; several at once cost less than one after the other.

        Raises:
            ConcurrentChangeError: a reference is taken.
            RepeatedSourceError: another case has the source of one.
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

    @abstractmethod
    def by_source(self, source: str) -> Case | None:
        """Return the case registered from a source message, or None.

        Raises:
            StoreDamagedError: it cannot be read.
        """

    @abstractmethod
    def by_sources(self, sources: Collection[str]) -> Mapping[str, Case]:
        """Return the cases registered from these source messages, by source.

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
