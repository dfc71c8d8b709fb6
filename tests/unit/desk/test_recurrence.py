"""A cause that shows again opens again the action that was judged effective on it."""

from __future__ import annotations

from typing import Any

import pytest

from reclamation_core.cases import (
    Case,
    Method,
    SupportKind,
)
from reclamation_core.cases.plans import (
    ActionStatus,
    ActionType,
    PlanScope,
)
from reclamation_core.desk import Desk, LivingPlan
from reclamation_core.ports import ConcurrentChangeError
from reclamation_core.vocabulary import Level
from tests.unit.desk import making
from tests.unit.desk.making import at, judged, new_desk, overtaken, registered, sheet

NATION = PlanScope.nation()


def shown_again(desk: Desk, *, site: str = "CRE", when: int = 20, at_day: int | None = None) -> Case:
    case = registered(desk, site, at(when))
    desk.add_support(case.reference, kind=SupportKind.EMAIL, title="le courriel", at=at(when))
    desk.qualify(case.reference, problem="l'absence", severity_training=2, likelihood=2, recurrences=0, at=at(when))
    return desk.analyse(
        case.reference,
        causes=("organisation",),
        method=Method.FIVE_WHYS,
        at=None if at_day is None else at(at_day),
    )


def effective(desk: Desk, **changes: Any) -> LivingPlan:
    plan = desk.pgaac("CRE")
    plan.add(sheet(**changes), at=at(2))
    judged(plan)
    return plan


def test_a_cause_that_shows_again_opens_again_the_action_judged_effective_and_says_why() -> None:
    desk = new_desk()
    plan = effective(desk)
    plan.close("A-1", at=at(11))

    case = shown_again(desk)

    (action,) = plan.actions
    (reopening,) = action.reopenings
    assert action.status is ActionStatus.IN_PROGRESS
    assert (reopening.case, reopening.cause_family, reopening.at) == (case.reference, "organisation", at(1, month=7))
    assert reopening.recurrence is not None
    assert case.reference in reopening.recurrence.fr


def test_an_analysis_written_down_late_opens_again_as_of_now() -> None:
    # The verdict is of the 10th, the case of the 20th, the line closed on the 25th, the analysis told as of the 22nd.
    desk = new_desk()
    plan = effective(desk)
    plan.close("A-1", at=at(25))

    shown_again(desk, at_day=22)

    assert plan.actions[0].reopenings[0].at == at(1, month=7)


def test_an_analysis_on_a_clock_that_went_back_opens_again_all_the_same() -> None:
    clock = making.FakeClock(at(1, month=7))
    desk = new_desk(clock=clock)
    plan = effective(desk)
    plan.close("A-1")
    clock.set(at(28))

    shown_again(desk)

    assert plan.actions[0].reopenings[0].at == at(1, month=7)


@pytest.mark.parametrize(
    ("changes", "again"),
    [
        ({"cause_family": "matériel"}, {}),
        ({}, {"site": "STR"}),
        ({}, {"when": 5}),
        ({"type": ActionType.CURATIVE, "cause_family": None, "cause": None}, {}),
    ],
)
def test_another_cause_another_site_or_a_case_from_before_opens_nothing(
    changes: dict[str, Any], again: dict[str, Any]
) -> None:
    desk = new_desk()
    plan = effective(desk, **changes)
    before = plan.now

    shown_again(desk, **again)

    assert plan.now == before


def test_recurrence_and_analysis_are_kept_together_or_neither() -> None:
    desk = new_desk()
    plan = effective(desk)
    case = registered(desk, received_at=at(20))
    desk.add_support(case.reference, kind=SupportKind.EMAIL, title="le courriel")
    case = desk.qualify(case.reference, problem="l'absence", severity_training=2, likelihood=2, recurrences=0)
    late = overtaken(desk, lambda: plan.close("A-1"))

    with pytest.raises(ConcurrentChangeError, match="site:CRE"):
        late.analyse(case.reference, causes=("organisation",))

    assert desk.cases.get(case.reference) == case
    assert plan.actions[0].status is ActionStatus.CLOSED


def test_a_recurrence_is_seen_without_sites_too() -> None:
    desk = new_desk(sites=None)
    plan = effective(desk)
    desk.pgaac(NATION).add(sheet("A-N", site=None, level=Level.NATIONAL), at=at(2))
    judged(desk.pgaac(NATION), "A-N")

    shown_again(desk)

    assert len(plan.actions[0].reopenings) == 1
    assert len(desk.pgaac(NATION).actions[0].reopenings) == 1
