"""What a store has committed: all that it need say for the units of work of this library to work on it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import TypeAlias, TypeVar

import attrs

from reclamation_core.cases import Case
from reclamation_core.plans import Pgaac
from reclamation_core.ports import ConcurrentChangeError, RepeatedSourceError, StaleReadError

T = TypeVar("T", Case, Pgaac)

Changes: TypeAlias = Mapping[str, tuple[int, T]]
"""What a unit of work wrote, by reference or by scope: the version that it was made on, 0 for what is new, and it."""


@attrs.frozen(kw_only=True)
class ReadSet:
    """The versions that a unit of work was decided on, of what it did not write.

    Attributes:
        plans: by the key of their scope, those of the plans that it expects.
        guards: by their names, those of the guards that it holds.
    """

    plans: Mapping[str, int] = attrs.field(factory=dict)
    guards: Mapping[str, int] = attrs.field(factory=dict)


class CommittedState(ABC):
    """Cases and plans that are committed, and one way to commit more.

    A store that is one of these, or has one, makes its units of work with `BufferedUnitOfWork`: what those write waits
    in them, they read it before what is committed, and they hand it all to `commit_changes` at their commit. Cases and
    plans are immutable values; several threads call these methods.
    """

    @abstractmethod
    def case(self, reference: str) -> Case | None:
        """A committed case, by its reference."""

    @abstractmethod
    def reference_of(self, source: str) -> str | None:
        """The reference of the committed case registered from a source message."""

    @abstractmethod
    def cases_after(self, reference: str | None) -> Iterable[Case]:
        """The committed cases whose references come after one, all where it is None, in their order by code point.

        They are as they are at one moment.
        """

    @abstractmethod
    def plan(self, scope: str) -> Pgaac | None:
        """A committed plan, by its scope's key."""

    @abstractmethod
    def scopes(self) -> Iterable[str]:
        """The keys of the scopes of the committed plans."""

    @abstractmethod
    def guard(self, key: str) -> int:
        """The committed version of a guard; 0 where no unit of work that held it has committed."""

    @abstractmethod
    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        """Commit what a unit of work wrote, all of it or nothing, and advance each guard of its read set by one.

        `check_versions` says what is in the way. It is called only where something was written.

        Raises:
            StaleReadError: another commit changed something of the read set; nothing is committed.
            ConcurrentChangeError: another commit changed something written here; nothing is committed.
            RepeatedSourceError: a source was registered meanwhile; nothing is kept.
        """

    def check_versions(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        """Refuse what was made on another version than the one committed, and a source that another case has.

        Nothing may be committed between this and the keeping: call it where others wait.

        Raises:
            StaleReadError, ConcurrentChangeError, RepeatedSourceError: as `commit_changes` does.
        """
        for key, expected in read.guards.items():
            refuse_stale(key, expected, self.guard(key))
        for scope, expected in read.plans.items():
            refuse_stale(scope, expected, _version(self.plan(scope)))
        for reference, (expected, case) in cases.items():
            refuse_changed(reference, expected, _version(self.case(reference)))
            other = None if case.source is None else self.reference_of(case.source)
            if other not in (None, reference):
                raise RepeatedSourceError(str(case.source), str(other))
        for scope, (expected, _) in plans.items():
            refuse_changed(scope, expected, _version(self.plan(scope)))


def _version(stored: Case | Pgaac | None) -> int:
    return 0 if stored is None else stored.version


def refuse_changed(key: str, expected: int, found: int) -> None:
    """Refuse a change of something that has another version."""
    if expected != found:
        raise ConcurrentChangeError(key, expected, found)


def refuse_stale(key: str, expected: int, found: int) -> None:
    """Refuse a decision on something that has another version."""
    if expected != found:
        raise StaleReadError(key, expected, found)
