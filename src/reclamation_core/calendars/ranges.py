"""Days given as single dates or as ranges, and their one canonical form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias, Union

import attrs

_ONE_DAY: Final = timedelta(days=1)


def checked_date(value: object, name: str) -> date:
    """The value, when it is a plain date.

    Raises:
        TypeError: not a date; a datetime is refused as well, for its day depends on a time zone.
    """
    if isinstance(value, datetime):
        raise TypeError(f"{name}: a date is expected, got the instant {value!r}; take calendar.day_of(instant)")
    if not isinstance(value, date):
        raise TypeError(f"{name}: a date is expected, got {value!r}")
    return value


@attrs.frozen(order=True)
class DayRange:
    """The days from `first` to `last`, both included.

    Raises:
        TypeError: an end is not a plain date.
        ValueError: `last` is before `first`.

    >>> from datetime import date
    >>> date(2026, 8, 15) in DayRange(date(2026, 8, 3), date(2026, 8, 21))
    True
    """

    first: date
    last: date

    def __attrs_post_init__(self) -> None:
        checked_date(self.first, "first")
        checked_date(self.last, "last")
        if self.last < self.first:
            raise ValueError(f"last: {self.last} is before first, {self.first}; give the earlier day first")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def days(self) -> Iterable[date]:
        """Every day of the range, in order."""
        return (date.fromordinal(number) for number in range(self.first.toordinal(), self.last.toordinal() + 1))


Days: TypeAlias = Union[date, tuple[date, date], DayRange]  # noqa: UP007  (evaluated at run time by cattrs)
"""A day, or its (first, last) range with both ends included."""


def _as_range(value: object) -> DayRange:
    if isinstance(value, DayRange):
        return value
    if isinstance(value, date):
        return DayRange(value, value)
    if isinstance(value, tuple | list) and len(value) == 2:
        return DayRange(*value)
    raise TypeError(f"days: a date or a (first, last) pair of dates is expected, got {value!r}")


def days_without(values: Iterable[DayRange], others: Iterable[DayRange]) -> tuple[DayRange, ...]:
    """The days of some ranges that are in none of the others, in canonical form.

    >>> from datetime import date
    >>> august = DayRange(date(2026, 8, 1), date(2026, 8, 31))
    >>> [str(left.last) for left in days_without([august], [DayRange(date(2026, 8, 3), date(2026, 8, 21))])]
    ['2026-08-02', '2026-08-31']
    """
    left = day_ranges(values)
    for other in others:
        left = tuple(part for days in left for part in _without(days, other))
    return left


def _without(days: DayRange, other: DayRange) -> Iterator[DayRange]:
    if days.first < other.first:
        yield DayRange(days.first, min(days.last, other.first - _ONE_DAY))
    if other.last < days.last:
        yield DayRange(max(days.first, other.last + _ONE_DAY), days.last)


def day_ranges(values: Iterable[Days]) -> tuple[DayRange, ...]:
    """The same days as ranges in order, disjoint and not touching: equal sets of days give equal tuples.

    Raises:
        TypeError: the values are not a collection of dates or pairs of dates.
        ValueError: a range ends before it begins.

    >>> from datetime import date
    >>> day_ranges([date(2026, 8, 4), date(2026, 8, 3)])
    (DayRange(first=datetime.date(2026, 8, 3), last=datetime.date(2026, 8, 4)),)
    """
    if isinstance(values, date | DayRange | str) or not isinstance(values, Iterable):
        raise TypeError(
            f"days: a collection of dates or (first, last) pairs is expected, got {values!r}; wrap it: (...,)"
        )
    merged: list[DayRange] = []
    for days in sorted(_as_range(value) for value in values):
        if merged and (days.first - merged[-1].last) <= _ONE_DAY:
            merged[-1] = DayRange(merged[-1].first, max(merged[-1].last, days.last))
        else:
            merged.append(days)
    return tuple(merged)
