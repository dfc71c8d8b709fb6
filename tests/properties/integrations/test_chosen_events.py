"""A choice of a form leads to what its label names: a measure whose effect is recorded, an event that is corrected."""

import re
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.calendars.local_times import PARIS
from reclamation_core.cases import Case
from reclamation_core.desk import Desk
from reclamation_core.desk.forms import FormContext, case_form
from reclamation_core.integrations.board.forms import read_command
from reclamation_core.vocabulary.commands import CommandType
from tests.unit.desk import factories

WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=100)
MEASURES = st.lists(st.tuples(WORDS, st.integers(0, 2)), min_size=1, max_size=6)


def chosen(case: Case, command: CommandType, name: str) -> dict[str, str]:
    """The codes of the choices of a field, by their labels; every label is another one."""
    fields = case_form(command, FormContext(factories.SITES, None, PARIS, case=case))
    field = next(one for one in fields if one.name == name)
    labels = {label.fr: code for code, label in field.choices}
    assert len(labels) == len(field.choices)
    assert len({label.en for _, label in field.choices}) == len(field.choices)
    return labels


def give(desk: Desk, case: Case, command: CommandType, **posted: str) -> Case:
    """Give the command of a posted form."""
    fields = case_form(command, FormContext(factories.SITES, None, PARIS, case=case))
    document = read_command(command.value, fields, {name: [value] for name, value in posted.items()}, PARIS)
    return desk.execute(case.reference, document)


@given(MEASURES, st.data())
def test_the_effect_is_recorded_on_the_measure_that_is_chosen(measures: list[Any], data: st.DataObject) -> None:
    desk = factories.new_desk()
    case = factories.registered(desk)
    for text, others in measures:
        for _ in range(others):
            desk.add_support(case.reference, kind="email", title="x")
        case = desk.contain(case.reference, measure=text)
    wanted = data.draw(st.integers(0, len(measures) - 1))
    labels = chosen(case, CommandType.RECORD_CONTAINMENT_EFFECT, "measure")
    label = list(labels)[wanted]
    assert measures[wanted][0][:40] in label
    judged = give(
        desk, case, CommandType.RECORD_CONTAINMENT_EFFECT, measure=labels[label], effective="true", effect="oui"
    )

    assert [taken.effective for taken in judged.containments] == [
        True if place == wanted else None for place in range(len(measures))
    ]
    event: Any = judged.events[judged.containments[wanted].event - 1].data
    assert judged.read(event.measure) == measures[wanted][0]


@given(st.integers(1, 5), st.data())
def test_the_date_is_corrected_of_the_event_that_is_chosen(supports: int, data: st.DataObject) -> None:
    desk = factories.new_desk()
    case = factories.registered(desk)
    for number in range(supports):
        when = factories.at(2) + timedelta(seconds=number)
        case = desk.add_support(case.reference, kind="email", title=f"t{number}", occurred_at=when)
    labels = chosen(case, CommandType.CORRECT_DATE, "event")
    wanted = data.draw(st.integers(2, case.version))
    label = next(one for one in labels if re.match(rf"n° {wanted}\b", one))
    after = give(
        desk, case, CommandType.CORRECT_DATE, event=labels[label], happened_at="2026-06-03T11:00", reason="erreur"
    )
    assert after.events[-1].data.event == wanted  # type: ignore[attr-defined]
