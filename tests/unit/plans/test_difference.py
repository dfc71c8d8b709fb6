from typing import Any

import pytest

from reclamation_core.plans import Effectiveness, LineReference, Pgaac, events
from reclamation_core.plans.codes import LineChangeKind
from reclamation_core.plans.published import FieldChange, published_plan_difference
from reclamation_core.testing._plan_history import amended, plan_after, published
from tests.unit.plans import making
from tests.unit.plans.making import CRETEIL, NATION, at, sheet, signed, to_do

A_1 = LineReference(CRETEIL, "A-1")


def between(before: Pgaac, *added: Any) -> Pgaac:
    """The plan published before these events and after them."""
    first = plan_after(before, signed(10)(published()))
    return plan_after(first, *map(signed(11), added), signed(20)(published()))


JUDGED = events.ActionJudged(action="A-1", effectiveness=Effectiveness.EFFECTIVE, why="vu")
DONE = events.ActionDone(action="A-1", evidence="facture")
REOPENED = events.ActionReopened(action="A-1", reason="panne")
AFTER_REOPENING = "done evidence judgement closed reopenings"


def test_a_difference_has_the_change_of_each_line_and_field() -> None:
    for before, event, change, fields in [
        (to_do, amended("A-1", owner="Mme Blanc"), LineChangeKind.AMENDED, "owner"),
        (to_do, events.ActionProgressed(action="A-1"), LineChangeKind.STARTED, "started"),
        (making.in_progress, DONE, LineChangeKind.DONE, "done evidence"),
        (making.done, JUDGED, LineChangeKind.JUDGED, "judgement"),
        (making.effective, events.ActionClosed(action="A-1"), LineChangeKind.CLOSED, "closed"),
        (to_do, events.ActionAbandoned(action="A-1", reason="fin"), LineChangeKind.ABANDONED, "abandonment"),
        (making.closed, REOPENED, LineChangeKind.REOPENED, AFTER_REOPENING),
        (making.abandoned, REOPENED, LineChangeKind.REOPENED, "abandonment reopenings"),
    ]:
        difference = between(before(), event).difference(2)
        assert (difference.before, difference.number, difference.published_at) == (1, 2, at(20)), fields
        assert (difference.added, difference.left) == ((), ()), fields
        changed = [
            (line.reference, line.change, " ".join(field.name for field in line.fields)) for line in difference.changed
        ]
        assert changed == [(A_1, change, fields)], fields
        assert (difference.of(change), difference.of(LineChangeKind.ADDED)) == ((A_1,), ()), fields


def test_a_changed_field_has_both_values_and_an_unchanged_line_is_left_out() -> None:
    (line,) = between(to_do(), events.ActionProgressed(action="A-1")).difference(2).changed
    assert line.fields == (FieldChange("started", None, at(11)),)
    difference = between(to_do(), events.ActionAdded.of(sheet("A-2"))).difference(2)
    assert (difference.changed, [line.action.reference for line in difference.added]) == ((), ["A-2"])


def test_every_line_of_the_first_edition_is_added() -> None:
    difference = plan_after(to_do(), signed(2)(published())).difference(1)
    assert (difference.before, difference.of(LineChangeKind.ADDED), difference.changed) == (0, (A_1,), ())


def test_a_line_that_is_not_gathered_any_more_has_left() -> None:
    plan = plan_after(Pgaac(scope=NATION), signed(2)(published(gathered=to_do().lines)), signed(3)(published()))
    assert plan.difference(2).of(LineChangeKind.LEFT) == plan.difference(2).left == (A_1,)
    assert plan.difference(2).applied_to(plan.published_plans[0]) == plan.published_plans[1]


def test_a_difference_applies_only_to_the_previous_published_plan() -> None:
    plan = between(to_do(), events.ActionProgressed(action="A-1"), events.ActionAdded.of(sheet("A-2")))
    first, second = plan.published_plans
    assert plan.difference(1).applied_to(None) == first
    assert plan.difference(2).applied_to(first) == second
    with pytest.raises(ValueError, match=r"before: edition 2 of site:CRE is not the one .* give edition 1 of site:CRE"):
        plan.difference(2).applied_to(second)
    with pytest.raises(ValueError, match="before: edition 0 of site:CRE is not the one"):
        plan.difference(2).applied_to(None)


def test_editions_of_two_plans_have_no_difference() -> None:
    plans = (to_do(), Pgaac(scope=NATION))
    site, nation = (plan_after(plan, signed(2)(published())).published_plans[0] for plan in plans)
    with pytest.raises(ValueError, match="before: an edition of site:CRE has no difference to one of nation"):
        published_plan_difference(site, nation)
