"""Actions planned for cases, on the plans of their sites."""

from datetime import date, datetime

import pytest

from reclamation_core.cases import (
    AnswerDecision,
    Case,
    CaseState,
    ClosingReason,
    CommandRefusedError,
    DeadlineKind,
    Method,
)
from reclamation_core.cases.events import Alerted, Answered
from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.plans import ActionStatus, LineReference, PlanRefusedError, PlanScope, UnknownActionError
from tests.unit.desk.factories import analysed, at, judged, new_desk, overtaken, qualified, sheet

NATION = PlanScope.nation()


def of(site: str, action: str) -> LineReference:
    return LineReference(PlanScope.site(site), action)


def test_an_action_is_added_to_the_case_and_the_plan_of_its_unit(desk: Desk) -> None:
    case = desk.plan(analysed(desk, handling_unit="STD").reference, sheet(), sheet("A-2"))
    assert (case.actions, case.state) == ((of("STD", "A-1"), of("STD", "A-2")), CaseState.PLANNED)
    assert [action.cases for action in desk.pgaac("STD").actions] == [(case.reference,), (case.reference,)]
    assert desk.pgaac("CRE").actions == ()
    assert desk.pgaac("STD").current.events[0].occurred_at == case.events[-1].occurred_at


def test_a_sheet_that_names_another_case_is_refused(desk: Desk) -> None:
    case, other = analysed(desk), analysed(desk)
    with pytest.raises(FaultsError, match=r"plan it for each") as refused:
        desk.plan(case.reference, sheet(cases=(case.reference, other.reference)))
    assert [(fault.path, fault.value) for fault in refused.value.faults] == [
        ("cases", (case.reference, other.reference))
    ]
    assert desk.cases.get(case.reference) == case
    desk.plan(case.reference, sheet(cases=(case.reference,)))
    assert desk.pgaac("CRE").actions[0].cases == (case.reference,)


@pytest.mark.parametrize("cases", [("R-2026-000001",), ("R-9999-1",)])
def test_cases_named_on_a_plan_alone_are_refused(cases: tuple[str, ...], desk: Desk) -> None:
    planned = desk.plan(analysed(desk).reference, sheet())
    plan = desk.pgaac("CRE")
    before = plan.current
    with pytest.raises(FaultsError, match=f"cases: .*{cases[0]}.*; an action serves a case once it is planned"):
        plan.add(sheet("A-2", cases=cases))
    with pytest.raises(FaultsError, match=f"cases: .*{cases[0]}.*; an action serves a case once it is planned"):
        plan.amend("A-1", cases=cases)
    with pytest.raises(FaultsError, match=r"cases: \[\];"):
        plan.amend("A-1", cases=())
    assert (plan.current, desk.cases.get(planned.reference)) == (before, planned)


def test_an_existing_action_may_serve_one_more_case(desk: Desk) -> None:
    first = desk.plan(analysed(desk).reference, sheet())
    second = desk.plan(analysed(desk).reference, "A-1", sheet("A-2"))
    again = desk.plan(second.reference, "A-1")
    assert second.actions == again.actions == (of("CRE", "A-1"), of("CRE", "A-2"))
    one, two = desk.pgaac("CRE").actions
    assert (one.cases, two.cases) == ((first.reference, second.reference), (second.reference,))


def test_planning_an_unknown_action_or_none_is_refused_and_saves_nothing(desk: Desk) -> None:
    case = analysed(desk)
    with pytest.raises(UnknownActionError, match="'A-9'"):
        desk.plan(case.reference, sheet(), "A-9")
    assert (desk.cases.get(case.reference), desk.pgaac("CRE").actions) == (case, ())
    with pytest.raises(ValueError, match="if none is needed, state why"):
        desk.plan(case.reference)
    assert desk.cases.get(case.reference) == case


def test_a_refusal_by_case_or_plan_changes_neither(desk: Desk) -> None:
    case = analysed(desk)
    planned = desk.plan(case.reference, sheet())
    with pytest.raises(PlanRefusedError, match="is on the plan already"):
        desk.plan(case.reference, sheet("A-2"), sheet("A-1"))
    with pytest.raises(CommandRefusedError, match="causes are not analysed"):
        desk.plan(qualified(desk).reference, sheet("A-3"))
    assert desk.cases.get(case.reference) == planned
    assert [action.reference for action in desk.pgaac("CRE").actions] == ["A-1"]


def test_planning_is_retried_after_a_concurrent_change_of_the_plan(desk: Desk) -> None:
    desk.pgaac("CRE").add(sheet("A-0"))
    case = analysed(desk)
    late = overtaken(desk, lambda: desk.pgaac("CRE").progress("A-0"))
    planned = late.plan(case.reference, sheet())
    assert desk.cases.get(case.reference) == planned
    first, second = desk.pgaac("CRE").actions
    assert (first.status, second.cases) == (ActionStatus.IN_PROGRESS, (case.reference,))


def test_a_concurrently_used_reference_refuses_case_and_plan(desk: Desk) -> None:
    case = analysed(desk)
    late = overtaken(desk, lambda: desk.pgaac("CRE").add(sheet()))
    with pytest.raises(PlanRefusedError, match="A-1"):
        late.plan(case.reference, sheet())
    assert desk.cases.get(case.reference) == case
    assert len(desk.pgaac("CRE").actions) == 1


def test_a_case_is_closed_once_its_actions_are_settled(desk: Desk) -> None:
    case = desk.plan(analysed(desk).reference, sheet(), sheet("A-2"))
    desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Madame")
    plan = desk.pgaac("CRE")
    plan.abandon("A-2", reason="inutile")
    with pytest.raises(CommandRefusedError, match="follow-up is not settled"):
        desk.close(case.reference, reason=ClosingReason.ANSWERED)
    judged(plan, day=25)
    with pytest.raises(CommandRefusedError, match="follow-up is not settled"):
        desk.close(case.reference, reason=ClosingReason.ANSWERED)
    plan.close("A-1")
    assert desk.close(case.reference, reason=ClosingReason.ANSWERED).state is CaseState.CLOSED


def analysed_on_the_first(desk: Desk) -> Case:
    return desk.analyse(qualified(desk).reference, causes=("organisation",), method=Method.ISHIKAWA, occurred_at=at(1))


def test_a_closing_is_never_before_the_settlement_of_its_actions(desk: Desk) -> None:
    case = desk.plan(analysed_on_the_first(desk).reference, sheet(), occurred_at=at(2))
    desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Madame", occurred_at=at(3))
    plan = desk.pgaac("CRE")
    judged(plan, day=20)
    plan.close("A-1", occurred_at=at(22))

    for day in (19, 21):
        with pytest.raises(CommandRefusedError, match="cannot be before the event that justifies it"):
            desk.close(case.reference, reason=ClosingReason.ANSWERED, occurred_at=at(day))
    closed = desk.close(case.reference, reason=ClosingReason.ANSWERED, occurred_at=at(25))
    with pytest.raises(CommandRefusedError, match="contradicts the order of the acts"):
        desk.correct_date(case.reference, closed.version, happened_at=at(21), reason="une faute de frappe")
    corrected = desk.correct_date(case.reference, closed.version, happened_at=at(22), reason="une faute de frappe")
    assert corrected.closed_at == at(22)


def test_an_action_reopened_after_the_closing_allows_earlier_dates(desk: Desk) -> None:
    case = desk.plan(analysed_on_the_first(desk).reference, sheet(), occurred_at=at(2))
    desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Madame", occurred_at=at(4))
    plan = desk.pgaac("CRE")
    plan.abandon("A-1", reason="inutile", occurred_at=at(5))
    desk.close(case.reference, reason=ClosingReason.ANSWERED, occurred_at=at(6))
    plan.reopen("A-1", reason="utile", occurred_at=at(7))
    plan.abandon("A-1", reason="inutile", occurred_at=at(8))
    (answer,) = (one.number for one in desk.cases.get(case.reference).events if isinstance(one.data, Answered))
    moved = desk.correct_date(case.reference, answer, happened_at=at(3), reason="une faute de frappe")
    assert moved.answer_cycles[0].answered_at == at(3)


def test_a_closing_is_not_moved_into_a_reopened_period(desk: Desk) -> None:
    case = desk.plan(analysed_on_the_first(desk).reference, sheet(), sheet("A-2"), occurred_at=at(2))
    desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Madame", occurred_at=at(2))
    plan = desk.pgaac("CRE")
    judged(plan, "A-2", day=3)
    plan.reopen("A-2", reason="à refaire", occurred_at=at(4))  # judged and not closed: not settled
    plan.abandon("A-2", reason="inutile", occurred_at=at(4))
    plan.abandon("A-1", reason="inutile", occurred_at=at(6))
    plan.reopen("A-1", reason="utile", occurred_at=at(8))
    judged(plan, day=9)
    plan.reopen("A-1", reason="à refaire", occurred_at=at(10))
    plan.abandon("A-1", reason="inutile", occurred_at=at(12))
    closed = desk.close(case.reference, reason=ClosingReason.ANSWERED, occurred_at=at(14))

    for day in (5, 9, 11):
        with pytest.raises(CommandRefusedError, match="contradicts the order of the acts"):
            desk.correct_date(case.reference, closed.version, happened_at=at(day), reason="une faute de frappe")
    for day in (7, 12):  # settled at that date, and again now
        moved = desk.correct_date(case.reference, closed.version, happened_at=at(day), reason="une faute de frappe")
        assert moved.closed_at == at(day)


def test_actions_on_two_plans_are_settled_on_each(desk: Desk) -> None:
    case = desk.plan(analysed(desk).reference, sheet())
    desk.plan(case.reference, sheet(), scope=NATION)
    desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Madame")
    desk.pgaac("CRE").abandon("A-1", reason="inutile")
    with pytest.raises(CommandRefusedError, match="follow-up is not settled"):
        desk.close(case.reference, reason=ClosingReason.ANSWERED)
    desk.pgaac(NATION).abandon("A-1", reason="inutile")
    assert desk.close(case.reference, reason=ClosingReason.ANSWERED).state is CaseState.CLOSED


def test_a_due_check_raises_alerts_until_it_is_done(desk: Desk) -> None:
    case = desk.plan(analysed(desk).reference, sheet(), sheet("A-2", check_on=None), sheet("A-3"))
    desk.pgaac("STR").add(sheet(site="STR", check_on=date(2026, 1, 1)))
    judged(desk.pgaac("CRE"), "A-3", day=25)
    checks = [alert.alert for alert in desk.sweep(at(20)) if alert.alert.clock is DeadlineKind.EFFECTIVENESS]
    # A-3 was judged on the 25th: a sweep of that day or later raises the alerts reached before.
    assert [(alert.action, alert.due, alert.threshold.value) for alert in checks] == [
        (of("CRE", "A-1"), date(2026, 6, 20), "due_today"),
        (of("CRE", "A-3"), date(2026, 6, 20), "due_today"),
    ]
    assert desk.cases.get(case.reference).alerts[-2:] == tuple(checks)


def test_checks_of_equal_references_on_two_plans_raise_separate_alerts() -> None:
    desk = new_desk(at(1, month=11))
    case = analysed(desk)
    desk.plan(case.reference, sheet())
    planned = desk.plan(case.reference, sheet(site="STR", check_on=date(2026, 9, 30)), scope=PlanScope.site("STR"))
    assert planned.actions == (of("CRE", "A-1"), of("STR", "A-1"))
    assert [line.label() for line in planned.actions] == ["A-1 (centre CRE)", "A-1 (centre STR)"]
    assert [(alert.action, alert.due) for alert in effectiveness_alerts(desk, at(22))] == [
        (of("CRE", "A-1"), date(2026, 6, 20))
    ] * 2
    assert [(alert.action, alert.due) for alert in effectiveness_alerts(desk, at(30, month=9))] == [
        (of("STR", "A-1"), date(2026, 9, 30))
    ]


def effectiveness_alerts(desk: Desk, now: datetime) -> list[Alerted]:
    return [alert.alert for alert in desk.sweep(now) if alert.alert.clock is DeadlineKind.EFFECTIVENESS]
