"""The contracts of stores of documents, and of the keys of documents in a store of cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Final, TypeAlias

import attrs
import pytest

from reclamation_core.cases import Case, CaseCommand, SupportKind, apply
from reclamation_core.cases.aggregate import CommandContext, record, with_event
from reclamation_core.cases.events import Anonymised, CaseEvent, SupportAdded
from reclamation_core.cases.support_documents import DOCUMENT_LOCK, SupportDocument
from reclamation_core.ports import DocumentKeys, DocumentNotFoundError, DocumentStore, StaleReadError, Store
from reclamation_core.testing.contracts.base import Capability, OpenStore, PortContract, mark_unsupported, rule
from reclamation_core.testing.contracts.samples import a_case, insert, load, save
from reclamation_core.vocabulary import Role

OpenDocumentStore: TypeAlias = Callable[[], DocumentStore]
"""Opens the store of one test: empty at the first call, then the same place again."""

_REGISTER: Final = "register-1"
_CONTENTS: Final = (b"", b"a", bytes(range(256)) * 300, b"\r\n\0Mme Durand\r\n")


def key_of(number: int, register: str = _REGISTER) -> str:
    """Return the key of a document of a test."""
    return f"{register}/{number:032x}"


def _around_now() -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now - timedelta(days=2), now + timedelta(days=2)


class DocumentStoreContract(PortContract):
    """The contract of `DocumentStore`; a subclass defines the fixture `open_document_store`, of an empty place."""

    port = "DocumentStore"

    @pytest.fixture
    def documents(self, open_document_store: OpenDocumentStore) -> DocumentStore:
        """The store of the test, empty when it begins."""
        return open_document_store()

    @rule("ce qui est lu est ce qui a été déposé, octet par octet, en une ou plusieurs parties")
    def test_the_bytes_read_are_those_stored_in_one_part_or_several(self, documents: DocumentStore) -> None:
        for number, content in enumerate(_CONTENTS):
            documents.put(key_of(number), [content[:7], b"", content[7:]])

        for number, content in enumerate(_CONTENTS):
            with documents.open(key_of(number)) as file:
                assert b"".join(iter(lambda: file.read(1000), b"")) == content, number

    @rule("un dépôt acquitté est là pour quiconque ouvre l'espace")
    def test_an_acknowledged_document_is_there_for_everybody(
        self, documents: DocumentStore, open_document_store: OpenDocumentStore
    ) -> None:
        documents.put(key_of(1), [b"a" * 100_000])

        other = open_document_store()
        assert other.exists(key_of(1))
        with other.open(key_of(1)) as file:
            assert file.read() == b"a" * 100_000

    @rule("un dépôt interrompu laisse passer son erreur, et ne rend pas les autres illisibles")
    def test_an_interrupted_upload_raises_its_own_error(self, documents: DocumentStore) -> None:
        def broken() -> Iterator[bytes]:
            yield b"a" * 10_000
            raise ZeroDivisionError

        documents.put(key_of(1), [b"a"])
        with pytest.raises(ZeroDivisionError):
            documents.put(key_of(2), broken())

        assert set(documents.keys(_REGISTER, _around_now()[1])) <= {key_of(1), key_of(2)}
        with documents.open(key_of(1)) as file:
            assert file.read() == b"a"

    @rule("un document supprimé n'est plus nulle part, et le supprimer encore est sans effet")
    def test_a_deleted_document_is_gone_for_everybody(
        self, documents: DocumentStore, open_document_store: OpenDocumentStore
    ) -> None:
        for number in (1, 2):
            documents.put(key_of(number), [b"a"])
        documents.delete(key_of(1))
        documents.delete(key_of(1))
        documents.delete(key_of(3))

        for store in (documents, open_document_store()):
            assert not store.exists(key_of(1))
            assert list(store.keys(_REGISTER, _around_now()[1])) == [key_of(2)]
            with pytest.raises(DocumentNotFoundError):
                store.open(key_of(1))

    @rule("un document qui manque est signalé comme tel")
    def test_a_missing_document_is_reported_as_such(self, documents: DocumentStore) -> None:
        assert not documents.exists(key_of(1))
        with pytest.raises(DocumentNotFoundError) as missing:
            documents.open(key_of(1))
        assert missing.value.key == key_of(1)

    @rule("les clés listées sont celles qui ont été données, sans aucun mot du contenu")
    def test_the_keys_are_those_given_without_a_word_of_the_content(self, documents: DocumentStore) -> None:
        for number in (1, 2):
            documents.put(key_of(number), [b"Mme Durand"])

        assert sorted(documents.keys(_REGISTER, _around_now()[1])) == [key_of(1), key_of(2)]

    @rule("les clés listées sont celles d'un registre, déposées avant un instant")
    def test_the_keys_are_those_of_one_register_before_an_instant(self, documents: DocumentStore) -> None:
        before, after = _around_now()
        documents.put(key_of(1), [b"a"])
        documents.put(key_of(1, "register-10"), [b"b"])

        assert list(documents.keys(_REGISTER, after)) == [key_of(1)]
        assert list(documents.keys("register-10", after)) == [key_of(1, "register-10")]
        assert list(documents.keys("register-2", after)) == list(documents.keys(_REGISTER, before)) == []


def a_document(number: int) -> SupportDocument:
    """Return a document of a test, its texts in clear."""
    return SupportDocument(key=key_of(number), size=1, media_type="text/plain", name="a.txt", sha256="0" * 64)


def with_documents(case: Case, *numbers: int) -> Case:
    """Return a case with a support that has documents."""
    documents = tuple(map(a_document, numbers))
    return _after(case, SupportAdded(kind=SupportKind.EMAIL, title="le courriel", documents=documents))


def without_any_text(case: Case) -> Case:
    """Return a case after its texts were erased."""
    erased = _after(case, Anonymised())
    return attrs.evolve(erased, vault=erased.vault.without(erased.texts_of()))


def _after(case: Case, data: CaseEvent) -> Case:
    """Return a case after an event, which no guard refuses."""
    now = case.events[-1].recorded_at
    command = CaseCommand(data=data, actor="x", role=Role.RQR, occurred_at=now)
    return with_event(apply, case, record(case.stream_end, data, command, CommandContext(now=now)))


def claim(store: Store, case: Case, number: int) -> int:
    """Add a document to a case under its optimistic lock; return the version that the lock had."""
    with store.unit_of_work() as unit:
        found = unit.optimistic_locks.hold(DOCUMENT_LOCK + key_of(number))
        unit.cases.save(with_documents(case, number), case.version)
        unit.commit()
    return found[DOCUMENT_LOCK + key_of(number)]


class DocumentKeysContract(PortContract):
    """The contract of `DocumentKeys`: what a store of cases knows of documents."""

    port = "DocumentKeys"

    @pytest.fixture
    def keys(self, store: Store) -> DocumentKeys:
        """The keys of the store of the test."""
        if store.document_keys is None:
            mark_unsupported(Capability.DOCUMENTS, "its document_keys is None")
        return store.document_keys

    @rule("un registre a une identité, la même à chaque ouverture", needs=Capability.DOCUMENTS)
    def test_a_register_has_one_identity(self, keys: DocumentKeys) -> None:
        assert keys.register() == keys.register()
        assert keys.register().replace("-", "").isalnum()

    @rule(
        "une clé sans événement est mise sur la liste, une seule fois", needs=Capability.DOCUMENTS, message=("limit",)
    )
    def test_a_key_without_an_event_is_listed_once(self, keys: DocumentKeys) -> None:
        assert [keys.discard(key_of(number)) for number in (2, 1, 2)] == [True, True, False]

        assert keys.to_delete() == (key_of(1), key_of(2))
        assert keys.to_delete(1) == (key_of(1),)
        assert keys.among_to_delete([key_of(2), key_of(3)]) == {key_of(2)}
        assert keys.among_to_delete([]) == frozenset()
        with pytest.raises(ValueError, match="limit"):
            keys.to_delete(0)

    @rule("une clé quitte la liste quand ses octets sont supprimés, et n'y revient pas", needs=Capability.DOCUMENTS)
    def test_a_key_leaves_the_list_for_good(self, keys: DocumentKeys) -> None:
        keys.discard(key_of(1))
        keys.mark_deleted(key_of(1))
        keys.mark_deleted(key_of(2))

        assert keys.to_delete() == ()
        assert not keys.discard(key_of(1))

    @rule("une clé dont un événement a besoin n'est jamais mise sur la liste", needs=Capability.DOCUMENTS)
    def test_a_claimed_key_is_never_listed(self, store: Store, keys: DocumentKeys) -> None:
        case = a_case()
        insert(store, case)

        assert claim(store, case, 1) == 0
        assert not keys.discard(key_of(1))
        assert keys.discard(key_of(2))
        assert claim(store, load(store, case.reference), 2) == 1  # a caller refuses it

    @rule("d'un dépôt et d'un abandon de la même clé, un seul est validé", needs=Capability.DOCUMENTS)
    def test_of_a_claim_and_a_removal_of_one_key_one_is_committed(self, store: Store, keys: DocumentKeys) -> None:
        case = a_case()
        insert(store, case)

        with store.unit_of_work() as unit:
            unit.optimistic_locks.hold(DOCUMENT_LOCK + key_of(1))
            assert keys.discard(key_of(1))
            unit.cases.save(with_documents(case, 1), 1)
            with pytest.raises(StaleReadError):
                unit.commit()
        assert load(store, case.reference).version == 1

    @rule("ce qui n'est pas validé ne prend aucune clé", needs=Capability.DOCUMENTS)
    def test_an_uncommitted_claim_claims_nothing(self, store: Store, keys: DocumentKeys) -> None:
        case = a_case()
        insert(store, case)
        with store.unit_of_work() as unit:
            unit.optimistic_locks.hold(DOCUMENT_LOCK + key_of(1))
            unit.cases.save(with_documents(case, 1), 1)

        assert keys.discard(key_of(1))

    @rule("l'effacement d'un dossier met tous ses documents sur la liste", source="I17", needs=Capability.DOCUMENTS)
    def test_the_erasure_of_a_case_lists_all_its_documents(self, store: Store, keys: DocumentKeys) -> None:
        case, other = with_documents(with_documents(a_case(), 2), 1), with_documents(a_case(2), 3)
        insert(store, case, other)
        assert keys.to_delete() == ()

        save(store, without_any_text(case), case.version)

        assert keys.to_delete() == (key_of(1), key_of(2))

    @rule("plusieurs abandons d'une clé à la fois n'en font qu'un", needs=Capability.THREADS)
    def test_many_removals_of_one_key_at_once_are_one(self, opened: OpenStore) -> None:
        store, ready = opened(), Barrier(4)
        keys = store.document_keys
        if keys is None:
            mark_unsupported(Capability.DOCUMENTS, "its document_keys is None")

        def discard(_: int) -> bool:
            ready.wait()
            return keys.discard(key_of(1))

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(discard, range(4))) == 1
