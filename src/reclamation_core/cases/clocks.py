"""What is awaited by a date, and the alerts that are due: both follow from the story alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

import attrs

from reclamation_core.calendars import BusinessCalendar, DayType, Deadline
from reclamation_core.cases.case import Case
from reclamation_core.cases.codes import DeadlineKind
from reclamation_core.cases.happenings import Alerted
from reclamation_core.cases.line_reference import LineReference
from reclamation_core.cases.retention import retention_clocks
from reclamation_core.cases.running import PendingDeadline
from reclamation_core.policy import Policy

_ONE_DAY: Final = timedelta(days=1)


@attrs.frozen
class EffectivenessCheck:
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
    """The dates that a case awaits or awaited, those that were met included.

    Args:
        case: the case.
        policy: the edition that it is judged under.
        checks: for the case's actions, the check of their effectiveness.
    """
    calendar = BusinessCalendar(case.calendar)
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

    The check of each action is a clock of its own. A threshold reached on an earlier day than the
    sweep's is told late, never lost.
    """
    today = case.day_of(now)
    told = {attrs.evolve(alert, late=False) for alert in case.alerts}
    due: dict[Alerted, Alerted] = {}  # two runs of the answer clock may end on the same day
    for running in pending_deadlines(case, policy, checks):
        for threshold, since in running.reached(today):
            alert = Alerted(clock=running.clock, threshold=threshold, due=running.due, action=running.action)
            if alert not in told:
                due.setdefault(alert, attrs.evolve(alert, late=since < today))
    return tuple(due.values())


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
        if not case.ends_suspended(run):  # after the suspension the clock never ran: there was no day to tell of
            yield _of_deadline(DeadlineKind.ANSWER, case.deadline_of(run), run.stopped_at)


def _of_deadline(clock: DeadlineKind, deadline: Deadline, stopped_at: datetime | None) -> PendingDeadline:
    calendar = deadline.calendar
    stopped_on = None if stopped_at is None else calendar.day_of(stopped_at)
    return PendingDeadline(clock=clock, due=deadline.due, soon=_soon(deadline), stopped_on=stopped_on)


def _soon(deadline: Deadline) -> date | None:
    """The first day with few enough business days left, not before the receipt nor the end of the last suspension."""
    if deadline.rule.due_soon == 0:
        return None
    calendar = deadline.calendar
    due = calendar.previous(deadline.due, DayType.OUVRE, or_same=True)
    resumed = [days.last + _ONE_DAY for days in deadline.suspensions if days.first <= deadline.due]
    return max(calendar.subtract(due, deadline.rule.due_soon), deadline.received_on, *resumed)


def _checks(
    case: Case, checks: Mapping[LineReference, EffectivenessCheck], calendar: BusinessCalendar
) -> Iterator[PendingDeadline]:
    for action in case.actions:
        if (check := checks.get(action)) is not None:
            done_on = None if check.done_at is None else calendar.day_of(check.done_at)
            yield PendingDeadline(
                clock=DeadlineKind.EFFECTIVENESS, due=check.due, soon=None, stopped_on=done_on, action=action
            )
