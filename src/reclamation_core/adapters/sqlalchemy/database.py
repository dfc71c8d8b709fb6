"""A database in use: one statement to read, one short transaction to write, both retried where that is safe."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, Executable, Row
from sqlalchemy.exc import DBAPIError

from reclamation_core.adapters.sqlalchemy import asynchronous
from reclamation_core.adapters.sqlalchemy.addresses import display_url
from reclamation_core.adapters.sqlalchemy.dbapi import TransactionMode, transaction_mode
from reclamation_core.adapters.sqlalchemy.errors import is_retryable, reason_of, translate_db_errors
from reclamation_core.adapters.sqlalchemy.identity import Identity
from reclamation_core.adapters.sqlalchemy.log_redaction import install, redacted
from reclamation_core.adapters.sqlalchemy.statements import BatchStatement
from reclamation_core.validators import is_storable

T = TypeVar("T")
Work = Callable[[Connection, int], T]
"""What one transaction does, given the number of attempts before it."""

_LOG: Final = logging.getLogger("reclamation_core.adapters.sqlalchemy")
_ATTEMPTS: Final = 4
_PAUSE: Final = 0.02
BEGIN: Final = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN ISOLATION LEVEL READ COMMITTED"}


def can_be_stored(values: Mapping[str, object]) -> bool:
    """Return False if a parameter cannot be stored as text (NUL or a lone surrogate), so that no row has it.

    PostgreSQL would refuse such a parameter, which would abort the transaction of a host.
    """
    return all(value is None or (isinstance(value, str) and is_storable(value)) for value in values.values())


class Database:
    """An engine and the way this adapter uses it.

    Args:
        engine: the engine; each of its connections is in the driver's autocommit mode.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect = engine.dialect
        self.name = display_url(engine.url)
        self.backend = engine.dialect.name
        self.identity: Identity | None = None
        install(engine)

    def identify(self) -> None:
        """Remember which database this is: from now on a commit refuses another one in its place."""
        with translate_db_errors(self.name), self.connected() as connection:
            self.identity = Identity.of(self.name, self.engine.url, connection)

    def _verify_identity(self, connection: Connection) -> None:
        """Refuse another database in the place of this one, before a commit.

        Raises:
            StoreReplacedError: it is another one.
        """
        if self.identity is not None:
            self.identity.verify(connection)

    def _observe(self, connection: Connection) -> None:
        if self.identity is not None:
            self.identity.observe(connection.info)

    @property
    def ends_transactions(self) -> bool:
        """True if this library commits; False if a host does."""
        return True

    def first(self, statement: Executable, parameters: Mapping[str, str | None]) -> Any:
        """Return the first row of a statement with text parameters; None if there is none."""
        if not can_be_stored(parameters):
            return None
        return next(iter(self.rows(statement, parameters)), None)

    def rows(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> list[Row[Any]]:
        """Return the rows of a statement, of what is committed."""

        def attempt(_: int) -> list[Row[Any]]:
            with self.connected() as connection:
                return list(connection.execute(statement, parameters).all())

        return self._retry(attempt)

    def row_of(self, statement: Executable, parameters: Mapping[str, Any]) -> Row[Any]:
        """Return the row of a statement that changes something and is committed by itself."""
        return self.rows(statement, parameters)[0]

    def write(self, work: Work[T]) -> T:
        """Do some work in one transaction, all or nothing.

        It is retried where the database says that this may succeed, and after a lost connection.
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
            is_done: tells before a retry if the first attempt was committed, since only its answer may have been lost.

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
            connection.begin()  # listeners of the application's engine may execute BEGIN then
            if transaction_mode(connection.connection.driver_connection) is TransactionMode.OPEN:
                connection.exec_driver_sql("ROLLBACK")
            yield connection
            self._observe(connection)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection in a transaction that is committed at the end of the block, or rolled back on an error."""
        with self.connected() as connection:
            connection.exec_driver_sql(BEGIN[self.backend])
            yield connection
            self._verify_identity(connection)
            connection.commit()

    def _retry(self, attempt: Callable[[int], T]) -> T:
        with translate_db_errors(self.name):
            for attempts in range(_ATTEMPTS - 1):
                try:
                    return attempt(attempts)
                except DBAPIError as error:
                    if not is_retryable(error):
                        raise
                    reason = reason_of(error)
                    _LOG.warning("%s: retry after %s", self.name, reason, extra={"attempt": attempts + 1})
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

    def sees_commits(self) -> bool:
        """Return True if each statement of a transaction sees what others committed before it."""
        return True

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
