"""The stores of documents satisfy every contract rule, and each sabotaged one breaks those that it was made for."""

from pathlib import Path
from uuid import uuid4

import pytest

from reclamation_core.adapters import FolderDocumentStore, FsspecDocumentStore, InMemoryDocumentStore
from reclamation_core.testing.contracts import DocumentStoreContract, OpenDocumentStore, Outcome, run_contracts
from reclamation_core.testing.sabotage import DOCUMENT_SABOTAGES

CATCHES = {
    "loses_what_it_acknowledged": {"an_acknowledged_document_is_there_for_everybody"},
    "changes_the_bytes": {"the_bytes_read_are_those_stored_in_one_part_or_several"},
    "puts_names_in_keys": {"the_keys_are_those_given_without_a_word_of_the_content"},
    "deletes_nothing": {"a_deleted_document_is_gone_for_everybody"},
    "lists_other_registers": {"the_keys_are_those_of_one_register_before_an_instant"},
    "lists_fresh_documents": {"the_keys_are_those_of_one_register_before_an_instant"},
}
"""Rules that each fault breaks, written by hand."""


class TestInMemoryDocumentStore(DocumentStoreContract):
    @pytest.fixture
    def open_document_store(self) -> OpenDocumentStore:
        store = InMemoryDocumentStore()
        return lambda: store


class TestFolderDocumentStore(DocumentStoreContract):
    @pytest.fixture
    def open_document_store(self, tmp_path: Path) -> OpenDocumentStore:
        return lambda: FolderDocumentStore(tmp_path / "documents")


class TestFsspecMemory(DocumentStoreContract):
    @pytest.fixture
    def open_document_store(self) -> OpenDocumentStore:
        folder = f"memory://{uuid4().hex}"
        return lambda: FsspecDocumentStore(folder)


class TestFsspecFolder(DocumentStoreContract):
    @pytest.fixture
    def open_document_store(self, tmp_path: Path) -> OpenDocumentStore:
        return lambda: FsspecDocumentStore(f"file://{tmp_path}/documents")


def test_each_sabotaged_store_breaks_the_rules_that_it_was_made_for() -> None:
    report = run_contracts(*(one.contract for one in DOCUMENT_SABOTAGES))
    broken = {
        one.name: {result.rule.name for result in report.of_store(one.name).with_outcome(Outcome.BROKEN)}
        for one in DOCUMENT_SABOTAGES
    }
    assert broken == CATCHES


def test_each_sabotage_is_described_in_both_languages_and_opens_empty() -> None:
    for words in ("fault", "incident"):
        texts = [getattr(one, words) for one in DOCUMENT_SABOTAGES]
        assert len({one.fr for one in texts}) == len({one.en for one in texts}) == len(DOCUMENT_SABOTAGES)
    assert not any(one.open().exists("a/b") for one in DOCUMENT_SABOTAGES)
