"""Whatever a request holds, the answer is a page of the board or a document, and of the person's own sites alone."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.calendars.local_times import PARIS
from reclamation_core.cases import CommandType
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk, etag
from reclamation_core.desk.forms import FormContext, action_form, case_form, registration_form
from reclamation_core.integrations.board import Board, BoardRequest, pages
from reclamation_core.integrations.board.pages import PLAN_COMMANDS
from reclamation_core.integrations.fastapi import reclamation_router
from reclamation_core.plans.events import ACTION_COMMANDS
from reclamation_core.reporting import LetterKind
from tests.asgi import AsgiClient
from tests.unit.desk import factories

BOARD = Board(sites=factories.SITES, taxonomy=TRAINING_BODY, clock=factories.FakeClock(factories.at(20)))
CONTEXT = FormContext(factories.SITES, TRAINING_BODY, PARIS)
VALUES = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "x",
            "CRE",
            "true",
            "1",
            "-1",
            "1e9",
            "NaN",
            "Infinity",
            "9" * 400,
            "7,5",
            "\0",
            "\ud800",
            "\u202e<b>",
        ]
    ),
    st.sampled_from(["0001-01-01T00:00", "9999-12-31T23:59", "2026-06-02", "02/06/2026", "2026-13-01"]),
    st.text(max_size=20),
)


@pytest.fixture(scope="module")
def desk() -> Desk:
    desk = factories.new_desk()
    desk.plan(factories.analysed(desk).reference, factories.sheet("A-1"))
    return desk


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, list[str]]]:
    """Draw the address of a form, and values for some of its fields and for some that it does not have."""
    command: Any = draw(st.sampled_from([None, *CommandType, *ACTION_COMMANDS, *PLAN_COMMANDS]))
    if command is None:
        path, fields = "/dossiers/nouveau", registration_form(CONTEXT)
    elif isinstance(command, CommandType):
        path, fields = f"/dossiers/R-2026-000001/actes/{command.value}", case_form(command, CONTEXT)
    else:
        place = "actes" if command in PLAN_COMMANDS else "actions/A-1"
        path, fields = f"/pgaac/site:CRE/{place}/{command.value}", action_form(command, CONTEXT)
    names = st.sampled_from([*(field.name for field in fields), "version", "facts", "sheet", "type", "other"])
    return path, draw(st.dictionaries(names, st.lists(VALUES, max_size=3), max_size=8))


@given(requests())
def test_any_form_is_answered_by_a_page(desk: Desk, request: tuple[str, dict[str, list[str]]]) -> None:
    path, form = request
    version = [etag(desk.cases.get("R-2026-000001"))]
    response = BOARD.respond(desk, BoardRequest(path=path, method="POST", form={"version": version, **form}))
    assert response.status in {303, 404, 409, 422}
    assert response.status == 303 or b"</html>" in response.body


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "q",
                "etat",
                "niveau",
                "centre",
                "criticite",
                "type",
                "recevabilite",
                "du",
                "au",
                "retard",
                "tri",
                "sens",
                "suite",
            ]
        ),
        st.lists(VALUES, max_size=2),
    )
)
def test_any_search_is_answered_by_a_page_or_a_file(desk: Desk, query: dict[str, list[str]]) -> None:
    for path in ("/dossiers", "/registre.csv"):
        response = BOARD.respond(desk, BoardRequest(path=path, query=query))
        assert response.status in {200, 422}
        assert b"".join(response.chunks())


@given(
    st.sampled_from(
        [
            "/documents",
            "/echeances.ics",
            "/pgaac/site:CRE/pgaac.csv",
            "/pgaac/site:CRE",
            "/pgaac/site:CRE/editions/0",
            "/dossiers/nouveau",
            "/dossiers/R-2026-000001/courriers",
            "/dossiers/R-2026-000001/courriers/redirection.txt",
            "/dossiers/R-2026-000001/fiche.csv",
        ]
    ),
    st.dictionaries(
        st.sampled_from(["centre", "region", "edition", "page", "type", "service", "textes"]),
        st.lists(VALUES, max_size=2),
    ),
)
def test_any_document_is_a_page_or_a_file(desk: Desk, path: str, query: dict[str, list[str]]) -> None:
    response = BOARD.respond(desk, BoardRequest(path=path, query=query))
    assert response.status in {200, 403, 404, 422}
    assert b"".join(response.chunks())


@given(
    st.sampled_from(["/preuves", "/dossiers/R-2026-000001/preuves", "/pgaac/site:CRE/editions/0/envois"]),
    st.dictionaries(
        st.sampled_from(["du", "au", "textes", "format", "recipients"]),
        st.lists(st.one_of(VALUES, st.sampled_from(["csv", "json"])), max_size=2),
    ),
)
def test_any_export_is_a_page_or_a_file(desk: Desk, path: str, form: dict[str, list[str]]) -> None:
    response = BOARD.respond(desk, BoardRequest(path=path, method="POST", form=form))
    assert response.status in {200, 404, 422}
    assert b"".join(response.chunks())


@given(st.text(max_size=40))
def test_any_address_is_answered_by_a_page(desk: Desk, path: str) -> None:
    for prefix in ("/", "/dossiers/", "/pgaac/", "/pgaac/site:CRE/actions/"):
        assert BOARD.respond(desk, BoardRequest(path=prefix + path)).status in {200, 404, 422}


# The cases and plans of other sites, by every route of the board and of the API

FOREIGN = {"reference": "R-2026-000001", "scope": "site:STR", "number": "1", "action": "B-1"}
"""What addresses name: a case and a plan of another site than the person's."""


def addresses_of_the_board() -> Iterator[tuple[str, str]]:
    """Yield the methods and addresses of every page and file about a case, a plan, or all that the person sees."""
    names = sorted({one.value for one in (*CommandType, *PLAN_COMMANDS, *ACTION_COMMANDS, *LetterKind)})
    for pattern, methods in pages.ROUTES:
        for name, suffix in product(names, ("csv", "txt")):
            address = pattern.pattern.replace("\\", "")
            for group, value in {**FOREIGN, "name": name, "suffix": suffix}.items():
                address = re.sub(rf"\(\?P<{group}>[^)]*\)", value, address)
            yield from ((method, address) for method in methods)


def requests_to_the_api(router: APIRouter) -> Iterator[tuple[str, str, Any]]:
    """Yield the methods, addresses and documents of every route; where one acts or describes a form, each command."""
    names = [one.value for one in (*CommandType, *PLAN_COMMANDS, *ACTION_COMMANDS)]
    commands = [{"type": name, "reference": "B-1"} for name in names]
    query = {"since": "2026-01-01", "until": "2027-01-01", "site": "STR", "text": "caché", "facet": "unit"}
    query |= {"action": "B-1"}
    for route in (one for one in router.routes if isinstance(one, APIRoute)):
        every = (route.dependant, *route.dependant.dependencies)
        known = {one.alias for each in every for one in each.query_params}
        asked = urlencode({name: value for name, value in query.items() if name in known})
        for name in names if "{command}" in route.path else ("",):
            address = f"{route.path.format(**FOREIGN, command=name)}?{asked}"
            if "POST" in (route.methods or ()):
                yield from (("POST", address, document) for document in commands)
            else:
                yield "GET", address, None


@pytest.fixture
def whole() -> Desk:
    """A desk with a case and a published plan of Strasbourg, whose texts, names and recipients have one word."""
    desk = factories.new_desk()
    case = factories.qualified(desk, "STR", complainant="caché", verbatim="caché")
    desk.analyse(case.reference, causes=("organisation",))
    desk.plan(case.reference, factories.sheet("B-1", site="STR", what="caché", owner="caché"))
    desk.pgaac("STR").publish(recipients=["caché"])
    factories.registered(desk, "CRE")
    return desk


def state_of(desk: Desk) -> tuple[int, ...]:
    return (desk.cases.get("R-2026-000001").version, desk.pgaac("STR").current.version, desk.cases.count())


def test_no_page_of_the_board_shows_or_changes_what_another_site_has(whole: Desk) -> None:
    before, person = state_of(whole), whole.acting("Mme Roux", "rqr").scoped(site="CRE")
    versions = {"dossiers": etag(whole.cases.get("R-2026-000001")), "pgaac": etag(whole.pgaac("STR").current)}
    for method, path in dict.fromkeys(addresses_of_the_board()):
        version = versions.get(path.split("/")[1], "")
        form = {"version": [version], "format": ["csv"], "recipients": ["x"], "reason": ["x"]}
        asked = BoardRequest(path=path, method=method, form=form, query={"textes": ["oui"]})
        response = BOARD.respond(person, asked)
        assert "caché" not in b"".join(response.chunks()).decode(errors="replace"), (method, path)
        is_foreign = "R-2026-000001" in path or "site:STR" in path
        assert response.status in {403, 404, 405, 422} or not is_foreign, (method, path)
    assert state_of(whole) == before


def test_no_route_of_the_api_shows_or_changes_what_another_site_has(whole: Desk) -> None:
    before, person = state_of(whole), whole.acting("Mme Roux", "rqr").scoped(site="CRE")
    router = reclamation_router(lambda: person)
    application = FastAPI()
    application.include_router(router)
    client = AsgiClient(application)
    for method, address, document in requests_to_the_api(router):
        answer = client.request(method, address, json=document, headers={"If-Match": "*"})
        assert "caché" not in answer.text, (method, address)
        assert "R-2026-000001" not in answer.text or answer.status_code == 404, (method, address)
    assert state_of(whole) == before
