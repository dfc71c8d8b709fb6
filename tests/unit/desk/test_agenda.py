"""The agenda: answers and checks due until a day, overdue ones included, and questions to ask."""

from datetime import date, timedelta

import pytest

from reclamation_core.cases import Admissibility, CaseState, ClosingReason
from reclamation_core.desk import Desk, Registration
from reclamation_core.plans import ActionStatus, PlanScope
from reclamation_core.policy import Policy, PolicyBook, m2_1
from reclamation_core.ports import CaseQuery
from reclamation_core.vocabulary import Level
from tests.inside import desk_with, store_of
from tests.unit.desk import factories
from tests.unit.desk.factories import analysed, answered, at, facts, new_desk, registered
from tests.unit.desk.test_corrupt_plans import Damaged

FAR = date(2026, 12, 31)


def due(desk: Desk, until: date = FAR) -> list[tuple[date, str]]:
    return [(one.due, one.case) for one in desk.agenda(until).answers]


def test_answers_are_sorted_by_day_level_and_site_whatever_the_limit(desk: Desk) -> None:
    late, early = registered(desk, "CRE", at(2)), registered(desk, "CRE", at(29, month=5))
    others = [
        desk.register(facts(mobilisation=mobilisation), site=site, occurred_at=at(1)).reference
        for site, mobilisation in [("STD", "local"), ("CRE", "local"), ("STD", "national"), ("CRE", "regional")]
    ]

    # Received on 1 June, Monday; ten business days later is the 15th.
    whole = due(desk)
    assert whole == [
        (date(2026, 6, 12), early.reference),
        (date(2026, 6, 15), others[2]),
        (date(2026, 6, 15), others[3]),
        (date(2026, 6, 15), others[1]),
        (date(2026, 6, 15), others[0]),
        (date(2026, 6, 16), late.reference),
    ]
    for limit in range(1, 8):
        assert [(one.due, one.case) for one in desk.agenda(FAR, limit=limit).answers] == whole[:limit]


def test_the_last_day_is_included_and_later_days_are_not(desk: Desk) -> None:
    registered(desk, "CRE", at(1))
    assert len(due(desk, date(2026, 6, 15))) == 1
    assert due(desk, date(2026, 6, 14)) == []


def test_cases_that_await_no_answer_are_left_out(desk: Desk) -> None:
    answered(desk)
    desk.withdraw(registered(desk).reference)
    factories.closed(desk)
    outside = desk.register(facts(nature="initial_information_request"), site="CRE", occurred_at=at(1))
    desk.close(outside.reference, reason=ClosingReason.OUT_OF_SCOPE, redirected_to="accueil", told_at=at(2))
    assert due(desk) == []
    desk.register(factories.malfunction(), site="CRE", occurred_at=at(1))
    assert due(desk) == []


def test_an_answer_has_site_level_and_state(desk: Desk) -> None:
    desk.reroute(factories.qualified(desk, "CRE").reference, handling_unit="STD")
    (one,) = desk.agenda(FAR).answers
    assert (one.site, one.level, one.state) == ("STD", Level.LOCAL, CaseState.QUALIFIED)
    assert (one.admissibility, one.question) == (Admissibility.IN_SCOPE, None)


def test_an_unclear_case_has_the_question_of_its_assessment(desk: Desk) -> None:
    unclear = facts(requirement=None)
    case = desk.register(unclear, site="CRE", occurred_at=at(1))
    asked = m2_1().assess(unclear, factories.SITES["CRE"].calendar()).question
    (one,) = desk.agenda(FAR).answers
    assert asked is not None
    assert (one.case, one.admissibility, one.question) == (
        case.reference,
        Admissibility.TO_BE_CLARIFIED,
        asked.question,
    )


def test_a_case_of_an_unknown_edition_has_no_question(desk: Desk) -> None:
    desk.register(facts(requirement=None), site="CRE", occurred_at=at(1))
    (one,) = Desk(store_of(desk), policy=PolicyBook([Policy(edition="2027")])).agenda(FAR).answers
    assert (one.admissibility, one.question) == (Admissibility.TO_BE_CLARIFIED, None)


def test_a_check_is_due_until_the_action_is_judged_or_abandoned(desk: Desk) -> None:
    for number, (reference, day) in enumerate([("A-1", 25), ("A-2", 20), ("A-3", 21), ("A-4", 22)]):
        sheet = factories.sheet(reference, check_on=date(2026, 6, day), what=f"action {number}")
        desk.plan(analysed(desk).reference, sheet)
    desk.pgaac("CRE").add(factories.sheet("A-5", check_on=None, criterion=None))
    factories.judged(desk.pgaac("CRE"), "A-3")
    desk.pgaac("CRE").abandon("A-4", reason="inutile")

    checks = desk.agenda(FAR).checks

    assert [(one.due, one.action, one.what) for one in checks] == [
        (date(2026, 6, 20), "A-2", "action 1"),
        (date(2026, 6, 25), "A-1", "action 0"),
    ]
    assert {(one.plan, one.status) for one in checks} == {(PlanScope.site("CRE"), ActionStatus.TO_DO)}
    assert desk.agenda(date(2026, 6, 20)).checks == checks[:1]
    assert "action 1" not in repr(checks)


def test_the_check_of_a_reopened_action_is_due_on_its_day_until_it_is_changed(desk: Desk) -> None:
    plan = desk.pgaac("CRE")
    plan.add(factories.sheet(check_on=date(2026, 6, 20)), occurred_at=at(2))
    factories.judged(plan)
    assert desk.agenda(date(2026, 7, 1)).checks == ()
    plan.reopen("A-1", reason="de nouveau")
    assert [check.due for check in desk.agenda(date(2026, 7, 1)).checks] == [date(2026, 6, 20)]
    plan.amend("A-1", check_on=date(2026, 9, 1))
    assert desk.agenda(date(2026, 7, 1)).checks == ()
    assert [check.due for check in desk.agenda(date(2026, 9, 1)).checks] == [date(2026, 9, 1)]


def test_the_description_of_an_action_may_be_erased(desk: Desk) -> None:
    desk.plan(analysed(desk).reference, factories.sheet())
    factories.judged(desk.pgaac("CRE"))
    desk.pgaac("CRE").close("A-1")
    desk.pgaac("CRE").forget("A-1")
    desk.pgaac("CRE").reopen("A-1", reason="le fait est revenu")
    assert [one.what for one in desk.agenda(FAR).checks] == [None]


def test_an_agenda_has_what_is_inside_the_scope_and_names_what_is_damaged(desk: Desk) -> None:
    for site in ("CRE", "STR"):
        desk.plan(analysed(desk, site=site).reference, factories.sheet(f"A-{site}", site=site))
    mine = desk.scoped(site="STR").agenda(FAR)
    region = desk.scoped(region="Île-de-France").agenda(FAR)
    assert ([one.action for one in mine.checks], [one.site for one in mine.answers]) == (["A-STR"], ["STR"])
    assert [one.action for one in region.checks] == ["A-CRE"]
    assert [one.site for one in region.answers] == ["CRE"]

    broken = desk_with(desk, store=Damaged(store_of(desk), "site:CRE", "what is no key"))
    assert broken.agenda(FAR).damaged == ("site:CRE", "what is no key")
    assert [one.action for one in broken.agenda(FAR).checks] == ["A-STR"]
    assert len(broken.agenda(FAR).answers) == 2
    assert broken.scoped(site="STR").agenda(FAR).damaged == ()
    assert broken.scoped(site="CRE").agenda(FAR).damaged == ("site:CRE",)


def test_an_agenda_reads_every_page(desk: Desk) -> None:
    many = (Registration(facts=facts(at(1) + timedelta(minutes=minute)), site="CRE") for minute in range(501))
    assert all(entered.is_new for entered in desk.register_many(many))
    assert len(due(desk)) == 501


def test_an_agenda_refuses_a_value_that_is_not_a_day() -> None:
    with pytest.raises(TypeError, match=r"^until: a date is expected, got"):
        new_desk().agenda("2026-11-21")  # type: ignore[arg-type]  # as a user might


def test_an_agenda_of_chosen_cases_has_their_answers_and_no_checks(desk: Desk) -> None:
    for day in (1, 2, 3):
        factories.registered(desk, received_at=factories.at(day))
    desk.register(factories.facts(nature=None), site="STD")
    desk.pgaac("CRE").add(factories.sheet("A-1"))
    whole = desk.agenda(date(2026, 7, 1))
    of = {
        CaseQuery(due_from=date(2026, 6, 16)): lambda one: one.due >= date(2026, 6, 16),
        CaseQuery(due_until=date(2026, 6, 15)): lambda one: one.due <= date(2026, 6, 15),
        CaseQuery(has_question=True): lambda one: one.question is not None,
        CaseQuery(sites={"STD"}): lambda one: one.site == "STD",
    }

    assert (len(whole.answers), len(whole.checks)) == (4, 1)
    for query, is_chosen in of.items():
        found = desk.agenda(date(2026, 7, 1), query=query)
        assert found.answers == tuple(filter(is_chosen, whole.answers))
        assert 0 < len(found.answers) < 4
        assert found.checks == ()
        assert desk.agenda(date(2026, 7, 1), query=query, limit=1).answers == found.answers[:1]
