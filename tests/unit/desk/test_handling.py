"""The commands of the desk: each records one event of a case; qualification assesses the risks (I24)."""

from typing import Any

import pytest

from reclamation_core import cases
from reclamation_core.cases import AnswerDecision, CaseState, ClosingReason, CommandRefusedError, Method, SupportKind
from reclamation_core.cases.causes import FiveWhys, WhyChain
from reclamation_core.desk import CircularLinkError, Desk
from reclamation_core.errors import FaultsError
from reclamation_core.policy import Parameters, Policy, QualificationParameters, m2_1, parse_policy
from reclamation_core.vocabulary import Band, Level, Requirement, RiskDomain, Role, UnknownSiteError
from tests.inside import context_of
from tests.unit.desk import factories
from tests.unit.desk.factories import analysed, answered, at, facts, new_desk, qualified, registered


def test_completed_and_corrected_facts_are_assessed_again(desk: Desk) -> None:
    case = desk.register(facts(requirement=None, mobilisation=None), site="CRE")
    assert case.eligibility is None
    completed = desk.complete_facts(case.reference, requirement="contractual", mobilisation="regional")
    corrected = desk.correct(case.reference, reason="relu", mobilisation="local")
    assert (completed.facts.mobilisation.value, completed.level) == ("regional", Level.REGIONAL)
    assert corrected.level is Level.LOCAL
    assert getattr(completed.facts, "requirement") is Requirement.CONTRACTUAL  # noqa: B009  mypy knows two kinds of facts


@pytest.mark.parametrize("verb", ["complete_facts", "correct"])
def test_facts_are_passed_by_name(verb: str, desk: Desk, case: cases.Case) -> None:
    given: dict[str, Any] = {"reason": "relu"} if verb == "correct" else {}
    tell = getattr(desk, verb)
    with pytest.raises(ValueError, match=r"facts: .* at least one fact is expected"):
        tell(case.reference, **given)
    with pytest.raises(TypeError, match="severity"):
        tell(case.reference, severity=3, **given)
    with pytest.raises(FaultsError, match="severity_legal"):
        tell(case.reference, severity_legal=9, **given)
    assert desk.cases.get(case.reference) == case


def test_a_containment_measure_is_named_by_its_number(desk: Desk) -> None:
    reference = desk.contain(registered(desk).reference, measure="un remplaçant").reference
    desk.acknowledge(reference)
    desk.contain(reference, measure="un autre remplaçant")

    judged = desk.record_containment_effect(reference, measure=2, effective=False, effect="absent lui aussi")

    assert [(taken.number, taken.event, taken.effective) for taken in judged.containments] == [
        (1, 2, None),
        (2, 4, False),
    ]
    told = [event.describe(lang, judged) for lang in ("fr", "en") for event in judged.events if event.number != 3][1:]
    assert told[:3] == [
        "mesure conservatoire n° 1 : un remplaçant",
        "mesure conservatoire n° 2 : un autre remplaçant",
        "mesure conservatoire n° 2 non efficace : absent lui aussi",
    ]
    assert told[-1] == "containment measure 2 not effective: absent lui aussi"
    with pytest.raises(cases.CommandRefusedError, match="containment measure of that number is on file"):
        desk.record_containment_effect(reference, measure=4, effective=True, effect="tenu")


def test_rerouting_to_another_level_needs_role_and_reason(desk: Desk, case: cases.Case) -> None:
    assert desk.reroute(case.reference, handling_unit="STD").level is Level.LOCAL
    imposed = desk.reroute(case.reference, handling_unit="STD", level=Level.NATIONAL, reason="enjeu national")
    assert imposed.level is Level.NATIONAL
    with pytest.raises(cases.CommandRefusedError, match="takes a reason and the role RQR or AQ"):
        desk.acting("M. Petit").reroute(case.reference, handling_unit="STD", level=Level.REGIONAL, reason="enjeu")
    with pytest.raises(cases.CommandRefusedError, match="takes a reason and the role RQR or AQ"):
        desk.acting("M. Petit").reroute(case.reference, handling_unit="STD", level=Level.LOCAL, reason="enjeu")
    moved = desk.acting("M. Petit").reroute(case.reference, handling_unit="CRE")
    assert (moved.level, moved.handling_unit) == (Level.NATIONAL, "CRE")
    with pytest.raises(UnknownSiteError, match="'XXX'"):
        desk.reroute(case.reference, handling_unit="XXX")
    assert desk.cases.get(case.reference) == moved
    lifted = desk.reroute(case.reference, handling_unit="CRE", level=Level.LOCAL, reason="l'enjeu est local")
    assert (lifted.level, lifted.level_override) == (Level.LOCAL, None)


def test_an_analysis_of_a_complex_case_needs_a_method(desk: Desk) -> None:
    case = qualified(desk)
    with pytest.raises(cases.CommandRefusedError, match="Use a problem-solving method that finds one"):
        desk.analyse(case.reference, causes=("organisation", "matériel"))
    found = desk.analyse(
        case.reference, causes=("organisation", "matériel"), method=cases.Method.FIVE_WHYS, report="..."
    )
    assert found.analysis is not None
    assert found.analysis.causes == ("organisation", "matériel")
    with pytest.raises(TypeError, match="causes: a list is expected, got a str alone"):
        desk.analyse(case.reference, causes="organisation")  # type: ignore[arg-type]


def test_an_analysis_by_a_method_excludes_other_arguments() -> None:
    whys = FiveWhys(
        "le cours manque", [WhyChain(["le formateur manque", "nul ne le remplace"], "organisation", "vivier")]
    )
    desk = new_desk()
    case = qualified(desk)
    with pytest.raises(ValueError, match="leave the other arguments out"):
        desk.analyse(case.reference, analysis=whys, causes=("organisation",))
    found = desk.analyse(case.reference, analysis=whys).analysis
    assert found is not None
    assert (found.method, found.causes) == (cases.Method.FIVE_WHYS, ("organisation",))
    assert "nul ne le remplace" in str(desk.cases.get(case.reference).read(found.report))


def test_reaction_mediation_withdrawal_and_closing_are_recorded(desk: Desk) -> None:
    case = answered(desk)
    assert desk.record_reaction(case.reference, reaction=cases.Reaction.DISSATISFIED, words="non").reaction is not None
    assert desk.refer_to_mediation(case.reference, reason="désaccord", occurred_at=at(20)).mediation_at == at(20)
    done = desk.close(case.reference, reason=cases.ClosingReason.ANSWERED)
    assert done.state is cases.CaseState.CLOSED
    again = desk.reopen(case.reference, reason="la réponse n'a pas suffi")
    assert (again.state, again.closed_at, again.closure) == (cases.CaseState.PLANNED, None, None)
    assert done.events == again.events[:-1]
    assert desk.withdraw(case.reference, words="je renonce").withdrawn_at == at(1, month=7)
    assert desk.close(case.reference, reason=cases.ClosingReason.WITHDRAWN).state is cases.CaseState.CLOSED


@pytest.mark.parametrize("kind", cases.LinkKind)
def test_a_case_is_not_linked_to_itself(kind: cases.LinkKind, desk: Desk, case: cases.Case) -> None:
    with pytest.raises(CircularLinkError, match="leads back to it") as refused:
        desk.link(case.reference, kind=kind, to=case.reference)
    assert (refused.value.reference, refused.value.to) == (case.reference, case.reference)
    assert desk.cases.get(case.reference) == case


def test_the_actor_is_sealed_and_the_role_is_not(desk: Desk) -> None:
    case = desk.acting("Mme Roux", Role.AQ).acknowledge(registered(desk).reference)
    event = case.events[-1]
    assert (event.role, case.read(event.by)) == (Role.AQ, "Mme Roux")
    assert "Roux" not in repr(context_of(desk.acting("Mme Roux")))
    assert "Roux" not in repr(case)


def test_a_clock_set_back_records_no_earlier_time() -> None:
    clock = factories.FakeClock(at(10))
    desk = new_desk(clock=clock)
    case = analysed(desk)
    clock.set(at(10, hour=1))

    event = desk.acknowledge(case.reference).events[-1]
    planned = desk.plan(case.reference, factories.sheet())
    desk.pgaac("CRE").progress("A-1")
    clock.set(at(9, hour=10))
    plan = desk.pgaac("CRE").finish("A-1", evidence="la liste")

    assert (event.occurred_at, event.recorded_at) == (at(10), at(10))
    recorded = [event.recorded_at for event in planned.events]
    assert recorded == sorted(recorded)
    assert plan.actions[0].done is not None
    assert desk.pgaac("CRE").publish().number == 1


def test_a_naive_instant_of_a_sweep_or_a_clock_is_refused(desk: Desk) -> None:
    naive = at(5).replace(tzinfo=None)
    with pytest.raises(ValueError, match=r"time zone|aware|naive"):
        desk.sweep(naive)
    with pytest.raises(ValueError, match="time zone"):
        new_desk(now=naive).register(facts(), site="CRE")


def test_risk_domains_left_out_are_recorded_as_not_touched(desk: Desk, case: cases.Case) -> None:
    desk.add_support(case.reference, kind=cases.SupportKind.EMAIL, title="le courriel")
    done = desk.qualify(
        case.reference, problem="l'absence", risks={"training": 2, RiskDomain.LEGAL: 3}, likelihood=2, recurrences=0
    )
    judged = {domain: getattr(done.facts, f"severity_{domain.value}") for domain in RiskDomain}
    assert judged == dict.fromkeys(RiskDomain, 0) | {RiskDomain.TRAINING: 2, RiskDomain.LEGAL: 3}
    # The highest domain, 3, by the likelihood, 2: criticality 6, which is moderate (I13).
    assert done.verdict.band is Band.MODERATE


def test_a_sealed_text_of_another_case_is_refused(desk: Desk) -> None:
    case = desk.contain(registered(desk).reference, measure="un remplaçant")
    measure: Any = case.events[-1].data.measure  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="measure: a text is expected, got one that is sealed; give its words"):
        desk.contain(registered(desk).reference, measure=measure)


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
