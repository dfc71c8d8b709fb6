"""A client that leaves: what only reads ends early, and commands do not."""

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from reclamation_core.integrations.board import Board
from reclamation_core.integrations.fastapi import board_router, reclamation_router
from reclamation_core.ports.background import require_awaited
from tests.inside import store_of
from tests.unit.desk import factories
from tests.unit.integrations.test_fastapi_routes import REGISTER, a_desk, an_async_desk


class Waiting:
    """A step of the work, in its thread, at which a test lets the client leave."""

    def __init__(self) -> None:
        self.reached, self.go_on, self.ended = threading.Event(), threading.Event(), list[str]()

    def __call__(self, step: Callable[[], Any]) -> Any:
        self.reached.set()
        assert self.go_on.wait(10)
        try:
            require_awaited()
            return step()
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise


async def leave(application: Any, path: str, waiting: Waiting, body: bytes | None = None) -> list[Any]:
    """Send a request, close the connection while its work waits, and let the work go on; return what was sent back."""
    sent: list[Any] = []
    gone, calls = asyncio.Event(), 0

    async def receive() -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            return {"type": "http.request", "body": body or b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET" if body is None else "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(b"host", b"afpa.test"), (b"content-type", b"application/json")],
        "server": ("afpa.test", 80),
        "client": ("1.1.1.1", 1),
    }
    answering = asyncio.create_task(application(scope, receive, send))
    assert await asyncio.to_thread(waiting.reached.wait, 10)
    gone.set()
    for _ in range(5):
        await asyncio.sleep(0)
    waiting.go_on.set()
    await answering
    return sent


def application_of(desk: Any, waiting: Waiting, ended: list[str]) -> FastAPI:
    synchronous: Any = vars(desk).get("_synchronous", desk)
    store: Any = store_of(synchronous)
    begin = store.unit_of_work
    store.unit_of_work = lambda: waiting(begin)

    def transaction() -> Any:
        try:
            yield desk
        except BaseException as error:
            ended.append(type(error).__name__)
            raise
        ended.append("committed")

    application = FastAPI()
    application.include_router(reclamation_router(transaction), prefix="/api")
    application.include_router(board_router(transaction, Board(sites=factories.SITES)), prefix="/board")
    return application


@pytest.mark.parametrize("make", [a_desk, an_async_desk])
@pytest.mark.parametrize("path", ["/api/cases", "/board/registre.csv"])
def test_a_client_that_leaves_ends_the_work_and_rolls_back(make: Callable[[], Any], path: str) -> None:
    waiting, ended = Waiting(), list[str]()
    sent = asyncio.run(leave(application_of(make(), waiting, ended), path, waiting))
    assert waiting.ended == ["cancelled"]
    assert ended == ["ClientDisconnect"]
    assert sent[0]["status"] == 499


@pytest.mark.parametrize("make", [a_desk, an_async_desk])
def test_a_command_of_a_client_that_leaves_is_completed(make: Callable[[], Any]) -> None:
    waiting, ended = Waiting(), list[str]()
    application = application_of(make(), waiting, ended)
    sent = asyncio.run(leave(application, "/api/cases", waiting, json.dumps(REGISTER).encode()))
    assert waiting.ended == []
    assert ended == ["committed"]
    assert sent[0]["status"] == 201
