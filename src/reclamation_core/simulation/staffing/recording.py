"""From what happened in a run to its flat records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reclamation_core.simulation.staffing.handled import DayBacklog, HandledComplaint, UnitLoad
from reclamation_core.simulation.staffing.moments import instant_of
from reclamation_core.simulation.staffing.shifts import Unit
from reclamation_core.vocabulary import Level

if TYPE_CHECKING:  # SimPy is imported where a run is asked for
    from reclamation_core.simulation.staffing.running import Busy, Job


def handled_of(job: Job, until: date, told: Mapping[str, Any]) -> HandledComplaint:
    """What became of a job by the end of a day; `told` names the run."""
    judged = job.sorted
    site, calendar = judged.arrival.site, judged.calendar
    answered_at = _instant(job.answered_at)
    answered_on = None if answered_at is None else calendar.day_of(answered_at)
    if answered_on is not None and answered_on > until:  # the day of the site may have ended before that of the unit
        answered_at = answered_on = None
    is_open = judged.level is not None and answered_on is None
    return HandledComplaint(
        **told,
        reference=judged.arrival.reference,
        site=site.code,
        region=site.region,
        level=None if judged.level is None else judged.level.value,
        unit=job.then,
        criticality=judged.criticality,
        band=judged.band.value,
        is_complaint=judged.is_complaint,
        received_at=instant_of(judged.arrival.at),
        arrived_on=calendar.day_of(instant_of(judged.arrival.at)),
        received_on=judged.received_on,
        due=judged.due,
        qualified_at=_instant(job.qualified_at),
        started_at=_instant(job.started_at),
        answered_at=answered_at,
        answered_on=answered_on,
        days=max(0, calendar.count(judged.received_on, answered_on or until)),
        is_open=is_open,
        on_time=_on_time(judged.due, answered_on, until),
        wait_minutes=None if job.started_at is None else (job.started_at - judged.arrival.at) / 60,
        worked_minutes=job.worked / 60,
    )


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else instant_of(seconds)


def _on_time(due: date | None, answered_on: date | None, until: date) -> bool | None:
    if due is None:
        return None
    if answered_on is None:
        return False if due <= until else None
    return answered_on <= due


def loads_of(known: Mapping[str, Unit], busy: Mapping[str, Busy], told: Mapping[str, Any]) -> tuple[UnitLoad, ...]:
    """How much each unit worked."""
    return tuple(
        UnitLoad(
            **told,
            unit=name,
            level=unit.level.value,
            handlers=unit.handlers,
            present_minutes=busy[name].present / 60,
            worked_minutes=busy[name].worked / 60,
            utilisation=busy[name].worked / busy[name].present if busy[name].present else None,
            tasks=busy[name].tasks,
        )
        for name, unit in known.items()
    )


def backlog_of(
    handled: Iterable[HandledComplaint], since: date, until: date, told: Mapping[str, Any]
) -> tuple[DayBacklog, ...]:
    """How each day ended, for each level; what is out of scope is no part of it."""
    received, answered, late, mended = (Counter[tuple[str, date]]() for _ in range(4))
    for one in handled:
        if one.level is None:
            continue
        received[one.level, max(since - _ONE_DAY, one.arrived_on)] += 1
        if one.answered_on is not None:
            answered[one.level, max(since - _ONE_DAY, one.answered_on)] += 1
        if one.due is not None and (one.answered_on is None or one.answered_on > one.due):
            late[one.level, max(since - _ONE_DAY, one.due)] += 1
            if one.answered_on is not None:
                mended[one.level, max(since - _ONE_DAY, one.answered_on)] += 1
    days = [since + number * _ONE_DAY for number in range((until - since).days + 1)]
    return tuple(
        row for level in Level for row in _days_of(level.value, days, (received, answered, late, mended), told)
    )


_ONE_DAY = timedelta(days=1)
"""What lies before the first day is counted on its eve."""


def _days_of(
    level: str, days: list[date], counts: tuple[Counter[tuple[str, date]], ...], told: Mapping[str, Any]
) -> Iterable[DayBacklog]:
    received, answered, late, mended = counts
    eve = (level, days[0] - _ONE_DAY)
    backlog, overdue = received[eve] - answered[eve], late[eve] - mended[eve]
    for day in days:
        here = (level, day)
        backlog += received[here] - answered[here]
        overdue += late[here] - mended[here]
        yield DayBacklog(
            **told,
            day=day,
            level=level,
            received=received[here],
            answered=answered[here],
            backlog=backlog,
            overdue=overdue,
        )
