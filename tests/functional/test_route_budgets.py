"""The benchmark of the routes has every route that reads; `test_benchmarks` runs it on a small register."""

import asyncio
from time import process_time
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from bench import routes
from reclamation_core.desk import Desk
from reclamation_core.integrations.board.pages import ROUTES as BOARD_ROUTES
from reclamation_core.integrations.fastapi import reclamation_router

CASE = "R-2026-000001"


def test_the_addresses_are_those_of_every_route_that_reads() -> None:
    application, desk = FastAPI(), Desk.in_memory()
    application.include_router(reclamation_router(lambda: desk), prefix="/api")
    of_api = [one for one in application.routes if isinstance(one, APIRoute) and "GET" in (one.methods or ())]
    requests = routes.requests(CASE)
    of_board = {unquote(one.address.partition("?")[0]).removeprefix("/board") for one in requests}
    reached = {next((one for one, _ in BOARD_ROUTES if one.fullmatch(path)), None) for path in of_board}
    assert {one.path for one in of_api} <= {one.route for one in requests}
    assert {one.route for one in requests if one.body is not None} == {*routes.BODIES}
    assert {one for one, methods in BOARD_ROUTES if "GET" in methods} <= reached


@pytest.mark.parametrize(("table", "name"), [("PATHS", "action"), ("BODIES", "/api/similar-cases")])
def test_a_route_without_a_value_fails_by_its_name(table: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(getattr(routes, table), name)
    with pytest.raises(LookupError, match=r"/api/similar-cases|/board/pgaac/\{scope\}/actions/\{action\}"):
        routes.requests(CASE)


def test_a_route_that_refuses_its_address_fails_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(routes.QUERIES, "/api/agenda", ["until=hier"])
    refused = [one for one in routes.requests(CASE) if one.route == "/api/agenda"]
    with pytest.raises(AssertionError, match=r"/api/agenda\?until=hier"):
        asyncio.run(routes.seconds_of(routes.application_of(Desk.in_memory()), refused, process_time, None))
