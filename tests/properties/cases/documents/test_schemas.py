"""The schemas held to the readers: what is written is valid, and no schema refuses what its reader takes."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reclamation_core import plans as p
from reclamation_core import tables
from reclamation_core.cases import (
    RecordedEvent,
    case_document,
    event_document,
    facts_document,
    read_case,
    read_event,
    read_facts,
    read_vault,
    vault_document,
)
from reclamation_core.cases.causes import read_analysis, write_analysis
from reclamation_core.cases.documents import read_state, state_document
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.cases.journal import Checkpoint
from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.errors import FaultsError, ReclamationError
from reclamation_core.missing import ABSENT
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.policy import Policy, m2_1, parse_policy
from reclamation_core.schemas import SCHEMAS, document_schema
from reclamation_core.testing.strategies import analyses, pgaacs, policies
from reclamation_core.vocabulary import Level
from reclamation_core.wording import Wording
from tests.properties.cases.documents.spoiling import places, put, without, written
from tests.properties.cases.documents.strategies import (
    cases,
    checkpoints,
    complaints,
    events,
    malfunctions,
    plan_events,
    vaults,
)
from tests.schemas import validator

POLICIES: list[dict[str, Any]] = [
    {"starts_from": "M2-1", "edition": "x"},
    {"starts_from": "M2-1", "edition": "x", "deadline": {"cut_off": "none"}, "in_force_from": "2026-05-02"},
    {
        "starts_from": "M2-1",
        "edition": "x",
        "closures": ["2026-05-02", ["2026-08-01", "2026-08-15"], {"first": "2026-12-24", "last": "2026-12-31"}],
        "survey": {"scale": [0, 20], "threshold": 12.5},
        "deadline": {"cut_off": "17:00:00", "days": 8},
    },
]
GROWN: tables.DecisionTable[bool] = tables.DecisionTable(
    "grown",
    (tables.Input("age", tables.Integer(0, 120)),),
    tables.Boolean(),
    (tables.Row("yes", {"age": tables.at_least(18)}, True), tables.Row("no", {"age": tables.below(18)}, False)),
    tables.HitPolicy.UNIQUE,
)
FARE: tables.DecisionTable[Level] = tables.DecisionTable(
    "fare",
    (
        tables.Input.outcome_of(GROWN),
        tables.Input("day", tables.Day(), absent=True),
        tables.Input("note", tables.Number(0, 10)),
    ),
    tables.Enumeration.of(Level),
    (
        tables.Row("grown", {"grown": True}, Level.NATIONAL, wording=Wording("grand", "grown")),
        tables.Row("first", {"grown": False, "note": tables.below(Decimal("2.5"))}, Level.LOCAL, "M2-1 §5.1"),
        tables.Row("other", {"grown": False, "note": tables.at_least(Decimal("2.5"))}, Level.REGIONAL),
    ),
    tables.HitPolicy.UNIQUE,
)
TABLES = [parse_json(table.to_json()) for table in (GROWN, FARE, m2_1().tables["retained_likelihood"])]
DERIVED = m2_1().with_rows("level", remove=["local-client"], edition="Sans la ligne redondante")
DOCUMENTS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], Any]]] = {
    "analysis": (analyses().map(write_analysis), read_analysis),
    "case": (cases().map(case_document), read_case),
    "case_state": (cases().map(state_document), lambda document: read_state(document, ())),
    "checkpoint": (checkpoints.map(Checkpoint.to_document), Checkpoint.from_document),
    "edition": (
        st.one_of(policies(), st.just(DERIVED)).map(lambda policy: parse_json(policy.to_json())),
        lambda document: Policy.from_json(canonical_json(document)),
    ),
    "event": (events().map(event_document), read_event),
    "facts": ((complaints | malfunctions).map(facts_document), read_facts),
    "plan": (pgaacs().map(p.plan_document), p.read_plan),
    "plan_event": (plan_events().map(p.event_document), p.read_event),
    "policy": (st.sampled_from(POLICIES), parse_policy),
    "table": (st.sampled_from(TABLES), lambda document: tables.DecisionTable.from_json(canonical_json(document))),
    "vault": (vaults.map(vault_document), read_vault),
}
"""Documents of each kind, and what reads them."""
names = st.sampled_from(sorted(DOCUMENTS))


def is_valid(document: Any, name: str) -> bool:
    return validator(name).is_valid(parse_json(canonical_json(document)))


def is_read(document: Any, name: str) -> bool:
    try:
        DOCUMENTS[name][1](document)
    except ReclamationError:
        return False
    return True


def fault_paths(document: Any, name: str) -> dict[str, object]:
    """The faults of a refused document by their paths: none of a table that was read, and whose rows are refused."""
    with pytest.raises((FaultsError, tables.TableProofError)) as refusal:
        DOCUMENTS[name][1](document)
    faults = refusal.value.faults if isinstance(refusal.value, FaultsError) else ()
    return {f"$.{fault.path.removeprefix('$').removeprefix('.')}": fault.value for fault in faults}


@pytest.mark.slow
def test_every_schema_is_one_and_has_its_own_name() -> None:
    for name in SCHEMAS:
        schema = document_schema(name)
        Draft202012Validator.check_schema(schema)
        assert schema["$id"] == f"urn:reclamation-core:schema:{name}"


def test_every_kind_of_document_has_a_schema_and_every_type_its_own() -> None:
    narrower = [name for name in SCHEMAS if "." in name]
    assert [name for name in SCHEMAS if "." not in name] == sorted(
        [*DOCUMENTS, "command", "plan_command", "similar_message"]
    )
    assert [name for name in narrower if name.startswith("event.")] == sorted(
        f"event.{name}" for name in CASE_EVENTS.classes
    )
    assert [name for name in narrower if name.startswith("plan_event.")] == sorted(
        f"plan_event.{name}" for name in PLAN_EVENTS.classes
    )


def test_a_name_that_is_no_documents_is_refused_with_the_list() -> None:
    with pytest.raises(ValueError, match=r"^name: 'poem' is no document's; choose among analysis, "):
        document_schema("poem")


@pytest.mark.slow
@pytest.mark.parametrize("name", DOCUMENTS)
@given(data=st.data())
def test_what_is_written_is_valid(name: str, data: st.DataObject) -> None:
    document = data.draw(DOCUMENTS[name][0])
    assert list(validator(name).iter_errors(parse_json(canonical_json(document)))) == []


@given(event=events(), other=st.sampled_from(sorted(CASE_EVENTS.classes)))
def test_an_event_is_valid_for_its_type_and_for_no_other(event: RecordedEvent, other: str) -> None:
    document = event_document(event)
    assert is_valid(document, f"event.{document['data']['type']}")
    assert is_valid(document, f"event.{other}") is (document["data"]["type"] == other)


@given(event=plan_events(), other=st.sampled_from(sorted(PLAN_EVENTS.classes)))
def test_an_event_of_a_plan_is_valid_for_its_type_and_for_no_other(event: p.RecordedPlanEvent, other: str) -> None:
    document = p.event_document(event)
    assert is_valid(document, f"plan_event.{document['data']['type']}")
    assert is_valid(document, f"plan_event.{other}") is (document["data"]["type"] == other)


READ_WHOLE = {"missing", "first", "last"}
"""Keys of sentinels and of a policy's closures: what is wrong within such a thing is wrong with all of it."""
FREE = {"then", "values", "priority", "outcome", "minimum", "maximum", "when", "own"}
"""What a table's document has of its own: the values of its domains, rows by the names of its inputs, own facts."""


def closed(document: Any) -> list[tuple[str | int, ...]]:
    """The places of the objects that have keys of their own."""
    return [
        path
        for path, value in places(document)
        if isinstance(value, dict) and not FREE & set(path) and path[-1:] not in {("texts",), ("heads",)}
    ]


@given(name=names, data=st.data())
def test_unknown_and_missing_keys_are_judged_alike_by_schema_and_reader(name: str, data: st.DataObject) -> None:
    document = data.draw(DOCUMENTS[name][0])
    spoilt = put(document, (*data.draw(st.sampled_from(closed(document))), "colour"), 1)
    assert not is_valid(spoilt, name)
    assert not is_read(spoilt, name)
    keys = [(*path, key) for path in closed(document) for key in dict(places(document))[path]]
    path = data.draw(st.sampled_from(keys))
    spoilt = without(document, path)
    if is_valid(spoilt, name):
        assert is_read(spoilt, name) or fault_paths(spoilt, name).get(written(path)) is not ABSENT
    elif path[-1] not in READ_WHOLE:
        assert fault_paths(spoilt, name)[written(path)] is ABSENT


@given(name=names, data=st.data(), wrong=st.sampled_from([{"?": 0}, [[]], -0.5, True, None, "", "M", 7, "zz"]))
def test_what_the_reader_takes_the_schema_takes(name: str, data: st.DataObject, wrong: Any) -> None:
    document = data.draw(DOCUMENTS[name][0])
    path = data.draw(st.sampled_from([path for path, _ in places(document) if path]))
    spoilt = put(document, path, wrong)
    assert is_valid(spoilt, name) or not is_read(spoilt, name)


@given(name=names, data=st.data(), wrong=st.sampled_from([{"?": 0}, [[]]]))
def test_a_value_of_a_wrong_type_is_refused_by_both(name: str, data: st.DataObject, wrong: Any) -> None:
    document = data.draw(DOCUMENTS[name][0])
    path = data.draw(st.sampled_from([path for path, _ in places(document) if path and not FREE & set(path)]))
    spoilt = put(document, path, wrong)
    assert not is_valid(spoilt, name)
    assert not is_read(spoilt, name)
