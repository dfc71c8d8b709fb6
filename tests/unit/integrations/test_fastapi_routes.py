"""The routes of cases and plans: commands in, plain data out, ETag, problem details, OpenAPI."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

import httpx
import jsonschema
import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Query
from fastapi.routing import APIRoute
from fastapi.security import HTTPBasic
from sqlalchemy import create_engine

from reclamation_core import AsyncDesk, Role
from reclamation_core.calendars.codes import in_words
from reclamation_core.desk import Desk
from reclamation_core.desk.queries import CasesView
from reclamation_core.integrations import fastapi
from reclamation_core.integrations.api.requests import MOST_BYTES
from reclamation_core.policy import Parameters, Policy, RoleParameters
from reclamation_core.ports import CaseFacet, SchemaError
from reclamation_core.reporting import TextBlock
from tests.approvals import approve_errors, approved_lines
from tests.databases import sqlite_file
from tests.schemas import valid
from tests.unit.desk import factories
from tests.unit.reporting.test_letters import SETTINGS

REGISTER = {
    "type": "register",
    "site": "CRE",
    "facts": {"type": "complaint", "received_at": "2026-06-01T09:00:00+02:00", "channel": "email"},
    "verbatim": "La salle est froide.",
}
JSON = {"content-type": "application/json"}


def a_desk() -> Any:
    return factories.new_desk()


def an_async_desk() -> Any:
    clock = factories.FakeClock(factories.at(1, month=7))
    return AsyncDesk.in_memory(sites=factories.SITES, clock=clock).acting("Mme Roux", Role.RQR)


@cache
def the_application() -> FastAPI:
    """The application with the routes, made once; its desk is that of the client."""
    return an_application()


def an_application(**options: Any) -> FastAPI:
    application = FastAPI()
    application.include_router(fastapi.reclamation_router(lambda: application.state.desk, **options), prefix="/api")
    fastapi.add_schemas(application)
    return application


class Client:
    """A client of an application with the routes."""

    def __init__(self, desk: Any, **options: Any) -> None:
        self.application: Any = an_application(**options) if options else the_application()
        self.application.state.desk = desk
        self.prefix, self.approves = "/api", True

    @classmethod
    def of(cls, application: Any) -> Client:
        client = cls.__new__(cls)
        client.application, client.prefix, client.approves = application, "", False
        return client

    def __call__(self, method: str, path: str, **named: Any) -> httpx.Response:
        return asyncio.run(self._send(method, path, **named))

    async def _send(self, method: str, path: str, **named: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.application)
        async with httpx.AsyncClient(transport=transport, base_url="http://afpa.test") as client:
            answer = await client.request(method, f"{self.prefix}{path}", **named)
            if self.approves:
                shown = re.sub(r"[0-9a-f]{32,}|(?<=after=)\w+|\d+", "#", f"{sorted(answer.headers.items())}")
                approved_lines("headers.txt", {f"{method} {answer.status_code} {shown}"})
            if self.approves and answer.is_client_error and answer.content:
                named["headers"] = {**named.get("headers", {}), "Accept-Language": "en"}
                english = await client.request(method, f"{self.prefix}{path}", **named)
                approve_errors(answer.json()["detail"], english.json()["detail"])
        return answer


@pytest.fixture(params=[a_desk, an_async_desk])
def client(request: Any) -> Client:
    return Client(request.param())


def test_a_case_is_registered_read_and_explained_with_what_may_be_done(client: Client) -> None:
    registered = client("POST", "/cases", json=REGISTER)
    read = client("GET", "/cases/R-2026-000001")
    assert (registered.status_code, registered.headers["location"]) == (201, "/api/cases/R-2026-000001")
    assert read.json() == registered.json()
    assert valid("view.case", read.json())
    assert read.headers["etag"] == '"v1"'

    explanation = client("GET", "/cases/R-2026-000001/explanation").json()
    timeline = client("GET", "/cases/R-2026-000001/timeline").json()
    commands = client("GET", "/cases/R-2026-000001/commands").json()
    assert valid("view.explanation", explanation)
    assert all(valid("view.timeline_entry", entry) for entry in timeline)
    assert all(valid("view.available_command", one) for one in commands)
    assert len(timeline) == 1


def test_cases_are_listed_by_region_by_late_action_and_by_person(desk: Desk) -> None:
    client = Client(desk)
    for site in ("CRE", "STR", "STD"):
        client("POST", "/cases", json=REGISTER | {"site": site})
    desk.assign("R-2026-000002", to="m.klein")
    late = factories.analysed(desk).reference
    desk.plan(late, factories.sheet(planned=date(2026, 6, 30), check_on=date(2026, 9, 1)))

    for criteria, expected in (
        ({"region": "Grand Est"}, "2"),
        ({"region": "Île-de-France"}, "134"),
        ({"region": ["Île-de-France", "Grand Est"], "site": "STR"}, "2"),
        ({"region": "Île-de-France", "site": "STR"}, ""),
        ({"assigned_to": "m.klein"}, "2"),
        ({"has_late_action": "true", "as_of": "2026-07-01"}, late[-1]),
        ({"has_late_action": "true", "as_of": "2026-06-01"}, ""),
    ):
        found = client("GET", "/cases", params=criteria)
        listed = "".join(one["reference"][-1] for one in found.json()["summaries"])
        counted = client("GET", "/case-counts", params=criteria).json()["total"]
        assert (listed, counted) == (expected, len(expected)), criteria


def test_the_digest_of_the_day_is_data_and_text_of_a_site_or_a_person(desk: Desk) -> None:
    client = Client(desk)
    for site in ("CRE", "STR", "STD"):
        client("POST", "/cases", json=REGISTER | {"site": site})
    desk.assign("R-2026-000002", to="m.klein")
    seen = desk.scoped(site="STD")

    for of, criteria, lang, expected in (
        (desk, {}, "fr", "123"),
        (desk, {"site": "STR"}, "en", "2"),
        (desk, {"region": "Île-de-France"}, "fr", "13"),
        (desk, {"assigned_to": "m.klein"}, "en", "2"),
        (seen, {}, "fr", "3"),
    ):
        asked = criteria | {"as_of": "2026-07-31"}
        answer = Client(of)("GET", "/worklist", params=asked, headers={"Accept-Language": lang})
        text, day = answer.json()["text"], date(2026, 7, 31)
        late = [one["count"] for one in answer.json()["cases"] if one["kind"] == "late"]
        title = {"fr": f"À faire au {in_words(day)}", "en": f"To do on {in_words(day, 'en')}"}[lang]
        assert (sorted(set(re.findall(r"R-2026-00000(\d)", text))), late) == ([*expected], [len(expected)]), criteria
        assert text.startswith(title)
        assert answer.headers["Content-Language"] == lang
    assert Client(seen)("GET", "/worklist", params={"site": "STR"}).status_code == 403


def test_the_likely_duplicates_of_a_message_are_those_that_the_desk_and_its_role_see() -> None:
    message = {"site": "CRE", "received_on": "2026-06-20", "text": "Formateur absent depuis lundi", "sender": "Durand"}
    policy = Policy(edition="sans noms", parameters=Parameters(roles=RoleParameters(reads_names=(Role.RQR,))))
    desk = factories.new_desk(policy=policy)
    for site, sender in (("CRE", "Durand"), ("STD", "Durand"), ("CRE", "M. Noir")):
        desk.register(
            factories.facts(), site=site, complainant=sender, verbatim="le formateur est ABSENT depuis lundi !"
        )

    found = Client(desk.acting("Nadia Roux", Role.RQR))("POST", "/similar-cases", json=message)
    assert [(one["case"]["reference"], [each["code"] for each in one["matches"]]) for one in found.json()] == [
        ("R-2026-000001", ["sender", "words"]),
        ("R-2026-000003", ["words"]),
    ]
    assert all(valid("view.similar_case", one) for one in found.json())
    assert valid("similar_message", message)
    unnamed = Client(desk.acting("Léa Petit", Role.HANDLING_UNIT))("POST", "/similar-cases", json=message).json()
    assert [[each["code"] for each in one["matches"]] for one in unnamed] == [["words"], ["words"]]
    assert "Durand" not in str(unnamed)
    elsewhere = Client(desk.acting("Nadia Roux", Role.RQR).scoped(site="STD"))
    assert elsewhere("POST", "/similar-cases", json=message).json() == []


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"received_on": "2026-06-20"}, "site"),
        ({"site": "CRE", "received_on": "hier"}, "received_on"),
        ({"site": "CRE", "received_on": "2026-06-20", "texte": "x"}, "texte"),
        ({"site": 1, "received_on": "2026-06-20"}, "site"),
        ([], "$"),
    ],
)
def test_a_message_that_cannot_be_compared_is_refused_by_its_key(client: Client, given: Any, path: str) -> None:
    refused = client("POST", "/similar-cases", json=given)
    assert refused.status_code == 422
    assert path in [fault["path"].removeprefix("$.") for fault in refused.json()["faults"]]


def test_an_answer_is_previewed_and_its_text_blocks_are_filled() -> None:
    desk = factories.new_desk().acting("Nadia Roux", "rqr")
    reference = factories.qualified(desk).reference
    version = desk.cases.get(reference).version
    block = TextBlock(name="a", title="A", text="Reçue le {received}.", decisions=("founded",))
    client = Client(desk, letters=SETTINGS, text_blocks=[block])
    case = f"/cases/{reference}"

    [filled] = client("GET", f"{case}/text-blocks?decision=founded").json()
    assert valid("view.text_block", filled)
    assert filled["text"] == "Reçue le lundi 1er juin 2026."
    assert client("GET", f"{case}/text-blocks?decision=unfounded").json() == []
    draft = {"type": "answer", "decision": "founded", "text": filled["text"]}
    letter = client("POST", f"{case}/letter-preview", json=draft)
    assert valid("view.letter", letter.json())
    assert letter.json()["recipient"] == ["Mme Durand"]
    assert filled["text"] in [block["runs"][0]["text"] for block in letter.json()["blocks"]]
    english = client("POST", f"{case}/letter-preview", json=draft, headers={"Accept-Language": "en"})
    assert english.json()["subject_line"].startswith("Subject: ")
    assert desk.cases.get(reference).version == version, "nothing is recorded"
    assert client("POST", f"{case}/letter-preview", json={**draft, "decision": "x"}).status_code == 422
    assert Client(desk)("POST", f"{case}/letter-preview", json=draft).status_code == 422, "no settings"
    assert Client(desk, texts=False)("POST", f"{case}/letter-preview", json=draft).status_code == 404


def test_a_person_has_an_agenda_and_a_calendar(desk: Desk) -> None:
    client = Client(desk)
    for number in (1, 2):
        factories.registered(desk, received_at=factories.at(28 + number))
    desk.assign("R-2026-000002", to="m.klein")
    person = {"assigned_to": "m.klein"}
    agenda = client("GET", "/agenda", params={"until": "2026-08-31", **person}).json()
    assert [one["case"] for one in agenda["answers"]] == ["R-2026-000002"]
    found = client("GET", "/calendar.ics", params=person)
    assert ("R-2026-000001" in found.text, "R-2026-000002" in found.text) == (False, True)
    assert client("GET", "/calendar.ics").headers["etag"] != found.headers["etag"]


def test_a_message_that_was_registered_before_is_answered_with_its_case(client: Client) -> None:
    first, again = (client("POST", "/cases", json=REGISTER | {"source": "mail-1"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json(), again.headers["location"]) == (first.json(), first.headers["location"])


def test_a_command_needs_the_version_that_it_names_and_is_refused_in_words(client: Client) -> None:
    client("POST", "/cases", json=REGISTER)
    act: dict[str, Any] = {"method": "POST", "path": "/cases/R-2026-000001/commands", "json": {"type": "acknowledge"}}
    first = client(**act, headers={"if-match": '"v1"'})
    second = client(**act, headers={"if-match": '"v1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"v2"')
    assert (second.status_code, second.json()["status"], second.json()["code"]) == (412, 412, "version_conflict")
    assert second.headers["content-type"] == "application/problem+json"
    assert valid("view.problem", second.json())

    late = {"type": "acknowledge", "expected_version": 7}
    assert client("POST", "/cases/R-2026-000001/commands", json=late).status_code == 409

    command = {"type": "answer", "decision": "founded", "text": "Madame, ..."}
    french = client("POST", "/cases/R-2026-000001/commands", json=command)
    english = client("POST", "/cases/R-2026-000001/commands", json=command, headers={"accept-language": "en, fr"})
    assert french.status_code == english.status_code
    assert [guard["id"] for guard in french.json()["guards"]] == ["not-qualified", "individual-though-anonymous"]
    assert "qualifiez-le" in french.json()["detail"]
    assert "qualify it" in english.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "named", "status"),
    [
        ("GET", "/cases/R-2026-999999", {}, 404),
        ("POST", "/cases", {"json": {"type": "register"}}, 422),
        ("POST", "/cases", {"json": []}, 422),
        ("POST", "/cases", {"content": b"{", "headers": JSON}, 422),
        ("POST", "/cases", {"content": b"[" * 100_000, "headers": JSON}, 422),
        ("POST", "/cases", {"content": b"\xff", "headers": JSON}, 422),
        ("POST", "/cases", {"content": b'{"\\ud800": 1}', "headers": JSON}, 422),
        ("POST", "/cases", {"content": b" " * (MOST_BYTES + 1), "headers": JSON}, 413),
        ("POST", "/cases", {"content": b"{}"}, 415),
        ("POST", "/cases", {"content": b"{}", "headers": {"content-type": "text/plain"}}, 415),
        ("POST", "/cases", {"content": b"{}", "headers": {"content-type": "application/jsonp"}}, 415),
        ("DELETE", "/cases", {}, 405),
        ("POST", "/agenda", {}, 405),
        ("POST", "/cases/R-2026-000001/commands", {"json": {"type": "fly"}}, 422),
        ("POST", "/cases/R-2026-000001/commands", {"json": {"type": "acknowledge"}, "headers": {"if-match": "x"}}, 422),
        ("GET", "/agenda?until=tomorrow", {}, 422),
        ("GET", "/indicators?since=2026-06-01&until=2026-06-30&name=on_time&name=received&cases=true", {}, 422),
        ("GET", "/indicator-series?since=2020-06-01&until=2026-06-30&name=on_time", {}, 422),
        ("GET", "/agenda?until=0", {}, 422),
        ("GET", "/signals?since=2026-07-31&until=2026-07-01", {}, 422),
        ("GET", "/cases?stat=closed", {}, 422),
        ("GET", "/cases/R-2026-000001?=", {}, 422),
        ("GET", "/cases?limit=%00", {}, 422),
        ("GET", "/cases?after=%FF", {}, 422),
        ("GET", "/cases?region=ailleurs", {}, 422),
        ("GET", "/cases?text=%CC%81", {}, 422),
        ("GET", "/plans/site:CRE/published/1", {}, 404),
        ("GET", "/plans/site:XXX", {}, 422),
    ],
)
def test_a_wrong_request_has_a_4xx(client: Client, method: str, path: str, named: dict[str, Any], status: int) -> None:
    refused = client(method, path, **named)
    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
    assert refused.json()["status"] == status
    assert valid("view.problem", refused.json())


def test_what_is_due_signals_and_plans_are_plain_data(client: Client) -> None:
    client("POST", "/cases", json=REGISTER)
    agenda = client("GET", "/agenda", params={"until": "2026-07-31"}).json()
    plan = client("GET", "/plans/site:CRE")
    assert valid("view.agenda", agenda)
    assert [one["case"] for one in agenda["answers"]] == ["R-2026-000001"]
    assert valid("view.plan", plan.json())
    assert plan.headers["etag"] == '"v0"'
    assert client("GET", "/ready").json() == {"status": "ready"}

    signals = client("GET", "/signals?since=2026-06-01&until=2026-07-31&min_count=1")
    assert signals.status_code == 200
    assert valid("view.signals", signals.json())
    assert client("GET", "/signals").json()["on_plans"] == signals.json()["on_plans"]

    published = client("POST", "/plans/site:CRE/commands", json={"type": "publish", "recipients": ["RQR"]})
    assert published.json()["publications"][0]["number"] == 1
    assert valid("view.published_plan", client("GET", "/plans/site:CRE/published/1").json())


SHEET = {
    "reference": "A-1",
    "type": "corrective",
    "origin": "internal_audit",
    "site": "CRE",
    "what": "réparer la chaudière",
    "owner": "Mme Blanc",
    "cause_family": "equipment",
    "cause": "la chaudière",
    "criterion": "aucune panne",
}
DONE = (
    {"type": "add", "sheet": SHEET},
    {"type": "finish", "reference": "A-1", "evidence": "la facture"},
    {"type": "publish", "recipients": ["RQR"]},
)
"""The commands of a published plan whose action is done."""


def test_a_plan_takes_commands_and_says_whether_an_action_worked(client: Client) -> None:
    added, *_ = (client("POST", "/plans/site:CRE/commands", json=command) for command in DONE)
    assert added.status_code == 200, added.text
    assert [action["reference"] for action in added.json()["actions"]] == ["A-1"]
    assert added.headers["etag"] == '"v1"'
    effect = client("GET", "/plans/site:CRE/effect?action=A-1")
    assert valid("view.action_effect", effect.json())
    assert (effect.json()["chart"]["before"], effect.json()["is_fall"]) == ([], None)
    assert effect.json()["complaints"]["fr"].startswith("réclamations dont une cause est de la famille : ")
    assert client("GET", "/plans/site:CRE/effect").json()["faults"][0]["path"] == "action"
    assert client("GET", "/plans/site:CRE/effect?action=A-2").status_code == 404


def test_each_reference_has_its_schema_each_operation_words_and_examples() -> None:
    document = Client(a_desk()).application.openapi()
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known
    assert "#/components/schemas/Command" in set(references(document["paths"]))
    operations = [one for path in document["paths"].values() for one in path.values()]
    parameters = [one for operation in operations for one in operation.get("parameters", ())]
    assert all(len(one["description"].split("\n\n*")) == 2 for one in (*operations, *parameters))
    assert all({"example", "examples"} & (one.keys() | one["schema"].keys()) for one in parameters)


def references(node: Any) -> Any:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_what_answers_with_a_reference_has_links_to_what_takes_one() -> None:
    paths = Client(a_desk()).application.openapi()["paths"]
    known = {one["operationId"] for path in paths.values() for one in path.values()}
    on_a_case = {one["operationId"] for path in paths if "{reference}" in path for one in paths[path].values()}
    registered = paths["/api/cases"]["post"]["responses"]["201"]["links"]
    changed = paths["/api/plans/{scope}/commands"]["post"]["responses"]["200"]["links"]
    assert registered.keys() == on_a_case <= known
    assert paths["/api/cases"]["get"]["responses"]["200"]["links"].keys() == on_a_case
    assert changed.keys() == {paths["/api/plans/{scope}/published/{number}"]["get"]["operationId"]}


def test_the_examples_of_the_description_are_valid() -> None:
    schemas = Client(a_desk()).application.openapi()["components"]["schemas"]
    examples = {name: schema["examples"][0] for name, schema in schemas.items() if "examples" in schema}
    assert len(examples) == 21
    for name, example in examples.items():
        jsonschema.validate(example, {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}})


def test_a_list_has_pages_and_the_number_of_all(client: Client) -> None:
    for _ in range(5):
        client("POST", "/cases", json=REGISTER)
    path: str | None = "/cases?order_by=due&descending=true&limit=2&state=registered&text=salle&as_of=2026-06-30"
    pages = []
    while path is not None:
        page = client("GET", path)
        assert valid("view.case_summaries", page.json())
        assert page.headers["x-total-count"] == "5"
        pages.append([row["reference"] for row in page.json()["summaries"]])
        link = page.headers.get("link")
        assert link is None or (link.startswith("</api/cases?order_by=due") and link.endswith('>; rel="next"'))
        path = None if link is None else link[len("</api") : link.index(">")]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(itertools.chain(*pages)) == [f"R-2026-00000{number}" for number in range(1, 6)]
    assert page.json()["summaries"][0]["status"] == "overdue"


def test_a_list_and_its_counts_are_of_the_cases_that_meet_the_criteria(client: Client) -> None:
    client("POST", "/cases", json=REGISTER)
    client("POST", "/cases", json={**REGISTER, "site": "STR", "verbatim": "Autre chose."})

    for query, expected in {
        "site=STR": "2", "site=STR&site=CRE": "12", "region=Grand%20Est": "2", "text=SALLE": "1",
        "kind=malfunction": "", "due_until=2026-06-01": "", "level=national&state=closed": "",
        "is_unacknowledged=true": "", "theme=training": "", "assigned_to=x": "", "has_late_action=true": "",
    }.items():  # fmt: skip
        found = client("GET", f"/cases?{query}").json()["summaries"]
        assert "".join(row["reference"][-1] for row in found) == expected, query

    counts = client("GET", "/case-counts?facet=site&facet=due&as_of=2026-06-02&state=registered").json()
    assert counts == {
        "total": 2,
        "facets": {
            "site": [{"code": "CRE", "count": 1}, {"code": "STR", "count": 1}],
            "due": [{"code": "running", "count": 2}],
        },
    }
    assert client("GET", "/case-counts").json()["facets"] == {"state": [{"code": "registered", "count": 2}]}


def test_lists_searches_and_counts_are_of_the_day_of_the_desk() -> None:
    client = Client(factories.new_desk(clock=factories.FakeClock(factories.at(2))))
    client("POST", "/cases", json=REGISTER)
    listed, found = client("GET", "/cases").json()["summaries"], client("GET", "/search?q=salle").json()["hits"]
    assert [one["status"] for one in (*listed, found[0]["case"])] == ["running"] * 2
    assert client("GET", "/case-counts?facet=due").json()["facets"]["due"] == [{"code": "running", "count": 1}]
    series = "/indicator-series?since=2026-01-01&until=2026-06-30&name=received&step=quarter&as_of=2026-07-31"
    assert [table["as_of"] for table in client("GET", series).json()["tables"]] == ["2026-07-31"] * 2


def test_a_facet_that_is_repeated_is_counted_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client("POST", "/cases", json=REGISTER)
    reads: list[Any] = []
    tabulate = CasesView.tabulate

    def counted(*given: Any, **named: Any) -> Any:
        reads.append(given)
        return tabulate(*given, **named)

    monkeypatch.setattr(CasesView, "tabulate", counted)
    repeated = client("GET", f"/case-counts?{'&'.join(['facet=state'] * 1000)}")
    every = client("GET", f"/case-counts?{'&'.join(f'facet={facet}' for facet in CaseFacet)}")
    assert repeated.json() == {"total": 1, "facets": {"state": [{"code": "registered", "count": 1}]}}
    assert list(every.json()["facets"]) == list(CaseFacet)
    assert len(reads) == 3


@pytest.mark.parametrize("path", ["/cases/R-2026-000001", "/plans/site:CRE", "/calendar.ics"])
def test_a_document_that_the_client_has_is_not_sent_again(client: Client, path: str) -> None:
    client("POST", "/cases", json=REGISTER)
    tag = client("GET", path).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client("GET", path, headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert (again.headers["cache-control"], again.headers["vary"]) == ("private, no-cache", "Accept-Language")
    assert client("GET", path, headers={"if-none-match": '"v9"'}).status_code == 200


def test_a_wrong_method_is_answered_by_those_of_the_address(client: Client) -> None:
    assert client("PUT", "/cases").headers["allow"] == "GET, HEAD, POST"
    assert client("BREW", "/cases/R-2026-000001").headers["allow"] == "GET, HEAD"


def test_due_dates_are_a_calendar_file(client: Client) -> None:
    client("POST", "/cases", json=REGISTER)
    calendar = client("GET", "/calendar.ics")
    assert calendar.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "R-2026-000001" in calendar.text
    client("POST", "/cases", json=REGISTER | {"site": "STR"})
    later = client("GET", "/calendar.ics", headers={"if-none-match": calendar.headers["etag"]})
    assert (later.status_code, later.text.count("BEGIN:VEVENT")) == (200, 2)


def test_health_needs_no_store_and_readiness_says_that_it_fails() -> None:
    def fail() -> Any:
        raise OSError("the server is gone: password of the store")

    application = FastAPI()
    application.include_router(fastapi.reclamation_router(a_desk, ready=fail))
    client = Client.of(application)
    refused = client("GET", "/ready")
    assert client("GET", "/health").json() == {"status": "alive"}
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    assert valid("view.problem", refused.json())
    assert "password" not in refused.text


class Transaction:
    """A dependency that has begun something, and how it ended."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    def __call__(self) -> Iterator[Any]:
        try:
            yield a_desk()
        except Exception:
            self.ended.append("rolled back")
            raise
        self.ended.append("committed")


@pytest.mark.parametrize(
    ("method", "path", "ended"),
    [
        ("GET", "/cases", "committed"),
        ("GET", "/cases/R-2026-999999", "rolled back"),
        ("GET", "/agenda?until=2026-13-01", "rolled back"),
        ("POST", "/cases", "rolled back"),
    ],
)
def test_a_transaction_ends_before_the_response_and_a_refusal_rolls_back(method: str, path: str, ended: str) -> None:
    transaction, application = Transaction(), FastAPI()
    application.include_router(fastapi.reclamation_router(transaction))
    at_response: list[str] = []

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        async def sent(message: Any) -> None:
            at_response.extend(transaction.ended)
            await send(message)

        await application(scope, receive, sent)

    Client.of(noting)(method, path)
    assert transaction.ended == [ended]
    assert at_response[0] == ended


@contextmanager
def refusing(status: int, detail: str) -> Iterator[Any]:
    def refuse() -> Any:
        raise HTTPException(status, detail, {"WWW-Authenticate": "Basic"})

    yield refuse


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_refusal_of_a_dependency_is_a_problem_in_its_own_words(status: int) -> None:
    application = FastAPI()
    with refusing(status, "Veuillez vous identifier.") as refuse:
        application.include_router(fastapi.reclamation_router(refuse))
    refused = Client.of(application)("GET", "/cases")
    assert (refused.status_code, refused.json()["detail"]) == (status, "Veuillez vous identifier.")
    assert refused.headers["www-authenticate"] == "Basic"
    assert valid("view.problem", refused.json())


def test_a_status_below_500_is_the_fault_of_the_client_and_one_from_500_is_not() -> None:
    """RFC 9110 section 15: 4xx is an error of the client, 5xx one of the server."""
    own = {401: "forbidden", 403: "forbidden", 404: "not_found", 409: "conflict", 412: "conflict"}
    router, of_routes, of_all = APIRouter(route_class=fastapi.ProblemRoute), FastAPI(), FastAPI()

    @of_all.get("/{status}")
    @router.get("/{status}")
    def refuse(status: int) -> None:
        raise HTTPException(status)

    of_routes.include_router(router)
    fastapi.add_problem_details(of_all)
    expected = {
        status.value: (own.get(status, "invalid" if status < 500 else "unavailable"), status)
        for status in HTTPStatus
        if status >= 400
    }
    for client in map(Client.of, (of_routes, of_all)):
        documents = {status: client("GET", f"/{status}").json() for status in expected}
        assert {status: (one.get("kind"), one.get("status")) for status, one in documents.items()} == expected


@pytest.mark.parametrize(("lang", "expected"), [("fr", "connectez-vous"), ("en", "log in")])
def test_the_words_of_the_framework_on_a_log_in_are_replaced(lang: str, expected: str) -> None:
    application = FastAPI()
    application.include_router(fastapi.reclamation_router(HTTPBasic()))
    refused = Client.of(application)("GET", "/cases", headers={"accept-language": lang})
    assert (refused.status_code, refused.json()["detail"]) == (401, expected)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"type": "analyse", "causes": [0] * 600_000}, "causes"),
        ({"type": "analyse", **{f"k{number}": 1 for number in range(60_000)}}, "command"),
        ({"type": "analyse", "causes": [0] * 1_000}, "causes[0]"),
    ],
)
def test_a_large_wrong_command_has_a_short_answer(client: Client, document: Any, path: str) -> None:
    response = client("POST", "/cases/R-2026-000001/commands", json=document)
    assert (response.status_code, response.json()["faults"][0]["path"]) == (422, path)
    assert len(response.content) < 50_000


def test_a_dependency_may_have_a_parameter_of_its_own() -> None:
    def of_token(token: str) -> Any:
        return {"secret": a_desk()}[token]

    application = FastAPI()
    application.include_router(fastapi.reclamation_router(of_token))
    assert Client.of(application)("GET", "/cases?token=secret&limit=5").status_code == 200
    assert Client.of(application)("GET", "/cases?token=secret&tokens=1").status_code == 422


def test_a_dependency_may_lead_elsewhere() -> None:
    application = FastAPI()
    with refusing(303, "") as refuse:
        application.include_router(fastapi.reclamation_router(refuse))
    fastapi.add_problem_details(application)
    assert Client.of(application)("GET", "/cases").status_code == 303


@pytest.mark.parametrize("route", [APIRoute, fastapi.ProblemRoute])
def test_an_unknown_address_and_routes_of_the_application_have_problems_too(route: type[APIRoute]) -> None:
    router, application = APIRouter(route_class=route, responses=fastapi.PROBLEM_RESPONSES), FastAPI()

    @router.get("/own/{number}")
    def own(number: int, some: Annotated[list[int], Query()]) -> Any:
        return a_desk().cases.get(f"R-2026-{number:06}/{some}")

    application.include_router(router)
    if route is APIRoute:
        fastapi.add_problem_details(application)
    paths = {"/own/1?some=1": 404, "/own/1?some=1&some=x&some[0]=1": 422, "/own/one": 422, "/nowhere": 404}
    for path, status in ([*paths.items()])[: 4 if route is APIRoute else 3]:
        refused = Client.of(application)("GET", path)
        assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
        assert valid("view.problem", refused.json())
        assert {fault["path"] for fault in refused.json()["faults"]} <= {"reference", "number", "some"}
        assert (refused.headers["cache-control"], refused.headers["x-content-type-options"]) == ("no-store", "nosniff")
        assert refused.headers["vary"] == "Accept-Language"
    assert "503" in application.openapi()["paths"]["/own/{number}"]["get"]["responses"]


def test_the_lifespan_opens_a_desk_and_checks_the_schema(tmp_path: Path) -> None:
    url = sqlite_file(tmp_path)
    application = FastAPI(lifespan=fastapi.desk_lifespan(url, sites=factories.SITES))

    async def live() -> int:
        async with application.router.lifespan_context(application):
            count: int = await application.state.desk.cases.count()
            return count

    assert asyncio.run(live()) == 0
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_reclamation_plan_events_subject")
    engine.dispose()
    with pytest.raises(SchemaError, match="ix_reclamation_plan_events_subject"):
        asyncio.run(live())
