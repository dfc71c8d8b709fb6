"""Reference numbers, given without races."""

from __future__ import annotations

from abc import ABC, abstractmethod


class SequenceGenerator(ABC):
    """Gives each number of a series once."""

    @abstractmethod
    def next(self, series: str, count: int = 1) -> int:
        """The next number of a series, from 1; where several are wanted, the first of as many that follow each other.

        One that its taker does not use is lost, never given again.

        Args:
            series: the series.
            count: how many are taken.
        """

    def find_inconsistencies(self, series: str, used: int) -> tuple[str, ...]:  # noqa: ARG002  a store that keeps none has nothing to check
        """What is kept of a series and would have a number in use given again; named as for cases.

        Args:
            series: the series.
            used: the greatest of its numbers that a case has.
        """
        return ()
