"""A sender identified or corrected after the registration counts as one who was named so at it, whatever follows."""

from datetime import timedelta

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from reclamation_core.cases import Case, CaseKind
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
        if not isinstance(step.data, DateCorrected)
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
