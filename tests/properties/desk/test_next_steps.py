"""Whoever does what the first next step names, again and again, closes the case, in whatever state it is."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any, Final

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reclamation_core.adapters import InMemoryStore
from reclamation_core.cases import AnswerDecision, ClosingReason, CommandType, Method, SupportKind
from reclamation_core.cases.next_steps import NextStep
from reclamation_core.desk import Desk, PlanService
from reclamation_core.missing import UNKNOWN
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.commands import PlanCommandType
from tests.properties.desk.differential import a_desk
from tests.properties.desk.random_lives import Lives
from tests.unit.desk.factories import at, sheet
from tests.unit.policy.cases import KNOWN

_ANSWERS: Final = {**KNOWN, "severity_training": 2, "likelihood": 2, "recurrences": 0, "causes": 0}
"""What a complainant, or the site, would answer to any question about a fact."""
_MOST_STEPS: Final = 14


def _complete(desk: Desk, reference: str) -> None:
    facts = desk.cases.get(reference).facts
    names = {field.name for field in attrs.fields(type(facts))}
    severities = {name: 0 for name in names if name.startswith("severity_")}
    given: dict[str, Any] = {name: value for name, value in (severities | _ANSWERS).items() if name in names}
    unknown: dict[str, Any] = {name: value for name, value in given.items() if getattr(facts, name) is UNKNOWN}
    desk.complete_facts(reference, **unknown)


def _qualify(desk: Desk, reference: str) -> None:
    facts = desk.cases.get(reference).facts
    risks: dict[str, Any] = {"likelihood": 2, "recurrences": 0, "causes": 0}
    unknown = {name: value for name, value in risks.items() if getattr(facts, name) is UNKNOWN}
    desk.qualify(reference, problem="l'absence", risks={"training": 2}, **unknown)


def _answer(desk: Desk, reference: str) -> None:
    is_named = desk.cases.get(reference).registration.complainant is not None
    desk.answer(reference, decision=AnswerDecision.FOUNDED, text="Madame", collective=not is_named)


def _close(desk: Desk, reference: str, reason: ClosingReason) -> None:
    redirected: dict[str, Any] = {"redirected_to": "l'accueil", "told_at": desk.cases.get(reference).received_at}
    desk.close(reference, reason=reason, **redirected if reason is ClosingReason.OUT_OF_SCOPE else {})


def _settle(desk: Desk, step: NextStep) -> None:
    for line in step.actions:
        plan = desk.pgaac(line.scope)
        if PlanCommandType.REOPEN not in _refused(plan, line.action):
            plan.reopen(line.action, reason="de nouveau")
        plan.abandon(line.action, reason="remplacée")


def _refused(plan: PlanService, action: str) -> set[PlanCommandType]:
    return {command for command, guards in plan.available_commands(action).items() if guards}


def _close_or_settle(desk: Desk, reference: str, step: NextStep) -> None:
    if step.actions:
        return _settle(desk, step)
    assert step.closing_reason is not None
    return _close(desk, reference, step.closing_reason)


_DO: Final[dict[CommandType, Callable[[Desk, str, NextStep], object]]] = {
    CommandType.ACKNOWLEDGE: lambda desk, case, _: desk.acknowledge(case),
    CommandType.COMPLETE_FACTS: lambda desk, case, _: _complete(desk, case),
    CommandType.ADD_SUPPORT: lambda desk, case, _: desk.add_support(case, kind=SupportKind.EMAIL, title="courriel"),
    CommandType.TRANSCRIBE: lambda desk, case, _: desk.transcribe(case, text="allô", author="Mme Roux"),
    CommandType.QUALIFY: lambda desk, case, _: _qualify(desk, case),
    CommandType.ANALYSE: lambda desk, case, _: desk.analyse(case, causes=("organisation",), method=Method.FIVE_WHYS),
    CommandType.PLAN: lambda desk, case, _: desk.plan(case, sheet(f"Z-{case}")),
    CommandType.ANSWER: lambda desk, case, _: _answer(desk, case),
    CommandType.CLOSE: _close_or_settle,
}
"""What each step takes, of one who knows the step alone; no other command is a step."""


@pytest.mark.slow
@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_doing_each_first_step_closes_any_case_in_the_order_of_the_procedure(seed: int) -> None:
    clock = FakeClock(at(1))
    desk = a_desk(InMemoryStore(), clock).acting("Mme Roux", Role.RQR)
    lives = Lives(desk, clock, Random(seed), Counter())  # noqa: S311
    for _ in range(3):
        lives.live()
    clock.advance(days=30)

    for case in desk.cases.find().cases:
        for _ in range(_MOST_STEPS):
            steps = desk.next_steps(case.reference)
            if not steps:
                break
            places = [list(CommandType).index(step.command) for step in steps]
            assert places == sorted(set(places))
            assert not [one for one in steps if one.before and one.before.label("fr") in one.reason.fr]
            clock.advance(hours=1)
            _DO[steps[0].command](desk, case.reference, steps[0])
        assert desk.cases.get(case.reference).closed_at is not None
