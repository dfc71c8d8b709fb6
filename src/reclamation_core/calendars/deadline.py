"""Deadlines: the counting rule, the last day to answer, and the day-by-day ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NoReturn

import attrs

from reclamation_core.calendars.codes import WEEKDAYS, DayType, DeadlineStatus, LedgerReason
from reclamation_core.calendars.definition import DayRange, Days, day_ranges
from reclamation_core.calendars.errors import OutsideHorizonError, SuspensionsNotAllowedError
from reclamation_core.calendars.prepared import DayTable
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    from reclamation_core.calendars.calendar import BusinessCalendar


def _refuse(field: str, value: object, fr: str, en: str) -> NoReturn:
    raise FaultsError((Fault(field, value, Wording(fr, en)),))


def _is_whole(least: int) -> Callable[[object, attrs.Attribute[int], object], None]:
    def validate(_: object, attribute: attrs.Attribute[int], value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{attribute.name}: a whole number of days is expected, got {value!r}")
        if value < least:
            _refuse(attribute.name, value, f"un nombre d'au moins {least} est attendu", f"give {least} or more")

    return validate


def _is_bool(_: object, attribute: attrs.Attribute[bool], value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(f"{attribute.name}: True or False is expected, got {value!r}")


def _is_local_time(_: object, attribute: attrs.Attribute[time | None], value: object) -> None:
    if value is None:
        return
    if not isinstance(value, time):
        raise TypeError(f"{attribute.name}: a time of day is expected, got {value!r}")
    if value.tzinfo is not None:
        _refuse(
            attribute.name,
            value,
            "une heure sans fuseau est attendue : celui du calendrier s'applique",
            "leave the time zone out: the calendar's own holds",
        )


def _not_with_clear_days(rule: DeadlineRule, _: object, counted: bool) -> None:
    if counted and rule.day_type is DayType.FRANC:
        _refuse(
            "first_day_counted",
            counted,
            "aucune des deux extrémités d'un délai en jours francs ne compte : laissez faux, ou changez day_type",
            "neither end of a delay in clear days (franc) counts: leave it False or change day_type",
        )


def _day_type(value: str) -> DayType:
    return DayType.parse(value)


@attrs.frozen(kw_only=True)
class DeadlineRule:
    """How the last day to answer follows from the receipt (règle de délai).

    Args:
        days: how many days must have counted on the last day, 1 or more.
        day_type: which days count, with the conventions of `DayType`; its code or its label is accepted.
        first_day_counted: True when the day of receipt is day 1, where it is a day that counts.
        cut_off: the hour, in the calendar's zone, after which (strictly) what arrives is received the next calendar
            day.
        suspensions_allowed: whether days may be taken off the clock, case by case.
        due_soon: from how many business days left an unanswered deadline is due soon; 0 never.

    Raises:
        TypeError: a field is not of its type; the message names it and its value.
        FaultsError: a field has a value that cannot be; a ValueError.
    """

    days: int = attrs.field(default=10, validator=_is_whole(1))
    day_type: DayType = attrs.field(default=DayType.OUVRE, converter=_day_type)
    first_day_counted: bool = attrs.field(default=False, validator=[_is_bool, _not_with_clear_days])
    cut_off: time | None = attrs.field(default=None, validator=_is_local_time)
    suspensions_allowed: bool = attrs.field(default=False, validator=_is_bool)
    due_soon: int = attrs.field(default=2, validator=_is_whole(0))

    def days_in_words(self, lang: Lang = "fr") -> str:
        """How many days of which type.

        >>> DeadlineRule(days=10).days_in_words()
        '10 jours ouvrés'
        """
        label = self.day_type.label(lang)
        if self.days == 1:
            return f"1 {label}"
        if lang == "fr":
            return f"{self.days} {' '.join(f'{word}s' for word in label.split())}"
        return f"{self.days} {label.replace('day', 'days', 1)}"


def last_day(
    calendar: BusinessCalendar, rule: DeadlineRule, received_on: date, suspensions: tuple[DayRange, ...]
) -> date:
    """The last day to answer; `suspensions` are disjoint and in order.

    Raises:
        OutsideHorizonError: the receipt or the last day is not covered by the calendar.
    """
    if rule.day_type is DayType.FRANC:
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
    """The day after so many whole days, moved forward to a jour ouvré that no suspension covers."""
    if not suspensions:
        return calendar.add(received_on, rule.days, DayType.FRANC)
    every_day = calendar.table(DayType.CALENDAIRE)
    last_counted = _counted_day(every_day, received_on, every_day.rank_of(received_on), rule.days, suspensions)
    expiry = calendar.next(last_counted)
    for suspension in suspensions:
        if expiry in suspension:
            expiry = calendar.next(suspension.last)
    return expiry


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


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


_ONE_DAY = timedelta(days=1)


@attrs.frozen(init=False)
class Deadline:
    """The last day to answer, and how it was counted (échéance).

    Args:
        calendar: the days that count; the day of receipt is that of its time zone.
        rule: how many days, of which type, with which cut-off.
        received_at: the instant of receipt, with its time zone.
        suspensions: days taken off the clock, as dates or (first, last) ranges with both ends included; held as
            disjoint ranges in order. They may lie in the future; those before the receipt change nothing.

    Attributes:
        received_on: the day that counts as the day of receipt, in the calendar's zone, after the cut-off.
        due: the last day to answer; an answer until its midnight, in the calendar's zone, is in time.

    Raises:
        TypeError: an argument is not of its type.
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
    received_on: date
    due: date

    def __init__(
        self, calendar: BusinessCalendar, rule: DeadlineRule, received_at: datetime, suspensions: Iterable[Days] = ()
    ) -> None:
        if not isinstance(rule, DeadlineRule):
            raise TypeError(f"rule: a DeadlineRule is expected, got {rule!r}")
        local = calendar.local(received_at, "received_at")
        received_on = local.date()
        if rule.cut_off is not None and local.time() > rule.cut_off:
            received_on = _day_after(calendar, received_on)
        off_the_clock = day_ranges(suspensions) if suspensions != () else ()
        if off_the_clock and not rule.suspensions_allowed:
            raise SuspensionsNotAllowedError(tuple((days.first, days.last) for days in off_the_clock))
        # Written by hand for speed: a deadline is made for every complaint that is read.
        put = object.__setattr__
        put(self, "calendar", calendar)
        put(self, "rule", rule)
        put(self, "received_at", received_at)
        put(self, "suspensions", off_the_clock)
        put(self, "received_on", received_on)
        put(self, "due", last_day(calendar, rule, received_on, off_the_clock))

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

        Exactly `rule.days` of them count. Computed at each access.
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
                    f"mend one of the two"
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
        from reclamation_core.calendars.rendering import deadline_html

        return deadline_html(self)

    def _left(self, today: date) -> int:
        return business_days_left(self.calendar, max(today, self.received_on), self.due, self.suspensions)


def _day_after(calendar: BusinessCalendar, day: date) -> date:
    if not calendar.first <= day < calendar.last:
        raise OutsideHorizonError(day, calendar.first, calendar.last, 1)
    return day + _ONE_DAY


@attrs.frozen
class LedgerDay:
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
        from reclamation_core.calendars.rendering import ledger_html

        return ledger_html(self)


def ledger_of(deadline: Deadline) -> Ledger:
    """Every day from the arrival to the last day, in order, never empty."""
    number = 0
    days: list[LedgerDay] = []
    for day in days_between(deadline.arrived_on, deadline.due):
        reason, wording = _reason(deadline, day, number)
        if reason is LedgerReason.COUNTED:
            number += 1
        days.append(LedgerDay(day, number if reason is LedgerReason.COUNTED else None, reason, wording))
    return Ledger(days)


def _reason(deadline: Deadline, day: date, number: int) -> tuple[LedgerReason, Wording]:
    """Why a day counts or not, `number` days having counted before it."""
    rule = deadline.rule
    if day < deadline.received_on:
        return LedgerReason.AFTER_CUT_OFF, LedgerReason.AFTER_CUT_OFF.wording
    if day == deadline.received_on and not rule.first_day_counted:
        return LedgerReason.DAY_OF_RECEIPT, LedgerReason.DAY_OF_RECEIPT.wording
    expired = rule.day_type is DayType.FRANC and number == rule.days
    reason = _day_off(deadline.calendar, day, DayType.OUVRE if expired else rule.day_type)
    if reason is not None:
        return reason
    if any(day in suspension for suspension in deadline.suspensions):
        return LedgerReason.SUSPENSION, LedgerReason.SUSPENSION.wording
    if expired:
        return LedgerReason.EXPIRY, LedgerReason.EXPIRY.wording
    place = f"{number + 1}/{rule.days}"
    kind = rule.day_type.wording
    return LedgerReason.COUNTED, Wording(f"{kind.fr} {place}", f"{kind.en} {place}")


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
