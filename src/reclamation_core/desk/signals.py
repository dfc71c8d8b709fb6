"""Signals: the rises that the nightly job records on plans, and what became of each."""

from __future__ import annotations

from datetime import datetime

import attrs

from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.cases.texts import HIDDEN_NAME
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.plan_access import readable_plans_in_scope
from reclamation_core.indicators.streams import stream_in_words
from reclamation_core.plans import Pgaac, PlanScope
from reclamation_core.plans.codes import SignalState
from reclamation_core.plans.signals import RaisedSignal, SignalMark, name_of_stream, signal_in_words
from reclamation_core.ports import CaseOrdering, CaseQuery, StoreDamagedError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording


@attrs.frozen(kw_only=True)
class PlanSignal(SharedRepr):
    """A signal on a plan: more complaints of a stream than usual (signal).

    Attributes:
        plan: the scope of the plan.
        reference: its reference: the stream and the first week.
        stream: the stream in words, such as the site and the theme.
        week: the week in which it was seen first, such as 2026-W05.
        since: the first week of the window that showed it.
        until: the last week in which it was seen.
        observed: the cases of the window.
        expected: the cases expected in it.
        recurrence_weeks: so many weeks pass between two such rises by chance alone.
        cases: the references of the cases of the window that the desk sees.
        pooled: the larger streams that showed the rise by then, in words; the first is the one that showed it first.
        raised_at: when it was recorded.
        state: what became of it.
        acknowledged_at: when it was acknowledged; None if it was not.
        acknowledged_by: by whom; None once the name is erased.
        dismissed_at: when it was dismissed; None if it was not.
        dismissed_by: by whom; None once the name is erased.
        reason: why it was dismissed; None once the text is erased.
        actions: the references of the actions of the plan that it led to.
    """

    plan: PlanScope
    reference: str
    stream: Wording
    week: str
    since: str
    until: str
    observed: int
    expected: float
    recurrence_weeks: float
    cases: tuple[str, ...]
    pooled: tuple[Wording, ...]
    raised_at: datetime
    state: SignalState
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = attrs.field(default=None, repr=False)
    dismissed_at: datetime | None = None
    dismissed_by: str | None = attrs.field(default=None, repr=False)
    reason: str | None = attrs.field(default=None, repr=False)
    actions: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """True if it waits for a decision: neither dismissed nor turned into an action."""
        return self.state in {SignalState.NEW, SignalState.ACKNOWLEDGED}

    def without_texts(self) -> PlanSignal:
        """Return the signal without names of persons and without the reason."""
        return attrs.evolve(self, acknowledged_by=None, dismissed_by=None, reason=None)

    @property
    def sentence(self) -> Wording:
        """What was seen, against what was expected, and how rare it is."""
        return signal_in_words(self.observed, self.expected, self.recurrence_weeks, self.since, self.week)


def signals_of(context: DeskContext, plan: Pgaac) -> tuple[PlanSignal, ...]:
    """Return the signals of a plan, the latest first, with all their cases."""
    return tuple(_signal(context, plan, one) for one in reversed(plan.signals))


def plan_signals(context: DeskContext, corrupt: list[StoreDamagedError]) -> tuple[PlanSignal, ...]:
    """Return the signals of the plans inside the scope: open ones first, then the latest.

    Args:
        context: the context of the desk; of cases outside its scope no reference is returned.
        corrupt: receives the errors of corrupt plans.
    """
    found = [one for plan in readable_plans_in_scope(context, corrupt) for one in signals_of(context, plan)]
    found.sort(key=lambda one: (one.raised_at, one.reference), reverse=True)
    found.sort(key=lambda one: not one.is_open)
    if context.scope is None or not found:
        return tuple(found)
    named = frozenset(case for one in found for case in one.cases)
    inside = CaseQuery(references=named, sites=context.scope.sites, limit=max(1, len(named)))
    with context.store.unit_of_work() as unit:
        page = unit.cases.summaries(inside, CaseOrdering())
    seen = {one.reference for one in page.summaries}
    return tuple(attrs.evolve(one, cases=tuple(case for case in one.cases if case in seen)) for one in found)


def _signal(context: DeskContext, plan: Pgaac, signal: RaisedSignal) -> PlanSignal:
    dismissal = signal.dismissal
    acknowledged_at, acknowledged_by = _mark(context, plan, signal.acknowledgement)
    dismissed_at, dismissed_by = _mark(context, plan, dismissal)
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


def named_stream(context: DeskContext, stream: str) -> Wording:
    """Return the name of a stream for a reader of the desk."""
    return stream_in_words(stream, context.sites.known, TRAINING_BODY if context.taxonomy is None else context.taxonomy)


def _mark(context: DeskContext, plan: Pgaac, mark: SignalMark | None) -> tuple[datetime | None, str | None]:
    """Return when and by whom; a mark replaces the name if the role of the desk reads none."""
    if mark is None:
        return None, None
    name = plan.read(mark.by)
    return mark.at, name if context.reads_names or name is None else HIDDEN_NAME
