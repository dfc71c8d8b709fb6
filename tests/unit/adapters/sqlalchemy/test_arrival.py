"""The order in which events and texts came is held to the story."""

from __future__ import annotations

from typing import Final

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.desk import Desk, Discrepancy
from reclamation_core.plans import PlanScope
from reclamation_core.testing.contracts.samples import desk_on
from tests.unit.adapters.sqlalchemy.asking import run
from tests.unit.desk import factories

CASE: Final = "R-2026-000001"


def told(store: SqlAlchemyStore) -> Desk:
    """A case and a plan that have several events with texts."""
    desk = desk_on(store)
    desk.plan(factories.analysed(desk, complainant="Mme Durand").reference, factories.sheet())
    factories.judged(desk.pgaac(PlanScope.site("CRE")))
    desk.feed()
    return desk


def test_events_that_are_in_the_feed_in_another_order_are_told(store: SqlAlchemyStore) -> None:
    desk = told(store)
    run(store, "UPDATE reclamation_case_events SET position = 1000 + position WHERE number = 1")

    assert list(desk.verify()) == [Discrepancy(CASE, "reclamation_case_events.position")]


def test_events_without_a_place_in_the_feed_have_their_order_too(on_postgresql: SqlAlchemyStore) -> None:
    desk = told(on_postgresql)
    desk.contain(CASE, measure="un remplaçant est venu")
    desk.contain(CASE, measure="un autre aussi")
    assert list(desk.verify()) == []

    last = "SELECT max(number) FROM reclamation_case_events"
    far = f"UPDATE reclamation_case_events SET position = -1000000000 - number WHERE number = ({last}) - 1"
    run(on_postgresql, far)

    assert list(desk.verify()) == [Discrepancy(CASE, "reclamation_case_events.position")]


def test_texts_that_a_later_event_holds_again_came_with_the_first(store: SqlAlchemyStore) -> None:
    desk = told(store)
    living = desk.pgaac("CRE")
    living.add(factories.sheet("A-2"))
    living.amend("A-2", what="tenir deux viviers")
    living.amend("A-2", owner="Mme Roux")
    desk.plan(factories.analysed(desk).reference, "A-2")

    assert list(desk.verify()) == []


ALTERED: Final = {
    "UPDATE reclamation_case_texts SET version = 1": (CASE, "reclamation_case_texts.version"),
    "UPDATE reclamation_case_texts SET version = 99": (CASE, "reclamation_case_texts.version"),
    "UPDATE reclamation_case_texts SET place = 0": (CASE, "reclamation_case_texts.place"),
    "UPDATE reclamation_plan_texts SET version = 1": ("site:CRE", "reclamation_plan_texts.version"),
    "UPDATE reclamation_plan_texts SET place = 0": ("site:CRE", "reclamation_plan_texts.place"),
}


@pytest.mark.parametrize(("change", "found"), ALTERED.items(), ids=ALTERED)
def test_texts_that_come_in_another_order_are_told(store: SqlAlchemyStore, change: str, found: tuple[str, str]) -> None:
    desk = told(store)
    run(store, change)

    assert list(desk.verify()) == [Discrepancy(*found)]


@pytest.mark.parametrize(
    ("column", "where"),
    [
        ("case_events.position", "case_reference = 'R-2026-000001' AND number = 1"),
        ("case_texts.version", "case_reference = 'R-2026-000001'"),
        ("case_texts.place", "case_reference = 'R-2026-000001'"),
        ("cases.received_at", "reference = 'R-2026-000001'"),
        ("cases.received_on", "reference = 'R-2026-000001'"),
        ("cases.level_rank", "reference = 'R-2026-000001'"),
        ("case_events.recorded_at", "case_reference = 'R-2026-000001'"),
        ("plan_events.occurred_at", "number = 1"),
        ("actions.planned_on", "1 = 1"),
        ("actions.added_at", "1 = 1"),
    ],
)
@pytest.mark.parametrize("value", ["'abc'", "''", "X'FF'", "CAST(X'FF' AS TEXT)", "20260101.5"])
def test_a_column_that_holds_another_type_is_named_and_verifying_goes_on(column: str, where: str, value: str) -> None:
    store = SqlAlchemyStore.open("sqlite://")
    desk = told(store)
    table, name = column.split(".")
    run(store, f"UPDATE reclamation_{table} SET {name} = {value} WHERE {where}")
    run(store, "UPDATE reclamation_actions SET process = 'x'")

    found = [one.field for one in desk.verify()]

    assert f"reclamation_{column}" in found
    assert "reclamation_actions.process" in found
    store.close()
