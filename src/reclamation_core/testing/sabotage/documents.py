"""Sabotaged stores of documents: the store in memory, each with one realistic fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final, cast

import attrs
import pytest

from reclamation_core.adapters import InMemoryDocumentStore
from reclamation_core.ports import DocumentStore
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.testing.contracts import DocumentStoreContract, OpenDocumentStore
from reclamation_core.wording import Wording


class _LostAfterAcknowledgement(InMemoryDocumentStore):
    """It holds a large document in a cache of its own, which nobody else reads."""

    def __init__(self, shared: InMemoryDocumentStore) -> None:
        super().__init__()
        self._shared = shared

    def put(self, key: str, content: Iterable[bytes]) -> None:
        whole = b"".join(content)
        super().put(key, [whole])
        if len(whole) < 50_000:
            self._shared.put(key, [whole])

    def open(self, key: str) -> BinaryIO:
        return super().open(key) if super().exists(key) else self._shared.open(key)

    def delete(self, key: str) -> None:
        super().delete(key)
        self._shared.delete(key)

    def exists(self, key: str) -> bool:
        return super().exists(key) or self._shared.exists(key)

    def keys(self, register: str, before: datetime) -> Iterator[str]:
        return self._shared.keys(register, before)


class _WrongBytes(InMemoryDocumentStore):
    """It reads and writes texts: line ends change."""

    def open(self, key: str) -> BinaryIO:
        with super().open(key) as file:
            return BytesIO(file.read().replace(b"\r\n", b"\n"))


class _NamesInKeys(InMemoryDocumentStore):
    """It lists a key with the first word of the content, for people to find it."""

    def keys(self, register: str, before: datetime) -> Iterator[str]:
        for key in super().keys(register, before):
            with self.open(key) as file:
                word = file.read(100).decode("latin-1").partition(" ")[2]
            yield f"{key}-{word}" if word else key


class _KeptWhenDeleted(InMemoryDocumentStore):
    """It marks a document as deleted, and lists and reads it on."""

    def delete(self, key: str) -> None:
        """Do nothing."""


class _EveryRegister(InMemoryDocumentStore):
    """It lists the keys that begin with the letters of the register, those of others among them."""

    def keys(self, register: str, before: datetime) -> Iterator[str]:
        others = {key.partition("/")[0] for key in self._bytes if key.startswith(register)}
        return (key for other in sorted(others) for key in super(_EveryRegister, self).keys(other, before))


class _FreshOrphans(InMemoryDocumentStore):
    """It lists every key whatever its age."""

    def keys(self, register: str, before: datetime) -> Iterator[str]:
        return super().keys(register, datetime.max.replace(tzinfo=before.tzinfo))


def _alone(cls: type[InMemoryDocumentStore]) -> OpenDocumentStore:
    store = cls()
    return lambda: store


def _lost() -> OpenDocumentStore:
    shared = InMemoryDocumentStore()
    return lambda: _LostAfterAcknowledgement(shared)


@attrs.frozen(kw_only=True)
class DocumentSabotage(SharedRepr):
    """A store of documents with one realistic fault.

    Attributes:
        name: the fault in a few words.
        fault: the fault.
        incident: the incident of real systems that it stands for.
        place: makes a new, empty place, and returns the function that opens it.
    """

    name: str
    fault: Wording
    incident: Wording
    place: Callable[[], OpenDocumentStore] = attrs.field(repr=False, eq=False)

    def open(self) -> DocumentStore:
        """Return a new, empty store with the fault."""
        return self.place()()

    @property
    def contract(self) -> type[DocumentStoreContract]:
        """The contract of a store of documents, bound to this one."""

        def open_document_store(_: DocumentStoreContract) -> OpenDocumentStore:
            return self.place()

        bound = {"open_document_store": pytest.fixture(open_document_store), "__doc__": self.fault.en}
        return cast(type[DocumentStoreContract], type(self.name, (DocumentStoreContract,), bound))


DOCUMENT_SABOTAGES: Final = (
    DocumentSabotage(
        name="loses_what_it_acknowledged",
        fault=Wording(
            "Un grand dépôt acquitté n'est que dans la mémoire de celui qui l'a reçu.",
            "A large upload that was acknowledged is only in the memory of its receiver.",
        ),
        incident=Wording(
            "un cache en écriture différée répond avant le disque : la panne qui suit emporte la pièce",
            "a write-back cache answers before the disk: the outage that follows takes the document away",
        ),
        place=_lost,
    ),
    DocumentSabotage(
        name="changes_the_bytes",
        fault=Wording("Les fins de ligne changent à la lecture.", "Line ends change when a document is read."),
        incident=Wording(
            "un transfert FTP en mode texte : les PDF ne s'ouvrent plus, et leur empreinte ne correspond plus",
            "an FTP transfer in text mode: PDF files do not open, and their hash no longer matches",
        ),
        place=lambda: _alone(_WrongBytes),
    ),
    DocumentSabotage(
        name="puts_names_in_keys",
        fault=Wording(
            "Les clés listées contiennent un mot du document.", "The keys listed have a word of the document."
        ),
        incident=Wording(
            "des fichiers rangés sous le nom de leur auteur : la liste du dossier partagé dit qui s'est plaint",
            "files stored under the name of their author: the listing of a shared folder tells who complained",
        ),
        place=lambda: _alone(_NamesInKeys),
    ),
    DocumentSabotage(
        name="deletes_nothing",
        fault=Wording("Un document supprimé se lit encore.", "A deleted document can still be read."),
        incident=Wording(
            "un seau S3 versionné : la suppression n'ajoute qu'un marqueur, et l'ancienne version demeure",
            "a versioned S3 bucket: a deletion only adds a marker, and the earlier version remains",
        ),
        place=lambda: _alone(_KeptWhenDeleted),
    ),
    DocumentSabotage(
        name="lists_other_registers",
        fault=Wording(
            "Les clés d'un registre comprennent celles d'un autre, dont l'identité commence de même.",
            "The keys of a register include those of another one whose identity begins alike.",
        ),
        incident=Wording(
            "une liste par préfixe sans le séparateur : le ménage de l'un supprime les pièces de l'autre",
            "a listing by prefix without the separator: the clean-up of one deletes the documents of the other",
        ),
        place=lambda: _alone(_EveryRegister),
    ),
    DocumentSabotage(
        name="lists_fresh_documents",
        fault=Wording(
            "Un document déposé à l'instant est listé comme ancien.", "A fresh document is listed as an old one."
        ),
        incident=Wording(
            "un espace dont l'horloge retarde : le ménage emporte un dépôt dont l'événement n'est pas encore écrit",
            "a storage whose clock is behind: the clean-up takes an upload whose event is not written yet",
        ),
        place=lambda: _alone(_FreshOrphans),
    ),
)
"""The sabotaged stores of documents."""
