"""What is awaited by a date, and the alerts that are due: both follow from the story alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

import attrs

from reclamation_core.calendars import BusinessCalendar, DayType, Deadline
from reclamation_core.cases.case import Case
from reclamation_core.cases.codes import Clock, Threshold
from reclamation_core.cases.happenings import Alerted
from reclamation_core.policy import Policy


@attrs.frozen(kw_only=True)
class Running:
    """One date awaited.

    Args:
        clock: what is awaited.
        due: the last day.
        soon: the first day on which it is due soon; None where that is not told.
        stopped_on: the day on which what was awaited happened; None while it has not.
    """

    clock: Clock
    due: date
    soon: date | None
    stopped_on: date | None = None

    def reached(self, today: date) -> Iterator[tuple[Threshold, date]]:
        """The thresholds that a clock still running had reached by a day, and since when."""
        last = today if self.stopped_on is None else min(today, self.stopped_on)
        steps = (
            (Threshold.DUE_SOON, self.soon),
            (Threshold.DUE_TODAY, self.due),
            (Threshold.OVERDUE, _after(self.due)),
        )
        yield from ((threshold, since) for threshold, since in steps if since is not None and since <= last)


def running_clocks(case: Case, policy: Policy, checks: Mapping[str, date] | None = None) -> tuple[Running, ...]:
    """The dates that a case awaits or awaited, those that were met included.

    Args:
        case: the case.
        policy: the edition that it is judged under.
        checks: for the case's actions, the day by which their effectiveness is to be judged, while it is not.
    """
    calendar = BusinessCalendar(case.calendar)
    return (
        *_acknowledgement(case, policy, calendar),
        *_answers(case, calendar),
        *_checks(case, checks or {}),
        *_retention(case, policy, calendar),
    )


def alerts_due(
    case: Case, policy: Policy, now: datetime, checks: Mapping[str, date] | None = None
) -> tuple[Alerted, ...]:
    """The alerts that a sweep at an instant adds: exactly once for each clock, threshold and due date.

    A threshold reached on an earlier day than the sweep's is told late, never lost.
    """
    today = BusinessCalendar(case.calendar).day_of(now)
    told = {(alert.clock, alert.threshold, alert.due) for alert in case.alerts}
    due: dict[tuple[Clock, Threshold, date], Alerted] = {}  # two clocks of one kind may be due on the same day
    for running in running_clocks(case, policy, checks):
        for threshold, since in running.reached(today):
            key = (running.clock, threshold, running.due)
            if key not in told:
                alert = Alerted(clock=running.clock, threshold=threshold, due=running.due, late=since < today)
                due.setdefault(key, alert)
    return tuple(due.values())


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _acknowledgement(case: Case, policy: Policy, calendar: BusinessCalendar) -> Iterator[Running]:
    rule = policy.parameters.acknowledgement.rule
    if rule is not None and case.deadline is not None:
        deadline = Deadline(calendar, rule, case.received_at)
        stops = [at for at in (case.acknowledged_at, case.rounds[0].stopped_at) if at is not None]
        yield _of_deadline(Clock.ACKNOWLEDGEMENT, deadline, min(stops, default=None))


def _answers(case: Case, calendar: BusinessCalendar) -> Iterator[Running]:
    if case.deadline is None:
        return
    for run in case.rounds:
        deadline = Deadline(calendar, case.rule, run.started_at)
        yield _of_deadline(Clock.ANSWER, deadline, run.stopped_at)


def _of_deadline(clock: Clock, deadline: Deadline, stopped_at: datetime | None) -> Running:
    calendar = deadline.calendar
    stopped_on = None if stopped_at is None else calendar.day_of(stopped_at)
    return Running(clock=clock, due=deadline.due, soon=_soon(deadline), stopped_on=stopped_on)


def _soon(deadline: Deadline) -> date | None:
    """The first day with few enough business days left, not before the receipt."""
    if deadline.rule.due_soon == 0:
        return None
    calendar = deadline.calendar
    due = calendar.previous(deadline.due, DayType.OUVRE, or_same=True)
    return max(calendar.subtract(due, deadline.rule.due_soon), deadline.received_on)


def _checks(case: Case, checks: Mapping[str, date]) -> Iterator[Running]:
    for action in case.actions:
        if action in checks:
            yield Running(clock=Clock.EFFECTIVENESS, due=checks[action], soon=None)


def _retention(case: Case, policy: Policy, calendar: BusinessCalendar) -> Iterator[Running]:
    if case.closed_at is not None:
        due = policy.retention.kept_until(calendar.day_of(case.closed_at))
        stopped = None if case.anonymised_at is None else calendar.day_of(case.anonymised_at)
        yield Running(clock=Clock.RETENTION, due=due, soon=None, stopped_on=stopped)
