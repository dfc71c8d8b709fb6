"""The arithmetic of many days at once, on NumPy arrays of `datetime64[D]`; the only module that imports NumPy.

Each answer is one gather from a table that is made once per question ("the tenth day after") and cached. A covered
day is its number from 1970-01-01, as NumPy stores it, so that no pass over the data is spent on converting it.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from reclamation_core.calendars.arithmetic import Ends, whole_number
from reclamation_core.calendars.codes import DayType
from reclamation_core.calendars.errors import OutsideHorizonError
from reclamation_core.calendars.prepared import DayTable, PreparedDays
from reclamation_core.shared_repr import SharedRepr

DayArray: TypeAlias = npt.NDArray[np.datetime64]
IntArray: TypeAlias = npt.NDArray[np.int64]
NumberArray: TypeAlias = npt.NDArray[np.signedinteger[Any]]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

_DAY = np.dtype("datetime64[D]")
_MISSING = np.datetime64("NaT", "D")
_EPOCH = date(1970, 1, 1).toordinal()


@attrs.frozen(eq=False)
class Numbers(SharedRepr):
    """A table of days as arrays, the days covered being numbered from `origin`, days since 1970-01-01.

    Args:
        origin: the number of the first day covered.
        rank: how many days count until each day covered, itself included.
        counted: the numbers of the days that count; place 0 holds none.
    """

    origin: int
    rank: IntArray
    counted: IntArray

    @property
    def end(self) -> int:
        """The number of the day after the last one covered."""
        return self.origin + len(self.rank)

    def every_day(self) -> IntArray:
        """The numbers of the days covered."""
        return np.arange(self.origin, self.end, dtype=np.int64)

    def ranks(self, days: IntArray) -> IntArray:
        """The rank of each day, all covered."""
        ranks: IntArray = self.rank[days - self.origin]
        return ranks

    def counts(self, days: IntArray) -> BoolArray:
        """Whether each day counts, all covered."""
        counts: BoolArray = self.counted[self.ranks(days)] == days
        return counts

    def ranks_before(self, days: IntArray) -> IntArray:
        """The rank of each day's eve, all covered."""
        return self.ranks(days) - self.counts(days)


@attrs.frozen(eq=False)
class Answers(SharedRepr):
    """The answer to one question for the days from `low` until before `high`, for which there is one.

    Args:
        low: the first day with an answer, as a number.
        table: the answers by the day's number, less `shift`.
        shift: 0, or `low` where days before 1970 have answers, whose numbers are negative.
    """

    low: int
    table: npt.NDArray[Any]
    shift: int

    @classmethod
    def of(cls, days: IntArray, answers: npt.NDArray[Any], known: BoolArray) -> Answers:
        """The answers that are known, which are contiguous."""
        days, answers = days[known], answers[known]
        low = int(days[0]) if len(days) else 0
        shift = min(low, 0)
        table = np.zeros(low - shift + len(days), dtype=answers.dtype)
        table[low - shift :] = answers
        return cls(low, table, shift)


@lru_cache(maxsize=64)
def _numbers(table: DayTable) -> Numbers:
    counted = np.array([day.toordinal() - _EPOCH for day in table.counted], dtype=np.int64)
    return Numbers(table.origin - _EPOCH, np.array(table.rank, dtype=np.int64), counted)


def _land(numbers: Numbers, place: IntArray) -> tuple[IntArray, BoolArray]:
    """The day at each place, and whether there is one."""
    known = (place >= 1) & (place < len(numbers.counted))
    return numbers.counted.take(place, mode="clip"), known


def _nearest(numbers: Numbers, days: IntArray, direction: int) -> tuple[IntArray, BoolArray]:
    """Each day itself where it counts, else the nearest that does in a direction; days not covered have none."""
    covered = (days >= numbers.origin) & (days < numbers.end)
    inside = np.where(covered, days, numbers.origin)
    landed, known = _land(numbers, numbers.ranks_before(inside) + 1 if direction > 0 else numbers.ranks(inside))
    return landed, known & covered


def _shift(tables: PreparedDays, days: IntArray, n: IntArray, day_type: DayType) -> tuple[IntArray, BoolArray]:
    """The n-th day after each, or before for a negative n, and whether there is one."""
    if day_type is DayType.FRANC:
        ouvre = _numbers(tables.ouvre)
        forward, is_known = _nearest(ouvre, days + n + 1, 1)
        backward, was_known = _nearest(ouvre, days + n - 1, -1)
        landed, known = np.where(n > 0, forward, backward), np.where(n > 0, is_known, was_known)
    else:
        numbers = _numbers(tables.table(day_type))
        landed, known = _land(numbers, np.where(n > 0, numbers.ranks(days), numbers.ranks_before(days) + 1) + n)
    return np.where(n == 0, days, landed), known | (n == 0)


@lru_cache(maxsize=32)
def _shift_answers(tables: PreparedDays, n: int, day_type: DayType) -> Answers:
    days = _numbers(tables.ouvre).every_day()
    bounded = max(-len(days), min(n, len(days)))  # further than any answer, and never too large for an int64
    return Answers.of(days, *_shift(tables, days, np.int64(bounded) + np.zeros_like(days), day_type))


@lru_cache(maxsize=32)
def _nearest_answers(tables: PreparedDays, day_type: DayType, direction: int) -> Answers:
    numbers = _numbers(tables.table(day_type))
    days = numbers.every_day()
    return Answers.of(days, *_nearest(numbers, days, direction))


def _checked(days: object, name: str) -> DayArray:
    """The days as an array of `datetime64[D]`.

    Raises:
        TypeError: not days; instants are refused, for their day depends on a time zone, and masked arrays, for their
            mask would be lost.
    """
    if isinstance(days, np.ma.MaskedArray):
        raise TypeError(f"{name}: a masked array is not taken; fill its masked days with NaT")
    if type(days) is date:
        return np.array(days, dtype=_DAY)
    array = np.asarray(days)
    if array.dtype == _DAY:
        return array
    if array.dtype.kind == "M" and np.datetime_data(array.dtype) == ("D", 1):
        return array.astype(_DAY)  # the other byte order
    raise TypeError(
        f"{name}: an array of datetime64[D] is expected, got {array.dtype}; "
        f"take the local day of instants first, then astype('datetime64[D]')"
    )


def _outside(tables: PreparedDays, day: np.int64, steps: int) -> OutsideHorizonError:
    ordinal = int(day) + _EPOCH
    known = date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None
    return OutsideHorizonError(known, tables.first, tables.last, steps, str(np.datetime64(int(day), "D")))


def _gather(tables: PreparedDays, days: DayArray, answers: Answers, steps: int) -> DayArray:
    """The answer for each day, NaT for NaT.

    Raises:
        OutsideHorizonError: a day has no answer; the first such day is named.
    """
    numbers: IntArray = days.view(np.int64)
    # NaT is the least int64 and so below `low`; a number too high is out of the table's range, and `take` raises.
    if numbers.size and numbers.min() >= answers.low:
        try:
            found = answers.table.take(numbers - answers.shift if answers.shift else numbers)
            return found.view(_DAY)
        except IndexError:
            pass
    return _gather_with_gaps(tables, days, answers, steps)


def _gather_with_gaps(tables: PreparedDays, days: DayArray, answers: Answers, steps: int) -> DayArray:
    given = ~np.isnat(days)
    numbers = days.view(np.int64)[given] - answers.shift
    without = (numbers < answers.low - answers.shift) | (numbers >= len(answers.table))
    if without.any():
        raise _outside(tables, numbers[without][0] + answers.shift, steps)
    found = np.full(days.shape, _MISSING)
    found[given] = answers.table[numbers].view(_DAY)
    return found[()]


def _covered(tables: PreparedDays, days: DayArray, name: str) -> IntArray:
    """The days' numbers.

    Raises:
        ValueError: a day is NaT, and a count or a yes or no has nothing to say of it.
        OutsideHorizonError: a day is not covered.
    """
    if np.isnat(days).any():
        raise ValueError(f"{name}: NaT has no answer here; leave missing days out first")
    numbers: IntArray = days.view(np.int64)
    every = _numbers(tables.ouvre)
    outside = (numbers < every.origin) | (numbers >= every.end)
    if outside.any():
        raise _outside(tables, numbers[outside][0], 0)
    return numbers


def _whole_numbers(n: object) -> int | IntArray:
    """The number, or the numbers.

    Raises:
        TypeError: not whole, or unsigned, which could not count backwards.
    """
    if not isinstance(n, np.ndarray):
        return whole_number(n)
    if n.dtype.kind != "i":
        raise TypeError(f"n: a whole number or an array of signed whole numbers is expected, got {n.dtype}")
    return n.astype(np.int64)


def negative(n: object) -> int | IntArray:
    """The opposite number or numbers."""
    return -_whole_numbers(n)


def shift(tables: PreparedDays, day: object, n: object, day_type: DayType) -> DayArray:
    """`arithmetic.shift` over arrays; n may be one number, or an array that broadcasts with the days."""
    days = _checked(day, "day")
    steps = _whole_numbers(n)
    if isinstance(steps, int):
        return _gather(tables, days, _shift_answers(tables, steps, day_type), steps)
    days, numbers = np.broadcast_arrays(days, steps)
    given = ~np.isnat(days)
    starts, numbers = _covered(tables, days[given], "day"), numbers[given]
    landed, known = _shift(tables, starts, numbers, day_type)
    if not known.all():
        raise _outside(tables, starts[~known][0], int(numbers[~known][0]))
    found = np.full(days.shape, _MISSING)
    found[given] = landed.view(_DAY)
    return found[()]


def nearest(tables: PreparedDays, day: object, day_type: DayType, direction: int, *, or_same: bool) -> DayArray:
    """`arithmetic.nearest` over arrays."""
    tables.table(day_type)  # refuses clear days
    answers = _nearest_answers(tables, day_type, direction) if or_same else _shift_answers(tables, direction, day_type)
    return _gather(tables, _checked(day, "day"), answers, direction)


def count(tables: PreparedDays, a: object, b: object, day_type: DayType, ends: Ends) -> IntArray:
    """`arithmetic.count` over arrays, which broadcast; NaT is refused."""
    numbers = _numbers(tables.table(day_type))
    first, last = _covered(tables, _checked(a, "a"), "a"), _covered(tables, _checked(b, "b"), "b")
    if ends == "(]":
        return numbers.ranks(last) - numbers.ranks(first)
    if ends == "[)":
        return numbers.ranks_before(last) - numbers.ranks_before(first)
    if (last < first).any():
        raise ValueError(f"b: a day is before its a; ends={ends!r} needs a <= b, swap them or use ends='(]'")
    if ends == "[]":
        return numbers.ranks(last) - numbers.ranks_before(first)
    between: IntArray = np.maximum(0, numbers.ranks_before(last) - numbers.ranks(first))
    return between


def counts(tables: PreparedDays, day: object, day_type: DayType) -> BoolArray:
    """`arithmetic.counts` over arrays; NaT is refused."""
    numbers = _numbers(tables.table(day_type))
    return numbers.counts(_covered(tables, _checked(day, "day"), "day"))
