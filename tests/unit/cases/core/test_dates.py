"""A corrected date makes the case that had it from the start, except for its history."""

from datetime import datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import Case, CommandRefusedError, EventStreamError, Reaction, RecordedEvent, apply, events
from reclamation_core.cases.codes import DeadlineKind, Threshold
from reclamation_core.cases.deadlines import retained_until
from reclamation_core.cases.texts import Secret
from reclamation_core.policy import m2_1
from reclamation_core.vocabulary import Role
from tests.unit.cases.core.life import ANSWERED, CLOSED, HOUR, LIVED, WITHDRAWN, after, guards_of, opened, refused, utc
from tests.unit.policy.cases import RECEIVED

NOW = RECEIVED + 2000 * HOUR
REASON = "une faute de frappe"


def lived(*hours: int) -> Case:
    """A case that was supported, qualified, analysed, left without action, answered and closed so many hours on."""
    case = opened(salted=True)
    for act, hour in zip(LIVED, hours, strict=True):
        case = after(case, act, at=RECEIVED + hour * HOUR, now=NOW, salted=True)
    return case


def corrected(case: Case, number: int, hour: int) -> Case:
    return after(
        case, events.DateCorrected(event=number, happened_at=RECEIVED + hour * HOUR, reason=REASON), at=NOW, now=NOW
    )


def state(case: Case) -> dict[str, Any]:
    return {
        field.name: getattr(case, field.name) for field in attrs.fields(Case) if field.name not in {"events", "vault"}
    }


def test_an_answer_whose_date_was_mistyped_is_in_time_once_it_is_corrected() -> None:
    # Received on Saturday 2 May 2026: the last day to answer is 19 May; 6 May was typed as 6 June.
    late = lived(2, 3, 4, 5, 840, 850)
    mended = corrected(corrected(late, 6, 96), 7, 100)
    assert late.deadline is not None
    assert late.answer_cycles[0].answered_at == datetime.fromisoformat("2026-06-06T09:30:00+02:00")
    assert mended.answer_cycles[0].answered_at == mended.answer_cycles[0].stopped_at == RECEIVED + 96 * HOUR
    assert mended.closed_at == RECEIVED + 100 * HOUR
    assert [event.occurred_at for event in mended.events[5:7]] == [RECEIVED + 840 * HOUR, RECEIVED + 850 * HOUR]
    assert retained_until(mended, m2_1()) == (RECEIVED + 100 * HOUR).date().replace(year=2027)


HOURS = st.lists(st.integers(1, 40), min_size=6, max_size=6).map(sorted)


@given(HOURS, HOURS, st.integers(0, 5))
def test_a_corrected_date_gives_the_case_that_had_it_at_first(
    at_first: list[int], right: list[int], which: int
) -> None:
    truth = [*at_first]
    truth[which] = right[which]
    case = lived(*at_first)
    # What comes after the support, the qualification, or the answer and the closing, is held to them.
    if any(truth[ground] > truth[act] for ground, act in ((0, 1), (1, 2), (1, 3), (1, 4), (4, 5), (3, 5))):
        moved = events.DateCorrected(event=which + 2, happened_at=RECEIVED + truth[which] * HOUR, reason=REASON)
        assert guards_of(refused(case, moved, at=NOW, now=NOW)) == ["against-the-history"]
        return
    mended = corrected(case, which + 2, truth[which])
    assert state(mended) == state(lived(*truth))
    assert Case.from_events(mended.events, mended.vault) == mended
    assert state(corrected(mended, which + 2, at_first[which])) == state(case)


SUSPENDED, RESUMED = events.RetentionSuspended(reason="un contentieux"), events.RetentionResumed()
CONTAINED = events.ContainmentTaken(measure="un poste prêté")
EFFECT = events.ContainmentEffectRecorded(measure=8, effective=True, effect="la formation a repris")
REACTED = events.ReactionRecorded(reaction=Reaction.SATISFIED)
REOPENED = events.Reopened(reason="de nouveau")
LATER: list[Any] = [CONTAINED, EFFECT, WITHDRAWN, ANSWERED, CLOSED, REOPENED, SUSPENDED, RESUMED, REACTED]


def told(acts: list[tuple[Any, int]]) -> Case | None:
    """A case to which these were done so many hours on; None where one of them is refused."""
    case = opened(salted=True)
    try:
        for act, hour in acts:
            case = after(case, act, at=RECEIVED + hour * HOUR, now=NOW, salted=True)
    except CommandRefusedError:
        return None
    return case


def lives(draw: st.DrawFn) -> list[tuple[Any, int]]:
    acts = list(zip(LIVED, range(2, 8), strict=True))
    for act, hour in draw(st.lists(st.tuples(st.sampled_from(LATER), st.integers(2, 30)), max_size=4)):
        acts += [(act, hour)] if told([*acts, (act, hour)]) is not None else []
    return acts


@given(st.composite(lives)(), st.integers(0, 11), st.integers(1, 30))
def test_a_date_is_corrected_only_if_the_history_allows_it(acts: list[tuple[Any, int]], which: int, hour: int) -> None:
    which %= len(acts)
    case = told(acts)
    assert case is not None
    moved = events.DateCorrected(event=which + 2, happened_at=RECEIVED + hour * HOUR, reason=REASON)
    truth = told([*acts[:which], (acts[which][0], hour), *acts[which + 1 :]])
    if truth is None:
        assert guards_of(refused(case, moved, at=NOW, now=NOW)) == ["against-the-history"]
    else:
        assert state(corrected(case, which + 2, hour)) == state(truth)


def test_litigation_never_ends_before_it_began_so_that_nothing_is_forgotten_early() -> None:
    case = lived(2, 3, 4, 5, 6, 7)
    case = after(after(case, SUSPENDED, at=RECEIVED + 30 * HOUR, now=NOW), RESUMED, at=RECEIVED + 90 * HOUR, now=NOW)
    moved = events.DateCorrected(event=9, happened_at=RECEIVED + 20 * HOUR, reason=REASON)
    assert guards_of(refused(case, moved, at=NOW, now=NOW)) == ["against-the-history"]


def test_what_is_done_after_a_correction_is_held_to_the_right_date() -> None:
    case = corrected(after(opened(), *LIVED[:2], at=RECEIVED + 9 * HOUR, now=NOW), 3, 10)
    assert guards_of(refused(case, LIVED[4], at=RECEIVED + 9 * HOUR, now=NOW)) == ["before-qualification"]
    assert after(case, LIVED[4], at=RECEIVED + 10 * HOUR, now=NOW).answer_cycles[0].answered_at == RECEIVED + 10 * HOUR


def test_only_an_act_has_a_date_to_correct() -> None:
    again = corrected(lived(2, 3, 4, 5, 6, 7), 7, 8)
    for number in (8, 9):  # the correction itself, and nothing
        moved = events.DateCorrected(event=number, happened_at=RECEIVED, reason=REASON)
        assert guards_of(refused(again, moved, at=NOW, now=NOW)) == ["no-act-of-that-number"]
    with pytest.raises(ValueError, match="event: 0"):
        events.DateCorrected(event=0, happened_at=RECEIVED, reason=REASON)


def _event(case: Case, data: Any) -> RecordedEvent:
    by = Secret("x", bytes(16)).commitment
    return RecordedEvent(
        case=case.reference, number=case.version + 1, occurred_at=NOW, recorded_at=NOW, by=by, role=Role.AQ, data=data
    )


@pytest.mark.parametrize(
    ("number", "happened_at"), [(9, RECEIVED), (1, utc(2027, 1, 1))], ids=["no event", "after it was written down"]
)
def test_a_history_that_corrects_what_cannot_be_is_no_history(number: int, happened_at: datetime) -> None:
    case = opened()
    reason = Secret(REASON, bytes(16)).commitment
    with pytest.raises(EventStreamError, match="a date is corrected of something done before"):
        apply(case, _event(case, events.DateCorrected(event=number, happened_at=happened_at, reason=reason)))


def test_an_alert_has_no_date_to_correct() -> None:
    case = opened()
    alert = events.Alerted(clock=DeadlineKind.ANSWER, threshold=Threshold.OVERDUE, due=RECEIVED.date())
    warned = apply(case, _event(case, alert))
    with pytest.raises(CommandRefusedError, match="No act of that number"):
        after(warned, events.DateCorrected(event=2, happened_at=RECEIVED, reason=REASON), at=NOW, now=NOW)
