"""Sequences of reference numbers, without races."""

from __future__ import annotations

from abc import ABC, abstractmethod


class SequenceGenerator(ABC):
    """Returns each number of a series once."""

    @abstractmethod
    def next(self, series: str, count: int = 1) -> int:
        """Return the next number of a series, from 1; for several, the first of a block without holes.

        A number that its caller does not use is lost, never returned again.

        Args:
            series: the series.
            count: how many are taken.
        """

    def find_inconsistencies(self, series: str, used: int) -> tuple[str, ...]:  # noqa: ARG002  a store without counters has nothing to check
        """Return the names of stored counters that would return a number in use again; named as for cases.

        Args:
            series: the series.
            used: the greatest of its numbers that a case has.
        """
        return ()
