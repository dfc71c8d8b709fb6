"""A declaration of an event that lacks a part is refused when its class is made, with the name of the part."""

from datetime import datetime
from typing import Any

import attrs
import pytest

from reclamation_core.cases import CommandType
from reclamation_core.cases.aggregate import EventRegistry, EventType, Example, derived, entered_apart
from reclamation_core.cases.codes import ProofStage
from reclamation_core.cases.events import CASE_EVENTS, CaseEvent
from reclamation_core.cases.narration import Narrator
from reclamation_core.cases.texts import Text, free
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.validators import each, optional
from reclamation_core.vocabulary.commands import CommandGroup
from reclamation_core.wording import Wording, labelled

DECLARED: dict[str, Any] = {
    "label": Wording("visite", "visit"),
    "stage": ProofStage.ANSWER,
    "example": Example(lambda _: None),
    "command": CommandType.ACKNOWLEDGE,
    "group": CommandGroup.HANDLING,
}


OPTIONAL = {
    "internal": "note_added",
    "preset cause_family": "actions_planned",
    "preset complainant": "complainant_corrected",
    "preset kind": "support_added",
    "preset kinds": "anonymised",
    "preset level": "actions_planned rerouted",
    "preset origin": "actions_planned",
    "preset reason": "closed",
    "preset received_at": "facts_corrected",
    "preset recipients": "edition_published",
    "preset site": "actions_planned",
    "preset type": "actions_planned",
}
"""The events with each part that a declaration may lack."""


class Described(CaseEvent):
    def describe(self, say: Narrator) -> str:
        return say("visite", "visit")


@attrs.frozen(kw_only=True)
class Complete(Described):
    note: Text = free(metadata=labelled("note", "note"))
    place: str = entered_apart()
    count: int = derived(default=0)


def test_a_complete_declaration_is_registered() -> None:
    registry: EventRegistry[CommandType] = EventRegistry()
    cls = registry.register("visited", **DECLARED)(Complete)
    assert registry.classes == {"visited": cls}
    assert registry.types[0].stage is ProofStage.ANSWER


@pytest.mark.parametrize("part", ["label", "stage", "example"])
def test_a_missing_part_is_refused_by_name(part: str) -> None:
    given = {name: value for name, value in DECLARED.items() if name != part}
    with pytest.raises(TypeError, match=f"missing 1 required keyword-only argument: '{part}'"):
        EventRegistry().register("visited", **given)


@pytest.mark.parametrize(("stage", "why"), [(None, ""), (None, " "), (ProofStage.ANSWER, "no need")])
def test_an_event_has_a_stage_or_the_reason_for_none(stage: ProofStage | None, why: str) -> None:
    with pytest.raises(TypeError, match=r"^stage: 'visited' needs the stage that it proves, or stage=None with no_st"):
        EventRegistry().register("visited", **DECLARED | {"stage": stage, "no_stage": why})


def test_an_event_may_prove_nothing_for_a_reason() -> None:
    registry: EventRegistry[CommandType] = EventRegistry()
    registry.register("visited", **DECLARED | {"stage": None, "no_stage": "nobody asks for it"})(Complete)
    assert registry.types[0].no_stage == "nobody asks for it"


def test_a_command_without_its_group_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^Complete: group= is missing"):
        EventRegistry().register("visited", **DECLARED | {"group": None})(Complete)


def test_a_field_that_a_form_enters_has_a_label() -> None:
    @attrs.frozen(kw_only=True)
    class Bare(Described):
        note: Text = free()

    with pytest.raises(TypeError, match=r"^Bare: a label of note is missing; give the field metadata=labelled\("):
        EventRegistry().register("visited", **DECLARED)(Bare)
    EventRegistry[CommandType]().register("visited", **DECLARED | {"command": None})(Bare)


@pytest.mark.parametrize(
    ("annotation", "validator"),
    [
        ("datetime", None),
        ("datetime", attrs.validators.instance_of(datetime)),
        ("datetime | None", optional(attrs.validators.instance_of(datetime))),
        ("tuple[datetime, ...]", each(attrs.validators.instance_of(datetime))),
    ],
)
def test_an_instant_without_its_validator_is_refused_by_name(annotation: Any, validator: Any) -> None:
    field = attrs.field(type=annotation, validator=validator, metadata=labelled("le", "on"))
    dated = attrs.make_class("Dated", {"held_at": field}, bases=(Described,), frozen=True, slots=True)
    with pytest.raises(TypeError, match=r"^Dated: held_at takes an instant without a time zone; give the field valid"):
        EventRegistry().register("visited", **DECLARED)(dated)


def test_an_event_has_its_sentence() -> None:
    mute: Any = attrs.frozen(type("Mute", (CaseEvent,), {}))
    with pytest.raises(TypeError, match=r"^Mute: describe is missing; an event class defines it"):
        EventRegistry().register("visited", **DECLARED)(mute)


def test_two_event_classes_of_one_name_or_command_are_refused() -> None:
    registry = EventRegistry[CommandType]()
    registry.register("visited", **DECLARED)(Complete)
    with pytest.raises(ValueError, match="name: 'visited' is the type of Complete; choose another one"):
        registry.register("visited", **DECLARED)
    with pytest.raises(ValueError, match="command: Complete is the event of 'acknowledge'; choose another one"):
        registry.register("seen", **DECLARED)


def test_the_fields_of_every_event_are_given_by_name() -> None:
    for cls in (*CASE_EVENTS.classes.values(), *PLAN_EVENTS.classes.values()):
        assert all(one.kw_only for one in attrs.fields(cls) if one.init), cls


def test_each_optional_part_is_declared_by_its_events() -> None:
    found: dict[str, set[str]] = {part: set() for part in OPTIONAL}
    types: list[EventType[Any]] = [*CASE_EVENTS.types, *PLAN_EVENTS.types]
    for one in types:
        for part in (*(f"preset {name}" for name in one.presets), *(["internal"] if one.is_internal else [])):
            found[part].add(one.name)
    assert {part: " ".join(sorted(names)) for part, names in found.items()} == OPTIONAL
