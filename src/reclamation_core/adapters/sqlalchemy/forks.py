"""Processes that come of a fork, as those of some web servers and task queues do: each has connections of its own.

Two processes on one connection of PostgreSQL read each other's answers. SQLite thinks that a forked process holds the
locks of the one that it comes from, and loses what it writes: its files are let go before a fork, and opened again by
whoever needs them.
"""

from __future__ import annotations

import os
from functools import cache
from os import getpid
from typing import Any, Final
from weakref import WeakSet

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

from reclamation_core.adapters.sqlalchemy.addresses import is_in_memory, shown
from reclamation_core.ports import StoreError
from reclamation_core.wording import Wording

_FILES: Final[WeakSet[Engine]] = WeakSet()
_FORKED: Final = Wording(
    "ouverte avant que ce processus soit détaché d'un autre ; ouvrez-la ici",
    "opened before this process was forked; open it here",
)
_INHERITED: Final[list[object]] = []
"""Connections that are another process's: never closed here, for that would end them there."""


def guard(engine: Engine) -> None:
    """Let no process use a connection that another has opened."""
    if engine.dialect.name == "sqlite" and not engine.dialect.is_async:
        if not is_in_memory(engine.url):  # what is in memory is copied by the fork, and lost with its last connection
            _let_go_before_forks()
            _FILES.add(engine)
        return

    def opened(_: Any, record: Any) -> None:
        record.info["process"] = getpid()

    def taken(_: Any, record: Any, proxy: Any) -> None:
        if record.info["process"] == getpid():
            return
        _INHERITED.append(record.dbapi_connection)
        record.dbapi_connection = proxy.dbapi_connection = None
        if engine.dialect.name == "sqlite":  # whose thread is not in this process
            raise StoreError.of(shown(engine.url), _FORKED)
        raise DisconnectionError("opened by another process")  # the pool opens another

    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", taken)


@cache
def _let_go_before_forks() -> None:
    getattr(os, "register_at_fork", lambda **_: None)(before=_let_go)


def _let_go() -> None:
    for engine in list(_FILES):
        engine.dispose()
