"""The adapter under asyncio: the same code in a greenlet, which waits without blocking the event loop.

In a thread that works for a coroutine (`run_in_thread`), each statement runs in a greenlet on the event loop, to which
the connections belong, and the thread waits for it.

A task that is cancelled finishes the statement that it has begun and begins no other: an answer that is not awaited
would leave its connection in a transaction that is never ended.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Final, TypeVar
from weakref import WeakSet

from sqlalchemy.util import await_only, greenlet_spawn
from sqlalchemy.util.concurrency import in_greenlet

from reclamation_core.ports.background import current_work, wait_on_loop

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


def run_statements(call: Callable[[], T]) -> T:
    """Return the result of a call with statements: on the event loop, if a thread works for a coroutine."""
    work = current_work()
    if work is None:
        return call()
    result: T = wait_on_loop(work, lambda: run(call))
    return result


@contextmanager
def entered(manager: AbstractContextManager[T]) -> Iterator[T]:
    """Enter a context manager that uses a connection, and leave it in the same greenlet on the event loop."""
    work = current_work()
    if work is None:
        with manager as value:
            yield value
        return
    end, value_of = asyncio.Event(), Future[T]()

    def hold() -> None:
        with manager as value:
            value_of.set_result(value)
            await_only(end.wait())

    held = wait_on_loop(work, lambda: _begin(hold, value_of))
    try:
        yield value_of.result()
    finally:
        work.loop.call_soon_threadsafe(end.set)
        with work.waiting():
            asyncio.run_coroutine_threadsafe(_ended(held), work.loop).result()


async def _begin(hold: Callable[[], None], value_of: Future[T]) -> asyncio.Task[None]:
    """Begin to hold a context manager open; return the task once it is entered, or raise what entering it raises."""
    held = asyncio.create_task(greenlet_spawn(hold))
    first: list[asyncio.Future[Any]] = [held, asyncio.wrap_future(value_of)]
    await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
    if held.done():
        held.result()
    return held


async def _ended(held: asyncio.Task[None]) -> None:
    await held


def pause(seconds: float) -> None:
    """Wait within `run`, or in a thread."""
    if current_work() is None and in_greenlet():
        await_only(asyncio.sleep(seconds))
    else:
        time.sleep(seconds)


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
