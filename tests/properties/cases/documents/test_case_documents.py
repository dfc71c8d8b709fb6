import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import Case, RecordedEvent, Vault
from reclamation_core.cases.documents import (
    case_document,
    event_document,
    read_case,
    read_event,
    read_state,
    read_vault,
    state_document,
    vault_document,
)
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.cases.texts import Commitment, Secret
from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.errors import FaultsError
from tests.properties.cases.core.streams import MARK, lives
from tests.properties.cases.documents.spoiling import places, put, written
from tests.properties.cases.documents.strategies import cases, events, vaults

stored = st.one_of(cases(), lives())
"""Cases that lived, and cases that anything happened to."""


def through_json(document: Any) -> Any:
    return parse_json(canonical_json(document))


@pytest.mark.parametrize("name", CASE_EVENTS.classes)
@given(data=st.data())
def test_an_event_of_each_type_comes_back_from_json_as_it_went(name: str, data: st.DataObject) -> None:
    event = data.draw(events(CASE_EVENTS.classes[name]))
    document = event_document(event)
    assert (document["data"]["type"], type(document["data"]["version"])) == (name, int)
    assert read_event(document) == event
    assert read_event(through_json(document)) == event
    assert canonical_json(event_document(read_event(through_json(document)))) == canonical_json(document)


@given(case=stored)
def test_a_case_is_its_document_or_its_state_and_events_with_its_vault(case: Case) -> None:
    text, texts = canonical_json(case_document(case)), canonical_json(vault_document(case.vault))
    assert read_case(parse_json(text), read_vault(parse_json(texts))) == case
    assert canonical_json(case_document(read_case(parse_json(text)))) == text
    document = state_document(case)
    assert {"events", "vault"} & set(document) == set()
    assert read_state(through_json(document), case.events, case.vault) == case
    assert read_state(document, case.events) == Case.from_events(case.events)


@given(vault=vaults)
def test_a_vault_comes_back_from_its_document_however_it_was_filled(vault: Vault) -> None:
    turned = Vault(reversed(list(vault)))
    assert read_vault(through_json(vault_document(vault))) == vault
    assert canonical_json(vault_document(turned)) == canonical_json(vault_document(vault))


@given(case=lives())
def test_no_text_shows_in_the_documents_of_a_case_but_in_the_one_of_its_vault(case: Case) -> None:
    told = [canonical_json(case_document(case)), canonical_json(state_document(case))]
    assert [text for text in told if "Quatrebarbes" in text] == []
    assert MARK in canonical_json(vault_document(case.vault))
    assert "Quatrebarbes" not in repr(read_vault(vault_document(case.vault)))


def whole(path: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return where what is wrong at a place is told: a value of an own fact is one thing, as a sentinel is."""
    return path[: path.index("own") + 2] if "own" in path else path


@given(event=events(), data=st.data())
def test_an_unknown_key_is_refused_with_its_path_at_any_depth(event: RecordedEvent, data: st.DataObject) -> None:
    document = event_document(event)
    objects = {path: value for path, value in places(document) if isinstance(value, dict)}
    path = data.draw(st.sampled_from([path for path in objects if path[-1:] != ("own",)]))  # it has keys of its own
    at = path if objects[path].keys() == {"missing"} else whole((*path, "colour"))
    with pytest.raises(FaultsError) as refusal:
        read_event(put(document, (*path, "colour"), 1))
    assert [fault.path for fault in refusal.value.faults] == [written(at)]


@given(event=events(), data=st.data(), wrong=st.sampled_from([{"?": 0}, [[]], -0.5, b"a"]))
def test_a_value_of_wrong_type_is_refused_with_its_path(event: RecordedEvent, data: st.DataObject, wrong: Any) -> None:
    document = event_document(event)
    path = data.draw(st.sampled_from([path for path, _ in places(document) if path and path[-1] != "satisfaction"]))
    with pytest.raises(FaultsError) as refusal:
        read_event(put(document, path, wrong))
    where = written(path[:-1] if path[-1] == "missing" else whole(path))
    assert [fault.path for fault in refusal.value.faults if not fault.path.startswith(where)] == []


@given(event=events(), data=st.data(), hidden=st.sampled_from([MARK, [MARK], {"digest": [MARK]}, {MARK: 1, "": MARK}]))
def test_a_text_in_clear_is_refused_and_never_shown(event: RecordedEvent, data: st.DataObject, hidden: Any) -> None:
    document = event_document(event)
    found = [path for path, value in places(document) if isinstance(value, dict) and value.keys() == {"digest"}]
    path = data.draw(st.sampled_from([*found, ("data", "colour"), ("colour",), ("data",)]))
    hidden = hidden if path in found else MARK
    with pytest.raises(FaultsError) as refusal:
        read_event(put(document, path, hidden))
    values = [fault.value for fault in refusal.value.faults]
    shown = [str(refusal.value), repr(refusal.value), *map(repr, values), *traceback.format_exception(refusal.value)]
    assert [text for text in shown if MARK in text.replace(f".{MARK}", "")] == []
    assert (refusal.value.__cause__, refusal.value.__context__) == (None, None)


@given(vault=vaults, data=st.data(), spoilt=st.sampled_from([f"{MARK}\0", [MARK], f"{MARK}\ud800", {"": MARK}]))
def test_a_spoilt_vault_is_refused_without_a_text_being_shown(vault: Vault, data: st.DataObject, spoilt: Any) -> None:
    document = vault_document(vault.with_([Secret(MARK, b"0" * 16)]))
    path = data.draw(st.sampled_from([path for path, _ in places(document) if path[:1] == ("texts",)]))
    with pytest.raises(FaultsError) as refusal:
        read_vault(put(document, path, spoilt))
    shown = [str(refusal.value), repr(refusal.value), *traceback.format_exception(refusal.value)]
    assert [text for text in shown if "Quatrebarbes" in text.replace(f".{MARK}", "")] == []


@given(vault=vaults, other=vaults, data=st.data())
def test_a_text_that_is_not_the_one_committed_to_is_refused(vault: Vault, other: Vault, data: st.DataObject) -> None:
    vault = vault.with_([Secret("celle-ci", b"1" * 16)])
    document = vault_document(vault)
    digest = data.draw(st.sampled_from(sorted(document["texts"])))
    another = data.draw(st.sampled_from([Secret("une autre", b"2" * 16), *other]))
    spoilt = put(document, ("texts", digest, "text"), f"{another.text}!")
    if Secret(f"{another.text}!", bytes.fromhex(document["texts"][digest]["salt"])).proves(Commitment(digest)):
        assert read_vault(spoilt) == vault
        return
    with pytest.raises(FaultsError, match="the text and its salt are not those of this digest") as refusal:
        read_vault(spoilt)
    assert [fault.path for fault in refusal.value.faults] == [f"$.texts.{digest}"]
