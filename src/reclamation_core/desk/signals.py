"""Signals: the rises that the nightly job records on plans, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import attrs

from reclamation_core.cases.texts import HIDDEN_NAME
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.plan_access import cases_outside, found_in_scope, parts_of_plans
from reclamation_core.indicators.streams import stream_in_words
from reclamation_core.plans.events import SignalDismissed
from reclamation_core.plans.plan import BasePlan
from reclamation_core.plans.signals import PlanSignal, RaisedSignal, SignalDecision, name_of_stream
from reclamation_core.ports import StoreDamagedError
from reclamation_core.wording import Wording


def signals_of(context: DeskContext, plan: BasePlan) -> tuple[PlanSignal, ...]:
    """Return the signals of a plan, the latest first, with all their cases, also those outside the scope."""
    return tuple(_signal(context, plan, one) for one in reversed(plan.signals))


def with_cases_in_scope(context: DeskContext, found: Iterable[PlanSignal]) -> tuple[PlanSignal, ...]:
    """Return signals with the references of those of their cases that are inside the scope of the desk."""
    signals = tuple(found)
    if context.scope is None:
        return signals
    with context.store.unit_of_work() as unit:
        outside = cases_outside(context, unit, {case for one in signals for case in one.cases})
    return tuple(attrs.evolve(one, cases=tuple(case for case in one.cases if case not in outside)) for one in signals)


def plan_signals(context: DeskContext, corrupt: list[StoreDamagedError]) -> tuple[PlanSignal, ...]:
    """Return the signals of the plans inside the scope: open ones first, then the latest, of a night the rarest.

    Args:
        context: the context of the desk; of cases outside its scope no reference is returned.
        corrupt: receives the errors of corrupt plans.
    """
    with context.store.unit_of_work() as unit:
        lines = found_in_scope(context, unit.plans.signals(), corrupt)
        parts = parts_of_plans(context, unit, ((one.plan, (one.signal, *one.actions)) for one in lines), corrupt)
    found = [one for plan in parts.values() for one in signals_of(context, plan)]
    found.sort(key=order_of_signals, reverse=True)
    found.sort(key=lambda one: not one.is_open)
    return with_cases_in_scope(context, found)


def order_of_signals(signal: PlanSignal) -> tuple[datetime, float, str]:
    """Return the sort key of signals: the latest is the greatest; of the same time, the rarest."""
    return signal.raised_at, signal.recurrence_weeks, signal.reference


def _signal(context: DeskContext, plan: BasePlan, signal: RaisedSignal) -> PlanSignal:
    dismissal = _latest_dismissal(plan, signal)
    acknowledged_at, acknowledged_by = _decided(context, plan, signal.acknowledgement)
    dismissed_at, dismissed_by = _decided(context, plan, dismissal)
    return PlanSignal(
        plan=plan.scope,
        reference=signal.reference,
        stream=named_stream(context, name_of_stream(signal.kind, signal.key)),
        week=signal.week,
        since=signal.since,
        until=signal.until,
        observed=signal.observed,
        expected=signal.expected,
        recurrence_weeks=signal.recurrence_weeks,
        cases=signal.cases,
        pooled=tuple(named_stream(context, one) for one in signal.pooled),
        raised_at=signal.raised,
        state=signal.state,
        acknowledged_at=acknowledged_at,
        acknowledged_by=acknowledged_by,
        dismissed_at=dismissed_at,
        dismissed_by=dismissed_by,
        reason=None if dismissal is None else plan.read(dismissal.reason),
        actions=signal.actions,
    )


def _latest_dismissal(plan: BasePlan, signal: RaisedSignal) -> SignalDecision | None:
    """Return the latest dismissal of a signal, also of one that came back; None if it was never dismissed."""
    for event in reversed(plan.events):
        if isinstance(event.data, SignalDismissed) and event.subject == signal.reference:
            return SignalDecision(at=event.occurred_at, by=event.by, reason=event.data.reason)
    return None


def named_stream(context: DeskContext, stream: str) -> Wording:
    """Return the name of a stream for a reader of the desk."""
    return stream_in_words(stream, context.sites.known, context.labels)


def _decided(context: DeskContext, plan: BasePlan, one: SignalDecision | None) -> tuple[datetime | None, str | None]:
    """Return when and by whom; a mark replaces the name if the role of the desk reads none."""
    if one is None:
        return None, None
    name = plan.read(one.by)
    return one.at, name if context.reads_names or name is None else HIDDEN_NAME
