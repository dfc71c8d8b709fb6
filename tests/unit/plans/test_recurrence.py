from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
import pytest

from reclamation_core.cases import Case, DecisionContext, RegistrationCommand, open_case
from reclamation_core.cases.events import Analysed
from reclamation_core.desk import Registration
from reclamation_core.plans import (
    ActionStatus,
    ActionType,
    Effectiveness,
    Occurrence,
    Pgaac,
    PlanRefusedError,
    PlanScope,
    recurrences,
)
from reclamation_core.plans.events import ActionAdded, ActionDone, ActionJudged
from reclamation_core.policy import m2_1
from reclamation_core.testing._plan_history import plan_after
from reclamation_core.vocabulary import Level, MalfunctionFacts, Role, Sites
from tests.unit.plans.making import (
    CRETEIL,
    NATION,
    PARIS_REGION,
    PLANS,
    SITES,
    at,
    closed,
    effective,
    reopened_by,
    sheet,
    signed,
)


def occurrence(**changes: Any) -> Occurrence:
    given: dict[str, Any] = {"case": "C-9", "families": {"matériel"}, "sites": ("CRE",), "received_at": at(10)}
    return Occurrence(**(given | changes))


@pytest.mark.parametrize("state", PLANS)
def test_a_cause_that_comes_back_reopens_what_was_judged_effective_and_nothing_else(state: str) -> None:
    found = recurrences(PLANS[state](), occurrence(), SITES)
    assert [reopening.action for reopening in found] == (["A-1"] if state in {"effective", "closed"} else [])


def test_a_recurrence_reopens_the_line_with_its_reason() -> None:
    plan = reopened_by(closed(), occurrence(), SITES, signed(11))
    (reopening,) = plan.action("A-1").reopenings
    assert plan.action("A-1").status is ActionStatus.IN_PROGRESS
    assert (reopening.case, reopening.cause_family, reopening.reason, reopening.at) == ("C-9", "matériel", None, at(11))
    assert reopening.recurrence is not None
    assert reopening.recurrence.fr == "récurrence : le dossier C-9 a la même famille de cause « matériel »"
    assert reopening.recurrence.en == "recurrence: case C-9 has the same family of cause 'matériel'"


def test_a_second_search_finds_no_recurrence_even_after_a_new_judgement() -> None:
    plan = reopened_by(closed(), occurrence(), SITES, signed(11))
    assert recurrences(plan, occurrence(), SITES) == ()
    again = plan_after(
        plan,
        signed(12)(ActionDone(action="A-1", evidence="f")),
        signed(13)(ActionJudged(action="A-1", effectiveness=Effectiveness.EFFECTIVE, why="vu")),
    )
    assert recurrences(again, occurrence(), SITES) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"received_at": at(4)}, False, id="received at the very instant of the verdict"),
        pytest.param({"received_at": at(4, 10)}, True, id="received an hour after"),
        pytest.param({"received_at": at(3)}, False, id="received before"),
        pytest.param({"families": {"pédagogie", "matériel"}}, True, id="one family of several"),
        pytest.param({"families": {"pédagogie"}}, False, id="another family"),
        pytest.param({"families": ()}, False, id="no cause found yet"),
        pytest.param({"sites": ("STD",)}, False, id="another site"),
        pytest.param({"sites": ("STD", "CRE")}, True, id="several sites"),
        pytest.param({"sites": ("STR",)}, True, id="a site that the action was spread to"),
    ],
)
def test_a_recurrence_has_family_site_and_date_of_the_action(changes: dict[str, Any], expected: bool) -> None:
    assert bool(recurrences(effective(spread=("STR",)), occurrence(**changes), SITES)) is expected


def test_an_action_without_a_family_of_cause_meets_no_recurrence() -> None:
    assert recurrences(effective(type=ActionType.CURATIVE, cause_family=None), occurrence(), SITES) == ()


def of_level(scope: PlanScope, level: Level, **changes: Any) -> Pgaac:
    made = sheet(site=None, level=level, **changes)
    done = plan_after(
        Pgaac(scope=scope), signed(1)(ActionAdded.of(made)), signed(2)(ActionDone(action="A-1", evidence="note"))
    )
    return plan_after(done, signed(3)(ActionJudged(action="A-1", effectiveness=Effectiveness.EFFECTIVE, why="vu")))


@pytest.mark.parametrize(
    ("make", "site", "expected"),
    [
        (lambda: of_level(CRETEIL, Level.LOCAL), "CRE", True),
        (lambda: of_level(CRETEIL, Level.LOCAL), "STD", False),
        (lambda: of_level(CRETEIL, Level.LOCAL, spread=("STD",)), "STD", True),
        (lambda: of_level(PARIS_REGION, Level.REGIONAL), "STD", True),
        (lambda: of_level(PARIS_REGION, Level.REGIONAL), "STR", False),
        (lambda: of_level(PARIS_REGION, Level.REGIONAL, spread=("STR",)), "STR", True),
        (lambda: of_level(NATION, Level.NATIONAL), "STR", True),
    ],
)
def test_an_action_of_a_level_reaches_sites_of_its_plan(make: Callable[[], Pgaac], site: str, expected: bool) -> None:
    assert bool(recurrences(make(), occurrence(sites=(site,)), SITES)) is expected


def test_the_nation_reaches_every_site_and_a_region_its_own() -> None:
    assert len(recurrences(of_level(NATION, Level.NATIONAL), occurrence(), Sites())) == 1
    assert recurrences(of_level(PARIS_REGION, Level.REGIONAL), occurrence(), Sites()) == ()


def test_a_recurrence_dated_before_the_closing_cannot_undo_it() -> None:
    with pytest.raises(PlanRefusedError, match="is before the latest step of the action"):
        reopened_by(closed(), occurrence(), SITES, signed(4))


def registered(**changes: Any) -> Case:
    facts = MalfunctionFacts(received_at=at(8))
    around = DecisionContext(policy=m2_1(), now=at(10))
    command = RegistrationCommand(
        registration=Registration(facts=facts, site="CRE", **changes),
        calendar=SITES["CRE"].calendar(),
        actor="x",
        role=Role.AQ,
        occurred_at=at(9),
    )
    return Case.from_events([open_case("C-9", command, around).event])


def test_an_occurrence_has_the_causes_and_the_sites_of_its_case() -> None:
    case = registered(service_sites=("STD", "STR"))
    analysed = attrs.evolve(case, analysis=Analysed(causes=("matériel", "pédagogie", "matériel")))
    assert Occurrence.of_case(case) == Occurrence(case="C-9", families=(), sites=("STD", "STR"), received_at=at(8))
    assert Occurrence.of_case(analysed).families == {"matériel", "pédagogie"}
    assert Occurrence.of_case(registered()).sites == ("CRE",)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"case": ""}, "case: ''; a name"),
        ({"families": "matériel"}, "families: a list is expected, got a str alone"),
        ({"families": {""}}, "families: ''; a name"),
        ({"sites": "CRE"}, "sites: a list is expected, got a str alone"),
        ({"received_at": datetime(2026, 5, 1)}, "received_at: .* has no time zone"),  # noqa: DTZ001
    ],
)
def test_an_occurrence_refuses_a_wrong_field(changes: dict[str, Any], told: str) -> None:
    with pytest.raises((TypeError, ValueError), match=told):
        occurrence(**changes)
