"""Any table of roles: a command is refused for its role exactly if the table reserves it to others."""

from collections.abc import Callable
from copy import copy
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reclamation_core.cases import LinkKind
from reclamation_core.cases.refusals import RefusalError
from reclamation_core.desk import Desk, PlanService
from reclamation_core.errors import ReclamationError
from reclamation_core.plans import Effectiveness
from reclamation_core.policy import Parameters, Policy, RoleParameters
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.commands import CommandType, PlanCommandType
from tests.unit.desk.examples import VERBS
from tests.unit.desk.factories import new_desk, registered, sheet

PEOPLE = (Role.HANDLING_UNIT, Role.RQR, Role.AQ)
SOME_ROLES = st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True)
COMMANDS = [command for command in CommandType if command is not CommandType.QUALIFY]
TABLES = st.dictionaries(st.sampled_from(COMMANDS), SOME_ROLES)
PLAN_TABLES = st.dictionaries(st.sampled_from(PlanCommandType), SOME_ROLES)
ON_PLANS: dict[PlanCommandType, Callable[[PlanService], object]] = {
    PlanCommandType.ADD: lambda plan: plan.add(sheet("A-2", level=None)),
    PlanCommandType.AMEND: lambda plan: plan.amend("A-1", process="formation"),
    PlanCommandType.PROGRESS: lambda plan: plan.progress("A-1"),
    PlanCommandType.FINISH: lambda plan: plan.finish("A-1", evidence="la liste"),
    PlanCommandType.JUDGE: lambda plan: plan.judge("A-1", Effectiveness.EFFECTIVE, why="rien depuis"),
    PlanCommandType.CLOSE: lambda plan: plan.close("A-1"),
    PlanCommandType.ABANDON: lambda plan: plan.abandon("A-1", reason="sans objet"),
    PlanCommandType.REOPEN: lambda plan: plan.reopen("A-1", reason="encore"),
    PlanCommandType.PUBLISH: lambda plan: plan.publish(),
}


def linked_to(other: str) -> Callable[[Desk, str], object]:
    return lambda desk, case: desk.link(case, kind=LinkKind.SAME_CAUSE_AS, to=other)


def refused_for_role(act: Callable[[], object]) -> bool:
    try:
        act()
    except RefusalError as error:
        return "role-not-allowed" in [guard.id for guard in error.guards]
    except ReclamationError:
        return False
    return False


M2_1 = Policy(edition="M2-1")


def edition(**tables: Any) -> Policy:
    """Return M2-1 with other roles, without compiling its tables again."""
    policy = copy(M2_1)
    object.__setattr__(policy, "parameters", Parameters(roles=RoleParameters(**tables)))
    return policy


@pytest.mark.slow
@settings(max_examples=10)
@given(table=TABLES, role=st.sampled_from(Role))
def test_a_command_on_a_case_is_refused_exactly_if_its_roles_lack_the_actor(table: Any, role: Role) -> None:
    desk = new_desk(policy=edition(commands=table))
    acting, untouched = desk.acting("M. Petit", role), registered(desk).reference
    listed = {one.command for one in acting.available_commands(untouched) if _names_role(one)}
    for command in COMMANDS:
        if command not in VERBS:
            continue
        case = registered(desk).reference
        act = linked_to(untouched) if command is CommandType.LINK else VERBS[command]
        is_refused = refused_for_role(partial(act, acting, case))
        assert is_refused == (command in table and role not in [*table[command], Role.SYSTEM])
        assert (command in listed) == is_refused


def _names_role(available: Any) -> bool:
    return "role-not-allowed" in [guard.id for guard in available.guards]


@settings(max_examples=10)
@given(table=PLAN_TABLES, role=st.sampled_from(Role))
def test_a_command_on_a_plan_is_refused_exactly_if_its_roles_lack_the_actor(table: Any, role: Role) -> None:
    desk = new_desk(policy=edition(plan_commands=table))
    allowed = next((person for person in PEOPLE if person in table.get(PlanCommandType.ADD, PEOPLE)), PEOPLE[0])
    desk.acting("Mme Roux", allowed).pgaac("CRE").add(sheet(level=None))
    plan = desk.acting("M. Petit", role).pgaac("CRE")
    for command, act in ON_PLANS.items():
        assert refused_for_role(partial(act, plan)) == (command in table and role not in [*table[command], Role.SYSTEM])
