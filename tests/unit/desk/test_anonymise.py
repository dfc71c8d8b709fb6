"""Anonymising erases texts and nothing else."""

import pytest

from reclamation_core.cases import AnswerDecision, Case, ClosingReason, CommandRefusedError, SupportKind, TextKind
from reclamation_core.desk import Desk
from reclamation_core.ports import CaseQuery
from reclamation_core.vocabulary import Level
from tests.unit.desk import factories
from tests.unit.desk.factories import analysed, registered


def test_anonymising_erases_texts_and_searches_and_nothing_else(desk: Desk) -> None:
    case = analysed(desk, complainant="Mme Durand", verbatim="Le formateur est absent")
    desk.plan(case.reference, factories.sheet())
    plan = desk.pgaac("CRE")
    plan.abandon("A-1", reason="le vivier existe")
    desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Madame Durand, ...")
    before = desk.close(case.reference, reason=ClosingReason.ANSWERED)
    shown, counted = plan.to_html(texts=True), desk.cases.count(CaseQuery(levels={Level.LOCAL}))

    after = desk.anonymise(case.reference)

    assert (len(after.vault), after.events[:-1]) == (0, before.events)
    assert (after.level, after.state, after.closed_at, after.answer_cycles, after.verdict) == (
        before.level,
        before.state,
        before.closed_at,
        before.answer_cycles,
        before.verdict,
    )
    assert desk.cases.count(CaseQuery(text="durand")) == 0
    assert desk.cases.count(CaseQuery(levels={Level.LOCAL})) == counted == 1
    assert plan.to_html(texts=True) == shown
    assert Case.from_events(after.events, after.vault) == after == desk.cases.get(case.reference)
    with pytest.raises(CommandRefusedError, match="its history has ended"):
        desk.reopen(case.reference, reason="encore")


def test_the_names_of_experts_are_erased_with_personal_texts(desk: Desk) -> None:
    case = registered(desk)
    desk.add_support(case.reference, kind=SupportKind.EMAIL, title="courriel")
    experts_consulted = ("Mme Ly, CODIR", "M. Kern")
    desk.qualify(
        case.reference,
        problem="l'absence",
        experts=experts_consulted,
        requirement_reference="4.2",
        risks={},
        likelihood=1,
    )
    case = desk.close(desk.withdraw(case.reference).reference, reason=ClosingReason.WITHDRAWN)
    assert case.qualification is not None
    experts, where = case.qualification.experts, case.qualification.requirement_reference

    assert [case.read(expert) for expert in experts] == ["Mme Ly, CODIR", "M. Kern"]
    persons = desk.anonymise(case.reference, kinds=(TextKind.PERSONAL,))
    assert [persons.read(expert) for expert in experts] == [None, None]
    assert persons.read(where) == "4.2"
    assert desk.anonymise(case.reference).read(where) is None
