from datetime import UTC, date, datetime
from typing import Any

import pytest

from reclamation_core.cases import Admissibility, AnswerDecision, CaseState, ClosingReason, Method, SupportKind
from reclamation_core.desk import Desk, PlanService
from reclamation_core.plans import ActionOrigin, ActionStatus, Effectiveness, LineReference, PlanPart, PlanScope
from reclamation_core.testing.builders import FakeClock, a_planned_case, an_action, an_analysed_case, an_answered_case
from reclamation_core.testing.scenarios import given
from reclamation_core.vocabulary import Level


@pytest.fixture
def desk(clock: FakeClock) -> Desk:
    """A desk at the instant of the plugin's clock, as in the suite of an application."""
    return Desk.in_memory(clock=clock)


def test_a_scenario_goes_from_the_receipt_to_the_closing(desk: Desk) -> None:
    scenario = (
        given(desk)
        .a_complaint(site="STR", mobilisation="regional")
        .then(
            state=CaseState.REGISTERED,
            admissibility=Admissibility.IN_SCOPE,
            level=Level.REGIONAL,
            due=date(2025, 6, 17),
        )
        .when(Desk.add_support, kind=SupportKind.EMAIL, title="le courriel")
        .after(business_days=2)
        .when(Desk.qualify, problem="trois séances sans formateur", risks={"training": 2}, likelihood=2)
        .then_not(Desk.analyse, causes=("organisation",))
        .because("no-method")
        .when(Desk.analyse, method=Method.ISHIKAWA, causes=("organisation",))
        .when(Desk.plan_nothing, reason="les séances sont rattrapées")
        .when(Desk.answer, decision=AnswerDecision.FOUNDED, text="Madame, Monsieur, ...")
        .when(Desk.close, reason=ClosingReason.ANSWERED)
        .then(state=CaseState.CLOSED, due=None)
    )

    assert scenario.case.closed_at == datetime(2025, 6, 4, 7, tzinfo=UTC)


def test_actions_are_planned_and_a_malfunction_awaits_no_answer(desk: Desk) -> None:
    given(desk).a_case(an_analysed_case(desk)).when(Desk.plan, an_action()).then(
        actions=(LineReference(PlanScope.site("CRE"), "A-1"),)
    )
    given(desk).a_malfunction().then(due=None, admissibility=Admissibility.MALFUNCTION).then_not(
        Desk.answer, decision=AnswerDecision.FOUNDED, text="..."
    ).because("no-complainant", "not-qualified")


def test_a_refusal_of_a_plan_is_expected_too(desk: Desk) -> None:
    desk.pgaac("CRE").add(an_action())
    given(desk).a_case(an_analysed_case(desk)).then_not(Desk.plan, an_action()).because("reference-taken")


def test_actions_are_done_judged_and_closed_before_the_case_is(desk: Desk) -> None:
    (
        given(desk)
        .a_case(an_answered_case(desk, actions=[an_action()]))
        .then_not(Desk.close, reason=ClosingReason.ANSWERED)
        .because("close-unsettled")
        .then_action("A-1", status=ActionStatus.TO_DO)
        .when(PlanService.finish, "A-1", evidence="la liste signée")
        .then_not(PlanService.close, "A-1")
        .because("no-verdict")
        .after(days=90)
        .when(PlanService.judge, "A-1", Effectiveness.EFFECTIVE, why="rien depuis")
        .when(PlanService.close, reference="A-1")
        .then_action("A-1", status=ActionStatus.CLOSED, effectiveness=Effectiveness.EFFECTIVE)
        .when(PlanService.publish)
        .when(Desk.close, reason=ClosingReason.ANSWERED)
        .then(state=CaseState.CLOSED)
    )
    assert len(desk.pgaac("CRE").published_plans) == 1


def test_an_action_is_on_the_plan_where_it_serves_the_case(desk: Desk) -> None:
    nation = PlanScope.nation()
    desk.pgaac("CRE").add(an_action(origin=ActionOrigin.REVIEW))
    case = an_analysed_case(desk)
    given(desk).a_case(case).when(PlanService.progress, "A-1").when(Desk.plan, an_action(), scope=nation).when(
        PlanService.finish, "A-1", evidence="la liste signée"
    )
    assert desk.pgaac(nation).actions[0].status is ActionStatus.DONE
    assert desk.pgaac("CRE").actions[0].status is ActionStatus.IN_PROGRESS
    desk.plan(case.reference, "A-1")
    with pytest.raises(LookupError, match=r"'A-1' is an action on each of nation, site:CRE; ask desk.pgaac"):
        given(desk).a_case(desk.cases.get(case.reference)).when(PlanService.close, "A-1")


def test_steps_on_an_action_are_shown_with_its_state(desk: Desk) -> None:
    scenario = given(desk).a_case(a_planned_case(desk, actions=[an_action()]))
    scenario.when(PlanService.finish, "A-1", evidence="la liste")
    scenario.when(PlanService.judge, "A-1", Effectiveness.NOT_EFFECTIVE, why="2")

    with pytest.raises(AssertionError) as failed:
        scenario.then_action("A-1", status=ActionStatus.CLOSED)

    assert str(failed.value).splitlines()[3:] == [
        "Quand on fait « déclarer une action réalisée » (« A-1 », evidence = « la liste ») sur le plan : centre CRE",
        "  action A-1 : réalisée",
        (
            "Quand on fait « évaluer l'efficacité d'une action » (« A-1 », non efficace, why = « 2 ») sur le "
            "plan : centre CRE"
        ),
        "  action A-1 : évaluée, non efficace",
        "Mais :",
        "- action A-1, status : attendu close, trouvé évaluée",
    ]
    with pytest.raises(AssertionError, match=r"« rouvrir une action » .* aurait dû être refusé"):
        scenario.then_not(PlanService.reopen, "A-1", reason="de nouveau")


class Undecided(PlanService):
    """Refuses, and writes down all the same."""

    def abandon(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,  # noqa: ARG002
    ) -> PlanPart:
        self.progress(reference, occurred_at=occurred_at)
        return super().close(reference, occurred_at=occurred_at, comment=reason)


class LetsPlansChange(Desk):
    def pgaac(self, scope: PlanScope | str) -> PlanService:
        return Undecided(self._context, super().pgaac(scope).scope)


def test_a_refusal_that_changes_the_plan_all_the_same_fails() -> None:
    desk = LetsPlansChange.in_memory(clock=FakeClock())
    scenario = given(desk).a_case(a_planned_case(desk, actions=[an_action()]))
    with pytest.raises(AssertionError, match="est refusé, et le dossier ou le plan a changé"):
        scenario.then_not(PlanService.abandon, "A-1", reason="inutile")


def test_a_function_that_is_no_command_is_refused_with_the_remedy(desk: Desk) -> None:
    scenario: Any = given(desk).a_complaint()

    with pytest.raises(
        TypeError, match="verb: a method of the desk or of the plan is expected, got 'qualify'; give it"
    ):
        scenario.when("qualify", problem="x")
    with pytest.raises(TypeError, match="verb: acknowledge is bound to one Desk; give it as it is in the class"):
        scenario.then_not(desk.acknowledge)
    with pytest.raises(TypeError, match="verb: sweep is not a command on a case or on its plan; call it on"):
        scenario.when(Desk.sweep)
    with pytest.raises(TypeError, match="verb: to_html is not a command on a case or on its plan"):
        scenario.when(PlanService.to_html)
    with pytest.raises(TypeError, match="desk: Desk is expected, got 'CRE'"):
        given("CRE")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="case: Case is expected, got 'R-2026-000001'"):
        given(desk).a_case("R-2026-000001")  # type: ignore[arg-type]


def test_a_failing_then_shows_the_scenario_in_french(desk: Desk) -> None:
    scenario = given(desk).a_complaint(satisfaction=4).after(days=1).when(Desk.acknowledge)

    with pytest.raises(AssertionError) as failed:
        scenario.then(state=CaseState.CLOSED, level=Level.LOCAL, due=None)

    told = str(failed.value).splitlines()
    assert told[0] == "l'histoire ne se passe pas comme prévu"
    given_it = "Étant donné le dossier R-2025-000001 (demande d'un client), reçu le 02/06/2025 à 09:00 et enregistré"
    assert told[1].startswith(given_it)
    assert "prestation vendue : oui ; note de satisfaction : 4 ; type de client : local" in told[1]
    assert told[2:] == [
        "  enregistré, réclamation, niveau local, réponse attendue pour le 17/06/2025",
        "Le 03/06/2025 à 09:00",
        "Quand on fait « accuser réception »",
        "  enregistré, réclamation, niveau local, réponse attendue pour le 17/06/2025",
        "Mais :",
        "- awaited_on : attendu None, trouvé 17/06/2025",
        "- state : attendu clos, trouvé enregistré",
    ]


def test_a_refused_when_shows_the_guards(desk: Desk) -> None:
    scenario = given(desk).a_complaint()
    with pytest.raises(AssertionError, match="Quand on fait « qualifier » \\(problem = « x »\\)") as failed:
        scenario.when(Desk.qualify, problem="x")
    assert (
        "- Le dossier ne comporte aucun support factuel : ajoutez-en un (M2-1, interactions ; interprétation n° 11).\n"
        in str(failed.value)
    )


def test_what_should_be_refused_and_is_allowed_fails(desk: Desk) -> None:
    scenario = given(desk).a_complaint()
    with pytest.raises(AssertionError, match="« accuser réception » aurait dû être refusé"):
        scenario.then_not(Desk.acknowledge)


def test_other_guards_than_those_expected_fail_with_their_reasons(desk: Desk) -> None:
    refusal = given(desk).a_case(a_planned_case(desk)).then_not(Desk.close, reason=ClosingReason.ANSWERED)
    with pytest.raises(AssertionError, match="gardes attendues : closed ; trouvées : close-answered-without-answer"):
        refusal.because("closed")
    with pytest.raises(AssertionError, match="gardes attendues : aucune"):
        refusal.because()
    assert refusal.because("close-answered-without-answer").case.state is CaseState.PLANNED


def test_a_refusal_that_changes_the_case_all_the_same_fails(desk: Desk) -> None:
    scenario = given(desk).a_complaint()
    desk.acknowledge(scenario.case.reference)
    with pytest.raises(AssertionError, match="est refusé, et le dossier a changé"):
        scenario.then_not(Desk.qualify, problem="x")


def test_a_scenario_without_a_case_and_an_attribute_that_there_is_not_are_errors(desk: Desk) -> None:
    with pytest.raises(LookupError, match="the scenario has no case yet"):
        given(desk).then(state=CaseState.CLOSED)
    with pytest.raises(AttributeError, match="colour: Case has no such attribute; give acknowledged_at, actions, "):
        given(desk).a_complaint().then(colour="blue")


def test_time_goes_by_on_a_clock_that_is_set_only() -> None:
    with Desk.in_memory() as desk, pytest.raises(TypeError, match="clock: a FakeClock is expected"):
        given(desk).a_complaint().after(days=1)
    assert given(Desk.in_memory(clock=FakeClock())).a_complaint().after(days=1).case is not None


def test_what_a_verb_does_not_take_is_a_type_error_before_it_is_run(desk: Desk) -> None:
    scenario = given(desk).a_complaint()
    with pytest.raises(TypeError, match=r"answer: .*'text'; it takes decision, text, remedies, "):
        scenario.when(Desk.answer, decision=AnswerDecision.FOUNDED, texte="...")  # type: ignore[call-overload]
    with pytest.raises(TypeError, match=r"qualify: .*'problem'; it takes problem, "):
        scenario.then_not(Desk.qualify)  # type: ignore[call-overload]
