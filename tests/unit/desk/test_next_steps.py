"""The next steps of a case, beside the procedure read by hand, and the commands that may be given, with what stands
against the others."""

from datetime import date

import pytest

from reclamation_core.cases import AnswerDecision, ClosingReason, CommandType, SupportKind
from reclamation_core.desk import Desk
from reclamation_core.policy import Parameters, Policy, RoleParameters, UnknownEditionError, parse_policy
from reclamation_core.ports import CaseNotFoundError
from reclamation_core.vocabulary import Role
from tests.inside import store_of
from tests.unit.desk import factories
from tests.unit.desk.factories import analysed, at, facts, new_desk, registered, sheet


def _steps(desk: Desk, reference: str) -> list[str]:
    return [step.command.value for step in desk.next_steps(reference)]


def test_the_steps_follow_the_procedure_from_the_receipt_to_the_closing() -> None:
    desk = new_desk(at(2))
    case = registered(desk).reference
    seen = [_steps(desk, case)]
    desk.acknowledge(case)
    desk.add_support(case, kind="email", title="le courriel")
    seen.append(_steps(desk, case))
    desk.qualify(case, problem="l'absence", risks={"training": 2}, likelihood=2, recurrences=0, causes=0)
    seen.append(_steps(desk, case))
    desk.analyse(case, causes=("organisation",))
    seen.append(_steps(desk, case))
    desk.plan(case, sheet("A-1"))
    answer = desk.next_steps(case)[0]
    desk.answer(case, decision=AnswerDecision.FOUNDED, text="Madame")
    closing = desk.next_steps(case)[0]
    desk.pgaac("CRE").abandon("A-1", reason="inutile")
    last = desk.next_steps(case)[0]
    desk.close(case, reason=ClosingReason.ANSWERED)

    assert seen == [["acknowledge", "add_support"], ["qualify"], ["analyse", "answer"], ["plan", "answer"]]
    assert (answer.command, answer.before, answer.due) == (CommandType.ANSWER, CommandType.CLOSE, date(2026, 6, 15))
    assert [str(line) for line in closing.actions] == ["site:CRE/A-1"]
    assert closing.reason.fr.startswith("les suites ne sont pas réglées. Actions encore ouvertes : A-1. Évaluez")
    assert (last.actions, last.reason.fr) == ((), "rien ne manque : le dossier peut être clos")
    assert desk.next_steps(case) == ()


def test_a_step_names_the_first_fact_that_is_missing_and_the_day_it_was_requested() -> None:
    desk = new_desk(at(2))
    unclear = desk.register(facts(requirement=None, mobilisation=None, nature=None), site="CRE", complainant="M. Petit")
    desk.request_information(unclear.reference, question="De quoi s'agit-il ?", occurred_at=at(2))
    step = next(one for one in desk.next_steps(unclear.reference) if one.command is CommandType.COMPLETE_FACTS)
    assert "d'abord : " in step.reason.fr
    assert step.requested_on == date(2026, 6, 2)
    assert step.to_document("en")["reason"].startswith("eligibility is not settled")


def test_a_step_names_the_roles_that_may_where_the_readers_may_not() -> None:
    reserved = Policy(
        edition="roles", parameters=Parameters(roles=RoleParameters(commands={CommandType.ANSWER: (Role.RQR,)}))
    )
    desk = new_desk(policy=reserved)
    case = analysed(desk).reference
    mine = {step.command: step.roles for step in desk.next_steps(case)}
    theirs = {step.command: step.roles for step in desk.acting("M. Blanc", Role.HANDLING_UNIT).next_steps(case)}
    assert set(mine.values()) == {()}
    assert theirs == {**mine, CommandType.ANSWER: (Role.RQR,)}


def test_a_duplicate_that_was_reopened_awaits_an_answer_of_its_own(desk: Desk) -> None:
    original, case = registered(desk).reference, registered(desk).reference
    desk.acknowledge(case)
    desk.link(case, kind="duplicate_of", to=original)
    closing = desk.next_steps(case)
    desk.close(case, reason=ClosingReason.DUPLICATE)
    desk.reopen(case, reason="une autre absence")
    assert [(one.command, one.closing_reason) for one in closing] == [(CommandType.CLOSE, ClosingReason.DUPLICATE)]
    assert _steps(desk, case) == ["add_support"]


def test_a_message_out_of_scope_waits_for_its_redirection_alone(desk: Desk) -> None:
    outside = desk.register(facts(nature="initial_information_request"), site="CRE")
    (step,) = desk.next_steps(outside.reference)
    assert (step.command, step.closing_reason) == (CommandType.CLOSE, ClosingReason.OUT_OF_SCOPE)
    assert step.reason.fr.startswith("la réorientation n'est pas enregistrée")


def guards(desk: Desk, reference: str) -> dict[CommandType, list[str]]:
    return {one.command: [row.id for row in one.guards] for one in desk.available_commands(reference)}


def test_every_command_is_there_once(desk: Desk) -> None:
    found = desk.available_commands(factories.registered(desk).reference)
    assert sorted(one.command for one in found) == sorted(CommandType)


def test_the_role_of_the_desk_counts() -> None:
    desk = factories.new_desk(
        policy=parse_policy({"starts_from": "M2-1", "edition": "RQR", "roles": {"qualifying": ["rqr"]}})
    )
    case = factories.registered(desk)
    desk.add_support(case.reference, kind=SupportKind.EMAIL, title="courriel")
    assert guards(desk, case.reference)[CommandType.QUALIFY] == []
    assert guards(desk.acting("M. Petit", Role.HANDLING_UNIT), case.reference)[CommandType.QUALIFY] == [
        "role-may-not-qualify"
    ]


def test_a_missing_case_and_a_missing_edition_are_errors() -> None:
    desk = factories.new_desk(policy=Policy(edition="an other"))
    case = factories.registered(desk)
    elsewhere = Desk(store_of(desk), sites=factories.SITES)  # the same store without the edition
    with pytest.raises(CaseNotFoundError):
        desk.available_commands("R-2026-999999")
    with pytest.raises(UnknownEditionError):
        elsewhere.available_commands(case.reference)


def test_a_refused_command_names_what_blocks_it(desk: Desk) -> None:
    case = factories.analysed(desk)
    desk.plan(case.reference, factories.sheet("A-1"))
    found = {one.command: one for one in desk.available_commands(case.reference)}
    [detail] = found[CommandType.PLAN_NOTHING].details
    assert detail.wording.fr.startswith("des actions du dossier sont encore ouvertes : A-1. Clôturez-les")
    assert found[CommandType.PLAN_NOTHING].to_document("fr")["guards"][0]["detail"] == detail.wording.fr
    assert not guards(desk, factories.answered(desk).reference)[CommandType.CLOSE]
    unanswered, unsettled = (row.wording.fr for row in found[CommandType.CLOSE].details)
    assert unanswered == "aucune réponse n'a été envoyée : répondez d'abord au client"
    assert unsettled.startswith("les suites ne sont pas réglées. Actions encore ouvertes : A-1. ")
    assert found[CommandType.REOPEN].details[0].wording.fr == (
        "le dossier est ouvert (état : suites décidées) : il n'y a rien à rouvrir"
    )
