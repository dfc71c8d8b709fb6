"""Actions and the cases that they serve, under random commands of scoped desks."""

from collections import Counter
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import Case, DeadlineKind, Threshold
from reclamation_core.desk import Desk
from reclamation_core.errors import ReclamationError
from reclamation_core.plans import Pgaac, PlanScope
from tests.inside import store_of
from tests.unit.desk.factories import SITES, analysed, at, new_desk, sheet

PLACES = ("CRE", "STD", "STR")
ACTIONS = st.sampled_from(["A-1", "A-2"])
CASES = st.sampled_from([f"R-2026-00000{number}" for number in range(1, 5)])  # the last belongs to no desk
SCOPES = st.sampled_from([*map(PlanScope.site, PLACES), PlanScope.region(SITES["CRE"].region), PlanScope.nation()])
ACTS = st.one_of(
    st.tuples(st.just("plan"), CASES, ACTIONS, SCOPES),
    st.tuples(st.just("plan a new one"), CASES, ACTIONS, SCOPES, st.sets(CASES, max_size=2)),
    st.tuples(st.just("add"), ACTIONS, SCOPES, st.sets(CASES, max_size=1)),
    st.tuples(st.just("amend"), ACTIONS, SCOPES, st.sets(CASES, max_size=2)),
)


def ask(desk: Desk, act: Any) -> None:
    match act:
        case ("plan", case, action, scope):
            desk.plan(case, action, scope=scope)
        case ("plan a new one", case, action, scope, others):
            desk.plan(case, sheet(action, cases=sorted(others)), scope=scope)
        case ("add", action, scope, cases):
            desk.pgaac(scope).add(sheet(action, cases=sorted(cases)))
        case ("amend", action, scope, cases):
            desk.pgaac(scope).amend(action, cases=sorted(cases))


def everything(desk: Desk) -> tuple[dict[str, Case], tuple[Pgaac, ...]]:
    with store_of(desk).unit_of_work() as unit:
        plans = tuple(unit.plans.get(scope) for scope in unit.plans.scopes())
    return {case.reference: case for case in desk.cases.find().cases}, plans


@given(acts=st.lists(st.tuples(st.sampled_from([None, *PLACES]), ACTS), max_size=8))
def test_actions_and_their_cases_name_each_other_inside_the_scope(acts: list[tuple[str | None, Any]]) -> None:
    desk = new_desk()
    for site in PLACES:
        analysed(desk, site=site)

    for place, act in acts:
        here = desk if place is None else desk.scoped(site=place)
        before, _ = everything(desk)
        try:
            ask(here, act)
        except ReclamationError:
            assert everything(desk)[0] == before
        cases, plans = everything(desk)
        seen = {case.reference for case in here.cases.find().cases}
        assert {key: case for key, case in cases.items() if key not in seen} == {
            key: case for key, case in before.items() if key not in seen
        }
        serving = {(line.reference, case) for plan in plans for line in plan.lines for case in line.action.cases}
        assert serving == {(line, case.reference) for case in cases.values() for line in case.actions}


DAYS = st.dates(date(2026, 6, 10), date(2026, 6, 25))


@given(
    planned=st.lists(st.tuples(st.integers(1, 3), ACTIONS, SCOPES, DAYS), max_size=8),
    swept_on=st.lists(st.integers(8, 29), max_size=3),
)
def test_a_due_check_raises_one_alert_a_case(
    planned: list[tuple[int, str, PlanScope, date]], swept_on: list[int]
) -> None:
    desk = new_desk()
    for site in PLACES:
        analysed(desk, site=site)
    expected: dict[tuple[PlanScope, str], tuple[date, set[str]]] = {}
    for number, action, scope, check_on in planned:
        case = f"R-2026-00000{number}"
        known = expected.setdefault((scope, action), (check_on, set()))
        desk.plan(case, action if known[1] else sheet(action, check_on=check_on), scope=scope)
        known[1].add(case)

    for day in sorted(swept_on):
        desk.sweep(at(day))
    desk.sweep(at(30))

    told = Counter(
        (case.reference, str(alert.action), alert.due)
        for case in desk.cases.find().cases
        for alert in case.alerts
        if alert.threshold is Threshold.OVERDUE and alert.clock is DeadlineKind.EFFECTIVENESS
    )
    assert told == Counter(
        (case, f"{scope}/{action}", due) for (scope, action), (due, cases) in expected.items() for case in cases
    )
