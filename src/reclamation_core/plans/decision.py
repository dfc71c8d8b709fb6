"""The commands on a plan: each becomes an event, or is refused by the guard table of its type (`guards`)."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from reclamation_core.calendars.local_times import PARIS
from reclamation_core.cases.aggregate import AggregateCommand, CommandContext, GivenFields, NewEvent, record
from reclamation_core.cases.codes import Permission
from reclamation_core.cases.refusals import GuardDetails
from reclamation_core.cases.texts import require_unsealed, require_within_limits
from reclamation_core.plans.action import ENDED_STATUSES, Action
from reclamation_core.plans.errors import PlanRefusedError
from reclamation_core.plans.events import ACTION_COMMANDS, PLAN_EVENTS, ActionEvent, PlanEvent, RecordedPlanEvent
from reclamation_core.plans.guards import GUARDS, PartialPlanCommand
from reclamation_core.plans.plan import BasePlan
from reclamation_core.plans.signals import RaisedSignal
from reclamation_core.policy import RoleParameters
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.commands import PlanCommandType


@attrs.frozen(kw_only=True)
class PgaacCommand(AggregateCommand):
    """A command on a plan: the event to record, its actor and its date.

    Args:
        data: what happened, its texts in clear.
        actor: the name of the person.
        role: in which role.
        occurred_at: when it happened; aware.
    """

    data: PlanEvent


def handle_command(plan: BasePlan, command: PgaacCommand, context: CommandContext) -> NewEvent[RecordedPlanEvent]:
    """Return the event of a command on a plan, or on the part of it that the command needs.

    Raises:
        PlanRefusedError: guards are not met; the error lists them. Nothing has changed.
        FaultsError: a text is longer than the context allows.
        TypeError: the event has no command, or a text of it is sealed already and not one of its action's.
    """
    data = command.data
    command_type = PLAN_EVENTS.command_of(data)
    reference = data.action if isinstance(data, ActionEvent) else None
    action = None if reference is None else plan.get(reference)
    require_unsealed(data, data.repeatable_texts(action))
    require_within_limits(data, command.actor, context.longest_text)
    data = data.completed(action, plan.vault)
    partial = PartialPlanCommand(
        event=type(data),
        given_role=command.role,
        given_date=command.occurred_at,
        given_data=data,
        plan=plan,
        action=action,
        roles=context.roles,
    )
    permission = GUARDS.evaluate(partial)
    if permission.outcome is not Permission.ALLOWED:
        details = GUARDS.refusals(permission, partial, PARIS)
        raise PlanRefusedError(plan.scope, reference, command_type, permission, details)
    return record(plan.stream_end, data, command, context)


def available_plan_commands(
    action: Action | None,
    role: Role,
    roles: RoleParameters,
    signal: RaisedSignal | None = None,
    plan: BasePlan | None = None,
) -> Mapping[PlanCommandType, tuple[GuardDetails, ...]]:
    """Return the guards that refuse each command on an action, as far as the action and the role determine it.

    Without an action: of each command on the plan itself and on its signals, or on one signal of the plan.

    What the data of a command determine, such as its date or a reason, is unknown: a command without guards may be
    allowed.
    """
    given = {} if signal is None else {"signal": signal.reference}
    return {
        command: tuple(guard.details(partial, PARIS) for guard in GUARDS.against(partial))
        for event, command in PLAN_EVENTS.commands.items()
        for data in [GivenFields(event, given) if given else None]
        for partial in [
            PartialPlanCommand(event=event, given_role=role, given_data=data, plan=plan, action=action, roles=roles)
        ]
        if (command in ACTION_COMMANDS) == (action is not None)
    }


def next_plan_command(
    action: Action, available: Mapping[PlanCommandType, tuple[GuardDetails, ...]]
) -> PlanCommandType | None:
    """Return the command that an action waits for: its closing, or what guards ask for before; None once it has ended.

    Args:
        action: the action.
        available: the guards that refuse each command on it, as `available_plan_commands` returns them.
    """
    if action.status in ENDED_STATUSES:
        return None
    command = PlanCommandType.CLOSE
    while remedy := next((one.remedy for one in available[command] if one.remedy is not None), None):
        command = PlanCommandType.parse(remedy.value)
    return command
