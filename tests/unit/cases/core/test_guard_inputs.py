"""Guard inputs declare what they are computed from; guards declare the values that their wordings name."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from reclamation_core.cases import CommandType, DecisionContext, Guard
from reclamation_core.cases.aggregate import GuardInput, Guards, Need, NotGivenError, PartialCommand
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.cases.events.base import PartialCaseCommand, example_policy
from reclamation_core.cases.guards import GUARDS, guard_table
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.plans.guards import GUARDS as PLAN_GUARDS
from reclamation_core.plans.guards import PartialPlanCommand, plan_guard_table
from reclamation_core.testing._examples import case_example, plan_example
from reclamation_core.vocabulary import Role
from reclamation_core.wording import Wording

NAMED = Wording("le dossier est clos[ depuis le {closed_at}]", "the case is closed[, since {closed_at}]")


class Reads:
    """Records the parts of a command that an input reads."""

    given_date: Any
    given_role: Any
    given_data: Any

    @property
    def occurred_at(self) -> Any:
        READ.add(Need.DATE)
        return self.given_date

    @property
    def role(self) -> Any:
        READ.add(Need.ROLE)
        return self.given_role

    @property
    def data(self) -> Any:
        READ.add(Need.DATA)
        return self.given_data


READ: set[Need] = set()


class CaseReads(Reads, PartialCaseCommand):
    @property
    def facts(self) -> Any:
        READ.add(Need.DATA)
        return super().facts

    @property
    def policy(self) -> Any:
        READ.add(Need.EDITION)
        return super().policy


class PlanReads(Reads, PartialPlanCommand):
    @property
    def known_action(self) -> Any:
        READ.add(Need.ACTION)
        return super().known_action


def case_commands() -> Iterator[tuple[Any, tuple[str, ...]]]:
    for cls, command in CASE_EVENTS.commands.items():
        case, data = case_example(cls.event_type.name)
        at = case.events[-1].recorded_at + timedelta(hours=1)
        completed = data.completed(case, DecisionContext(policy=example_policy(), now=at))
        yield (
            CaseReads(
                event=cls,
                given_role=Role.AQ,
                given_date=at,
                given_data=completed,
                case=case,
                context=DecisionContext(policy=example_policy(), now=at),
            ),
            tuple(one.name for one in guard_table(command).inputs),
        )


def plan_commands() -> Iterator[tuple[Any, tuple[str, ...]]]:
    for cls, command in PLAN_EVENTS.commands.items():
        plan, data = plan_example(cls.event_type.name)
        action = plan.get(getattr(data, "action", ""))
        at = datetime(2026, 6, 1, tzinfo=UTC)
        yield (
            PlanReads(event=cls, given_role=Role.AQ, given_date=at, given_data=data, plan=plan, action=action),
            tuple(one.name for one in plan_guard_table(command).inputs),
        )


@pytest.mark.parametrize(("inputs", "commands"), [(GUARDS.inputs, case_commands), (PLAN_GUARDS.inputs, plan_commands)])
def test_an_input_needs_what_it_reads_for_every_command(inputs: Any, commands: Any) -> None:
    read: dict[str, set[Need]] = {}
    for partial, names in commands():
        for one in inputs.values():
            if one.name in names and one.needs <= partial.given:
                READ.clear()
                assert one.of(partial, partial.given) is not UNKNOWN
                read[one.name] = read.get(one.name, set(Need)) & READ
    assert read.keys() == inputs.keys()
    assert {name: needs for name, needs in read.items() if not needs <= inputs[name].needs} == {}


def test_an_input_is_unknown_where_a_part_is_not_given() -> None:
    case, _ = case_example("closed")
    bare = PartialCaseCommand(
        event=CASE_EVENTS.classes["closed"],
        case=case,
        context=DecisionContext(policy=None, now=case.events[-1].recorded_at),
    )
    known = {name for name, one in GUARDS.inputs.items() if one.of(bare, bare.given) is not UNKNOWN}
    assert known == {name for name, one in GUARDS.inputs.items() if one.needs <= {Need.CASE}}
    for part in ("role", "occurred_at", "data", "policy"):
        with pytest.raises(NotGivenError):
            getattr(bare, part)


def test_a_guard_has_a_value_for_each_name_of_its_wording() -> None:
    given: dict[str, Any] = {"id": "closed", "commands": (CommandType.CLOSE,), "when": {"state": "closed"}}
    with pytest.raises(TypeError, match=r"^values: guard 'closed' has them for other names .*: \['closed_at'\]"):
        Guard(**given, wording=NAMED)
    with pytest.raises(TypeError, match=r"\['since'\]"):
        Guard(**given, wording=NAMED, values={"closed_at": id, "since": id})
    other = attrs.evolve(NAMED, en="the case is closed")
    with pytest.raises(TypeError, match=r"\['closed_at'\]"):
        Guard(**given, wording=other, values={"closed_at": id})


def test_a_value_that_is_not_given_is_left_out_of_a_refusal() -> None:
    guard: Guard[CommandType, PartialCommand] = Guard(
        id="closed",
        commands=(CommandType.CLOSE,),
        when={"state": "closed"},
        wording=NAMED,
        values={"closed_at": lambda command: command.occurred_at},
    )
    bare = PartialCommand(event=CASE_EVENTS.classes["closed"])
    details = guard.details(bare, UTC)
    assert (details.facts, details.wording.fr) == ({}, "le dossier est clos")
    dated = guard.details(attrs.evolve(bare, given_date=datetime(2026, 5, 4, tzinfo=UTC)), UTC)
    assert dated.wording.fr == "le dossier est clos depuis le 04/05/2026"


def test_inputs_and_guards_have_one_name_each_and_guards_name_inputs() -> None:
    one: GuardInput[PartialCommand] = GuardInput("known", Wording("connue", "known"), lambda _: True, ())
    guard: Guard[CommandType, PartialCommand] = Guard(
        id="unknown", commands=(), when={"knon": False}, wording=Wording("inconnue", "unknown")
    )
    with pytest.raises(TypeError, match="'known' is declared twice; an input of several commands is shared"):
        Guards([guard], [one, one])
    with pytest.raises(TypeError, match="guard 'unknown': no guard input is called knon"):
        Guards([guard], [one])
    known = attrs.evolve(guard, when={"known": False})
    with pytest.raises(TypeError, match="guard 'unknown' is declared twice; give it all of its commands at once"):
        Guards([known, known], [one])
