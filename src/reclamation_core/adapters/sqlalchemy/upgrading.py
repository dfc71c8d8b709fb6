"""Making the schema in an empty database, bringing it up to date when asked, refusing another: never by surprise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, inspect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from reclamation_core.adapters.sqlalchemy.addresses import display_url, is_read_only_file, would_create_file
from reclamation_core.adapters.sqlalchemy.asynchronous import require_running
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.dbapi import HostConnection, require_supported
from reclamation_core.adapters.sqlalchemy.engines import open_engine
from reclamation_core.adapters.sqlalchemy.errors import translate_db_errors
from reclamation_core.adapters.sqlalchemy.external_connection import HostDatabase
from reclamation_core.adapters.sqlalchemy.schema import head, migrate, require, require_whole
from reclamation_core.adapters.sqlalchemy.write_ahead import write_ahead
from reclamation_core.ports import SchemaError, StoreEncodingError, StoreReadOnlyError, StoreUnreachableError
from reclamation_core.wording import Wording

T = TypeVar("T")


def upgrade(database: Engine | URL | str | HostConnection) -> tuple[Wording, ...]:
    """Bring the schema of a database up to date, or make it, and restore what is missing of it.

    All of it is done, or nothing. Tables that are not this library's are left alone. Of what is missing, indexes,
    views, counters and the marker of the version are restored; so are tables that follow from the stories, which are
    empty until `rebuild_projections`. What the stories are kept in is only in a copy.

    Args:
        database: its address, or an engine on it; or a connection that an application has, SQLAlchemy's or the driver's
            own, as `Desk.from_connection` takes it: then all of it is within the transaction that the application has
            begun, and is kept when the application commits. From asyncio, `await connection.run_sync(upgrade)`.

    Returns:
        What was missing and was restored; empty where nothing was, and for a new schema.

    Raises:
        TypeError, ValueError: it is none of these, or no address that is known here.
        SchemaError: it has a schema that this version of the library does not know, such as a newer one; or something
            is missing that cannot be restored.
        StoreError: the database refused.
    """
    if isinstance(database, Engine):
        require_supported(database.dialect, "engine")
        autocommit = Database(database.execution_options(isolation_level="AUTOCOMMIT"))
        with _translate(database):
            restored = autocommit.write(lambda connection, _: migrate(connection, autocommit.name))
        write_ahead(autocommit)
        return restored
    if isinstance(database, str | URL):
        return _on_an_engine(database, upgrade)
    host = _host(database)
    return host.write(lambda connection, _: migrate(connection, host.name))


def check(database: Engine | URL | str | HostConnection) -> None:
    """Refuse a database whose schema is not, in all its parts, the one that this version of the library works on.

    It is compared with what the migrations lead to: tables, columns, keys, indexes, constraints, views, the counters
    that writing needs, and the marker of the version. A desk that is opened looks at the latter alone.

    Args:
        database: its address, an engine on it, or a connection that an application has, as for `upgrade`.

    Raises:
        TypeError, ValueError: it is none of these, or no address that is known here.
        SchemaError: it has another version, or none, or something is missing: the error says what, and whether
            `upgrade` restores it.
        StoreError: the database refused.
    """
    _check(database, require_whole)


def check_version(database: Engine | URL | str | HostConnection) -> None:
    """Refuse a database whose schema says another version than this version of the library works on; see `check`."""
    _check(database, require)


def _check(database: Engine | URL | str | HostConnection, look: Callable[[Connection, str], None]) -> None:
    if isinstance(database, Engine):
        require_supported(database.dialect, "engine")
        if database.dialect.is_async:
            require_running()
        if would_create_file(database.url):
            raise SchemaError(display_url(database.url), None, head())
        with _translate(database), database.connect() as connection:
            look(connection, display_url(database.url))
    elif isinstance(database, str | URL):
        _on_an_engine(database, lambda engine: _check(engine, look))
    else:
        host = _host(database)
        with translate_db_errors(host.name), host.connected() as connection:
            look(connection, host.name)


def _on_an_engine(url: URL | str, do: Callable[[Engine], T]) -> T:
    engine = open_engine(url)
    try:
        return do(engine)
    finally:
        engine.dispose()


@contextmanager
def _translate(engine: Engine) -> Iterator[None]:
    """Raise what the drivers raise as errors of the house; a file that is there is not said to be out of reach."""
    try:
        with translate_db_errors(display_url(engine.url)):
            yield
    except StoreUnreachableError as error:
        if not is_read_only_file(engine.url):
            raise
        raise StoreReadOnlyError(error.database, error.reason) from None
    except TypeError:
        if engine.dialect.name != "postgresql" or engine.dialect.server_version_info is not None:
            raise
        # Where it is in no encoding, SQLAlchemy is given bytes for the version that it asks for first of all.
        raise StoreEncodingError(display_url(engine.url), "SQL_ASCII") from None


def _host(connection: HostConnection) -> HostDatabase:
    """The database of a connection that an application has, whatever its schema.

    Raises:
        TypeError: it is none, or it has to be awaited.
    """
    if isinstance(connection, AsyncConnection | AsyncEngine):
        raise TypeError(
            f"database: a {type(connection).__name__} is awaited; await connection.run_sync(upgrade), "
            "likewise check and rebuild_projections"
        )
    try:
        return HostDatabase.of(connection, any_schema=True)
    except TypeError as error:
        raise TypeError(f"database: an address, an Engine or a connection is expected; {error}") from None


def ready(engine: Engine) -> None:
    """Make the schema in a database that has no table at all; in any other, `check` it.

    Raises:
        SchemaError: there are tables, and the schema is missing or of another version.
    """
    with _translate(engine), engine.connect() as connection:
        empty = not inspect(connection).get_table_names()
    if empty:
        upgrade(engine)
    check_version(engine)
    write_ahead(Database(engine))  # a copy that was made by hand may have lost it
