"""The store in a database: SQLite or PostgreSQL, the same code on both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Final, Self, TypeVar

from sqlalchemy import URL, Engine, text
from sqlalchemy.ext.asyncio import AsyncEngine

from reclamation_core.adapters.sqlalchemy.asynchronous import run
from reclamation_core.adapters.sqlalchemy.committed_state import SqlAlchemyPlans, SqlAlchemyState
from reclamation_core.adapters.sqlalchemy.consistency import scan_cases
from reclamation_core.adapters.sqlalchemy.database import Database, truncate_log
from reclamation_core.adapters.sqlalchemy.engines import Settings, open_async_engine, open_engine
from reclamation_core.adapters.sqlalchemy.feed import SqlAlchemyFeed
from reclamation_core.adapters.sqlalchemy.host_connection import HostConnection, HostDatabase
from reclamation_core.adapters.sqlalchemy.journal import SqlAlchemyJournal
from reclamation_core.adapters.sqlalchemy.schema import check_version, prepare, require_version
from reclamation_core.adapters.sqlalchemy.tables import SERIES
from reclamation_core.adapters.unit_of_work import BufferedUnitOfWork
from reclamation_core.ports import SequenceGenerator, Store, StoreDamagedError, UnitOfWork

T = TypeVar("T")

_NEXT: Final = text(
    f"INSERT INTO {SERIES} (series, last_number) VALUES (:series, :count) "
    f"ON CONFLICT (series) DO UPDATE SET last_number = {SERIES}.last_number + :count RETURNING last_number"
)
_LAST: Final = text(f"SELECT last_number FROM {SERIES} WHERE series = :series")


class SqlAlchemySequences(SequenceGenerator):
    """The sequences of a database: each number is taken by a statement of its own, so that no rollback returns it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next(self, series: str, count: int = 1) -> int:
        # A retry after a lost connection may skip numbers, and never gives one twice.
        return int(self._database.row_of(_NEXT, {"series": series, "count": count})[0]) - count + 1

    def find_inconsistencies(self, series: str, used: int) -> tuple[str, ...]:
        try:
            row = self._database.first(_LAST, {"series": series})
        except StoreDamagedError:  # it is not even text
            row = None
        is_ahead = row is not None and isinstance(row[0], int) and row[0] >= used
        return () if is_ahead else (SERIES.name,)


class SqlAlchemyStore(Store):
    """Cases and plans in a database.

    A unit of work reads what is committed at the time, and its own pending writes, which its commit writes in one short
    transaction. Several threads and processes may use one database; several threads may use one store.

    Args:
        engine: the engine, whose settings are its owner's; `SqlAlchemyStore.open` makes one.

    Raises:
        TypeError: it is not an engine, or its driver is not supported: sqlite3, aiosqlite and psycopg 3 are.
        SchemaError: the schema is missing, or of another version.
        StoreError: the database refused.
    """

    def __init__(self, engine: Engine) -> None:
        if not isinstance(engine, Engine):
            raise TypeError(
                f"engine: an Engine of SQLAlchemy is expected, got a {type(engine).__name__}; for an address use "
                "SqlAlchemyStore.open(...), for an AsyncEngine await SqlAlchemyStore.open_async(...)"
            )
        check_version(engine)
        self._start(_identified(Database(engine.execution_options(isolation_level="AUTOCOMMIT"))))

    @classmethod
    def open(cls, url: str | URL, settings: Settings | None = None) -> Self:
        """Return the store at an address; in a database without tables, the schema is created first.

        Args:
            url: `sqlite:///reclamations.db`, `sqlite://` for one in memory, `postgresql+psycopg://...`.
            settings: the settings of the connections.

        Raises:
            TypeError, ValueError: the address is not supported.
            MissingExtraError: the driver is not installed.
            SchemaError: there are tables, and the schema is missing or of another version.
            StoreError: the database refused.
        """
        return cls._opened(open_engine(url, settings))

    @classmethod
    async def open_async(cls, database: str | URL | AsyncEngine, settings: Settings | None = None) -> Self:
        """Return the store for an `AsyncDesk`, at an address or on an `AsyncEngine` whose settings are its owner's.

        Raises what `open` does.
        """
        if isinstance(database, AsyncEngine):
            return await run(lambda: cls(database.sync_engine))
        engine = open_async_engine(database, settings).sync_engine
        try:
            return await run(lambda: cls._opened(engine))
        except asyncio.CancelledError:
            await run(engine.dispose)
            raise

    @classmethod
    def _opened(cls, engine: Engine) -> Self:
        """Return the store on an engine of its own, which is in autocommit mode."""
        try:
            prepare(engine)
            database = _identified(Database(engine))
        except BaseException:
            engine.dispose()
            raise
        return cls._on(database)

    @classmethod
    def from_connection(cls, connection: HostConnection) -> Self:
        """Return the store on a connection of the host, within the host's transaction: the host commits or rolls back.

        Nothing is begun, committed, rolled back, set or closed. A unit of work writes at its commit, in a savepoint;
        if it fails, it alone is rolled back and the transaction stays usable. Uncommitted changes of the host are
        visible. On a connection in autocommit mode without a transaction, each unit of work is one transaction.

        The connection is first used by the first statement. It is for one thread at a time, and the store for as long
        as the host has the connection.

        Args:
            connection: SQLAlchemy's `Connection` (`session.connection()` of a Session) by one of these drivers, or the
                driver's own, of `sqlite3` or `psycopg` 3 (`django.db.connection.connection`). Its row factory, text
                factory and isolation may be any. For an `AsyncDesk`, SQLAlchemy's `AsyncConnection`.

        Raises:
            TypeError: it is not such a connection, or its driver is another one; later, at the first use: it is in
                pipeline mode, or asynchronous while the desk is not.
        """
        return cls._on(HostDatabase.of(connection, require_version))

    @classmethod
    def _on(cls, database: Database) -> Self:
        store = cls.__new__(cls)
        store._start(database)  # noqa: SLF001  its own
        return store

    def _start(self, database: Database) -> None:
        self._database = database
        self.feed = SqlAlchemyFeed(database)
        self.journal = SqlAlchemyJournal(database)
        self.sequences = SqlAlchemySequences(database)

    def __repr__(self) -> str:
        return f"SqlAlchemyStore({self._database.name!r})"

    def unit_of_work(self) -> UnitOfWork:
        state = SqlAlchemyState(self._database)
        return BufferedUnitOfWork(state, SqlAlchemyPlans(state))

    def scan_cases(self) -> Iterator[tuple[str, bool]]:
        return scan_cases(self._database)

    async def run_async(self, call: Callable[[], T]) -> T:
        if not self._database.dialect.is_async:
            raise TypeError(
                "store: it is synchronous and would block the event loop; open it with AsyncDesk.open or open_async"
            )
        return await run(call)

    def erase_traces(self) -> bool:
        return truncate_log(self._database)

    def pause(self, seconds: float) -> None:
        self._database.pause(seconds)

    def close(self) -> None:
        self._database.close()


def _identified(database: Database) -> Database:
    database.identify()
    return database
