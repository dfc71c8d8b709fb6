"""No event happens before those that it rests on, in any order of recording: worked by hand."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import Case, ClosingReason, CommandRefusedError, Reaction, handle_command
from reclamation_core.cases.events import (
    Closed,
    ComplainantIdentified,
    ContainmentEffectRecorded,
    ContainmentTaken,
    ReactionRecorded,
    Transcribed,
)
from reclamation_core.cases.events.base import FollowUp
from tests.unit.cases.core.life import (
    ANALYSED,
    ANSWERED,
    CLOSED,
    DUPLICATE,
    HOUR,
    NO_ACTION,
    OUT_OF_SCOPE,
    PLANNED,
    QUALIFIED,
    SUPPORT,
    WITHDRAWN,
    after,
    around,
    command_of,
    failing,
    guards_of,
    line,
    opened,
    refused,
)
from tests.unit.policy.cases import RECEIVED, complaint

LATE, NOW = RECEIVED + 9 * HOUR, RECEIVED + 20 * HOUR
TAKEN = ContainmentTaken(measure="un poste prêté")
CALL = Transcribed(text="aucun poste ne marchait", author="M. Petit")
TREATED = Closed(reason=ClosingReason.TREATED)


def done(*acts: Any, case: Case | None = None, last: datetime = LATE) -> Case:
    """A case to which these were done from its registration on, an hour after another, the last at an instant."""
    *first, ground = acts
    return after(after(case or opened(), *first), ground, at=last, now=NOW)


# What an act rests on, the ground being what happened last and late.
RESTING: list[Any] = [
    pytest.param(lambda: done(SUPPORT), QUALIFIED, "before-support", id="a qualification on a support"),
    pytest.param(lambda: done(SUPPORT, CALL, case=opened(complaint(channel="phone"))), QUALIFIED, "before-support",
        id="a qualification on a transcription, though a support came before"),
    pytest.param(lambda: done(SUPPORT, QUALIFIED), ANALYSED, "before-qualification", id="an analysis"),
    pytest.param(lambda: done(SUPPORT, QUALIFIED), NO_ACTION, "before-qualification", id="no action"),
    pytest.param(lambda: done(SUPPORT, QUALIFIED), ANSWERED, "before-qualification", id="an answer"),
    pytest.param(
        lambda: done(SUPPORT, QUALIFIED, ComplainantIdentified(complainant="Mme Ly"), case=opened(complainant=None)),
        ANSWERED, "before-qualification", id="an answer by name"),
    pytest.param(lambda: done(SUPPORT, QUALIFIED, ANALYSED), PLANNED, "before-qualification",
        id="a plan on an analysis"),
    pytest.param(lambda: done(TAKEN),
        ContainmentEffectRecorded(measure=2, effective=True, effect="la formation a repris"), "before-its-object",
        id="an effect on its measure"),
    pytest.param(lambda: done(SUPPORT, QUALIFIED, ANSWERED), ReactionRecorded(reaction=Reaction.SATISFIED),
        "before-its-object", id="a reaction on the answer"),
    pytest.param(lambda: done(SUPPORT, QUALIFIED, NO_ACTION, ANSWERED), CLOSED, "close-before-its-reason",
        id="answered"),
    pytest.param(lambda: done(SUPPORT, QUALIFIED, ANSWERED, NO_ACTION), CLOSED, "close-before-its-reason",
        id="answered, and no action needed"),
    pytest.param(lambda: done(SUPPORT, QUALIFIED, NO_ACTION, case=failing()), TREATED, "close-before-its-reason",
        id="treated"),
    pytest.param(lambda: done(WITHDRAWN), Closed(reason=ClosingReason.WITHDRAWN), "close-before-its-reason",
        id="withdrawn"),
    pytest.param(lambda: done(DUPLICATE), Closed(reason=ClosingReason.DUPLICATE), "close-before-its-reason",
        id="a duplicate"),
    pytest.param(lambda: opened(complaint(**OUT_OF_SCOPE)),
        Closed(reason=ClosingReason.OUT_OF_SCOPE, redirected_to="l'accueil", told_at=LATE), "close-before-its-reason",
        id="the sender told"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "act", "guard"), RESTING)
def test_an_act_is_never_before_what_it_rests_on(case: Callable[[], Case], act: Any, guard: str) -> None:
    resting = case()
    assert guards_of(refused(resting, act, at=LATE - HOUR, now=NOW)) == [guard]
    assert after(resting, act, at=LATE, now=NOW).version == resting.version + 1


def test_a_closing_is_never_before_the_last_action_was_closed_or_given_up() -> None:
    case = after(opened(), SUPPORT, QUALIFIED, ANALYSED, PLANNED, ANSWERED)
    settled = attrs.evolve(around(NOW), follow_up=FollowUp(settled={line("A-1"): ((LATE, None),)}))
    assert handle_command(case, command_of(case, CLOSED, at=LATE), settled).event.occurred_at == LATE
    with pytest.raises(CommandRefusedError, match="cannot be before the event that justifies it"):
        handle_command(case, command_of(case, CLOSED, at=LATE - HOUR), settled)


@given(st.lists(st.tuples(st.sampled_from([ANSWERED, WITHDRAWN, CLOSED, NO_ACTION]), st.integers(2, 19)), max_size=8))
def test_the_answer_clock_never_stops_before_what_stopped_it(acts: list[tuple[Any, int]]) -> None:
    case = after(opened(), SUPPORT, QUALIFIED)
    for act, hours in acts:
        try:
            case = after(case, act, at=RECEIVED + hours * HOUR, now=NOW)
        except CommandRefusedError:
            continue
    (run,) = case.answer_cycles
    told = [event.occurred_at for event in case.events if type(event.data) in {type(ANSWERED), type(WITHDRAWN)}]
    assert run.stopped_at == min(told, default=None)
    assert case.closed_at is None or (run.answered_at is not None and case.closed_at >= run.answered_at)
