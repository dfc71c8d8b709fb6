"""A site removed from the list belongs to no region; its cases and its plan are unchanged."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from reclamation_core.cases import Case
from reclamation_core.desk import Desk
from reclamation_core.errors import ReclamationError
from reclamation_core.plans import PlanScope
from reclamation_core.vocabulary import Level, Role, Sites
from tests.inside import store_of
from tests.unit.desk.examples import VERBS
from tests.unit.desk.factories import SITES, FakeClock, at, closed, judged, new_desk, qualified, registered, sheet

WITHOUT = Sites(SITES[code] for code in SITES if code != "CRE")
REGION = PlanScope.region("Île-de-France")


def told(desk: Desk, sites: Sites | None, act: Callable[[Desk], Any]) -> object:
    """Return the result of a command on a desk with these sites; the message of an error."""
    there = Desk(store_of(desk), sites=sites, clock=FakeClock(at(1, month=7))).acting("Mme Roux", Role.RQR)
    try:
        done = act(there)
    except ReclamationError as error:
        return type(error), str(error)
    return (done.state, done.version, done.actions, done.level) if isinstance(done, Case) else done


def asked(verb: Callable[[Desk, str], object], reference: str, desk: Desk) -> object:
    return verb(desk, reference)


@pytest.mark.parametrize("sites", [WITHOUT, None], ids=["not listed", "no list"])
@pytest.mark.parametrize("make", [registered, qualified, closed])
def test_commands_on_cases_of_a_removed_site_work_as_before(make: Callable[..., Case], sites: Sites | None) -> None:
    for verb in [name for name in VERBS if name != "reroute"]:
        outcomes = []
        for known in (SITES, sites):
            desk = new_desk()
            region = desk.pgaac(REGION)
            region.add(sheet("A-R", site=None, level=Level.REGIONAL), occurred_at=at(1))
            judged(region, "A-R", day=1)
            case = make(desk, site="CRE", received_at=at(20))
            outcomes.append(told(desk, known, partial(asked, VERBS[verb], case.reference)))
        assert outcomes[0] == outcomes[1], verb


def test_the_plan_of_a_removed_site_is_gathered_by_the_nation_only(desk: Desk) -> None:
    desk.pgaac("CRE").add(sheet("A-CRE"))
    desk.pgaac("STD").add(sheet("A-STD", site="STD"))

    def published(scope: PlanScope) -> Any:
        return told(desk, WITHOUT, lambda there: [str(one.reference) for one in there.pgaac(scope).publish().lines])

    assert published(PlanScope.region("Grand Est")) == []
    assert published(REGION) == ["site:STD/A-STD"]
    assert published(PlanScope.nation()) == ["site:CRE/A-CRE", "site:STD/A-STD"]


def test_the_plan_of_a_removed_site_may_be_read_and_completed(desk: Desk) -> None:
    desk.pgaac("CRE").add(sheet("A-CRE"))
    plan = Desk(store_of(desk), sites=WITHOUT, clock=FakeClock(at(1, month=7))).pgaac("CRE")
    assert [action.reference for action in plan.actions] == ["A-CRE"]
    assert plan.abandon("A-CRE", reason="le centre a fermé").action("A-CRE").abandonment is not None
    assert plan.publish().number == 1
