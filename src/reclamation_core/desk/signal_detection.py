"""The detection of signals: the nightly job records the rises of a register on the plans that they concern."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Final

import attrs

from reclamation_core.desk.context import CommandLog, DeskContext
from reclamation_core.desk.figures import rises
from reclamation_core.desk.plan_access import load_part, save_plan
from reclamation_core.errors import ReclamationError
from reclamation_core.indicators.detection import QUIET
from reclamation_core.indicators.streams import ALARMS_A_YEAR, STREAMS, RegisterRise
from reclamation_core.plans import PlanScope
from reclamation_core.plans.events import PlanEvent, SignalContinued, SignalRaised
from reclamation_core.plans.signals import RaisedSignal, SignalSheet, name_of_stream
from reclamation_core.ports import StoreDamagedError, UnitOfWork
from reclamation_core.validators import days_before
from reclamation_core.vocabulary import Role

_ACTOR: Final = "nightly"


def raise_signals(context: DeskContext, errors: list[ReclamationError]) -> tuple[tuple[PlanScope, str], ...]:
    """Record the rises of the latest weeks on the plans that they concern, and return the new signals.

    A rise that a plan has already is the same signal; a later week in which it was seen is recorded once.

    Args:
        context: the context of the desk, which sees all cases.
        errors: receives the errors of corrupt plans.
    """
    context = attrs.evolve(context, actor=_ACTOR, role=Role.SYSTEM)
    today = context.today
    found = rises(context, today, ALARMS_A_YEAR)
    last = days_before(today, timedelta(weeks=1))  # a day of the last whole week
    by_plan: defaultdict[PlanScope, list[RegisterRise]] = defaultdict(list)
    for one in reversed(found):
        if _weeks(_monday(one.rise.until), last) <= QUIET:
            by_plan[STREAMS[one.kind].plan_of(one.key)].append(one)
    raised: list[tuple[PlanScope, str]] = []
    for scope, several in by_plan.items():
        try:
            raised += ((scope, reference) for reference in raised_on(context, scope, several))
        except StoreDamagedError as error:
            errors.append(error)
        context.progress()
    return tuple(raised)


def raised_on(context: DeskContext, scope: PlanScope, several: list[RegisterRise]) -> tuple[str, ...]:
    """Record rises on one plan, and return the references of the signals that are new."""
    log = CommandLog(scope.key)

    def recorded(unit: UnitOfWork) -> tuple[str, ...]:
        before = load_part(unit, scope)  # which the cases of the register named
        plan, new = before, []
        for one in several:
            known = next((signal for signal in plan.signals if _is_same(signal, one)), None)
            event = _event(known, one)
            if event is not None:
                plan = context.observe_on_plan(plan, event)
            if known is None:
                new.append(plan.signals[-1].reference)
        if plan.version != before.version:
            save_plan(unit, plan, before.version)
            log.save(plan, before.version)
        return tuple(new)

    return context.transact(recorded, log, retry_all=True, patient=True)


def _event(known: RaisedSignal | None, one: RegisterRise) -> PlanEvent | None:
    """Return what a rise adds to a plan; None if the plan has it."""
    rise = one.rise
    if known is not None:
        later = _monday(rise.until) > _monday(known.until)
        return SignalContinued(signal=known.reference, until=rise.until) if later else None
    sheet = SignalSheet(
        kind=one.kind,
        key=one.key,
        week=rise.week,
        since=rise.since,
        until=rise.until,
        observed=rise.observed,
        expected=round(rise.expected, 2),
        recurrence_weeks=float(round(rise.recurrence_weeks)),
        cases=one.cases,
        pooled=tuple(name_of_stream(kind, key) for kind, key in one.pooled),
    )
    return SignalRaised(sheet=sheet)


def _is_same(signal: RaisedSignal, one: RegisterRise) -> bool:
    """Return True if a rise is one that a plan has.

    It is of the same stream with few quiet weeks between them at most, or of most of the same cases, as a case may get
    its theme or its cause after the rise of its site was recorded.
    """
    if (signal.kind, signal.key) != (one.kind, one.key):
        return 2 * len(set(signal.cases) & set(one.cases)) > len(one.cases)
    gaps = (
        _weeks(_monday(signal.until), _monday(one.rise.week)),
        _weeks(_monday(one.rise.until), _monday(signal.week)),
    )
    return max(gaps) <= QUIET


def _monday(week: str) -> date:
    """Return the Monday of a week such as 2026-W05."""
    return date.fromisoformat(f"{week}-1")


def _weeks(first: date, last: date) -> int:
    return (last - first).days // 7
