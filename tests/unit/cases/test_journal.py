import hashlib
from datetime import UTC, datetime

import pytest

from reclamation_core.cases.journal import (
    Anomaly,
    AnomalyKind,
    Checkpoint,
    Entry,
    Head,
    WrittenEventStream,
    examine,
    written,
)
from reclamation_core.documents import canonical_json
from reclamation_core.documents.canonical import first_link, link, links
from reclamation_core.errors import FaultsError
from tests.unit.cases.core.life import LIVED, after, opened

TAKEN_AT = datetime(2026, 6, 1, tzinfo=UTC)
CASE = after(opened(), *LIVED)
STREAM = written(CASE.reference, CASE.events)


def test_a_link_is_the_sha_256_of_the_link_before_and_the_text() -> None:
    first = hashlib.sha256(b"0:R-1").hexdigest()
    assert first_link("R-1") == first
    assert link(first, "é") == hashlib.sha256(f"64:{first}é".encode()).hexdigest()
    assert list(links("R-1", ["a", "b"])) == [link(first, "a"), link(link(first, "a"), "b")]


def test_a_history_is_written_as_the_canonical_text_of_each_event() -> None:
    assert (STREAM.holder, STREAM.version) == (CASE.reference, len(CASE.events))
    assert [entry.number for entry in STREAM.entries] == list(range(1, len(CASE.events) + 1))
    assert all(entry.text.startswith('{"by":{"digest":"') for entry in STREAM.entries)
    assert all("Durand" not in entry.text for entry in STREAM.entries)
    assert canonical_json({"b": 1, "a": 2}) == '{"a":2,"b":1}'


def without(stream: WrittenEventStream, place: int) -> WrittenEventStream:
    kept = stream.entries[:place] + stream.entries[place + 1 :]
    return WrittenEventStream(stream.holder, stream.version, kept)


def test_events_removed_or_added_and_cases_emptied_or_deleted_are_reported() -> None:
    assert list(examine([without(STREAM, 2)])) == [Anomaly(CASE.reference, 3, AnomalyKind.MISPLACED)]
    assert list(examine([without(STREAM, len(STREAM.entries) - 1)])) == [
        Anomaly(CASE.reference, len(STREAM.entries), AnomalyKind.CUT)
    ]
    more = Entry(STREAM.version + 1, "{}", link(STREAM.entries[-1].link, "{}"))
    longer = WrittenEventStream(STREAM.holder, STREAM.version, (*STREAM.entries, more))
    assert list(examine([longer])) == [Anomaly(CASE.reference, more.number, AnomalyKind.MISPLACED)]
    assert list(examine([WrittenEventStream("R-1", 0, ())])) == [Anomaly("R-1", 1, AnomalyKind.CUT)]
    assert list(examine([], Checkpoint.of([STREAM], TAKEN_AT))) == [Anomaly(CASE.reference, None, AnomalyKind.VANISHED)]


def test_a_checkpoint_is_sealed_with_a_key_that_cannot_be_guessed() -> None:
    checkpoint = Checkpoint.of([STREAM], TAKEN_AT)
    assert checkpoint.heads == {CASE.reference: Head(STREAM.version, STREAM.entries[-1].link)}
    key = b"0" * 16
    assert [one.is_sealed_with(key) for one in (checkpoint, checkpoint.sealed(key))] == [False, True]
    with pytest.raises(ValueError, match=r"^key: 5 bytes; give at least 16 that nobody can foresee"):
        checkpoint.sealed(b"court")


def test_a_checkpoint_that_is_none_is_refused_with_its_faults() -> None:
    document = Checkpoint.of([STREAM], TAKEN_AT).to_document()
    document["heads"][CASE.reference]["version"] = 0
    document["tete"] = 1
    with pytest.raises(FaultsError) as refused:
        Checkpoint.from_document(document)
    assert {fault.path for fault in refused.value.faults} == {f"$.heads.{CASE.reference}.version", "$.tete"}
