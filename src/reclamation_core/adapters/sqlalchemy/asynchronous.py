"""Running what uses a database from asyncio: the same code, which waits without holding up the event loop.

A task that is cancelled ends what it has begun with the database, and begins nothing more. An answer that nobody waits
for would leave its connection in a transaction that nobody ends.
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

_LEAVING: Final[WeakSet[asyncio.Task[Any]]] = WeakSet()


async def run(call: Callable[[], T]) -> T:
    """What a call gives; where the task is cancelled meanwhile, what is begun is ended first."""
    work = asyncio.create_task(greenlet_spawn(call))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        _LEAVING.add(work)
        while not work.done():
            with suppress(asyncio.CancelledError):  # cancelled already
                await asyncio.wait([work])
        if not work.cancelled():
            work.exception()  # looked at: nobody else will
        raise


def pause(seconds: float) -> None:
    """Wait, within `run`."""
    await_only(asyncio.sleep(seconds))


def begin_nothing_more() -> None:
    """Within `run`, leave where the task was cancelled: something else is about to begin.

    Raises:
        asyncio.CancelledError: it was.
        TypeError: nothing runs it, so that nobody could wait.
    """
    if not in_greenlet():
        raise TypeError(
            "store: its database is awaited; use an AsyncDesk (AsyncDesk.open, AsyncDesk(store), "
            "AsyncDesk.from_connection), or "
            "give an engine or a connection that is not awaited"
        )
    if asyncio.current_task() in _LEAVING:
        raise asyncio.CancelledError
