"""Consistency checks: replay the events, and compare the snapshot and the projections with what is stored.

One comparison serves a page of cases, a single case and a plan. It names tables, not columns. Rows are read as the
driver returns them, since SQLite stores any type in any column.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final, TypeAlias

import attrs
from sqlalchemy import Column, Select, Table, select, text, union

from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.mapper import CASE_MAPPER, READ_ERRORS, A, Mapper, require_key
from reclamation_core.adapters.sqlalchemy.statements import StatementRow, dialect_of
from reclamation_core.adapters.sqlalchemy.tables import CASE_EVENTS, CASE_TEXTS, CASES, PLAN_EVENTS, PLAN_TEXTS, PLANS
from reclamation_core.cases import Case, Vault, columns
from reclamation_core.cases.deadlines import answer_alert_on
from reclamation_core.cases.texts import Secret
from reclamation_core.ports import StoreDamagedError
from reclamation_core.ports.repositories import AnyPlan
from reclamation_core.shared_repr import SharedRepr

Rows: TypeAlias = Mapping[Table, "list[Any] | None"]
"""The stored rows of one case or plan by table, in the order of their keys; None where one is not text."""

_PAGE: Final = 500
_UNCOMPARED: Final[Mapping[Table, frozenset[str]]] = {
    CASES: frozenset({"link", columns.next_on.name, columns.forget_on.name}),
    PLANS: frozenset({"link"}),
    CASE_EVENTS: frozenset({"document", "link", "position"}),
    PLAN_EVENTS: frozenset({"document", "link", "position"}),
    CASE_TEXTS: frozenset({"version", "place"}),
    PLAN_TEXTS: frozenset({"version", "place"}),
}
"""The columns that are compared by themselves: the source, the chain, and the order in which rows were written."""


@attrs.frozen
class _Layout(SharedRepr):
    """How the rows of a table are read and compared.

    Args:
        select: the statement that reads the rows of a range of keys.
        names: the columns that are compared.
        converters: by place among these, the functions that give the driver's form of a value.
        stored: picks these columns of a stored row.
        expected: picks them of an expected row.
    """

    select: Any
    names: tuple[str, ...]
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]
    stored: Callable[[Any], Any]
    expected: Callable[[Any], Any]

    def differ(self, expected: Iterable[StatementRow], stored: list[Any]) -> bool:
        """Return True if the rows are not those that are expected."""
        wanted = [self.converted(self.expected(row)) for row in expected]
        return len(wanted) != len(stored) or set(wanted) != set(map(self.stored, stored))

    def converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return an expected row in the driver's form."""
        if not self.converters:
            return row
        values = list(row)
        for place, convert in self.converters:
            if values[place] is not None:
                values[place] = convert(values[place])
        return tuple(values)


@cache
def _layout(table: Table, backend: str) -> _Layout:
    uncompared = _UNCOMPARED.get(table, frozenset())
    columns = [column.name for column in table.columns]
    names = tuple(name for name in columns if name not in uncompared)
    dialect = dialect_of(backend)
    kinds = (table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names)
    owner, *_ = (column.name for column in table.primary_key.columns)
    # SQLite's unary plus changes no value, and hides the declared type from the converters of a host's connection.
    wanted_columns = ", ".join(f"+{name}" if backend == "sqlite" else name for name in columns)
    order = ", ".join(column.name for column in table.primary_key.columns)
    wanted = f"SELECT {wanted_columns} FROM {table.name} WHERE {owner} >= :first AND {owner} <= :last ORDER BY {order}"
    return _Layout(
        text(wanted),  # without types, so that SQLAlchemy converts nothing
        names,
        tuple((place, convert) for place, convert in enumerate(kinds) if convert is not None),
        itemgetter(*(columns.index(name) for name in names)),
        itemgetter(*names),
    )


@cache
def _place(table: Table, name: str) -> int:
    """Return the place of a column in the stored rows."""
    return list(table.c.keys()).index(name)


_JOB_PLACES: Final = tuple(_place(CASES, one.name) for one in (columns.next_on, columns.forget_on))
_TEXT_PLACES: Final = (_place(CASE_TEXTS, "digest"), _place(CASE_TEXTS, "salt"), _place(CASE_TEXTS, "text"))


def wrong_tables(database: Database, mapper: Mapper[A], aggregate: A) -> tuple[str, ...]:
    """Return the tables whose rows do not follow from an aggregate; none if it was changed since it was loaded.

    Args:
        database: the database.
        mapper: the mapper of the aggregate.
        aggregate: the aggregate, replayed from its events.
    """
    rows = _rows_of(database, mapper, mapper.key(aggregate))
    number, document = (_place(mapper.events, name) for name in ("number", "document"))
    types = {row[number]: event_type_of(row[document]) for row in rows[mapper.events] or ()}
    found = tuple(_wrong(mapper, aggregate, rows, types, database.backend))
    (owner,) = mapper.table.primary_key.columns
    unchanged = select(owner).where(owner == mapper.key(aggregate), mapper.table.c.version == aggregate.version)
    return found if database.rows(unchanged) else ()


def are_projections_current(database: Database, mapper: Mapper[A], aggregate: A) -> bool:
    """Return True if this version of the library would write the same row, its link apart, and projections."""
    rows = _rows_of(database, mapper, mapper.key(aggregate))
    expected = {mapper.table: [mapper.row(aggregate)]} | mapper.projection_rows(aggregate, None)
    return not any(_differ(table, some, rows, database.backend) for table, some in expected.items())


def scan_cases(database: Database) -> Iterator[tuple[str, bool]]:
    """Yield the reference of each case that has a row or events, and True if all that is stored of it is consistent.

    The tables of a page are read by one statement each. A case that is written in between may look inconsistent, so
    False requires a check of that case alone.
    """
    after: str | None = None
    while page := _keys(database, after):
        yield from _scan(database, page)
        after = page[-1]


def _scan(database: Database, page: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Replay and compare a page of cases; where the driver fails on a value that is not text, half of it at a time."""
    try:
        stored = _load(database, CASE_MAPPER, page[0], page[-1])
    except StoreDamagedError:
        if len(page) == 1:
            yield page[0], False
            return
        half = len(page) // 2
        yield from _scan(database, page[:half])
        yield from _scan(database, page[half:])
    else:
        yield from ((key, _is_consistent(key, stored[key], database.backend)) for key in page)


def _keys(database: Database, after: str | None) -> list[str]:
    """Return the next references, of cases and of events whose case is gone."""
    named = union(_next(CASES.c.reference, after), _next(CASE_EVENTS.c.case_reference, after)).subquery()
    rows: list[Any] = database.rows(select(named.c[0]).order_by(named.c[0]).limit(_PAGE))
    return [require_key(row[0], database.name) for row in rows]


def _next(column: Column[Any], after: str | None) -> Select[Any]:
    keys = select(column.label("reference")).distinct().order_by(column).limit(_PAGE)
    page = (keys if after is None else keys.where(column > after)).subquery()
    return select(page.c.reference)


def _tables(mapper: Mapper[Any]) -> tuple[Table, ...]:
    return (mapper.table, mapper.events, *mapper.projections, mapper.texts)


def _load(database: Database, mapper: Mapper[Any], first: str, last: str) -> Mapping[str, Rows]:
    """Return the stored rows of the cases or plans whose keys are within bounds, by key.

    Raises:
        StoreDamagedError: the driver cannot return a value.
    """
    found: dict[str, dict[Table, list[Any]]] = defaultdict(lambda: {table: [] for table in _tables(mapper)})
    for table in _tables(mapper):
        owner = _place(table, next(iter(table.primary_key.columns)).name)
        rows: list[Any] = database.rows(_layout(table, database.backend).select, {"first": first, "last": last})
        for row in rows:
            found[row[owner]][table].append(tuple(row))
    return found


def _rows_of(database: Database, mapper: Mapper[Any], key: str) -> Rows:
    """Return the stored rows of one case or plan."""
    found: dict[Table, list[Any] | None] = {}
    for table in _tables(mapper):
        statement = _layout(table, database.backend).select
        try:
            found[table] = [tuple(row) for row in database.rows(statement, {"first": key, "last": key})]
        except StoreDamagedError:
            found[table] = None
    return found


def _differ(table: Table, expected: Iterable[StatementRow], rows: Rows, backend: str) -> bool:
    stored = rows[table]
    return stored is None or _layout(table, backend).differ(expected, stored)


def _wrong(mapper: Mapper[A], aggregate: A, rows: Rows, types: Mapping[int, str], backend: str) -> Iterator[str]:
    """Yield the tables whose rows do not follow from an aggregate, given the types of its events in the documents."""
    number, link = (_place(mapper.events, name) for name in ("number", "link"))
    stored_events = rows[mapper.events] or []
    last = [row[link] for row in stored_events if row[number] == aggregate.version]
    links = [row[_place(mapper.table, "link")] for row in rows[mapper.table] or ()]
    if (
        links != last
        or _differ(mapper.table, [mapper.row(aggregate)], rows, backend)
        or _is_postponed_too_far(aggregate, rows)
    ):
        yield mapper.table.name
    key = mapper.key(aggregate)
    expected = [mapper.event_columns(key, event, types.get(event.number, "")) for event in aggregate.events]
    if _differ(mapper.events, expected, rows, backend) or _is_out_of_order(mapper, stored_events):
        yield mapper.events.name
    for table, some in mapper.projection_rows(aggregate, None).items():
        if _differ(table, some, rows, backend):
            yield table.name
    texts = mapper.text_rows(aggregate, ())
    if _differ(mapper.texts, texts, rows, backend) or _is_misplaced(mapper, aggregate, rows[mapper.texts] or []):
        yield mapper.texts.name


def _is_postponed_too_far(aggregate: Case | AnyPlan, rows: Rows) -> bool:
    """Return True if a job would not examine a case in time, as far as the case alone determines when."""
    if not isinstance(aggregate, Case):
        return False
    row = next(iter(rows[CASES] or ()), (None,) * len(CASES.c))
    sweep_on, forget_on = (_stored_day(row[place]) for place in _JOB_PLACES)
    alert_on = answer_alert_on(aggregate)
    is_swept = alert_on is None or (sweep_on is not None and sweep_on <= alert_on)
    is_retained = columns.forget_on(aggregate) is None or any(one.until is None for one in aggregate.suspensions)
    return not (is_swept and (is_retained or forget_on is not None))


def _stored_day(stored: object) -> date | None:
    """Return a day in the driver's form; None for what is no day."""
    try:
        return date.fromisoformat(stored) if isinstance(stored, str) else stored if isinstance(stored, date) else None
    except ValueError:
        return None


def event_type_of(document: str | bytes) -> str:
    """Return the type of an event by its document, which may be of an older version than this library writes."""
    try:
        return str(json.loads(document)["data"]["type"])
    except READ_ERRORS:
        return ""


def _is_out_of_order(mapper: Mapper[Any], events: list[Any]) -> bool:
    """Return True if the feed has the events of a case or a plan in another order than their numbers."""
    place = _place(mapper.events, "position")
    positions = [row[place] for row in events]
    if not all(isinstance(position, int) and position for position in positions):
        return True
    # Events that have no position yet have numbers below 0, the first written the greatest.
    return any(before >= after for before, after in pairwise((position < 0, abs(position)) for position in positions))


def _is_misplaced(mapper: Mapper[A], aggregate: A, texts: list[Any]) -> bool:
    """Return True if texts are stored in another order than that of the events that they came with."""
    first: dict[str, int] = {}
    for event in aggregate.events:
        for commitment in event.texts():
            first.setdefault(commitment.digest, event.number)  # a later event may hold the same commitment
    digest, version, place = (_place(mapper.texts, name) for name in ("digest", "version", "place"))
    order = [(row[version], row[place], first[row[digest]]) for row in texts if row[digest] in first]
    if not all(isinstance(one, int) and isinstance(other, int) for one, other, _ in order):
        return True
    order.sort()
    is_possible = all(number <= one <= aggregate.version for one, _, number in order)
    return not is_possible or any(one[:2] == other[:2] or one[2] > other[2] for one, other in pairwise(order))


def _is_consistent(reference: str, rows: Rows, backend: str) -> bool:
    """Replay a case from its rows, and compare it with them."""
    document, (digest, salt, text_) = _place(CASE_EVENTS, "document"), _TEXT_PLACES
    try:
        documents = [json.loads(row[document]) for row in rows[CASE_EVENTS] or ()]
        events = tuple(map(CASE_MAPPER.read_event, documents))
        types = {document["number"]: document["data"]["type"] for document in documents}
        secrets = {row[digest]: Secret(row[text_], bytes.fromhex(row[salt])) for row in rows[CASE_TEXTS] or ()}
        if not all(isinstance(secret.text, str) for secret in secrets.values()):
            return False
        case = Case.from_events(events, Vault(secrets))
    except READ_ERRORS:
        return False
    if case.reference != reference or any(secret.commitment.digest != digest for digest, secret in secrets.items()):
        return False
    if {commitment.digest for commitment in case.retained_texts()} != secrets.keys():
        return False
    return not any(_wrong(CASE_MAPPER, case, rows, types, backend))
