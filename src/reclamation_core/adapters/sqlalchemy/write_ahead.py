"""The log of an SQLite file: written ahead, so that whoever reads waits for nobody who writes.

The file keeps that way for good, so it is chosen where the file is a register and nothing else. That of an application
with tables of its own is its owner's to choose.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import Final

from sqlalchemy import inspect, text

from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.engines import wait_of
from reclamation_core.adapters.sqlalchemy.errors import translate_db_errors
from reclamation_core.adapters.sqlalchemy.tables import METADATA, VERSION
from reclamation_core.ports import StoreBusyError, StoreError, StoreReadOnlyError

_MODE: Final = text("PRAGMA journal_mode")
_AHEAD: Final = text("PRAGMA journal_mode = WAL")
_TRUNCATE: Final = text("PRAGMA wal_checkpoint(TRUNCATE)")
_LOG: Final = logging.getLogger("reclamation_core.adapters.sqlalchemy")
_OTHERWISE: Final = {"delete", "truncate", "persist"}
_PAUSE: Final = 0.02


def write_ahead(database: Database) -> None:
    """Have a register log what is written ahead, where it does not; a file for reading alone is left as it is.

    Raises:
        StoreBusyError: somebody else held the file for too long.
    """
    wait = wait_of(database.engine)
    if wait is None or database.backend != "sqlite":
        return
    if database.rows(_MODE)[0][0] not in _OTHERWISE or not _is_register(database):
        return
    end = time.monotonic() + wait
    while True:
        try:
            with suppress(StoreReadOnlyError):
                database.rows(_AHEAD)
        except StoreBusyError:  # whatever SQLite was told, it waits for nobody here
            if time.monotonic() >= end:
                raise
            database.pause(_PAUSE)
        else:
            return


def truncate_log(database: Database) -> bool:
    """Take the write-ahead log of an SQLite file into the file and empty it, so that it holds no forgotten text.

    The connection of a host is left alone: its transaction is not at its end.

    Returns:
        False if that could not be done now; it is logged why.
    """
    if database.backend != "sqlite":
        return True
    if not database.ends_transactions:
        return False
    try:
        is_busy, reason = bool(database.rows(_TRUNCATE)[0][0]), "somebody reads it, or writes"
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
    with translate_db_errors(database.name), database.connected() as connection:
        return {*METADATA.tables, VERSION}.issuperset(inspect(connection).get_table_names())
