"""A sender identified or corrected after the registration counts as one who was named so at it, whatever follows."""

from datetime import timedelta

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from reclamation_core.cases import Case, CaseKind, CommandRefusedError
from reclamation_core.cases.authors import has_same_author
from reclamation_core.cases.causes.rendering import one_line
from reclamation_core.cases.columns import COLUMNS
from reclamation_core.cases.events import (
    Anonymised,
    Answered,
    ComplainantCorrected,
    ComplainantIdentified,
    DateCorrected,
)
from reclamation_core.cases.periods import periods_of
from reclamation_core.cases.words import NAME_MARK, indexed_words, text_words
from reclamation_core.testing.strategies import CommandSequence, CommandStep, command_sequences, texts
from tests.unit.cases.core.life import ANSWERED, HOUR, NO_ACTION, QUALIFIED, SUPPORT, after, opened
from tests.unit.policy.cases import RECEIVED

NAMINGS = (ComplainantIdentified, ComplainantCorrected)


def seen(case: Case) -> dict[str, object]:
    """What lists, searches and indicators read of a case, and what it waits for."""
    shown = {name: column(case) for name, column in COLUMNS.items() if name != "version"}
    done = [type(event.data) for event in case.events if not isinstance(event.data, NAMINGS)]
    waits = case.is_unacknowledged, case.is_redirection_announced
    return shown | {"words": indexed_words(case), "periods": periods_of(case), "done": done, "waits": waits}


@given(command_sequences(kind=CaseKind.COMPLAINT), texts())
def test_a_case_whose_sender_is_identified_is_as_one_registered_by_name(sequence: CommandSequence, name: str) -> None:
    # Answers are by name; a corrected date names an event by its number, which differs.
    steps = [
        attrs.evolve(step, data=attrs.evolve(step.data, collective=False)) if isinstance(step.data, Answered) else step
        for step in sequence.steps
        if not isinstance(step.data, (ComplainantCorrected, DateCorrected))
    ]
    identified = CommandStep(ComplainantIdentified(complainant=name), after=timedelta())
    named = attrs.evolve(sequence, complainant=name, steps=steps).case()
    later = attrs.evolve(sequence, complainant=None, steps=[identified, *steps]).case()
    assert later.read(later.complainant) == name
    assert later.version == named.version + 1
    assert seen(later) == seen(named)


@given(command_sequences(kind=CaseKind.COMPLAINT), texts(), texts(), texts(), st.data())
def test_a_case_whose_sender_is_corrected_is_as_one_registered_by_the_right_name(
    sequence: CommandSequence, wrong: str, name: str, reason: str, data: st.DataObject
) -> None:
    assume(wrong != name)
    steps = [step for step in sequence.steps if not isinstance(step.data, (*NAMINGS, DateCorrected, Anonymised))]
    at = data.draw(st.integers(0, len(steps)), "steps before the correction")
    corrected = CommandStep(ComplainantCorrected(complainant=name, reason=reason), after=timedelta())
    named = attrs.evolve(sequence, complainant=name, steps=steps).case()
    later = attrs.evolve(sequence, complainant=wrong, steps=[*steps[:at], corrected, *steps[at:]]).case()

    assert (later.read(later.complainant), later.version) == (name, named.version + 1)
    words, former = set(indexed_words(later)), {f"{NAME_MARK}{word}"[:41] for word in text_words(wrong)}
    assert words == {*indexed_words(named), *former, *(word[:40] for word in text_words(reason))}
    assert seen(later) | {"words": None} == seen(named) | {"words": None}
    assert has_same_author(later, named) is has_same_author(named, named)
    (change,) = next(one for one in later.timeline() if one.type == "complainant_corrected").changes
    assert (change.before, change.after) == (one_line(wrong), one_line(name))


@given(st.integers(-3, 3), st.booleans(), st.booleans())
def test_what_was_known_of_a_sender_at_the_date_of_an_answer_decides_its_kind(
    hours: int, is_collective: bool, is_named: bool
) -> None:
    case = after(opened(complainant="Mme Ly" if is_named else None), SUPPORT, QUALIFIED, NO_ACTION)
    known_at = RECEIVED + 24 * HOUR
    if not is_named:
        case = after(case, ComplainantIdentified(complainant="Mme Ly"), at=known_at)
    answer, at = attrs.evolve(ANSWERED, collective=is_collective), known_at + hours * HOUR
    try:
        after(case, answer, at=at, now=known_at + 5 * HOUR)
    except CommandRefusedError:
        assert is_collective is (is_named or hours >= 0)
    else:
        assert is_collective is not (is_named or hours >= 0)
