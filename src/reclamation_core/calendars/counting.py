"""From the day of receipt to the last day: the one place where a deadline is counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from reclamation_core.calendars.codes import DayType
from reclamation_core.calendars.prepared import DayTable
from reclamation_core.calendars.ranges import DayRange
from reclamation_core.calendars.rule import DeadlineRule

if TYPE_CHECKING:
    from reclamation_core.calendars.calendar import BusinessCalendar


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
