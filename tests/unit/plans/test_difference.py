from __future__ import annotations

from collections.abc import Callable

import pytest

from reclamation_core.plans import Effectiveness, LineReference, Pgaac
from reclamation_core.plans.codes import LineChangeKind
from reclamation_core.plans.published import FieldChange, published_plan_difference
from tests.unit.plans.making import (
    CRETEIL,
    NATION,
    at,
    closed,
    done,
    effective,
    in_progress,
    sheet,
    signed,
    to_do,
)

A_1 = LineReference(CRETEIL, "A-1")


def between(before: Pgaac, act: Callable[[Pgaac], Pgaac]) -> Pgaac:
    return act(before.publish(signed(10))).publish(signed(20))


@pytest.mark.parametrize(
    ("before", "act", "change", "fields"),
    [
        (to_do, lambda plan: plan.amend("A-1", signed(11), owner="Mme Blanc"), LineChangeKind.AMENDED, ["owner"]),
        (to_do, lambda plan: plan.progress("A-1", signed(11)), LineChangeKind.STARTED, ["started"]),
        (
            in_progress,
            lambda plan: plan.finish("A-1", signed(11), evidence="facture"),
            LineChangeKind.DONE,
            ["done", "evidence"],
        ),
        (
            done,
            lambda plan: plan.judge("A-1", Effectiveness.EFFECTIVE, signed(11), why="vu"),
            LineChangeKind.JUDGED,
            ["judgement"],
        ),
        (effective, lambda plan: plan.close("A-1", signed(11)), LineChangeKind.CLOSED, ["closed"]),
        (to_do, lambda plan: plan.abandon("A-1", signed(11), reason="fin"), LineChangeKind.ABANDONED, ["abandonment"]),
        (
            closed,
            lambda plan: plan.reopen("A-1", signed(11), reason="panne"),
            LineChangeKind.REOPENED,
            ["done", "evidence", "judgement", "closed", "reopenings"],
        ),
        (
            lambda: to_do().abandon("A-1", signed(3), reason="fin"),
            lambda plan: plan.reopen("A-1", signed(11), reason="reprise"),
            LineChangeKind.REOPENED,
            ["abandonment", "reopenings"],
        ),
    ],
)
def test_a_difference_has_the_change_of_each_line_and_field(
    before: Callable[[], Pgaac], act: Callable[[Pgaac], Pgaac], change: LineChangeKind, fields: list[str]
) -> None:
    difference = between(before(), act).difference(2)

    assert (difference.before, difference.number, difference.published_at) == (1, 2, at(20))
    assert (difference.added, difference.left) == ((), ())
    assert [(line.reference, line.change, [field.name for field in line.fields]) for line in difference.changed] == [
        (A_1, change, fields)
    ]
    assert difference.of(change) == (A_1,)
    assert difference.of(LineChangeKind.ADDED) == ()


def test_a_changed_field_has_both_values() -> None:
    (line,) = between(to_do(), lambda plan: plan.progress("A-1", signed(11))).difference(2).changed

    assert line.fields == (FieldChange("started", None, at(11)),)


def test_every_line_of_the_first_edition_is_added() -> None:
    difference = to_do().publish(signed(2)).difference(1)

    assert (difference.before, difference.of(LineChangeKind.ADDED), difference.changed) == (0, (A_1,), ())


def test_an_unchanged_line_is_left_out() -> None:
    difference = between(to_do(), lambda plan: plan.add(sheet("A-2"), signed(11))).difference(2)

    assert difference.changed == ()
    assert [line.action.reference for line in difference.added] == ["A-2"]


def test_a_line_that_is_not_gathered_any_more_has_left() -> None:
    plan = Pgaac(scope=NATION).publish(signed(2), gathered=to_do().lines).publish(signed(3))

    assert plan.difference(2).of(LineChangeKind.LEFT) == plan.difference(2).left == (A_1,)
    assert plan.difference(2).applied_to(plan.published_plans[0]) == plan.published_plans[1]


def test_a_difference_applies_only_to_the_previous_published_plan() -> None:
    plan = between(to_do(), lambda plan: plan.progress("A-1", signed(11)).add(sheet("A-2"), signed(12)))
    first, second = plan.published_plans

    assert plan.difference(1).applied_to(None) == first
    assert plan.difference(2).applied_to(first) == second
    with pytest.raises(ValueError, match=r"before: edition 2 of site:CRE is not the one .* give edition 1 of site:CRE"):
        plan.difference(2).applied_to(second)
    with pytest.raises(ValueError, match="before: edition 0 of site:CRE is not the one"):
        plan.difference(2).applied_to(None)


def test_editions_of_two_plans_have_no_difference() -> None:
    site, nation = (
        to_do().publish(signed(2)).published_plans[0],
        Pgaac(scope=NATION).publish(signed(2)).published_plans[0],
    )

    with pytest.raises(ValueError, match="before: an edition of site:CRE has no difference to one of nation"):
        published_plan_difference(site, nation)
