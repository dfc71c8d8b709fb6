"""The schema and its versions: made in an empty database, brought up to date when asked, never by surprise."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, inspect, text
from sqlalchemy.schema import SetColumnComment, SetTableComment

from reclamation_core.adapters.sqlalchemy.addresses import shown
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.engines import open_engine
from reclamation_core.adapters.sqlalchemy.errors import told
from reclamation_core.adapters.sqlalchemy.tables import METADATA, VERSION
from reclamation_core.adapters.sqlalchemy.views import create_views, drop_views
from reclamation_core.ports import SchemaError

_FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = "SELECT pg_advisory_xact_lock(7021201)"  # whoever changes the schema; the number is only ours


def upgrade(database: Engine | URL | str) -> None:
    """Bring the schema of a database up to date, or make it; nothing is done where it is.

    All of it is done, or nothing. Tables that are not this library's are left alone.

    Args:
        database: its address, or an engine on it.

    Raises:
        StoreError: the database refused.
    """
    if not isinstance(database, Engine):
        engine = open_engine(database)
        try:
            upgrade(engine)
        finally:
            engine.dispose()
        return
    autocommit = database.execution_options(isolation_level="AUTOCOMMIT")
    Database(autocommit).write(lambda connection, _: migrate(connection))


def check(database: Engine | URL | str) -> None:
    """Refuse a database whose schema is not the one that this version of the library works on.

    Args:
        database: its address, or an engine on it.

    Raises:
        SchemaError: it has another version, or none.
        StoreError: the database refused.
    """
    if not isinstance(database, Engine):
        engine = open_engine(database)
        try:
            check(engine)
        finally:
            engine.dispose()
        return
    with told(shown(database.url)), database.connect() as connection:
        require(connection, shown(database.url))


def require(connection: Connection, name: str) -> None:
    """Refuse the schema that a connection finds, where it is not the one needed; `name` is the database's.

    Raises:
        SchemaError: it has another version, or none.
    """
    found = version_of(connection)
    if found != head():
        raise SchemaError(name, found, head())


def ready(engine: Engine) -> None:
    """Make the schema in a database that has no table at all; in any other, `check` it.

    Raises:
        SchemaError: there are tables, and the schema is missing or of another version.
    """
    with told(shown(engine.url)), engine.connect() as connection:
        empty = not inspect(connection).get_table_names()
    if empty:
        upgrade(engine)
    check(engine)


def version_of(connection: Connection) -> str | None:
    """The version of the schema in a database; None where there is none."""
    if not inspect(connection).has_table(VERSION):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION}")).scalar()


@cache
def head() -> str:
    """The version that this library works on."""
    return str(_script().get_current_head())


def migrate(connection: Connection) -> None:
    """Bring the schema up to date, within a transaction of the caller."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_LOCK))
    if version_of(connection) == head():
        return
    script = _script()

    def steps(revision: Any, _: MigrationContext) -> Iterable[MigrationStep]:
        left = reversed(list(script.iterate_revisions(script.get_current_head(), revision or "base")))
        return [MigrationStep.upgrade_from_script(script.revision_map, one) for one in left]

    drop_views(connection)
    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, version_table=VERSION)
        environment.run_migrations()
    create_views(connection)
    _describe(connection)


def _describe(connection: Connection) -> None:
    """Say in the database what each table and column is, where it keeps such comments."""
    if connection.dialect.supports_comments:
        for table in METADATA.sorted_tables:
            connection.execute(SetTableComment(table))
            for column in table.columns:
                connection.execute(SetColumnComment(column))


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(_FOLDER), version_locations=[str(_FOLDER / "versions")])
