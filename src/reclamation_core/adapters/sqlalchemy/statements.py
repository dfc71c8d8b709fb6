"""The statements of the tables: batches of rows to write, and whole event streams to read.

Batches are prepared before a transaction begins, so that it stays short. A stream is read in one statement, with its
row and its texts, so that they are of one moment. SQLite stores any bytes in a text column, and its driver fails on a
whole page where one value is not UTF-8: so text is read as bytes from SQLite and decoded here, where the corrupt event
or text can be named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from operator import itemgetter
from typing import Any, Final, TypeAlias

import attrs
from sqlalchemy import (
    JSON,
    URL,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Delete,
    Dialect,
    FromClause,
    Insert,
    LargeBinary,
    SelectBase,
    Table,
    TableValuedAlias,
    Text,
    Update,
    any_,
    bindparam,
    cast,
    delete,
    func,
    literal_column,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from reclamation_core.adapters.sqlalchemy.tables import (
    CASE_EVENTS,
    CASE_PERIODS,
    CASE_SEARCH,
    CASES,
    DOCUMENT_DELETIONS,
    EPOCHS,
    METADATA,
    OPTIMISTIC_LOCKS,
    PLAN_EVENTS,
    PLANS,
    PROJECTIONS,
)
from reclamation_core.documents import canonical_json
from reclamation_core.shared_repr import SharedRepr

StatementRow: TypeAlias = dict[str, Any]
"""A row of a table, by the names of its columns."""

INSERTS: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_DRIVERS: Final = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
_VERSIONED: Final = (CASES, PLANS)
NUMBERED: Final = {CASE_EVENTS: CASE_EVENTS.c.case_reference, PLAN_EVENTS: PLAN_EVENTS.c.scope}
"""The tables of the events, which have a position in the feed, each with the column of the holder of an event."""
_NEW_OR_THERE: Final = (*_VERSIONED, DOCUMENT_DELETIONS)
"""The tables in which a row that is there already is left as it is."""
UPDATED: Final = frozenset({CASE_SEARCH, CASE_PERIODS})
"""The projections whose rows are updated in place: the index of words changes by the difference, and changes of a case
that are recorded at one instant have one row."""
_COUNTED: Final = {"preserve_rowcount": True}


class StaleDataError(Exception):
    """A row does not have the version that its change was made on. The unit of work names it after the rollback."""


@attrs.frozen
class BatchStatement(SharedRepr):
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


@attrs.frozen
class _DriverForm(SharedRepr):
    """A statement as a driver executes it.

    Args:
        sql: its text.
        converters: what converts a parameter, by the names of the parameters that need it.
        in_order: returns the parameters of a row in their order; None if the driver takes them by name.
        is_single: True if there is one parameter, in an order.
    """

    sql: str
    converters: Mapping[str, Callable[[Any], Any]]
    in_order: Callable[[StatementRow], Any] | None
    is_single: bool

    def parameters(self, row: StatementRow) -> Any:
        """Return a row in the driver's form."""
        if self.converters:
            row = row.copy()
            for name, convert in self.converters.items():
                if (value := row[name]) is not None:
                    row[name] = convert(value)
        if self.in_order is None:
            return row
        return (self.in_order(row),) if self.is_single else self.in_order(row)


class _Prepared:
    """A statement compiled once, when it is first used: a store uses few of the fifty.

    SQLAlchemy's own cache would look it up again for each execution, and has one entry for each engine.
    """

    def __init__(self, statement: Insert | Update | Delete, backend: str) -> None:
        self._statement, self._backend = statement, backend

    @cached_property
    def form(self) -> _DriverForm:
        """The statement in the driver's form."""
        dialect = dialect_of(self._backend)
        compiled: Any = self._statement.compile(dialect=dialect)
        kinds = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
        return _DriverForm(
            str(compiled),
            {name: convert for name, convert in kinds.items() if convert is not None},
            itemgetter(*compiled.positiontup) if compiled.positional else None,
            compiled.positional and len(compiled.positiontup) == 1,
        )


class Writer:
    """Makes the batch statements of a database.

    Args:
        backend: `sqlite` or `postgresql`.
    """

    def __init__(self, backend: str) -> None:
        tables = METADATA.sorted_tables
        self._inserts = {table: _Prepared(_insert(table, backend), backend) for table in tables}
        self._updates = {table: _Prepared(_update(table), backend) for table in _VERSIONED}
        self._deletes = {table: _Prepared(delete(table).where(*_primary_key(table)), backend) for table in tables}
        self._clears = {table: _Prepared(_clear(table), backend) for table in PROJECTIONS}
        self._expects = {
            table: _Prepared(_at_version(table).values(version=table.c.version), backend) for table in _VERSIONED
        }
        self._end_periods = _Prepared(_end_periods(), backend)
        self._append_periods = None if backend == "sqlite" else _Prepared(_append_periods(), backend)
        self._advance = _Prepared(_advance(backend), backend)
        self._postpones = {
            name: _Prepared(_at_version(CASES).values({name: bindparam("day")}), backend)
            for name in ("next_on", "forget_on")
        }

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
        """Advance optimistic locks in the order of their names, each from the version that it is expected to have."""
        rows = ({"name": name, "the_version": versions[name]} for name in sorted(versions))
        return _batch(self._advance, rows, must_match=True)

    def delete(self, table: Table, rows: Iterable[StatementRow]) -> Iterator[BatchStatement]:
        """Delete rows, each by its primary key."""
        names = [column.name for column in table.primary_key.columns]
        return _batch(self._deletes[table], ({f"the_{name}": row[name] for name in names} for row in rows))

    def clear(self, table: Table, owners: Iterable[str]) -> Iterator[BatchStatement]:
        """Delete every row of a projection that some cases or plans have, by the keys of these."""
        return _batch(self._clears[table], ({"the_owner": owner} for owner in owners))

    def append(self, table: Table, rows: list[StatementRow]) -> Iterator[BatchStatement]:
        """Insert rows of cases that may have some; those of `CASE_PERIODS` end the last row of their case."""
        if table is not CASE_PERIODS:
            yield from self.insert(table, rows)
            return
        ends = [{f"the_{name}": row[name] for name in ("case_reference", "since", "cycle")} for row in rows]
        if self._append_periods is None:
            yield from _batch(self._end_periods, ends)
            yield from self.insert(table, rows)
        else:
            yield from _batch(self._append_periods, (row | end for row, end in zip(rows, ends, strict=True)))

    def postpone(self, column: Column[Any], rows: Iterable[StatementRow]) -> Iterator[BatchStatement]:
        """Update the day of a job in the cases that still have the version at which the job examined them."""
        return _batch(self._postpones[column.name], rows)


@cache
def dialect_of(backend: str) -> Dialect:
    """Return the dialect that the library compiles statements for, apart from those of engines."""
    kind = URL.create(_DRIVERS[backend]).get_dialect()
    return kind(dbapi=kind.import_dbapi())  # type: ignore[call-arg]  # every dialect of SQLAlchemy accepts it


@cache
def writer_for(backend: str) -> Writer:
    """Return the writer of `sqlite` or `postgresql`, which is made once so that each statement is compiled once."""
    return Writer(backend)


def _batch(statement: _Prepared, rows: Iterable[StatementRow], *, must_match: bool = False) -> Iterator[BatchStatement]:
    if rows := list(rows):
        form = statement.form
        yield BatchStatement(form.sql, list(map(form.parameters, rows)), must_match)


def _insert(table: Table, backend: str) -> Insert:
    insert = INSERTS[backend](table)
    if table in NUMBERED:
        values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns}
        insert = insert.values(values | {"position": _new_position(backend)})
    if table in UPDATED:
        changed = {one.name: insert.excluded[one.name] for one in table.columns if not one.primary_key}
        return insert.on_conflict_do_update(index_elements=[*table.primary_key.columns], set_=changed)  # type: ignore[no-any-return]
    return insert.on_conflict_do_nothing() if table in _NEW_OR_THERE else insert  # type: ignore[no-any-return]


def _new_position(backend: str) -> ColumnElement[Any]:
    """The position in the feed of an event that is being written; see `feed`."""
    if backend == "postgresql":
        return literal_column("-nextval('reclamation_write_order')")
    zero: ColumnElement[Any] = literal_column("0")
    ends = (select(func.max(table.alias("last").c.position)).scalar_subquery() for table in (*NUMBERED, EPOCHS))
    # max() of several values is the greatest of them on SQLite, and no aggregate.
    latest = func.max(*(func.coalesce(end, zero) for end in ends))
    return select(latest + literal_column("1")).scalar_subquery()


def _update(table: Table) -> Update:
    (key,) = table.primary_key.columns
    # The key is not set although it stays the same: SQLite would look for every row that refers to it.
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns if column is not key}
    return _at_version(table).values(values)


def _end_periods() -> Update:
    periods, since = CASE_PERIODS.c, bindparam("the_since", type_=CASE_PERIODS.c.since.type)
    last = update(CASE_PERIODS).where(
        periods.case_reference == bindparam("the_case_reference"), periods.until.is_(None), periods.since < since
    )
    return last.values(until=since, ends_run=periods.cycle != bindparam("the_cycle", type_=periods.cycle.type))


def _append_periods() -> Insert:
    """End the last row of a case and insert the next one in one round trip, which SQLite neither has nor needs."""
    return _insert(CASE_PERIODS, "postgresql").add_cte(_end_periods().cte("ended"))


def _at_version(table: Table) -> Update:
    (key,) = table.primary_key.columns
    return update(table).where(key == bindparam("the_key"), table.c.version == bindparam("the_version"))


def _advance(backend: str) -> Insert:
    """Affect no row where the optimistic lock has another version; at version 0 it may have no row yet."""
    insert = INSERTS[backend](OPTIMISTIC_LOCKS)
    version = bindparam("the_version", type_=BigInteger)
    insert = insert.values(name=bindparam("name"), version=version + literal_column("1"))
    return insert.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=[OPTIMISTIC_LOCKS.c.name],
        set_={"version": insert.excluded.version},
        where=OPTIMISTIC_LOCKS.c.version == version,
    )


def _primary_key(table: Table) -> Iterator[ColumnElement[bool]]:
    return (column == bindparam(f"the_{column.name}") for column in table.primary_key.columns)


def _clear(table: Table) -> Delete:
    owner, *_ = table.primary_key.columns
    return delete(table).where(owner == bindparam("the_owner"))


def raw(text: ColumnElement[Any], backend: str) -> ColumnElement[Any]:
    """Return a text column as it is stored, valid text or not, for `decode`.

    Args:
        text: the column.
        backend: `sqlite`, or `postgresql`, which stores valid text only.
    """
    return cast(text, LargeBinary).label(text.name) if backend == "sqlite" else text


def raw_instant(column: Column[Any], backend: str) -> ColumnElement[Any]:
    """Return an instant, or a day, as it is stored: on SQLite the bytes of a text."""
    return raw(type_coerce(column, Text).label(column.name), backend) if backend == "sqlite" else column


def decode(stored: bytes | str) -> str:
    """Return a stored text.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """
    return stored.decode() if isinstance(stored, bytes) else stored


def decode_lossy(stored: bytes | str, errors: str = "surrogateescape") -> str:
    """Return a stored text whose invalid bytes are replaced as `bytes.decode(errors=...)` does."""
    return stored.decode(errors=errors) if isinstance(stored, bytes) else stored


def events_of(
    table: Table, owner: Column[Any], key: object, backend: str, *only: ColumnElement[bool]
) -> ColumnElement[Any]:
    """Return the documents of a stream's events, separated by line feeds, which no document has.

    Args:
        table: the events.
        owner: the column with the key of their case or plan.
        key: the key wanted: a column of the enclosing statement.
        backend: `sqlite` or `postgresql`, which name their functions differently.
        only: conditions that select some events, in any order; all in their order by default.
    """
    wanted = select(table.c.document).where(owner == key, *only)
    if not only:  # with an order, SQLite would scan the whole stream by its key to find a few events
        wanted = wanted.order_by(table.c.number)
    stream = wanted.correlate(_enclosing(key)).subquery()
    joined: Any = func.group_concat if backend == "sqlite" else func.string_agg
    documents = select(joined(stream.c.document, literal_column("'\n'"))).scalar_subquery().label("events")
    return raw(documents, backend)


def texts_of(
    table: Table, owner: Column[Any], key: object, backend: str, *only: ColumnElement[bool]
) -> ColumnElement[Any]:
    """Return the texts of a stream as a JSON list of digest, salt and text, in the order in which they were written.

    Args:
        table: the texts.
        owner: the column with the key of their case or plan.
        key: the key wanted: a column of the enclosing statement.
        backend: `sqlite` or `postgresql`, which name their functions differently.
        only: conditions that select some texts; all by default.
    """
    columns = (table.c.digest, table.c.salt, table.c.text)
    wanted = select(*columns).where(owner == key, *only).order_by(table.c.version, table.c.place)
    texts = wanted.correlate(_enclosing(key)).subquery()
    if backend == "sqlite":
        as_text = (cast(column, Text) for column in texts.c)  # SQLite's JSON functions refuse blobs
        grouped = select(func.json_group_array(func.json_array(*as_text))).scalar_subquery()
        return raw(grouped.label("texts"), backend)
    return select(cast(func.json_agg(func.json_build_array(*texts.c)), Text)).scalar_subquery()


def is_among(column: Column[Any], name: str, backend: str) -> ColumnElement[bool]:
    """Return the condition that a column is among the texts of a JSON list, given as a parameter of this name."""
    return is_in_list(column, bindparam(name, type_=Text()), backend)


def is_among_these(column: ColumnElement[Any], texts: Iterable[str], backend: str) -> ColumnElement[bool]:
    """Return the condition that a column is among some texts, which are one parameter however many they are."""
    return is_in_json(column, canonical_json(list(texts)), backend)


def is_in_json(column: ColumnElement[Any], listed: str, backend: str) -> ColumnElement[bool]:
    """Return the condition that a column is among the texts of a JSON list, as `as_json` returns it."""
    return is_in_list(column, bindparam(None, listed, type_=Text()), backend)


def as_json(column: ColumnElement[Any], backend: str) -> ColumnElement[Any]:
    """Return the texts of a column as one JSON list; SQLite leaves out what is no text."""
    if backend == "sqlite":
        return func.json_group_array(column).filter(func.typeof(column) == "text")
    return func.coalesce(cast(func.json_agg(column), Text), "[]")


def members_of(name: str, backend: str) -> TableValuedAlias:
    """Return the members of a JSON object, given as a parameter of this name, as a table of `key` and `value`."""
    given = bindparam(name, type_=Text())
    members = func.json_each(given if backend == "sqlite" else cast(given, JSON))
    return members.table_valued("key", "value", name="members")


def is_in_list(column: ColumnElement[Any], given: object, backend: str) -> ColumnElement[bool]:
    """Return the condition that a column is among the texts of a JSON list."""
    if backend == "sqlite":
        return column.in_(select(literal_column("value")).select_from(func.json_each(given)))
    texts = select(func.json_array_elements_text(cast(given, JSON))).correlate_except()
    return is_in_array(column, texts)


def is_in_array(column: ColumnElement[Any], texts: SelectBase) -> ColumnElement[bool]:
    """Return the condition on PostgreSQL that a column is among the texts of a statement."""
    return column == any_(
        func.array(texts.scalar_subquery())
    )  # an array uses the index; a subquery would be joined to all the rows


def _enclosing(key: Any) -> FromClause:
    enclosing: FromClause = key.table
    return enclosing
