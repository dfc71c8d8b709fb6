"""Laws of the calendar: where a deadline stands on a day. Source: M2-1 §5.0, as read (I2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar, DayRange, DeadlineRule, DeadlineStatus
from reclamation_core.testing.laws.deadline import CLAUSE, receipt
from reclamation_core.testing.laws.law import Breach, law, unless

_AROUND = st.integers(0, 600) | st.integers(-600, 0) | st.integers(-60 * 24 * 60, 60 * 24 * 60)
"""Minutes: a mistake about the end of a day is seen in the hours about it."""
_ORDER = (DeadlineStatus.RUNNING, DeadlineStatus.DUE_SOON, DeadlineStatus.DUE_TODAY, DeadlineStatus.OVERDUE)


def _to_come(calendar: BusinessCalendar, day: date, due: date, suspensions: Sequence[DayRange]) -> int:
    """The business days after a day until the last one, suspended ones left out, counted one by one."""
    later = (day + timedelta(days=number) for number in range(1, (due - day).days + 1))
    return sum(calendar.is_business_day(one) and not any(one in some for some in suspensions) for one in later)


@law(
    "days-left-are-those-to-come",
    CLAUSE,
    "à la réception, les jours qui restent sont les jours ouvrés à venir jusqu'à l'échéance, hors suspensions",
    "at the receipt, the days left are the business days to come until the deadline, suspended ones left out",
    drawn=receipt,
)
def days_left(
    calendar: BusinessCalendar, rule: DeadlineRule, received_at: datetime, suspensions: Sequence[DayRange]
) -> Breach | None:
    deadline = calendar.deadline(received_at, rule, suspensions)
    expected = _to_come(calendar, deadline.received_on, deadline.due, suspensions)
    found = deadline.business_days_left(received_at)
    return unless(found == expected, expected, found)


@law(
    "statuses-only-move-on",
    CLAUSE,
    "sans réponse, une échéance ne va que vers le retard : en cours, proche, aujourd'hui, en retard",
    "without an answer a deadline only moves on: running, due soon, due today, overdue",
    drawn=receipt,
)
def statuses(
    calendar: BusinessCalendar, rule: DeadlineRule, received_at: datetime, suspensions: Sequence[DayRange]
) -> Breach | None:
    deadline = calendar.deadline(received_at, rule, suspensions)
    seen = [_ORDER.index(deadline.status(received_at + timedelta(days=number))) for number in range(60)]
    return unless(
        seen == sorted(seen), [_ORDER[place].value for place in sorted(seen)], [_ORDER[n].value for n in seen]
    )


@law(
    "due-soon-when-few-days-are-left",
    CLAUSE,
    "sans réponse, une échéance est proche quand il reste au plus le nombre de jours ouvrés prévu, du jour le dernier "
    "jour, en retard ensuite",
    "without an answer a deadline is due soon when at most the number of business days set is left, due today on the "
    "last day, overdue after it",
    reading="I2",
    drawn=lambda calendar: receipt(calendar, later=st.integers(0, 60).map(timedelta)),
)
def due_soon(
    calendar: BusinessCalendar,
    rule: DeadlineRule,
    received_at: datetime,
    suspensions: Sequence[DayRange],
    later: timedelta,
) -> Breach | None:
    deadline = calendar.deadline(received_at, rule, suspensions)
    today, found = calendar.day_of(received_at + later), deadline.status(received_at + later)
    if today >= deadline.due:
        expected = DeadlineStatus.DUE_TODAY if today == deadline.due else DeadlineStatus.OVERDUE
        return unless(found is expected, expected.value, found.value)
    left = _to_come(calendar, max(today, deadline.received_on), deadline.due, suspensions)
    expected = DeadlineStatus.DUE_SOON if left <= rule.due_soon else DeadlineStatus.RUNNING
    return unless(found is expected, expected.value, found.value, left=left)


@law(
    "an-answer-is-in-time-until-the-end-of-the-last-day",
    CLAUSE,
    "une réponse donnée au plus tard le dernier jour, à l'heure du calendrier, respecte l'échéance ; plus tard, elle "
    "est en retard, et le reste",
    "an answer given by the last day, by the calendar's own clock, meets the deadline; later it is late, and stays so",
    reading="I2",
    drawn=lambda calendar: receipt(calendar, past_the_end=_AROUND.map(lambda minutes: timedelta(minutes=minutes))),
)
def in_time(
    calendar: BusinessCalendar,
    rule: DeadlineRule,
    received_at: datetime,
    suspensions: Sequence[DayRange],
    past_the_end: timedelta,
) -> Breach | None:
    deadline = calendar.deadline(received_at, rule, suspensions)
    end = datetime.combine(deadline.due + timedelta(days=1), time(), calendar.zone).astimezone(UTC)
    answered_at = max(received_at, end + past_the_end)
    met = answered_at.astimezone(calendar.zone).date() <= deadline.due
    expected = DeadlineStatus.MET if met else DeadlineStatus.MET_LATE
    found = [deadline.status(answered_at + timedelta(days=days), answered_at) for days in (0, 30)]
    return unless(found == [expected] * 2, expected.value, [status.value for status in found])
