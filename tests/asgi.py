"""Clients of ASGI applications: one in this process, and a server in a thread for many at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import httpx
import uvicorn


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
