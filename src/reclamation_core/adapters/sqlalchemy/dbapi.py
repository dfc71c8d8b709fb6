"""DBAPI connections of a host application: wrapped for SQLAlchemy, which cannot end their transactions."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias, Union

from sqlalchemy import URL, Connection, Engine, StaticPool
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.util import LRUCache

if TYPE_CHECKING:
    import psycopg

HostConnection: TypeAlias = Union[Connection, AsyncConnection, sqlite3.Connection, "psycopg.Connection[Any]"]
"""A connection of a host application: SQLAlchemy's, or one of the drivers `sqlite3` and `psycopg`."""

_LEGACY: Final = -1  # sqlite3's value for "as isolation_level says"
_IDLE: Final = 0  # psycopg's value for "no transaction is open"


_SUPPORTED: Final = {"pysqlite", "aiosqlite", "psycopg", "psycopg_async"}


def require_supported(dialect: Dialect, given: str) -> None:
    """Refuse a driver that is not supported.

    Args:
        dialect: the dialect with the driver.
        given: the name of the argument that has it.

    Raises:
        TypeError: it is not supported.
    """
    if dialect.driver not in _SUPPORTED:
        raise TypeError(
            f"{given}: {dialect.name} by {dialect.driver} is not supported; use sqlite3, for asyncio "
            "aiosqlite, or PostgreSQL by psycopg 3, as in create_engine('postgresql+psycopg://...')"
        )


def refuse_pipeline(driver: Any) -> None:
    """Refuse a connection in psycopg's pipeline mode, where answers come later.

    Raises:
        TypeError: it is in that mode.
    """
    info = None if getattr(driver, "closed", False) else getattr(driver, "info", None)
    if info is not None and info.pipeline_status:
        raise TypeError(
            "connection: psycopg pipeline mode is not supported; leave the `with connection.pipeline():` block first"
        )


class TransactionMode(Enum):
    """The transaction state of a driver's connection."""

    OPEN = auto()
    """In a transaction, or the next statement begins one."""
    UPON_CHANGE = auto()
    """In none; the driver begins one by itself before the next change."""
    AUTOCOMMIT = auto()
    """In none; every statement is committed at once."""


def transaction_mode(driver: Any) -> TransactionMode:
    """Return the transaction mode of a connection of sqlite3, aiosqlite or psycopg."""
    if not hasattr(driver, "in_transaction"):
        idle = driver.info.transaction_status == _IDLE
        return TransactionMode.AUTOCOMMIT if idle and driver.autocommit else TransactionMode.OPEN
    if driver.in_transaction:
        return TransactionMode.OPEN
    autocommit = getattr(driver, "autocommit", _LEGACY)
    if autocommit == _LEGACY:
        autocommit = driver.isolation_level is None
    return TransactionMode.AUTOCOMMIT if autocommit else TransactionMode.UPON_CHANGE


def as_sqlalchemy(host: object) -> Connection:
    """Return a driver's connection as SQLAlchemy's, whose commit, rollback and close do nothing.

    Raises:
        TypeError: it is not a supported connection.
    """
    driver, wrapped, url = _wrap(host)
    pool = StaticPool(lambda: wrapped, reset_on_return=None)
    engine = Engine(pool, _dialect(driver), url, hide_parameters=True)
    return engine.connect().execution_options(compiled_cache=_compiled(driver))


class _Wrapped:
    """A driver's connection whose transaction cannot be ended through it.

    Args:
        host: the connection.
        cursor: makes a cursor on it that reads rows as tuples and text as str, whatever the host has set.
    """

    def __init__(self, host: Any, cursor: Callable[[Any], Any]) -> None:
        self._host = host
        self._cursor = cursor

    def cursor(self) -> Any:
        return self._cursor(self._host)

    def commit(self) -> None:
        """Do nothing: the host commits."""

    def rollback(self) -> None:
        """Do nothing: the host rolls back."""

    def close(self) -> None:
        """Do nothing: the host closes."""

    @property
    def info(self) -> Any:
        """The session info of psycopg."""
        return self._host.info

    @property
    def closed(self) -> bool:
        """True if psycopg has closed it."""
        return bool(self._host.closed)

    @property
    def broken(self) -> bool:
        """True if psycopg has lost it."""
        return bool(self._host.broken)


class _TextCursor(sqlite3.Cursor):
    """A cursor that reads text as str, and restores the text factory of the connection after each read."""

    def fetchone(self) -> Any:
        with _text(self.connection):
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        with _text(self.connection):
            return super().fetchall()


@contextmanager
def _text(connection: sqlite3.Connection) -> Iterator[None]:
    factory = connection.text_factory
    connection.text_factory = str
    try:
        yield
    finally:
        connection.text_factory = factory


def _wrap(host: object) -> tuple[str, Any, URL]:
    """Return the driver of a connection, its wrapper, and the address that errors name."""
    psycopg = sys.modules.get("psycopg")  # its connections exist only if it is loaded
    if isinstance(host, sqlite3.Connection):
        return "sqlite+pysqlite", _Wrapped(host, _TextCursor), URL.create("sqlite", database="(host connection)")
    if psycopg is not None and isinstance(host, psycopg.Connection):
        rows = psycopg.rows.tuple_row
        wrapped = _Wrapped(host, lambda connection: psycopg.Cursor(connection, row_factory=rows))
        return "postgresql+psycopg", wrapped, _address(host)
    raise TypeError(
        f"connection: a connection of SQLAlchemy, sqlite3 or psycopg 3 is expected, got {type(host).__qualname__}; "
        "for a Session pass session.connection(), for Django django.db.connection.connection once it is connected"
    )


def _address(host: psycopg.Connection[Any]) -> URL:
    if host.closed:  # it has no address any more
        return URL.create("postgresql", database="(host connection)")
    return URL.create("postgresql", host=host.info.host, database=host.info.dbname)


@cache
def _dialect(driver: str) -> Dialect:
    kind = URL.create(driver).get_dialect()
    return kind(dbapi=kind.import_dbapi())  # type: ignore[call-arg]  # every dialect of SQLAlchemy accepts it


@cache
def _compiled(_: str) -> Any:
    """Return the cache of compiled statements of a driver, shared by its connections."""
    return LRUCache(500)
