"""A sender who is identified after the registration counts as one who was named at it, whatever follows."""

from datetime import timedelta

import attrs
from hypothesis import given

from reclamation_core.cases import Case, CaseKind
from reclamation_core.cases.columns import COLUMNS
from reclamation_core.cases.events import Answered, ComplainantIdentified, DateCorrected
from reclamation_core.cases.periods import periods_of
from reclamation_core.cases.words import indexed_words
from reclamation_core.testing.strategies import CommandSequence, CommandStep, command_sequences, texts


def seen(case: Case) -> dict[str, object]:
    """What lists, searches and indicators read of a case, and what it waits for."""
    shown = {name: column(case) for name, column in COLUMNS.items() if name != "version"}
    done = [type(event.data) for event in case.events if type(event.data) is not ComplainantIdentified]
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
