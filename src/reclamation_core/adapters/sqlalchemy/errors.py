"""Errors of the drivers, translated into errors of the ports.

No message shows a statement, its parameters, or what the database quotes of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, ResourceClosedError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from reclamation_core.ports import (
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreReplacedError,
    StoreUnreachableError,
)
from reclamation_core.wording import Wording

# By prefix of SQLite's error name; an extended code such as SQLITE_IOERR_WRITE begins as its group does.
_SQLITE: dict[str, type[StoreError]] = {
    "SQLITE_BUSY": StoreBusyError,
    "SQLITE_LOCKED": StoreBusyError,
    "SQLITE_READONLY_DBMOVED": StoreReplacedError,
    "SQLITE_READONLY": StoreReadOnlyError,
    "SQLITE_PERM": StoreReadOnlyError,
    "SQLITE_FULL": StoreFullError,
    "SQLITE_IOERR_WRITE": StoreFullError,
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


def reason_of(error: DBAPIError) -> str:
    """Return the driver's code of an error, if it has one, and the name of its class."""
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return " ".join(filter(None, [code, type(error.orig).__name__]))


def is_retryable(error: DBAPIError) -> bool:
    """Return True if the transaction may succeed when it is run again from its beginning."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _RETRYABLE


def _kind(error: DBAPIError) -> type[StoreError]:
    reason = reason_of(error)
    for table in (_SQLITE, _POSTGRESQL):
        for prefix, kind in table.items():
            if reason.startswith(prefix):
                return kind
    if reason == "OperationalError" and isinstance(error.orig, sqlite3.Error):
        return StoreDamagedError  # raised by the driver itself: a text is not UTF-8
    has_no_code = reason in {"ConnectionTimeout", "OperationalError"}  # psycopg without an answer of a server
    return StoreUnreachableError if has_no_code or error.connection_invalidated else StoreError


@contextmanager
def translate_db_errors(database: str) -> Iterator[None]:
    """Raise errors of the drivers and of SQLAlchemy as errors of the ports.

    Args:
        database: the database, as errors show it.
    """
    failure: StoreError | None = None
    try:
        yield
    except DBAPIError as error:
        failure = _kind(error)(database, reason_of(error))
        if isinstance(failure, StoreUnreachableError):
            failure.is_closed = str(error.orig) in _CLOSED
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
