"""The routes of cases and plans: commands in, plain data out, ETag, problem details, OpenAPI."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import jsonschema
import pytest
from fastapi import FastAPI

from reclamation_core import AsyncDesk, Role
from reclamation_core.integrations.fastapi import MOST_BYTES, add_schemas, reclamation_router
from reclamation_core.schemas import document_schema
from tests.unit.desk import factories

REGISTER = {
    "type": "register",
    "site": "CRE",
    "facts": {"type": "complaint", "received_at": "2026-06-01T09:00:00+02:00", "channel": "email"},
    "verbatim": "La salle est froide.",
}


def a_desk() -> Any:
    return factories.new_desk()


def an_async_desk() -> Any:
    clock = factories.FakeClock(factories.at(1, month=7))
    return AsyncDesk.in_memory(sites=factories.SITES, clock=clock).acting("Mme Roux", Role.RQR)


class Client:
    """A client of an application with the routes."""

    def __init__(self, desk: Any) -> None:
        self.application = FastAPI()
        self.application.include_router(reclamation_router(lambda: desk), prefix="/api")
        add_schemas(self.application)

    def __call__(self, method: str, path: str, **named: Any) -> httpx.Response:
        return asyncio.run(self._send(method, path, **named))

    async def _send(self, method: str, path: str, **named: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.application)
        async with httpx.AsyncClient(transport=transport, base_url="http://afpa.test") as client:
            return await client.request(method, f"/api{path}", **named)


@pytest.fixture(params=[a_desk, an_async_desk])
def client(request: Any) -> Client:
    return Client(request.param())


def valid(name: str, document: Any) -> bool:
    jsonschema.validate(document, document_schema(name))
    return True


def test_a_case_is_registered_and_read(client: Client) -> None:
    registered = client("POST", "/cases", json=REGISTER)
    read = client("GET", "/cases/R-2026-000001")

    assert (registered.status_code, registered.headers["location"]) == (201, "/api/cases/R-2026-000001")
    assert read.json() == registered.json()
    assert valid("view.case", read.json())
    assert read.headers["etag"] == '"v1"'


def test_a_command_needs_the_version_that_it_names(client: Client) -> None:
    client("POST", "/cases", json=REGISTER)
    act: dict[str, Any] = {"method": "POST", "path": "/cases/R-2026-000001/commands", "json": {"type": "acknowledge"}}
    first = client(**act, headers={"if-match": '"v1"'})
    second = client(**act, headers={"if-match": '"v1"'})

    assert (first.status_code, first.headers["etag"]) == (200, '"v2"')
    assert second.status_code == 409
    assert second.headers["content-type"] == "application/problem+json"
    assert valid("view.problem", second.json())


def test_a_refusal_is_a_problem_in_the_language_of_the_request(client: Client) -> None:
    client("POST", "/cases", json=REGISTER)
    command = {"type": "answer", "decision": "founded", "text": "Madame, ..."}
    french = client("POST", "/cases/R-2026-000001/commands", json=command)
    english = client("POST", "/cases/R-2026-000001/commands", json=command, headers={"accept-language": "en, fr"})

    assert french.status_code == english.status_code
    assert [guard["id"] for guard in french.json()["guards"]] == ["not-qualified"]
    assert "qualifiez-le" in french.json()["detail"]
    assert "qualify it" in english.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "named", "status"),
    [
        ("GET", "/cases/R-2026-999999", {}, 404),
        ("POST", "/cases", {"json": {"type": "register"}}, 422),
        ("POST", "/cases", {"json": []}, 422),
        ("POST", "/cases", {"content": b"{"}, 422),
        ("POST", "/cases", {"content": b"[" * 100_000}, 422),
        ("POST", "/cases", {"content": b"\xff"}, 422),
        ("POST", "/cases", {"content": b" " * (MOST_BYTES + 1)}, 413),
        ("POST", "/cases/R-2026-000001/commands", {"json": {"type": "fly"}}, 422),
        ("POST", "/cases/R-2026-000001/commands", {"json": {"type": "acknowledge"}, "headers": {"if-match": "x"}}, 422),
        ("GET", "/agenda?until=tomorrow", {}, 422),
        ("GET", "/plans/nowhere", {}, 422),
        ("GET", "/plans/site:XXX", {}, 422),
    ],
)
def test_a_wrong_request_is_no_server_error(
    client: Client, method: str, path: str, named: dict[str, Any], status: int
) -> None:
    assert client(method, path, **named).status_code == status


def test_a_case_explains_itself_and_lists_what_may_be_done(client: Client) -> None:
    client("POST", "/cases", json=REGISTER)
    explanation = client("GET", "/cases/R-2026-000001/explanation").json()
    timeline = client("GET", "/cases/R-2026-000001/timeline").json()
    commands = client("GET", "/cases/R-2026-000001/commands").json()

    assert valid("view.explanation", explanation)
    assert all(valid("view.timeline_entry", entry) for entry in timeline)
    assert all(valid("view.available_command", one) for one in commands)
    assert len(timeline) == 1


def test_what_is_due_and_the_plan_are_plain_data(client: Client) -> None:
    client("POST", "/cases", json=REGISTER)
    agenda = client("GET", "/agenda", params={"until": "2026-07-31"}).json()
    plan = client("GET", "/plans/site:CRE")

    assert valid("view.agenda", agenda)
    assert [one["case"] for one in agenda["answers"]] == ["R-2026-000001"]
    assert valid("view.plan", plan.json())
    assert plan.headers["etag"] == '"v0"'
    assert client("GET", "/ready").json() == {"status": "ready"}


def test_a_plan_takes_commands(client: Client) -> None:
    sheet = {
        "reference": "A-1",
        "type": "corrective",
        "origin": "internal_audit",
        "site": "CRE",
        "what": "réparer la chaudière",
        "owner": "Mme Blanc",
        "cause_family": "organisation",
        "cause": "la chaudière",
    }
    added = client("POST", "/plans/site:CRE/commands", json={"type": "add", "sheet": sheet})

    assert added.status_code == 200, added.text
    assert [action["reference"] for action in added.json()["actions"]] == ["A-1"]
    assert added.headers["etag"] == '"v1"'


def test_the_description_has_the_schema_of_every_reference() -> None:
    document = Client(a_desk()).application.openapi()
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    assert set(references(document)) <= known
    assert "#/components/schemas/Command" in set(references(document["paths"]))


def references(node: Any) -> Any:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)
