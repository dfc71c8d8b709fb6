"""A database by the connection of a host, who begins, commits and rolls back: this adapter never does.

What a unit of work writes goes to the connection at its commit, in a savepoint, so that it is undone alone where
something fails midway: the host's transaction stays what it was, and usable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar

import attrs
from sqlalchemy import Connection, Executable, Row
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from reclamation_core.adapters.sqlalchemy.database import BEGIN, Database, asked_on
from reclamation_core.adapters.sqlalchemy.drivers import (
    HostConnection,
    Mode,
    mode_of,
    refuse_pipeline,
    require_served,
    shown_to_sqlalchemy,
)
from reclamation_core.adapters.sqlalchemy.errors import told
from reclamation_core.adapters.sqlalchemy.log_redaction import redacted
from reclamation_core.adapters.sqlalchemy.schema import require
from reclamation_core.ports import StoreError

T = TypeVar("T")

_SAVEPOINT: Final = "reclamation_unit"
_ISOLATION: Final = "SELECT current_setting('transaction_isolation')"


@attrs.frozen
class _Words:
    """What is said before and after some writing that is kept whole or not at all."""

    enter: tuple[str, ...]
    keep: str
    undo: tuple[str, ...]


_NESTED: Final = _Words(
    (f"SAVEPOINT {_SAVEPOINT}",),
    f"RELEASE SAVEPOINT {_SAVEPOINT}",
    (f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}", f"RELEASE SAVEPOINT {_SAVEPOINT}"),
)


def _words(driver: Any, backend: str) -> _Words:
    mode = mode_of(driver)
    if mode is Mode.AUTOCOMMIT:
        return _Words((BEGIN[backend],), "COMMIT", ("ROLLBACK",))
    if mode is Mode.UPON_CHANGE:
        # What the driver says before the host's own first change. A savepoint that came first would be the transaction
        # itself, and its end a commit.
        return attrs.evolve(_NESTED, enter=(f"BEGIN {driver.isolation_level}", *_NESTED.enter))
    return _NESTED


class HostDatabase(Database):
    """A host's connection, and how this adapter uses it: nothing is asked of it before the first use.

    Where the host has begun a transaction, everything is within it. Where its connection is in autocommit and nothing
    is begun, each unit of work is a transaction of its own, as each statement of the host's is.

    Args:
        connection: the connection, as SQLAlchemy has it.
        driver: gives the driver's own connection beneath it.
        any_schema: whether it is used whatever its schema, which it is refused by otherwise.
    """

    def __init__(self, connection: Connection, driver: Callable[[], Any], *, any_schema: bool) -> None:
        super().__init__(connection.engine)
        self._connection = connection
        self._driver = driver
        self._known = any_schema

    @classmethod
    def of(cls, host: HostConnection, *, any_schema: bool = False) -> HostDatabase:
        """The database of a host's connection.

        Args:
            host: the connection.
            any_schema: whether it is used whatever its schema.

        Raises:
            TypeError: it is no connection that is known here; the message says which are.
        """
        connection = host.sync_connection if isinstance(host, AsyncConnection) else host
        if isinstance(connection, Connection):
            require_served(connection.dialect, "connection")
            return cls(connection, lambda: connection.connection.driver_connection, any_schema=any_schema)
        return cls(shown_to_sqlalchemy(connection), lambda: connection, any_schema=any_schema)

    def row_of(self, statement: Executable, given: Mapping[str, Any]) -> Row[Any]:
        return self.write(lambda connection, _: connection.execute(statement, given).one())

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        self._begin()
        if self.backend == "postgresql":
            self._standing(refuse_pipeline)
        if not self._known:
            require(self._connection, self.name)
            self._known = True
            self.identify()
        with redacted():
            yield self._connection
        self._observe(self._connection.info)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self.connected() as connection:
            words = self._standing(lambda driver: _words(driver, self.backend))
            for word in words.enter:
                connection.exec_driver_sql(word)
            try:
                yield connection
                self.verify_identity(asked_on(connection), connection.info)
                connection.exec_driver_sql(words.keep)
            except BaseException:
                with suppress(SQLAlchemyError):  # where the connection is lost, so is the transaction
                    for word in words.undo:
                        connection.exec_driver_sql(word)
                raise

    def _standing(self, ask: Callable[[Any], T]) -> T:
        """What the driver's connection tells of how it stands."""
        if not self._connection.in_transaction():
            self._connection.begin()  # as any statement does; a host may have BEGIN said then
        try:
            return ask(self._driver())
        except self.dialect.loaded_dbapi.Error as error:
            failure = StoreError(self.name, type(error).__name__)
        raise failure  # outside of the handler, so that the driver's error is not its context

    @property
    def ends_transactions(self) -> bool:
        return False

    def sees_commits(self) -> bool:
        if self.backend == "sqlite" or self._standing(mode_of) is Mode.AUTOCOMMIT:
            return True
        with told(self.name), self.connected() as connection:
            return bool(connection.exec_driver_sql(_ISOLATION).scalar() in {"read committed", "read uncommitted"})

    def _tried(self, attempt: Callable[[int], T]) -> T:
        with told(self.name):
            return attempt(0)

    def close(self) -> None:
        """Do nothing: the connection is its host's."""
