"""Clients of ASGI applications: one in this process, and a server in a thread for many at once."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import httpx
import uvicorn
from sqlalchemy import URL, Connection, Engine, create_engine, event


@attrs.frozen
class AsgiClient:
    """A client that calls an application directly, one request after the other."""

    application: Any

    def request(self, method: str, path: str, *, auth: Any = None, **named: Any) -> httpx.Response:
        return asyncio.run(self._send(method, path, auth, named))

    def get(self, path: str, **named: Any) -> httpx.Response:
        return self.request("GET", path, **named)

    def post(self, path: str, **named: Any) -> httpx.Response:
        return self.request("POST", path, **named)

    async def _send(self, method: str, path: str, auth: Any, named: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.application)
        async with httpx.AsyncClient(transport=transport, base_url="http://afpa.test", auth=auth) as client:
            return await client.request(method, path, **named)


@contextmanager
def served(application: Any) -> Iterator[str]:
    """Serve an application in a thread, on a free port; yield its address."""
    config = uvicorn.Config(application, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    with config.bind_socket() as listening:
        listening.listen()
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def serve(application: Any, tell: Callable[[str], None]) -> None:
    """Serve an application in this process until it ends; tell its address once it listens."""
    config = uvicorn.Config(application, host="127.0.0.1", port=0, log_level="error", lifespan="off")
    with config.bind_socket() as listening:
        listening.listen()
        tell(f"http://127.0.0.1:{listening.getsockname()[1]}")
        uvicorn.Server(config).run(sockets=[listening])


def immediate_engine(url: str | URL) -> Engine:
    """Return an engine of an application; on SQLite its transactions take the lock of a writer as they begin."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def set_up(connection: Any, _: Any) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA busy_timeout = 20000")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
