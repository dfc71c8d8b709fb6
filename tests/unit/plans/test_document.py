from collections.abc import Callable
from typing import Any

import pytest

from reclamation_core import plans
from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.errors import REDACTED, FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.plans.events import (
    PLAN_EVENTS,
    ActionAbandoned,
    ActionAdded,
    ActionClosed,
    ActionDone,
    ActionJudged,
    ActionReopened,
    FollowUpNamed,
    TextsForgotten,
)
from reclamation_core.testing._plan_history import amended, plan_after, published
from tests.unit.plans.making import (
    ACKNOWLEDGED,
    CRETEIL,
    DISMISSED,
    RAISED,
    SEEN_AGAIN,
    closed,
    in_progress,
    ineffective,
    sheet,
    signed,
    to_do,
)


def long_life() -> plans.Pgaac:
    plan = plan_after(
        ineffective(),
        signed(5)(ActionAdded.of(sheet("A-2"))),
        signed(5)(FollowUpNamed(action="A-1", follow_up=plans.LineReference(CRETEIL, "A-2"))),
        signed(5)(amended("A-1", owner="Mme Blanc", reason="départ")),
    )
    plan = plan_after(
        plan,
        signed(6)(ActionClosed(action="A-1", comment="suite en A-2")),
        signed(7)(ActionReopened(action="A-1", reason="reprise")),
    )
    plan = plan_after(
        plan, signed(9)(ActionAbandoned(action="A-2", reason="fin")), signed(9)(TextsForgotten(action="A-2"))
    )
    plan = plan_after(plan, signed(10)(published(recipients=["PCS C6"])))
    return plan_after(plan, *map(signed(11), (RAISED, SEEN_AGAIN, ACKNOWLEDGED, DISMISSED)))


def test_every_kind_of_event_comes_back_from_its_document() -> None:
    events = long_life().events
    assert {type(event.data) for event in events} == set(PLAN_EVENTS.classes.values())
    for event in events:
        assert plans.read_event(parse_json(canonical_json(plans.event_document(event)))) == event


def test_a_document_holds_no_text() -> None:
    told = canonical_json(plans.plan_document(long_life()))
    assert [name for name in ("Roux", "Petit", "Blanc", "postes", "départ", "reprise") if name in told] == []


def test_an_edition_that_gathers_comes_back_with_the_lines_that_it_froze() -> None:
    judged = plan_after(
        closed(),
        signed(6)(ActionReopened(action="A-1", reason="panne")),
        signed(7)(ActionDone(action="A-1", evidence="facture")),
    )
    judged = plan_after(
        judged, signed(8)(ActionJudged(action="A-1", effectiveness=plans.Effectiveness.EFFECTIVE, why="vu"))
    )
    gone = plan_after(in_progress(), signed(5)(ActionAbandoned(action="A-1", reason="fin")))
    nation = plan_after(
        plans.Pgaac(scope=plans.PlanScope.nation()),
        signed(9)(published(gathered=judged.lines)),
        signed(10)(published(gathered=gone.lines)),
    )

    assert (
        plans.read_plan(parse_json(canonical_json(plans.plan_document(nation)))).published_plans
        == nation.published_plans
    )


def test_a_text_that_is_not_sealed_is_refused_and_not_shown() -> None:
    document = plans.event_document(to_do().events[0])
    document["data"]["sheet"]["what"] = "tout changer"
    with pytest.raises(FaultsError, match="one in clear could not be forgotten") as caught:
        plans.read_event(document)
    assert [(fault.path, fault.value) for fault in caught.value.faults] == [("$.data.sheet.what", REDACTED)]
    assert "tout changer" not in repr(caught.value)


def _put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def put(document: dict[str, Any]) -> None:
        *parents, last = path.split(".")
        for parent in parents:
            document = document[parent]
        document[last] = value

    return put


def _drop(document: dict[str, Any]) -> None:
    del document["data"]["type"]


@pytest.mark.parametrize(
    ("spoil", "path", "value", "told"),
    [
        (_put("x", 1), "$.x", 1, "unknown key"),
        (_put("data.x", 1), "$.data.x", 1, "unknown key"),
        (_put("data.sheet.x", 1), "$.data.sheet.x", 1, "unknown key"),
        (_put("plan.x", 1), "$.plan.x", 1, "unknown key"),
        (_put("data.type", "action_won"), "$.data.type", "action_won", "one of these is expected: action_added, "),
        (_put("data.type", 3), "$.data.type", 3, "one of these is expected: action_added, "),
        (_drop, "$.data.type", ABSENT, "one of these is expected: action_added, "),
        (_put("data", []), "$.data", REDACTED, "an object .* is expected"),
        (_put("data.version", 2), "$.data.version", 2, "known here up to version 1; update the package"),
        (_put("data.version", "1"), "$.data.version", "1", "the current one is 1"),
        (_put("data.sheet.type", "cure"), "$.data.sheet.type", "cure", "one of these is expected: containment"),
        (_put("data.sheet.what", 3), "$.data.sheet.what", 3, "an object .* is expected"),
        (_put("data.sheet.what", {"hash": ""}), "$.data.sheet.what.hash", REDACTED, "unknown key"),
        (_put("data.sheet.cause", " "), "$.data.sheet.cause", REDACTED, "a sealed text"),
        (_put("data.sheet.planned", "demain"), "$.data.sheet.planned", "demain", "a date YYYY-MM-DD is expected"),
        (_put("occurred_at", "2026-05-01T09:00:00"), "$.occurred_at", "2026-05-01T09:00:00", "with their offset"),
        (_put("role", "chief"), "$.role", "chief", "one of these is expected"),
        (_put("plan.kind", "city"), "$.plan.kind", "city", "one of these is expected: site, region, nation"),
    ],
)
def test_a_spoilt_document_is_refused_with_the_path(
    spoil: Callable[[dict[str, Any]], None], path: str, value: object, told: str
) -> None:
    document = plans.event_document(to_do().events[0])
    spoil(document)
    with pytest.raises(FaultsError, match=told) as caught:
        plans.read_event(document)
    assert (path, value) in [(fault.path, fault.value) for fault in caught.value.faults]


def test_every_fault_of_a_plan_is_reported_together() -> None:
    document = plans.plan_document(in_progress())
    document["events"][0]["data"]["sheet"]["owner"] = 1
    document["events"][1]["number"] = "2"
    with pytest.raises(FaultsError) as caught:
        plans.read_plan(document)
    assert [fault.path for fault in caught.value.faults] == ["$.events[0].data.sheet.owner", "$.events[1].number"]
