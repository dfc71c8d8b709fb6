"""Compare a database with the schema that the migrations lead to, and restore what is missing where that can be done.

What the stories of cases and plans are kept in cannot be restored but from a copy. All else can: indexes, views,
counters, and the tables that follow from the stories, which are made empty and filled by `rebuild_projections`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeAlias
from uuid import uuid4

import attrs
from alembic.autogenerate import produce_migrations
from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import DBAPIError

from reclamation_core.adapters.sqlalchemy.tables import (
    CASE_CAUSES,
    CASE_EVENTS,
    CASE_SITES,
    CASE_TEXTS,
    CASES,
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
from reclamation_core.wording import Wording

Restore: TypeAlias = Callable[[Connection], object]

_STORIES: Final = frozenset(table.name for table in (CASES, CASE_EVENTS, CASE_TEXTS, PLANS, PLAN_EVENTS, PLAN_TEXTS))
_OF_CASES: Final = frozenset(table.name for table in (CASE_SITES, CASE_CAUSES))
_NUMBERED: Final = re.compile(r"(R-[0-9]{4})-([0-9]{6,18})")
_SAVEPOINT: Final = "reclamation_restoring"


@attrs.frozen
class SchemaDifference:
    """Something that a database lacks.

    Args:
        what: what is missing, in both languages.
        restore: restores it; None where only a copy can.
        is_structural: whether it is a table or a column, which another version of the schema might be without.
    """

    what: Wording
    restore: Restore | None = None
    is_structural: bool = False


def differences(connection: Connection, head: str) -> list[SchemaDifference]:
    """Return what a database lacks of the schema of a version, in the order in which it can be restored.

    What it has in excess, such as an index or a table of somebody else's, is passed over.

    Args:
        connection: a connection to it.
        head: the version.
    """
    _inform(connection)
    of_tables = [*_tables(connection), *_primary_keys(connection)]
    is_head = not any(one.is_structural for one in of_tables)
    return [
        *_version(connection, head if is_head else None),
        *of_tables,
        *_lock(connection),
        *_sequence(connection),
        *_views(connection),
    ]


def restore(connection: Connection, found: Iterable[SchemaDifference]) -> tuple[list[Wording], list[Wording]]:
    """Restore what can be restored, within a transaction of the caller.

    Returns:
        What was restored, and what was not.
    """
    done: list[Wording] = []
    left: list[Wording] = []
    for one in found:
        (done if one.restore is not None and _is_restored(connection, one.restore) else left).append(one.what)
    return done, left


def _is_restored(connection: Connection, restore: Restore) -> bool:
    """Whether something could be restored: a unique index, for one, cannot where rows are double by now."""
    connection.exec_driver_sql(f"SAVEPOINT {_SAVEPOINT}")
    try:
        restore(connection)
    except (DBAPIError, NotImplementedError):
        connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
        return False
    finally:
        connection.exec_driver_sql(f"RELEASE SAVEPOINT {_SAVEPOINT}")
    return True


def _inform(connection: Connection) -> None:
    """Have the dialect know which version it is of, which on the driver's own connection nobody has asked for."""
    dialect: Any = connection.dialect
    if dialect.server_version_info is None:
        dialect.server_version_info = dialect._get_server_version_info(connection)  # noqa: SLF001  no other way
        dialect.default_schema_name = dialect._get_default_schema_name(connection)  # noqa: SLF001  likewise


def _context(connection: Connection) -> MigrationContext:
    def is_ours(name: str | None, kind: str, _: Any) -> bool:
        return kind != "table" or name in METADATA.tables

    return MigrationContext.configure(connection, opts={"version_table": VERSION, "include_name": is_ours})


def _tables(connection: Connection) -> Iterator[SchemaDifference]:
    """What Alembic finds missing of tables, columns, indexes and constraints.

    Where a table is missing that others refer to, which some versions of Alembic cannot read around, tables alone.
    """
    there = set(inspect(connection).get_table_names())
    if not there.issuperset((CASES.name, PLANS.name)):
        yield from (_table(name) for name in METADATA.tables if name not in there)
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
        if name in _OF_CASES:  # every case is to be folded again
            connection.execute(text(f"UPDATE {CASES} SET fold = 0"))
        if name == SERIES.name:
            _count_again(connection)

    told = Wording(f"la table {name}", f"table {name}")
    return SchemaDifference(told, None if name in _STORIES else make, is_structural=True)


def _count_again(connection: Connection) -> None:
    """Fill the counters by the references that were given."""
    last: defaultdict[str, int] = defaultdict(int)
    for reference in connection.execute(select(CASES.c.reference)).scalars():
        numbered = _NUMBERED.fullmatch(reference)
        if numbered is not None:
            last[numbered[1]] = max(last[numbered[1]], int(numbered[2]))
    for series, number in last.items():
        connection.execute(SERIES.insert().values(series=series, last=number))


def _primary_keys(connection: Connection) -> Iterator[SchemaDifference]:
    """The primary keys that are missing, which Alembic does not look at."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    for name, table in METADATA.tables.items():
        columns = [column.name for column in table.primary_key.columns]
        if name in there and set(inspector.get_pk_constraint(name)["constrained_columns"]) != {*columns}:
            key = str(table.primary_key.name)
            step = ops.CreatePrimaryKeyOp(key, name, columns)
            yield SchemaDifference(Wording(f"la clé {key}", f"key {key}"), _invoking(step))


def _version(connection: Connection, head: str | None) -> Iterator[SchemaDifference]:
    """What is wrong with the version; it is restored where the rest shows which it is, by `head`."""
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
        told = ", ".join(map(str, found)) or "-"
        yield SchemaDifference(
            Wording(f"une version unique du schéma ({told})", f"one version of the schema ({told})"), able
        )
    elif "identity" not in columns or connection.execute(text(f"SELECT identity FROM {VERSION}")).scalar() is None:
        yield SchemaDifference(Wording("l'identité de la base", "the identity of the database"), able)


def _lock(connection: Connection) -> Iterator[SchemaDifference]:
    def lock(connection: Connection) -> None:
        connection.execute(FEED_LOCK.insert().values(one=1))

    is_there = inspect(connection).has_table(FEED_LOCK.name)
    if not is_there or connection.execute(select(FEED_LOCK.c.one).where(FEED_LOCK.c.one == 1)).first() is None:
        yield SchemaDifference(Wording(f"la ligne de {FEED_LOCK.name}", f"the row of {FEED_LOCK.name}"), lock)


def _sequence(connection: Connection) -> Iterator[SchemaDifference]:
    def begin(connection: Connection) -> None:
        """Behind what was written and has no position in the feed yet."""
        waiting = f"SELECT coalesce(max(-position), 0) + 1 FROM {CASE_EVENTS} WHERE position < 0"
        start = int(connection.exec_driver_sql(waiting).scalar_one())
        connection.exec_driver_sql(f"CREATE SEQUENCE {SEQUENCE} START WITH {start}")

    if connection.dialect.name == "postgresql" and not inspect(connection).has_sequence(SEQUENCE):
        yield SchemaDifference(Wording(f"la séquence {SEQUENCE}", f"sequence {SEQUENCE}"), begin)


def _views(connection: Connection) -> Iterator[SchemaDifference]:
    there = set(inspect(connection).get_view_names())
    for name in VIEWS:
        if name not in there:
            making = _making(name)
            yield SchemaDifference(Wording(f"la vue {name}", f"view {name}"), making)


def _making(view: str) -> Restore:
    return lambda connection: create_view(connection, view)
