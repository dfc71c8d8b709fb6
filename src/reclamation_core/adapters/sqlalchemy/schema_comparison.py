"""The difference between a database and the schema of the migrations, and the restoration of missing parts.

Tables of events, texts and their aggregates can only come from a backup. Everything else can be restored: indexes,
views, counters, and projections, which are created empty and filled by `rebuild_projections`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final, TypeAlias
from uuid import uuid4

import attrs
from alembic.autogenerate import produce_migrations
from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import DBAPIError

from reclamation_core.adapters.sqlalchemy import word_index
from reclamation_core.adapters.sqlalchemy.statements import NUMBERED
from reclamation_core.adapters.sqlalchemy.tables import (
    CASE_CAUSES,
    CASE_EVENTS,
    CASE_FACTS,
    CASE_PERIODS,
    CASE_SEARCH,
    CASE_SITES,
    CASE_TEXTS,
    CASES,
    DOCUMENT_DELETIONS,
    EPOCHS,
    EXPORT_ACTORS,
    EXPORTS,
    FEED_LOCK,
    METADATA,
    PLAN_EVENTS,
    PLAN_TEXTS,
    PLANS,
    SEQUENCE,
    SERIES,
    VERSION,
)
from reclamation_core.adapters.sqlalchemy.views import VIEWS, create_view
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording

Restore: TypeAlias = Callable[[Connection], object]

_SOURCES: Final = frozenset(
    table.name
    for table in (
        CASES,
        CASE_EVENTS,
        CASE_TEXTS,
        PLANS,
        PLAN_EVENTS,
        PLAN_TEXTS,
        EXPORTS,
        EXPORT_ACTORS,
        EPOCHS,
        DOCUMENT_DELETIONS,
    )
)
_OF_CASES: Final = frozenset(table.name for table in (CASE_SITES, CASE_CAUSES, CASE_FACTS, CASE_PERIODS, CASE_SEARCH))
_NUMBERED: Final = re.compile(r"(R-[0-9]{4})-([0-9]{6,18})")
TOO_NEW: Final = Wording(
    "un SQLite 3.42, avec FTS5, pour tenir l'index des mots", "SQLite 3.42, with FTS5, to maintain the index of words"
)
_SAVEPOINT: Final = "reclamation_restoring"


@attrs.frozen
class SchemaDifference(SharedRepr):
    """A missing part of a schema.

    Args:
        what: the missing part, in both languages.
        restore: restores it; None if only a backup has it.
        is_structural: True for a table or a column, which another version of the schema might not have.
    """

    what: Wording
    restore: Restore | None = None
    is_structural: bool = False


def differences(connection: Connection, head: str, *, with_views: bool = True) -> list[SchemaDifference]:
    """Return the parts of the schema of a version that a database does not have, in the order of their restoration.

    Additional tables and indexes are ignored.

    Args:
        connection: a connection to it.
        head: the version.
        with_views: False while the views are still to be created.
    """
    read_server_version(connection)
    of_tables = [*_tables(connection), *_primary_keys(connection)]
    is_head = not any(one.is_structural for one in of_tables)
    return [
        *_version(connection, head if is_head else None),
        *of_tables,
        *_word_index(connection),
        *_lock(connection),
        *_sequence(connection),
        *(_views(connection) if with_views else ()),
    ]


def restore(connection: Connection, found: Iterable[SchemaDifference]) -> tuple[list[Wording], list[Wording]]:
    """Restore missing parts, within a transaction of the caller.

    Returns:
        The parts that were restored, and the others.
    """
    done: list[Wording] = []
    left: list[Wording] = []
    for one in found:
        (done if one.restore is not None and _is_restored(connection, one.restore) else left).append(one.what)
    return done, left


def _is_restored(connection: Connection, restore: Restore) -> bool:
    """Return True if a part was restored; a unique index cannot be, for example, if there are duplicates."""
    connection.exec_driver_sql(f"SAVEPOINT {_SAVEPOINT}")
    try:
        restore(connection)
    except (DBAPIError, NotImplementedError):
        connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
        return False
    finally:
        connection.exec_driver_sql(f"RELEASE SAVEPOINT {_SAVEPOINT}")
    return True


def read_server_version(connection: Connection) -> None:
    """Have the dialect read the version of the server: on a driver's own connection it has not."""
    dialect: Any = connection.dialect
    if dialect.server_version_info is None:
        dialect.server_version_info = dialect._get_server_version_info(connection)  # noqa: SLF001  no other way
        dialect.default_schema_name = dialect._get_default_schema_name(connection)  # noqa: SLF001  likewise


def _context(connection: Connection) -> MigrationContext:
    def is_ours(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or name in METADATA.tables

    return MigrationContext.configure(connection, opts={"version_table": VERSION, "include_name": is_ours})


def _tables(connection: Connection) -> Iterator[SchemaDifference]:
    """Yield the tables, columns, indexes and constraints that Alembic finds missing.

    If a table is missing that others refer to, which some versions of Alembic cannot compare, yield tables alone.
    """
    existing = set(inspect(connection).get_table_names())
    if not existing.issuperset((CASES.name, PLANS.name)):
        yield from (_table(name) for name in METADATA.tables if name not in existing)
        return
    steps = produce_migrations(_context(connection), METADATA).upgrade_ops
    found = list(_flat(steps.ops if steps is not None else ()))
    made = {step.table_name for step in found if isinstance(step, ops.CreateTableOp)}
    for step in found:
        if isinstance(step, ops.CreateTableOp):
            yield _table(step.table_name)
        elif isinstance(step, ops.AddColumnOp):
            name = f"{step.table_name}.{step.column.name}"
            yield SchemaDifference(Wording(f"la colonne {name}", f"column {name}"), is_structural=True)
        elif isinstance(step, ops.CreateIndexOp) and step.table_name not in made:
            yield SchemaDifference(Wording(f"l'index {step.index_name}", f"index {step.index_name}"), _invoking(step))
        elif isinstance(step, ops.CreateUniqueConstraintOp | ops.CreateForeignKeyOp):
            name = str(step.constraint_name)
            yield SchemaDifference(Wording(f"la contrainte {name}", f"constraint {name}"), _invoking(step))
        elif isinstance(step, ops.AlterColumnOp) and (step.modify_type is not None or step.modify_nullable is not None):
            name = f"{step.table_name}.{step.column_name}"
            yield SchemaDifference(Wording(f"le type de la colonne {name}", f"the type of column {name}"))


def _flat(steps: Iterable[Any]) -> Iterator[Any]:
    for step in steps:
        if isinstance(step, ops.ModifyTableOps):
            yield from _flat(step.ops)
        else:
            yield step


def _invoking(step: ops.MigrateOperation) -> Restore:
    return lambda connection: Operations(_context(connection)).invoke(step)


def _table(name: str) -> SchemaDifference:
    def make(connection: Connection) -> None:
        METADATA.tables[name].create(connection)
        if name in _OF_CASES:  # rebuild the projections of every case
            connection.execute(text(f"UPDATE {CASES} SET state_version = 0"))
        if name == SERIES.name:
            _count_again(connection)

    what = Wording(f"la table {name}", f"table {name}")
    return SchemaDifference(what, None if name in _SOURCES else make, is_structural=True)


def _count_again(connection: Connection) -> None:
    """Fill the counters from the references of the cases."""
    last: defaultdict[str, int] = defaultdict(int)
    for reference in connection.execute(select(CASES.c.reference)).scalars():
        numbered = _NUMBERED.fullmatch(reference)
        if numbered is not None:
            last[numbered[1]] = max(last[numbered[1]], int(numbered[2]))
    for series, number in last.items():
        connection.execute(SERIES.insert().values(series=series, last_number=number))


def _primary_keys(connection: Connection) -> Iterator[SchemaDifference]:
    """Yield the missing primary keys, which Alembic does not compare."""
    inspector = inspect(connection)
    existing = set(inspector.get_table_names())
    for name, table in METADATA.tables.items():
        columns = [column.name for column in table.primary_key.columns]
        if name in existing and set(inspector.get_pk_constraint(name)["constrained_columns"]) != {*columns}:
            key = str(table.primary_key.name)
            step = ops.CreatePrimaryKeyOp(key, name, columns)
            yield SchemaDifference(Wording(f"la clé {key}", f"key {key}"), _invoking(step))


def _version(connection: Connection, head: str | None) -> Iterator[SchemaDifference]:
    """Yield the faults of the marker of the version; it is restored if the tables are those of the version `head`."""
    inspector = inspect(connection)
    has_table = inspector.has_table(VERSION)
    columns = {column["name"] for column in inspector.get_columns(VERSION)} if has_table else set[str]()

    def mark(connection: Connection) -> None:
        if not has_table:
            connection.exec_driver_sql(f"CREATE TABLE {VERSION} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        if "identity" not in columns:
            connection.exec_driver_sql(f"ALTER TABLE {VERSION} ADD COLUMN identity TEXT")
        connection.exec_driver_sql(f"DELETE FROM {VERSION}")
        row = text(f"INSERT INTO {VERSION} (version_num, identity) VALUES (:version, :identity)")
        connection.execute(row, {"version": head, "identity": uuid4().hex})

    able = None if head is None else mark
    if not has_table:
        yield SchemaDifference(Wording(f"la table {VERSION}", f"table {VERSION}"), able)
        return
    found = connection.execute(text(f"SELECT version_num FROM {VERSION} ORDER BY version_num")).scalars().all()
    if len(found) != 1:
        versions = ", ".join(map(str, found)) or "-"
        yield SchemaDifference(
            Wording(f"une version unique du schéma ({versions})", f"one version of the schema ({versions})"), able
        )
    elif "identity" not in columns or connection.execute(text(f"SELECT identity FROM {VERSION}")).scalar() is None:
        yield SchemaDifference(Wording("l'identité de la base", "the identity of the database"), able)


def _word_index(connection: Connection) -> Iterator[SchemaDifference]:
    """Yield the index of words if it is missing; if this SQLite cannot maintain it, yield it if it is there."""
    is_supported, is_present = word_index.is_supported(connection), word_index.is_present(connection)
    if is_supported and not is_present:
        yield SchemaDifference(Wording("l'index des mots", "the index of words"), word_index.create)
    if is_present and not is_supported:
        yield SchemaDifference(TOO_NEW, word_index.remove)


def _lock(connection: Connection) -> Iterator[SchemaDifference]:
    def lock(connection: Connection) -> None:
        connection.execute(FEED_LOCK.insert().values(id=1))

    is_there = inspect(connection).has_table(FEED_LOCK.name)
    if not is_there or connection.execute(select(FEED_LOCK.c.id).where(FEED_LOCK.c.id == 1)).first() is None:
        yield SchemaDifference(Wording(f"la ligne de {FEED_LOCK.name}", f"the row of {FEED_LOCK.name}"), lock)


def _sequence(connection: Connection) -> Iterator[SchemaDifference]:
    def begin(connection: Connection) -> None:
        """Create the sequence after the numbers of the events that have no position in the feed yet."""
        ends = (f"coalesce((SELECT -min(position) FROM {table} WHERE position < 0), 0)" for table in NUMBERED)
        start = 1 + int(connection.exec_driver_sql(f"SELECT greatest({', '.join(ends)})").scalar_one())
        connection.exec_driver_sql(f"CREATE SEQUENCE {SEQUENCE} START WITH {start}")

    if connection.dialect.name == "postgresql" and not inspect(connection).has_sequence(SEQUENCE):
        yield SchemaDifference(Wording(f"la séquence {SEQUENCE}", f"sequence {SEQUENCE}"), begin)


def _views(connection: Connection) -> Iterator[SchemaDifference]:
    for name in sorted(VIEWS.keys() - set(inspect(connection).get_view_names())):
        yield SchemaDifference(Wording(f"la vue {name}", f"view {name}"), partial(create_view, name=name))
