"""A database through the connection of a host application, which alone begins, commits and rolls back.

A unit of work writes at its commit, in a savepoint, so that only its own writes are undone if it fails: the transaction
of the host stays as it was, and usable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar

import attrs
from sqlalchemy import Connection, Executable, Row
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from reclamation_core.adapters.sqlalchemy.database import BEGIN, Database
from reclamation_core.adapters.sqlalchemy.dbapi import (
    HostConnection,
    TransactionMode,
    as_sqlalchemy,
    refuse_pipeline,
    require_supported,
    transaction_mode,
)
from reclamation_core.adapters.sqlalchemy.errors import translate_db_errors
from reclamation_core.adapters.sqlalchemy.log_redaction import redacted
from reclamation_core.adapters.sqlalchemy.schema import require
from reclamation_core.ports import StoreError

T = TypeVar("T")

_SAVEPOINT: Final = "reclamation_unit"
_ISOLATION: Final = "SELECT current_setting('transaction_isolation')"


@attrs.frozen
class _Brackets:
    """The statements around a write that is done whole or not at all."""

    begin: tuple[str, ...]
    commit: str
    rollback: tuple[str, ...]


_NESTED: Final = _Brackets(
    (f"SAVEPOINT {_SAVEPOINT}",),
    f"RELEASE SAVEPOINT {_SAVEPOINT}",
    (f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}", f"RELEASE SAVEPOINT {_SAVEPOINT}"),
)


def _brackets(driver: Any, backend: str) -> _Brackets:
    mode = transaction_mode(driver)
    if mode is TransactionMode.AUTOCOMMIT:
        return _Brackets((BEGIN[backend],), "COMMIT", ("ROLLBACK",))
    if mode is TransactionMode.UPON_CHANGE:
        # As the driver does before the host's own first change. A savepoint without it would be the transaction
        # itself, and its release a commit.
        return attrs.evolve(_NESTED, begin=(f"BEGIN {driver.isolation_level}", *_NESTED.begin))
    return _NESTED


class HostDatabase(Database):
    """A host's connection; it is first used by the first statement.

    If the host has begun a transaction, everything is part of it. If its connection is in autocommit mode and no
    transaction is open, each unit of work is a transaction of its own, as each statement of the host is.

    Args:
        connection: the connection as SQLAlchemy's.
        driver: returns the driver's connection below it.
        any_schema: False if the schema is checked before the first use.
    """

    def __init__(self, connection: Connection, driver: Callable[[], Any], *, any_schema: bool) -> None:
        super().__init__(connection.engine)
        self._connection = connection
        self._driver = driver
        self._is_checked = any_schema

    @classmethod
    def of(cls, host: HostConnection, *, any_schema: bool = False) -> HostDatabase:
        """Return the database of a host's connection.

        Args:
            host: the connection.
            any_schema: True to use it whatever its schema.

        Raises:
            TypeError: it is not a supported connection; the message says which are.
        """
        connection = host.sync_connection if isinstance(host, AsyncConnection) else host
        if isinstance(connection, Connection):
            require_supported(connection.dialect, "connection")
            return cls(connection, lambda: connection.connection.driver_connection, any_schema=any_schema)
        return cls(as_sqlalchemy(connection), lambda: connection, any_schema=any_schema)

    def row_of(self, statement: Executable, parameters: Mapping[str, Any]) -> Row[Any]:
        return self.write(lambda connection, _: connection.execute(statement, parameters).one())

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        self._require_running()
        if self.backend == "postgresql":
            self._of_driver(refuse_pipeline)
        if not self._is_checked:
            require(self._connection, self.name)
            self._is_checked = True
            self.identify()
        with redacted():
            yield self._connection
        self._observe(self._connection)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self.connected() as connection:
            brackets = self._of_driver(lambda driver: _brackets(driver, self.backend))
            for statement in brackets.begin:
                connection.exec_driver_sql(statement)
            try:
                yield connection
                self._verify_identity(connection)
                connection.exec_driver_sql(brackets.commit)
            except BaseException:
                with suppress(SQLAlchemyError):  # a lost connection has lost its transaction, too
                    for statement in brackets.rollback:
                        connection.exec_driver_sql(statement)
                raise

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

    def sees_commits(self) -> bool:
        if self.backend == "sqlite" or self._of_driver(transaction_mode) is TransactionMode.AUTOCOMMIT:
            return True
        with translate_db_errors(self.name), self.connected() as connection:
            return bool(connection.exec_driver_sql(_ISOLATION).scalar() in {"read committed", "read uncommitted"})

    def _retry(self, attempt: Callable[[int], T]) -> T:
        with translate_db_errors(self.name):
            return attempt(0)

    def close(self) -> None:
        """Do nothing: the host closes its connection."""
