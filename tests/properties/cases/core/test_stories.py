from __future__ import annotations

from contextlib import suppress
from functools import reduce
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import (
    Case,
    CaseState,
    Closed,
    Command,
    CommandRefusedError,
    Event,
    FactsCorrected,
    Reopened,
    Rerouted,
    Vault,
    decide,
    fold,
)
from reclamation_core.cases.texts import commitments
from reclamation_core.vocabulary import Level, Role
from tests.properties.cases.core.stories import ACTS, MARK, bare, complaints, lived, lives
from tests.unit.cases.core.life import after, around, next_hour, opened


@given(lives())
def test_the_case_told_by_its_events_is_the_case_that_lived(case: Case) -> None:
    assert Case.from_events(case.events, case.vault) == case


@given(lives(), st.data())
def test_a_fold_does_not_mind_how_events_were_batched(case: Case, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, case.version))
    first: Case | None = reduce(fold, case.events[:cut], None)
    whole = reduce(fold, case.events[cut:], first)

    assert whole is not None
    assert attrs.evolve(whole, vault=case.vault) == case


@given(lives())
def test_events_are_numbered_without_holes_and_recorded_in_order(case: Case) -> None:
    assert [event.number for event in case.events] == list(range(1, case.version + 1))
    recorded = [event.recorded_at for event in case.events]
    assert recorded == sorted(recorded)
    assert {event.case for event in case.events} == {case.reference}


@given(complaints, complaints, st.lists(ACTS, max_size=4))
def test_a_correction_gives_the_case_that_knew_it_from_the_start_but_for_its_history(
    at_first: Any, in_truth: Any, acts: list[Any]
) -> None:
    # The last word is the same, so that only what was thought meanwhile differs; what a guard refused to one of the two
    # is no act of both, and re-routing is decided from what is known when it is done.
    acts = [act for act in acts if not isinstance(act, FactsCorrected | Rerouted)]
    wrong = opened(at_first, occurred_at=next_hour(opened()), salted=True)
    right = opened(in_truth, occurred_at=next_hour(opened()), salted=True)
    corrected = after(wrong, FactsCorrected(facts=in_truth, reason=MARK), salted=True)
    start = after(right, FactsCorrected(facts=in_truth, reason=MARK), salted=True)

    assert bare(lived(corrected, acts)) == bare(lived(start, acts))
    for name in ("facts", "verdict", "level", "deadline", "awaited_on", "rounds", "state"):
        assert getattr(corrected, name) == getattr(right, name)


@given(lives(), st.sampled_from(Level))
def test_re_routing_never_moves_a_due_date(case: Case, level: Level) -> None:
    routed = lived(case, [Rerouted(level=level, handling_unit="IDF", reason=MARK)])

    assert (routed.deadline, routed.awaited_on, routed.rounds) == (case.deadline, case.awaited_on, case.rounds)


@given(lives())
def test_reopening_erases_the_closing_date_and_keeps_its_event_and_the_results_of_the_answer_clocks(case: Case) -> None:
    reopened = lived(case, [Reopened(reason=MARK)])
    if case.state is not CaseState.CLOSED or case.anonymised_at is not None:
        assert reopened == case
        return
    assert (reopened.closed_at, reopened.closure) == (None, None)
    assert any(isinstance(event.data, Closed) for event in reopened.events)
    assert reopened.rounds[: len(case.rounds)] == case.rounds
    assert len(reopened.rounds) == (len(case.rounds) + 1 if case.rounds else 0)


@given(lives(), ACTS)
def test_what_is_refused_changes_nothing_and_what_is_allowed_adds_one_event(case: Case, act: Any) -> None:
    before = attrs.asdict(case, recurse=False)
    command = Command(data=act, by=MARK, role=Role.RQR, occurred_at=next_hour(case))
    event: Event | None = None
    with suppress(CommandRefusedError, TypeError):  # facts of the other kind are no act of this case
        event = decide(case, command, around(next_hour(case))).event

    assert attrs.asdict(case, recurse=False) == before
    if event is not None:
        assert fold(case, event).events == (*case.events, event)


@given(lives(), ACTS)
def test_no_text_shows_in_what_is_printed_of_cases_events_commands_and_refusals(case: Case, act: Any) -> None:
    command = Command(data=act, by=MARK, role=Role.HANDLING_UNIT, occurred_at=next_hour(case))
    shown = [repr(case), str(case), repr(case.events), str(case.events), repr(act), repr(command), repr(case.vault)]
    try:
        decided = decide(case, command, around(next_hour(case)))
    except (CommandRefusedError, TypeError) as refusal:
        shown += [str(refusal), repr(refusal), repr(refusal.args)]
        shown += [refusal.in_("fr")] if isinstance(refusal, CommandRefusedError) else []
    else:
        shown += [repr(decided), repr(decided.secrets), str(decided.event)]

    assert not [text for text in shown if "phyrine" in text or "Quatrebarbes" in text]


@given(lives())
def test_erasing_keeps_the_fold_and_the_chain_of_events(case: Case) -> None:
    told = Case.from_events(case.events, Vault())

    assert bare(told) == bare(case)
    assert told.events == case.events
    assert {told.read(text) for event in told.events for text in commitments(event.data)} <= {None}
    texts = [text for event in case.events for text in commitments(event.data)]
    assert all(MARK in str(case.read(text)) for text in texts)
