"""The declared example of each event is possible, and shows the whole event."""

from datetime import date

import pytest

from reclamation_core.cases import Case
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.cases.texts import marked
from reclamation_core.plans import Pgaac
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.testing import _examples

OF_CASES = [cls.event_type.name for cls in CASE_EVENTS.commands]
OF_PLANS = [cls.event_type.name for cls in PLAN_EVENTS.commands]


@pytest.mark.parametrize("name", OF_CASES)
def test_the_example_of_an_event_of_a_case_is_possible(name: str) -> None:
    before = _examples.example_case(name)
    after = _examples.after_example(before, name)
    assert (after.version, after.events[-1].type) == (before.version + 1, name)
    assert Case.from_events(after.events, after.vault) == after
    for lang in ("fr", "en"):
        assert after.events[-1].describe(lang, after)


@pytest.mark.parametrize("name", OF_PLANS)
def test_the_example_of_an_event_of_a_plan_is_possible(name: str) -> None:
    before = _examples.example_plan(name)
    after = _examples.after_plan_example(before, name)
    assert (after.version, after.events[-1].type) == (before.version + 1, name)
    assert Pgaac.from_events(after.scope, after.events, after.vault) == after


def test_events_without_a_command_have_an_example_too() -> None:
    alerted = CASE_EVENTS.classes["alerted"].event_type.example.data(_examples.example_case())
    assert _examples.example_case().events[0].type == "registered"
    assert alerted.due == date(2026, 5, 20)


def test_an_example_states_every_text_that_an_event_may_have() -> None:
    unstated = [
        (data, field)
        for data in (_examples.case_example(cls.event_type.name)[1] for cls in CASE_EVENTS.commands)
        for field in marked(data.__class__)
        if not getattr(data, field)
    ]
    assert unstated == []
