"""Text is kept, and spoken, in UTF-8: a database or a connection in another encoding is refused before it is used."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection

from reclamation_core.ports import StoreEncodingError

_OF_SQLITE: Final = "UTF-8"
_OF_POSTGRESQL: Final = "UTF8"


def refuse_another_encoding(connection: Connection, name: str) -> None:
    """Refuse a database whose text is not kept in UTF-8; `name` is the database's.

    SQLite gives text as it keeps it, which is read as UTF-8, and orders it by its bytes. PostgreSQL has no room for
    every text in another encoding, and in none at all (SQL_ASCII) gives bytes.

    Raises:
        StoreEncodingError: it is so, or the connection speaks another encoding.
    """
    if connection.dialect.name == "sqlite":
        found = str(connection.exec_driver_sql("PRAGMA encoding").scalar())
        if found != _OF_SQLITE:
            raise StoreEncodingError(name, found)
    else:
        refuse_of_driver(connection.connection.driver_connection, name)


def refuse_of_driver(driver: Any, name: str) -> None:
    """The same, of a connection of PostgreSQL's driver, which was told both encodings when it was connected.

    Raises:
        StoreEncodingError: text is not kept, or not spoken, in UTF-8.
    """
    if driver.closed:  # then it tells nothing any more, and whatever is asked of it next says so
        return
    for setting in ("server_encoding", "client_encoding"):
        found = driver.info.parameter_status(setting)
        if found != _OF_POSTGRESQL:
            raise StoreEncodingError(name, f"{setting} {found}", of_connection=setting == "client_encoding")
