"""What a released version wrote is read for ever, and no shape changes under one version."""

from collections.abc import Callable
from typing import Any

from reclamation_core import cases
from reclamation_core import plans as p
from reclamation_core.cases.causes import read_analysis, write_analysis
from reclamation_core.cases.journal import Checkpoint
from reclamation_core.schemas import SCHEMAS
from tests.properties.cases.documents.spoiling import places
from tests.unit.cases.documents.stored import appended, stored, type_of, written

STORED, WRITTEN = stored(), written()
[CASE, *_], [*_, STATE] = STORED["case"], STORED["case_state"]
READERS: dict[str, Callable[[Any], object]] = {
    "analysis": read_analysis,
    "case": cases.read_case,
    "case_state": lambda document: cases.read_state(document, ()),
    "checkpoint": Checkpoint.from_document,
    "event": cases.read_event,
    "facts": cases.read_facts,
    "plan": p.read_plan,
    "plan_event": p.read_event,
    "vault": cases.read_vault,
}
WRITERS: dict[str, Callable[[Any], Any]] = {
    "analysis": write_analysis,
    "case": cases.case_document,
    "case_state": cases.state_document,
    "checkpoint": Checkpoint.to_document,
    "event": cases.event_document,
    "facts": cases.facts_document,
    "plan": p.plan_document,
    "plan_event": p.event_document,
    "vault": cases.vault_document,
}
DOCUMENTS = [(name, document) for name, documents in STORED.items() for document in documents]


def shapes(documents: dict[str, list[Any]]) -> dict[tuple[str, str, int], set[str]]:
    """The keys that the documents of each type and version have, wherever they are in them."""
    found: dict[tuple[str, str, int], set[str]] = {}
    for name, each in documents.items():
        for document in each:
            keys = {".".join(step for step in path if isinstance(step, str)) for path, _ in places(document)}
            own = {key for key in keys if not key.startswith("events.")}  # the events have versions of their own
            found.setdefault((name, *type_of(document)), set()).update(own - {""})
    return found


def test_a_stored_document_is_still_read_and_reads_the_same_once_rewritten() -> None:
    for name, document in DOCUMENTS:
        value = READERS[name](document)
        assert READERS[name](WRITERS[name](value)) == value, (name, type_of(document))


def test_documents_of_every_type_are_stored() -> None:
    passing = ("command.", "plan_command.", "view.")  # what a host sends or is sent is in no store
    narrower = {name.partition(".")[0] for name in SCHEMAS if "." in name}
    kept = {f"{name}.{type_of(document)[0]}" if name in narrower else name for name, document in DOCUMENTS}
    stored_types = {name for name in SCHEMAS if not name.startswith(passing)}
    assert kept == stored_types - narrower - {"policy", "table", "edition", "similar_message"}


def test_replaying_the_stored_case_is_the_stored_state() -> None:
    # If it fails, raise STATE_VERSION, so that stores replay.
    case = cases.read_case(CASE)
    assert cases.read_state(STATE, case.events) == case


def test_the_writer_changes_and_removes_no_stored_document() -> None:
    first = {"event": [{"data": {"type": "a", "version": 1, "x": 1}}, {"data": {"type": "a", "version": 1}}]}
    now = {"event": [{"data": {"type": "a", "version": 1, "x": 2}}, {"data": {"type": "a", "version": 2}}], "new": []}
    after = appended(first, now)
    assert after == {"event": [*first["event"], now["event"][1]], "new": []}
    assert appended(after, now) == after
    assert appended(STORED, WRITTEN) == STORED  # else run the writer


def test_no_document_has_other_keys_than_its_version_had() -> None:
    # A key more or less makes another version, and an upcaster; of the folded state, another STATE_VERSION.
    kept = shapes(STORED)
    assert {key: keys ^ kept.get(key, set()) for key, keys in shapes(WRITTEN).items() if keys != kept.get(key)} == {}
