"""The business calendar of a French territory, and the deadlines that are counted on it, with their ledgers."""

from __future__ import annotations

import sys
from array import array
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn, overload
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import arithmetic
from reclamation_core.calendars.arithmetic import Ends, checked_ends
from reclamation_core.calendars.codes import WEEKDAYS, DayType, DeadlineStatus, LedgerReason
from reclamation_core.calendars.definition import (
    CalendarDefinition,
    DayRange,
    Days,
    DeadlineRule,
    Territory,
    checked_date,
    day_ranges,
)
from reclamation_core.calendars.errors import NaiveInstantError, OutsideHorizonError, SuspensionsNotAllowedError
from reclamation_core.calendars.prepared import DayTable, PreparedDays, holiday_names, prepared
from reclamation_core.markup import html_of
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording, safe_repr

if TYPE_CHECKING:
    from reclamation_core.calendars.arrays import BoolArray, DayArray, IntArray, NumberArray

_OUVRE = DayType.OUVRE
_ONE_DAY = timedelta(days=1)


@attrs.frozen
class BusinessCalendar(SharedRepr):
    """The days that count in one territory, and the arithmetic on them (calendrier).

    A calendar covers the whole years of its definition, 1990 to 2099 by default; days and results outside raise
    `OutsideHorizonError`. Every method reads tables made once: its cost does not depend on `n`.
    `add`, `subtract`, `count`, `next`, `previous` and `is_business_day` also take NumPy arrays of days
    (`datetime64[D]`, extra `arrays`) and then answer with an array, NaT for NaT.

    Days are counted in jours ouvrés by default; `DayType` has the conventions of each type.
    Calendars are equal when their definitions are; they can be hashed, copied and pickled.

    >>> from datetime import date
    >>> BusinessCalendar.france().add(date(2026, 5, 2), 10)
    datetime.date(2026, 5, 19)
    """

    definition: CalendarDefinition = attrs.field()
    zone: ZoneInfo = attrs.field(init=False, eq=False, repr=False)
    _prepared: PreparedDays = attrs.field(init=False, eq=False, repr=False)
    _origin: int = attrs.field(init=False, eq=False, repr=False)
    _rank: array[int] = attrs.field(init=False, eq=False, repr=False)
    _counted: list[date] = attrs.field(init=False, eq=False, repr=False)

    @definition.validator
    def _refuse_another_class(self, _: object, value: object) -> None:
        if not isinstance(value, CalendarDefinition):
            raise TypeError(
                f"definition: CalendarDefinition is expected, got {safe_repr(value)}; use BusinessCalendar.france()"
            )

    def __attrs_post_init__(self) -> None:
        tables = prepared(self.definition)
        object.__setattr__(self, "zone", ZoneInfo(self.definition.time_zone))
        object.__setattr__(self, "_prepared", tables)
        object.__setattr__(self, "_origin", tables.ouvre.origin)
        object.__setattr__(self, "_rank", tables.ouvre.rank)
        object.__setattr__(self, "_counted", tables.ouvre.counted)

    def __reduce__(self) -> tuple[type[BusinessCalendar], tuple[CalendarDefinition]]:
        # The tables are made again: another process may have another release of `holidays`, and `edition` shows it.
        return BusinessCalendar, (self.definition,)

    @classmethod
    def france(
        cls,
        territory: str = "metropole",
        *,
        good_friday: bool = True,
        whit_monday_worked: bool = False,
        closures: Iterable[Days] = (),
        bridge_days: Iterable[Days] = (),
        local_usages: bool = False,
        time_zone: str | ZoneInfo | None = None,
        first_year: int = 1990,
        last_year: int = 2099,
    ) -> BusinessCalendar:
        """The calendar of a French territory; the arguments are those of `CalendarDefinition`.

        Raises:
            TypeError, ValueError: an argument is refused; the message names it, its value and the remedy.
        """
        given = {} if time_zone is None else {"time_zone": time_zone}
        definition = CalendarDefinition(
            territory=Territory.parse(territory),
            good_friday=good_friday,
            whit_monday_worked=whit_monday_worked,
            closures=closures,
            bridge_days=bridge_days,
            local_usages=local_usages,
            first_year=first_year,
            last_year=last_year,
            **given,
        )
        return cls(definition)

    @property
    def edition(self) -> str:
        """A short text that identifies the definition and the days that do not count over the years covered.

        Store it with every computed date: it changes when a release of `holidays` changes its list.
        """
        return self._prepared.edition

    @property
    def first(self) -> date:
        """The first day covered."""
        return self._prepared.first

    @property
    def last(self) -> date:
        """The last day covered."""
        return self._prepared.last

    def table(self, day_type: DayType = _OUVRE) -> DayTable:
        """The table that the arithmetic reads, for those who count many days themselves; not to be changed.

        Raises:
            ValueError: clear days, which have no table of their own.
        """
        return self._prepared.table(DayType.parse(day_type))

    def holidays(self, year: int) -> dict[date, Wording]:
        """The public holidays not worked in a year, in order, each with its French and English name.

        Raises:
            OutsideHorizonError: the year is not covered.
        """
        if not self.first.year <= year <= self.last.year:
            known = date(year, 1, 1) if 1 <= year <= 9999 else None
            raise OutsideHorizonError(known, self.first, self.last, given=str(year))
        return holiday_names(self.definition, year)

    def is_holiday(self, day: date) -> bool:
        """Return True for a public holiday that is not worked, on any weekday."""
        self.table().rank_of(checked_date(day, "day"))
        return day in self._prepared.holidays

    def is_closure(self, day: date) -> bool:
        """Whether the establishment is closed on that day, by its own choice."""
        return checked_date(day, "day") in self._prepared.closures

    def is_bridge_day(self, day: date) -> bool:
        """Return True for a bridge day of the employer."""
        return checked_date(day, "day") in self._prepared.bridge_days

    def day_of(self, instant: datetime) -> date:
        """The day on which an instant falls, in the calendar's time zone.

        Raises:
            NaiveInstantError: the instant has no time zone.
            OutsideHorizonError: no day of the calendar carries it.

        >>> from datetime import datetime, timezone
        >>> BusinessCalendar.france().day_of(datetime(2026, 5, 2, 23, 30, tzinfo=timezone.utc))
        datetime.date(2026, 5, 3)
        """
        return self.local(instant).date()

    def local(self, instant: datetime, name: str = "instant") -> datetime:
        """The same instant in the calendar's time zone; `name` is what an error calls it.

        Raises:
            TypeError: not a datetime.
            NaiveInstantError: the instant has no time zone.
            OutsideHorizonError: it is so near the end of time that no local date exists.
        """
        if not isinstance(instant, datetime):
            raise TypeError(f"{name}: a datetime with its time zone is expected, got {instant!r}")
        if instant.utcoffset() is None:
            raise NaiveInstantError(name, instant)
        try:
            return instant.astimezone(self.zone)
        except OverflowError:
            raise OutsideHorizonError(None, self.first, self.last, given=instant.isoformat()) from None

    @overload
    def add(self, day: date, n: int, day_type: DayType = _OUVRE) -> date: ...
    @overload
    def add(self, day: DayArray, n: int | NumberArray, day_type: DayType = _OUVRE) -> DayArray: ...
    def add(self, day: object, n: object, day_type: DayType = _OUVRE) -> Any:
        """The n-th day that counts after `day`, which itself never counts.

        From a day that does not count, the next one that does is number 1. For n = 0 it is `day` itself, even if
        it does not count; a negative n counts backwards, as `subtract`. With clear days (`FRANC`): the day after n
        whole days, moved forward to the next jour ouvré (backward for a negative n).

        Raises:
            TypeError: `day` is not a plain date, or n not a whole number.
            OutsideHorizonError: `day` or the result is not covered.

        >>> from datetime import date
        >>> BusinessCalendar.france().add(date(2024, 5, 10), 10)
        datetime.date(2024, 5, 27)
        """
        # Fast path for the common case; arrays, other day types and refusals follow below.
        if day.__class__ is date and n.__class__ is int and n > 0 and day_type is _OUVRE:
            number = day.toordinal() - self._origin
            if number >= 0:
                try:
                    return self._counted[self._rank[number] + n]
                except IndexError:
                    pass
        return _arithmetic_for(day, n).shift(self._prepared, day, n, DayType.parse(day_type))

    @overload
    def subtract(self, day: date, n: int, day_type: DayType = _OUVRE) -> date: ...
    @overload
    def subtract(self, day: DayArray, n: int | NumberArray, day_type: DayType = _OUVRE) -> DayArray: ...
    def subtract(self, day: object, n: object, day_type: DayType = _OUVRE) -> Any:
        """The n-th day that counts before `day`, which itself never counts; for n = 0, `day` itself.

        From a day that counts, it undoes `add`. With clear days: the day before n whole days, moved backward to the
        jour ouvré before it, so that the n days remain whole.

        Raises:
            TypeError: `day` is not a plain date, or n not a whole number.
            OutsideHorizonError: `day` or the result is not covered.
        """
        module = _arithmetic_for(day, n)
        return module.shift(self._prepared, day, module.negative(n), DayType.parse(day_type))

    @overload
    def count(self, a: date, b: date, day_type: DayType = ..., *, ends: Ends = ...) -> int: ...
    @overload
    def count(self, a: DayArray, b: DayArray | date, day_type: DayType = ..., *, ends: Ends = ...) -> IntArray: ...
    @overload
    def count(self, a: date, b: DayArray, day_type: DayType = ..., *, ends: Ends = ...) -> IntArray: ...
    def count(self, a: object, b: object, day_type: DayType = _OUVRE, *, ends: Ends = "(]") -> Any:
        """How many days count after `a` and until `b`, `b` included: `count(a, add(a, n)) == n`.

        Negative when `b` is before `a`: `count(a, b) == -count(b, a)`, and `count(a, b) + count(b, c) == count(a, c)`.
        `ends` changes which ends are included, for those who count 11 days where others count 10: "(]" leaves out `a`
        and includes `b`, "[)" the reverse, "[]" includes both and "()" neither. These three need `a` <= `b`.

        Raises:
            TypeError: `a` or `b` is not a plain date.
            ValueError: `ends` is none of the four; `b` is before `a` with `ends` other than "(]"; clear days.
            OutsideHorizonError: `a` or `b` is not covered.
        """
        return _arithmetic_for(a, b).count(self._prepared, a, b, DayType.parse(day_type), checked_ends(ends))

    @overload
    def next(self, day: date, day_type: DayType = ..., *, or_same: bool = ...) -> date: ...
    @overload
    def next(self, day: DayArray, day_type: DayType = ..., *, or_same: bool = ...) -> DayArray: ...
    def next(self, day: object, day_type: DayType = _OUVRE, *, or_same: bool = False) -> Any:
        """The first day that counts after `day`; with `or_same`, `day` itself when it counts.

        Raises:
            TypeError: `day` is not a plain date.
            OutsideHorizonError: `day` or the result is not covered.
        """
        return _arithmetic_for(day).nearest(self._prepared, day, DayType.parse(day_type), 1, or_same=or_same)

    @overload
    def previous(self, day: date, day_type: DayType = ..., *, or_same: bool = ...) -> date: ...
    @overload
    def previous(self, day: DayArray, day_type: DayType = ..., *, or_same: bool = ...) -> DayArray: ...
    def previous(self, day: object, day_type: DayType = _OUVRE, *, or_same: bool = False) -> Any:
        """The last day that counts before `day`; with `or_same`, `day` itself when it counts.

        Raises:
            TypeError: `day` is not a plain date.
            OutsideHorizonError: `day` or the result is not covered.
        """
        return _arithmetic_for(day).nearest(self._prepared, day, DayType.parse(day_type), -1, or_same=or_same)

    @overload
    def is_business_day(self, day: date, day_type: DayType = ...) -> bool: ...
    @overload
    def is_business_day(self, day: DayArray, day_type: DayType = ...) -> BoolArray: ...
    def is_business_day(self, day: object, day_type: DayType = _OUVRE) -> Any:
        """Return True if the day counts; by default, if it is worked in the establishment.

        Raises:
            TypeError: `day` is not a plain date.
            OutsideHorizonError: `day` is not covered.
        """
        return _arithmetic_for(day).counts(self._prepared, day, DayType.parse(day_type))

    def deadline(
        self,
        received_at: datetime,
        rule: DeadlineRule,
        suspensions: Iterable[Days] = (),
        *,
        levels: Iterable[str] = (),
        not_before: date | None = None,
    ) -> Deadline:
        """Return the deadline of what was received at that instant.

        Args:
            received_at: the instant of receipt, aware.
            rule: the rule; its durations by level hold where levels are given.
            suspensions: days taken off the clock.
            levels: the codes of the levels that may handle the case: the earliest of their deadlines is returned.
            not_before: a day that the deadline does not precede.
        """
        if not isinstance(rule, DeadlineRule):
            _refuse_rule(rule)
        rules = rules_of_levels(rule, levels)
        if len(rules) == 1:
            return Deadline(self, rules[0], received_at, suspensions, not_before)
        found = (Deadline(self, each, received_at, suspensions, not_before) for each in rules)
        return min(found, key=lambda deadline: deadline.due)


def _is_array(value: object) -> bool:
    """Return True for a NumPy value, without importing NumPy."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray | numpy.datetime64)


def _arithmetic_for(*values: object) -> Any:
    """The module whose functions take these values: `arithmetic`, or `arrays` if one of them is a NumPy value."""
    if any(_is_array(value) for value in values):
        from reclamation_core.calendars import arrays

        return arrays
    return arithmetic


def _refuse_rule(rule: object) -> NoReturn:
    raise TypeError(f"rule: a DeadlineRule is expected, got {rule!r}")


def rules_of_levels(rule: DeadlineRule, levels: Iterable[str]) -> tuple[DeadlineRule, ...]:
    """Return the rules of levels that may give the earliest deadline: the shortest one in days, and the one in months.

    Without levels it is the rule of those without a duration of their own.
    """
    if not rule.by_level:
        return (rule,)
    rules = [rule.of_level(level) for level in levels] or [rule.of_level(None)]
    units = ([each for each in rules if bool(each.months) is in_months] for in_months in (False, True))
    return tuple(min(unit, key=lambda each: each.months or each.days) for unit in units if unit)


def last_day(
    calendar: BusinessCalendar, rule: DeadlineRule, received_on: date, suspensions: tuple[DayRange, ...]
) -> date:
    """The last day to answer; `suspensions` are disjoint and in order.

    Raises:
        OutsideHorizonError: the receipt or the last day is not covered by the calendar.
    """
    if rule.months or rule.day_type is DayType.FRANC:
        return _expiry(calendar, rule, received_on, suspensions)
    if not suspensions and not rule.first_day_counted:
        return calendar.add(received_on, rule.days, rule.day_type)
    table = calendar.table(rule.day_type)
    start = table.rank_before(received_on) if rule.first_day_counted else table.rank_of(received_on)
    return _counted_day(table, received_on, start, rule.days, suspensions)


def _counted_day(table: DayTable, received_on: date, start: int, days: int, suspensions: tuple[DayRange, ...]) -> date:
    """The day at which so many days have counted after the place `start`, those of the suspensions left out."""
    place = start + days
    last = table.at(place, received_on, days)
    for suspension in suspensions:
        if suspension.first > last:
            break
        if suspension.last >= received_on:
            before = table.rank_before(max(suspension.first, received_on))
            place += table.rank_of(suspension.last) - max(before, start)
            last = table.at(place, received_on, place - start)
    return last


def _expiry(
    calendar: BusinessCalendar, rule: DeadlineRule, received_on: date, suspensions: tuple[DayRange, ...]
) -> date:
    """The last day of months, or the day after clear days, moved forward to a jour ouvré that no suspension covers."""
    if not suspensions and not rule.months:
        return calendar.add(received_on, rule.days, DayType.FRANC)
    every_day, days = calendar.table(DayType.CALENDAIRE), days_counted(rule, received_on)
    last_counted = _counted_day(every_day, received_on, every_day.rank_of(received_on), days, suspensions)
    expiry = calendar.next(last_counted, or_same=bool(rule.months))
    for suspension in suspensions:
        if expiry in suspension:
            expiry = calendar.next(suspension.last)
    return expiry


def days_counted(rule: DeadlineRule, received_on: date) -> int:
    """How many days count until the last one: those of the rule, or all the days of its months."""
    if not rule.months:
        return rule.days
    # Counted from the first of the month, which every month has; a month that is shorter ends the delay with its last.
    month = received_on.year * 12 + received_on.month - 1 + rule.months
    year, month = month // 12, month % 12 + 1
    return (date(year, month, min(received_on.day, monthrange(year, month)[1])) - received_on).days


def business_days_left(calendar: BusinessCalendar, today: date, due: date, suspensions: tuple[DayRange, ...]) -> int:
    """The jours ouvrés after today until the last day, those of the suspensions left out; negative once it is past.

    Raises:
        OutsideHorizonError: today is not covered by the calendar.
    """
    table = calendar.table()
    left = table.rank_of(due) - table.rank_of(today)
    for suspension in suspensions:
        first, last = max(suspension.first, calendar.first), min(suspension.last, due)
        if today < last and first <= last:
            left -= table.rank_of(last) - max(table.rank_before(first), table.rank_of(today))
    return left


@attrs.frozen(init=False)
class Deadline(SharedRepr):
    """The last day to answer, and how it was counted (échéance).

    Args:
        calendar: the days that count; the day of receipt is that of its time zone.
        rule: how many days, of which type, with which cut-off.
        received_at: the instant of receipt, with its time zone.
        suspensions: days taken off the clock, as dates or (first, last) ranges with both ends included; held as
            disjoint ranges in order. They may lie in the future; those before the receipt change nothing.
        not_before: a day that the last day to answer does not precede, such as that on which the delay changed, moved
            after the suspension if it is suspended; None where there is none.

    Attributes:
        received_on: the day that counts as the day of receipt, in the calendar's zone, after the cut-off.
        due: the last day to answer; an answer until its midnight, in the calendar's zone, is in time.

    Raises:
        TypeError: an argument is not of its type.
        ValueError: the rule has durations by level; count with `BusinessCalendar.deadline`, or with `rule.of_level`.
        NaiveInstantError: `received_at` has no time zone.
        SuspensionsNotAllowedError: the rule allows none.
        OutsideHorizonError: the receipt or the last day is outside the years that the calendar covers.

    >>> from datetime import datetime
    >>> from reclamation_core.calendars import BusinessCalendar
    >>> calendar = BusinessCalendar.france()
    >>> deadline = calendar.deadline(datetime(2026, 5, 2, 9, 30, tzinfo=calendar.zone), DeadlineRule(days=10))
    >>> deadline.due
    datetime.date(2026, 5, 19)
    """

    calendar: BusinessCalendar
    rule: DeadlineRule
    received_at: datetime
    suspensions: tuple[DayRange, ...]
    not_before: date | None
    received_on: date
    due: date

    def __init__(
        self,
        calendar: BusinessCalendar,
        rule: DeadlineRule,
        received_at: datetime,
        suspensions: Iterable[Days] = (),
        not_before: date | None = None,
    ) -> None:
        if not isinstance(rule, DeadlineRule):
            _refuse_rule(rule)
        if rule.by_level:
            raise ValueError(
                "rule: it has durations by level; count with calendar.deadline, or with rule.of_level(level)"
            )
        local = calendar.local(received_at, "received_at")
        is_late = rule.cut_off is not None and local.time() > rule.cut_off
        received_on = _day_after(calendar, local.date()) if is_late else local.date()
        off_the_clock = day_ranges(suspensions) if suspensions != () else ()
        if off_the_clock and not rule.suspensions_allowed:
            raise SuspensionsNotAllowedError(tuple((days.first, days.last) for days in off_the_clock))
        # Written by hand for speed: a deadline is made for every complaint that is read.
        put = object.__setattr__
        put(self, "calendar", calendar)
        put(self, "rule", rule)
        put(self, "received_at", received_at)
        put(self, "suspensions", off_the_clock)
        put(self, "not_before", not_before)
        put(self, "received_on", received_on)
        due = last_day(calendar, rule, received_on, off_the_clock)
        if not_before is not None:
            after = (_day_after(calendar, days.last) for days in off_the_clock if not_before in days)
            due = max(due, next(after, not_before))
        put(self, "due", due)

    @property
    def arrived_on(self) -> date:
        """The day of arrival in the calendar's zone: the eve of `received_on` after the cut-off, else the same day."""
        return self.calendar.day_of(self.received_at)

    @property
    def end(self) -> datetime:
        """The first instant that is too late: the midnight that ends the last day, in the calendar's zone."""
        following = self.due + _ONE_DAY
        return datetime(following.year, following.month, following.day, tzinfo=self.calendar.zone)

    @property
    def ledger(self) -> Ledger:
        """Every day from the arrival to the last day, both included, in order: counted or not, and why.

        Exactly `rule.days` of them count, or all the days of the months of a rule in months. Computed at each access.
        """
        return ledger_of(self)

    def status(self, at: datetime, answered_at: datetime | None = None) -> DeadlineStatus:
        """The status of the deadline at an instant, with the instant of the answer if there is one.

        An answer given after `at` is not known then: the status is that of an unanswered deadline. A deadline is due
        soon from `rule.due_soon` business days left on.

        Raises:
            TypeError: an argument is not a datetime.
            NaiveInstantError: an instant has no time zone.
            ValueError: the answer is earlier than the receipt.
            OutsideHorizonError: `at` is outside the years that the calendar covers.
        """
        calendar = self.calendar
        local = calendar.local(at, "at")
        if answered_at is not None:
            answered = calendar.local(answered_at, "answered_at")
            # In UTC: two local times of one zone would be compared by their clock readings, hour of winter or not.
            if answered.astimezone(UTC) < self.received_at.astimezone(UTC):
                raise ValueError(
                    f"answered_at: {answered_at.isoformat()} is before the receipt, {self.received_at.isoformat()}; "
                    f"correct one of the two"
                )
            if answered.astimezone(UTC) <= at.astimezone(UTC):
                return DeadlineStatus.MET if answered.date() <= self.due else DeadlineStatus.MET_LATE
        today = local.date()
        if today > self.due:
            return DeadlineStatus.OVERDUE
        if today == self.due:
            return DeadlineStatus.DUE_TODAY
        return DeadlineStatus.DUE_SOON if self._left(today) <= self.rule.due_soon else DeadlineStatus.RUNNING

    def business_days_left(self, at: datetime) -> int:
        """The business days after that day until the last one, suspended days left out; 0 on the last day.

        Negative once it is past: the business days since. Before the receipt, as many as on the day of receipt. Counted
        in jours ouvrés for every rule.

        Raises:
            TypeError: not a datetime.
            NaiveInstantError: the instant has no time zone.
            OutsideHorizonError: it is outside the years that the calendar covers.
        """
        return self._left(self.calendar.day_of(at))

    def _repr_html_(self) -> str:
        return html_of(self, "reclamation_core.calendars.rendering")

    def _left(self, today: date) -> int:
        return business_days_left(self.calendar, max(today, self.received_on), self.due, self.suspensions)


def _day_after(calendar: BusinessCalendar, day: date) -> date:
    if not calendar.first <= day < calendar.last:
        raise OutsideHorizonError(day, calendar.first, calendar.last, 1)
    return day + _ONE_DAY


@attrs.frozen
class LedgerDay(SharedRepr):
    """One day of a ledger.

    Args:
        day: the day.
        counted: its number, from 1; None when it does not count.
        reason: why it counts or not; where several reasons hold, the first that does in the order of the ledger's
            documentation.
        wording: the same for a reader, a holiday by its name.
    """

    day: date
    counted: int | None
    reason: LedgerReason
    wording: Wording


class Ledger(tuple[LedgerDay, ...]):
    """The days of a ledger, in order, never empty: a tuple that a notebook shows as a calendar."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return html_of(self, "reclamation_core.calendars.rendering")


def ledger_of(deadline: Deadline) -> Ledger:
    """Every day from the arrival to the last day, in order, never empty."""
    rule, number = deadline.rule, 0
    total = days_counted(rule, deadline.received_on)
    end = last_day(deadline.calendar, rule, deadline.received_on, deadline.suspensions)
    days: list[LedgerDay] = []
    for day in DayRange(deadline.arrived_on, deadline.due).days():
        found = _day_not_counted(deadline, day, is_over=number == total, is_expiry=day == end)
        if found is None:
            number += 1
            kind = (DayType.CALENDAIRE if rule.months else rule.day_type).wording
            place = f"{number}/{total}"
            found = LedgerReason.COUNTED, Wording(f"{kind.fr} {place}", f"{kind.en} {place}")
        reason, wording = found
        days.append(LedgerDay(day, number if reason is LedgerReason.COUNTED else None, reason, wording))
    return Ledger(days)


def _day_not_counted(
    deadline: Deadline, day: date, *, is_over: bool, is_expiry: bool
) -> tuple[LedgerReason, Wording] | None:
    """Why a day does not count; None if it does.

    Args:
        deadline: the deadline.
        day: the day.
        is_over: True if all days that are to count precede it.
        is_expiry: True for the last day that the rule gives.
    """
    rule = deadline.rule
    if day < deadline.received_on:
        return LedgerReason.AFTER_CUT_OFF, LedgerReason.AFTER_CUT_OFF.wording
    if day == deadline.received_on and not rule.first_day_counted:
        return LedgerReason.DAY_OF_RECEIPT, LedgerReason.DAY_OF_RECEIPT.wording
    day_type = DayType.OUVRE if is_over else DayType.CALENDAIRE if rule.months else rule.day_type
    reason = _day_off(deadline.calendar, day, day_type)
    if reason is not None:
        return reason
    if any(day in suspension for suspension in deadline.suspensions):
        return LedgerReason.SUSPENSION, LedgerReason.SUSPENSION.wording
    if is_over:
        after = LedgerReason.EXPIRY if is_expiry else LedgerReason.POSTPONED
        return after, after.wording
    return None


def _day_off(calendar: BusinessCalendar, day: date, day_type: DayType) -> tuple[LedgerReason, Wording] | None:
    """Why the calendar does not count a day; None when it does. Clear days are counted like calendar days."""
    if day_type in {DayType.CALENDAIRE, DayType.FRANC} or calendar.is_business_day(day, day_type):
        return None
    holiday = calendar.holidays(day.year)[day] if calendar.is_holiday(day) else None
    if day.weekday() == 6 or (day.weekday() == 5 and day_type is DayType.OUVRE):
        weekday = WEEKDAYS[day.weekday()]
        named = Wording(f", {holiday.fr}", f", {holiday.en}") if holiday else None
        return LedgerReason.WEEKEND, Wording(
            f"week-end ({weekday.fr}{named.fr if named else ''})", f"weekend ({weekday.en}{named.en if named else ''})"
        )
    if holiday:
        return LedgerReason.HOLIDAY, Wording(f"jour férié : {holiday.fr}", f"public holiday: {holiday.en}")
    reason = LedgerReason.CLOSURE if calendar.is_closure(day) else LedgerReason.BRIDGE_DAY
    return reason, reason.wording
