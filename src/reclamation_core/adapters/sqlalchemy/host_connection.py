"""A connection of a host application, which alone begins, commits and rolls back.

A unit of work writes at its commit, in a savepoint, so that only its own writes are undone if it fails: the transaction
of the host stays as it was, and usable. A connection of a driver is wrapped for SQLAlchemy, which cannot end its
transactions.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, Union

import attrs
from sqlalchemy import URL, Connection, Engine, Executable, Row, StaticPool
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.util import LRUCache

from reclamation_core.adapters.sqlalchemy.database import (
    BEGIN,
    Database,
    TransactionMode,
    is_in_transaction,
    redacted,
    transaction_mode,
    translate_db_errors,
)
from reclamation_core.adapters.sqlalchemy.statements import dialect_of
from reclamation_core.ports import Savepoint, StoreError
from reclamation_core.shared_repr import SharedRepr

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.ext.asyncio import AsyncConnection

HostConnection: TypeAlias = Union[Connection, "AsyncConnection", sqlite3.Connection, "psycopg.Connection[Any]"]
"""A connection of a host application: SQLAlchemy's, or one of the drivers `sqlite3` and `psycopg`."""

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


T = TypeVar("T")

_UNIT: Final = "reclamation_unit"
_ATTEMPT: Final = "reclamation_attempt"
_ISOLATION: Final = "SELECT current_setting('transaction_isolation')"


@attrs.frozen
class _Brackets(SharedRepr):
    """The statements around a write that is done whole or not at all."""

    begin: tuple[str, ...]
    commit: str
    rollback: tuple[str, ...]


def _brackets(driver: Any, backend: str, savepoint: str = _UNIT) -> _Brackets:
    mode = transaction_mode(driver)
    if mode is TransactionMode.AUTOCOMMIT:
        return _Brackets((BEGIN[backend],), "COMMIT", ("ROLLBACK",))
    begin: tuple[str, ...] = (f"SAVEPOINT {savepoint}",)
    if mode is TransactionMode.UPON_CHANGE:
        # As the driver does before the host's own first change. A savepoint without it would be the transaction
        # itself, and its release a commit.
        begin = (f"BEGIN {driver.isolation_level}", *begin)
    release = f"RELEASE SAVEPOINT {savepoint}"
    return _Brackets(begin, release, (f"ROLLBACK TO SAVEPOINT {savepoint}", release))


class HostDatabase(Database):
    """A host's connection; it is first used by the first statement.

    If the host has begun a transaction, everything is part of it. If its connection is in autocommit mode and no
    transaction is open, each unit of work is a transaction of its own, as each statement of the host is.

    Args:
        connection: the connection as SQLAlchemy's.
        driver: returns the driver's connection below it.
        check: the check of the schema before the first use, given the connection and the name of the database; None
            to use any schema.
    """

    def __init__(
        self, connection: Connection, driver: Callable[[], Any], check: Callable[[Connection, str], None] | None
    ) -> None:
        super().__init__(connection.engine)
        self._connection = connection
        self._driver = driver
        self._check = check

    @classmethod
    def of(cls, host: HostConnection, check: Callable[[Connection, str], None] | None = None) -> HostDatabase:
        """Return the database of a host's connection.

        Args:
            host: the connection.
            check: the check of the schema before the first use, if any.

        Raises:
            TypeError: it is not a supported connection; the message lists those that are.
        """
        connection: Any = getattr(host, "sync_connection", host)  # of an AsyncConnection
        if isinstance(connection, Connection):
            require_supported(connection.dialect, "connection")
            return cls(connection, lambda: connection.connection.driver_connection, check)
        return cls(as_sqlalchemy(connection), lambda: connection, check)

    def row_of(self, statement: Executable, parameters: Mapping[str, Any]) -> Row[Any]:
        return self.write(lambda connection, _: connection.execute(statement, parameters).one())

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        self._require_running()
        if self.backend == "postgresql":
            self._of_driver(refuse_pipeline)
        if self._check is not None:
            self._check(self._connection, self.name)
            self._check = None
            self.identify()
        with redacted():
            yield self._connection
        self._observe(self._connection)

    def driver_of(self, connection: Connection) -> Any:  # noqa: ARG002  a host has one connection
        return self._driver()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self.connected() as connection:
            brackets = self._of_driver(lambda driver: _brackets(driver, self.backend))
            for statement in brackets.begin:
                connection.exec_driver_sql(statement)
            try:
                self._verify_schema(connection)
                yield connection
                self._verify_file(connection)
                connection.exec_driver_sql(brackets.commit)
            except BaseException:
                with suppress(SQLAlchemyError):  # a lost connection has lost its transaction, too
                    for statement in brackets.rollback:
                        connection.exec_driver_sql(statement)
                raise

    def savepoint(self) -> Savepoint:
        """Begin a savepoint in the transaction of the host; without effect if each of its statements is committed."""
        return self.run_statements(self._savepoint)

    def _savepoint(self) -> Savepoint:
        if self._of_driver(transaction_mode) is TransactionMode.AUTOCOMMIT:
            return Savepoint()
        brackets = self._of_driver(lambda driver: _brackets(driver, self.backend, _ATTEMPT))
        self._execute(brackets.begin)
        return _HostSavepoint(self, brackets)

    def end_savepoint(self, *statements: str) -> None:
        """Execute the statements that end a savepoint, unless the host has ended its transaction."""

        def end() -> None:
            if self._of_driver(is_in_transaction):
                self._execute(statements)

        self.run_statements(end)

    def _execute(self, statements: Iterable[str]) -> None:
        with translate_db_errors(self.name), self.connected() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def _of_driver(self, read: Callable[[Any], T]) -> T:
        """Return what a function reads from the driver's connection."""
        if not self._connection.in_transaction():
            self._connection.begin()  # as any statement does; listeners of the host may execute BEGIN then
        try:
            return read(self._driver())
        except self.dialect.loaded_dbapi.Error as error:
            failure = StoreError(self.name, type(error).__name__)
        raise failure  # outside of the handler, so that the driver's error is not its context

    @property
    def ends_transactions(self) -> bool:
        return False

    def commits_at_once(self) -> bool:
        return self.run_statements(lambda: self._of_driver(transaction_mode) is TransactionMode.AUTOCOMMIT)

    def sees_commits(self) -> bool:
        return self.run_statements(self._sees_commits)

    def _sees_commits(self) -> bool:
        if self.backend == "sqlite" or self._of_driver(transaction_mode) is TransactionMode.AUTOCOMMIT:
            return True
        with translate_db_errors(self.name), self.connected() as connection:
            return bool(connection.exec_driver_sql(_ISOLATION).scalar() in {"read committed", "read uncommitted"})

    def _attempts(self, attempt: Callable[[int], T]) -> T:
        with translate_db_errors(self.name):
            return attempt(0)

    def close(self) -> None:
        """Do nothing: the host closes its connection."""


@attrs.frozen
class _HostSavepoint(SharedRepr, Savepoint):
    """A savepoint in the transaction of a host."""

    _database: HostDatabase
    _brackets: _Brackets

    def release(self) -> None:
        self._database.end_savepoint(self._brackets.commit)

    def rollback(self) -> None:
        self._database.end_savepoint(*self._brackets.rollback)


def as_sqlalchemy(host: object) -> Connection:
    """Return a driver's connection as SQLAlchemy's, whose commit, rollback and close do nothing.

    Raises:
        TypeError: it is not a supported connection.
    """
    wrapped, url = _wrap(host)
    backend = url.get_backend_name()
    pool = StaticPool(lambda: wrapped, reset_on_return=None)
    engine = Engine(pool, dialect_of(backend), url, hide_parameters=True)
    return engine.connect().execution_options(compiled_cache=_compiled(backend))


class _Wrapped:
    """A driver's connection whose transaction cannot be ended through it.

    Args:
        host: the connection.
        cursor: makes a cursor on it that reads rows as tuples and text as str, independent of the settings of the host.
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


def _wrap(host: object) -> tuple[Any, URL]:
    """Return the wrapper of a connection, and the address that errors name."""
    psycopg = sys.modules.get("psycopg")  # its connections exist only if it is loaded
    if isinstance(host, sqlite3.Connection):
        return _Wrapped(host, _TextCursor), URL.create("sqlite", database="(host connection)")
    if psycopg is not None and isinstance(host, psycopg.Connection):
        rows = psycopg.rows.tuple_row
        wrapped = _Wrapped(host, lambda connection: psycopg.Cursor(connection, row_factory=rows))
        return wrapped, _address(host)
    raise TypeError(
        f"connection: a connection of SQLAlchemy, sqlite3 or psycopg 3 is expected, got {type(host).__qualname__}; "
        "for a Session pass session.connection(), for Django django.db.connection.connection once it is connected"
    )


def _address(host: psycopg.Connection[Any]) -> URL:
    if host.closed:  # it has no address any more
        return URL.create("postgresql", database="(host connection)")
    return URL.create("postgresql", host=host.info.host, database=host.info.dbname)


@cache
def _compiled(_: str) -> Any:
    """Return the cache of compiled statements of `sqlite` or `postgresql`, shared by the connections."""
    return LRUCache(500)
