"""A deadline: what follows from an instant of receipt, a rule and a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from reclamation_core.calendars.codes import DeadlineStatus
from reclamation_core.calendars.counting import business_days_left, last_day
from reclamation_core.calendars.errors import OutsideHorizonError, SuspensionsNotAllowedError
from reclamation_core.calendars.ledger import Ledger, ledger_of
from reclamation_core.calendars.ranges import DayRange, Days, day_ranges
from reclamation_core.calendars.rule import DeadlineRule

if TYPE_CHECKING:
    from reclamation_core.calendars.calendar import BusinessCalendar

_ONE_DAY = timedelta(days=1)


@attrs.frozen(init=False)
class Deadline:
    """The last day to answer, and how it was counted (échéance).

    Args:
        calendar: the days that count; its time zone gives the day of receipt.
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
        # Written by hand: what is derived is set beside what is given, and a deadline is made for every complaint read.
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

        Exactly `rule.days` of them count. Made each time it is asked for.
        """
        return ledger_of(self)

    def status(self, at: datetime, answered_at: datetime | None = None) -> DeadlineStatus:
        """Where the deadline stands at an instant, the answer having been given at another, or not yet.

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
        in jours ouvrés whatever the rule counts.

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
