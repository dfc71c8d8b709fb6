"""Batches of rows as prepared statements: made before a transaction begins, so that it stays short."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary

import attrs
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Delete,
    Dialect,
    Insert,
    Table,
    Update,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from reclamation_core.adapters.sqlalchemy.tables import (
    CASE_EVENTS,
    CASE_TEXTS,
    CASES,
    GUARDS,
    METADATA,
    PLANS,
    PROJECTIONS,
)

StatementRow: TypeAlias = dict[str, Any]
"""A row of a table, by the names of its columns."""

_INSERTS: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_VERSIONED: Final = (CASES, PLANS)
_COUNTED: Final = {"preserve_rowcount": True}


class StaleDataError(Exception):
    """A row does not have the version that its change was made on. The unit of work names it after the rollback."""


@attrs.frozen
class BatchStatement:
    """A statement and the rows to run it for, at least one.

    Args:
        sql: the statement in the driver's form.
        rows: the parameters of each row, likewise.
        must_match: True if the statement must affect one row for each of these.
    """

    sql: str
    rows: list[Any]
    must_match: bool

    def execute(self, connection: Connection) -> None:
        """Execute it within a transaction.

        Raises:
            StaleDataError: it did not affect every row that it had to.
        """
        rows = self.rows if len(self.rows) > 1 else self.rows[0]
        if not self.must_match:
            connection.exec_driver_sql(self.sql, rows)
        elif connection.exec_driver_sql(self.sql, rows, execution_options=_COUNTED).rowcount != len(self.rows):
            raise StaleDataError


class _Prepared:
    """A statement compiled once for a dialect; SQLAlchemy's own cache would look it up again for each execution."""

    def __init__(self, statement: Insert | Update | Delete, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        kinds = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
        self._converters: dict[str, Callable[[Any], Any]] = {
            name: convert for name, convert in kinds.items() if convert is not None
        }
        self._in_order = itemgetter(*compiled.positiontup) if compiled.positional else None
        self._is_single = compiled.positional and len(compiled.positiontup) == 1

    def parameters(self, row: StatementRow) -> Any:
        """Return a row in the driver's form."""
        if self._converters:
            row = row.copy()
            for name, convert in self._converters.items():
                if (value := row[name]) is not None:
                    row[name] = convert(value)
        if self._in_order is None:
            return row
        return (self._in_order(row),) if self._is_single else self._in_order(row)


class Writer:
    """Makes the batch statements of a database.

    Args:
        dialect: its dialect.
    """

    def __init__(self, dialect: Dialect) -> None:
        tables = METADATA.sorted_tables
        self._inserts = {table: _Prepared(_insert(table, dialect.name), dialect) for table in tables}
        self._updates = {table: _Prepared(_update(table), dialect) for table in _VERSIONED}
        self._deletes = {table: _Prepared(delete(table).where(*_primary_key(table)), dialect) for table in tables}
        self._clears = {table: _Prepared(_clear(table), dialect) for table in PROJECTIONS}
        self._expects = {table: _Prepared(_expect(table), dialect) for table in _VERSIONED}
        self._advance = _Prepared(_advance(dialect.name), dialect)
        self._normalize = _Prepared(_normalize(), dialect)

    def insert(self, table: Table, rows: Iterable[StatementRow]) -> Iterator[BatchStatement]:
        """Insert rows; a case or a plan whose key or source is taken makes the statement stale."""
        return _batch(self._inserts[table], rows, must_match=table in _VERSIONED)

    def update(self, table: Table, rows: Iterable[tuple[int, StatementRow]]) -> Iterator[BatchStatement]:
        """Update cases or plans, each with the version that it is expected to have (optimistic locking)."""
        (key,) = table.primary_key.columns
        matched = (row | {"the_key": row[key.name], "the_version": version} for version, row in rows)
        return _batch(self._updates[table], matched, must_match=True)

    def expect(self, table: Table, versions: Mapping[str, int]) -> Iterator[BatchStatement]:
        """Lock cases or plans in the order of their keys, and expect their versions."""
        rows = ({"the_key": key, "the_version": versions[key]} for key in sorted(versions))
        return _batch(self._expects[table], rows, must_match=True)

    def advance(self, versions: Mapping[str, int]) -> Iterator[BatchStatement]:
        """Advance guards in the order of their names, each from the version that it is expected to have."""
        rows = ({"name": name, "the_version": versions[name]} for name in sorted(versions))
        return _batch(self._advance, rows, must_match=True)

    def delete(self, table: Table, rows: Iterable[StatementRow]) -> Iterator[BatchStatement]:
        """Delete rows, each by its primary key."""
        names = [column.name for column in table.primary_key.columns]
        return _batch(self._deletes[table], ({f"the_{name}": row[name] for name in names} for row in rows))

    def clear(self, table: Table, owners: Iterable[str]) -> Iterator[BatchStatement]:
        """Delete every row of a projection that some cases or plans have, by the keys of these."""
        return _batch(self._clears[table], ({"the_owner": owner} for owner in owners))

    def normalize(self, rows: Iterable[StatementRow]) -> Iterator[BatchStatement]:
        """Update the normalized form of texts; a text that is no longer there is skipped."""
        names = ("case_reference", "digest", "folded")
        return _batch(self._normalize, ({f"the_{name}": row[name] for name in names} for row in rows))


_WRITERS: Final[WeakKeyDictionary[Dialect, Writer]] = WeakKeyDictionary()


def writer_for(dialect: Dialect) -> Writer:
    """Return the writer of a dialect, which is made once since it compiles every statement."""
    if dialect not in _WRITERS:
        _WRITERS[dialect] = Writer(dialect)
    return _WRITERS[dialect]


def _batch(statement: _Prepared, rows: Iterable[StatementRow], *, must_match: bool = False) -> Iterator[BatchStatement]:
    parameters = list(map(statement.parameters, rows))
    if parameters:
        yield BatchStatement(statement.sql, parameters, must_match)


def _insert(table: Table, backend: str) -> Insert:
    insert = _INSERTS[backend](table)
    if table is CASE_EVENTS:
        values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns}
        insert = insert.values(values | {"position": _new_position(backend)})
    return insert.on_conflict_do_nothing() if table in _VERSIONED else insert  # type: ignore[no-any-return]


def _new_position(backend: str) -> ColumnElement[Any]:
    """The position in the feed of an event that is being written; see `feed`."""
    if backend == "postgresql":
        return literal_column("-nextval('reclamation_writing')")
    last = CASE_EVENTS.alias("last")
    return select(func.coalesce(func.max(last.c.position), literal_column("0")) + literal_column("1")).scalar_subquery()


def _update(table: Table) -> Update:
    (key,) = table.primary_key.columns
    # The key is not set although it stays the same: SQLite would look for every row that refers to it.
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns if column is not key}
    return _at_version(table).values(values)


def _at_version(table: Table) -> Update:
    (key,) = table.primary_key.columns
    return update(table).where(key == bindparam("the_key"), table.c.version == bindparam("the_version"))


def _expect(table: Table) -> Update:
    return _at_version(table).values(version=table.c.version)


def _advance(backend: str) -> Insert:
    """Affect no row where the guard has another version; at version 0 it may have no row yet."""
    insert = _INSERTS[backend](GUARDS)
    version = bindparam("the_version", type_=BigInteger)
    insert = insert.values(name=bindparam("name"), version=version + literal_column("1"))
    return insert.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=[GUARDS.c.name], set_={"version": insert.excluded.version}, where=GUARDS.c.version == version
    )


def _normalize() -> Update:
    return update(CASE_TEXTS).where(*_primary_key(CASE_TEXTS)).values(folded=bindparam("the_folded"))


def _primary_key(table: Table) -> Iterator[ColumnElement[bool]]:
    return (column == bindparam(f"the_{column.name}") for column in table.primary_key.columns)


def _clear(table: Table) -> Delete:
    owner, *_ = table.primary_key.columns
    return delete(table).where(owner == bindparam("the_owner"))
