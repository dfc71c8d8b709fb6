"""Signals on a plan: what each state allows, and what an action makes of one."""

from collections.abc import Callable
from typing import Any

import pytest

from reclamation_core.errors import FaultsError
from reclamation_core.plans import ActionOrigin, Pgaac, PlanEventStreamError, PlanRefusedError
from reclamation_core.plans.events import ActionAdded, PlanEvent, SignalAcknowledged, SignalDismissed, TextsForgotten
from reclamation_core.plans.signals import SignalSheet, signal_in_words, weeks_in_words
from reclamation_core.testing._plan_history import plan_after
from reclamation_core.wording import Wording
from tests.unit.plans.making import ACKNOWLEDGED, CRETEIL, DISMISSED, RAISED, SEEN_AGAIN, SIGNAL, sheet, signed

EMPTY = Pgaac(scope=CRETEIL)
ACTION = ActionAdded.of(sheet(origin=ActionOrigin.WATCH, origin_reference=SIGNAL))
EVENTS: dict[str, PlanEvent] = {
    "acknowledge": ACKNOWLEDGED,
    "dismiss": DISMISSED,
    "add": ACTION,
    "no reason": SignalDismissed(signal=SIGNAL, reason=" "),
}
HISTORIES: dict[str, tuple[PlanEvent, ...]] = {
    "unknown": (),
    "new": (RAISED,),
    "acknowledged": (RAISED, ACKNOWLEDGED),
    "dismissed": (RAISED, DISMISSED),
    "action": (RAISED, ACTION),
}
# Written by hand: the state that a command leads to, or the guards that refuse it.
ORACLE = """
             | acknowledge          | dismiss         | no reason
unknown      | !unknown-signal      | !unknown-signal | !unknown-signal !no-reason-to-dismiss
new          | acknowledged         | dismissed       | !no-reason-to-dismiss
acknowledged | !signal-acknowledged | dismissed       | !no-reason-to-dismiss
dismissed    | !signal-settled      | !signal-settled | !signal-settled !no-reason-to-dismiss
action       | !signal-settled      | !signal-settled | !signal-settled !no-reason-to-dismiss
"""


def test_the_weeks_of_a_signal_are_days_for_a_reader() -> None:
    assert weeks_in_words("2025-W53", "2026-W02").en == "2025-W53 to 2026-W02"  # 2025 has 52 weeks
    assert weeks_in_words("2026-W01", "2026-W02") == Wording(
        "du 29/12/2025 au 11/01/2026", "29 December 2025 to 11 January 2026"
    )


def test_a_signal_is_not_said_to_expect_zero_cases() -> None:
    assert signal_in_words(4, 0.004, 1355, "2026-W22", "2026-W22").fr.startswith("4 pour moins de 0,1 attendus, du ")
    assert signal_in_words(4, 0.1, 1355, "2026-W22", "2026-W22").en.startswith("4 against 0.1 expected, ")


def after(*events: PlanEvent, day: int = 5) -> Pgaac:
    return plan_after(EMPTY, *map(signed(day), events))


def expectations() -> list[tuple[str, str, str]]:
    header, *rows = ([cell.strip() for cell in row.split("|")] for row in ORACLE.strip("\n").splitlines())
    return [(row[0], verb, cell) for row in rows for verb, cell in zip(header[1:], row[1:], strict=True)]


@pytest.mark.parametrize(("state", "verb", "expected"), expectations())
def test_a_command_on_a_signal_follows_the_table_worked_by_hand(state: str, verb: str, expected: str) -> None:
    plan = after(*HISTORIES[state])
    if not expected.startswith("!"):
        signal = plan_after(plan, signed(20)(EVENTS[verb])).get_signal(SIGNAL)
        assert signal is not None
        assert signal.state.value == expected
        return
    with pytest.raises(PlanRefusedError) as caught:
        plan_after(plan, signed(20)(EVENTS[verb]))
    assert {row.id for row in caught.value.guards} == {guard.removeprefix("!") for guard in expected.split()}
    assert "{" not in caught.value.in_("fr")


def test_a_command_is_not_dated_before_the_signal() -> None:
    with pytest.raises(PlanRefusedError) as caught:
        plan_after(after(RAISED), signed(4)(ACKNOWLEDGED))
    assert [row.id for row in caught.value.guards] == ["before-the-signal"]


def test_a_dismissed_signal_may_be_turned_into_an_action() -> None:
    signal = plan_after(after(RAISED, DISMISSED), signed(9)(ACTION)).get_signal(SIGNAL)
    assert signal is not None
    assert (signal.state.value, signal.actions, signal.is_open) == ("action", ("A-1",), False)


def test_an_action_with_another_origin_leaves_the_signal_open() -> None:
    signal = after(RAISED, ActionAdded.of(sheet(origin_reference="audit 2026-3"))).get_signal(SIGNAL)
    assert signal is not None
    assert signal.is_open


def test_a_later_week_is_the_same_signal() -> None:
    (signal,) = after(RAISED, ACKNOWLEDGED, SEEN_AGAIN).signals
    assert (signal.week, signal.until, signal.state.value) == ("2026-W14", "2026-W15", "acknowledged")


@pytest.mark.parametrize("event", [RAISED, SEEN_AGAIN])
def test_an_observation_that_cannot_follow_is_refused(event: PlanEvent) -> None:
    before = (RAISED,) if event is RAISED else ()
    with pytest.raises(PlanEventStreamError, match="is raised"):
        after(*before, event)


def test_the_part_of_a_signal_is_that_of_the_whole_plan() -> None:
    plan = after(RAISED, ActionAdded.of(sheet()), ACKNOWLEDGED)
    part = plan.part({SIGNAL})
    assert (part.signals, part.actions, part.version) == (plan.signals, (), 3)
    assert plan.extended_by(plan_after(part, signed(9)(DISMISSED))).signals[0].state.value == "dismissed"


def test_the_reason_of_a_dismissal_is_erased_as_the_texts_of_an_action() -> None:
    plan = plan_after(after(RAISED, DISMISSED), signed(9)(TextsForgotten(action=SIGNAL)))
    dismissal = plan.signals[0].dismissal
    assert dismissal is not None
    assert plan.read(dismissal.reason) is None
    with pytest.raises(PlanRefusedError, match="No action of that reference"):
        plan_after(plan, signed(9)(TextsForgotten(action="site:STD@2026-W14")))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"observed": 0}, "observed"),
        ({"expected": float("nan")}, "expected"),
        ({"expected": "1"}, "expected"),
        ({"recurrence_weeks": -1.0}, "recurrence_weeks"),
        ({"week": " "}, "week"),
    ],
)
def test_a_sheet_refuses_what_no_detector_sees(changes: dict[str, Any], path: str) -> None:
    given: dict[str, Any] = {
        "kind": "nation", "key": (), "week": "2026-W14", "since": "2026-W14", "until": "2026-W14", "observed": 3,
        "expected": 0.5, "recurrence_weeks": 90.0, "cases": ("R-1",),
    }  # fmt: skip
    make: Callable[..., SignalSheet] = SignalSheet
    assert make(**given).reference == "nation@2026-W14"
    with pytest.raises(FaultsError) as caught:
        make(**(given | changes))
    assert [fault.path for fault in caught.value.faults] == [path]
    assert SignalAcknowledged(signal=make(**given).reference).subject == "nation@2026-W14"
