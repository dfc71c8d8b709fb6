"""The store in a database: SQLite or PostgreSQL, the same code on both."""

from __future__ import annotations

from typing import Self

from sqlalchemy import URL, Engine

from reclamation_core.adapters.sqlalchemy.cases import CaseQuestions
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.engines import Settings, open_engine
from reclamation_core.adapters.sqlalchemy.feed import SqlAlchemyFeed
from reclamation_core.adapters.sqlalchemy.journal import SqlAlchemyJournal
from reclamation_core.adapters.sqlalchemy.plans import PlanQuestions
from reclamation_core.adapters.sqlalchemy.references import SqlAlchemyReferences
from reclamation_core.adapters.sqlalchemy.schema import check, ready
from reclamation_core.adapters.sqlalchemy.unit_of_work import SqlAlchemyUnitOfWork
from reclamation_core.adapters.sqlalchemy.writing import Writer
from reclamation_core.ports import Store, UnitOfWork


class SqlAlchemyStore(Store):
    """Cases and plans in a database.

    A unit of work reads what is committed when it reads, and what it wrote itself; what it wrote is kept in one short
    transaction at its commit. Several threads and processes may use one database; a store may be used by several
    threads.

    Args:
        engine: the engine to work with, whose settings are its owner's; `SqlAlchemyStore.open` makes one.

    Raises:
        SchemaError: the schema is missing, or of another version.
        StoreError: the database refused.
    """

    def __init__(self, engine: Engine) -> None:
        check(engine)
        self._begin(Database(engine.execution_options(isolation_level="AUTOCOMMIT")))

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
        engine = open_engine(url, settings)
        try:
            ready(engine)
        except BaseException:
            engine.dispose()
            raise
        store = cls.__new__(cls)
        store._begin(Database(engine))  # noqa: SLF001  its own; the engine is in autocommit already
        return store

    def _begin(self, database: Database) -> None:
        self._database = database
        self._writer = Writer(database.dialect)
        self._cases, self._plans = CaseQuestions(database), PlanQuestions(database)
        self.feed = SqlAlchemyFeed(database)
        self.journal = SqlAlchemyJournal(database)
        self.references = SqlAlchemyReferences(database)

    def __repr__(self) -> str:
        return f"SqlAlchemyStore({self._database.name!r})"

    def unit_of_work(self) -> UnitOfWork:
        return SqlAlchemyUnitOfWork(self._database, self._writer, self._cases, self._plans)

    def close(self) -> None:
        self._database.close()
