"""Each field of an event with the validator `instant` is drawn with a time zone, an application's own event too."""

from datetime import datetime
from typing import Any

import attrs
import pytest
from hypothesis import given

from reclamation_core.cases import CommandType
from reclamation_core.cases.aggregate import EventRegistry, Example
from reclamation_core.cases.codes import ProofStage
from reclamation_core.cases.events import CASE_EVENTS, CaseEvent
from reclamation_core.cases.narration import Narrator
from reclamation_core.testing.strategies import command, event_data
from reclamation_core.validators import each, instant, optional
from reclamation_core.vocabulary.commands import CommandGroup
from reclamation_core.wording import Wording, labelled

OWN: EventRegistry[Any] = EventRegistry()
_LABEL = labelled("date de la réunion", "date of the meeting")


@OWN.register(
    "meeting_held",
    label=Wording("réunion tenue", "meeting held"),
    stage=ProofStage.ANSWER,
    example=Example(lambda _: None),
    command=CommandType.CONTAIN,
    group=CommandGroup.HANDLING,
)
@attrs.frozen(kw_only=True)
class MeetingHeld(CaseEvent):
    """A meeting of an application."""

    began_at: datetime = attrs.field(validator=instant, metadata=_LABEL)
    ended_at: datetime | None = attrs.field(default=None, validator=optional(instant), metadata=_LABEL)
    breaks: tuple[datetime, ...] = attrs.field(default=(), validator=each(instant), metadata=_LABEL)
    notes_at: tuple[datetime | None, ...] = attrs.field(default=(), validator=each(optional(instant)), metadata=_LABEL)

    def describe(self, say: Narrator) -> str:
        return say("réunion tenue", "meeting held")


def instants_of(data: Any) -> list[datetime]:
    """Return the instants in the fields of an event."""
    values = [getattr(data, field.name) for field in attrs.fields(type(data))]
    flat = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
    return [one for one in flat if isinstance(one, datetime)]


def test_the_instants_of_an_application_s_own_event_are_aware(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "CASE_EVENTS", OWN)
    seen: set[str] = set()

    @given(event_data(of=MeetingHeld))
    def draw(data: MeetingHeld) -> None:
        assert all(one.tzinfo is not None for one in instants_of(data))
        seen.update(name for name in ("ended_at", "breaks", "notes_at") if getattr(data, name))

    draw()
    assert seen


@pytest.mark.parametrize("cls", CASE_EVENTS.commands)
def test_the_instants_of_each_event_are_aware(cls: type[Any]) -> None:
    @given(event_data(of=cls))
    def draw(data: Any) -> None:
        assert all(one.tzinfo is not None for one in instants_of(data))

    draw()
