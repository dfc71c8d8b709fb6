"""The deadlines of a case, the alerts that are due, and the retention of its texts: all follow from its events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

import attrs

from reclamation_core.calendars import BusinessCalendar, DayType, Deadline
from reclamation_core.cases.case import Case
from reclamation_core.cases.codes import DeadlineKind, Threshold
from reclamation_core.cases.events import Alerted, Closed, Reopened
from reclamation_core.cases.references import LineReference
from reclamation_core.policy import Policy
from reclamation_core.shared_repr import SharedRepr

_DAY: Final = timedelta(days=1)


@attrs.frozen(kw_only=True)
class PendingDeadline(SharedRepr):
    """A due date of a case.

    Args:
        clock: what is awaited.
        due: the last day.
        soon: the first day on which it is due soon; None without such a threshold.
        stopped_on: the day on which what was awaited happened, or was no more awaited; None while it is.
        action: of the check of an action's effectiveness, the action.
    """

    clock: DeadlineKind
    due: date
    soon: date | None
    stopped_on: date | None = None
    action: LineReference | None = None

    def reached(self, today: date) -> Iterator[tuple[Threshold, date]]:
        """The thresholds that a clock had reached by a day, while it ran, and since when."""
        return ((threshold, since) for threshold, since in self.thresholds() if since <= today)

    def thresholds(self) -> Iterator[tuple[Threshold, date]]:
        """The thresholds that a clock reaches while it runs, and since when."""
        steps = (
            (Threshold.DUE_SOON, self.soon),
            (Threshold.DUE_TODAY, self.due),
            (Threshold.OVERDUE, date.fromordinal(self.due.toordinal() + 1)),
        )
        last = date.max if self.stopped_on is None else self.stopped_on
        yield from ((threshold, since) for threshold, since in steps if since is not None and since <= last)


@attrs.frozen
class EffectivenessCheck(SharedRepr):
    """The check of an action's effectiveness (vérification d'efficacité).

    Args:
        due: the day by which it is to be judged.
        done_at: when it was judged, or the action given up; None while it is awaited.
    """

    due: date
    done_at: datetime | None = None


def pending_deadlines(
    case: Case, policy: Policy, checks: Mapping[LineReference, EffectivenessCheck] | None = None
) -> tuple[PendingDeadline, ...]:
    """Return the due dates of a case, those that were met included.

    Args:
        case: the case.
        policy: the edition that it is judged under.
        checks: for the case's actions, the check of their effectiveness.
    """
    calendar = case.terms.business_calendar
    return (
        *_acknowledgement(case, policy, calendar),
        *_answers(case),
        *_checks(case, checks or {}, calendar),
        *retention_clocks(case, policy, calendar),
    )


def alerts_due(
    case: Case, policy: Policy, now: datetime, checks: Mapping[LineReference, EffectivenessCheck] | None = None
) -> tuple[Alerted, ...]:
    """The alerts that a sweep at an instant adds: exactly once for each clock, threshold and due date.

    The check of each action is a clock of its own. A threshold that was
    reached before the day of the sweep is reported late, never lost.
    """
    today = case.day_of(now)
    raised = {attrs.evolve(alert, late=False) for alert in case.alerts}
    due: dict[Alerted, Alerted] = {}  # two runs of the answer clock may end on the same day
    for running in pending_deadlines(case, policy, checks):
        for threshold, since in running.reached(today):
            alert = Alerted(clock=running.clock, threshold=threshold, due=running.due, action=running.action)
            if alert not in raised:
                due.setdefault(alert, attrs.evolve(alert, late=since < today))
    return tuple(due.values())


def next_alert_on(case: Case, policy: Policy, today: date) -> date | None:
    """Return the first day after a sweep on which an alert is due; None for never.

    The checks of the effectiveness of actions are left out: they depend on the plans. Another event of the case may
    change the day.
    """
    deadlines = pending_deadlines(case, policy)
    return min((since for one in deadlines for _, since in one.thresholds() if since > today), default=None)


def answer_alert_on(case: Case) -> date | None:
    """Return the first day on which an alert of the answer clock is due that was not raised; None for never."""
    raised = {attrs.evolve(alert, late=False) for alert in case.alerts}
    days = (
        since
        for one in _answers(case)
        for threshold, since in one.thresholds()
        if Alerted(clock=one.clock, threshold=threshold, due=one.due) not in raised
    )
    return min(days, default=None)


def _acknowledgement(case: Case, policy: Policy, calendar: BusinessCalendar) -> Iterator[PendingDeadline]:
    rule = policy.parameters.acknowledgement.rule
    if rule is not None and case.deadline is not None:
        deadline = Deadline(calendar, rule, case.received_at)
        stops = [at for at in (case.acknowledged_at, case.answer_cycles[0].stopped_at) if at is not None]
        yield _of_deadline(DeadlineKind.ACKNOWLEDGEMENT, deadline, min(stops, default=None))


def _answers(case: Case) -> Iterator[PendingDeadline]:
    if case.deadline is None:
        return
    for run in case.answer_cycles:
        if not case.ends_suspended(run):  # after the suspension the clock never ran: no day was due
            yield _of_deadline(DeadlineKind.ANSWER, case.deadline_of(run), run.stopped_at)


def _of_deadline(clock: DeadlineKind, deadline: Deadline, stopped_at: datetime | None) -> PendingDeadline:
    calendar = deadline.calendar
    stopped_on = None if stopped_at is None else calendar.day_of(stopped_at)
    return PendingDeadline(clock=clock, due=deadline.due, soon=first_day_soon(deadline), stopped_on=stopped_on)


def first_day_soon(deadline: Deadline) -> date | None:
    """Return the first day with few enough business days left.

    It does not precede the receipt, the end of the last suspension, or the day on which the level changed.
    """
    if deadline.rule.due_soon == 0:
        return None
    calendar = deadline.calendar
    due = calendar.previous(deadline.due, DayType.OUVRE, or_same=True)
    resumed = [days.last + _DAY for days in deadline.suspensions if days.first <= deadline.due]
    changed = [] if deadline.not_before is None else [deadline.not_before]
    return max(calendar.subtract(due, deadline.rule.due_soon), deadline.received_on, *resumed, *changed)


def _checks(
    case: Case, checks: Mapping[LineReference, EffectivenessCheck], calendar: BusinessCalendar
) -> Iterator[PendingDeadline]:
    for action in case.actions:
        if (check := checks.get(action)) is not None:
            done_on = None if check.done_at is None else calendar.day_of(check.done_at)
            yield PendingDeadline(
                clock=DeadlineKind.EFFECTIVENESS, due=check.due, soon=None, stopped_on=done_on, action=action
            )


def retention_clocks(case: Case, policy: Policy, calendar: BusinessCalendar) -> Iterator[PendingDeadline]:
    """Return the ends of the retention of a case, one for each closing and each suspension of it (I17)."""
    suspensions = list(_suspensions(case, calendar))
    for closed_on, ended_on in _closings(case, calendar):
        last = policy.retention.retained_until(closed_on)
        for since, until in suspensions:
            first = max(since, closed_on)
            if first > ended_on or until <= closed_on:
                continue
            yield _running(last, first)
            # A retention that ended before it was suspended, without erasure, ends when it is resumed.
            last = date.max if until == date.max else max(last + (until - first), until)
        if last < date.max:
            yield _running(last, ended_on)


def retained_until(case: Case, policy: Policy) -> date | None:
    """Return the last day of retention of the texts of a case; None while it is open or suspended, and once erased."""
    clocks = retention_clocks(case, policy, case.terms.business_calendar)
    return next((clock.due - _DAY for clock in clocks if clock.stopped_on is None), None)


def _running(last: date, stopped_on: date) -> PendingDeadline:
    """Return the clock of a retention that ends on a day: erasure is due on the day after."""
    ended = None if stopped_on == date.max else stopped_on
    return PendingDeadline(clock=DeadlineKind.RETENTION, due=last + _DAY, soon=None, stopped_on=ended)


def _suspensions(case: Case, calendar: BusinessCalendar) -> Iterator[tuple[date, date]]:
    """The days on which retention was suspended and went on, `date.max` where it has not yet."""
    for suspension in case.suspensions:
        until = suspension.until
        yield calendar.day_of(suspension.since), date.max if until is None else calendar.day_of(until)


def _closings(case: Case, calendar: BusinessCalendar) -> Iterator[tuple[date, date]]:
    """The days on which the case was closed and opened again, or anonymised; `date.max` where it has not been."""
    closed_on: date | None = None
    for event in case.history:
        if isinstance(event.data, Closed):
            closed_on = calendar.day_of(event.occurred_at)
        elif isinstance(event.data, Reopened) and closed_on is not None:
            yield closed_on, calendar.day_of(event.occurred_at)
    if case.closed_at is not None:
        ended_on = date.max if case.anonymised_at is None else calendar.day_of(case.anonymised_at)
        yield calendar.day_of(case.closed_at), ended_on
