"""Documents of supports on a desk: uploads, downloads, the deletion of bytes after an erasure, and of orphans."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, Final, TypeAlias
from urllib.parse import quote

import attrs

from reclamation_core.cases import Case
from reclamation_core.cases.events import SupportAdded
from reclamation_core.cases.plain import plain
from reclamation_core.cases.support_documents import (
    DOCUMENT_LOCK,
    MESSAGE_LOCK,
    NewDocument,
    SupportDocument,
    UploadedDocument,
    file_name,
    kinds_of_documents,
    size_in_words,
)
from reclamation_core.cases.texts import Commitment
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.errors import ReservedDocumentError
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.policy import ChangedEditionError, SupportParameters, UnknownEditionError
from reclamation_core.ports import (
    DamagedDocumentError,
    DocumentKeys,
    DocumentNotFoundError,
    DocumentStore,
    DocumentStoreError,
    ExportKind,
    ExportRecord,
    StoreError,
    UnitOfWork,
)
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import at_offset
from reclamation_core.vocabulary import Role
from reclamation_core.wording import Wording, safe_repr

ScanDocument: TypeAlias = Callable[[BinaryIO], str | None]
"""A scanner of the host: reads a document, and returns the name of what is wrong with it; None if nothing is."""

_LOG: Final = logging.getLogger("reclamation_core.desk")
_PART: Final = 1 << 18
_IN_MEMORY: Final = 1_000_000
PAGE: Final = 500
_ORPHAN_AGE: Final = timedelta(days=1)
"""The age from which bytes without an event are an orphan: an upload waits for its event for less."""
_KEY: Final = re.compile(r"[A-Za-z0-9-]{1,64}/[0-9a-f]{32}", re.ASCII)
_NO_STORE: Final = Wording(
    "il n'y a pas d'espace pour les documents ici ; ajoutez le support sans document, ou faites configurer l'espace",
    "this desk has no store of documents; add the support without a document, or open the desk with documents=...",
)
_TAKEN: Final = Wording(
    "ce document est déjà dans un dossier, ou n'est plus disponible ; déposez-le de nouveau",
    "this document is in a case already, or no longer available; upload it again",
)
_FILED: Final = Wording(
    "un message qui n'est pas encore classé est attendu : celui-ci est déjà le support d'un dossier",
    "a message that is not on file is expected: this one is a support of a case already",
)
_EMPTY: Final = Wording("un document non vide est attendu", "a document that is not empty is expected")


def too_many(most: int) -> Wording:
    """Return what is expected instead of too many documents."""
    return Wording(
        f"{most} documents par dossier au plus sont attendus ; réunissez-les en un seul fichier",
        f"at most {most} documents a case are expected; put them together in one file",
    )


def _too_much_a_day(limits: SupportParameters) -> Wording:
    most = size_in_words(limits.most_bytes_a_day)
    return Wording(
        f"{limits.most_uploads_a_day} documents et {most.fr} au plus sont attendus par personne et par jour ; "
        "joignez à un dossier ceux qui sont déposés, et déposez les autres demain",
        f"at most {limits.most_uploads_a_day} documents and {most.en} a person and day are expected; add to a case "
        "those that are uploaded, and upload the others tomorrow",
    )


@attrs.frozen(kw_only=True)
class DocumentStatus(SharedRepr):
    """A document of a case, and what is left of it.

    Attributes:
        number: its number among the documents of the case, from 1.
        event: the number of the event that added it.
        added_at: when it was added, as its date was corrected last; aware.
        key: its key.
        size: its number of bytes.
        media_type: its type by its content.
        name: its file name; None once it is erased, and for a role that reads no names.
        sha256: the SHA-256 of its bytes; None once it is erased.
        is_erased: True once its name and hash are erased: it can no longer be opened.
        is_left: True if it was erased and its bytes are not deleted yet.
        can_open: True if the role of the desk may open it.
    """

    number: int
    event: int
    added_at: datetime
    key: str
    size: int
    media_type: str
    name: str | None = attrs.field(repr=False)
    sha256: str | None
    is_erased: bool
    is_left: bool
    can_open: bool

    def to_document(self, *, texts: bool = False) -> dict[str, Any]:
        """Return the document as plain data; `document_schema("view.document")` describes it.

        Args:
            texts: True to include its name and hash; by default they are null.
        """
        return plain(self if texts else attrs.evolve(self, name=None, sha256=None))

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of HTTP to serve it with: a file to save, which no browser displays in the application's origin.

        Names of any script are encoded as RFC 6266 says.
        """
        name = self.name or f"document-{self.number}"
        plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._- ") else "_" for sign in name)
        return {
            "Content-Type": self.media_type,
            "Content-Length": str(self.size),
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
            "Accept-Ranges": "none",
        }


@attrs.frozen(kw_only=True)
class OpenDocument(SharedRepr):
    """A document that is being read.

    Attributes:
        status: the document.
        content: its bytes as a binary file, which the caller closes.
    """

    status: DocumentStatus
    content: IO[bytes] = attrs.field(repr=False)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of HTTP to serve it with; see `DocumentStatus.headers`."""
        return self.status.headers


@attrs.define
class _Content(SharedRepr):
    """The size, hash and first bytes of content that passes through, within the limits of an edition."""

    limits: SupportParameters
    path: str
    size: int = 0
    media_type: str = ""
    _hash: hashlib._Hash = attrs.field(factory=hashlib.sha256)
    _head: bytes = b""

    def through(self, content: Iterable[bytes]) -> Iterator[bytes]:
        """Yield content; raise the fault of a document that is too large, empty, or of a type that is not accepted."""
        from reclamation_core.adapters.media_types import HEAD, media_type_of

        for part in content:
            self.size += len(part)
            if self.size > self.limits.largest_document:
                self._refuse(self.size, self._too_large())
            self._hash.update(part)
            self._head += part[: HEAD - len(self._head)]
            yield part
        if not self.size:
            self._refuse(0, _EMPTY)
        self.media_type = media_type_of(self._head)
        if self.media_type not in self.limits.media_types:
            self._refuse(self.media_type, self._not_accepted())

    @property
    def sha256(self) -> str:
        """The SHA-256 of what has passed, in hexadecimal."""
        return self._hash.hexdigest()

    def _refuse(self, value: object, expected: Wording) -> None:
        raise FaultsError([Fault(self.path, value, expected)])

    def _too_large(self) -> Wording:
        most = size_in_words(self.limits.largest_document)
        return Wording(
            f"un document de {most.fr} au plus est attendu ; réduisez-le, ou partagez-le en plusieurs",
            f"a document of at most {most.en} is expected; make it smaller, or split it",
        )

    def _not_accepted(self) -> Wording:
        types = kinds_of_documents(self.limits.media_types)
        return Wording(
            f"un document de l'un de ces types est attendu, d'après son contenu : {types.fr}",
            f"a document of one of these types is expected, by its content: {types.en}",
        )


@attrs.frozen
class DocumentService(SharedRepr):
    """The documents of the cases of a desk.

    Args:
        context: the context of the desk.
    """

    context: DeskContext

    def upload(self, reference: str, document: NewDocument) -> UploadedDocument:
        """Store the bytes of a document; see `Desk.upload_document`."""
        limits = self._limits(reference, 1)
        store, keys = self._stores()
        uploaded, content = self._put(store, keys, limits, document, "document")
        try:
            self._count(keys, limits, content.size)
        except BaseException:
            self._discard_new(store, uploaded.key)
            raise
        return uploaded

    def add_support(
        self,
        reference: str,
        support: SupportAdded,
        documents: Sequence[NewDocument | UploadedDocument],
        occurred_at: datetime | None,
    ) -> Case:
        """Add a support with documents; see `Desk.add_support`."""
        named = [one.key for one in documents if isinstance(one, UploadedDocument)]
        case = self._load(reference)
        if support.source is not None and support.source in case.filed_messages:
            return case
        if not documents:
            return self._claim(reference, support, None, occurred_at)
        store, keys = self._stores()
        if len(named) == len(documents) and set(named) <= {one.key for one in case.documents}:
            return self.context.without_unread_names(case)  # the answer to the first request was lost
        limits = self._limits(reference, len(documents))
        uploaded: list[str] = []
        try:
            added = []
            for place, document in enumerate(documents):
                path = f"documents[{place}]"
                if isinstance(document, NewDocument):
                    one, content = self._put(store, keys, limits, document, path)
                    uploaded.append(one.key)
                else:
                    one, content = document, self._read(store, keys, limits, document, path)
                added.append(_described(one, content))
            return self._claim(reference, attrs.evolve(support, documents=tuple(added)), limits, occurred_at)
        except BaseException:
            for key in uploaded:
                self._abandon(store, keys, key)
            raise

    def limits(self, reference: str) -> SupportParameters:
        """Return the limits of the edition of a case; see `Desk.document_limits`."""
        return self.context.policy_of(self._load(reference)).parameters.support

    def of_case(self, reference: str) -> tuple[DocumentStatus, ...]:
        """Return the documents of a case; see `Desk.documents`."""
        return self.status_of(self._load(reference))

    def status_of(self, case: Case) -> tuple[DocumentStatus, ...]:
        """Return the documents of a case that was read."""
        keys = self.context.store.document_keys
        try:
            can_open = self._can_read(case)
        except (ChangedEditionError, UnknownEditionError):  # which roles it gives them to is unknown
            can_open = False
        pairs = [
            (event, one)
            for event in case.history
            if isinstance(event.data, SupportAdded)
            for one in event.data.documents
        ]
        erased = [one.key for _, one in pairs if case.read(one.sha256) is None]
        left = frozenset() if keys is None or not erased else keys.among_to_delete(erased)
        return tuple(
            DocumentStatus(
                number=number,
                event=event.number,
                added_at=event.occurred_at,
                key=one.key,
                size=one.size,
                media_type=one.media_type,
                name=case.read(one.name) if self.context.reads_names else None,
                sha256=case.read(one.sha256),
                is_erased=one.key in erased,
                is_left=one.key in left,
                can_open=can_open and one.key not in erased,
            )
            for number, (event, one) in enumerate(pairs, start=1)
        )

    def with_left(self, case: Case) -> Case:
        """Return a case with the keys of its erased documents whose bytes are not deleted yet."""
        erased, keys = case.erased_documents(), self.context.store.document_keys
        if not erased or keys is None:
            return case
        return attrs.evolve(case, documents_left=tuple(sorted(keys.among_to_delete(erased))))

    def open(self, reference: str, key: str) -> OpenDocument:
        """Open a document of a case, and log it; see `Desk.open_document`."""
        case = self._load(reference)
        self._stores()
        found = next((one for one in self.status_of(case) if one.key == key and not one.is_erased), None)
        if found is None:
            raise DocumentNotFoundError(key)
        self.require_readable(case)
        content = self.verified(case, found)
        try:
            self.context.store.exports.add(self.download_of(case, found.number))
        except BaseException:
            content.close()
            raise
        return OpenDocument(status=found, content=content)

    def require_readable(self, case: Case) -> None:
        """Refuse a role to which the edition of a case does not give its documents.

        Raises:
            ReservedDocumentError: it reserves them to others.
        """
        if not self._can_read(case):
            roles = self.context.policy_of(case).roles.reads_documents
            raise ReservedDocumentError(case.reference, tuple(role.value for role in roles))

    def verified(self, case: Case, document: DocumentStatus) -> IO[bytes]:
        """Return a copy of the bytes of a document, as its event has them: a large one is a temporary file.

        Raises:
            DamagedDocumentError: the store has none, or others.
            DocumentStoreError: it cannot be reached.
        """
        store, _ = self._stores()
        copy = SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)
        digest, size = hashlib.sha256(), 0
        try:
            with store.open(document.key) as file:
                for part in _parts(file):
                    digest.update(part)
                    size += len(part)
                    copy.write(part)
        except DocumentNotFoundError:
            copy.close()
            raise DamagedDocumentError(case.reference, document.number, is_missing=True) from None
        except BaseException:
            copy.close()
            raise
        if (size, digest.hexdigest()) != (document.size, document.sha256):
            copy.close()
            raise DamagedDocumentError(case.reference, document.number, is_missing=False)
        copy.seek(0)
        return copy

    def download_of(self, case: Case, number: int) -> ExportRecord:
        """Return what the log of exports has of a document of a case that is opened: who, when, which."""
        context = self.context
        # The salted commitment stands for the hash, which the log would have after the erasure.
        commitment = case.documents[number - 1].sha256
        return ExportRecord(
            kind=ExportKind.DOCUMENT,
            subject=f"{case.reference} {number}",
            sha256=commitment.digest if isinstance(commitment, Commitment) else "",
            exported_at=at_offset(context.clock.now()),
            actor=context.actor,
            role=context.role,
            place=context.place,
        )

    # Deletion

    def delete_listed(self) -> int:
        """Delete the bytes of erased documents and of orphans, and return how many.

        Within the transaction of a host nothing is deleted: the host may still roll the erasure back.

        Raises:
            DocumentStoreError: the store of documents cannot be reached; what was deleted before is off the list.
        """
        keys, store = self.context.store.document_keys, self.context.documents
        if keys is None or store is None or not self.context.store.commits_at_once():
            return 0
        count = 0
        while page := keys.to_delete(PAGE):
            for key in page:
                store.delete(key)
                keys.mark_deleted(key)
                count += 1
                self.context.progress()
        return count

    def count_listed(self) -> int:
        """Return how many documents are on the list of those to delete, at most 500."""
        keys = self.context.store.document_keys
        return 0 if keys is None else len(keys.to_delete(PAGE))

    def delete_after_commit(self) -> None:
        """Delete the bytes of documents that were just erased; the nightly job retries what fails."""
        try:
            self.delete_listed()
        except (DocumentStoreError, StoreError) as error:
            _LOG.warning("documents: the bytes of erased documents are left, after %s", type(error).__name__)

    def discard_orphans(self) -> int:
        """List for deletion the bytes that no event has claimed for a day, and return how many.

        Raises:
            DocumentStoreError: the store of documents cannot be reached.
        """
        keys, store = self.context.store.document_keys, self.context.documents
        if keys is None or store is None or not self.context.store.commits_at_once():
            return 0
        before = at_offset(self.context.clock.now()) - _ORPHAN_AGE
        count, page = 0, list[str]()
        for key in store.keys(keys.register(), before):
            if _KEY.fullmatch(key):  # other files of the folder are left alone
                page.append(key)
            if len(page) >= PAGE:
                count += self._discard(keys, page)
        return count + self._discard(keys, page)

    def _discard(self, keys: DocumentKeys, page: list[str]) -> int:
        """List those of a page of keys that nobody has claimed, and empty the page."""
        self.context.progress()
        with self.context.store.unit_of_work() as unit:
            versions = unit.optimistic_locks.hold(*(DOCUMENT_LOCK + key for key in page))
        found = sum(keys.discard(key) for key in page if versions[DOCUMENT_LOCK + key] == 0)
        page.clear()
        return found

    # Parts

    def _stores(self) -> tuple[DocumentStore, DocumentKeys]:
        keys, store = self.context.store.document_keys, self.context.documents
        if keys is None or store is None:
            raise FaultsError([Fault("documents", REDACTED, _NO_STORE)])
        return store, keys

    def _load(self, reference: str) -> Case:
        with self.context.store.unit_of_work() as unit:
            return self.context.load(unit, reference)

    def _limits(self, reference: str, more: int) -> SupportParameters:
        """Return the limits of the edition of a case; refuse so many documents more than they allow."""
        case = self._load(reference)
        self.context.require_version(reference, case.version)
        limits = self.context.policy_of(case).parameters.support
        _require_few(case, more, limits)
        return limits

    def _put(
        self, store: DocumentStore, keys: DocumentKeys, limits: SupportParameters, document: NewDocument, path: str
    ) -> tuple[UploadedDocument, _Content]:
        """Store a new document under a key of its own; equal documents are stored twice."""
        uploaded = UploadedDocument(key=f"{keys.register()}/{token_hex(16)}", name=file_name(document.name))
        content = _Content(limits, path)
        try:
            store.put(uploaded.key, content.through(_parts(document.content)))
            self._scan(store, uploaded.key, path)
        except BaseException:
            self._discard_new(store, uploaded.key)
            raise
        return uploaded, content

    def _count(self, keys: DocumentKeys, limits: SupportParameters, size: int) -> None:
        """Count an upload of the person who acts, and its bytes; the system is not limited.

        The counters are named by a hash of the person and of the register.

        Raises:
            FaultsError: the person uploaded as much as the edition allows on this day.
        """
        context = self.context
        if context.role is Role.SYSTEM:
            return
        day = at_offset(context.clock.now()).astimezone(UTC).date()
        person = hashlib.sha256(f"{keys.register()} {context.actor}".encode()).hexdigest()[:32]
        series = context.store.sequences
        count = series.next(f"uploads {day} {person}")
        total = series.next(f"bytes {day} {person}", size) + size - 1
        if count > limits.most_uploads_a_day or total > limits.most_bytes_a_day:
            raise FaultsError([Fault("document", size, _too_much_a_day(limits))])

    def _discard_new(self, store: DocumentStore, key: str) -> None:
        """Delete the bytes of a new key, which nobody knows; the sweep of orphans deletes what fails."""
        with suppress(DocumentStoreError):
            store.delete(key)

    def _read(
        self, store: DocumentStore, keys: DocumentKeys, limits: SupportParameters, document: UploadedDocument, path: str
    ) -> _Content:
        """Read an uploaded document again: its size, hash and type are those of what the store has."""
        if not document.key.startswith(f"{keys.register()}/"):
            raise FaultsError([Fault(f"{path}.key", REDACTED, _TAKEN)])
        content = _Content(limits, path)
        try:
            with store.open(document.key) as file:
                for _ in content.through(_parts(file)):
                    pass
        except DocumentNotFoundError:
            raise FaultsError([Fault(f"{path}.key", REDACTED, _TAKEN)]) from None
        self._scan(store, document.key, path)
        return content

    def _scan(self, store: DocumentStore, key: str, path: str) -> None:
        """Have the scanner of the host read a document.

        Raises:
            FaultsError: it found something.
            DocumentStoreError: it failed; the document is not accepted without it.
        """
        scan = self.context.scan_document
        if scan is None:
            return
        with store.open(key) as file:
            try:
                found = scan(file)
            except Exception as error:
                raise DocumentStoreError("scanner", type(error).__name__) from error
        if found:
            expected = Wording(
                "un document sans programme malveillant est attendu ; l'antivirus refuse celui-ci",
                "a document without malware is expected; the scanner refuses this one",
            )
            raise FaultsError([Fault(path, found, expected)])

    def _claim(
        self, reference: str, support: SupportAdded, limits: SupportParameters | None, occurred_at: datetime | None
    ) -> Case:
        """Write the event, which claims the key of each document, and the message, under their optimistic locks."""
        locks = {document.lock: f"documents[{place}]" for place, document in enumerate(support.documents)}
        message = None if support.source is None else MESSAGE_LOCK + support.source

        def added(unit: UnitOfWork, case: Case) -> Case:
            versions = unit.optimistic_locks.hold(*locks, *(() if message is None else (message,)))
            if taken := [path for lock, path in locks.items() if versions[lock] != 0]:
                raise FaultsError(Fault(path, REDACTED, _TAKEN) for path in taken)
            if message is not None and versions[message] != 0:
                raise FaultsError([Fault("source", support.source, _FILED)])
            if limits is not None:
                _require_few(case, len(locks), limits)
            return self.context.handle(case, support, occurred_at)

        return self.context.update(reference, added)

    def _abandon(self, store: DocumentStore, keys: DocumentKeys, key: str) -> None:
        """Delete the bytes of a document whose event was refused; what fails is left to the nightly job."""
        if not self.context.store.commits_at_once():
            return
        with suppress(DocumentStoreError, StoreError):
            if keys.discard(key):
                store.delete(key)
                keys.mark_deleted(key)

    def _can_read(self, case: Case) -> bool:
        context = self.context
        return context.role is Role.SYSTEM or context.role in context.policy_of(case).roles.reads_documents


def _require_few(case: Case, more: int, limits: SupportParameters) -> None:
    if len(case.documents) + more > limits.most_documents:
        raise FaultsError([Fault("documents", len(case.documents) + more, too_many(limits.most_documents))])


def _described(document: UploadedDocument, content: _Content) -> SupportDocument:
    return SupportDocument(
        key=document.key,
        size=content.size,
        media_type=content.media_type,
        name=file_name(document.name),
        sha256=content.sha256,
    )


def _parts(content: bytes | IO[bytes]) -> Iterator[bytes]:
    """Yield content in parts, so that a large file is never in memory as a whole."""
    if isinstance(content, bytes):
        yield content
        return
    while part := content.read(_PART):
        yield part


def require_documents(documents: object) -> tuple[NewDocument | UploadedDocument, ...]:
    """Return documents as a tuple.

    Raises:
        TypeError: one of them is neither a `NewDocument` nor an `UploadedDocument`.
        FaultsError: two of them have one key.
    """
    if not isinstance(documents, list | tuple):  # not each iterable: it may be read twice
        raise TypeError(f"documents: a list of documents is expected, got {safe_repr(documents)}")
    for place, one in enumerate(documents):
        if not isinstance(one, NewDocument | UploadedDocument):
            raise TypeError(
                f"documents[{place}]: a NewDocument, or an UploadedDocument, is expected, got {safe_repr(one)}"
            )
    keys = [one.key for one in documents if isinstance(one, UploadedDocument)]
    if twice := [place for place, key in enumerate(keys) if key in keys[:place]]:
        raise FaultsError(Fault(f"documents[{place}]", REDACTED, _TAKEN) for place in twice)
    return tuple(documents)
