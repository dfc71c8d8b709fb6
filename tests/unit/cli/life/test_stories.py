from __future__ import annotations

from datetime import datetime

from reclamation_core import Level, Sites, m2_1
from reclamation_core.cases import AnswerDecision
from reclamation_core.cli.life.reading import AnswerStanding, answers, every_case, every_plan, richest, told
from reclamation_core.cli.life.registers import CASE_COLUMNS
from reclamation_core.cli.life.stories import deadline_words, level_reasons, story
from reclamation_core.desk import Desk
from reclamation_core.vocabulary import MalfunctionFacts
from tests.unit.desk.making import SITES, analysed, answered, at, closed, facts, new_desk, registered, sheet


def told_of(desk: Desk, reference: str) -> str:
    plans = tuple(plan.current for plan in every_plan(desk, SITES))
    return story(desk.cases.get(reference), SITES, m2_1(), plans)


def test_a_story_has_the_case_its_level_its_deadline_and_its_events() -> None:
    desk = new_desk()
    page = told_of(desk, registered(desk, complainant="M. *Gras*", verbatim="| un | tableau |").reference)

    assert page.startswith("# Dossier R-2026-000001\n")
    assert "| Centre | Créteil |" in page
    assert r"- Le client est local \(M2-1 §5.1\)." in page
    assert "lundi 15 juin 2026 : 10 jours" in page
    assert r"M. \*Gras\*" in page
    assert r"« \| un \| tableau \| »" in page
    assert "Traité par" not in page
    assert "## La réponse" not in page


def test_a_story_has_the_analysis_the_actions_and_the_answer_where_there_are_some() -> None:
    desk = new_desk()
    case = analysed(desk)
    desk.plan(case.reference, sheet(what="tenir un vivier"))
    desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Bonjour,\n\nVous aviez <raison>.")
    page = told_of(desk, case.reference)

    assert "## L'analyse des causes" in page
    assert "| A-1 | tenir un vivier | corrective | à faire | à juger |" in page
    assert "> Bonjour,\n>\n> Vous aviez &lt;raison&gt;." in page


def test_a_level_that_was_imposed_is_told_with_its_reason_and_a_unit_that_took_over_by_name() -> None:
    desk = new_desk()
    case = registered(desk)
    desk.reroute(case.reference, handling_unit="STD", level=Level.NATIONAL, reason="la presse s'en empare")
    page = told_of(desk, case.reference)

    assert "Niveau national imposé : la presse s'en empare" in page
    assert "| Traité par | Stains |" in page


def test_a_malfunction_has_a_level_and_no_deadline() -> None:
    desk = new_desk()
    case = desk.register(MalfunctionFacts(received_at=at(1), mobilisation="national"), site="CRE")

    assert level_reasons(case, SITES, m2_1())[0] == "Le cas est traité au niveau national."
    assert deadline_words(case) == ""
    assert "## L'échéance" not in told_of(desk, case.reference)


def test_days_that_do_not_count_are_told_by_name() -> None:
    desk = new_desk()
    # 6 to 20 July 2026, with the fourteenth between; then 8 to 22 June, with nothing but weekends.
    summer = desk.register(facts(at(1)), site="CRE")
    spring = registered(desk, received_at=at(5, month=5))

    assert deadline_words(summer).endswith("les week-ends ne comptent pas (métropole).")
    assert "ni jeudi 14 mai 2026 (jour férié : Ascension)" in deadline_words(spring)


def test_a_forgotten_case_is_told_without_its_texts() -> None:
    desk = new_desk()
    case = desk.anonymise(closed(desk, verbatim="secret").reference)
    page = told_of(desk, case.reference)

    assert "secret" not in page
    assert r"> \(effacé\)" in page


def test_answers_are_in_time_late_awaited_overdue_or_not_to_be_given() -> None:
    desk = new_desk()
    answered(desk)  # received on 1 June, answered on 1 July
    registered(desk)
    late, today = registered(desk, received_at=at(25)), at(1, month=7).date()
    withdrawn = registered(desk, received_at=at(25))
    desk.withdraw(withdrawn.reference)

    found = answers(every_case(desk), today)

    assert late.awaited_on is not None
    assert found == {
        AnswerStanding.LATE: 1,
        AnswerStanding.OVERDUE: 1,
        AnswerStanding.AWAITED: 1,
        AnswerStanding.STOPPED: 1,
    }


def test_nothing_is_told_of_nothing() -> None:
    assert richest(()) is None
    assert told(()) == ()
    assert every_case(new_desk()) == ()


def test_cases_are_read_page_by_page() -> None:
    desk = new_desk()
    for _ in range(501):
        registered(desk)

    assert len(every_case(desk)) == 501


def test_a_register_counts_the_days_that_an_answer_took() -> None:
    desk = new_desk()
    case = answered(desk)

    # From Monday 1 June to Wednesday 1 July 2026 there are 22 working days.
    assert CASE_COLUMNS["jours ouvrés pour répondre"](case) == 22
    assert CASE_COLUMNS["réponse"](case) is AnswerDecision.FOUNDED
    assert CASE_COLUMNS["répondu le"](case) == datetime(2026, 7, 1).date()  # noqa: DTZ001  (a day)
    assert CASE_COLUMNS["jours ouvrés pour répondre"](registered(desk)) is None


def test_no_plan_is_shown_that_has_no_story() -> None:
    desk = new_desk()
    desk.pgaac("STD").add(sheet(site="STD"))

    assert [str(plan.scope) for plan in every_plan(desk, Sites([SITES["STD"], SITES["CRE"]]))] == ["site:STD"]
