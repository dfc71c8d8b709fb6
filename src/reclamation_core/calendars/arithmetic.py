"""The arithmetic of one day at a time; `arrays` has the same functions for many."""

from __future__ import annotations

from datetime import date, timedelta
from operator import index
from typing import Literal, TypeAlias

from reclamation_core.calendars.codes import DayType
from reclamation_core.calendars.definition import checked_date
from reclamation_core.calendars.errors import OutsideHorizonError
from reclamation_core.calendars.prepared import PreparedDays

Ends: TypeAlias = Literal["(]", "[)", "[]", "()"]
"""Which ends of a count are included: a square bracket includes, a round one leaves out."""


def whole_number(n: object) -> int:
    """The number, as an int.

    Raises:
        TypeError: not a whole number.
    """
    # Not isinstance of SupportsIndex: the check of a protocol takes as long as all the rest of a subtraction.
    if isinstance(n, bool) or not hasattr(n, "__index__"):
        raise TypeError(f"n: a whole number of days is expected, got {n!r}")
    return index(n)


def negative(n: object) -> int:
    """The opposite number."""
    return -whole_number(n)


def checked_ends(ends: Ends) -> Ends:
    """The ends, when they are known.

    Raises:
        ValueError: they are not.
    """
    if ends not in {"(]", "[)", "[]", "()"}:
        raise ValueError(f"ends: {ends!r} is not one of '(]', '[)', '[]', '()'")
    return ends


def shift(tables: PreparedDays, day: date, n: int, day_type: DayType) -> date:
    """The n-th day that counts after `day`, or before it for a negative n."""
    day, n = checked_date(day, "day"), whole_number(n)
    if n == 0:
        tables.ouvre.rank_of(day)
        return day
    if day_type is DayType.FRANC:
        return _shift_clear(tables, day, n)
    table = tables.table(day_type)
    place = table.rank_of(day) + n if n > 0 else table.rank_before(day) + n + 1
    return table.at(place, day, n)


def _shift_clear(tables: PreparedDays, day: date, n: int) -> date:
    tables.ouvre.rank_of(day)
    try:
        expiry = day + timedelta(days=n + 1 if n > 0 else n - 1)
        return nearest(tables, expiry, DayType.OUVRE, 1 if n > 0 else -1, or_same=True)
    except (OverflowError, OutsideHorizonError):
        raise OutsideHorizonError(day, tables.first, tables.last, n) from None


def nearest(tables: PreparedDays, day: date, day_type: DayType, direction: int, *, or_same: bool) -> date:
    """The nearest day that counts after `day` (direction 1) or before it (-1); `or_same` includes `day` itself."""
    table = tables.table(day_type)
    day = checked_date(day, "day")
    if or_same and table.counts(day):
        return day
    place = table.rank_of(day) + 1 if direction > 0 else table.rank_before(day)
    return table.at(place, day, direction)


def count(tables: PreparedDays, a: date, b: date, day_type: DayType, ends: Ends) -> int:
    """The number of days that count between two; `ends` selects the ends are included."""
    table = tables.table(day_type)
    a, b = checked_date(a, "a"), checked_date(b, "b")
    if ends == "(]":
        return table.rank_of(b) - table.rank_of(a)
    if ends == "[)":
        return table.rank_before(b) - table.rank_before(a)
    if b < a:
        raise ValueError(f"b: {b} is before a, {a}; ends={ends!r} needs a <= b, swap them or use ends='(]'")
    if ends == "[]":
        return table.rank_of(b) - table.rank_before(a)
    return max(0, table.rank_before(b) - table.rank_of(a))


def counts(tables: PreparedDays, day: date, day_type: DayType) -> bool:
    """Whether the day counts."""
    return tables.table(day_type).counts(checked_date(day, "day"))
