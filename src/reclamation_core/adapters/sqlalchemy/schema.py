"""The schema and its versions: what is found in a database, what is needed, what leads from one to the other."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.schema import SetColumnComment, SetTableComment

from reclamation_core.adapters.sqlalchemy.engines import refuse_another_encoding
from reclamation_core.adapters.sqlalchemy.schema_comparison import differences, restore
from reclamation_core.adapters.sqlalchemy.tables import METADATA, VERSION
from reclamation_core.adapters.sqlalchemy.views import create_views, drop_views
from reclamation_core.ports import SchemaError
from reclamation_core.wording import Wording

_FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = "SELECT pg_advisory_xact_lock(7021201)"  # whoever changes the schema; the number is only ours
_LOST: Final = ""  # the version of a schema whose table of versions is missing, or has no row, or several


def require(connection: Connection, name: str) -> None:
    """Refuse the schema that a connection finds, where it is not the one needed; `name` is the database's.

    Raises:
        SchemaError: it has another version, or none.
        StoreEncodingError: its text is not kept, or not spoken, in UTF-8.
    """
    refuse_another_encoding(connection, name)
    found = version_of(connection)
    if found != head():
        raise _refusal(name, found)


def version_of(connection: Connection) -> str | None:
    """The version of the schema in a database; None where there is none, empty where it tells none or several."""
    inspector = inspect(connection)
    if not inspector.has_table(VERSION):
        return None if METADATA.tables.keys().isdisjoint(inspector.get_table_names()) else _LOST
    found = connection.execute(text(f"SELECT version_num FROM {VERSION}")).scalars().all()
    return str(found[0]) if len(found) == 1 else _LOST


@cache
def head() -> str:
    """The version that this library works on."""
    return str(_script().get_current_head())


@cache
def _versions() -> frozenset[str]:
    """Those that this library knows how to bring up to date, and the last."""
    return frozenset(one.revision for one in _script().walk_revisions())


def _refusal(name: str, found: str | None) -> SchemaError:
    return SchemaError(name, found, head(), known=not found or found in _versions())


def require_whole(connection: Connection, name: str) -> None:
    """Refuse the schema that a connection finds, where anything of the one needed is missing.

    Raises:
        SchemaError: it has another version, or something is missing; it says what.
        StoreEncodingError: its text is not kept, or not spoken, in UTF-8.
    """
    refuse_another_encoding(connection, name)
    found = version_of(connection)
    if found is None or (found and found != head()):
        raise _refusal(name, found)
    lacking = differences(connection, head())
    if lacking:
        raise _incomplete(
            name, found, [one.what for one in lacking], can_be_restored=all(one.restore for one in lacking)
        )


def _incomplete(name: str, found: str, missing: Iterable[Wording], *, can_be_restored: bool) -> SchemaError:
    return SchemaError(name, found, head(), known=can_be_restored, missing=tuple(missing))


def migrate(connection: Connection, name: str) -> tuple[Wording, ...]:
    """Bring the schema up to date, within a transaction of the caller; `name` is the database's.

    Returns:
        What was missing, and was restored.

    Raises:
        SchemaError: it has a version that this library does not know, or something is missing that only a copy has.
        StoreEncodingError: its text is not kept, or not spoken, in UTF-8.
    """
    refuse_another_encoding(connection, name)
    if connection.dialect.name == "postgresql":
        connection.execute(text(_LOCK))
    found = version_of(connection)
    if found and found not in _versions():
        raise _refusal(name, found)
    if found not in (head(), _LOST):
        drop_views(connection)
        _run(connection)
        create_views(connection)
        _describe(connection)
    if found is None:
        return ()
    restored, left = restore(connection, differences(connection, head()))
    if left:
        raise _incomplete(name, found, left, can_be_restored=False)
    return tuple(restored)


def _run(connection: Connection) -> None:
    script = _script()

    def steps(revision: Any, _: MigrationContext) -> Iterable[MigrationStep]:
        left = reversed(list(script.iterate_revisions(script.get_current_head(), revision or "base")))
        return [MigrationStep.upgrade_from_script(script.revision_map, one) for one in left]

    context = MigrationContext.configure(connection, opts={"version_table": VERSION, "fn": steps})
    context.run_migrations(op=Operations(context))


def _describe(connection: Connection) -> None:
    """Say in the database what each table and column is, where it keeps such comments."""
    if connection.dialect.supports_comments:
        for table in METADATA.sorted_tables:
            connection.execute(SetTableComment(table))
            for column in table.columns:
                connection.execute(SetColumnComment(column))


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(_FOLDER), version_locations=[str(_FOLDER / "versions")])
