"""Writing: rows become the steps that put them into tables, change them, take them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    Dialect,
    Insert,
    Table,
    Update,
    bindparam,
    delete,
    literal_column,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from reclamation_core.adapters.sqlalchemy.case_rows import Row
from reclamation_core.adapters.sqlalchemy.feed import position_of_new
from reclamation_core.adapters.sqlalchemy.steps import Step
from reclamation_core.adapters.sqlalchemy.tables import (
    ACTION_CASES,
    ACTIONS,
    CASE_CAUSES,
    CASE_EVENTS,
    CASE_SITES,
    CASE_TEXTS,
    CASES,
    EDITION_LINES,
    EDITIONS,
    GUARDS,
    METADATA,
    PLANS,
)

_INSERTS: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_KEYED: Final = (CASES, PLANS)
_FOLDED: Final = (CASE_SITES, CASE_CAUSES, ACTIONS, ACTION_CASES, EDITIONS, EDITION_LINES)
_SEARCHED: Final = (CASE_TEXTS,)


class _Statement:
    """A statement compiled once, and how each value is turned into what the driver takes."""

    def __init__(self, statement: Insert | Update | Delete, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._names: tuple[str, ...] | None = tuple(compiled.positiontup) if compiled.positional else None
        kinds = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        turns = {name: kind.bind_processor(dialect) for name, kind in kinds.items()}
        self._turns: dict[str, Callable[[Any], Any]] = {name: turn for name, turn in turns.items() if turn is not None}

    def arguments(self, row: Row) -> Any:
        """A row as the driver takes it."""
        turned = row.copy()
        for name, turn in self._turns.items():
            value = turned[name]
            if value is not None:
                turned[name] = turn(value)
        return turned if self._names is None else tuple(map(turned.__getitem__, self._names))


class Writer:
    """Makes the steps of a database.

    Args:
        dialect: which database.
    """

    def __init__(self, dialect: Dialect) -> None:
        tables = METADATA.sorted_tables
        self._inserts = {table: _Statement(_insert(table, dialect.name), dialect) for table in tables}
        self._updates = {table: _Statement(_update(table), dialect) for table in _KEYED}
        self._deletes = {table: _Statement(_delete(table), dialect) for table in tables}
        self._clears = {table: _Statement(_clear(table), dialect) for table in _FOLDED}
        self._expects = {table: _Statement(_expect(table), dialect) for table in _KEYED}
        self._advance = _Statement(_advance(dialect.name), dialect)
        self._refolds = {table: _Statement(_refold(table), dialect) for table in _SEARCHED}

    def insert(self, table: Table, rows: Iterable[Row]) -> Iterator[Step]:
        """Put rows into a table; a case or a plan of the same key or source is not overwritten."""
        yield from _step(self._inserts[table], rows, all_or_none=table in _KEYED)

    def update(self, table: Table, rows: Iterable[tuple[int, Row]]) -> Iterator[Step]:
        """Change rows of cases or plans, each given with the version that it is expected to have."""
        (key,) = table.primary_key.columns
        given = (row | {"the_key": row[key.name], "the_version": version} for version, row in rows)
        yield from _step(self._updates[table], given, all_or_none=True)

    def expect(self, table: Table, versions: Mapping[str, int]) -> Iterator[Step]:
        """Lock rows of cases or plans, each given by its key, in the order of the keys, and expect their versions."""
        given = ({"the_key": key, "the_version": versions[key]} for key in sorted(versions))
        yield from _step(self._expects[table], given, all_or_none=True)

    def advance(self, versions: Mapping[str, int]) -> Iterator[Step]:
        """Advance guards, in the order of their names, each given with the version that it is expected to have."""
        given = ({"name": name, "the_version": versions[name]} for name in sorted(versions))
        yield from _step(self._advance, given, all_or_none=True)

    def delete(self, table: Table, rows: Iterable[Row]) -> Iterator[Step]:
        """Take rows out of a table, each given by its key."""
        given = ({f"the_{name}": value for name, value in row.items()} for row in rows)
        yield from _step(self._deletes[table], given, all_or_none=False)

    def clear(self, table: Table, rows: Iterable[Row]) -> Iterator[Step]:
        """Take out all the rows that some cases or plans have in a table, each given by its key."""
        yield from _step(self._clears[table], rows, all_or_none=False)

    def refold(self, table: Table, rows: Iterable[Row]) -> Iterator[Step]:
        """Change what texts are searched by; one that is there no more is passed over."""
        names = [*(column.name for column in table.primary_key.columns), "folded"]
        given = ({f"the_{name}": row[name] for name in names} for row in rows)
        yield from _step(self._refolds[table], given, all_or_none=False)


_WRITERS: Final[WeakKeyDictionary[Dialect, Writer]] = WeakKeyDictionary()


def writer_for(dialect: Dialect) -> Writer:
    """The writer of a database; made once for each, since it compiles every statement."""
    if dialect not in _WRITERS:
        _WRITERS[dialect] = Writer(dialect)
    return _WRITERS[dialect]


def _step(statement: _Statement, rows: Iterable[Row], *, all_or_none: bool) -> Iterator[Step]:
    arguments = [statement.arguments(row) for row in rows]
    if arguments:
        yield Step(statement.sql, arguments, all_or_none)


def _insert(table: Table, backend: str) -> Insert:
    insert = _INSERTS[backend](table)
    if table is CASE_EVENTS:
        given: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns}
        insert = insert.values(given | {"position": position_of_new(backend)})
    return insert.on_conflict_do_nothing() if table in _KEYED else insert  # type: ignore[no-any-return]


def _update(table: Table) -> Update:
    (key,) = table.primary_key.columns
    # The key stays, and is not set: SQLite would look for every row that refers to it.
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns if column is not key}
    return _at_version(table).values(values)


def _at_version(table: Table) -> Update:
    (key,) = table.primary_key.columns
    return update(table).where(key == bindparam("the_key"), table.c.version == bindparam("the_version"))


def _expect(table: Table) -> Update:
    return _at_version(table).values(version=table.c.version)


def _advance(backend: str) -> Insert:
    """Nothing is touched where the guard has another version; at version 0 it may have no row."""
    insert = _INSERTS[backend](GUARDS)
    version = bindparam("the_version", type_=BigInteger)
    insert = insert.values(name=bindparam("name"), version=version + literal_column("1"))
    return insert.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=[GUARDS.c.name], set_={"version": insert.excluded.version}, where=GUARDS.c.version == version
    )


def _delete(table: Table) -> Delete:
    return delete(table).where(*_named(table))


def _refold(table: Table) -> Update:
    return update(table).where(*_named(table)).values(folded=bindparam("the_folded"))


def _named(table: Table) -> Iterator[ColumnElement[bool]]:
    return (column == bindparam(f"the_{column.name}") for column in table.primary_key.columns)


def _clear(table: Table) -> Delete:
    owner, *_ = table.primary_key.columns
    return delete(table).where(owner == bindparam(owner.name))
