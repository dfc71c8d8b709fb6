"""The store in a database: SQLite or PostgreSQL, the same code on both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Self, TypeVar

from sqlalchemy import URL, Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from reclamation_core.adapters.sqlalchemy.asynchronous import run
from reclamation_core.adapters.sqlalchemy.cases import CaseQueries
from reclamation_core.adapters.sqlalchemy.consistency import scan_cases
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.dbapi import HostConnection
from reclamation_core.adapters.sqlalchemy.engines import Settings, open_async_engine, open_engine
from reclamation_core.adapters.sqlalchemy.external_connection import HostDatabase
from reclamation_core.adapters.sqlalchemy.feed import SqlAlchemyFeed
from reclamation_core.adapters.sqlalchemy.journal import SqlAlchemyJournal
from reclamation_core.adapters.sqlalchemy.plans import PlanQueries
from reclamation_core.adapters.sqlalchemy.sequences import SqlAlchemySequences
from reclamation_core.adapters.sqlalchemy.statements import writer_for
from reclamation_core.adapters.sqlalchemy.unit_of_work import SqlAlchemyUnitOfWork
from reclamation_core.adapters.sqlalchemy.upgrading import check_version, ready
from reclamation_core.adapters.sqlalchemy.write_ahead import truncate_log
from reclamation_core.ports import Store, UnitOfWork

T = TypeVar("T")


class SqlAlchemyStore(Store):
    """Cases and plans in a database.

    A unit of work reads what is committed when it reads, and what it wrote itself; what it wrote is kept in one short
    transaction at its commit. Several threads and processes may use one database; a store may be used by several
    threads.

    Args:
        engine: the engine to work with, whose settings are its owner's; `SqlAlchemyStore.open` makes one.

    Raises:
        TypeError: it is no engine, or its driver is not served: sqlite3, aiosqlite and psycopg 3 are.
        SchemaError: the schema is missing, or of another version.
        StoreError: the database refused.
    """

    def __init__(self, engine: Engine) -> None:
        if not isinstance(engine, Engine):
            raise TypeError(
                f"engine: an Engine of SQLAlchemy is expected, got a {type(engine).__name__}; for an address there is "
                "SqlAlchemyStore.open(...), for an AsyncEngine await SqlAlchemyStore.open_async(...)"
            )
        check_version(engine)
        self._begin(_identified(Database(engine.execution_options(isolation_level="AUTOCOMMIT"))))

    @classmethod
    def open(cls, url: str | URL, settings: Settings | None = None) -> Self:
        """The store at an address; in a database that has no table at all, the schema is made first.

        Args:
            url: `sqlite:///reclamations.db`, `sqlite://` for one in memory, `postgresql+psycopg://...`.
            settings: how the database is used.

        Raises:
            TypeError, ValueError: the address is none that is known here.
            MissingExtraError: the driver is not installed.
            SchemaError: there are tables, and the schema is missing or of another version.
            StoreError: the database refused.
        """
        return cls._opened(open_engine(url, settings))

    @classmethod
    async def open_async(cls, database: str | URL | AsyncEngine, settings: Settings | None = None) -> Self:
        """The same for asyncio, for an `AsyncDesk`; or the store on an `AsyncEngine` whose settings are its owner's.

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
        """The store on an engine of its own, which is in autocommit already."""
        try:
            ready(engine)
            database = _identified(Database(engine))
        except BaseException:
            engine.dispose()
            raise
        store = cls.__new__(cls)
        store._begin(database)  # noqa: SLF001  its own
        return store

    @classmethod
    def from_connection(cls, connection: HostConnection) -> Self:
        """The store on a connection that the host has, within the host's transaction: the host commits or rolls back.

        Nothing is begun, committed, rolled back, set or closed. A unit of work writes at its commit, into a savepoint,
        and is undone alone where it fails: the transaction stays usable. What the host has not committed is seen. On a
        connection in autocommit with nothing begun, each unit of work is a transaction of its own.

        The connection is first used when something is asked. It is for one thread at a time, and a store is for as long
        as the host has the connection.

        Args:
            connection: SQLAlchemy's `Connection` (`session.connection()` of a Session) by one of these drivers, or the
                driver's own, of `sqlite3` or `psycopg` 3 (`django.db.connection.connection`). Its row factory, text
                factory and isolation may be any. For an `AsyncDesk`, SQLAlchemy's `AsyncConnection`.

        Raises:
            TypeError: it is no such connection, or its driver is another one; later, where something is asked: it is
                in a pipeline, or it is awaited and the desk is not.
        """
        store = cls.__new__(cls)
        store._begin(HostDatabase.of(connection))  # noqa: SLF001  its own
        return store

    def _begin(self, database: Database) -> None:
        self._database = database
        self._writer = writer_for(database.dialect)
        self._cases, self._plans = CaseQueries(database), PlanQueries(database)
        self.feed = SqlAlchemyFeed(database)
        self.journal = SqlAlchemyJournal(database)
        self.sequences = SqlAlchemySequences(database)

    def __repr__(self) -> str:
        return f"SqlAlchemyStore({self._database.name!r})"

    def unit_of_work(self) -> UnitOfWork:
        return SqlAlchemyUnitOfWork(self._database, self._writer, self._cases, self._plans)

    def scan_cases(self) -> Iterator[tuple[str, bool]]:
        return scan_cases(self._database)

    async def run_async(self, call: Callable[[], T]) -> T:
        if not self._database.dialect.is_async:
            raise TypeError("store: it would hold up the event loop; open it with AsyncDesk.open or open_async")
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
