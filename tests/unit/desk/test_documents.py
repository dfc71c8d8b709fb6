"""Documents of supports on a desk: uploads, limits, downloads, erasure."""

import hashlib
import io
import logging
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

import attrs
import pytest

from reclamation_core import ports
from reclamation_core.adapters import InMemoryDocumentStore
from reclamation_core.adapters.media_types import media_type_of
from reclamation_core.cases import Case, CommandRefusedError, NewDocument, SupportKind, TextKind, UploadedDocument
from reclamation_core.desk import Desk, ReservedDocumentError
from reclamation_core.desk.leases import Lease
from reclamation_core.errors import FaultsError
from reclamation_core.policy import Parameters, Policy, RoleParameters, SupportParameters
from reclamation_core.vocabulary import Role
from tests.inside import clock_of, contents_of, store_of
from tests.schemas import valid
from tests.unit.desk import factories
from tests.unit.desk.factories import new_desk, registered

PDF = b"%PDF-1.7\n1 0 obj\n" + bytes(range(256)) * 40
LETTER = NewDocument(name="C:\\lettre de Mme Durand\u202e.pdf", content=PDF)
NOTE = NewDocument(name="note.txt", content=io.BytesIO(b"Bonjour,\nle formateur est absent.\n"))


class Down(InMemoryDocumentStore):
    """A store of documents that can be down."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down = False

    def _up(self) -> None:
        if self.is_down:
            raise ports.DocumentStoreError("test", "ConnectionError")

    def put(self, key: str, content: Any) -> None:
        self._up()
        super().put(key, content)

    def open(self, key: str) -> BinaryIO:
        self._up()
        return super().open(key)

    def delete(self, key: str) -> None:
        self._up()
        super().delete(key)

    def keys(self, register: str, before: datetime) -> Any:
        self._up()
        return super().keys(register, before)


def stored(documents: InMemoryDocumentStore) -> set[str]:
    """Return the keys of every register in a store of documents."""
    return set(contents_of(documents))


def a_desk(documents: InMemoryDocumentStore | None = None, **options: Any) -> tuple[Desk, InMemoryDocumentStore]:
    documents = InMemoryDocumentStore() if documents is None else documents
    return new_desk(documents=documents, **options), documents


def add(desk: Desk, case: Case, *documents: NewDocument | UploadedDocument, **more: Any) -> Case:
    return desk.add_support(case.reference, kind=SupportKind.EMAIL, title="le courriel", documents=documents, **more)


def closed_with_documents(desk: Desk) -> Case:
    case = add(desk, registered(desk), LETTER)
    desk.withdraw(case.reference)
    return desk.close(case.reference, reason="withdrawn")


def fault_of(error: pytest.ExceptionInfo[FaultsError]) -> tuple[str, str]:
    [fault] = error.value.faults
    return fault.path, fault.expected.en


def test_a_support_has_documents_by_their_content() -> None:
    desk, documents = a_desk()

    case = add(desk, registered(desk), LETTER, NOTE, LETTER)

    letter, note, again = desk.documents(case.reference)
    assert (letter.name, letter.size, letter.media_type) == ("lettre de Mme Durand.pdf", len(PDF), "application/pdf")
    assert letter.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (note.name, note.media_type) == ("note.txt", "text/plain")
    assert len({letter.key, note.key, again.key}) == 3  # equal bytes are stored twice
    assert stored(documents) == {letter.key, note.key, again.key}
    assert "3 documents" in case.timeline()[-1].sentence
    assert not any("Durand" in key for key in stored(documents))
    for texts in (True, False):
        document = letter.to_document(texts=texts)
        assert valid("view.document", document)
        assert (document["name"], document["sha256"]) == ((letter.name, letter.sha256) if texts else (None, None))
    assert desk.cases.count(ports.CaseQuery(text="lettre")) == 1  # found by the name of a file
    with desk.open_document(case.reference, letter.key).content as file:
        assert file.read() == PDF


@pytest.mark.parametrize(
    ("document", "parameters", "expected"),
    [
        (LETTER, {"largest_document": 100}, "a document of at most 100 bytes is expected"),
        (LETTER, {"media_types": ("text/plain",)}, "a document of one of these types is expected"),
        (NewDocument(name="lettre.pdf", content=b"<!DOCTYPE html><html><script>"), {}, "of one of these types"),
        (NewDocument(name="lettre.pdf", content=b"MZ" + bytes(300)), {}, "of one of these types"),
        (NewDocument(name="lettre.pdf", content=b""), {}, "a document that is not empty is expected"),
    ],
)
def test_a_document_is_refused_by_its_content_and_leaves_nothing(
    document: NewDocument, parameters: dict[str, Any], expected: str
) -> None:
    policy = Policy(edition="M2-1", parameters=Parameters(support=SupportParameters(**parameters)))
    desk, documents = a_desk(policy=policy)
    case = registered(desk)
    for call in (lambda: add(desk, case, document), lambda: desk.upload_document(case.reference, document)):
        with pytest.raises(FaultsError) as refused:
            call()
        path, words = fault_of(refused)
        assert path in {"documents[0]", "document"}
        assert expected in words
    assert stored(documents) == set()
    assert desk.cases.get(case.reference) == case


def test_a_case_has_at_most_so_many_documents() -> None:
    limits = SupportParameters(most_documents=2, largest_document=len(PDF))
    desk, documents = a_desk(policy=Policy(edition="M2-1", parameters=Parameters(support=limits)))
    case = add(desk, registered(desk), LETTER)
    with pytest.raises(FaultsError, match=r"^documents: 3; at most 2 documents a case"):
        add(desk, case, LETTER, LETTER)
    assert len(add(desk, case, LETTER).documents) == len(stored(documents)) == 2


def test_a_person_uploads_so_much_a_day() -> None:
    """An upload is counted whether an event claims it or not; the day after, and another person, begin again."""
    fits = 2
    for limits in (
        SupportParameters(most_uploads_a_day=fits),
        SupportParameters(most_bytes_a_day=(fits + 1) * len(PDF) - 1),
    ):
        clock = factories.FakeClock(factories.at(30))
        policy = Policy(edition="M2-1", parameters=Parameters(support=limits))
        desk, documents = a_desk(policy=policy, clock=clock)
        case = registered(desk)
        for _ in range(fits):
            add(desk, case, desk.upload_document(case.reference, LETTER))
        for _ in range(2):
            with pytest.raises(FaultsError, match="a person and day are expected"):
                desk.upload_document(case.reference, LETTER)
        assert len(stored(documents)) == fits
        desk.acting("M. Petit", Role.AQ).upload_document(case.reference, LETTER)
        desk.acting("Mme Roux", Role.SYSTEM).upload_document(case.reference, LETTER)
        clock.advance(days=1)
        desk.upload_document(case.reference, LETTER)
        assert len(stored(documents)) == fits + 3


def test_a_refused_command_deletes_what_it_stored() -> None:
    documents = Down()
    desk, _ = a_desk(documents)
    case = registered(desk)
    with pytest.raises(ports.VersionConflictError):
        add(desk, case, LETTER, expected_version=7)
    with pytest.raises(FaultsError):
        desk.add_support(case.reference, kind=SupportKind.EMAIL, title=" ", documents=[LETTER])
    with pytest.raises(CommandRefusedError, match="in the future"):
        add(desk, case, LETTER, occurred_at=datetime(2030, 1, 1, tzinfo=UTC))
    assert stored(documents) == set()
    documents.is_down = True  # another version is refused before anything is stored
    with pytest.raises(ports.VersionConflictError):
        add(desk, case, LETTER, expected_version=7)


def test_an_upload_is_claimed_by_its_key_once() -> None:
    desk, documents = a_desk()
    case, other = registered(desk), registered(desk)
    uploaded = desk.upload_document(case.reference, LETTER)
    command: dict[str, Any] = {"type": "add_support", "kind": "email", "title": "le courriel"}
    command["documents"] = [{"key": uploaded.key, "name": "lettre.pdf"}]

    assert desk.execute(case.reference, command) == desk.execute(case.reference, command)
    assert [one.sha256 for one in desk.documents(case.reference)] == [hashlib.sha256(PDF).hexdigest()]
    with pytest.raises(FaultsError, match=r"^documents\[0\]: \.\.\.; this document is in a case already") as taken:
        desk.execute(other.reference, command)
    assert fault_of(taken)[0] == "documents[0]"
    with pytest.raises(FaultsError, match=r"^key: "):
        UploadedDocument(key="../lettre.pdf", name="a.pdf")
    for key in (f"another-register/{'0' * 32}", f"{uploaded.key[:-32]}{'0' * 32}"):
        with pytest.raises(FaultsError, match=r"^documents\[0\]\.key: \.\.\.; .* no longer available"):
            add(desk, other, UploadedDocument(key=key, name="a.pdf"))
    with pytest.raises(FaultsError, match=r"^documents\[1\]: \.\.\.; this document is in a case already"):
        add(desk, other, uploaded, uploaded)
    assert stored(documents) == {uploaded.key}


def test_a_store_that_is_down_refuses_the_upload_alone() -> None:
    documents = Down()
    desk, _ = a_desk(documents)
    case = closed_with_documents(desk)
    documents.is_down = True
    other = registered(desk)

    for call in (lambda: add(desk, other, LETTER), lambda: desk.upload_document(other.reference, LETTER)):
        with pytest.raises(ports.DocumentStoreError) as refused:
            call()
        assert refused.value.retry_after
        assert "ConnectionError" not in refused.value.public_message("fr")
    with pytest.raises(ports.DocumentStoreError):
        desk.open_document(case.reference, case.documents[0].key)
    assert desk.add_support(other.reference, kind=SupportKind.LETTER, title="l'appel").supports == 1
    assert case.to_html() == desk.cases.get(case.reference).to_html()
    assert len(desk.documents(case.reference)) == 1


def test_bytes_remain_until_the_store_answers_and_the_case_says_so(caplog: pytest.LogCaptureFixture) -> None:
    documents = Down()
    desk, _ = a_desk(documents)
    case = closed_with_documents(desk)
    documents.is_down = True

    with caplog.at_level(logging.WARNING):
        anonymised = desk.anonymise(case.reference)
    assert "are left" in caplog.text
    key = case.documents[0].key
    assert anonymised.documents_left == desk.cases.get(case.reference).documents_left == (key,)
    assert anonymised.to_document()["documents_left"] == [key]
    assert anonymised == desk.cases.get(case.reference)
    assert list(desk.verify()) == []
    [erased] = desk.documents(case.reference)
    assert (erased.name, erased.sha256, erased.is_erased, erased.is_left) == (None, None, True, True)
    report = desk.maintenance.nightly()
    assert (report.documents, report.documents_left, report.is_clean) == (0, 1, False)
    assert "au contenu encore présent : 1" in report.to_text()

    documents.is_down = False
    report = desk.maintenance.nightly()
    assert (report.documents, report.documents_left, report.is_clean) == (1, 0, True)
    assert report.to_document()["documents"] == 1
    assert stored(documents) == set()
    assert not desk.documents(case.reference)[0].is_left
    assert desk.cases.get(case.reference).documents_left == ()


def test_erased_documents_are_deleted_at_once_and_cannot_be_opened() -> None:
    for kinds in ((TextKind.PERSONAL,), (TextKind.FREE,), tuple(TextKind)):
        desk, documents = a_desk()
        case = closed_with_documents(desk)
        key = case.documents[0].key
        erased = desk.anonymise(case.reference, kinds=kinds)
        assert stored(documents) == set()
        assert [erased.read(text) for text in (erased.documents[0].name, erased.documents[0].sha256)] == [None, None]
        with pytest.raises(ports.DocumentNotFoundError):
            desk.open_document(case.reference, key)
        assert list(desk.verify()) == []


def test_a_case_is_found_by_the_name_of_a_file_until_it_is_erased() -> None:
    policy = Policy(edition="M2-1", parameters=Parameters(roles=RoleParameters(reads_names=(Role.RQR,))))
    desk, _ = a_desk(policy=policy)
    case = closed_with_documents(desk)
    rqr, aq = desk.acting("Mme Roux", Role.RQR), desk.acting("M. Kern", Role.AQ)
    for words in ("lettre", "lettre de mme durand", "DURAND PDF"):
        assert [one.cases.count(ports.CaseQuery(text=words)) for one in (rqr, aq)] == [1, 0], words
    assert [one.documents(case.reference)[0].name for one in (rqr, aq)] == ["lettre de Mme Durand.pdf", None]
    assert "document-1" in aq.documents(case.reference)[0].headers["Content-Disposition"]
    desk.anonymise(case.reference)
    assert (rqr.cases.count(ports.CaseQuery(text="durand")), rqr.documents(case.reference)[0].can_open) == (0, False)


def test_cases_that_expire_are_erased_with_their_documents() -> None:
    desk, documents = a_desk()
    closed_with_documents(desk)
    later = Desk(
        store_of(desk),
        clock=factories.FakeClock(factories.at(1).replace(year=2030)),
        clock_limit=None,
        documents=documents,
    )
    [erased] = later.forget_expired()
    assert erased.documents_left == ()
    assert stored(documents) == set()


def test_orphans_are_deleted_after_a_day_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.desk.documents.PAGE", 2)
    now = datetime.now(UTC)
    documents = InMemoryDocumentStore(lambda: now)
    clock = factories.FakeClock(now)
    desk, _ = a_desk(documents, clock=clock)
    case = registered(desk, received_at=now - timedelta(days=1))
    for _ in range(3):
        desk.upload_document(case.reference, LETTER)
    kept = add(desk, case, LETTER).documents[0].key
    register = kept.partition("/")[0]
    documents.put(f"{register}/README", [b"of the host"])
    documents.put(f"another-register/{'0' * 32}", [b"of another register"])

    assert desk.maintenance.nightly(publish=lambda _: None).documents == 0
    clock.set(now + timedelta(days=1, hours=1))
    registered(desk, received_at=now - timedelta(days=40))
    renewed = set[str]()  # the functions that renew the lease of a night, as each does between its cases or documents
    monkeypatch.setattr(Lease, "save_if_needed", lambda _: renewed.add(sys._getframe(1).f_code.co_name))
    assert desk.maintenance.nightly(verify=True, publish=lambda _: None).documents == 3
    assert " ".join(sorted(renewed)) == "_discard _each _waiting change_due_cases delete_listed handle rebuild verify"
    assert stored(documents) == {kept, f"{register}/README", f"another-register/{'0' * 32}"}


def test_a_document_opens_through_its_case_alone() -> None:
    desk, _ = a_desk(sites=factories.SITES)
    case = add(desk, registered(desk, site="CRE"), LETTER)
    other = registered(desk, site="STR")
    key = case.documents[0].key
    with pytest.raises(ports.DocumentNotFoundError):
        desk.open_document(other.reference, key)
    foreign = desk.scoped(site="STR")
    for call in (foreign.open_document, lambda reference, _: foreign.documents(reference)):
        with pytest.raises(ports.CaseNotFoundError):
            call(case.reference, key)
    with pytest.raises(ports.CaseNotFoundError):
        foreign.upload_document(case.reference, LETTER)


def test_an_edition_may_reserve_documents_to_roles() -> None:
    policy = Policy(edition="M2-1", parameters=Parameters(roles=RoleParameters(reads_documents=(Role.RQR, Role.AQ))))
    desk, documents = a_desk(policy=policy)
    case = add(desk, registered(desk), LETTER)
    key = case.documents[0].key
    with pytest.raises(ReservedDocumentError, match="reserved to these roles: RQR, AQ"):
        desk.acting("M. Kern", Role.HANDLING_UNIT).open_document(case.reference, key)
    desk.open_document(case.reference, key).content.close()
    roles = (Role.HANDLING_UNIT, Role.AQ, Role.SYSTEM)
    may_open = [desk.acting("M. Kern", role).documents(case.reference)[0].can_open for role in roles]
    assert may_open == [False, True, True]
    elsewhere = Desk(store_of(desk), documents=documents, clock=clock_of(desk)).acting("Mme Roux", Role.RQR)
    assert not elsewhere.documents(case.reference)[0].can_open


def test_each_download_is_logged_and_served_as_a_file() -> None:
    desk, _ = a_desk()
    case = add(desk, registered(desk), LETTER, NewDocument(name='été "1".pdf', content=PDF), LETTER)
    document = case.documents[1]

    here = desk.acting("M. Kern", Role.AQ).scoped(site="CRE")
    opened = here.open_document(case.reference, document.key)
    opened.content.close()

    [logged] = here.reports.latest_exports(10)
    assert (logged.kind, logged.subject) == (ports.ExportKind.DOCUMENT, f"{case.reference} 2")
    assert (logged.actor, logged.role, logged.exported_at) == ("M. Kern", Role.AQ, factories.at(1, month=7))
    assert logged.sha256 == getattr(document.sha256, "digest", None)
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in opened.headers["Content-Security-Policy"]
    disposition = opened.headers["Content-Disposition"]
    assert disposition == "attachment; filename=\"_t_ _1_.pdf\"; filename*=UTF-8''%C3%A9t%C3%A9%20%221%22.pdf"


def test_the_scanner_of_the_host_reads_each_document_first() -> None:
    seen: list[bytes] = []

    def scan(file: BinaryIO) -> str | None:
        seen.append(file.read())
        if b"down" in seen[-1]:
            raise ConnectionError
        return "Eicar" if b"X5O!" in seen[-1] else None

    desk, documents = a_desk(scan_document=scan)
    case = registered(desk)

    assert len(add(desk, case, LETTER).documents) == 1
    with pytest.raises(FaultsError, match="without malware"):
        add(desk, case, NewDocument(name="a.txt", content=b"X5O!P%@AP"))
    with pytest.raises(ports.DocumentStoreError, match="ConnectionError"):
        desk.upload_document(case.reference, NewDocument(name="a.txt", content=b"down"))
    assert len(seen) == 3
    assert len(stored(documents)) == 1


def test_a_desk_without_a_store_of_documents_says_so(desk: Desk, case: Case) -> None:
    for call in (lambda: add(desk, case, LETTER), lambda: desk.upload_document(case.reference, LETTER)):
        with pytest.raises(FaultsError, match=r"^documents: \.\.\.; this desk has no store of documents"):
            call()
    assert desk.documents(case.reference) == ()
    assert desk.maintenance.nightly().documents is None


def test_arguments_of_another_class_are_refused() -> None:
    desk, _ = a_desk()
    case = registered(desk)
    with pytest.raises(TypeError, match=r"documents\[0\]: a NewDocument"):
        add(desk, case, b"bytes")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="documents: a list"):
        desk.add_support(case.reference, kind="email", title="a", documents="abc")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="document: a NewDocument"):
        desk.upload_document(case.reference, PDF)  # type: ignore[arg-type]
    with pytest.raises(FaultsError, match="name"):
        attrs.evolve(LETTER, name=" ")


def archive(*entries: str, first: tuple[str, str] | None = None) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for name, text in ([] if first is None else [first]) + [(entry, "<a/>") for entry in entries]:
            written.writestr(name, text)
    return file.getvalue()


def test_the_media_type_is_that_of_the_content() -> None:
    office, open_document = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."
    types = {
        PDF: "application/pdf",
        b"\x89PNG\r\n\x1a\n" + bytes(20): "image/png",
        b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + bytes(30): "image/jpeg",
        b"RIFF\x24\0\0\0WAVEfmt ": "audio/wav",
        **{b"\0\0\0\x18ftyp" + brand + bytes(12): "image/heif" for brand in (b"heic", b"heix", b"mif1")},
        b"\0\0\0\x18ftypM4A " + bytes(12): "audio/mp4",
        "Bonjour, « été ».\n".encode(): "text/plain",
        **dict.fromkeys([b"a;b\r\n1;2\r\n", b"A line, heic"], "text/plain"),
        "été".encode("latin-1"): "text/plain",
        b"<!DOCTYPE html><html>": "text/html",
        b"\1\2\3\4": "application/octet-stream",
        b"": "application/octet-stream",
        archive("[Content_Types].xml", "word/document.xml"): f"{office}wordprocessingml.document",
        archive("[Content_Types].xml", "xl/workbook.xml"): f"{office}spreadsheetml.sheet",
        archive("[Content_Types].xml", "other/a.xml"): "application/zip",
        archive("a.txt"): "application/zip",
        archive(first=("mimetype", f"{open_document}text")): f"{open_document}text",
        archive(first=("mimetype", f"{open_document}formula")): "application/zip",
    }

    for content, expected in types.items():
        assert media_type_of(content) == expected, content[:40]
