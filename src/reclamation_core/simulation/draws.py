"""Draws that are the same for a seed under every Python and on every machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """A stream of draws from a seed.

    Everything is made from `Random.random()`, the one method whose stream Python promises never to change, with
    additions and comparisons only.

    Args:
        seed: a whole number; the same seed gives the same stream.

    >>> [Draws(7).whole(1, 6), Draws(7).whole(1, 6)]
    [2, 2]
    """

    __slots__ = ("_random",)

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random  # noqa: S311  (an invented caseload keeps no secret)

    def chance(self, rate: float) -> bool:
        """True so often: never for 0, always for 1."""
        return self._random() < rate

    def whole(self, least: int, most: int) -> int:
        """A whole number between two bounds, both included, each as likely."""
        return least + int(self._random() * (most - least + 1))

    def one_of(self, values: Sequence[T]) -> T:
        """One of the values, each as likely."""
        return values[self.whole(0, len(values) - 1)]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, as likely as its weight; never one of weight 0. Weights need not sum to 1."""
        # `sum` adds floats in another way since Python 3.12.
        left = self._random() * reduce(add, weights.values())
        drawn = None
        for value, weight in weights.items():
            if weight > 0:
                drawn = value
                left -= weight
                if left < 0:
                    break
        assert drawn is not None  # noqa: S101  (profiles refuse weights that are all zero)
        return drawn
