"""A recurrence reopens the action that was judged effective on its cause."""

import json
from typing import Any

import pytest

from reclamation_core.cases import Case, ClosingReason, Method
from reclamation_core.desk import Desk, PlanService
from reclamation_core.plans import ActionStatus, Effectiveness, PlanScope, event_document
from reclamation_core.reporting import Report, ReportFormat, report_bytes
from reclamation_core.vocabulary import Level
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.desk.factories import at, judged, new_desk, overtaken, sheet

NATION = PlanScope.nation()


def shown_again(desk: Desk, *, site: str = "CRE", when: int = 20, at_day: int | None = None) -> Case:
    case = factories.qualified(desk, site, at(when))
    return desk.analyse(
        case.reference,
        causes=("organisation",),
        method=Method.FIVE_WHYS,
        occurred_at=None if at_day is None else at(at_day),
    )


def effective(desk: Desk, **changes: Any) -> PlanService:
    plan = desk.pgaac("CRE")
    plan.add(sheet(**changes), occurred_at=at(2))
    judged(plan)
    return plan


def test_a_recurrence_reopens_the_effective_action_with_its_reason(desk: Desk) -> None:
    plan = effective(desk)
    plan.close("A-1", occurred_at=at(11))
    case = shown_again(desk)
    (action,) = plan.actions
    (reopening,) = action.reopenings
    assert action.status is ActionStatus.IN_PROGRESS
    assert (reopening.case, reopening.cause_family, reopening.at) == (case.reference, "organisation", at(1, month=7))
    assert reopening.recurrence is not None
    assert case.reference in reopening.recurrence.fr


def test_an_analysis_recorded_late_reopens_the_action_as_of_now() -> None:
    # The verdict is of the 10th, the case of the 20th, the action closed on the 25th, the analysis dated the 22nd.
    desk = new_desk()
    plan = effective(desk)
    plan.close("A-1", occurred_at=at(25))
    shown_again(desk, at_day=22)
    assert plan.actions[0].reopenings[0].at == at(1, month=7)


def test_an_analysis_by_a_clock_set_back_reopens_the_action() -> None:
    clock = factories.FakeClock(at(1, month=7))
    desk = new_desk(clock=clock)
    plan = effective(desk)
    plan.close("A-1")
    clock.set(at(28))
    shown_again(desk)
    assert plan.actions[0].reopenings[0].at == at(1, month=7)


def lose_the_connection() -> None:
    raise ConnectionError


def test_a_reopening_and_its_analysis_are_one_transaction(desk: Desk) -> None:
    plan = effective(desk)
    case = factories.qualified(desk, received_at=at(20))

    with pytest.raises(ConnectionError):
        overtaken(desk, lose_the_connection).analyse(case.reference, causes=("organisation",))
    assert (desk.cases.get(case.reference), plan.actions[0].reopenings) == (case, ())

    # The plan changes concurrently: the desk decides again on its new version.
    analysed = overtaken(desk, lambda: plan.close("A-1")).analyse(case.reference, causes=("organisation",))
    assert desk.cases.get(case.reference) == analysed
    assert len(plan.actions[0].reopenings) == 1


def test_a_recurrence_is_found_without_a_list_of_sites() -> None:
    desk = new_desk(sites=None)
    plan = effective(desk)
    desk.pgaac(NATION).add(sheet("A-N", site=None, level=Level.NATIONAL), occurred_at=at(2))
    judged(desk.pgaac(NATION), "A-N")
    shown_again(desk)
    assert len(plan.actions[0].reopenings) == 1
    assert len(desk.pgaac(NATION).actions[0].reopenings) == 1


def done(desk: Desk, **changes: Any) -> PlanService:
    """Return a plan with an action done on the 2nd and not judged."""
    plan = desk.pgaac("CRE")
    plan.add(sheet(**changes), occurred_at=at(2))
    plan.finish("A-1", evidence="la liste", occurred_at=at(2))
    return plan


def test_a_late_verdict_reads_every_page_of_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.desk.plan_access.PAGE", 1)
    desk = new_desk()
    plan = done(desk)
    for day in (3, 4, 20):
        shown_again(desk, when=day)
    plan.judge("A-1", Effectiveness.EFFECTIVE, why="aucune absence", occurred_at=at(10))
    assert [reopening.case for reopening in plan.actions[0].reopenings] == ["R-2026-000003"]


def test_a_verdict_is_undone_by_a_case_outside_the_scope(desk: Desk) -> None:
    plan = done(desk, spread=("STR",))
    case = shown_again(desk, site="STR")
    desk.scoped(site="CRE").pgaac("CRE").judge("A-1", Effectiveness.EFFECTIVE, why="aucune absence", occurred_at=at(10))
    assert [reopening.case for reopening in plan.actions[0].reopenings] == [case.reference]


def printed(desk: Desk, scope: PlanScope | str) -> dict[str, str]:
    """Return what a desk shows of a plan, by what shows it."""
    plan, numbers = desk.pgaac(scope), range(1, 1 + len(desk.pgaac(scope).published_plans))
    return {
        "events": str([getattr(event.data, "case", None) for event in plan.current.events]),
        "feed": json.dumps(
            [event_document(item.event) for item in desk.plan_feed() if item.event.plan == plan.current.scope]
        ),
        "page": plan.to_html(texts=True),
        "document": json.dumps(plan.current.to_document(texts=True), default=str),
        "published": json.dumps([plan.published_plan_to_document(one, texts=True) for one in numbers], default=str),
        "report": "".join(report_text(desk.reports.plan(scope, number)) for number in (None, *numbers)),
    }


def report_text(report: Report) -> str:
    return report_bytes(report, ReportFormat.HTML).decode() + report_bytes(report, ReportFormat.JSON).decode()


@pytest.mark.parametrize(
    ("own", "scope"), [({"site": "CRE"}, "CRE"), ({"region": "Île-de-France"}, PlanScope.region("Île-de-France"))]
)
def test_a_desk_with_a_scope_is_not_shown_the_foreign_case_that_reopened_an_action(
    own: dict[str, str], scope: PlanScope | str
) -> None:
    desk = new_desk()
    effective(desk, spread=("STR",))
    case = shown_again(desk, site="STR")
    desk.pgaac("CRE").publish()
    desk.pgaac(PlanScope.region("Île-de-France")).publish()
    named = {name for name, text in printed(desk, scope).items() if case.reference in text}
    assert named >= {"report", "published", "feed"}

    foreign = printed(desk.scoped(**own), scope)
    assert {name for name, text in foreign.items() if case.reference in text} == set()
    assert "récurrence : un dossier d'un autre centre a la même famille de cause" in plain(foreign["report"])
    shown: list[Any] = [*desk.pgaac(scope).current.events, *desk.pgaac(scope).current.lines]
    assert [one.hiding({"R-9"}) for one in shown] == shown
    desk.scoped(site="CRE").pgaac("CRE").progress("A-1")  # what is stored is unchanged
    assert case.reference in printed(desk, "CRE")["report"]


@pytest.mark.parametrize("told_first", ["the analysis", "the reopening"])
def test_an_analysis_before_a_reopening_counts_from_the_receipt(told_first: str, desk: Desk) -> None:
    plan = effective(desk)  # judged on the tenth
    case = factories.qualified(desk, "CRE", at(8))

    def analyse(day: int) -> None:
        desk.analyse(case.reference, causes=("organisation",), method=Method.FIVE_WHYS, occurred_at=at(day))

    if told_first == "the analysis":
        analyse(9)
    desk.withdraw(case.reference, occurred_at=at(12))
    desk.close(case.reference, reason=ClosingReason.WITHDRAWN, occurred_at=at(12))
    desk.reopen(case.reference, reason="de nouveau", occurred_at=at(20))
    if told_first == "the reopening":
        analyse(9)

    assert plan.current.action("A-1").status is ActionStatus.VERIFIED
    analyse(21)
    assert plan.current.action("A-1").status is ActionStatus.IN_PROGRESS
