"""Command handling: evaluate the guards of a command on a plan and return its event."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from reclamation_core.cases.aggregate import NewEvent, record
from reclamation_core.cases.checks import instant, member_of, not_before_it_happened, said
from reclamation_core.cases.codes import Permission
from reclamation_core.cases.sealed import SaltSource, fresh_salt
from reclamation_core.cases.texts import require_unsealed
from reclamation_core.plans.errors import PlanRefusedError
from reclamation_core.plans.events import PLAN_EVENTS, PlanEvent, RecordedPlanEvent
from reclamation_core.plans.guards import guard_inputs, plan_guard_table
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.conversions import at_offset

if TYPE_CHECKING:
    from reclamation_core.plans.plan import ActionCommands


@attrs.frozen(kw_only=True)
class Signature:
    """Who acts on a plan, and when (visa).

    Args:
        actor: the name of the person.
        role: the role of that person.
        occurred_at: when it happened; aware.
        recorded_at: when it is recorded; aware, when it happened unless given.
        salt: the source of salts.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.
    """

    actor: str = attrs.field(repr=False, validator=said)
    role: Role = attrs.field(validator=member_of(Role))
    occurred_at: datetime = attrs.field(converter=at_offset, validator=instant)
    recorded_at: datetime = attrs.field(
        default=attrs.Factory(lambda self: self.occurred_at, takes_self=True),
        converter=at_offset,
        validator=[instant, not_before_it_happened],
    )
    salt: SaltSource = attrs.field(default=fresh_salt, repr=False)


def decide(plan: ActionCommands, data: PlanEvent, signature: Signature) -> NewEvent[RecordedPlanEvent]:
    """Return the event of a command on a plan.

    Raises:
        PlanRefusedError: guards are not met; it says which, and what would do. The plan has not changed.
        TypeError: no command asks for such an event, or a text of it is sealed already and not one of its action's.
    """
    command = PLAN_EVENTS.command_of(data)
    require_unsealed(data, data.known_texts(plan))
    data = data.completed(plan)
    permission = plan_guard_table(command).decide(guard_inputs(plan, data, signature.occurred_at))
    if permission.outcome is not Permission.ALLOWED:
        raise PlanRefusedError(plan.scope, getattr(data, "action", None), command, permission)
    return record(
        RecordedPlanEvent,
        data,
        actor=signature.actor,
        role=signature.role,
        occurred_at=signature.occurred_at,
        now=signature.recorded_at,
        salt=signature.salt,
        version=plan.version,
        last_recorded_at=plan.recorded_at,
        plan=plan.scope,
    )
