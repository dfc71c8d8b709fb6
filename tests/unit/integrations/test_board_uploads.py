"""Documents on the board: the form of a support with files, the documents of a case, their download."""

import asyncio
import re
from io import BytesIO
from typing import Any

import httpx
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import override_settings
from fastapi import FastAPI

from reclamation_core.cases import NewDocument
from reclamation_core.desk import Desk
from reclamation_core.integrations.board import Board, BoardRequest, BoardResponse
from reclamation_core.integrations.fastapi import board_router
from reclamation_core.integrations.http_requests import PostedFile
from reclamation_core.policy import Parameters, Policy, RoleParameters
from reclamation_core.vocabulary import Role
from reclamation_core.wording import Wording
from tests.inside import contents_of
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.integrations.browser import Page
from tests.unit.integrations.test_api_documents import PDF, POLICY, Failing
from tests.unit.integrations.test_django import database as database  # noqa: PLC0414  a fixture

CASE = "/dossiers/R-2026-000001"
FORM = f"{CASE}/actes/add_support"
SUPPORT = {"kind": ["email"], "title": ["le courriel"], "version": ['"v1"']}


def a_desk(policy: Policy = POLICY) -> tuple[Desk, Failing]:
    documents = Failing()
    desk = Desk.in_memory(
        clock=factories.FakeClock(factories.at(1, month=7)), sites=factories.SITES, documents=documents, policy=policy
    ).acting("Nadia Roux", Role.RQR)
    desk.register(factories.facts(), site="CRE")
    return desk, documents


def post(desk: Desk, path: str, form: Any = SUPPORT, *files: tuple[str, bytes]) -> BoardResponse:
    posted = [PostedFile("documents", name, BytesIO(content)) for name, content in files]
    return Board(sites=factories.SITES).respond(desk, BoardRequest(path=path, method="POST", form=form, files=posted))


def page(desk: Desk, path: str = CASE) -> str:
    return plain(Board(sites=factories.SITES).respond(desk, BoardRequest(path=path)).body.decode())


def test_several_files_are_put_on_file_without_script() -> None:
    desk, _ = a_desk()
    form = page(desk, FORM)
    assert 'enctype="multipart/form-data"' in form
    assert re.search(r'<input type="file" id="champ-documents" name="documents" multiple aria-describedby=', form)
    assert "100 ko au plus chacun : PDF, image (GIF" in form
    fields = {field.name: field.label for field in desk.form("add_support", "R-2026-000001").fields}
    assert fields["documents"] == Wording("fichiers", "files")

    answer = post(desk, FORM, SUPPORT, ("lettre.pdf", PDF), ("note <b>.txt", b"Bonjour"), ("", b""))

    assert (answer.status, answer.headers["Location"]) == (303, f"{CASE}?fait=2")
    shown = page(desk)
    assert "lettre.pdf" in shown
    assert "note &lt;b&gt;.txt" in shown
    assert "10,3 ko" in shown
    assert "texte (TXT)" in shown
    assert shown.count(f'action="{CASE}/pieces/') == 2


def test_a_form_that_is_shown_again_keeps_what_was_uploaded() -> None:
    desk, documents = a_desk()

    refused = post(desk, FORM, {**SUPPORT, "title": [""]}, ("lettre.pdf", PDF), ("page.pdf", b"<!DOCTYPE html>"))

    assert refused.status == 422
    shown = plain(refused.body.decode())
    assert '<a href="#champ-documents">Fichiers</a> : page.pdf : un document de l' in shown
    assert '<a href="#champ-title">' in shown
    assert 'aria-invalid="true"' in shown
    [kept] = [one for one in Page(shown).fields["documents"] if one]
    assert kept.endswith(" lettre.pdf")
    assert len(contents_of(documents)) == 1

    assert post(desk, FORM, {**SUPPORT, "documents": [kept]}).status == 303
    assert [one.name for one in desk.documents("R-2026-000001")] == ["lettre.pdf"]
    again = post(desk, FORM, {**SUPPORT, "version": ['"v2"'], "documents": [kept, "lettre.pdf"]})
    assert again.status == 422
    assert "choisissez-le de nouveau" in plain(again.body.decode())
    forged = post(desk, FORM, {**SUPPORT, "version": ['"v2"'], "documents": ["cle lettre.pdf"]})
    assert 'id="champ-documents-erreur">La clé d' in plain(forged.body.decode())


def test_a_store_that_is_down_refuses_the_files_alone() -> None:
    desk, documents = a_desk()
    documents.is_down = True
    refused = post(desk, FORM, SUPPORT, ("lettre.pdf", PDF))
    assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
    shown = plain(refused.body.decode())
    assert "ou enregistrez sans fichier" in shown
    assert Page(shown).fields["title"] == ["le courriel"]
    assert post(desk, FORM).status == 303


def test_a_document_is_sent_as_a_file_and_the_log_has_it() -> None:
    desk, _ = a_desk()
    desk.add_support(
        "R-2026-000001", kind="email", title="a", documents=[NewDocument(name="été.html.pdf", content=PDF)]
    )
    answer = post(desk, f"{CASE}/pieces/1", {})
    assert b"".join(answer.chunks()) == PDF
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert desk.reports.latest_exports(1)[0].subject == "R-2026-000001 1"
    assert post(desk, f"{CASE}/pieces/2", {}).status == 404
    assert Board().respond(desk, BoardRequest(path=f"{CASE}/pieces/1")).status == 405  # a link opens nothing


def test_a_case_shows_which_documents_are_reserved_erased_or_not_deleted_yet() -> None:
    policy = Policy(edition="M2-1", parameters=Parameters(roles=RoleParameters(reads_documents=(Role.AQ,))))
    desk, documents = a_desk(policy)
    desk.add_support("R-2026-000001", kind="email", title="a", documents=[NewDocument(name="a.pdf", content=PDF)])
    assert "réservée à d'autres rôles" in page(desk)
    assert post(desk, f"{CASE}/pieces/1", {}).status == 403
    desk.withdraw("R-2026-000001")
    desk.close("R-2026-000001", reason="withdrawn")
    delete, documents.delete = documents.delete, lambda _: _fail()  # type: ignore[assignment,method-assign]
    desk.anonymise("R-2026-000001")

    assert "le contenu sera supprimé cette nuit" in page(desk)
    documents.delete = delete  # type: ignore[method-assign]
    desk.maintenance.nightly()
    assert "cette nuit" not in page(desk)
    assert "(effacé)" in page(desk)


def _fail() -> None:
    from reclamation_core.ports import DocumentStoreError

    raise DocumentStoreError("test", "ConnectionError")


def test_a_case_that_may_have_no_more_documents_has_no_field_for_them() -> None:
    desk, _ = a_desk()
    documents = [NewDocument(name="a.txt", content=b"a")] * 20
    desk.add_support("R-2026-000001", kind="email", title="a", documents=documents)
    assert 'type="file"' not in page(desk, FORM)
    assert 'type="file"' not in page(factories.new_desk(), "/dossiers/nouveau")


def test_fastapi_reads_the_files_of_a_form() -> None:
    desk, _ = a_desk()
    application = FastAPI()
    application.include_router(board_router(lambda: desk, user=lambda: "Nadia Roux"), prefix="/board")
    data: Any = {name: values[0] for name, values in SUPPORT.items()}
    files = [("documents", ("lettre.pdf", PDF)), ("documents", ("note.txt", b"Bonjour"))]

    async def send(path: str, **named: Any) -> httpx.Response:
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://afpa.test") as client:
            return await client.post(f"/board{path}", **named)

    foreign = asyncio.run(send(FORM, data=data, files=files, headers={"Origin": "http://elsewhere.test"}))
    assert foreign.status_code == 403
    assert asyncio.run(send(FORM, data=data, files=files)).status_code == 303
    assert [one.name for one in desk.documents("R-2026-000001")] == ["lettre.pdf", "note.txt"]
    sent = asyncio.run(send(f"{CASE}/pieces/2"))
    assert (sent.content, sent.headers["content-type"]) == (b"Bonjour", "text/plain")


def test_django_reads_the_files_of_a_form_outside_of_a_transaction(database: Any) -> None:  # noqa: ARG001  Django's
    from reclamation_core.integrations.django import desks
    from reclamation_core.integrations.django.models import Membership

    documents = Failing()
    user = get_user_model().objects.create_user("roux", first_name="Nadia", last_name="Roux")
    Membership.objects.create(user=user, role="rqr")
    client = Client()
    client.force_login(user)
    with override_settings(RECLAMATION={"SITES": factories.SITES, "DOCUMENTS": documents, "LARGEST_UPLOAD": 50_000}):
        desks.desk().acting("Nadia Roux", "rqr").register(factories.facts(), site="CRE")
        files = [SimpleUploadedFile("lettre.pdf", PDF), SimpleUploadedFile("note.txt", b"Bonjour")]
        form = {name: values[0] for name, values in SUPPORT.items()} | {"documents": files}

        assert client.post(f"/reclamations{FORM}", form).status_code == 303
        sent = client.post(f"/reclamations{CASE}/pieces/1")
        assert b"".join(sent.streaming_content) == PDF
        long = client.post(f"/reclamations{FORM}", {"documents": SimpleUploadedFile("a.pdf", PDF * 10)})
        assert (long.status_code, "moins lourds ou moins nombreux" in long.content.decode()) == (413, True)
        assert long["Content-Type"] == "text/html; charset=utf-8"
    assert len(contents_of(documents)) == 2
