"""The API in Django: the same answers as in FastAPI, and what is Django's own."""

import json
import sqlite3
from typing import Any
from urllib.parse import urlencode

import attrs
import httpx
import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.errors import FaultsError
from reclamation_core.integrations.api import ROUTES, Api, ApiRequest
from reclamation_core.integrations.api.requests import MOST_BYTES
from tests.unit.desk import factories
from tests.unit.integrations.test_django import database as database  # noqa: PLC0414  a fixture
from tests.unit.integrations.test_fastapi_routes import DONE
from tests.unit.integrations.test_fastapi_routes import Client as FastApiClient

JSON = {"content-type": "application/json"}
FACTS = {"type": "complaint", "received_at": "2026-06-01T09:00:00+02:00", "channel": "email"}
REGISTER = {"type": "register", "site": "CRE", "facts": FACTS, "verbatim": "La salle est froide.", "source": "m-1"}
ACKNOWLEDGE = {"type": "acknowledge"}
CASE = "/cases/R-2026-000001"


class Both:
    """The API of a register in Django, and that of another register in FastAPI, sent the same requests."""

    def __init__(self) -> None:
        self.django, self.fastapi = (
            Client(),
            FastApiClient(factories.new_desk(taxonomy=TRAINING_BODY).acting("Nadia Roux", "rqr")),
        )
        self.fastapi.approves = False  # a property draws other requests each time

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {} if body is None else JSON
        content = b"" if body is None else json.dumps(body).encode()
        expected = self.fastapi(method, path, content=content, headers={**sent, **names})
        found = self.django.generic(
            method, f"/api{path}", content, content_type=sent.get("content-type", ""), headers=names
        )
        assert found.status_code == expected.status_code, found.content
        assert found.content == expected.content
        own = {"vary": found["Vary"], "content-length": expected.headers.get("content-length", "0")}  # of a 304 too
        assert {name.lower(): value for name, value in found.items()} == {**expected.headers, **own}
        assert "Accept-Language" in found["Vary"]
        return expected


@pytest.fixture
def both(database: Any, monkeypatch: pytest.MonkeyPatch) -> Both:  # noqa: ARG001  the database is Django's
    from reclamation_core.integrations.django import api, desks
    from reclamation_core.integrations.django.models import Membership

    clock = factories.FakeClock(factories.at(1, month=7))
    monkeypatch.setattr(api, "desk", lambda: desks.desk(clock=clock, sites=factories.SITES))
    user = get_user_model().objects.create_user("roux", first_name="Nadia", last_name="Roux")
    Membership.objects.create(user=user, role="rqr")
    found = Both()
    found.django.force_login(user)
    return found


@pytest.mark.slow
def test_each_route_answers_as_in_fastapi(both: Both) -> None:
    both("POST", "/cases", REGISTER)
    both("POST", "/cases", REGISTER)
    both("POST", f"{CASE}/commands", ACKNOWLEDGE, If_Match='"v1"')
    both("POST", f"{CASE}/commands", ACKNOWLEDGE, If_Match='"v1"')
    for done in DONE:
        both("POST", "/plans/site:CRE/commands", done)
    values = {"reference": "R-2026-000001", "scope": "site:CRE", "number": "1"}
    period = "?since=2026-06-01&until=2026-07-31"
    queries = {"agenda": "?until=2026-07-31", "signals": period, "search": "?q=2026-1"}
    queries |= dict.fromkeys(("effect", "action_timeline"), "?action=A-1")
    queries |= {"indicators": period, "indicator_page": period, "indicator_series": f"{period}&name=on_time"}
    for route in ROUTES:
        if route.method == "GET":
            command = "add" if "{scope}" in route.template else "acknowledge"
            path = route.template.format_map(values | {"command": command}) + queries.get(route.name, "")
            answer = both("GET", path)
            assert answer.status_code == (404 if route.name == "open_document" else 200), path
            both("GET", path, Accept_Language="en")
            if route.has_tag:
                assert both("GET", path, If_None_Match=answer.headers["etag"]).status_code == 304


def test_likely_duplicates_and_previews_are_answered_as_in_fastapi(both: Both) -> None:
    both("POST", "/cases", {**REGISTER, "complainant": "Mme Durand"})
    message = {"site": "CRE", "received_on": "2026-06-20", "sender": "durand mme"}
    assert [one["case"]["reference"] for one in both("POST", "/similar-cases", message).json()] == ["R-2026-000001"]
    answer = {"type": "answer", "decision": "founded", "text": "Un formateur a été remplacé."}
    assert both("POST", f"{CASE}/letter-preview", answer).status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/cases?stat=qualified", 422),
        ("GET", "/cases?limit=501&as_of=hier&descending=1", 422),
        ("GET", "/cases?limit=1&limit=2", 422),
        ("GET", "/cases?state=qualified&state=lost", 422),
        ("GET", "/agenda", 422),
        ("GET", "/plans/site:CRE/published/0", 422),
        ("GET", "/plans/centre/published/x", 422),
        ("GET", "/cases/R-2026-999999", 404),
        ("GET", CASE, 404),
        ("PUT", CASE, 405),
        ("DELETE", "/cases", 405),
        ("POST", "/cases", 415),
        ("POST", f"{CASE}/commands", 415),
    ],
)
def test_each_refusal_is_that_of_fastapi(both: Both, method: str, path: str, status: int) -> None:
    for lang in ("fr", "en"):
        assert both(method, path, Accept_Language=lang).status_code == status


@pytest.mark.parametrize(
    "body", [{"type": "register"}, [], {**REGISTER, "site": "XXX"}, {**REGISTER, "facts": {"x": 1}}, {"type": "answer"}]
)
def test_each_refused_command_is_that_of_fastapi(both: Both, body: Any) -> None:
    both("POST", "/cases", body)
    both("POST", f"{CASE}/commands", body)
    assert both("GET", "/cases").headers["x-total-count"] == "0"


def test_a_page_of_a_list_leads_to_the_next_one(both: Both) -> None:
    for number in range(3):
        both("POST", "/cases", {**REGISTER, "source": f"m-{number}"})
    first = both("GET", "/cases?limit=2&order_by=due")
    assert len(both("GET", first.headers["link"].partition(">")[0].removeprefix("</api")).json()["summaries"]) == 1


def test_an_unknown_address_and_bytes_that_are_no_text_are_refused(both: Both) -> None:
    unknown = both.django.get("/api/dossiers")
    broken = both.django.post("/api/cases", b'{"type": "\xff"}', content_type="application/json")
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "cette adresse ne mène à rien")
    assert (broken.status_code, broken.json()["faults"][0]["path"]) == (422, "$")


def test_a_parameter_of_the_application_is_left_to_it() -> None:
    request = ApiRequest(method="GET", path="/cases", query=[("key", "k"), ("limit", "1")], others=frozenset({"key"}))
    desk = factories.new_desk()
    for number in range(2):
        desk.register(factories.facts(), site="CRE", source=f"m-{number}")
    answer = Api().respond(desk, request)
    assert (answer.status, len(json.loads(answer.body)["summaries"])) == (200, 1)
    assert "key=k" in answer.headers["Link"]
    with pytest.raises(FaultsError, match="key"):
        Api().respond(desk, attrs.evolve(request, others=frozenset()))


def test_head_has_the_headers_of_get(both: Both) -> None:
    both("POST", "/cases", REGISTER)
    answers = [both.django.generic(method, f"/api{CASE}") for method in ("GET", "HEAD")]
    assert answers[1].content == b""
    assert answers[0].content
    assert dict(answers[0].headers) == dict(answers[1].headers)


def test_nobody_and_whoever_has_no_role_is_refused(both: Both) -> None:
    nobody, stranger = Client(), Client()
    stranger.force_login(get_user_model().objects.create_user("autre"))
    answers = [one.get("/api/cases") for one in (nobody, stranger)]
    # RFC 9110, 15.5.2: 401 has to name a scheme of authentication, and a session is none.
    assert [(answer.status_code, "WWW-Authenticate" in answer) for answer in answers] == [(403, False)] * 2
    assert answers[0].json()["detail"] == "connectez-vous"
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}
    assert nobody.post("/api/cases", "{}", content_type="application/json").status_code == 403
    assert both("GET", "/cases").headers["x-total-count"] == "0"


def test_the_role_of_the_session_limits_the_cases(both: Both) -> None:
    from reclamation_core.integrations.django.models import Membership

    both("POST", "/cases", REGISTER)
    user = get_user_model().objects.create_user("klein")
    Membership.objects.create(user=user, role="rqr", site="STR")
    other = Client()
    other.force_login(user)
    assert other.get(f"/api{CASE}").status_code == 404
    assert other.get("/api/cases").json()["summaries"] == []
    assert "R-2026" in both.django.get("/api/worklist?as_of=2026-07-31").json()["text"]
    assert "R-2026" not in other.get("/api/worklist?as_of=2026-07-31").json()["text"]


def test_a_form_of_another_site_is_refused(both: Both) -> None:
    sent = Client(enforce_csrf_checks=True, headers={"cookie": both.django.cookies.output(header="", sep=";").strip()})
    sent.cookies = both.django.cookies
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert sent.generic("POST", "/api/cases", json.dumps(REGISTER), content_type=media_type).status_code == 415
    assert both("GET", "/cases").headers["x-total-count"] == "0"


def test_what_is_too_long_is_refused_before_it_is_read(both: Both) -> None:
    assert both.django.post("/api/cases", b" " * (MOST_BYTES + 1), content_type="application/json").status_code == 413
    assert both("GET", "/cases?" + "&".join(["site=CRE"] * 1_000)).status_code == 200
    assert both("GET", "/cases?" + "&".join(["site=CRE"] * 1_001)).status_code == 413


def test_probes_need_no_login_and_say_that_the_database_is_away(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    from reclamation_core.integrations.django import api

    nobody = Client()
    assert nobody.get("/api/health").json() == {"status": "alive"}
    assert nobody.get("/api/ready").json() == {"status": "ready"}
    assert nobody.post("/api/ready").status_code == 403

    def broken() -> Any:
        raise OperationalError("the server is away")

    monkeypatch.setattr(api, "desk", broken)
    away = nobody.get("/api/ready", headers={"X-Request-ID": "r-1"})
    assert (away.status_code, away["X-Request-ID"]) == (503, "r-1")
    assert away["Retry-After"]
    assert "server" not in away.content.decode()
    assert both.django.get("/api/cases").status_code == 503


def test_an_error_of_the_database_that_stays_is_not_hidden(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    from reclamation_core.integrations.django import api

    def broken() -> Any:
        raise OperationalError("no such table") from sqlite3.OperationalError("no such table")

    monkeypatch.setattr(api, "desk", broken)
    with pytest.raises(OperationalError):
        both.django.get("/api/cases")


def test_the_description_is_that_of_fastapi(both: Both) -> None:
    found = Client().get("/api/openapi.json").json()
    expected = json.loads(json.dumps(both.fastapi.application.openapi()))
    probes = {"/api/health", "/api/ready"}
    assert found["paths"].keys() == expected["paths"].keys() - probes
    theirs = expected["components"]["schemas"]
    for name, schema in found["components"]["schemas"].items():  # examples have the instant of their recording
        assert {**schema, "examples": 0} == {**theirs[name], "examples": 0}
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            assert comparable(operation) == comparable(expected["paths"][path][method])


def comparable(operation: Any) -> Any:
    """An operation without the names of operations, which FastAPI makes of the path."""
    document = json.loads(json.dumps(operation))
    document.pop("operationId")
    for answer in document["responses"].values():
        answer.pop("links", None)
    return document


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    route=st.sampled_from([route for route in ROUTES if route.method == "GET" and "{" not in route.template]),
    query=st.lists(
        st.tuples(
            st.sampled_from(
                ["state", "level", "site", "kind", "text", "due_until", "limit", "as_of", "until", "facet"]
            ),
            TEXTS | st.sampled_from(["qualified", "local", "2026-06-30", "5", "true", "CRE", "due"]),
        ),
        max_size=4,
    ),
)
def test_each_query_is_answered_as_in_fastapi(both: Both, route: Any, query: list[tuple[str, str]]) -> None:
    both("GET", f"{route.template}?{urlencode(query)}")
