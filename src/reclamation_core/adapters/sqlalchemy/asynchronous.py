"""The adapter under asyncio: the same code in a greenlet, which waits without blocking the event loop.

A task that is cancelled finishes the statement that it has begun and begins no other: an answer that is not awaited
would leave its connection in a transaction that is never ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar
from weakref import WeakSet

from sqlalchemy.util import await_only, greenlet_spawn
from sqlalchemy.util.concurrency import in_greenlet

T = TypeVar("T")

_CANCELLED: Final[WeakSet[asyncio.Task[Any]]] = WeakSet()


async def run(call: Callable[[], T]) -> T:
    """Return the result of a call; a cancelled task first finishes the statement that it has begun."""
    work = asyncio.create_task(greenlet_spawn(call))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        _CANCELLED.add(work)
        while not work.done():
            with suppress(asyncio.CancelledError):  # cancelled already
                await asyncio.wait([work])
        if not work.cancelled():
            work.exception()  # retrieved here, since the task's awaiter is gone
        raise


def pause(seconds: float) -> None:
    """Wait within `run`."""
    await_only(asyncio.sleep(seconds))


def require_running() -> None:
    """Leave before the next statement if the task of `run` was cancelled.

    Raises:
        asyncio.CancelledError: it was cancelled.
        TypeError: the call is not within `run`, so that it could not wait.
    """
    if not in_greenlet():
        raise TypeError(
            "store: its database is asynchronous; use an AsyncDesk (AsyncDesk.open, AsyncDesk(store), "
            "AsyncDesk.from_connection), or give a synchronous engine or connection"
        )
    if asyncio.current_task() in _CANCELLED:
        raise asyncio.CancelledError
