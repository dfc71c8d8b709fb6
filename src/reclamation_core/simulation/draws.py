"""Draws that are the same for a seed under every Python and on every machine."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Any, TypeVar, cast

K = TypeVar("K")
T = TypeVar("T")


class Weights(Mapping[K, float]):
    """Weights by key, which are not changed: they are added up once, and each draw is a look-up.

    Args:
        given: the weights by key; they need not sum to 1.
    """

    __slots__ = ("_bounds", "_given", "_likely", "total")

    def __init__(self, given: Mapping[K, float]) -> None:
        self._given = dict(given)
        self._likely: list[K] = []
        self._bounds: list[float] = []
        self.total = 0.0
        try:
            self._likely = [key for key, weight in self._given.items() if weight > 0]
        except TypeError:  # no number: the field's validator reports it
            return
        # Added from the first to the last: `sum` adds floats in another way since Python 3.12.
        self._bounds = list(accumulate(self._given[key] for key in self._likely))
        self.total = self._bounds[-1] if self._bounds else 0.0

    def at(self, share: float) -> K:
        """The key that a share of the total falls on, from 0 to 1; never one of weight 0. At least one is above 0."""
        place = bisect_right(self._bounds, share * self.total)
        return self._likely[min(place, len(self._likely) - 1)]

    def get(self, key: Any, default: Any = None) -> Any:
        return self._given.get(key, default)  # the inherited one is several times slower

    def __getitem__(self, key: K) -> float:
        return self._given[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def __repr__(self) -> str:
        return repr(self._given)


class Draws:
    """A stream of draws from a seed.

    Everything is made from `Random.random()`, the one method whose stream Python promises never to change, with
    additions and comparisons only, `poisson` apart.

    Args:
        seed: a whole number; the same seed has the same stream.

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
        table = cast(Weights[T], weights) if weights.__class__ is Weights else Weights(weights)
        return table.at(self._random())

    def poisson(self, mean: float) -> int:
        """Draw a number from a Poisson distribution with this mean.

        Counted by the intervals, with logarithms: the only draw that needs more than additions and comparisons.
        """
        count, time = 0, -math.log1p(-self._random())
        while time < mean:
            count += 1
            time -= math.log1p(-self._random())
        return count


def check_seed(seed: object) -> None:
    """Raise ValueError for a seed that is not a whole number of 0 or more, of any length."""
    if type(seed) is not int or seed < 0:
        raise ValueError(f"seed: {seed!r}; give a whole number, 0 or more")
