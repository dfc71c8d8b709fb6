"""The improvement plans of a store, within one unit of work."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from reclamation_core.plans import Pgaac, PlanPart
from reclamation_core.ports.errors import ConcurrentChangeError


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
        """The plan with a scope's key.

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
        """Have the commit refuse where one of these plans, which are read and not written, has another version by then.

        A commit that writes nothing does not compare. A plan that this unit of work writes is compared anyway.

        Raises:
            ValueError: a plan has no events, so that no version can be expected.
        """

    @abstractmethod
    def serving(self, case: str) -> tuple[Pgaac, ...]:
        """The plans with an action that serves a case, in the order of their scopes' keys by code point."""

    @abstractmethod
    def effective_on(self, families: Iterable[str]) -> tuple[Pgaac, ...]:
        """The plans with an action judged effective on a cause of one of these families, in the same order."""

    def find_inconsistencies(self, plan: Pgaac) -> tuple[str, ...]:  # noqa: ARG002  a store of events alone has nothing to check
        """Return the names of stored projections that do not follow from a committed plan; as for cases."""
        return ()

    @abstractmethod
    def scopes(self) -> tuple[str, ...]:
        """The keys of the scopes that have a plan, by code point."""

    def known_scopes(self) -> tuple[str, ...]:
        """Return the keys of the scopes that have a plan, or events of a plan that is missing, by code point."""
        return self.scopes()
