"""The schema of a database: its version, checked and upgraded, and created in an empty database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, inspect, text
from sqlalchemy.schema import SetColumnComment, SetTableComment

from reclamation_core.adapters.sqlalchemy import word_index
from reclamation_core.adapters.sqlalchemy.addresses import display_url, is_read_only_file, would_create_file
from reclamation_core.adapters.sqlalchemy.asynchronous import require_running
from reclamation_core.adapters.sqlalchemy.database import Database, translate_db_errors, write_ahead
from reclamation_core.adapters.sqlalchemy.engines import open_engine, refuse_another_encoding
from reclamation_core.adapters.sqlalchemy.host_connection import HostConnection, HostDatabase, require_supported
from reclamation_core.adapters.sqlalchemy.schema_comparison import TOO_NEW, differences, read_server_version, restore
from reclamation_core.adapters.sqlalchemy.tables import FEED_LOCK, METADATA, PREFIX, SITES, VERSION
from reclamation_core.adapters.sqlalchemy.views import create_views, drop_views, grant_again
from reclamation_core.ports import SchemaError, StoreEncodingError, StoreReadOnlyError, StoreUnreachableError
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import Wording

T = TypeVar("T")

_FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = "SELECT pg_advisory_xact_lock(7021201)"  # excludes other upgrades; the number is this library's own
_NO_WRITERS: Final = f"LOCK TABLE {VERSION} IN ACCESS EXCLUSIVE MODE"
_LOST: Final = ""  # the version of a schema whose table of versions is missing, or has no row, or several


def upgrade(database: Engine | URL | str | HostConnection) -> tuple[Wording, ...]:
    """Create the schema of a database, or upgrade it, and restore what is missing of it; all or nothing.

    Tables of others are left alone. Of what is missing, indexes, views, counters and the marker of the version are
    restored; so are projections, which are empty until `rebuild_projections`. Tables of events and texts can only come
    from a backup.

    Args:
        database: its address, or an engine on it; or a connection of an application, SQLAlchemy's or the driver's own,
            as for `Desk.from_connection`: then the upgrade is part of the transaction that the application has begun,
            and is committed by the application. From asyncio, `await connection.run_sync(upgrade)`.

    Returns:
        What was missing and was restored; empty if nothing was, and for a new schema.

    Raises:
        TypeError, ValueError: it is none of these, or its address is not supported.
        SchemaError: this version of the library does not know its schema, for example a newer one; or something is
            missing that cannot be restored.
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
        return on_own_engine(database, upgrade)
    host = _host(database)
    return host.write(lambda connection, _: migrate(connection, host.name))


def leave_own_tables(name: str | None, type_: str, parent_names: object = None) -> bool:  # noqa: ARG001  as Alembic calls it
    """Return False for the tables of this library: the `include_name` of an application's `context.configure`.

    Alembic's autogeneration then proposes no change of them.

    >>> leave_own_tables("invoices", "table"), leave_own_tables("reclamation_cases", "table")
    (True, False)
    """
    return type_ != "table" or name is None or not name.startswith(PREFIX)


def delete_all_rows(database: Engine | URL | str | HostConnection) -> None:
    """Delete every row of the tables of this library; the schema stays. See `testing.databases.empty_database`."""
    if isinstance(database, str | URL):
        on_own_engine(database, delete_all_rows)
        return
    emptied = [table for table in reversed(METADATA.sorted_tables) if table is not FEED_LOCK]
    target = Database(database) if isinstance(database, Engine) else _host(database)

    def work(connection: Connection, _: int) -> None:
        for table in emptied:
            connection.execute(table.delete())

    target.write(work)


def write_sites(database: Engine | URL | str | HostConnection, sites: Sites) -> None:
    """Write the sites and their regions for the views in French, in place of those of before.

    No rule and no desk reads them: they are for reports written in SQL.

    Args:
        database: its address, an engine on it, or a connection of an application, as for `upgrade`.
        sites: the sites.

    Raises:
        TypeError, ValueError: the database is none of these, or its address is not supported.
        SchemaError: it has another version, or there is none.
        StoreError: the database refused.
    """
    if isinstance(database, str | URL):
        on_own_engine(database, lambda engine: write_sites(engine, sites))
        return
    check_version(database)
    target = Database(database) if isinstance(database, Engine) else _host(database)
    rows = [{"code": code, "name": sites[code].name, "region": sites[code].region} for code in sites]

    def work(connection: Connection, _: int) -> None:
        connection.execute(SITES.delete())
        if rows:
            connection.execute(SITES.insert(), rows)

    target.write(work)


def check(database: Engine | URL | str | HostConnection) -> None:
    """Refuse a database whose schema differs, in any part, from the one that this version of the library needs.

    It is compared with the result of the migrations: tables, columns, keys, indexes, constraints, views, counters and
    the marker of the version. Opening a desk compares the marker alone.

    Args:
        database: its address, an engine on it, or a connection of an application, as for `upgrade`.

    Raises:
        TypeError, ValueError: it is none of these, or its address is not supported.
        SchemaError: it has another version, or none, or something is missing: the error names it, and whether `upgrade`
            restores it.
        StoreError: the database refused.
    """
    _check(database, _require_whole)


def check_version(database: Engine | URL | str | HostConnection) -> None:
    """Refuse a database whose schema has another version than this version of the library needs; see `check`."""
    _check(database, require_version)


def prepare(engine: Engine) -> None:
    """Create the schema in a database without tables; in any other, check its version.

    Raises:
        SchemaError: there are tables, and the schema is missing or of another version.
    """
    with _translate(engine), engine.connect() as connection:
        is_empty = not inspect(connection).get_table_names()
    if is_empty:
        upgrade(engine)
    check_version(engine)
    write_ahead(Database(engine))  # a copy of the file may have lost it


def require_version(connection: Connection, name: str) -> None:
    """Refuse a schema of another version.

    Args:
        connection: a connection to the database.
        name: the database, as errors show it.

    Raises:
        SchemaError: it has another version, or none.
        StoreEncodingError: the encoding of the database, or of the connection, is not UTF-8.
    """
    refuse_another_encoding(connection, name)
    found = version_of(connection)
    if found != head():
        raise _refusal(name, found)
    if not word_index.is_supported(connection) and word_index.is_present(connection):
        raise _incomplete(name, found, [TOO_NEW], can_be_restored=True)


def _require_whole(connection: Connection, name: str) -> None:
    """Refuse a schema of another version, or with something missing; raises as `require_version` does."""
    refuse_another_encoding(connection, name)
    found = version_of(connection)
    if found is None or (found and found != head()):
        raise _refusal(name, found)
    missing = differences(connection, head())
    if missing:
        can_be_restored = all(one.restore for one in missing)
        raise _incomplete(name, found, [one.what for one in missing], can_be_restored=can_be_restored)


def version_of(connection: Connection) -> str | None:
    """Return the version of the schema in a database; None without a schema, empty without exactly one version."""
    inspector = inspect(connection)
    if not inspector.has_table(VERSION):
        return None if METADATA.tables.keys().isdisjoint(inspector.get_table_names()) else _LOST
    found = connection.execute(text(f"SELECT version_num FROM {VERSION}")).scalars().all()
    return str(found[0]) if len(found) == 1 else _LOST


def head() -> str:
    """Return the version that this version of the library needs."""
    return str(_script().get_current_head())


def _versions() -> frozenset[str]:
    """Return the versions that can be upgraded, and the last."""
    return frozenset(one.revision for one in _script().walk_revisions())


def _refusal(name: str, found: str | None) -> SchemaError:
    return SchemaError(name, found, head(), known=not found or found in _versions())


def _incomplete(name: str, found: str, missing: Iterable[Wording], *, can_be_restored: bool) -> SchemaError:
    return SchemaError(name, found, head(), known=can_be_restored, missing=tuple(missing))


def migrate(connection: Connection, name: str) -> tuple[Wording, ...]:
    """Upgrade the schema, within a transaction of the caller.

    Args:
        connection: a connection to the database.
        name: the database, as errors show it.

    Returns:
        What was missing, and was restored.

    Raises:
        SchemaError: it has an unknown version, or something is missing that only a backup has.
        StoreEncodingError: the encoding of the database, or of the connection, is not UTF-8.
    """
    refuse_another_encoding(connection, name)
    read_server_version(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text(_LOCK))
        connection.execute(text("SET LOCAL statement_timeout = 0"))  # of a large register, an index takes minutes
    found = version_of(connection)
    if found and found not in _versions():
        raise _refusal(name, found)
    is_upgrade = found not in (head(), _LOST)
    if is_upgrade:
        if found is not None and connection.dialect.name == "postgresql":
            connection.execute(text(_NO_WRITERS))  # see `database.Identity`
        granted = drop_views(connection)
        _run_migrations(connection)
    restored: list[Wording] = []
    if found is not None:
        # Tables come first: views and comments need them.
        restored, missing = restore(connection, differences(connection, head(), with_views=not is_upgrade))
        if missing:
            raise _incomplete(name, found, missing, can_be_restored=False)
    if is_upgrade:
        create_views(connection)
        grant_again(connection, granted)
        _write_comments(connection)
    return tuple(restored)


def _run_migrations(connection: Connection) -> None:
    script = _script()

    def steps(revision: Any, _: MigrationContext) -> Iterable[MigrationStep]:
        left = reversed(list(script.iterate_revisions(script.get_current_head(), revision or "base")))
        return [MigrationStep.upgrade_from_script(script.revision_map, one) for one in left]

    context = MigrationContext.configure(connection, opts={"version_table": VERSION, "fn": steps})
    context.run_migrations(op=Operations(context))


def _write_comments(connection: Connection) -> None:
    """Write the descriptions of tables and columns into the database, if it has comments."""
    if connection.dialect.supports_comments:
        for table in METADATA.sorted_tables:
            connection.execute(SetTableComment(table))
            for column in table.columns:
                connection.execute(SetColumnComment(column))


@cache
def _script() -> ScriptDirectory:
    return ScriptDirectory(str(_FOLDER), version_locations=[str(_FOLDER / "versions")])


def _check(database: Engine | URL | str | HostConnection, require: Callable[[Connection, str], None]) -> None:
    if isinstance(database, Engine):
        require_supported(database.dialect, "engine")
        if database.dialect.is_async:
            require_running()
        if would_create_file(database.url):
            raise SchemaError(display_url(database.url), None, head())
        with _translate(database), database.connect() as connection:
            require(connection, display_url(database.url))
    elif isinstance(database, str | URL):
        on_own_engine(database, lambda engine: _check(engine, require))
    else:
        host = _host(database)
        with translate_db_errors(host.name), host.connected() as connection:
            require(connection, host.name)


def on_own_engine(url: URL | str, call: Callable[[Engine], T]) -> T:
    """Return the result of a call on an engine that is opened for it, and disposed of afterwards."""
    engine = open_engine(url)
    try:
        return call(engine)
    finally:
        engine.dispose()


@contextmanager
def _translate(engine: Engine) -> Iterator[None]:
    """Translate errors of the drivers; an SQLite file in a folder that is read-only is not reported as unreachable."""
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
        # In the encoding SQL_ASCII, SQLAlchemy gets bytes for the server's version, its first query.
        raise StoreEncodingError(display_url(engine.url), "SQL_ASCII") from None


def _host(connection: HostConnection) -> HostDatabase:
    """Return the database of a connection of an application, with any schema.

    Raises:
        TypeError: it is not such a connection, or it is asynchronous.
    """
    if hasattr(connection, "sync_engine"):  # an AsyncConnection or an AsyncEngine
        raise TypeError(
            f"database: a {type(connection).__name__} is asynchronous; use await connection.run_sync(upgrade), "
            "likewise check and rebuild_projections"
        )
    try:
        return HostDatabase.of(connection)
    except TypeError as error:
        raise TypeError(f"database: an address, an Engine or a connection is expected; {error}") from None
