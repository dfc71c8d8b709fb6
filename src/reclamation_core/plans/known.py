"""Actions of plans as they were known at an instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

import attrs

from reclamation_core.cases.codes import ScopeKind
from reclamation_core.cases.references import LineReference
from reclamation_core.plans.action import OPEN_STATUSES
from reclamation_core.plans.codes import ActionStatus, ActionType, Effectiveness
from reclamation_core.plans.plan import Pgaac, PlanPart
from reclamation_core.shared_repr import SharedRepr


@attrs.frozen(kw_only=True)
class KnownAction(SharedRepr):
    """An action of a plan, by the events recorded before an instant.

    Attributes:
        reference: its plan and its reference there, such as `site:CRE/A-1`.
        unit: its site, or that of its plan; None of an action of a region or of the nation without one.
        type: what it is for.
        status: how far it has come.
        planned_on: its last day; None without one.
        is_open: True while it is to be done or in progress.
        effectiveness: as judged; None while it is not judged.
        judged_on: the day of the judgement.
        reopened_on: the days on which it was opened again.
        count: 1.
    """

    reference: str
    unit: str | None
    type: ActionType
    status: ActionStatus
    planned_on: date | None
    is_open: bool
    effectiveness: Effectiveness | None
    judged_on: date | None
    reopened_on: tuple[date, ...]
    count: int = 1


def known_actions(
    plans: Iterable[Pgaac | PlanPart], known_before: datetime, day_of: Callable[[datetime], date]
) -> Iterator[KnownAction]:
    """Yield the actions of plans, by the events recorded before an instant.

    Args:
        plans: the plans, or their outlines.
        known_before: the instant.
        day_of: returns the day of an instant.
    """
    for plan in plans:
        events = [event for event in plan.events if event.recorded_at < known_before]
        for action in PlanPart.from_events(plan.scope, plan.version, None, events, plan.vault).actions:
            judgement = action.judgement
            yield KnownAction(
                reference=str(LineReference(plan.scope, action.reference)),
                unit=action.site or (str(plan.scope.code) if plan.scope.kind is ScopeKind.SITE else None),
                type=action.type,
                status=action.status,
                planned_on=action.planned,
                is_open=action.status in OPEN_STATUSES,
                effectiveness=action.effectiveness,
                judged_on=None if judgement is None else day_of(judgement.at),
                reopened_on=tuple(day_of(one.at) for one in action.reopenings),
            )
