"""Work in a thread that a coroutine waits for, such as a page or a file: the event loop goes on meanwhile.

Work that nobody waits for any more ends at its next statement of a database or its next row of a report.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from typing import Any, Final, TypeVar

import attrs

from reclamation_core.shared_repr import SharedRepr

T = TypeVar("T")

_AT_ONCE: Final = 4
"""How many works compute at a time: each thread more lets the event loop wait longer for Python's lock."""
_PLACES: Final = threading.BoundedSemaphore(_AT_ONCE)


@attrs.define(eq=False)
class BackgroundWork(SharedRepr):
    """Work in a thread.

    Args:
        loop: the event loop of the coroutine that waits for it.
        is_cancelled: True if nothing waits for it any more.
        loop_thread: the thread of the event loop, in which the work is made.
    """

    loop: asyncio.AbstractEventLoop
    is_cancelled: bool = False
    loop_thread: int = attrs.field(factory=threading.get_ident)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Leave the place among those that compute to others within the block, which waits for something."""
        _PLACES.release()
        try:
            yield
        finally:
            _PLACES.acquire()


CURRENT: Final[ContextVar[BackgroundWork | None]] = ContextVar("reclamation_background_work", default=None)


def current_work() -> BackgroundWork | None:
    """Return the work that this thread does for a coroutine, if any; None in the thread of the event loop itself."""
    work = CURRENT.get()
    return None if work is None or work.loop_thread == threading.get_ident() else work


def require_awaited() -> None:
    """Leave work that nobody waits for any more; without effect outside of such work.

    Raises:
        asyncio.CancelledError: the task that waited was cancelled.
    """
    work = CURRENT.get()
    if work is not None and work.is_cancelled:
        raise asyncio.CancelledError


async def run_cancellable(start: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Return the result of a coroutine; its work in threads that inherit its context ends if it is cancelled.

    A task that is cancelled waits until the work has noticed it, so that nothing of it is left behind.
    """
    work = BackgroundWork(asyncio.get_running_loop())
    token = CURRENT.set(work)
    try:
        waiting = asyncio.create_task(start())
    finally:
        CURRENT.reset(token)
    return await _awaited(work, waiting)


async def run_in_thread(call: Callable[[], T]) -> T:
    """Return the result of a call in a thread of its own, with the context variables of the caller.

    A task that is cancelled waits until the call has noticed it, so that nothing of the call is left behind.
    """
    work, result = BackgroundWork(asyncio.get_running_loop()), Future[T]()
    context = copy_context()
    context.run(CURRENT.set, work)
    # No pool: a call may wait for a lock that the holder releases only by a call of its own.
    threading.Thread(target=context.run, args=(_work, call, result), daemon=True).start()
    return await _awaited(work, asyncio.wrap_future(result))


async def _awaited(work: BackgroundWork, waiting: asyncio.Future[T]) -> T:
    try:
        return await asyncio.shield(waiting)
    except asyncio.CancelledError:
        work.is_cancelled = True
        while not waiting.done():
            with suppress(asyncio.CancelledError):  # cancelled already
                await asyncio.wait([waiting])
        if not waiting.cancelled():
            waiting.exception()  # retrieved here, since nothing else waits for it
        raise


def _work(call: Callable[[], Any], result: Future[Any]) -> None:
    with _PLACES:
        try:
            require_awaited()
            result.set_result(call())
        except asyncio.CancelledError:
            result.set_exception(CancelledError())
        except BaseException as error:  # noqa: BLE001  raised where the result is awaited
            result.set_exception(error)


def wait_on_loop(work: BackgroundWork, call: Callable[[], Any]) -> Any:
    """Return the result of a coroutine function that runs on the event loop of a work; called from its thread.

    Raises:
        asyncio.CancelledError: nothing waits for the work any more, or the event loop has ended.
    """
    require_awaited()
    with work.waiting():
        try:
            return asyncio.run_coroutine_threadsafe(call(), work.loop).result()
        except CancelledError:
            raise asyncio.CancelledError from None
