"""Each field that a person fills in has a label: forms and schemas read it."""

from typing import Any

import attrs
import pytest

from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.plans import ActionSheet
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.wording import field_labels

FILLED_IN_OR_NAMED_APART = {
    "Registered": {"kind", "facts", "terms", "verdict"},
    "FactsCompleted": {"facts", "verdict"},
    "FactsCorrected": {"facts", "terms", "verdict"},
    "Qualified": {"facts", "verdict"},
    "Rerouted": {"override", "verdict"},
    "Analysed": {"facts", "verdict"},
    "ActionAdded": {"sheet"},
    "ActionAmended": {"sheet"},
    "ActionReopened": {"case", "cause_family"},
    "PlanPublished": {"number", "gathered"},
    "SignalContinued": {"signal", "until"},
    "SignalRaised": {"sheet"},
}
"""The fields that the library fills in, facts, which declare themselves, and the sheet, whose fields have labels."""

COMMANDS = [cls for registry in (CASE_EVENTS, PLAN_EVENTS) for cls in registry.classes.values()]


@pytest.mark.parametrize("cls", [cls for cls in COMMANDS if cls.__name__ != "Alerted"], ids=lambda cls: cls.__name__)
def test_each_field_of_a_command_that_a_person_fills_in_has_a_label(cls: type[Any]) -> None:
    apart = FILLED_IN_OR_NAMED_APART.get(cls.__name__, set()) | {"action"}
    expected = [field.name for field in attrs.fields(cls) if field.name not in apart]
    assert list(field_labels(cls)) == expected


@pytest.mark.parametrize("cls", [*COMMANDS, ActionSheet], ids=lambda cls: cls.__name__)
def test_no_two_fields_of_a_form_have_the_same_label(cls: type[Any]) -> None:
    labels = [each.label for each in field_labels(cls).values()]
    for lang in ("fr", "en"):
        assert len({label.in_(lang) for label in labels}) == len(labels)


def test_each_field_of_an_action_sheet_has_a_label() -> None:
    assert list(field_labels(ActionSheet)) == [field.name for field in attrs.fields(ActionSheet)]


def test_a_hint_tells_what_to_enter() -> None:
    source = field_labels(CASE_EVENTS.classes["registered"])["source"]
    assert source.hint is not None
    assert source.hint.fr == (
        "Sans nom de personne. Un message enregistré deux fois reste un seul dossier. Par exemple : courriel du 4 mai, "
        "9 h 12."
    )
