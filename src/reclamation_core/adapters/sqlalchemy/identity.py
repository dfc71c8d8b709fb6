"""Recognise a database: before each commit, refuse a file that was deleted or replaced under an open store.

SQLite goes on writing to a file that was deleted or replaced, and to a write-ahead log that was deleted, as long as it
has them open; such commits are lost. So the paths are compared with the files that were opened, by device and inode,
and the identity in the schema's table with the one read at the opening.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import attrs
from sqlalchemy import URL, Connection

from reclamation_core.adapters.sqlalchemy.addresses import file_of
from reclamation_core.adapters.sqlalchemy.tables import VERSION
from reclamation_core.ports import StoreReplacedError
from reclamation_core.wording import Wording

IDENTITY: Final = f"SELECT identity FROM {VERSION}"
_FILE: Final = "SELECT file FROM pragma_database_list WHERE name = 'main'"
_LOG: Final = "reclamation_log"
_SEEN: Final = "reclamation_identity"
_GONE: Final = Wording("son fichier n'est plus là", "its file is no longer there")
_OTHER_FILE: Final = Wording("un autre fichier est à sa place", "another file is in its place")
_NO_LOG: Final = Wording("son journal -wal a été supprimé", "its -wal log was deleted")
_OTHER_STORE: Final = Wording("c'est une autre base", "it is another database")


@attrs.frozen
class Identity:
    """The features by which a database is recognised.

    Args:
        database: the database, as errors show it.
        value: the identity in its schema's table.
        file: the file of an SQLite database; its write-ahead log has the same name with `-wal`.
        inode: the device and inode of that file.
        writes_ahead: True if that file had a write-ahead log.
    """

    database: str
    value: str | None
    file: str | None = None
    inode: tuple[int, int] | None = None
    writes_ahead: bool = False

    @classmethod
    def of(cls, database: str, url: URL, connection: Connection) -> Identity:
        """Return the identity of the database that a connection is on.

        Args:
            database: the database, as errors show it.
            url: the address of the connection's engine.
            connection: the connection.
        """
        value = _first(connection, IDENTITY)
        if url.get_backend_name() != "sqlite":
            return cls(database, value)
        named = file_of(url)
        if named is None or not named.exists():  # the application made the engine's connections itself
            found = _first(connection, _FILE)
            named = Path(found) if found else None
        file = None if named is None else str(named.absolute())  # the working directory may change later
        inode = None if file is None else _inode(file)
        if inode is None:
            return cls(database, value)
        return cls(database, value, file, inode, writes_ahead=_first(connection, "PRAGMA journal_mode") == "wal")

    def observe(self, info: dict[Any, Any]) -> None:
        """Remember the log that a connection has open, at the end of its first use.

        Args:
            info: what SQLAlchemy remembers of that connection as long as it is open.
        """
        if self.file is not None and info.get(_LOG) is None:
            info[_LOG] = _inode(f"{self.file}-wal")

    def verify(self, connection: Connection) -> None:
        """Refuse another database in the place of this one.

        Args:
            connection: the connection that is about to commit.

        Raises:
            StoreReplacedError: the file or its log was deleted or replaced, or it is another database.
        """
        if self.file is not None:
            self._verify_file(self.file, connection.info)
        elif connection.info.get(_SEEN) == self.value:  # a server's connection stays on its database
            return
        if _first(connection, IDENTITY) != self.value:
            raise StoreReplacedError.of(self.database, _OTHER_STORE)
        connection.info[_SEEN] = self.value

    def _verify_file(self, file: str, info: dict[Any, Any]) -> None:
        inode = _inode(file)
        if inode != self.inode:
            raise StoreReplacedError.of(self.database, _GONE if inode is None else _OTHER_FILE)
        self.observe(info)
        log = _inode(f"{file}-wal")
        if info[_LOG] != log or (self.writes_ahead and log is None):
            raise StoreReplacedError.of(self.database, _NO_LOG)


def _first(connection: Connection, statement: str) -> Any:
    """Return the first value of a statement's first row; None if it has no row."""
    return connection.exec_driver_sql(statement).scalar()


def _inode(file: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116  called at each commit, and a Path would cost as much again
    except OSError:
        return None
    return found.st_dev, found.st_ino
