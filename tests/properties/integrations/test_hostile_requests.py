"""Whatever a request to the board holds, the answer is a page: never an error of the program."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import CommandType
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk, etag
from reclamation_core.integrations.board import Board, BoardRequest
from reclamation_core.integrations.board.forms import FormContext, action_form, case_form, registration_form
from reclamation_core.integrations.board.pages import ACTION_COMMANDS, PARIS, PLAN_COMMANDS
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
