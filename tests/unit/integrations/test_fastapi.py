"""The board in a FastAPI application, on a desk or an asynchronous desk."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from reclamation_core import AsyncDesk
from reclamation_core.integrations.api.requests import MOST_BYTES
from reclamation_core.integrations.board import ActingRole, Board
from reclamation_core.integrations.fastapi import acting_desk, board_router
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.integrations.browser import UNSUPPORTED

BOARD = Board(sites=factories.SITES, clock=factories.FakeClock(factories.at(20)))
ENTERED = {"received_at": "2026-06-01T09:00", "site": "CRE"}


def a_desk() -> Any:
    return factories.new_desk()


def an_async_desk() -> Any:
    return AsyncDesk.in_memory(sites=factories.SITES, clock=factories.FakeClock(factories.at(1, month=7)))


@pytest.fixture(params=[a_desk, an_async_desk])
def request_of(request: Any) -> Callable[..., httpx.Response]:
    desk = request.param()
    application = FastAPI()
    router = board_router(lambda: desk, BOARD, user=lambda: "Mme Roux")
    application.include_router(router, prefix="/reclamations")
    return lambda *arguments, **named: asyncio.run(send(application, *arguments, **named))


async def send(application: FastAPI, method: str, path: str, **named: Any) -> httpx.Response:
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://afpa.test", follow_redirects=True) as client:
        return await client.request(method, path, **named)


def test_a_page_has_addresses_below_the_prefix_and_the_name_of_the_person(
    request_of: Callable[..., httpx.Response],
) -> None:
    page = request_of("GET", "/reclamations/")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert 'href="/reclamations/dossiers/nouveau"' in page.text
    assert "Mme Roux" in page.text
    assert request_of("GET", "/reclamations/board.css").status_code == 200
    assert request_of("GET", "/reclamations").url.path == "/reclamations/"


@pytest.mark.parametrize(
    "headers", [{"origin": "http://elsewhere.test"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}], ids=str
)
def test_a_form_of_another_site_is_refused(request_of: Callable[..., httpx.Response], headers: dict[str, str]) -> None:
    assert request_of("POST", "/reclamations/dossiers/nouveau", data=ENTERED, headers=headers).status_code == 403
    own = {"origin": "http://afpa.test", "sec-fetch-site": "same-origin"}
    page = request_of("POST", "/reclamations/dossiers/nouveau", data=ENTERED, headers=own)
    assert (page.status_code, page.url.path) == (200, "/reclamations/dossiers/R-2026-000001")
    assert "Dossier R-2026-000001" in page.text


def test_another_method_is_refused_with_those_of_the_page(request_of: Callable[..., httpx.Response]) -> None:
    for method, path, allowed in (*UNSUPPORTED, ("POST", "/aide", "GET, HEAD")):
        page = request_of(method, f"/reclamations{path}", headers={"accept": "text/html"})
        assert (page.status_code, page.headers.get("allow")) == (405 if allowed else 404, allowed)
        assert "<html" in page.text


def test_a_form_that_is_too_long_or_undecodable_is_refused(request_of: Callable[..., httpx.Response]) -> None:
    address, form = "/reclamations/dossiers/nouveau", {**ENTERED, "verbatim": "a" * MOST_BYTES}
    page = request_of("POST", address, data=form, headers={"accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "La requête est trop longue : raccourcissez les textes" in plain(page.text)
    assert request_of("POST", address, data=form).json()["detail"].startswith("La requête est trop longue : ")
    assert request_of("POST", address, content=b"\xff\xfe=%ff&received_at=%00").status_code == 422


@pytest.mark.parametrize("field", ["a=1&", "&", "site=CRE&", "%00&"])
def test_a_form_with_too_many_fields_is_refused(request_of: Callable[..., httpx.Response], field: str) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert request_of("POST", "/reclamations/dossiers/nouveau", content=field * 5_000, headers=form).status_code == 413
    assert request_of("GET", f"/reclamations/dossiers?{field * 5_000}").status_code == 413


def test_a_file_is_sent_part_by_part_with_its_name_and_length(request_of: Callable[..., httpx.Response]) -> None:
    request_of("POST", "/reclamations/dossiers/nouveau", data=ENTERED)
    sent = request_of("GET", "/reclamations/registre.csv")
    assert sent.headers["content-type"] == "text/csv; charset=utf-8"
    assert sent.headers["content-disposition"] == 'attachment; filename="registre-2026-06-20.csv"'
    assert len(sent.content) == int(sent.headers["content-length"])
    assert b"R-2026-000001" in sent.content


def test_a_person_acts_in_the_role_that_is_chosen_on_the_board() -> None:
    desk, held = a_desk(), [ActingRole("handling_unit", ("CRE",)), ActingRole("rqr", ("STR",))]
    desk.register(factories.facts(), site="STR")
    person: dict[str, Any] = {"user": lambda: "Mme Roux", "roles": lambda: held}
    application = FastAPI()
    application.include_router(board_router(acting_desk(lambda: desk, **person), BOARD, **person), prefix="/board")
    case = "/board/dossiers/R-2026-000001"

    def in_turn(*sent: tuple[str, str, dict[str, str]], root: str = "") -> list[httpx.Response]:
        async def ask() -> list[httpx.Response]:
            transport = httpx.ASGITransport(application, root_path=root)
            async with httpx.AsyncClient(transport=transport, base_url="https://afpa.test") as client:
                return [await client.request(method, path, data=form) for method, path, form in sent]

        return asyncio.run(ask())

    choice = {"role": "rqr:STR", "suite": "/dossiers/R-2026-000001"}
    unseen, switched, seen, refused = in_turn(
        ("GET", case, {}), ("POST", "/board/role", choice), ("GET", case, {}), ("POST", "/board/role", {"role": "aq"})
    )
    assert (unseen.status_code, switched.status_code, seen.status_code, refused.status_code) == (404, 303, 200, 403)
    assert switched.headers["location"] == case
    assert switched.headers["set-cookie"] == "reclamation_role=rqr%3ASTR; HttpOnly; Path=/; SameSite=lax; Secure"
    assert "set-cookie" not in refused.headers
    (below,) = in_turn(("POST", "/host/board/role", choice), root="/host")
    assert (below.headers["location"], "Path=/host;" in below.headers["set-cookie"]) == (f"/host{case}", True)
    assert '<option value="rqr:STR" selected>' in seen.text
    held.pop()
    assert in_turn(("GET", "/board/", {}))[0].status_code == 200
    held.pop()
    assert in_turn(("GET", "/board/", {}))[0].status_code == 403


def test_a_dependency_that_returns_no_desk_is_an_error() -> None:
    application = FastAPI()
    application.include_router(board_router(lambda: None))
    with pytest.raises(TypeError, match="the dependency has to return a Desk or an AsyncDesk, got a NoneType"):
        asyncio.run(send(application, "GET", "/"))
