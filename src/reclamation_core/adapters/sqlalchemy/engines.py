"""Engines: the settings, the encoding and the fork safety of every connection.

Every connection is in the driver's autocommit mode: a read is one statement and needs no transaction; a write begins
its own (`Database.transaction`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from math import ceil
from os import getpid
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

import attrs
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import AsyncAdaptedQueuePool, QueuePool

from reclamation_core.adapters.sqlalchemy.addresses import (
    ASYNC_DRIVERS,
    display_url,
    is_in_memory,
    read_address,
    with_name_in_memory,
)
from reclamation_core.errors import MissingExtraError
from reclamation_core.ports import StoreEncodingError, StoreError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlalchemy.pool import ConnectionPoolEntry

_WAIT: Final = "reclamation_wait"
_MAX_KEEPALIVE: Final = 32_767  # seconds, the maximum of Linux
_SQLITE_ENCODING: Final = "UTF-8"
_POSTGRESQL_ENCODING: Final = "UTF8"
_SQLITE_FILES: Final[WeakSet[Engine]] = WeakSet()
_FORKED: Final = Wording(
    "ouverte avant que ce processus soit détaché d'un autre ; ouvrez-la ici",
    "opened before this process was forked; open it here",
)
INHERITED: Final[list[object]] = []
"""Connections of a parent process: never closed here, since that would end them there."""


def _seconds(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 86_400:
        raise ValueError(f"{attribute.name}: {value!r}; give seconds, more than 0 and at most a day")


def _size(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if type(value) is not int or value < 1:
        raise ValueError(f"{attribute.name}: {value!r}; give a whole number, at least 1")


def _yes_or_no(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if type(value) is not bool:
        raise ValueError(f"{attribute.name}: {value!r}; give True or False")


@attrs.frozen(kw_only=True)
class Settings(SharedRepr):
    """The settings of the connections to a database.

    Args:
        wait: seconds to wait for a lock and for a free connection; then StoreBusyError. Also the timeout to connect to
            a server of PostgreSQL, at least 2 seconds for each of its addresses, and, three times as long, the timeout
            of one that stops answering; then StoreUnreachableError. `connect_timeout`, `keepalives_idle` and the like
            in the address take precedence. SQLite polls for its lock and is not fair: on a disk that stalls, writers
            that commit without a break may keep another one waiting for all that time.
        statement_timeout: the time limit of one statement on PostgreSQL, in seconds; then StoreBusyError.
        connections: the maximum size of the pool.
        durable: True if SQLite waits at each commit until it is on the disk (`synchronous` FULL). Otherwise the last
            commits may be lost in a power failure; no commit is ever half written.

    Raises:
        ValueError: a value is refused.
    """

    wait: float = attrs.field(default=10.0, validator=_seconds)
    statement_timeout: float = attrs.field(default=60.0, validator=_seconds)
    connections: int = attrs.field(default=10, validator=_size)
    durable: bool = attrs.field(default=True, validator=_yes_or_no)


def open_engine(url: str | URL, settings: Settings | None = None) -> Engine:
    """Return an engine with the settings of this adapter; it does not connect yet.

    Raises:
        TypeError, ValueError: the address is not supported, or the settings are not a Settings.
        MissingExtraError: the driver is not installed.
    """
    address, settings = with_name_in_memory(read_address(url)), _settings(settings)
    with _installed():
        engine = create_engine(address, poolclass=QueuePool, **_options(address, settings))
    return _set_up(engine, settings)


def open_async_engine(url: str | URL, settings: Settings | None = None) -> AsyncEngine:
    """Return an engine for asyncio: aiosqlite for SQLite, psycopg for PostgreSQL.

    Raises:
        TypeError, ValueError: the address is not supported, or the settings are not a Settings.
        MissingExtraError: the driver is not installed.
    """
    from sqlalchemy.ext.asyncio import create_async_engine

    address, settings = with_name_in_memory(read_address(url, ASYNC_DRIVERS)), _settings(settings)
    with _installed():
        engine = create_async_engine(address, poolclass=AsyncAdaptedQueuePool, **_options(address, settings))
    _set_up(engine.sync_engine, settings)
    return engine


def _settings(settings: Settings | None) -> Settings:
    if settings is not None and not isinstance(settings, Settings):
        raise TypeError(f"settings: Settings(...) is expected, got a {type(settings).__name__}")
    return settings or Settings()


def _set_up(engine: Engine, settings: Settings) -> Engine:
    engine.update_execution_options(**{_WAIT: settings.wait})
    event.listen(engine, "connect", _executing(_statements(engine.url, settings)))
    if engine.dialect.name == "postgresql":
        # Before any query of SQLAlchemy itself: in the encoding SQL_ASCII it would get bytes.
        event.listen(engine, "connect", _requiring_utf8(display_url(engine.url)), insert=True)
    _guard_forks(engine)
    return engine


def wait_of(engine: Engine) -> float | None:
    """Return the seconds that an engine waits for locks; None if the application set it up."""
    wait: float | None = engine.get_execution_options().get(_WAIT)
    return wait


def _options(address: URL, settings: Settings) -> dict[str, Any]:
    return {
        "pool_size": settings.connections,
        "max_overflow": 0,
        "pool_timeout": settings.wait,
        "isolation_level": "AUTOCOMMIT",
        "hide_parameters": True,
        "connect_args": _arguments(address, settings),
    }


@contextmanager
def _installed() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "psycopg", "postgres") from None


def _arguments(address: URL, settings: Settings) -> dict[str, Any]:
    """Return the driver's arguments for each connection."""
    if address.get_backend_name() == "sqlite":
        return {"check_same_thread": False, "timeout": settings.wait}
    seconds = ceil(settings.wait)
    idle = min(seconds, _MAX_KEEPALIVE)
    wanted = {
        "application_name": "reclamation_core",
        "client_encoding": "utf8",
        "connect_timeout": seconds,
        # Otherwise a server that disappears would never be noticed.
        "keepalives_idle": idle,
        "keepalives_interval": idle,
        "keepalives_count": 2,
        "tcp_user_timeout": 3000 * seconds,
    }
    return {name: value for name, value in wanted.items() if name not in address.query}


def _statements(address: URL, settings: Settings) -> tuple[str, ...]:
    """Return the statements that set up a new connection."""
    if address.get_backend_name() == "sqlite":
        return (
            f"PRAGMA busy_timeout = {_milliseconds(settings.wait)}",
            f"PRAGMA synchronous = {'FULL' if settings.durable else 'NORMAL'}",
            "PRAGMA foreign_keys = ON",
            "PRAGMA secure_delete = ON",
        )
    wait, statement = _milliseconds(settings.wait), _milliseconds(settings.statement_timeout)
    return (
        f"SET lock_timeout = {wait}",
        f"SET statement_timeout = {statement}",
        f"SET idle_in_transaction_session_timeout = {statement}",
    )


def _milliseconds(seconds: float) -> int:
    """Return milliseconds, at least 1: databases take 0 for no limit, or for no waiting."""
    return max(1, round(seconds * 1000))


def _requiring_utf8(name: str) -> Callable[[Any, Any], None]:
    def check(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        try:
            refuse_driver_encoding(getattr(connection, "driver_connection", connection), name)
        except BaseException:
            connection.close()  # the pool does not know it yet
            raise

    return check


def _executing(statements: tuple[str, ...]) -> Callable[[Any, Any], None]:
    def execute(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        try:
            for statement in statements:
                cursor.execute(statement)
        except BaseException:
            connection.close()  # the pool does not know it yet
            raise
        cursor.close()

    return execute


def refuse_another_encoding(connection: Connection, name: str) -> None:
    """Refuse a database in another encoding than UTF-8.

    SQLite returns and orders text by its stored bytes, which are read as UTF-8. PostgreSQL cannot store every text in
    another encoding, and returns bytes in none at all (SQL_ASCII).

    Args:
        connection: a connection to it.
        name: its name in errors.

    Raises:
        StoreEncodingError: the encoding of the database, or of the connection, is another one.
    """
    if connection.dialect.name == "sqlite":
        found = str(connection.exec_driver_sql("PRAGMA encoding").scalar())
        if found != _SQLITE_ENCODING:
            raise StoreEncodingError(name, found)
    else:
        refuse_driver_encoding(connection.connection.driver_connection, name)


def refuse_driver_encoding(driver: Any, name: str) -> None:
    """Refuse a connection of psycopg in another encoding; the server sent both encodings when it connected.

    Raises:
        StoreEncodingError: the encoding of the database, or of the connection, is another one.
    """
    if driver.closed:  # it has no encodings any more, and its next use raises
        return
    for setting in ("server_encoding", "client_encoding"):
        found = driver.info.parameter_status(setting)
        if found != _POSTGRESQL_ENCODING:
            raise StoreEncodingError(name, f"{setting} {found}", of_connection=setting == "client_encoding")


def _guard_forks(engine: Engine) -> None:
    """Prevent a forked process from using the connections of its parent.

    Two processes on one connection of PostgreSQL read each other's answers. SQLite takes a forked process for the
    holder of its parent's locks, and loses what it writes: connections to files are closed before a fork, and opened
    again at their next use.
    """
    if engine.dialect.name == "sqlite" and not engine.dialect.is_async:
        if not is_in_memory(engine.url):  # a fork copies a database in memory
            _close_before_forks()
            _SQLITE_FILES.add(engine)
        return

    def opened(_: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info["process"] = getpid()

    def taken(_: DBAPIConnection, record: Any, proxy: Any) -> None:
        if record.info["process"] == getpid():
            return
        INHERITED.append(record.dbapi_connection)
        record.dbapi_connection = proxy.dbapi_connection = None
        if engine.dialect.name == "sqlite":  # whose thread is not in this process
            raise StoreError.of(display_url(engine.url), _FORKED)
        raise DisconnectionError("opened by another process")  # the pool opens another

    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", taken)


@cache
def _close_before_forks() -> None:
    if sys.platform != "win32":
        os.register_at_fork(before=_close_files)


def _close_files() -> None:
    for engine in list(_SQLITE_FILES):
        engine.dispose()
