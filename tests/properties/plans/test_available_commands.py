"""What is refused of an action whatever the data of a command is refused when the command is given, with each guard."""

from datetime import UTC, datetime
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import plans
from reclamation_core.cases.aggregate import CommandContext
from reclamation_core.plans.decision import available_plan_commands
from reclamation_core.policy import RoleParameters
from reclamation_core.testing.strategies.plan import busy_pgaacs
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.commands import PlanCommandType

LATE = datetime(2099, 1, 1, tzinfo=UTC)
ROLES = RoleParameters(plan_commands={PlanCommandType.ABANDON: {Role.RQR}})
WORDS = st.sampled_from([None, "", "constat"])


def commands(plan: plans.Pgaac, action: plans.Action) -> st.SearchStrategy[Any]:
    """Draw an event of a command on an action, with its data."""
    lines = st.sampled_from(
        [plans.LineReference(plan.scope, one) for one in (*(a.reference for a in plan.actions), "none")]
    )
    named = {"action": st.just(action.reference)}
    return st.one_of(
        st.builds(plans.events.ActionProgressed, **named, note=WORDS),
        st.builds(plans.events.ActionDone, **named, evidence=WORDS),
        st.builds(
            plans.events.ActionJudged,
            **named,
            effectiveness=st.sampled_from(plans.Effectiveness),
            why=WORDS,
            follow_up=st.none() | lines,
        ),
        st.builds(plans.events.FollowUpNamed, **named, follow_up=lines),
        st.builds(plans.events.ActionClosed, **named, comment=WORDS),
        st.builds(plans.events.ActionAbandoned, **named, reason=WORDS),
        st.builds(plans.events.ActionReopened, **named, reason=WORDS),
        st.builds(plans.events.TextsForgotten, **named),
        st.builds(
            plans.events.ActionAmended,
            sheet=st.builds(attrs.evolve, st.just(action.sheet), process=st.sampled_from(["a", "b"])),
        ),
    )


@given(st.data(), busy_pgaacs(), st.sampled_from(Role))
def test_an_unavailable_command_is_refused_by_the_same_guards(
    data: st.DataObject, plan: plans.Pgaac, role: Role
) -> None:
    for action in plan.actions:
        available = available_plan_commands(action, role, ROLES)
        event = data.draw(commands(plan, action))
        command = plans.PgaacCommand(data=event, actor="Mme Roux", role=role, occurred_at=LATE)
        try:
            plans.handle_command(plan, command, CommandContext(now=LATE, roles=ROLES))
            refused: dict[PlanCommandType, set[str]] = {type(event).event_type.command: set()}
        except plans.PlanRefusedError as error:
            refused = {error.command: {row.id for row in error.guards}}
        for kind, guards in refused.items():
            assert {guard.id for guard in available[kind]} <= guards, kind
