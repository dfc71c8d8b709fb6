from collections.abc import Callable
from datetime import date

import attrs
import pytest

from reclamation_core.cases.causes import (
    Acting,
    Checking,
    Doing,
    Pdca,
    PdcaDecision,
    PdcaStep,
    PdcaVerdict,
    Plan,
    StepOrderError,
)
from reclamation_core.cases.codes import Method
from tests.unit.cases.causes.refusals import faults, paths
from tests.unit.cases.causes.samples import pdca

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


def planned() -> Pdca:
    return Pdca.begin("aucune session annulée", ["tenir un vivier"], criterion="aucune annulation en juin")


def done() -> Pdca:
    return planned().do("vivier tenu", proof="la liste", done_on=JUNE)


def checked(verdict: PdcaVerdict = PdcaVerdict.MET) -> Pdca:
    return done().check("aucune annulation", verdict, checked_on=JULY)


def test_the_wheel_turns_step_by_step_and_seeks_no_cause() -> None:
    wheel = pdca()
    assert wheel.method is Method.PDCA
    assert wheel.taken == (PdcaStep.PLAN, PdcaStep.DO, PdcaStep.CHECK, PdcaStep.ACT)
    assert (wheel.next_steps, wheel.root_causes) == ((), ())
    assert done().next_steps == (PdcaStep.CHECK,)


def test_a_plan_fixes_a_criterion() -> None:
    assert faults(lambda: Pdca.begin("o", ["a"], criterion=" ")) == [("criterion", " ")]


@pytest.mark.parametrize(
    ("take", "step", "missing"),
    [
        (lambda: planned().check("r", PdcaVerdict.MET, checked_on=JULY), PdcaStep.CHECK, (PdcaStep.DO,)),
        (lambda: planned().act(PdcaDecision.ADJUST, "s"), PdcaStep.ACT, (PdcaStep.DO, PdcaStep.CHECK)),
        (lambda: done().act(PdcaDecision.STANDARDISE, "s"), PdcaStep.ACT, (PdcaStep.CHECK,)),
        (lambda: done().do("encore", proof="p", done_on=JUNE), PdcaStep.DO, ()),
        (lambda: checked().check("encore", PdcaVerdict.MET, checked_on=JULY), PdcaStep.CHECK, ()),
        (lambda: pdca().act(PdcaDecision.ABANDON, "s"), PdcaStep.ACT, ()),
    ],
)
def test_a_step_out_of_turn_is_refused(take: Callable[[], Pdca], step: PdcaStep, missing: tuple[PdcaStep, ...]) -> None:
    with pytest.raises(StepOrderError, match=step.label("en")) as caught:
        take()
    assert (caught.value.step, caught.value.missing) == (step, missing)


def test_a_document_without_the_doing_is_refused_at_each_step_after_it() -> None:
    assert paths(lambda: attrs.evolve(pdca(), doing=None)) == ["checking", "acting"]
    assert paths(lambda: attrs.evolve(pdca(), checking=None)) == ["acting"]


def test_the_check_is_not_dated_before_the_doing() -> None:
    assert faults(lambda: done().check("r", PdcaVerdict.MET, checked_on=date(2026, 5, 31))) == [
        ("checking.checked_on", date(2026, 5, 31))
    ]
    assert done().check("r", PdcaVerdict.MET, checked_on=JUNE).taken[-1] is PdcaStep.CHECK


@pytest.mark.parametrize("verdict", [PdcaVerdict.PARTLY_MET, PdcaVerdict.NOT_MET])
def test_what_does_not_meet_its_criterion_is_not_standardised(verdict: PdcaVerdict) -> None:
    wheel = checked(verdict)
    assert faults(lambda: wheel.act(PdcaDecision.STANDARDISE, "s")) == [("acting.decision", PdcaDecision.STANDARDISE)]
    assert wheel.act(PdcaDecision.ABANDON, "s").acting == Acting(PdcaDecision.ABANDON, "s")


def test_what_meets_its_criterion_is_standardised() -> None:
    assert checked().act(PdcaDecision.STANDARDISE, "toute la région").next_steps == ()


def test_all_faults_are_reported_together() -> None:
    for make, expected in [
        (lambda: Plan("", [], ""), ["objective", "actions", "criterion"]),
        (lambda: Plan("o", ["a", "A."], "c"), ["actions[1]"]),
        (lambda: Doing("", "", "hier"), ["statement", "proof", "done_on"]),  # type: ignore[arg-type]
        (lambda: Checking("", "met", None), ["result", "verdict", "checked_on"]),  # type: ignore[arg-type]
        (lambda: Acting("adjust", " "), ["decision", "statement"]),  # type: ignore[arg-type]
        (lambda: Pdca(plan=None, doing=3), ["plan", "doing", "doing"]),  # type: ignore[arg-type]
    ]:
        assert paths(make) == expected, make


def test_a_step_that_is_to_come_is_a_dash() -> None:
    assert checked().to_markdown().endswith("**Agir :** –\n")


def test_the_drawing_leads_back_to_the_plan_where_it_is_to_be_adjusted() -> None:
    assert pdca().to_mermaid("en").splitlines()[-5:] == [
        '    n3["Act #47; adjust and begin again#58; porter le vivier à dix noms"]',
        "    n0 --> n1",
        "    n1 --> n2",
        "    n2 --> n3",
        "    n3 --> n0",
    ]
    assert done().to_mermaid().splitlines()[-3:] == ["    n0 --> n1", "    n1 -.-> n2", "    n2 -.-> n3"]
    assert "n3 --> n0" not in checked().act(PdcaDecision.STANDARDISE, "s").to_mermaid()
