"""What a unit of work wrote and has not committed yet: the same rules for every store."""

from __future__ import annotations

from collections.abc import Collection
from typing import Generic, TypeVar

from reclamation_core.cases import Case
from reclamation_core.plans import Pgaac, PlanPart
from reclamation_core.ports import ConcurrentChangeError, UnitOfWorkEndedError

T = TypeVar("T", Case, Pgaac, Pgaac | PlanPart)


class Noted:
    """The versions, by key, of what a unit of work read and does not write; the first version noted of a key stays."""

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
        """Note the versions of plans."""
        for plan in plans:
            if plan.version == 0:
                raise ValueError(f"{plan.scope}: it has no story yet, so no version to expect; hold a guard instead")
            self.versions.setdefault(plan.scope.key, plan.version)

    def apart_from(self, written: Collection[str]) -> dict[str, int]:
        """The versions of what was not written, whose versions are compared anyway."""
        return {key: version for key, version in self.versions.items() if key not in written}

    def end(self) -> None:
        """Forget them; nothing more is noted."""
        self._versions = None


class Waiting(Generic[T]):
    """What was written of one kind, each with the version that is to be in the store at the commit."""

    def __init__(self) -> None:
        self._written: dict[str, tuple[int, T]] | None = {}

    @property
    def written(self) -> dict[str, tuple[int, T]]:
        """By key, the version expected in the store and the value.

        Raises:
            UnitOfWorkEndedError: it has ended.
        """
        if self._written is None:
            raise UnitOfWorkEndedError
        return self._written

    def end(self) -> None:
        """Forget what was written; nothing more is asked of this."""
        self._written = None

    def add(self, key: str, value: T, taken: int | None) -> None:
        """Write something new, given the version of what is seen under its key."""
        if taken is not None:
            raise ConcurrentChangeError(key, 0, taken)
        if value.version == 0:
            raise ValueError(f"{key}: it has no story yet, and nothing would be kept; do something first")
        self.written[key] = (0, value)

    def save(self, key: str, value: T, expected: int, seen: int) -> None:
        """Write a change of what is seen under its key, given the version of that."""
        if seen != expected:
            raise ConcurrentChangeError(key, expected, seen)
        if value.version <= expected:
            raise ValueError(f"{key}: version {value.version} adds no event to version {expected}; do something first")
        base = self.written[key][0] if key in self.written else expected
        self.written[key] = (base, value)
