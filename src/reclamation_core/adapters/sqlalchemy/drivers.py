"""The connections of drivers, as a host has them: shown to SQLAlchemy without being handed over."""

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
"""A connection that a host has: SQLAlchemy's, or one of the drivers `sqlite3` and `psycopg`."""

_LEGACY: Final = -1  # sqlite3's own word for "as isolation_level says"
_IDLE: Final = 0  # psycopg's for "no transaction is open"


_SERVED: Final = {"pysqlite", "aiosqlite", "psycopg", "psycopg_async"}


def require_served(dialect: Dialect, given: str) -> None:
    """Refuse a driver whose connections and errors are not known here; `given` says what has it.

    Raises:
        TypeError: it is one.
    """
    if dialect.driver not in _SERVED:
        raise TypeError(
            f"{given}: {dialect.name} by {dialect.driver} is not served; SQLite by sqlite3 is, from asyncio by "
            "aiosqlite, and PostgreSQL by psycopg 3, as in create_engine('postgresql+psycopg://...')"
        )


def refuse_pipeline(driver: Any) -> None:
    """Refuse a connection of psycopg while it is in a pipeline, where what is asked is answered later.

    Raises:
        TypeError: it is.
    """
    info = None if getattr(driver, "closed", False) else getattr(driver, "info", None)
    if info is not None and info.pipeline_status:
        raise TypeError(
            "connection: it is in a pipeline, where answers come later; use the desk outside of "
            "`with connection.pipeline():`"
        )


class Mode(Enum):
    """How a driver's connection stands."""

    OPEN = auto()
    """In a transaction, or in one as soon as anything is asked."""
    UPON_CHANGE = auto()
    """In none; the driver opens one by itself before something is changed."""
    AUTOCOMMIT = auto()
    """In none; every statement is kept at once."""


def mode_of(driver: Any) -> Mode:
    """How a connection of sqlite3, aiosqlite or psycopg stands."""
    if not hasattr(driver, "in_transaction"):
        idle = driver.info.transaction_status == _IDLE
        return Mode.AUTOCOMMIT if idle and driver.autocommit else Mode.OPEN
    if driver.in_transaction:
        return Mode.OPEN
    at_once = getattr(driver, "autocommit", _LEGACY)
    if at_once == _LEGACY:
        at_once = driver.isolation_level is None
    return Mode.AUTOCOMMIT if at_once else Mode.UPON_CHANGE


def shown_to_sqlalchemy(host: object) -> Connection:
    """A driver's connection as SQLAlchemy's: what ends a transaction does nothing, and no setting is made.

    Raises:
        TypeError: it is none of those known here.
    """
    driver, shown, url = _known(host)
    pool = StaticPool(lambda: shown, reset_on_return=None)
    engine = Engine(pool, _dialect(driver), url, hide_parameters=True)
    return engine.connect().execution_options(compiled_cache=_compiled(driver))


class _Shown:
    """A driver's connection that cannot be ended from here.

    Args:
        host: the connection.
        cursor: makes a cursor on it that reads rows as tuples and text as text, whatever the host is used to.
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
        """What psycopg knows of the session."""
        return self._host.info

    @property
    def closed(self) -> bool:
        """Whether psycopg says that it is closed."""
        return bool(self._host.closed)

    @property
    def broken(self) -> bool:
        """Whether psycopg says that it broke."""
        return bool(self._host.broken)


class _TextCursor(sqlite3.Cursor):
    """A cursor that reads text as text; the connection's own way is back before anything else is done."""

    def fetchone(self) -> Any:
        with _text(self.connection):
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        with _text(self.connection):
            return super().fetchall()


@contextmanager
def _text(connection: sqlite3.Connection) -> Iterator[None]:
    way = connection.text_factory
    connection.text_factory = str
    try:
        yield
    finally:
        connection.text_factory = way


def _known(host: object) -> tuple[str, Any, URL]:
    """The driver of a connection, the connection as it is shown, and the address to name in errors."""
    psycopg = sys.modules.get("psycopg")  # whoever has one of its connections has loaded it
    if isinstance(host, sqlite3.Connection):
        return "sqlite+pysqlite", _Shown(host, _TextCursor), URL.create("sqlite", database="(host connection)")
    if psycopg is not None and isinstance(host, psycopg.Connection):
        rows = psycopg.rows.tuple_row
        shown = _Shown(host, lambda connection: psycopg.Cursor(connection, row_factory=rows))
        return "postgresql+psycopg", shown, _address(host)
    raise TypeError(
        f"connection: a connection of SQLAlchemy, sqlite3 or psycopg 3 is expected, got {type(host).__qualname__}; "
        "of a Session give session.connection(), of Django django.db.connection.connection once it is connected"
    )


def _address(host: psycopg.Connection[Any]) -> URL:
    if host.closed:  # then it tells nothing any more
        return URL.create("postgresql", database="(host connection)")
    return URL.create("postgresql", host=host.info.host, database=host.info.dbname)


@cache
def _dialect(driver: str) -> Dialect:
    kind = URL.create(driver).get_dialect()
    return kind(dbapi=kind.import_dbapi())  # type: ignore[call-arg]  # every dialect of SQLAlchemy's own takes it


@cache
def _compiled(_: str) -> Any:
    """What was compiled for a driver, shared by its connections."""
    return LRUCache(500)
