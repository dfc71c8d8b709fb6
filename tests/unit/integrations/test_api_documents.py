"""Uploads and downloads of documents by the APIs: one implementation, in FastAPI and in Django."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from django.contrib.auth import get_user_model
from django.test import Client as DjangoClient
from django.test.utils import override_settings
from fastapi import FastAPI

from reclamation_core.adapters import InMemoryDocumentStore
from reclamation_core.desk import Desk
from reclamation_core.integrations.api import Api, ApiRequest
from reclamation_core.policy import Parameters, Policy, RoleParameters, SupportParameters
from reclamation_core.ports import DocumentNotFoundError, DocumentStoreError, ExportKind
from reclamation_core.vocabulary import Role
from tests.inside import contents_of
from tests.unit.desk import factories
from tests.unit.integrations.test_django import database as database  # noqa: PLC0414  a fixture
from tests.unit.integrations.test_fastapi_routes import Client as FastApiClient

PDF = b"%PDF-1.7\n1 0 obj\n" + bytes(range(256)) * 40
CASE = "/cases/R-2026-000001"
DOCUMENTS = f"{CASE}/documents"
POLICY = Policy(edition="M2-1", parameters=Parameters(support=SupportParameters(largest_document=100_000)))
HOSTS = pytest.mark.parametrize("host", ["fastapi", "django"])


class Failing(InMemoryDocumentStore):
    """A store of documents that can be down."""

    is_down = False

    def put(self, key: str, content: Any) -> None:
        if self.is_down:
            raise DocumentStoreError("test", "ConnectionError")
        super().put(key, content)


class Application:
    """An application with the routes, a case in its register and a store of documents."""

    def __init__(self, host: str, monkeypatch: pytest.MonkeyPatch, policy: Policy = POLICY) -> None:
        self.documents = Failing()
        options: Any = {
            "clock": factories.FakeClock(factories.at(1, month=7)),
            "sites": factories.SITES,
            "documents": self.documents,
            "policy": policy,
        }
        if host == "fastapi":
            self.desk = Desk.in_memory(**options).acting("Nadia Roux", Role.RQR)
            self._client: Any = FastApiClient(self.desk)
        else:
            from reclamation_core.integrations.django import api, desks
            from reclamation_core.integrations.django.models import Membership

            monkeypatch.setattr(api, "desk", lambda: desks.desk(**options))
            user = get_user_model().objects.create_user("roux", first_name="Nadia", last_name="Roux")
            Membership.objects.create(user=user, role="rqr")
            self.desk = desks.desk(**options).acting("Nadia Roux", Role.RQR)
            self._client = DjangoClient()
            self._client.force_login(user)
        self._is_django = host == "django"
        self.desk.register(factories.facts(), site="CRE")

    def __call__(self, method: str, path: str, **named: Any) -> httpx.Response:
        if not self._is_django:
            found: httpx.Response = self._client(method, path, **named)
            return found
        sent = httpx.Request(method, f"http://testserver/api{path}", **named)
        headers = {
            name: value for name, value in sent.headers.items() if name not in {"content-type", "content-length"}
        }
        media_type = sent.headers.get("content-type", "")
        answer = self._client.generic(method, f"/api{path}", sent.read(), content_type=media_type, headers=headers)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return httpx.Response(answer.status_code, headers=dict(answer.headers), content=content)

    def upload(self, name: str = "lettre.pdf", content: bytes = PDF, **named: Any) -> httpx.Response:
        return self("POST", DOCUMENTS, files={"document": (name, content)}, **named)

    def add(self, *uploaded: Any) -> httpx.Response:
        command = {"type": "add_support", "kind": "email", "title": "le courriel", "documents": list(uploaded)}
        return self("POST", f"{CASE}/commands", json=command)


@pytest.fixture(params=["fastapi", "django"])
def application(request: Any, database: Any, monkeypatch: pytest.MonkeyPatch) -> Application:  # noqa: ARG001  Django's
    return Application(request.param, monkeypatch)


def test_an_uploaded_document_is_claimed_by_its_key_and_downloaded(application: Application) -> None:
    uploaded = application.upload("été « 1 » ../<b>\u202e.pdf")
    assert uploaded.status_code == 201
    assert set(uploaded.json()) == {"key", "name"}

    assert application.add(uploaded.json()).status_code == 200
    assert application.add(uploaded.json()).status_code == 200  # the answer to the first was lost
    [listed] = application("GET", DOCUMENTS).json()
    assert (listed["number"], listed["size"], listed["media_type"]) == (1, len(PDF), "application/pdf")
    assert listed["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (listed["is_erased"], listed["is_left"], listed["can_open"]) == (False, False, True)

    found = application("GET", f"{DOCUMENTS}/1")
    assert (found.status_code, found.content) == (200, PDF)
    assert found.headers["content-type"] == "application/pdf"
    assert found.headers["content-length"] == str(len(PDF))
    assert found.headers["content-disposition"].startswith('attachment; filename="')
    assert "\u202e" not in found.headers["content-disposition"]
    assert "filename*=UTF-8''" in found.headers["content-disposition"]
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert (found.headers["cache-control"], found.headers["accept-ranges"]) == ("no-store", "none")
    [logged] = application.desk.reports.latest_exports(10)
    assert (logged.kind, logged.subject, logged.actor) == (ExportKind.DOCUMENT, "R-2026-000001 1", "Nadia Roux")

    head = application("HEAD", f"{DOCUMENTS}/1")
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(found.headers)
    assert len(application.desk.reports.latest_exports(10)) == 1  # no byte of it was sent


def test_an_upload_is_refused_with_its_path_and_a_remedy(application: Application) -> None:
    for answer, status, words in (
        (application.upload(content=b"<!DOCTYPE html><script>"), 422, "d'après son contenu"),
        (application.upload(content=PDF * 10), 422, "réduisez-le"),
        (application.upload(content=b""), 422, "un document non vide"),
        (application.upload(name=""), 422, "et un seul"),
        (application("POST", DOCUMENTS, files=[("document", ("a.pdf", PDF))] * 2), 422, "et un seul"),
        (application("POST", DOCUMENTS, files={"autre": ("a.pdf", PDF)}), 422, "et un seul"),
        (application("POST", DOCUMENTS, json={}), 415, "multipart/form-data"),
        (application("POST", "/cases/R-2026-000009/documents", files={"document": ("a.pdf", PDF)}), 404, "introuvable"),
        (application("POST", CASE + "/commands", files={"document": ("a.pdf", PDF)}), 415, "JSON"),
    ):
        problem = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), problem
        assert words in problem["detail"] + str(problem["faults"]), problem
        if status == 422:
            assert [one["path"] for one in problem["faults"]] == ["document"]
    assert contents_of(application.documents) == {}


def test_a_form_that_is_no_form_or_too_long_is_refused(application: Application) -> None:
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (b"--x\r\nContent-Disposition: form-data; name=document\r\n\r\na", b"garbage"):
        assert application("POST", DOCUMENTS, content=body, headers=form).status_code in {400, 422}, body
    assert (
        application("POST", DOCUMENTS, content=b"a", headers={"Content-Type": "multipart/form-data"}).status_code == 400
    )
    field = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n" + b"a" * 1_500_000 + b"\r\n"
    assert application("POST", DOCUMENTS, content=field * 2 + b"--x--\r\n", headers=form).status_code in {400, 413}


def test_the_page_of_another_site_uploads_nothing(application: Application) -> None:
    for headers in ({"Origin": "https://other.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert application.upload(headers=headers).status_code == 403
        assert application.upload(headers={**headers, "X-Requested-With": "app"}).status_code == 201


def test_a_store_that_is_down_refuses_uploads_alone(application: Application) -> None:
    application.documents.is_down = True
    answer = application.upload()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "recommencez plus tard" in answer.json()["detail"]
    assert application.add().status_code == 200
    assert application("GET", CASE).json()["supports"] == 1


def test_a_damaged_document_is_named_and_not_sent(application: Application) -> None:
    application.add(application.upload().json())
    contents = contents_of(application.documents)
    [(key, (content, stored_at))] = contents.items()
    contents[key] = (content[:-1] + b"x", stored_at)
    assert application("GET", f"{DOCUMENTS}/1").status_code == 503
    del contents[key]
    answer = application("GET", f"{DOCUMENTS}/1", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (503, "document_damaged")
    assert "document 1 of case R-2026-000001 is damaged or missing" in answer.json()["detail"]
    assert application.desk.reports.latest_exports(10) == ()
    assert application("GET", f"{DOCUMENTS}/2").status_code == 404


@HOSTS
@pytest.mark.usefixtures("database")
def test_documents_may_be_reserved_to_roles(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = Policy(edition="M2-1", parameters=Parameters(roles=RoleParameters(reads_documents=(Role.AQ,))))
    application = Application(host, monkeypatch, policy)
    application.add(application.upload().json())
    assert not application("GET", DOCUMENTS).json()[0]["can_open"]
    for method in ("GET", "HEAD"):
        assert application(method, f"{DOCUMENTS}/1").status_code == 403


@pytest.mark.usefixtures("database")
def test_the_longest_form_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    from reclamation_core.integrations.fastapi import reclamation_router

    django = Application("django", monkeypatch)
    application = FastAPI()
    application.include_router(reclamation_router(lambda: django.desk, largest_upload=5_000))
    files: Any = {"files": {"document": ("a.pdf", PDF)}}

    async def chunks() -> AsyncIterator[bytes]:
        yield b"--x\r\n"
        yield b"a" * 6_000

    form = {"Content-Type": "multipart/form-data; boundary=x"}
    with override_settings(RECLAMATION={"LARGEST_UPLOAD": 5_000}):
        assert django("POST", DOCUMENTS, **files).status_code == 413
    assert FastApiClient.of(application)("POST", DOCUMENTS, **files).status_code == 413
    assert FastApiClient.of(application)("POST", DOCUMENTS, content=chunks(), headers=form).status_code in {400, 413}


def test_an_api_without_texts_opens_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    application = Application("fastapi", monkeypatch)
    application.add(application.upload().json())
    assert b'"name":null' in Api(texts=False).respond(application.desk, ApiRequest(method="GET", path=DOCUMENTS)).body
    with pytest.raises(DocumentNotFoundError):
        Api(texts=False).respond(application.desk, ApiRequest(method="GET", path=f"{DOCUMENTS}/1"))
