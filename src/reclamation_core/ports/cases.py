"""The cases of a store, within one unit of work."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping

from reclamation_core.cases import Case
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
        """The case with a reference, its texts in the order in which they came.

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
        """The case registered from a source message, or None.

        Raises:
            StoreDamagedError: it cannot be read.
        """

    @abstractmethod
    def by_sources(self, sources: Collection[str]) -> Mapping[str, Case]:
        """Of these source messages, those that a case was registered from, each with that case.

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
