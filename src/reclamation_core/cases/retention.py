"""How long the texts of a case are kept: from its closing, but for the time that a suspension takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases.case import Case
from reclamation_core.cases.codes import DeadlineKind
from reclamation_core.cases.happenings import Closed, Reopened
from reclamation_core.cases.running import PendingDeadline
from reclamation_core.policy import Policy

_DAY: Final = timedelta(days=1)


def retention_clocks(case: Case, policy: Policy, calendar: BusinessCalendar) -> Iterator[PendingDeadline]:
    """The ends of retention that a case awaits or awaited, one for each closing and each suspension of it (I17)."""
    suspensions = list(_suspensions(case, calendar))
    for closed_on, ended_on in _closings(case, calendar):
        last = policy.retention.kept_until(closed_on)
        for since, until in suspensions:
            first = max(since, closed_on)
            if first > ended_on or until <= closed_on:
                continue
            yield _running(last, first)
            # What is suspended once its retention has ended, and is not forgotten yet, ends when it goes on.
            last = date.max if until == date.max else max(last + (until - first), until)
        if last < date.max:
            yield _running(last, ended_on)


def retained_until(case: Case, policy: Policy) -> date | None:
    """The last day on which the texts of a case are kept; None while it is open or suspended, and once forgotten."""
    clocks = retention_clocks(case, policy, BusinessCalendar(case.calendar))
    return next((clock.due - _DAY for clock in clocks if clock.stopped_on is None), None)


def _running(last: date, stopped_on: date) -> PendingDeadline:
    """The clock of a retention of which this is the last day: what is due on the day after it is to forget."""
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
