from __future__ import annotations

from datetime import date

import pytest

from reclamation_core import CaseState, Desk
from reclamation_core.cases import AnswerDecision, ClosingReason
from reclamation_core.desk import PlanService
from reclamation_core.plans import ActionStatus, Effectiveness, LineReference, PlanScope
from reclamation_core.testing.builders import a_planned_case, an_action, an_analysed_case, an_answered_case
from reclamation_core.testing.scenarios import given


def test_a_call_is_transcribed_before_it_is_qualified(desk: Desk) -> None:
    (
        given(desk)
        .a_complaint(channel="phone")
        .then(due=date(2025, 6, 17))
        .then_not(Desk.qualify, problem="absence", risks={}, recurrences=0)
        .because("not-transcribed", "no-support")
        .when(Desk.transcribe, text="Il n'est pas venu.", author="Mme Roux")
        .after(business_days=1)
        .when(Desk.qualify, problem="absence", risks={}, recurrences=0)
        .then(state=CaseState.QUALIFIED)
    )


def test_a_case_is_closed_on_its_answer_alone(sql_desk: Desk) -> None:
    (
        given(sql_desk)
        .a_case(a_planned_case(sql_desk))
        .then_not(Desk.close, reason=ClosingReason.ANSWERED)
        .because("close-answered-without-answer")
        .when(Desk.answer, decision=AnswerDecision.FOUNDED, text="Madame, ...")
        .when(Desk.close, reason=ClosingReason.ANSWERED)
        .then(state=CaseState.CLOSED, due=None)
    )


def test_actions_go_on_the_plan(desk: Desk) -> None:
    given(desk).a_case(an_analysed_case(desk)).when(Desk.plan, an_action()).then(
        actions=(LineReference(PlanScope.site("CRE"), "A-1"),)
    )


def test_a_case_is_closed_once_its_action_is(desk: Desk) -> None:
    (
        given(desk)
        .a_case(an_answered_case(desk, actions=[an_action()]))
        .then_not(Desk.close, reason=ClosingReason.ANSWERED)
        .because("close-unsettled")
        .when(PlanService.finish, "A-1", evidence="la liste des remplaçants")
        .when(PlanService.judge, "A-1", Effectiveness.EFFECTIVE, why="aucune séance annulée")
        .when(PlanService.close, "A-1")
        .then_action("A-1", status=ActionStatus.CLOSED)
        .when(Desk.close, reason=ClosingReason.ANSWERED)
        .then(state=CaseState.CLOSED)
    )


def test_a_history_that_fails_is_told(desk: Desk) -> None:
    with pytest.raises(AssertionError, match="Étant donné le dossier R-2025-000001"):
        given(desk).a_complaint().then(state=CaseState.CLOSED)
