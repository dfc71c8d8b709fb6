"""Every deadline against one counted day by day, from the words of the conventions."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar, DayRange, DayType, Deadline, DeadlineRule, DeadlineStatus
from reclamation_core.testing.strategies import calendars, deadline_rules, instants
from reclamation_core.testing.strategies.calendar import day_ranges

ONE_DAY = timedelta(days=1)
SUSPENSIONS = st.lists(day_ranges(), max_size=3)


def is_ouvre(calendar: BusinessCalendar, day: date) -> bool:
    definition = calendar.definition
    closed = any(day in days for days in (*definition.closures, *definition.bridge_days))
    return day.weekday() < 5 and not closed and day not in calendar.holidays(day.year)


def counts(calendar: BusinessCalendar, day: date, day_type: DayType) -> bool:
    if day_type is DayType.OUVRE:
        return is_ouvre(calendar, day)
    if day_type is DayType.OUVRABLE:
        return day.weekday() < 6 and day not in calendar.holidays(day.year)
    return True


def day_by_day(calendar: BusinessCalendar, rule: DeadlineRule, at: datetime, suspensions: list[DayRange]) -> date:
    local = at.astimezone(ZoneInfo(calendar.definition.time_zone))
    day = local.date()
    if rule.cut_off is not None and local.time() > rule.cut_off:
        day += ONE_DAY

    def suspended(day: date) -> bool:
        return any(suspension.first <= day <= suspension.last for suspension in suspensions)

    if rule.first_day_counted:
        day -= ONE_DAY
    left = rule.days
    while left:
        day += ONE_DAY
        left -= counts(calendar, day, rule.day_type) and not suspended(day)
    if rule.day_type is DayType.FRANC:
        day += ONE_DAY
        while suspended(day) or not is_ouvre(calendar, day):
            day += ONE_DAY
    return day


@given(calendars(), deadline_rules(most_months=0, suspensions=True, by_level=False), instants(), SUSPENSIONS)
def test_a_deadline_is_the_one_counted_day_by_day(
    calendar: BusinessCalendar, rule: DeadlineRule, at: datetime, suspensions: list[DayRange]
) -> None:
    assert calendar.deadline(at, rule, suspensions).due == day_by_day(calendar, rule, at, suspensions)


def later_by(hours: float) -> Callable[[datetime], datetime]:
    return lambda at: at + timedelta(hours=hours)


@given(calendars(), deadline_rules(most_days=5), instants(), st.floats(0, 400), st.none() | st.floats(0, 400))
def test_a_status_follows_from_the_end_the_answer_and_the_instant(
    calendar: BusinessCalendar, rule: DeadlineRule, received_at: datetime, hours: float, answer: float | None
) -> None:
    deadline: Deadline = calendar.deadline(received_at, rule)
    at = later_by(hours)(received_at)
    answered_at = None if answer is None else later_by(answer)(received_at)

    status = deadline.status(at, answered_at)

    if answered_at is not None and answered_at <= at:
        assert status is (DeadlineStatus.MET if answered_at < deadline.end else DeadlineStatus.MET_LATE)
    elif at >= deadline.end:
        assert status is DeadlineStatus.OVERDUE
    elif calendar.day_of(at) == deadline.due:
        assert status is DeadlineStatus.DUE_TODAY
    elif deadline.business_days_left(at) <= rule.due_soon:
        assert status is DeadlineStatus.DUE_SOON
    else:
        assert status is DeadlineStatus.RUNNING
