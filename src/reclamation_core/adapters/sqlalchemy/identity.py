"""Recognise a database: before each commit, refuse a file that was deleted or replaced under an open store.

SQLite goes on writing to a file that was deleted or replaced, and to a write-ahead log that was deleted, as long as it
has them open: what is committed there is lost. The paths are compared with the files that were opened, by device and
inode, and the identity that the schema's table holds with the one that it held.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs
from sqlalchemy import URL

from reclamation_core.adapters.sqlalchemy.addresses import file_of
from reclamation_core.adapters.sqlalchemy.tables import VERSION
from reclamation_core.ports import StoreReplacedError
from reclamation_core.wording import Wording

Ask: TypeAlias = Callable[[str], Any]
"""Runs a statement on a connection and returns the first row, None where there is none."""

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
    """What a database is recognised by.

    Args:
        database: the database, as it is shown in errors.
        value: the identity that its schema's table holds.
        file: its file, where it is an SQLite file; its log has the same name with `-wal`.
        inode: the device and inode of that file.
        writes_ahead: whether that file had a write-ahead log.
    """

    database: str
    value: str | None
    file: str | None = None
    inode: tuple[int, int] | None = None
    writes_ahead: bool = False

    @classmethod
    def of(cls, database: str, url: URL, ask: Ask) -> Identity:
        """Return the identity of the database that a connection is on.

        Args:
            database: the database, as it is shown in errors.
            url: the address of the connection's engine.
            ask: runs a statement on the connection.
        """
        value = ask(IDENTITY)[0]
        if url.get_backend_name() != "sqlite":
            return cls(database, value)
        named = file_of(url)
        if named is None or not named.exists():  # the engine has a connection of somebody else's making
            found = ask(_FILE)
            named = Path(found[0]) if found is not None and found[0] else None
        file = None if named is None else str(named.absolute())  # a path of the day it was opened, whatever `chdir`
        inode = None if file is None else _inode(file)
        if inode is None:
            return cls(database, value)
        return cls(database, value, file, inode, writes_ahead=ask("PRAGMA journal_mode")[0] == "wal")

    def observe(self, info: dict[Any, Any]) -> None:
        """Remember the log that a connection has open, at the end of its first use.

        Args:
            info: what is remembered of that connection as long as it is open.
        """
        if self.file is not None and info.get(_LOG) is None:
            info[_LOG] = _inode(f"{self.file}-wal")

    def verify(self, ask: Ask, info: dict[Any, Any]) -> None:
        """Refuse another database in the place of this one.

        Args:
            ask: runs a statement on the connection that is about to commit.
            info: what is remembered of that connection as long as it is open.

        Raises:
            StoreReplacedError: the file or its log was deleted or replaced, or it is another database.
        """
        if self.file is not None:
            self._verify_file(self.file, info)
        elif info.get(_SEEN) == self.value:  # on a server it is another one only for another connection
            return
        if ask(IDENTITY)[0] != self.value:
            raise StoreReplacedError.of(self.database, _OTHER_STORE)
        info[_SEEN] = self.value

    def _verify_file(self, file: str, info: dict[Any, Any]) -> None:
        inode = _inode(file)
        if inode != self.inode:
            raise StoreReplacedError.of(self.database, _GONE if inode is None else _OTHER_FILE)
        self.observe(info)
        log = _inode(f"{file}-wal")
        if info[_LOG] != log or (self.writes_ahead and log is None):
            raise StoreReplacedError.of(self.database, _NO_LOG)


def _inode(file: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116  each commit asks, and a Path would cost as much again
    except OSError:
        return None
    return found.st_dev, found.st_ino
