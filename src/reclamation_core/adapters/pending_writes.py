"""The pending writes of a unit of work, with the same rules for every store."""

from __future__ import annotations

from collections.abc import Collection
from typing import Generic, TypeVar

from reclamation_core.cases import Case
from reclamation_core.plans import Pgaac, PlanPart
from reclamation_core.ports import ConcurrentChangeError, UnitOfWorkEndedError

T = TypeVar("T", Case, Pgaac, Pgaac | PlanPart)


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

    def expect(self, *plans: Pgaac) -> None:
        """Add the versions of plans."""
        for plan in plans:
            if plan.version == 0:
                raise ValueError(f"{plan.scope}: it has no events, so no version to expect; hold a guard instead")
            self.versions.setdefault(plan.scope.key, plan.version)

    def without(self, written: Collection[str]) -> dict[str, int]:
        """Return the versions of what is not written; the commit compares the versions of writes anyway."""
        return {key: version for key, version in self.versions.items() if key not in written}

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
        if found != expected:
            raise ConcurrentChangeError(key, expected, found)
        if aggregate.version <= expected:
            raise ValueError(
                f"{key}: version {aggregate.version} adds no event to version {expected}; apply a command first"
            )
        base = self.written[key][0] if key in self.written else expected
        self.written[key] = (base, aggregate)
