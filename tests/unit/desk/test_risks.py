"""Qualification assesses the risks; later commands need a determined complexity (I24)."""

from typing import Any

import pytest

from reclamation_core.cases import AnswerDecision, CaseState, ClosingReason, CommandRefusedError, Method, SupportKind
from reclamation_core.policy import Parameters, Policy, QualificationParameters, m2_1, parse_policy
from reclamation_core.vocabulary import RiskDomain
from tests.unit.desk import factories
from tests.unit.desk.factories import new_desk

LOOSE = Policy(edition="sans I24", parameters=Parameters(qualification=QualificationParameters(risks_required=False)))


def supported(**given: Any) -> tuple[Any, str]:
    desk = new_desk(**given)
    case = factories.registered(desk)
    desk.add_support(case.reference, kind=SupportKind.EMAIL, title="le courriel")
    return desk, case.reference


def test_a_qualification_without_risks_names_each_missing_one() -> None:
    desk, reference = supported()
    with pytest.raises(CommandRefusedError, match="The risks are not all judged") as refused:
        desk.qualify(reference, problem="l'absence")
    assert [guard.id for guard in refused.value.guards] == ["risks-unjudged"]
    assert [fact.name for fact in refused.value.missing] == [*(f"severity_{d.value}" for d in RiskDomain), "likelihood"]
    assert refused.value.in_("fr").splitlines()[-1] == (
        "  Quelle est la vraisemblance que le problème se reproduise, de 1 (très faible) à 4 (très forte) ?"
    )
    assert "(M2-1, point 2 ; interprétation n° 24)" in refused.value.in_("fr")


def test_empty_risks_record_that_no_domain_is_touched() -> None:
    desk, reference = supported()
    assert desk.qualify(reference, problem="l'absence", risks={}, likelihood=1).state is CaseState.QUALIFIED


@pytest.mark.parametrize("act", ["plan", "plan_nothing"])
def test_a_refusal_names_the_fact_that_determines_the_complexity(act: str) -> None:
    desk, reference = supported()
    desk.qualify(reference, problem="l'absence", risks={}, likelihood=1)
    desk.analyse(reference, method=Method.ISHIKAWA, causes=("organisation",))

    def acts() -> Any:
        return (
            desk.plan(reference, factories.sheet()) if act == "plan" else desk.plan_nothing(reference, reason="isolé")
        )

    with pytest.raises(CommandRefusedError, match="recurrences: How many times") as refused:
        acts()

    assert [guard.id for guard in refused.value.guards] == ["complexity-undetermined"]
    assert "\n  Combien de fois" in refused.value.in_("fr")
    desk.complete_facts(reference, recurrences=0)
    assert acts().state is CaseState.PLANNED


def test_an_edition_may_loosen_both_conditions() -> None:
    desk, reference = supported(policy=LOOSE)
    desk.qualify(reference, problem="l'absence")
    desk.plan_nothing(reference, reason="isolé")
    desk.answer(reference, decision=AnswerDecision.FOUNDED, text="Madame, ...")
    assert desk.close(reference, reason=ClosingReason.ANSWERED).state is CaseState.CLOSED


def test_a_policy_file_sets_the_parameter_and_a_difference_shows_it() -> None:
    given = {"starts_from": "M2-1", "edition": "sans I24", "qualification": {"risks_required": False}}
    assert parse_policy(given) == LOOSE
    assert [change.path for change in m2_1().diff(LOOSE).parameters] == ["qualification.risks_required"]
    with pytest.raises(TypeError, match="risks_required: True or False is expected"):
        QualificationParameters(risks_required="non")  # type: ignore[arg-type]
