"""Reads of one moment: a read transaction, or a copy of an SQLite database whose readers would block its writers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.util import await_only

from reclamation_core.adapters.sqlalchemy.database import (
    Database,
    TransactionMode,
    transaction_mode,
    translate_db_errors,
)
from reclamation_core.adapters.sqlalchemy.host_connection import HostDatabase

_BEGIN: Final = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
_TEMPORARY: Final = ""
"""The name of a new SQLite database in memory, and in a file without a name once it is large."""


@contextmanager
def snapshot_of(database: Database) -> Iterator[Database]:
    """Yield the database as it was at one moment, for reads alone.

    On PostgreSQL, and on SQLite with write-ahead logging, this is a read transaction, which blocks no writer. Another
    SQLite database is copied, because a read transaction would block its writers. A transaction that a host has begun
    is used as it is.
    """
    with translate_db_errors(database.name), database.connected() as connection:
        driver = database.driver_of(connection)
        if transaction_mode(driver) is TransactionMode.OPEN:
            yield database
        elif database.backend == "sqlite" and connection.exec_driver_sql("PRAGMA journal_mode").scalar() != "wal":
            with closing(_copy(driver)) as copied:
                yield HostDatabase.of(copied)
        else:
            with _reading(database, connection):
                yield database if isinstance(database, HostDatabase) else HostDatabase.of(connection)


def _copy(driver: Any) -> sqlite3.Connection:
    target = sqlite3.connect(_TEMPORARY, isolation_level=None, check_same_thread=False)
    copying = driver.backup(target)
    if copying is not None:  # of aiosqlite
        await_only(copying)
    target.execute("PRAGMA query_only = ON")
    return target


@contextmanager
def _reading(database: Database, connection: Connection) -> Iterator[None]:
    is_own = database.backend == "sqlite" and database.ends_transactions
    if is_own:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    connection.exec_driver_sql(_BEGIN[database.backend])
    try:
        yield
    finally:
        try:
            connection.exec_driver_sql("ROLLBACK")
            if is_own:
                connection.exec_driver_sql("PRAGMA query_only = OFF")
        except SQLAlchemyError:  # it may still be in the transaction
            connection.invalidate()
            raise
