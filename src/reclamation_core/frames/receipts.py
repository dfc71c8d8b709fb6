"""From the instant of receipt to the last day to answer, computed for columns.

In a time zone the day of receipt is constant between two steps: midnights, or cut-offs, of its clock. Instants are
therefore looked up by their day in UTC, which has few steps: the last day to answer follows from the day and from the
number of its steps that are past. Instants are microseconds since 1970-01-01 in UTC, so no session's time zone
matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise

import attrs

from reclamation_core.calendars import BusinessCalendar, DeadlineRule, OutsideHorizonError
from reclamation_core.calendars.calendar import last_day

EPOCH = date(1970, 1, 1)
DAY = 86_400_000_000
"""The microseconds of a day."""
NEVER = (1 << 63) - 1

_ONE_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_START = datetime(1970, 1, 1, tzinfo=UTC)


@attrs.frozen(eq=False, slots=False)
class Receipts:
    """The last day to answer by the day in UTC, or by the day of receipt where there are no steps.

    Args:
        origin: the number of the first day, days being numbered from 1970-01-01.
        days: how many days each calendar has.
        calendars: how many calendars there are, one after the other.
        timed: whether days have steps, and not only a last day.
        bounds: for each step but the first of a day, its instant, by day; `NEVER` where the day has fewer.
        dues: the number of the last day to answer, by day and by steps past; None where the calendar does not reach.
    """

    origin: int
    days: int
    calendars: int
    timed: bool
    bounds: tuple[tuple[int, ...], ...]
    dues: tuple[int | None, ...]

    @property
    def pieces(self) -> int:
        """The maximum number of last days of a day."""
        return len(self.bounds) + 1

    @cached_property
    def answered(self) -> tuple[int, int]:
        """Of the first calendar, the first of the days that all have a last day, and the day after the last of them."""
        without = [day for day in range(self.days) if None in self._of(day)]
        first = next((day for day in range(self.days) if day not in without[:8]), 0)
        return first, next((day for day in without if day > first), self.days)

    def _of(self, day: int) -> tuple[int | None, ...]:
        """The last days of a day, in the order of its steps."""
        steps = sum(of_step[day] != NEVER for of_step in self.bounds)
        return self.dues[day * self.pieces : day * self.pieces + steps + 1]


@lru_cache(maxsize=16)
def by_instant(calendars: tuple[BusinessCalendar, ...], rule: DeadlineRule) -> Receipts:
    """The last days for instants of receipt, one calendar after the other."""
    return _joined([_pieces(calendar, rule) for calendar in calendars], timed=True)


@lru_cache(maxsize=16)
def by_day(calendars: tuple[BusinessCalendar, ...], rule: DeadlineRule) -> Receipts:
    """The last days for days of receipt, which no cut-off moves."""
    days = [{day: [(0, due)] for day, due in _dues(calendar, rule).items()} for calendar in calendars]
    return _joined(days, timed=False)


def _joined(tables: Sequence[Mapping[int, list[tuple[int, int | None]]]], *, timed: bool) -> Receipts:
    origin, end = min(min(table) for table in tables), max(max(table) for table in tables) + 1
    pieces = max(len(of_day) for table in tables for of_day in table.values())
    nothing: list[tuple[int, int | None]] = [(0, None)]
    padded = [
        [*of_day, *[(NEVER, None)] * (pieces - len(of_day))]
        for table in tables
        for of_day in (table.get(day, nothing) for day in range(origin, end))
    ]
    bounds = tuple(tuple(of_day[step][0] for of_day in padded) for step in range(1, pieces))
    dues = tuple(due for of_day in padded for _, due in of_day)
    return Receipts(origin, end - origin, len(tables), timed, bounds, dues)


def _dues(calendar: BusinessCalendar, rule: DeadlineRule) -> dict[int, int | None]:
    """The last day for each day of receipt that the calendar covers."""
    dues: dict[int, int | None] = {}
    for number in range((calendar.first - EPOCH).days, (calendar.last - EPOCH).days + 1):
        try:
            dues[number] = (last_day(calendar, rule, EPOCH + timedelta(days=number), ()) - EPOCH).days
        except OutsideHorizonError:
            dues[number] = None
    return dues


def _pieces(calendar: BusinessCalendar, rule: DeadlineRule) -> dict[int, list[tuple[int, int | None]]]:
    """For each day in UTC the instants from which on another last day holds, the first being its start."""
    dues = _dues(calendar, rule)
    found: dict[int, list[tuple[int, int | None]]] = {}
    steps = [*_steps(calendar, rule.cut_off), (NEVER, None)]
    for (start, received), (end, _) in pairwise(steps):
        due = None if received is None else dues.get(received)
        last = min(end - 1, start + 4 * DAY) if end == NEVER else end - 1
        for day in range(start // DAY, last // DAY + 1):
            of_day = found.setdefault(day, [] if start <= day * DAY else [(day * DAY, None)])
            if not of_day or of_day[-1][1] != due:
                of_day.append((max(start, day * DAY), due))
    return found


def _steps(calendar: BusinessCalendar, cut_off: time | None) -> Iterator[tuple[int, int | None]]:
    """The instants from which on another day of receipt holds, in order; None where the calendar ends."""
    first, last = (calendar.first - EPOCH).days, (calendar.last - EPOCH).days
    cut = (
        None
        if cut_off is None
        else (datetime.combine(EPOCH, cut_off) - datetime.combine(EPOCH, time())) // _MICROSECOND
    )
    for (start, offset), (end, _) in pairwise(_offsets(calendar)):
        for day in range(max(first, (start + offset) // DAY), min(last + 1, (end - 1 + offset) // DAY) + 1):
            midnight = day * DAY - offset
            if day > last:
                yield max(midnight, start), None
                continue
            yield max(midnight, start), day
            if cut is not None and max(midnight + cut + 1, start) < min(midnight + DAY, end):
                yield max(midnight + cut + 1, start), day + 1


def _offsets(calendar: BusinessCalendar) -> Iterator[tuple[int, int]]:
    """The instants from which on the zone has another offset, and that offset, from before the calendar to after it."""
    start, end = calendar.first - 2 * _ONE_DAY, calendar.last + 3 * _ONE_DAY
    before = datetime.combine(start, time(), UTC)
    offset = _offset(calendar, before)
    yield _micros(before), offset
    for number in range(1, (end - start).days + 1):
        after = datetime.combine(start, time(), UTC) + timedelta(days=number)
        if _offset(calendar, after) != offset:
            low, high = before, after
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                low, high = (middle, high) if _offset(calendar, middle) == offset else (low, middle)
            offset = _offset(calendar, after)
            yield _micros(high), offset
        before = after
    yield _micros(before), offset


def _offset(calendar: BusinessCalendar, instant: datetime) -> int:
    offset = instant.astimezone(calendar.zone).utcoffset()
    return 0 if offset is None else offset // _MICROSECOND


def _micros(instant: datetime) -> int:
    return (instant - _START) // _MICROSECOND
