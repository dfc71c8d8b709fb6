"""Reference numbers, given without races."""

from __future__ import annotations

from abc import ABC, abstractmethod


class ReferenceNumbers(ABC):
    """Gives each number of a series once."""

    @abstractmethod
    def next(self, series: str) -> int:
        """The next number of a series, from 1. One that its taker does not use is lost, never given again."""
