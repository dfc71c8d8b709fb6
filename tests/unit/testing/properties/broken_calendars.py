"""Calendars each of which breaks a prop."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import attrs

from reclamation_core.calendars import BusinessCalendar, DayType, Deadline, DeadlineStatus

CLOSED = BusinessCalendar.france(first_year=2022, last_year=2027, closures=[(date(2024, 8, 5), date(2024, 8, 9))])


class FewerDaysWhenClosed(BusinessCalendar):
    def deadline(self, received_at: datetime, rule: Any, suspensions: Any = (), **_: Any) -> Deadline:
        days = max(1, rule.days - len(self.definition.closures))
        return super().deadline(received_at, attrs.evolve(rule, days=days), suspensions)


class FewerDaysWhenSuspended(BusinessCalendar):
    def deadline(self, received_at: datetime, rule: Any, suspensions: Any = (), **_: Any) -> Deadline:
        days = max(1, rule.days - len(suspensions))
        return super().deadline(received_at, attrs.evolve(rule, days=days))


class OnlyTheFirstSuspension(BusinessCalendar):
    def deadline(self, received_at: datetime, rule: Any, suspensions: Any = (), **_: Any) -> Deadline:
        return super().deadline(received_at, rule, list(suspensions)[:1])


class AtMostThreeDays(BusinessCalendar):
    def deadline(self, received_at: datetime, rule: Any, suspensions: Any = (), **_: Any) -> Deadline:
        return super().deadline(received_at, attrs.evolve(rule, days=min(rule.days, 3)), suspensions)


class SlowOnSaturdays(BusinessCalendar):
    def deadline(self, received_at: datetime, rule: Any, suspensions: Any = (), **_: Any) -> Deadline:
        late = timedelta(days=14 if received_at.weekday() == 5 else 0)
        return super().deadline(received_at + late, rule, suspensions)


class OneDayMore(BusinessCalendar):
    def deadline(self, received_at: datetime, rule: Any, suspensions: Any = (), **_: Any) -> Deadline:
        return super().deadline(received_at, attrs.evolve(rule, days=rule.days + 1), suspensions)


class WithoutTheFirstDay(Deadline):
    @property
    def ledger(self) -> Any:
        return super().ledger[1:]


class HasteBy(Deadline):
    def business_days_left(self, at: datetime) -> int:
        return super().business_days_left(at) - 1


class ForgivesThreeHours(Deadline):
    def status(self, at: datetime, answered_at: datetime | None = None) -> DeadlineStatus:
        told = super().status(at, answered_at)
        met = answered_at is not None and super().status(answered_at - timedelta(hours=3)) is not DeadlineStatus.OVERDUE
        return DeadlineStatus.MET if met else told


def with_deadlines(kind: type[Deadline]) -> BusinessCalendar:
    class Other(BusinessCalendar):
        def deadline(self, received_at: datetime, rule: Any, suspensions: Any = (), **_: Any) -> Deadline:
            return kind(self, rule, received_at, suspensions)

    return Other(CLOSED.definition)


def with_status(change: Callable[[Deadline, datetime, DeadlineStatus], DeadlineStatus]) -> BusinessCalendar:
    """A calendar whose deadlines change their status."""

    class Changed(Deadline):
        def status(self, at: datetime, answered_at: datetime | None = None) -> DeadlineStatus:
            return change(self, at, super().status(at, answered_at))

    return with_deadlines(Changed)


def warned_a_day_late(one: Deadline, at: datetime, told: DeadlineStatus) -> DeadlineStatus:
    is_late = told is DeadlineStatus.DUE_SOON and one.business_days_left(at) == one.rule.due_soon
    return DeadlineStatus.RUNNING if is_late else told


def forgiving(one: Deadline, at: datetime, told: DeadlineStatus) -> DeadlineStatus:
    return DeadlineStatus.RUNNING if at - one.received_at > timedelta(days=50) else told


class ForgetsClosures(BusinessCalendar):
    def is_business_day(self, day: Any, day_type: DayType = DayType.OUVRE) -> Any:
        return super().is_business_day(day, day_type) or (self.is_closure(day) and day.weekday() < 5)


class WorksOnSundays(BusinessCalendar):
    def is_business_day(self, day: Any, day_type: DayType = DayType.OUVRE) -> Any:
        return super().is_business_day(day, day_type) or (day_type is DayType.OUVRABLE and day.weekday() == 6)


class SubtractsOneTooFew(BusinessCalendar):
    def subtract(self, day: Any, n: Any, day_type: DayType = DayType.OUVRE) -> Any:
        return super().subtract(day, n - 1, day_type)


class AddsOneTooMany(BusinessCalendar):
    def add(self, day: Any, n: Any, day_type: DayType = DayType.OUVRE) -> Any:
        return super().add(day, n + 1, day_type)


class CountsOneTooMany(BusinessCalendar):
    def count(self, a: Any, b: Any, day_type: DayType = DayType.OUVRE, *, ends: Any = "(]") -> Any:
        return super().count(a, b, day_type, ends=ends) + 1


class OneWayOfCounting(BusinessCalendar):
    def count(self, a: Any, b: Any, day_type: DayType = DayType.OUVRE, *, ends: Any = "(]") -> Any:  # noqa: ARG002
        return super().count(a, b, day_type)


class StandsStill(BusinessCalendar):
    def next(self, day: Any, day_type: DayType = DayType.OUVRE, *, or_same: bool = False) -> Any:  # noqa: ARG002
        return day


class NeverMovesOn(BusinessCalendar):
    def add(self, day: Any, n: Any, day_type: DayType = DayType.OUVRE) -> Any:
        return day + timedelta(days=n + 1) if day_type is DayType.FRANC else super().add(day, n, day_type)


def closed(kind: type[BusinessCalendar]) -> BusinessCalendar:
    return kind(CLOSED.definition)


BROKEN: dict[str, BusinessCalendar] = {
    "more-closures-never-earlier": closed(FewerDaysWhenClosed),
    "more-suspensions-never-earlier": closed(FewerDaysWhenSuspended),
    "one-more-day-is-later": closed(AtMostThreeDays),
    "later-receipt-never-earlier": closed(SlowOnSaturdays),
    "ledger-counts-n-days": with_deadlines(WithoutTheFirstDay),
    "due-on-the-nth-day-that-counts": closed(OneDayMore),
    "days-left-are-those-to-come": with_deadlines(HasteBy),
    "statuses-only-move-on": with_status(forgiving),
    "due-soon-when-few-days-are-left": with_status(warned_a_day_late),
    "an-answer-is-in-time-until-the-end-of-the-last-day": with_deadlines(ForgivesThreeHours),
    "a-day-off-never-counts": closed(ForgetsClosures),
    "a-working-day-of-six-never-is-a-sunday-nor-a-holiday": closed(WorksOnSundays),
    "subtracting-undoes-adding": closed(SubtractsOneTooFew),
    "added-days-are-counted": closed(AddsOneTooMany),
    "counts-add-up": closed(CountsOneTooMany),
    "ends-are-as-written": closed(OneWayOfCounting),
    "next-and-previous-are-the-nearest": closed(StandsStill),
    "clear-days-are-whole": closed(NeverMovesOn),
}
"""For each property, a calendar that breaks it."""
MORE: dict[str, list[BusinessCalendar]] = {
    "due-soon-when-few-days-are-left": [
        with_status(lambda _, __, told: DeadlineStatus.OVERDUE if told is DeadlineStatus.DUE_TODAY else told),
        with_status(lambda _, __, told: DeadlineStatus.DUE_TODAY if told is DeadlineStatus.OVERDUE else told),
    ]
}
"""Further calendars that break a property."""
