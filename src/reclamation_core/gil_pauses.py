"""What stops the threads of a server, and how they go on: background work, and the collection of garbage.

Background work, such as a file of ten thousand cases, lets other threads go first.

A thread of CPython that computes holds the interpreter (GIL) for five milliseconds, and each statement of a database
releases it: a page of thirty statements would wait for it thirty times. Background work releases it each millisecond.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import local
from time import perf_counter, sleep
from typing import Final

_WORK: Final = 0.001
"""The seconds that background work may hold the interpreter."""
_PAUSE: Final = 0.0002
_LONG_PAUSE: Final = 0.003
"""The pause of background work that had to wait for the interpreter: another thread computes."""


class _Thread(local):
    """The state of a thread: the instant of its last pause; None if it does no background work."""

    paused_at: float | None = None


_THREAD: Final = _Thread()


@contextmanager
def background() -> Iterator[None]:
    """Mark what the current thread does as background work."""
    before, _THREAD.paused_at = _THREAD.paused_at, perf_counter()
    try:
        yield
    finally:
        _THREAD.paused_at = before


def pause() -> None:
    """Let other threads run, if the current one does background work and has not paused for a millisecond."""
    paused_at = _THREAD.paused_at
    if paused_at is None or (now := perf_counter()) - paused_at <= _WORK:
        return
    sleep(_PAUSE)
    if perf_counter() - now > _WORK:
        sleep(_LONG_PAUSE)
    _THREAD.paused_at = perf_counter()


@cache
def leave_out_of_collections() -> None:
    """Leave what is imported out of garbage collections, each of which stops every thread while it visits all objects.

    For a server, once it has imported its application.
    """
    gc.collect()
    gc.freeze()
