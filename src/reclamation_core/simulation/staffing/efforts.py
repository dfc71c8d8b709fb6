"""How much working time a task takes."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import attrs


def _minutes(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ValueError(f"{attribute.name}: {value!r}; give a finite number of minutes, 0 or more")


class Effort(ABC):
    """How much working time a task takes (temps de travail), as a distribution in minutes."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """The mean, in minutes of working time."""

    @abstractmethod
    def minutes(self, share: float) -> float:
        """The minutes that a share of the tasks takes at most: the quantile of a number from 0 to 1, 1 excluded."""

    def seconds(self, share: float) -> int:
        """The same in whole seconds, the unit in which time goes on."""
        return round(60 * self.minutes(share))


@attrs.frozen
class FixedEffort(Effort):
    """Every task takes as long.

    Args:
        each: the minutes, 0 or more.

    Raises:
        ValueError: no such number of minutes.
    """

    each: float = attrs.field(validator=_minutes)

    @property
    def mean(self) -> float:
        return self.each

    def minutes(self, share: float) -> float:  # noqa: ARG002  (asked for as of the others)
        return self.each


@attrs.frozen
class ExponentialEffort(Effort):
    """Most tasks are short and a few are long: what the closed forms of queues suppose.

    Args:
        average: the mean in minutes, 0 or more.

    Raises:
        ValueError: no such number of minutes.
    """

    average: float = attrs.field(validator=_minutes)

    @property
    def mean(self) -> float:
        return self.average

    def minutes(self, share: float) -> float:
        return -self.average * math.log1p(-share)


@attrs.frozen
class TriangularEffort(Effort):
    """What people tell when they are asked: at least, usually, at most.

    Args:
        least: the shortest, in minutes, 0 or more.
        usual: the most frequent, at least the shortest.
        most: the longest, at least the most frequent.

    Raises:
        ValueError: no such number of minutes, or they do not rise.

    >>> TriangularEffort(10, 20, 60).mean
    30.0
    """

    least: float = attrs.field(validator=_minutes)
    usual: float = attrs.field(validator=_minutes)
    most: float = attrs.field(validator=_minutes)

    def __attrs_post_init__(self) -> None:
        if not self.least <= self.usual <= self.most:
            raise ValueError(
                f"usual: {self.usual!r} is not between least, {self.least!r}, and most, {self.most!r}; "
                f"give the three in rising order"
            )

    @property
    def mean(self) -> float:
        return (self.least + self.usual + self.most) / 3

    def minutes(self, share: float) -> float:
        width = self.most - self.least
        if share * width < self.usual - self.least:
            return self.least + math.sqrt(share * width * (self.usual - self.least))
        return self.most - math.sqrt((1 - share) * width * (self.most - self.usual))
