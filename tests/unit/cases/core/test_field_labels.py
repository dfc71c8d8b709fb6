"""Each field that a person fills in has a label: forms and schemas read it."""

from typing import Any

import attrs
import pytest

from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.plans import ActionSheet
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.wording import field_labels

COMMANDS = [cls for registry in (CASE_EVENTS, PLAN_EVENTS) for cls in registry.classes.values()]


@pytest.mark.parametrize("cls", [*COMMANDS, ActionSheet], ids=lambda cls: cls.__name__)
def test_no_two_fields_of_a_form_have_the_same_label(cls: type[Any]) -> None:
    labels = [each.label for each in field_labels(cls).values()]
    for lang in ("fr", "en"):
        assert len({label.in_(lang) for label in labels}) == len(labels)


def test_each_field_of_an_action_sheet_has_a_label() -> None:
    assert list(field_labels(ActionSheet)) == [field.name for field in attrs.fields(ActionSheet)]


PARTS = {
    "sites": "ActionSheet: site spread; Registered: handling_unit service_sites site; Rerouted: handling_unit",
    "cause_families": "ActionSheet: cause_family; Analysed: causes",
    "unknown_facts": "FactSuggested: fact; InformationRequested: facts",
    "events": "DateCorrected: event",
    "measures": "ContainmentEffectRecorded: measure",
    "text_kinds": "Anonymised: kinds; TextsForgotten: kinds",
    "signals": "SignalAcknowledged: signal; SignalDismissed: signal",
    "actions": "ActionJudged: follow_up; FollowUpNamed: follow_up",
    "new_actions": "ActionsPlanned: actions",
    "another name where values are chosen": "ContainmentEffectRecorded: measure; DateCorrected: event",
    "required": "ActionSheet: criterion planned; Anonymised: kinds; PlanPublished: recipients; TextsForgotten: kinds",
    "a hint": "ActionDone: criterion; ActionJudged: follow_up; ActionSheet: criterion reference what; "
    "Analysed: report; Anonymised: kinds; Answered: collective provider recourse remedies text; Assigned: to; "
    "Closed: redirected_to redirection told_at; ComplainantCorrected: complainant reason; "
    "ComplainantIdentified: complainant; ContainmentTaken: measure; DateCorrected: event; "
    "FactSuggested: by value words; FollowUpNamed: follow_up; Linked: to; NoteAdded: text; PlanPublished: recipients; "
    "Qualified: experts requirement_reference supported_by; Registered: complainant handling_unit source verbatim; "
    "Rerouted: level; SupportAdded: answers_request source; TextsForgotten: kinds",
    "Autres précisions": "ActionClosed: comment; Answered: recourse; Closed: comment; "
    "Registered: remedy_sought source; SupportAdded: source",
    "Centres concernés et traitement": "Registered: handling_unit service_sites",
    "Appui et personnes consultées": "Qualified: experts supported_by",
    "Réorientation d'une demande hors du cadre": "Closed: redirected_to redirection told_at",
    "Constat et exigence": "ActionSheet: finding requirement",
    "Moyens et suivi": "ActionSheet: check_on priority resources spread",
    "Numéro, origine et lieu": "ActionSheet: level origin origin_reference process reference site",
}
"""By the part of a label, the fields that have it: what values are chosen from, the group that a form shows closed."""


def test_each_part_of_a_label_is_that_of_its_field() -> None:
    found: dict[str, dict[str, list[str]]] = {part: {} for part in PARTS}
    for cls in sorted([*COMMANDS, ActionSheet], key=lambda one: one.__name__):
        for name, label in sorted(field_labels(cls).items()):
            parts = {
                label.chosen_from and label.chosen_from.value: label.chosen_from,
                "another name where values are chosen": label.chosen_as,
                "required": label.is_required,
                "a hint": label.hint,
                label.group and label.group.fr: label.group,
            }
            for part in (part for part, value in parts.items() if part and value):
                found[part].setdefault(cls.__name__, []).append(name)
    assert {
        part: "; ".join(f"{cls}: {' '.join(of)}" for cls, of in one.items()) for part, one in found.items()
    } == PARTS
