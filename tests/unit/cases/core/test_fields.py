"""What each field of what can happen refuses."""

from datetime import UTC
from typing import Any

import attrs
import pytest

from reclamation_core.cases import CaseKind, DeadlineKind, DecisionContext, Threshold, events, open_case
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.cases.events.base import ApplicableRules, AssessmentSnapshot
from reclamation_core.cases.texts import marked
from reclamation_core.plans import PlanScope
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.policy import m2_1
from reclamation_core.testing._examples import case_example, example_case, example_plan
from tests.unit.cases.core.life import SUPPORT, command_of, opened, registration
from tests.unit.policy.cases import RECEIVED, complaint, malfunction

REGISTERED = opened(complainant="a", verbatim="b", remedy_sought="c").registration
CLASSES: list[Any] = [events.Registered, *events.CASE_EVENTS.commands]
MARKED = [(cls, name) for cls in CLASSES for name in marked(cls)]
TEXTS = [(cls, name) for cls, name in MARKED if (cls, name) != (events.Qualified, "experts")]
IDS = [f"{cls.__name__}-{name}" for cls, name in TEXTS]
ALERT = events.Alerted(clock=DeadlineKind.ANSWER, threshold=Threshold.OVERDUE, due=RECEIVED.date())
NAIVE = RECEIVED.replace(tzinfo=None)
UNKEPT = ["avant\0après", "\ud83d", "fin\udc00"]


@pytest.mark.parametrize(("cls", "name"), TEXTS, ids=IDS)
@pytest.mark.parametrize("unkept", UNKEPT)
def test_an_unstorable_text_is_refused_and_not_shown(cls: Any, name: str, unkept: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: .*; a text without a NUL") as refusal:
        attrs.evolve(example(cls), **{name: f"Durand {unkept}"})
    assert "Durand" not in str(refusal.value)


@pytest.mark.parametrize(("cls", "name"), TEXTS, ids=IDS)
def test_a_blank_text_is_refused(cls: Any, name: str) -> None:
    for blank in ("", "  ", "\n"):
        with pytest.raises(ValueError, match=f"^{name}: .*; a text that is not blank is expected"):
            attrs.evolve(example(cls), **{name: blank})


@pytest.mark.parametrize("refused", ["", "avant\0après", 7])
def test_each_of_several_texts_is_checked_and_none_is_shown(refused: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^experts: ") as refusal:
        attrs.evolve(example(events.Qualified), experts=["Durand", refused])
    assert "Durand" not in str(refusal.value)
    with pytest.raises(TypeError) as alone:
        attrs.evolve(example(events.Qualified), experts="Durand")
    assert "Durand" not in str(alone.value)
    assert "Durand" not in repr(attrs.evolve(example(events.Qualified), experts=["Durand"]))


def example(cls: type[Any]) -> Any:
    """Return the declared example of an event."""
    return REGISTERED if cls is events.Registered else case_example(cls.event_type.name)[1]


@pytest.mark.parametrize(
    ("thing", "name", "value", "message"),
    [
        (example(events.ActionsPlanned), "actions", [None], "actions: a text is expected, got None"),
        (command_of(opened(), SUPPORT), "role", "rqr", "a member of Role is expected"),
        (command_of(opened(), SUPPORT), "actor", None, "actor: a text is expected, got None"),
        (registration(complaint()), "actor", None, "actor: a text is expected, got None"),
        (registration(complaint()), "role", None, "a member of Role is expected"),
        (command_of(opened(), SUPPORT), "occurred_at", "hier", "occurred_at: a datetime is expected"),
        (ALERT, "clock", "answer", "a member of DeadlineKind is expected"),
        (ALERT, "threshold", "overdue", "a member of Threshold is expected"),
        (ALERT, "due", RECEIVED, "due: a date is expected, got .*; of a datetime, give its date"),
        (ALERT, "action", 7, "action: a LineReference is expected, got 7"),
        (ALERT, "late", 1, "late: True or False is expected, got 1"),
    ],
)
def test_a_value_of_another_type_is_refused(thing: Any, name: str, value: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        attrs.evolve(thing, **{name: value})


@pytest.mark.parametrize(("thing", "name", "value", "message"), [
    (REGISTERED, "kind", CaseKind.MALFUNCTION, r"^facts: \.\.\.; facts of this kind of case: internal malfunction"),
    (REGISTERED, "facts", malfunction(), r"^facts: \.\.\.; facts of this kind of case: client's request"),
    (REGISTERED, "site", " ", "site: ' '; a name"),
    (REGISTERED, "source", "<1\0>", "source: '<1.x00>'; a name"),
    (REGISTERED, "source", "é" * 201, "source: ...; a name of at most 200 characters is expected; it has 201"),
    (REGISTERED, "service_sites", ["CRE", "\ud83d"], "service_sites: .*; a name"),
    (example(events.Qualified), "experts", [""], "experts: .*; a text that is not blank"),
    (example(events.Analysed), "causes", [""], "causes: ''; a name"),
    (example(events.ActionsPlanned), "actions", (), "actions: .*; at least one item is expected"),
    (example(events.Closed), "told_at", NAIVE, "told_at: .* has no time zone; give a date"),
    (example(events.Anonymised), "kinds", (), "kinds: .*; at least one item"),
    (command_of(opened(), SUPPORT), "occurred_at", NAIVE, "occurred_at: .* has no time zone"),
    (registration(complaint()), "occurred_at", NAIVE, "occurred_at: .* has no time zone"),
    (command_of(opened(), SUPPORT), "actor", "\ud83d", "actor: .*; a text without a NUL"),
    (registration(complaint()), "actor", " ", "actor: .*; a text that is not blank"),
    (opened().events[0], "occurred_at", NAIVE, "occurred_at: .* has no time zone"),
    (opened().events[0], "recorded_at", RECEIVED.replace(year=2025), "recorded_at: .* is before occurred_at, .*; wh"),
    (opened().events[0], "recorded_at", NAIVE, "recorded_at: .* has no time zone"),
])  # fmt: skip
def test_a_value_that_cannot_be_is_refused(thing: Any, name: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        attrs.evolve(thing, **{name: value})


def test_lists_become_tuples() -> None:
    assert events.ActionsPlanned(plan=PlanScope.nation(), actions=["A-1"]).actions == ("A-1",)
    assert events.Qualified(problem="a", experts=["CODIR"]).experts == ("CODIR",)  # type: ignore[arg-type]


def test_surroundings_have_an_instant_that_knows_its_offset() -> None:
    assert DecisionContext(policy=m2_1(), now=RECEIVED).now.astimezone(UTC) == RECEIVED
    with pytest.raises(ValueError, match=r"^now: .* has no time zone"):
        DecisionContext(policy=m2_1(), now=NAIVE)


def test_what_an_edition_judges_is_refused_without_one() -> None:
    without = DecisionContext(policy=None, now=registration(complaint()).occurred_at)
    with pytest.raises(ValueError, match=r"policy: none is given, .*; give that of the case"):
        open_case("R-2026-000001", registration(complaint()), without)


COMPUTED_PARTS = (ApplicableRules, AssessmentSnapshot)
COMPUTED: dict[str, set[str]] = {
    "Registered": {"terms", "verdict"},
    "FactsCompleted": {"verdict"},
    "FactsCorrected": {"terms", "verdict"},
    "Qualified": {"facts", "verdict"},
    "Rerouted": {"verdict"},
    "Analysed": {"facts", "verdict"},
    "ActionAdded": {"sheet"},
    "ActionAmended": {"sheet"},
    "SignalRaised": {"sheet"},
    "Commitment": {"digest"},
}
"""What the library computes or has checked already, by the name of the class."""


def fields_of(data: Any) -> dict[str, Any]:
    return {one.name: getattr(data, one.name) for one in attrs.fields(type(data)) if one.init}


def accepts(data: Any, name: str, wrong: object) -> bool:
    try:
        attrs.evolve(data, **{name: wrong})
    except (TypeError, ValueError):
        return False
    return True


def test_each_field_of_an_event_refuses_an_object() -> None:
    given = [
        cls.event_type.example.data(name != "registered" and example_case(name))
        for name, cls in CASE_EVENTS.classes.items()
    ]
    given += [cls.event_type.example.data(example_plan(name)) for name, cls in PLAN_EVENTS.classes.items()]
    for data in given:  # the parts of an event come after it
        parts = [part for one in fields_of(data).values() for part in (one if isinstance(one, tuple) else (one,))]
        given += [part for part in parts if attrs.has(type(part)) and not isinstance(part, COMPUTED_PARTS)]
        names = fields_of(data).keys()
        found = {name for name in names for wrong in (object(), (object(),)) if accepts(data, name, wrong)}
        assert found == COMPUTED.get(type(data).__name__, set()), type(data).__name__
