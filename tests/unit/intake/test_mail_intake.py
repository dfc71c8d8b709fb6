"""Messages and a register: registered once, replies proposed and filed by a person, warnings noted."""

import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import attrs
import pytest

from reclamation_core.adapters import InMemoryDocumentStore
from reclamation_core.cases import Case, CommandRefusedError
from reclamation_core.cases.events import NoteAdded, SupportAdded
from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.intake import MailIntake, MailMessage, MailOutcome, MailSettings, MailStatus, RejectedMail
from reclamation_core.intake.mail_intake import MailLink
from reclamation_core.intake.mail_messages import message_key
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import Parameters, Policy, SupportParameters
from reclamation_core.ports import DocumentStoreError
from reclamation_core.vocabulary import Channel, Role
from tests.approvals import approve_errors
from tests.inside import clock_of, store_of
from tests.unit.desk.factories import at, closed, new_desk, registered

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


def mail(identifier: str, text: str = "Le formateur est absent", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Message-ID"] = "Zoé Durand <zoe@ex.org>", f"<{identifier}@ex.org>"
    message["Received"] = "from a.ex.org by mx.afpa.fr; Tue, 02 Jun 2026 09:12:00 +0200"
    for name, value in {"Subject": "Réclamation", **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def put(folder: Path, *messages: EmailMessage) -> Path:
    for number, message in enumerate(messages):
        (folder / f"{number:03}.eml").write_bytes(message.as_bytes())
    return folder


def intake(desk: Desk, **options: Any) -> MailIntake:
    return MailIntake(desk, "CRE", MailSettings(servers=("mx.afpa.fr",), **options))


def run(desk: Desk, folder: Path, *, register: bool = True) -> list[MailOutcome]:
    found = list(intake(desk).run([folder], register=register))
    assert not any(isinstance(one, RejectedMail) for one in found), found
    approve_errors(*(one.refusal for one in found if isinstance(one, MailOutcome) and one.refusal is not None))
    return found  # type: ignore[return-value]


def one(folder: Path, message: EmailMessage) -> MailMessage:
    path = folder / "one.message"
    path.write_bytes(message.as_bytes())
    [outcome] = intake(new_desk()).run([path])
    assert isinstance(outcome, MailOutcome)
    return outcome.message


def notes(case: Case) -> list[str | None]:
    return [case.read(event.data.text) for event in case.events if isinstance(event.data, NoteAdded)]


def supports(case: Case) -> list[SupportAdded]:
    return [event.data for event in case.events if isinstance(event.data, SupportAdded)]


def test_a_new_message_becomes_a_case_with_what_follows_from_the_channel(tmp_path: Path) -> None:
    desk = new_desk(documents=InMemoryDocumentStore())
    message = mail("1")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="contrat.pdf")
    [outcome] = run(desk, put(tmp_path, message))
    case = desk.cases.get(str(outcome.case))

    assert outcome.status is MailStatus.REGISTERED
    assert (case.source, case.site, case.received_at) == (message_key("1@ex.org"), "CRE", at(2, 7).replace(minute=12))
    known = {name for name, value in attrs.asdict(case.facts, recurse=False).items() if value is not UNKNOWN}
    assert known == {"received_at", "channel", "satisfaction", "own"}
    assert case.facts.get("channel") is Channel.EMAIL
    assert case.read(case.registration.verbatim) == "Réclamation\n\nLe formateur est absent"
    assert case.read(case.registration.complainant) == "Zoé Durand <zoe@ex.org>"
    [support] = supports(case)
    assert case.read(support.title) == "courriel du 02/06/2026 : Réclamation"
    assert [case.read(document.name) for document in support.documents] == ["contrat.pdf"]
    assert notes(case) == []


def test_what_is_to_be_checked_is_noted_in_the_case(tmp_path: Path) -> None:
    policy = Policy(edition="few", parameters=Parameters(support=SupportParameters(most_documents=1)))
    desk = new_desk(documents=InMemoryDocumentStore(), policy=policy)
    message = mail("1", Date="Wed, 03 Jun 2026 09:12:00 +0200")
    del message["Received"], message["Subject"]
    for name, content in (("virus.exe", b"MZ\x90\x00\x03" * 9), ("a.pdf", PDF), ("b.pdf", PDF)):
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    [outcome] = run(desk, put(tmp_path, message))
    case = desk.cases.get(str(outcome.case))

    [note] = notes(case)
    assert note is not None
    assert note.startswith(
        "Courriel de Zoé Durand <zoe@ex.org>, reçu le 03/06/2026 à 09:12, objet : aucun.\n\nÀ vérifier"
    )
    assert "en-tête Date" in note
    assert [name for name, _ in outcome.left] == ["virus.exe", "b.pdf"]
    assert all(f"Pièce jointe non versée, {name} : " in note for name, _ in outcome.left)
    assert case.read(supports(case)[0].title) == "courriel du 03/06/2026 : sans objet"


def test_without_a_document_store_attachments_are_left_by_name(tmp_path: Path) -> None:
    desk, message = new_desk(), mail("1")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="contrat.pdf")
    [outcome] = run(desk, put(tmp_path, message))
    assert [name for name, _ in outcome.left] == ["contrat.pdf"]
    document = outcome.to_document("en", texts=True)
    assert document["attachments"][0]["left"].startswith("this desk has no store")
    assert (document["sender"], document["status"]) == ("Zoé Durand", "registered")
    assert outcome.to_document()["sender"] is None


def test_an_interrupted_registration_is_completed(tmp_path: Path) -> None:
    class Down(InMemoryDocumentStore):
        def put(self, *_: object) -> None:
            raise DocumentStoreError("documents", "down")

    desk = new_desk(documents=Down())
    message = mail("1")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="contrat.pdf")
    put(tmp_path, message)
    [refused] = run(desk, tmp_path)
    assert (refused.status, refused.case) == (MailStatus.REFUSED, "R-2026-000001")
    assert refused.refusal is not None

    repaired = Desk(store_of(desk), clock=clock_of(desk), documents=InMemoryDocumentStore(), clock_limit=None)
    acting = repaired.acting("Mme Roux", Role.RQR)
    assert [one.status for one in run(acting, tmp_path)] == [MailStatus.REGISTERED]
    assert [len(one.documents) for one in supports(acting.cases.get("R-2026-000001"))] == [1]
    assert [one.status for one in run(acting, tmp_path)] == [MailStatus.KNOWN]


def test_a_reply_is_proposed_to_the_case_of_its_thread_and_filed_by_a_person(tmp_path: Path, desk: Desk) -> None:
    first, reply = mail("1"), mail("2", "C'est à Créteil", In_Reply_To="<1@ex.org>", Subject="Re: R-2026-000001")
    put(tmp_path, first, reply, mail("3", "Et aussi", In_Reply_To="<2@ex.org>"))
    found = run(desk, tmp_path)
    desk.request_information("R-2026-000001", "service_reach")

    assert [one.status for one in found] == [MailStatus.REGISTERED, MailStatus.REPLY, MailStatus.REPLY]
    assert [one.case for one in found] == ["R-2026-000001", None, None]
    assert found[2].answers == found[1].message.key  # nothing of its thread is in the register yet
    [proposal] = run(desk, tmp_path)[1].proposals
    assert (proposal.reference, proposal.link, proposal.has_request) == ("R-2026-000001", MailLink.THREAD, True)
    assert proposal.to_document()["link"] == "thread"

    filed = intake(desk).file(found[1].message, "R-2026-000001", answers_request=True)
    case = desk.cases.get("R-2026-000001")
    assert (filed.status, case.open_request) == (MailStatus.FILED, None)
    assert notes(case) == [
        "Courriel de Zoé Durand <zoe@ex.org>, reçu le 02/06/2026 à 09:12, objet : Re: R-2026-000001.\n\nC'est à Créteil"
    ]
    assert intake(desk).file(found[1].message, "R-2026-000001").status is MailStatus.KNOWN
    assert desk.cases.get("R-2026-000001") == case

    again = run(desk, tmp_path)
    assert [one.status for one in again] == [MailStatus.KNOWN, MailStatus.KNOWN, MailStatus.REPLY]
    assert [one.reference for one in again[2].proposals] == ["R-2026-000001"]  # by the reply that is filed
    assert desk.cases.get("R-2026-000001") == case
    assert intake(desk).register(found[1].message).status is MailStatus.KNOWN


def test_a_reference_in_the_subject_proposes_its_case(tmp_path: Path, desk: Desk) -> None:
    case = closed(desk)
    [outcome] = run(desk, put(tmp_path, mail("9", Subject=f"Suite : {case.reference}, R-2026-999999")))
    [proposal] = outcome.proposals
    assert (outcome.status, proposal.link, proposal.is_closed) == (MailStatus.REPLY, MailLink.SUBJECT, True)
    with pytest.raises(CommandRefusedError, match="reopen"):
        intake(desk).file(outcome.message, case.reference)
    with pytest.raises(CommandRefusedError, match="request for information"):
        intake(desk).file(outcome.message, registered(desk).reference, answers_request=True)
    assert desk.cases.get(case.reference) == case  # no note either


def test_a_person_may_register_what_is_no_new_message(tmp_path: Path, desk: Desk) -> None:
    subject = f"Absence du bureau : {registered(desk).reference}"
    [outcome] = run(desk, put(tmp_path, mail("1", Auto_Submitted="auto-generated", Subject=subject)))
    assert (outcome.status, desk.cases.count()) == (MailStatus.APART, 1)
    assert [one.reference for one in outcome.proposals] == ["R-2026-000001"]
    assert intake(desk).register(outcome.message).status is MailStatus.REGISTERED
    assert [one.status for one in run(desk, tmp_path)] == [MailStatus.KNOWN]


def test_likely_duplicates_are_proposed(tmp_path: Path, desk: Desk) -> None:
    run(desk, put(tmp_path, mail("1")))
    [known, outcome] = run(desk, put(tmp_path, mail("1"), mail("2")), register=False)
    assert (known.status, outcome.status, desk.cases.count()) == (MailStatus.KNOWN, MailStatus.NEW, 1)
    assert [one.case.reference for one in outcome.duplicates] == ["R-2026-000001"]
    for texts, author in ((False, None), (True, "Zoé Durand <zoe@ex.org>")):
        [one] = outcome.to_document(texts=texts)["duplicates"]
        assert [match["code"] for match in one["matches"]] == ["sender", "words"]
        assert (one["case"]["reference"], one["case"]["author"]) == ("R-2026-000001", author)
    elsewhere = intake(desk).propose(attrs.evolve(outcome.message, site="STR"))
    assert elsewhere.duplicates == ()


def test_another_text_under_a_known_identifier_is_named(tmp_path: Path, desk: Desk) -> None:
    run(desk, put(tmp_path, mail("1")))
    [outcome] = run(desk, put(tmp_path, mail("1", "Tout autre chose")))
    assert (outcome.status, desk.cases.count()) == (MailStatus.KNOWN, 1)
    assert outcome.refusal is not None


def test_what_the_register_refuses_is_an_outcome(tmp_path: Path) -> None:
    late = mail("1")
    late.replace_header("Received", "from a by mx.afpa.fr; Thu, 02 Jul 2026 09:12:00 +0200")
    [outcome] = run(new_desk(), put(tmp_path, late))
    assert (outcome.status, outcome.case) == (MailStatus.REFUSED, None)
    assert outcome.refusal is not None


def test_a_mailbox_of_several_sites_is_shared_out_by_recipient(tmp_path: Path) -> None:
    """The first recipient that the settings have decides, that of the envelope before those that the sender writes."""
    desk, sites = new_desk(), {"Metz@Afpa.fr": "STR", "std@afpa.fr": "STD"}
    messages = (
        mail("1", To="Le centre <metz@afpa.fr>"),
        mail("2", To="a@ex.org, metz@afpa.fr", Delivered_To="std@afpa.fr"),
        mail("3", To="a@ex.org", Cc="STD@afpa.fr"),
        mail("4", To="metz@afpa.fr.ex.org"),
    )
    found = list(intake(desk, sites=sites).run([put(tmp_path, *messages)], register=True))
    cases = [desk.cases.get(str(one.case)) for one in found if isinstance(one, MailOutcome)]
    assert [case.site for case in cases] == ["STR", "STD", "STD", "CRE"]


def test_a_site_is_one_line() -> None:
    with pytest.raises(FaultsError, match="sites"):
        intake(new_desk(), sites={"a@b.fr": "a\n"})
    with pytest.raises(FaultsError, match="site"):
        MailIntake(new_desk(), "")
    assert MailSettings().servers == ()


def test_the_theme_of_the_words_is_a_suggestion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    [outcome] = run(desk, put(tmp_path, mail("1", "Le formateur est absent, le formateur ne répond pas")))
    case = desk.cases.get("R-2026-000001")
    assert [(one.fact, one.value) for one in case.suggestions] == [("theme", outcome.theme)] == [("theme", "trainer")]
    assert case.facts.get("theme") is UNKNOWN
    monkeypatch.setitem(sys.modules, "snowballstemmer", None)
    [outcome] = run(new_desk(), tmp_path)
    assert (outcome.status, outcome.theme) == (MailStatus.REGISTERED, None)
