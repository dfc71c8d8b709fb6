"""The actions of plans as indicators count them."""

from typing import Any

from reclamation_core.plans import PlanScope
from reclamation_core.plans.known import known_actions
from reclamation_core.vocabulary import Level
from tests.unit.desk import factories


def test_an_action_counts_for_its_own_site_and_else_for_that_of_its_plan(desk: Any) -> None:
    plans = [desk.pgaac("CRE"), desk.pgaac(PlanScope.nation())]
    for plan in plans:
        plan.add(factories.sheet("A-1", site=None, level=Level.NATIONAL))
        plan.add(factories.sheet("A-2", site="STR"))
    found = known_actions((plan.current for plan in plans), factories.at(30, month=12), lambda moment: moment.date())
    units = {"site:CRE/A-1": "CRE", "site:CRE/A-2": "STR", "nation/A-1": None, "nation/A-2": "STR"}
    assert {one.reference: one.unit for one in found} == units
