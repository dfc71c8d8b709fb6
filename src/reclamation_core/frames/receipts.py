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
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import BusinessCalendar, DeadlineRule, OutsideHorizonError
from reclamation_core.calendars.calendar import last_day, rules_of_levels
from reclamation_core.shared_repr import SharedRepr

EPOCH = date(1970, 1, 1)
DAY = 86_400_000_000
"""The microseconds of a day."""
NEVER = (1 << 63) - 1

_MICROSECOND = timedelta(microseconds=1)
_START = datetime(1970, 1, 1, tzinfo=UTC)


@attrs.frozen(eq=False, slots=False)
class Receipts(SharedRepr):
    """The last day to answer by the day in UTC, or by the day of receipt where there are no steps.

    Args:
        origin: the number of the first day, days being numbered from 1970-01-01.
        days: how many days each calendar has.
        calendars: how many calendars there are, one after the other; a calendar is there once for each set of levels.
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


BLOCK: Final = 256
"""The number of days that are computed together."""


@attrs.frozen(eq=False)
class ReceiptBlocks(SharedRepr):
    """The last days to answer by blocks of days, each computed when it is first needed.

    Args:
        calendars: the calendars, one after the other in the tables.
        rule: how deadlines are counted.
        timed: True for instants of receipt, False for days, which no cut-off moves.
        levels: the sets of levels whose earliest deadline is computed, each for every calendar; one empty set if the
            rule is the same for all levels.
    """

    calendars: tuple[BusinessCalendar, ...]
    rule: DeadlineRule
    timed: bool
    levels: tuple[tuple[str, ...], ...] = ((),)
    _blocks: dict[int, list[_Pieces]] = attrs.field(factory=dict, init=False, repr=False)

    @property
    def bounds(self) -> tuple[int, int]:
        """The first and the last day in UTC that any of the calendars may cover."""
        horizons = [_horizon(calendar) for calendar in self.calendars]
        return min(first for first, _ in horizons), max(end for _, end in horizons) - 1

    def between(self, first: int, last: int) -> Receipts:
        """Return the last days from a day to another, in whole blocks, and a block more for what is received next."""
        start, end = self.bounds
        low, high = (min(max(day, start), end) // BLOCK for day in (first, last + BLOCK))
        return _table(self, range(low, high + 1))

    def table(self, blocks: Sequence[int]) -> Receipts:
        """Return the last days of some blocks, given by their numbers in order, one block after the other."""
        compute = _pieces if self.timed else _days
        for block in blocks:
            if block not in self._blocks:
                start = block * BLOCK
                found = [
                    compute(calendar, rules_of_levels(self.rule, levels), start, start + BLOCK)
                    for calendar in self.calendars
                    for levels in self.levels
                ]
                self._blocks[block] = found
        tables: list[_Pieces] = [
            {day: of_day for block in blocks for day, of_day in self._blocks[block][place].items()}
            for place in range(len(self.calendars) * len(self.levels))
        ]
        days = [block * BLOCK + place for block in blocks for place in range(BLOCK)]
        return _joined(tables, days, timed=self.timed)


receipt_blocks: Final = lru_cache(maxsize=16)(ReceiptBlocks)
"""Return the blocks of some calendars under a rule, which are shared by all frames."""


@lru_cache(maxsize=16)
def _table(source: ReceiptBlocks, blocks: range) -> Receipts:
    return source.table(blocks)


_Pieces: TypeAlias = Mapping[int, list[tuple[int, int | None]]]
"""For each day the instants from which on another last day holds, and that day."""


def _horizon(calendar: BusinessCalendar) -> tuple[int, int]:
    """The first day in UTC on which something may be received within a calendar, and the day after the last one."""
    return (calendar.first - EPOCH).days - 2, (calendar.last - EPOCH).days + 3


def _joined(tables: Sequence[_Pieces], days: Sequence[int], *, timed: bool) -> Receipts:
    pieces = max((len(of_day) for table in tables for of_day in table.values()), default=1)
    nothing: list[tuple[int, int | None]] = [(0, None)]
    padded = [
        [*of_day, *[(NEVER, None)] * (pieces - len(of_day))]
        for table in tables
        for of_day in (table.get(day, nothing) for day in days)
    ]
    bounds = tuple(tuple(of_day[step][0] for of_day in padded) for step in range(1, pieces))
    dues = tuple(due for of_day in padded for _, due in of_day)
    return Receipts(days[0], len(days), len(tables), timed, bounds, dues)


_Rules: TypeAlias = tuple[DeadlineRule, ...]
"""The rules of the levels that are possible, of whose last days the earliest holds."""


def _dues(calendar: BusinessCalendar, rules: _Rules, start: int, end: int) -> dict[int, int | None]:
    """The last day for each day of receipt that the calendar covers, from a day until before another."""
    dues: dict[int, int | None] = {}
    for number in range(max(start, (calendar.first - EPOCH).days), min(end, (calendar.last - EPOCH).days + 1)):
        try:
            day = EPOCH + timedelta(days=number)
            dues[number] = (min(last_day(calendar, rule, day, ()) for rule in rules) - EPOCH).days
        except OutsideHorizonError:
            dues[number] = None
    return dues


def _days(calendar: BusinessCalendar, rules: _Rules, start: int, end: int) -> _Pieces:
    """The last day for each day of receipt, from a day until before another."""
    return {day: [(0, due)] for day, due in _dues(calendar, rules, start, end).items()}


def _pieces(calendar: BusinessCalendar, rules: _Rules, start: int, end: int) -> _Pieces:
    """For each day in UTC the instants from which on another last day holds, the first being its start.

    Args:
        calendar: the calendar.
        rules: how deadlines are counted, with one cut-off.
        start: the first day.
        end: the day after the last one.
    """
    # The days of receipt differ by two days at most from those in UTC, and a cut-off moves them by one.
    first, last = _horizon(calendar)
    first, last = max(first, start - 2), min(last, end + 2)
    if first >= last:
        return {}
    dues = _dues(calendar, rules, first, last + 2)
    found: dict[int, list[tuple[int, int | None]]] = {}
    steps = [*_steps(calendar, rules[0].cut_off, first, last), (NEVER, None)]
    for (since, received), (until, _) in pairwise(steps):
        due = None if received is None else dues.get(received)
        latest = min(until - 1, since + 4 * DAY) if until == NEVER else until - 1
        for day in range(since // DAY, latest // DAY + 1):
            of_day = found.setdefault(day, [] if since <= day * DAY else [(day * DAY, None)])
            if not of_day or of_day[-1][1] != due:
                of_day.append((max(since, day * DAY), due))
    return {day: of_day for day, of_day in found.items() if start <= day < end}


def _steps(calendar: BusinessCalendar, cut_off: time | None, start: int, end: int) -> Iterator[tuple[int, int | None]]:
    """The instants from which on another day of receipt holds, in order; None where the calendar ends.

    Args:
        calendar: the calendar.
        cut_off: the hour after which something is received on the next day.
        start: the first day, in the calendar's zone.
        end: the last day.
    """
    first, last = max(start, (calendar.first - EPOCH).days), (calendar.last - EPOCH).days
    cut = (
        None
        if cut_off is None
        else (datetime.combine(EPOCH, cut_off) - datetime.combine(EPOCH, time())) // _MICROSECOND
    )
    for (since, offset), (until, _) in pairwise(_offsets(calendar.zone, start - 2, end + 3)):
        for day in range(max(first, (since + offset) // DAY), min(last + 1, end, (until - 1 + offset) // DAY) + 1):
            midnight = day * DAY - offset
            if day > last:
                yield max(midnight, since), None
                continue
            yield max(midnight, since), day
            if cut is not None and max(midnight + cut + 1, since) < min(midnight + DAY, until):
                yield max(midnight + cut + 1, since), day + 1


@lru_cache(maxsize=256)
def _offsets(zone: ZoneInfo, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The instants from which on a zone has another offset, and that offset, from a day to another."""
    return tuple(_changes(zone, EPOCH + timedelta(days=start), EPOCH + timedelta(days=end)))


def _changes(zone: ZoneInfo, start: date, end: date) -> Iterator[tuple[int, int]]:
    before = datetime.combine(start, time(), UTC)
    offset = _offset(zone, before)
    yield _micros(before), offset
    for number in range(1, (end - start).days + 1):
        after = datetime.combine(start, time(), UTC) + timedelta(days=number)
        if _offset(zone, after) != offset:
            low, high = before, after
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
            offset = _offset(zone, after)
            yield _micros(high), offset
        before = after
    yield _micros(before), offset


def _offset(zone: ZoneInfo, instant: datetime) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return 0 if offset is None else offset // _MICROSECOND


def _micros(instant: datetime) -> int:
    return (instant - _START) // _MICROSECOND
