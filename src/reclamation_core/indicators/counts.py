"""Weekly counts of a stream, of one site and theme, of a region, of all; and what a detector sees in a week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from operator import index
from typing import Final, SupportsIndex

import attrs

from reclamation_core.shared_repr import SharedRepr

MOST_WEEKS: Final = 5_200
"""A century."""
MOST_COUNTED: Final = 10**6
"""The largest count of a week."""
_WEEK: Final = timedelta(weeks=1)


def _whole_numbers(counts: Iterable[SupportsIndex]) -> tuple[int, ...]:
    return tuple(map(index, counts))


def iso_week(day: date) -> str:
    """Return the ISO week of a day, such as 2026-W05."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


@attrs.frozen(kw_only=True)
class WeeklyCounts(SharedRepr):
    """The counts of consecutive weeks.

    Args:
        stream: what is counted, such as "CRE, quality".
        first: the Monday of the first week, or its number where weeks are only numbered.
        counts: one of each week, 0 to a million; a week without anything is 0. A century at most.

    Raises:
        TypeError: a count is no whole number.
        ValueError: `first` is no Monday, a count is outside these bounds, or there are too many weeks.
    """

    stream: str
    first: date | int
    counts: tuple[int, ...] = attrs.field(converter=_whole_numbers)

    def __attrs_post_init__(self) -> None:
        if isinstance(self.first, date) and self.first.weekday():
            raise ValueError(f"first: {self.first} is no Monday; give the Monday of its week")
        if len(self.counts) > MOST_WEEKS:
            raise ValueError(f"counts: {len(self.counts)} weeks; give {MOST_WEEKS} at most")
        for number, count in enumerate(self.counts):
            if not 0 <= count <= MOST_COUNTED:
                raise ValueError(f"counts[{number}]: {count!r}; give a whole number between 0 and {MOST_COUNTED}")

    def week(self, number: int) -> str:
        """Return the name of a week, counted from 0: an ISO week such as 2026-W05, or its number."""
        if isinstance(self.first, int):
            return str(self.first + number)
        return iso_week(self.first + number * _WEEK)


@attrs.frozen(kw_only=True)
class Evidence(SharedRepr):
    """What is seen in a window that ends with the week.

    Attributes:
        chance: of so many cases or more by chance, between 0 and 1.
        weeks: the length of the window.
        observed: the cases of the window.
        expected: the cases expected in it.
    """

    chance: float
    weeks: int
    observed: int
    expected: float
