"""What drivers raise, as errors of the house: the one place where they are told apart.

Nothing of what was asked or written is shown: neither statement nor parameters, nor what the database quotes of them.
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

# By the beginning of SQLite's error name; an extended code such as SQLITE_IOERR_WRITE begins as its group does.
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
# By the beginning of PostgreSQL's SQLSTATE: two letters are a class of errors.
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
_AGAIN = ("40001", "40P01")
_CLOSED: Final = frozenset(("Cannot operate on a closed database.", "the connection is closed"))
"""What the drivers say of a connection that was closed on this side; they give no code."""

_IN_USE: Final = Wording("toutes les connexions sont prises", "every connection is in use")


def reason_of(error: DBAPIError) -> str:
    """What the driver calls an error: its code where it has one, and its class."""
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return " ".join(filter(None, [code, type(error.orig).__name__]))


def again(error: DBAPIError) -> bool:
    """Whether the same may succeed when it is done again from its beginning."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _AGAIN


def _kind(error: DBAPIError) -> type[StoreError]:
    reason = reason_of(error)
    for table in (_SQLITE, _POSTGRESQL):
        for beginning, kind in table.items():
            if reason.startswith(beginning):
                return kind
    if reason == "OperationalError" and isinstance(error.orig, sqlite3.Error):
        return StoreDamagedError  # the driver's own: some text is none
    wordless = reason in {"ConnectionTimeout", "OperationalError"}  # psycopg, where no server gave a code
    return StoreUnreachableError if wordless or error.connection_invalidated else StoreError


@contextmanager
def told(database: str) -> Iterator[None]:
    """Raise what the drivers raise as errors of the house.

    Args:
        database: the database, as it is shown.
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
