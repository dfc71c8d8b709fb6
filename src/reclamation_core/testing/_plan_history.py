"""Plans after commands, as values without a desk: what contracts, strategies and tests of plans begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from inspect import isfunction
from typing import Any, TypeAlias, TypeVar

import attrs

from reclamation_core.cases.aggregate import CommandContext, record, with_event
from reclamation_core.plans import PgaacCommand, handle_command
from reclamation_core.plans.events import PLAN_EVENTS, ActionAmended, PlanEvent, PlanPublished
from reclamation_core.plans.plan import BasePlan, apply
from reclamation_core.plans.published import ALL_PCS, PlanLine
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Role

P = TypeVar("P", bound=BasePlan)

EventOf: TypeAlias = PlanEvent | Callable[[Any], PlanEvent]
"""An event of a plan, or the function that returns it for the plan as it is then."""


@attrs.frozen(kw_only=True)
class Signer(SharedRepr):
    """Who gives commands on plans, and when; a call with an event returns the command.

    Args:
        actor: the name of the person.
        role: in which role.
        occurred_at: when the events happened; aware.
        context: the context of the decisions; by default they are recorded when they happened.
    """

    actor: str = "Mme Roux"
    role: Role = Role.RQR
    occurred_at: datetime
    context: CommandContext = attrs.field(
        default=attrs.Factory(lambda self: CommandContext(now=self.occurred_at), takes_self=True)
    )

    def __call__(self, event: EventOf) -> tuple[Signer, EventOf]:
        return self, event


def plan_after(plan: P, *commands: tuple[Signer, EventOf]) -> P:
    """Return a plan, or a part of one, after commands, and after events that the library itself observes.

    Raises:
        PlanRefusedError: guards of one of them are not met.
    """
    for signer, event in commands:
        data: Any = event(plan) if isfunction(event) else event
        command = PgaacCommand(data=data, actor=signer.actor, role=signer.role, occurred_at=signer.occurred_at)
        is_observed = isinstance(data, PlanEvent) and type(data) not in PLAN_EVENTS.commands
        made = record(plan.stream_end, data, command, signer.context) if is_observed else None
        plan = with_event(apply, plan, made or handle_command(plan, command, signer.context))
    return plan


def amended(reference: str, *, reason: str | None = None, **changes: object) -> Callable[[BasePlan], ActionAmended]:
    """Return the amendment of an action, by the names of the sheet's fields."""
    return lambda plan: ActionAmended.of(plan.action(reference), reason=reason, **changes)


def published(
    *, recipients: Iterable[str] = (ALL_PCS,), gathered: Iterable[PlanLine] = ()
) -> Callable[[Any], PlanPublished]:
    """Return the publication of a plan under its next number."""
    return lambda plan: PlanPublished(
        number=len(plan.publications) + 1, recipients=tuple(recipients), gathered=tuple(gathered)
    )
