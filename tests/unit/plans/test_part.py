"""A part of a plan, on which is decided what would be decided on the whole; the actions that indicators count."""

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases.aggregate import CommandContext
from reclamation_core.plans import (
    Pgaac,
    PlanEventStreamError,
    PlanPart,
    PlanRefusedError,
    PlanScope,
    UnknownActionError,
    events,
)
from reclamation_core.plans.known import known_actions
from reclamation_core.plans.published import PlanLine
from reclamation_core.testing._plan_history import Signer, amended, plan_after, published
from reclamation_core.testing.contracts.samples import a_plan, a_sheet, signed
from reclamation_core.testing.strategies.plan import busy_pgaacs, pgaacs
from reclamation_core.vocabulary import Level
from tests.unit.desk import factories

VERBS: tuple[Any, ...] = (
    lambda plan, action, sign: plan_after(plan, sign(amended(action, what="tenir deux viviers"))),
    lambda plan, action, sign: plan_after(plan, sign(events.ActionProgressed(action=action))),
    lambda plan, action, sign: plan_after(plan, sign(events.ActionDone(action=action, evidence="la liste"))),
    lambda plan, action, sign: plan_after(plan, sign(events.ActionClosed(action=action))),
    lambda plan, action, sign: plan_after(plan, sign(events.ActionAbandoned(action=action, reason="inutile"))),
    lambda plan, action, sign: plan_after(plan, sign(events.ActionReopened(action=action, reason="encore"))),
    lambda plan, action, sign: plan_after(plan, sign(events.TextsForgotten(action=action))),
    lambda plan, action, sign: plan_after(plan, sign(events.ActionAdded.of(a_sheet(action)))),
)


def outcome(verb: Any, plan: Any, action: str, sign: Any) -> Any:
    """The plan or the part after a verb, or the refusal in words."""
    try:
        return verb(plan, action, sign)
    except (PlanRefusedError, UnknownActionError) as refusal:
        return str(refusal)


@given(plan=pgaacs(most=15), verb=st.sampled_from(VERBS), action=st.sampled_from(["X-1", "X-2", "X-9"]))
def test_a_command_on_a_part_is_the_same_on_the_whole_plan(plan: Pgaac, verb: Any, action: str) -> None:
    at = (plan.recorded_at or signed().occurred_at) + timedelta(days=1)
    sign = Signer(occurred_at=at, context=CommandContext(now=at, salt=lambda: bytes(16)))  # both seal alike
    whole, part, outline = (outcome(verb, each, action, sign) for each in (plan, plan.part([action]), plan.part()))
    if isinstance(whole, str):
        assert part == outline == whole
    else:
        assert (part, outline.part([action]), outline) == (whole.part([action]), part, whole.part())
        assert plan.extended_by(part) == plan.extended_by(outline) == whole
        assert outline.to_document(texts=True) == whole.to_document(texts=True)


@given(plan=busy_pgaacs(scopes=st.just(PlanScope.nation())), place=st.integers(0, 3))
def test_an_outline_publishes_and_reads_publications_as_the_whole_plan(plan: Pgaac, place: int) -> None:
    sent = [event for event in plan.events if event.subject is None][place : place + 2]
    read = plan.part().with_published(iter(sent[::-1]))
    assert (read.part(), read.published_plans) == (plan.part(), plan.published_plans[place : place + 2])
    at = datetime(2027, 1, 1, tzinfo=UTC)
    sign = Signer(occurred_at=at, context=CommandContext(now=at, salt=lambda: bytes(16)))
    verb = published(gathered=[PlanLine(PlanScope.site("B"), attrs.evolve(plan.actions[0], cases=("R-1",)))])
    whole: Pgaac = plan_after(plan, sign(verb))
    part: PlanPart = plan_after(read, sign(verb))
    assert (part.part(), part.published_plans[-1]) == (whole.part(), whole.published_plans[-1])
    assert (part.named_cases, plan.extended_by(part)) == (frozenset({"R-1"}) | plan.named_cases, whole)
    assert (
        part.hiding(["R-1"]).published_plans[-1]
        == whole.hiding(["R-1"]).published_plans[-1]
        != part.published_plans[-1]
    )


def test_a_part_makes_no_edition_and_fits_its_plan() -> None:
    part = a_plan().part(["A-1"])
    with pytest.raises(TypeError, match="an edition is published from the whole plan"):
        plan_after(part, signed()(events.PlanPublished(number=1)))
    with pytest.raises(PlanEventStreamError, match="an edition is made from the whole plan"):
        part.followed_by(plan_after(a_plan(), signed()(published())).events[1:])
    plan = plan_after(a_plan(), signed()(published()), signed()(published()))
    for wrong in (1, 3):
        with pytest.raises(PlanEventStreamError, match="edition 2 is the next"):
            plan.part().with_published([attrs.evolve(plan.events[-1], data=events.PlanPublished(number=wrong))])
    with pytest.raises(PlanEventStreamError, match="the plan ends before it"):
        PlanPart.from_events(plan.scope, 1, plan.recorded_at, plan.events[:2], plan.vault)


def test_a_new_plan_begins_as_a_part_too() -> None:
    part = plan_after(PlanPart(scope=PlanScope.site("CRE")), signed()(events.ActionAdded.of(a_sheet())))
    plan = Pgaac(scope=part.scope).extended_by(part)
    assert plan == Pgaac.from_events(part.scope, part.events, part.vault)
    assert plan.part(["A-1"]) == part


def test_an_action_counts_for_its_own_site_and_else_for_that_of_its_plan(desk: Any) -> None:
    plans = [desk.pgaac("CRE"), desk.pgaac(PlanScope.nation())]
    for plan in plans:
        plan.add(factories.sheet("A-1", site=None, level=Level.NATIONAL))
        plan.add(factories.sheet("A-2", site="STR"))
        plan.publish()
    ends = (plans[0].current.events[0].recorded_at, factories.at(30, month=12))
    none, found = (known_actions([one.current.part() for one in plans], end, datetime.date) for end in ends)
    units = {"site:CRE/A-1": "CRE", "site:CRE/A-2": "STR", "nation/A-1": None, "nation/A-2": "STR"}
    assert ([*none], {one.reference: one.unit for one in found}) == ([], units)
