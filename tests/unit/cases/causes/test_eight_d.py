import pickle
from collections.abc import Callable
from datetime import date
from typing import Any

import attrs
import pytest

from reclamation_core.cases.causes import (
    Closure,
    ContainmentStep,
    Correction,
    EightD,
    EightDStep,
    Emergency,
    Family,
    Implementation,
    Measure,
    RootCause,
    StepOrderError,
    Taxonomy,
    Team,
)
from reclamation_core.cases.codes import Method
from reclamation_core.errors import REDACTED
from reclamation_core.wording import Wording
from tests.unit.cases.causes.refusals import faults, paths
from tests.unit.cases.causes.samples import NO_NOTICE, NO_POOL, eight_d, five_whys, implemented_eight_d

MAY, JUNE, JULY = date(2026, 5, 11), date(2026, 6, 1), date(2026, 7, 1)
Step = Callable[[EightD], EightD]
STEPS: dict[EightDStep, Step] = {
    EightDStep.EMERGENCY: lambda it: it.respond("session suspendue"),
    EightDStep.TEAM: lambda it: it.form_team("la pilote"),
    EightDStep.PROBLEM: lambda it: it.describe("trois sessions annulées"),
    EightDStep.CONTAINMENT: lambda it: it.contain("un remplaçant", effect="les cours reprennent", checked_on=MAY),
    EightDStep.CAUSES: lambda it: it.find(NO_POOL),
    EightDStep.CORRECTIONS: lambda it: it.choose(Correction("tenir un vivier", NO_POOL.statement)),
    EightDStep.IMPLEMENTATION: lambda it: it.implement("vivier tenu", done_on=JUNE),
    EightDStep.MEASURE: lambda it: it.record_result("aucune annulation", effective=True, measured_on=JULY),
    EightDStep.PREVENTION: lambda it: it.prevent("règle étendue à la région"),
    EightDStep.CLOSURE: lambda it: it.close("merci à l'équipe", closed_on=JULY),
}
ORDER = list(STEPS)


def up_to(step: EightDStep) -> EightD:
    """Everything before a step."""
    it = EightD()
    for each in ORDER[: ORDER.index(step)]:
        it = STEPS[each](it)
    return it


def test_it_is_built_step_by_step_and_the_root_causes_are_those_of_d4() -> None:
    done = eight_d()
    assert done.method is Method.EIGHT_D
    assert done.taken == tuple(EightDStep)
    assert (done.next_steps, done.root_causes) == ((), (NO_POOL, NO_NOTICE))


def test_an_8d_that_is_only_opened_has_nothing_and_expects_d0() -> None:
    assert (EightD().taken, EightD().root_causes) == ((), ())
    assert EightD().next_steps == (EightDStep.EMERGENCY,)


@pytest.mark.parametrize("step", ORDER)
def test_a_step_is_taken_when_those_before_it_are_and_changes_nothing_else(step: EightDStep) -> None:
    before = up_to(step)
    after = STEPS[step](before)
    assert step not in before.taken
    assert after.taken == (*before.taken, step)
    assert attrs.evolve(after, **{step.value: getattr(before, step.value)}) == before


@pytest.mark.parametrize("step", ORDER[1:])
def test_a_step_without_the_one_before_it_is_refused_by_its_method(step: EightDStep) -> None:
    with pytest.raises(StepOrderError, match=step.label("en")) as caught:
        STEPS[step](EightD())
    assert caught.value.step is step
    assert caught.value.missing[0] is EightDStep.EMERGENCY


@pytest.mark.parametrize("step", ORDER)
def test_a_step_is_taken_once(step: EightDStep) -> None:
    with pytest.raises(StepOrderError, match="already taken") as caught:
        STEPS[step](STEPS[step](up_to(step)))
    assert (caught.value.step, caught.value.missing) == (step, ())


def test_there_is_no_d5_without_d4() -> None:
    with pytest.raises(StepOrderError) as caught:
        STEPS[EightDStep.CORRECTIONS](up_to(EightDStep.CAUSES))
    assert caught.value.missing == (EightDStep.CAUSES,)


def test_the_measure_may_come_after_d7_but_there_is_no_d8_without_it() -> None:
    implemented = implemented_eight_d()
    prevented = implemented.prevent("règle étendue")
    assert implemented.next_steps == (EightDStep.MEASURE, EightDStep.PREVENTION)
    assert prevented.next_steps == (EightDStep.MEASURE,)
    with pytest.raises(StepOrderError, match="first comes D6 measure of the result") as caught:
        prevented.close("fini", closed_on=JULY)
    assert caught.value.missing == (EightDStep.MEASURE,)


def test_a_refusal_pickles() -> None:
    error = StepOrderError(EightDStep.CLOSURE, (EightDStep.MEASURE,))
    again = pickle.loads(pickle.dumps(error))
    assert (again.step, again.missing, str(again)) == (error.step, error.missing, str(error))


def test_the_causes_of_d4_come_from_any_method() -> None:
    assert up_to(EightDStep.CAUSES).find(*five_whys().root_causes).root_causes == five_whys().root_causes


def test_d4_has_a_cause_and_each_once() -> None:
    before = up_to(EightDStep.CAUSES)
    assert faults(before.find) == [("causes", ())]
    assert faults(lambda: before.find("une cause")) == [("causes[0]", REDACTED)]  # type: ignore[arg-type]
    assert paths(lambda: before.find(RootCause("c", "planning"), RootCause("C.", "procedure"))) == [
        "causes[1].statement"
    ]


def test_each_correction_is_for_a_cause_of_d4() -> None:
    before = up_to(EightDStep.CORRECTIONS)
    assert faults(before.choose) == [("corrections", ())]
    assert before.choose(Correction("a", f"{NO_POOL.statement.upper()}.")).corrections[0].action == "a"
    assert faults(lambda: before.choose(Correction("a", NO_POOL.statement), Correction("b", "autre"))) == [
        ("corrections[1].cause", REDACTED)
    ]


def test_the_measure_follows_the_implementation_and_the_closure_the_measure() -> None:
    implemented = implemented_eight_d().prevent("règle étendue")
    measured = implemented.record_result("rien", effective=False, measured_on=JUNE)
    assert faults(lambda: implemented.record_result("rien", effective=True, measured_on=MAY)) == [
        ("measure.measured_on", MAY)
    ]
    assert faults(lambda: measured.close("fini", closed_on=MAY)) == [("closure.closed_on", MAY)]
    assert measured.close("fini", closed_on=JUNE).closure == Closure("fini", JUNE)


def test_a_step_reports_all_its_faults() -> None:
    for make, expected in [
        (lambda: Emergency("", needed=None), ["response", "needed"]),  # type: ignore[arg-type]
        (lambda: Team("", ["a", ""]), ["pilot", "members[1]"]),
        (lambda: Team("la pilote", ["a", "La Pilote"]), ["members[1]"]),
        (lambda: ContainmentStep(" ", "", "hier"), ["measure", "effect", "checked_on"]),  # type: ignore[arg-type]
        (lambda: Correction("", ""), ["action", "cause"]),
        (lambda: Implementation("", None), ["statement", "done_on"]),  # type: ignore[arg-type]
        (lambda: Measure("", "oui", 3), ["result", "effective", "measured_on"]),  # type: ignore[arg-type]
        (lambda: Closure("", None), ["conclusion", "closed_on"]),  # type: ignore[arg-type]
    ]:
        assert paths(make) == expected, make


@pytest.mark.parametrize("step", ORDER)
def test_what_is_not_of_a_step_s_kind_is_refused_in_its_place(step: EightDStep) -> None:
    changed: dict[str, Any] = {step.value: 3}
    assert faults(lambda: attrs.evolve(eight_d(), **changed))[0] == (step.value, 3)


def test_a_problem_is_not_blank_and_no_list_of_causes_is_not_an_empty_one() -> None:
    assert faults(lambda: EightD(causes=None)) == [("causes", None)]
    assert faults(lambda: up_to(EightDStep.PROBLEM).describe(" ")) == [("problem", " ")]
    assert faults(lambda: up_to(EightDStep.PREVENTION).prevent("")) == [("prevention", "")]


def test_every_step_uses_the_names_of_ones_own_families() -> None:
    own = Taxonomy([Family("procedure", Wording("règle non suivie", "rule not followed"))])
    analysis = implemented_eight_d()
    for text, told in (
        (analysis.to_markdown("en", families=own), "rule not followed"),
        (analysis.to_html(families=own), "règle non suivie"),
    ):
        assert text.count(told) == 2
        assert text.replace("\\", "").count("(trainer_availability)") == 2
    assert analysis.to_markdown("en").count("presence and cover of trainers") == 2
    assert "trainer_availability" not in analysis.to_markdown()


def test_the_drawing_dots_the_way_to_what_is_to_come() -> None:
    lines = up_to(EightDStep.PROBLEM).to_mermaid().splitlines()
    assert lines[:4] == [
        "flowchart TB",
        '    n0["D0 urgence #47; session suspendue"]',
        '    n1["D1 équipe et pilote #47; la pilote #40;pilote#41;"]',
        '    n2("D2 problème")',
    ]
    assert lines[11:13] == ["    n0 --> n1", "    n1 -.-> n2"]
