import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from reclamation_core.cases import Case, EventStreamError, Vault, documents
from reclamation_core.cases.events import CASE_EVENTS, FactsCompleted
from reclamation_core.cases.texts import Secret
from reclamation_core.documents import canonical_json
from reclamation_core.errors import REDACTED, FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.vocabulary import ComplaintFacts
from tests.unit.cases.core.life import LIVED, after, failing, opened

SALT = b"0123456789abcdef"


def lived() -> Case:
    return after(opened(complainant="Mme Durand", salted=True), *LIVED, salted=True)


def told(read: Callable[[], object]) -> list[tuple[str, object]]:
    with pytest.raises(FaultsError) as refusal:
        read()
    return [(fault.path, fault.value) for fault in refusal.value.faults]


def spoilt(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(canonical_json(document))
    *parents, last = path.split(".")
    where: Any = copy
    for parent in parents:
        where = where[int(parent) if parent.isdigit() else parent]
    where[last] = value
    return copy


UNKNOWN_, ABSENT_ = {"missing": "unknown"}, {"missing": "absent"}
HEAD = {"type": "complaint", "version": 1, "received_at": "2026-05-02T09:30:00+00:00"}


@pytest.mark.parametrize(("given", "brief", "in_full"), [
    ({}, {}, {"channel": UNKNOWN_, "satisfaction": ABSENT_, "causes": UNKNOWN_}),
    ({"satisfaction": UNKNOWN}, {"satisfaction": UNKNOWN_}, {"satisfaction": UNKNOWN_, "formal": UNKNOWN_}),
    ({"satisfaction": 0, "formal": False}, {"satisfaction": 0, "formal": False}, {"satisfaction": 0, "formal": False}),
    ({"severity_legal": 0}, {"severity_legal": 0}, {"severity_legal": 0, "severity_safety": UNKNOWN_}),
])  # fmt: skip
def test_unknown_facts_but_no_zero_are_left_out(
    given: dict[str, Any], brief: dict[str, Any], in_full: dict[str, Any]
) -> None:
    facts = ComplaintFacts(received_at=datetime(2026, 5, 2, 9, 30, tzinfo=UTC), **given)
    assert documents.facts_document(facts) == {**HEAD, **brief}
    assert documents.read_facts({**HEAD, **brief}) == documents.read_facts({**HEAD, **in_full}) == facts


def test_every_happening_has_its_name_in_snake_case() -> None:
    snake = {
        "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in cls.__name__)[1:]: cls
        for cls in CASE_EVENTS.classes.values()
    }
    assert dict(CASE_EVENTS.classes) == snake


def test_an_event_document_has_type_and_version_and_no_text() -> None:
    document = documents.event_document(lived().events[0])
    assert list(document) == ["case", "number", "occurred_at", "recorded_at", "by", "role", "data"]
    assert (document["data"]["type"], document["data"]["version"]) == ("registered", 3)
    assert (document["data"]["facts"]["type"], document["data"]["facts"]["version"]) == ("complaint", 1)
    assert list(document["data"]["complainant"]) == ["digest"]
    assert "Durand" not in canonical_json(document)


@pytest.mark.parametrize("case", [opened(), failing()], ids=["complaint", "malfunction"])
def test_a_kind_and_facts_that_disagree_are_refused(case: Case) -> None:
    other = "malfunction" if case.kind == "complaint" else "complaint"
    event, state = documents.event_document(case.events[0]), documents.state_document(case)
    assert told(lambda: documents.read_event(spoilt(event, "data.kind", other))) == [("$.data.facts", REDACTED)]
    assert told(lambda: documents.read_state(spoilt(state, "kind", other), case.events)) == [("$.facts", REDACTED)]


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("type", "plan", ("$.type", "plan")),
        ("version", 2, ("$.version", 2)),
        ("colour", 1, ("$.colour", 1)),
        ("reference", "R-1", ("$.events", "R-2026-000007")),
        ("events", [], ("$.events", REDACTED)),
        ("events.1.number", "2", ("$.events[1].number", "2")),
        ("events.2.data.colour", 1, ("$.events[2].data.colour", 1)),
    ],
)
def test_a_spoilt_case_is_refused_with_the_path(path: str, value: object, fault: tuple[str, object]) -> None:
    document = spoilt(documents.case_document(lived()), path, value)
    assert told(lambda: documents.read_case(document)) == [fault]


@pytest.mark.parametrize("type_", ["facts_completed", "qualified", "analysed"])
def test_a_case_with_an_event_of_facts_without_assessment_is_refused(type_: str) -> None:
    case = after(opened(), FactsCompleted(facts=opened().facts), *LIVED)
    number = next(event.number for event in case.events if event.data.event_type.name == type_)
    with pytest.raises(EventStreamError, match=rf"event {number} .* it has no assessment of the facts \(verdict\)$"):
        documents.read_case(spoilt(documents.case_document(case), f"events.{number - 1}.data.verdict", None))


def test_a_state_of_another_version_is_refused() -> None:
    case = lived()
    document = documents.state_document(case)
    assert document["version"] == documents.STATE_VERSION
    assert told(
        lambda: documents.read_state(spoilt(document, "version", documents.STATE_VERSION + 1), case.events)
    ) == [("$.version", documents.STATE_VERSION + 1)]


@pytest.mark.parametrize("name", list(documents.state_document(opened())))
def test_a_state_leaves_nothing_out(name: str) -> None:
    case = opened()
    document = documents.state_document(case)
    del document[name]
    assert told(lambda: documents.read_state(document, case.events)) == [(f"$.{name}", ABSENT)]


def test_a_vault_document_has_each_text_under_its_digest() -> None:
    secret = Secret("Mme Durand", SALT)
    assert documents.vault_document(Vault([secret])) == {
        "type": "vault",
        "version": 1,
        "texts": {secret.commitment.digest: {"text": "Mme Durand", "salt": "30313233343536373839616263646566"}},
    }
