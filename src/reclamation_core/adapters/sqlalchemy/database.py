"""A database in use: errors, logs, the identity of the database, and its reads, transactions and retries.

A read is one statement; a write is one short transaction. Both are retried where that is safe.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import attrs
from sqlalchemy import URL, Connection, Engine, Executable, Row, inspect, text
from sqlalchemy.exc import DBAPIError, PendingRollbackError, ResourceClosedError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from reclamation_core.adapters.sqlalchemy import asynchronous
from reclamation_core.adapters.sqlalchemy.addresses import display_url, file_of
from reclamation_core.adapters.sqlalchemy.engines import wait_of
from reclamation_core.adapters.sqlalchemy.statements import BatchStatement
from reclamation_core.adapters.sqlalchemy.tables import METADATA, PREFIX, VERSION
from reclamation_core.ports import (
    Savepoint,
    SchemaError,
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreReplacedError,
    StoreUnreachableError,
)
from reclamation_core.ports.background import current_work, require_awaited
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import is_storable
from reclamation_core.wording import Wording

# Errors of the drivers, translated into errors of the ports: no message shows a statement, its parameters or a row.

# By prefix of SQLite's error name; an extended code such as SQLITE_IOERR_WRITE begins as its group does.
_SQLITE: dict[str, type[StoreError]] = {
    "SQLITE_BUSY": StoreBusyError,
    "SQLITE_LOCKED": StoreBusyError,
    "SQLITE_READONLY_DBMOVED": StoreReplacedError,
    "SQLITE_READONLY": StoreReadOnlyError,
    "SQLITE_PERM": StoreReadOnlyError,
    "SQLITE_FULL": StoreFullError,
    "SQLITE_IOERR_WRITE": StoreFullError,
    "SQLITE_IOERR_SHMSIZE": StoreFullError,
    "SQLITE_IOERR": StoreUnreachableError,
    "SQLITE_CANTOPEN": StoreUnreachableError,
    "SQLITE_CORRUPT": StoreDamagedError,
    "SQLITE_NOTADB": StoreDamagedError,
}
# By prefix of PostgreSQL's SQLSTATE: its first two letters are a class of errors.
_POSTGRESQL: dict[str, type[StoreError]] = {
    "55P03": StoreBusyError,
    "57014": StoreBusyError,
    "40": StoreBusyError,
    "25006": StoreReadOnlyError,
    "42501": StoreReadOnlyError,
    "53100": StoreFullError,
    "53": StoreUnreachableError,
    "08": StoreUnreachableError,
    "28": StoreUnreachableError,
    "3D": StoreUnreachableError,
    "57P": StoreUnreachableError,
    "25P03": StoreUnreachableError,
    "XX00": StoreDamagedError,
}
_RETRYABLE: Final = frozenset(("40001", "40P01"))
"""Serialization failure and deadlock."""
_CLOSED: Final = frozenset(("Cannot operate on a closed database.", "the connection is closed"))
"""The messages of the drivers for a connection that was closed on this side; they have no code."""

_IN_USE: Final = Wording("toutes les connexions sont prises", "every connection is in use")


def reason_of(error: DBAPIError | sqlite3.Error) -> str:
    """Return the driver's code of an error, if it has one, and the name of its class."""
    own = _own(error)
    code = _sqlstate(own) or getattr(own, "sqlite_errorname", None)
    return " ".join(filter(None, [code, type(own).__name__]))


def _sqlstate(error: BaseException | None) -> str | None:
    """Return the code of an error of psycopg; None if it is another error."""
    return getattr(error, "sqlstate", None)


def _own(error: DBAPIError | sqlite3.Error) -> BaseException | None:
    """Return the driver's error."""
    return error.orig if isinstance(error, DBAPIError) else error


def is_retryable(error: DBAPIError) -> bool:
    """Return True if the transaction may succeed when it is run again from its beginning."""
    return error.connection_invalidated or _sqlstate(error.orig) in _RETRYABLE


def _kind(error: DBAPIError | sqlite3.Error) -> type[StoreError]:
    reason = reason_of(error)
    for table in (_SQLITE, _POSTGRESQL):
        for prefix, kind in table.items():
            if reason.startswith(prefix):
                return kind
    if reason == "OperationalError" and isinstance(_own(error), sqlite3.Error):
        return StoreDamagedError  # raised by the driver itself: a text is not UTF-8
    has_no_code = reason in {"ConnectionTimeout", "OperationalError"}  # psycopg without an answer of a server
    is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return StoreUnreachableError if has_no_code or is_lost else StoreError


@contextmanager
def translate_db_errors(database: str) -> Iterator[None]:
    """Raise errors of the drivers and of SQLAlchemy as errors of the ports.

    Args:
        database: the database, as errors show it.
    """
    failure: StoreError | None = None
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        failure = _kind(error)(database, reason_of(error))
        if isinstance(failure, StoreUnreachableError):
            failure.is_closed = str(_own(error)) in _CLOSED
    except PoolTimeoutError:
        failure = StoreBusyError.of(database, _IN_USE)
    except ResourceClosedError as error:
        failure = StoreUnreachableError(database, type(error).__name__, is_closed=True)
    except SQLAlchemyError as error:
        failure = StoreError(database, type(error).__name__)
    if failure is not None:
        try:
            raise failure
        finally:
            failure.__context__ = None  # the driver's error may quote the row, and `from None` would only hide it


_TEMPORARY: Final = (StoreBusyError, StoreFullError, StoreReadOnlyError, StoreUnreachableError)
_APPLICATION: Final = "the application's database"


def as_store_error(error: Exception) -> StoreError | None:
    """Return the error of the ports for a failure of a database that statements of an application met.

    None if it is another error, or none of the database itself: a wrong statement is a mistake of the application.
    """
    if isinstance(error, DBAPIError):
        kind = _kind(error)
        return kind(_APPLICATION, reason_of(error)) if issubclass(kind, _TEMPORARY) else None
    if isinstance(error, PoolTimeoutError):
        return StoreBusyError.of(_APPLICATION, _IN_USE)
    if isinstance(error, PendingRollbackError):  # the transaction has lost its connection
        return StoreUnreachableError(_APPLICATION, type(error).__name__)
    return None


# SQLAlchemy logs parameters at INFO unless the engine hides them, and result rows at DEBUG in any case;
# aiosqlite logs statements with their parameters at DEBUG. Texts and salts are among both.
_IS_ACTIVE: Final[ContextVar[bool]] = ContextVar("reclamation_log_redaction", default=False)
_REDACTED: Final = "[parameters hidden]"


class _EngineFilter(logging.Filter):
    """Drops result rows and hides parameters, of the statements of this library alone."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not _IS_ACTIVE.get():
            return True
        if record.levelno <= logging.DEBUG:
            return False
        if record.levelno <= logging.INFO and "%r" in str(record.msg):
            record.msg, record.args = _REDACTED, ()
        return True


class _AiosqliteFilter(logging.Filter):
    """Shows the function that a connection's thread runs by its name, without the arguments it is called with."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.args = tuple(map(_name_of, record.args or ()))
        return True


_OF_ENGINES: Final = _EngineFilter()
_OF_AIOSQLITE: Final = _AiosqliteFilter()


def _name_of(value: object) -> str:
    function = value.func if isinstance(value, partial) else value
    return str(getattr(function, "__name__", type(value).__name__))


def install_log_filters(engine: Engine) -> None:
    """Put the filters on the loggers that an engine and its driver write to; doing it again changes nothing."""
    logger = engine.logger if isinstance(engine.logger, logging.Logger) else engine.logger.logger
    logger.addFilter(_OF_ENGINES)
    if engine.dialect.driver == "aiosqlite":
        logging.getLogger("aiosqlite").addFilter(_OF_AIOSQLITE)


@contextmanager
def redacted() -> Iterator[None]:
    """Redact what engines log within the block."""
    token = _IS_ACTIVE.set(True)
    try:
        yield
    finally:
        _IS_ACTIVE.reset(token)


_SCHEMA: Final = f"SELECT version_num, identity FROM {VERSION}"
_FILE: Final = "SELECT file FROM pragma_database_list WHERE name = 'main'"
_SCHEMA_INTERVAL: Final = 60
"""The seconds after which a connection to a server reads the version of the schema again."""
_SEEN_LOG: Final = "reclamation_log"
_SEEN_SCHEMA: Final = "reclamation_schema_read"
_GONE: Final = Wording("son fichier n'est plus là", "its file is no longer there")
_OTHER_FILE: Final = Wording("un autre fichier est à sa place", "another file is in its place")
_NO_LOG: Final = Wording("son journal -wal a été supprimé", "its -wal log was deleted")
_OTHER_STORE: Final = Wording("c'est une autre base", "it is another database")


@attrs.frozen
class Identity(SharedRepr):
    """The features by which a database is recognised in each transaction that writes.

    SQLite goes on writing to a file that was deleted or replaced, and to a write-ahead log that was deleted, as long as
    it has them open; such commits are lost. So the paths are compared with the files that were opened, by device and
    inode, and the version and the identity in the table of the schema with those read at the opening. A transaction
    reads that table first, and an upgrade of the schema waits for its lock. On a server, where this would cost some
    percent of a short transaction, a connection does it in its first one, and in one each minute.

    Args:
        database: the database, as errors show it.
        version: the version of its schema.
        value: the identity in its schema's table.
        file: the file of an SQLite database; its write-ahead log has the same name with `-wal`.
        inode: the device and inode of that file.
        writes_ahead: True if that file had a write-ahead log.
    """

    database: str
    version: str | None
    value: str | None
    file: str | None = None
    inode: tuple[int, int] | None = None
    writes_ahead: bool = False

    @classmethod
    def of(cls, database: str, url: URL, connection: Connection) -> Identity:
        """Return the identity of the database that a connection is on.

        Args:
            database: the database, as errors show it.
            url: the address of the connection's engine.
            connection: the connection.
        """
        version, value = _schema(connection)
        if url.get_backend_name() != "sqlite":
            return cls(database, version, value)
        named = file_of(url)
        if named is None or not named.exists():  # the application made the engine's connections itself
            found = _first(connection, _FILE)
            named = Path(found) if found else None
        file = None if named is None else str(named.absolute())  # the working directory may change later
        inode = None if file is None else _inode(file)
        if inode is None:
            return cls(database, version, value)
        writes_ahead = _first(connection, _MODE) == "wal"
        return cls(database, version, value, file, inode, writes_ahead=writes_ahead)

    def observe(self, info: dict[Any, Any]) -> None:
        """Remember the log that a connection has open, at the end of its first use.

        Args:
            info: what SQLAlchemy remembers of that connection as long as it is open.
        """
        if self.file is not None and info.get(_SEEN_LOG) is None:
            info[_SEEN_LOG] = _inode(f"{self.file}-wal")

    def verify_schema(self, connection: Connection) -> None:
        """Refuse another schema, and another database in the place of this one, at the beginning of a transaction.

        Raises:
            SchemaError: the schema was upgraded since the database was opened.
            StoreReplacedError: it is another database.
        """
        seen = None if self.file is not None else connection.info.get(_SEEN_SCHEMA)
        is_recent = seen is not None and time.monotonic() < seen[0] + _SCHEMA_INTERVAL
        version, value = seen[1:] if seen is not None and is_recent else _schema(connection)
        if value != self.value:
            raise StoreReplacedError.of(self.database, _OTHER_STORE)
        if version != self.version:
            raise SchemaError(self.database, version, str(self.version))

    def verify_file(self, connection: Connection) -> None:
        """Refuse another file, or another log, in the place of those that were opened, before a commit.

        Raises:
            StoreReplacedError: the file or its log was deleted or replaced.
        """
        if self.file is not None:
            self._verify_file(self.file, connection.info)

    def _verify_file(self, file: str, info: dict[Any, Any]) -> None:
        inode = _inode(file)
        if inode != self.inode:
            raise StoreReplacedError.of(self.database, _GONE if inode is None else _OTHER_FILE)
        self.observe(info)
        log = _inode(f"{file}-wal")
        if info[_SEEN_LOG] != log or (self.writes_ahead and log is None):
            raise StoreReplacedError.of(self.database, _NO_LOG)


def _schema(connection: Connection) -> tuple[str | None, str | None]:
    """Return the version of the schema and the identity of the database; None for what is missing.

    A cursor of the driver reads it from SQLite, in each transaction: a result of SQLAlchemy takes longer than a row.
    """
    if connection.dialect.name == "sqlite":
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(_SCHEMA)
            found = cursor.fetchone()
    else:
        found = connection.exec_driver_sql(_SCHEMA).first()
    version, value = (None, None) if found is None else found
    connection.info[_SEEN_SCHEMA] = time.monotonic(), version, value
    return version, value


def _first(connection: Connection, statement: str) -> Any:
    """Return the first value of a statement's first row; None if it has no row."""
    return connection.exec_driver_sql(statement).scalar()


def _inode(file: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116  called at each commit, and a Path would cost as much again
    except OSError:
        return None
    return found.st_dev, found.st_ino


_LEGACY: Final = -1  # sqlite3's value for "as isolation_level says"
_IDLE: Final = 0  # psycopg's value for "no transaction is open"


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


def is_in_transaction(driver: Any) -> bool:
    """Return True if a transaction is open on a connection of sqlite3, aiosqlite or psycopg, even a failed one."""
    if hasattr(driver, "in_transaction"):
        return bool(driver.in_transaction)
    return bool(driver.info.transaction_status != _IDLE)


T = TypeVar("T")
Work = Callable[[Connection, int], T]
"""What one transaction does, given the number of attempts before it."""

_LOG: Final = logging.getLogger("reclamation_core.adapters.sqlalchemy")
_ATTEMPTS: Final = 4
_PAUSE: Final = 0.02
BEGIN: Final = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN ISOLATION LEVEL READ COMMITTED"}


_LENT: Final[ContextVar[tuple[object, Connection | None]]] = ContextVar("reclamation_lent", default=(None, None))
"""The connection that is lent to the reads of a database."""


def can_be_stored(values: Mapping[str, object]) -> bool:
    """Return False if a parameter cannot be stored as text (NUL or a lone surrogate), so that no row has it.

    PostgreSQL would refuse such a parameter, which would abort the transaction of a host.
    """
    return all(value is None or (isinstance(value, str) and is_storable(value)) for value in values.values())


class Database:
    """An engine and the way this adapter uses it, with retries after lost connections and deadlocks.

    Args:
        engine: the engine; each of its connections is in the driver's autocommit mode.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect = engine.dialect
        self.name = display_url(engine.url)
        self.backend = engine.dialect.name
        self.identity: Identity | None = None
        self.has_word_index = False  # True once it was found
        install_log_filters(engine)

    def identify(self) -> None:
        """Remember which database this is: from now on a commit refuses another one in its place."""
        with translate_db_errors(self.name), self.connected() as connection:
            self.identity = Identity.of(self.name, self.engine.url, connection)

    def _verify_schema(self, connection: Connection) -> None:
        """Refuse another schema or another database, at the beginning of a transaction; see `Identity`."""
        if self.identity is not None:
            self.identity.verify_schema(connection)

    def _verify_file(self, connection: Connection) -> None:
        """Refuse another file before a commit; see `Identity`."""
        if self.identity is not None:
            self.identity.verify_file(connection)

    def _observe(self, connection: Connection) -> None:
        if self.identity is not None:
            self.identity.observe(connection.info)

    @property
    def ends_transactions(self) -> bool:
        """True if this library commits; False if a host does."""
        return True

    def commits_at_once(self) -> bool:
        """Return True if a unit of work is final once it is committed; False within a transaction of a host."""
        return True

    def first(self, statement: Executable, parameters: Mapping[str, str | None]) -> Any:
        """Return the first row of a statement with text parameters; None if there is none."""
        if not can_be_stored(parameters):
            return None
        return next(iter(self.rows(statement, parameters)), None)

    def rows(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> list[Row[Any]]:
        """Return the rows of a statement, of what is committed."""

        def attempt(_: int) -> list[Row[Any]]:
            lent = self._lent()
            with self.connected() if lent is None else nullcontext(lent) as connection:
                return list(connection.execute(statement, parameters).all())

        return self._retry(attempt)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Lend one connection to the reads of the block, each of which borrows one from the pool otherwise."""
        require_awaited()
        if current_work() is not None:  # the reads of a thread run on the event loop, each by itself
            yield
            return
        with translate_db_errors(self.name), self.connected() as connection:
            token = _LENT.set((self, connection))
            try:
                yield
            finally:
                _LENT.reset(token)

    def _lent(self) -> Connection | None:
        """Return the connection that is lent to reads of this database, if one is."""
        database, connection = _LENT.get()
        if database is not self or connection is None:
            return None
        if connection.invalidated:
            connection.rollback()
            self._begin(connection)
        return connection

    def row_of(self, statement: Executable, parameters: Mapping[str, Any]) -> Row[Any]:
        """Return the row of a statement that changes something and is committed by itself.

        A write-ahead log of SQLite is written to the disk by the next commit of a transaction, with all that is before
        it in the log: a power failure loses the change only if it loses every later commit too.
        """

        def attempt(_: int) -> Row[Any]:
            with self.connected() as connection, _unsynced(connection):
                return connection.execute(statement, parameters).one()

        return self._retry(attempt)

    def write(self, work: Work[T]) -> T:
        """Do some work in one transaction, all or nothing.

        It is retried after a lost connection, a deadlock and a serialization failure.
        """

        def attempt(attempts: int) -> T:
            with self.transaction() as connection:
                return work(connection, attempts)

        return self._retry(attempt)

    def run(
        self, statements: Sequence[BatchStatement], is_done: Callable[[Connection], bool] = lambda _: False
    ) -> None:
        """Execute statements in one transaction, retried as `write` does.

        Args:
            statements: the statements.
            is_done: returns True, before a retry, if the first attempt was committed and only its answer was lost.

        Raises:
            StaleDataError: a row does not have the version that its change was made on.
        """

        def work(connection: Connection, attempts: int) -> None:
            if not (attempts and is_done(connection)):
                for statement in statements:
                    statement.execute(connection)

        self.write(work)

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection without a transaction, returned to the pool when the block ends."""
        self._require_running()
        with self.engine.connect() as connection, redacted():
            self._begin(connection)
            yield connection
            self._observe(connection)

    def _begin(self, connection: Connection) -> None:
        connection.begin()  # listeners of the application's engine may execute BEGIN then
        if transaction_mode(self.driver_of(connection)) is TransactionMode.OPEN:
            connection.exec_driver_sql("ROLLBACK")

    def driver_of(self, connection: Connection) -> Any:
        """Return the driver's connection below one of SQLAlchemy."""
        return connection.connection.driver_connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection in a transaction that is committed at the end of the block, or rolled back on an error."""
        with self.connected() as connection:
            connection.exec_driver_sql(BEGIN[self.backend])
            self._verify_schema(connection)
            yield connection
            self._verify_file(connection)
            connection.commit()

    def _retry(self, attempt: Callable[[int], T]) -> T:
        """Return the result of an attempt, which has all the statements of a read or of a transaction."""
        require_awaited()
        return self.run_statements(lambda: self._attempts(attempt))

    def run_statements(self, call: Callable[[], T]) -> T:
        """Return the result of a call with statements; those of an asynchronous engine run on the event loop."""
        return asynchronous.run_statements(call) if self.dialect.is_async else call()

    def _attempts(self, attempt: Callable[[int], T]) -> T:
        with translate_db_errors(self.name):
            for attempts in range(_ATTEMPTS - 1):
                try:
                    return attempt(attempts)
                except DBAPIError as error:
                    if not is_retryable(error):
                        raise
                    reason = reason_of(error)
                    _LOG.info("%s: retry after %s", self.name, reason, extra={"attempt": attempts + 1})
                    self.pause(_PAUSE * attempts)
            return attempt(_ATTEMPTS - 1)

    def _require_running(self) -> None:
        """Leave before anything begins if the task was cancelled, or if nothing runs an asynchronous engine."""
        if self.dialect.is_async:
            asynchronous.require_running()

    def pause(self, seconds: float) -> None:
        """Wait before a retry."""
        if self.dialect.is_async:
            asynchronous.pause(seconds)
        else:
            time.sleep(seconds)

    def savepoint(self) -> Savepoint:
        """Begin a savepoint in the transaction of a host; without effect where this library commits."""
        return Savepoint()

    def sees_commits(self) -> bool:
        """Return True if each statement of a transaction sees what others committed before it."""
        return True

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


_MODE: Final = "PRAGMA journal_mode"
_AHEAD: Final = text("PRAGMA journal_mode = WAL")
_TRUNCATE: Final = text("PRAGMA wal_checkpoint(TRUNCATE)")
_OTHERWISE: Final = {"delete", "truncate", "persist"}


def write_ahead(database: Database) -> None:
    """Switch an SQLite register to write-ahead logging, so that readers do not wait for writers.

    The mode is stored in the file, so the file of an application with tables of its own is left as it is, and so is a
    file that is read-only.

    Raises:
        StoreBusyError: another process locked the file for too long.
    """
    wait = wait_of(database.engine)
    if wait is None or database.backend != "sqlite":
        return
    if database.rows(text(_MODE))[0][0] not in _OTHERWISE or not _is_register(database):
        return
    end = time.monotonic() + wait
    while True:
        try:
            with suppress(StoreReadOnlyError):
                database.rows(_AHEAD)
        except StoreBusyError:  # SQLite ignores its busy timeout here
            if time.monotonic() >= end:
                raise
            database.pause(_PAUSE)
        else:
            return


def truncate_log(database: Database) -> bool:
    """Checkpoint and empty the write-ahead log of an SQLite file, so that it holds no forgotten text.

    It is impossible on the connection of a host, whose transaction is not at its end.

    Returns:
        False if it is impossible now; the reason is logged.
    """
    if database.backend != "sqlite":
        return True
    if not database.ends_transactions:
        return False
    try:
        is_busy, reason = bool(database.rows(_TRUNCATE)[0][0]), "it is being read or written"
    except StoreError as error:
        is_busy, reason = True, error.reason
    if is_busy:
        _LOG.warning(
            "%s: texts that were forgotten may be left in its write-ahead log (%s); "
            "forget_expired() removes them later, and so does closing every connection",
            database.name,
            reason,
        )
    return not is_busy


def _is_register(database: Database) -> bool:
    """Return True if a database has the tables of this library and no others."""
    with translate_db_errors(database.name), database.connected() as connection:
        names = (name for name in inspect(connection).get_table_names() if not name.startswith(f"{PREFIX}case_"))
        return {*METADATA.tables, VERSION}.issuperset(names)


@contextmanager
def _unsynced(connection: Connection) -> Iterator[None]:
    """Commit without waiting for the disk within the block, if a write-ahead log keeps the order of commits."""
    if connection.dialect.name != "sqlite" or _first(connection, _MODE) != "wal":
        yield
        return
    level = _first(connection, "PRAGMA synchronous")
    try:
        connection.exec_driver_sql("PRAGMA synchronous = NORMAL")
        yield
        connection.exec_driver_sql(f"PRAGMA synchronous = {level}")
    except BaseException:
        connection.invalidate()  # no other transaction may commit without waiting
        raise
