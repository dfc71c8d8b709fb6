"""Decide in SQL, in the dialects of DuckDB and Spark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.frames.layout import LEVEL_SETS, ClockState, Look, Looks, looks, undetermined_names
from reclamation_core.frames.plan import FactColumn, Group, number_of
from reclamation_core.frames.receipts import DAY, NEVER, Receipts
from reclamation_core.frames.request import (
    CLOCK_LEVELS,
    INSTANT,
    ITS_CALENDAR,
    KIND,
    LEVEL_CHANGED,
    DecisionRequest,
    fact_fault,
    keys_fault,
    marker_fault,
    receipt_fault,
)
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Boolean, Day, Integer
from reclamation_core.tables.domains import Enumeration, Line, OpenEnumeration


@attrs.frozen
class Dialect(SharedRepr):
    """The words in which two engines differ; each is a format with its arguments in order.

    Args:
        quote: the quotation mark of names.
        escapes: what is written for characters that a text cannot have between its quotes as they are.
        numbers: a list of numbers, of their digits with commas between and their type.
        texts: a list of texts, from a literal and its separator.
        item: what a list has at a place, from 0; null beyond its end.
        byte: what bytes, written in hexadecimal, have at a place, from 0; None where lists of numbers serve better.
        instant: the microseconds since 1970 of an instant.
        day: the days since 1970 of a day.
        date: the day that is so many days after the first of 1970.
    """

    quote: str
    escapes: Mapping[int, str]
    numbers: str
    texts: str
    item: str
    byte: str | None
    instant: str
    day: str
    date: str

    def name(self, column: str) -> str:
        """A column's name in a query."""
        return f"{self.quote}{column.replace(self.quote, self.quote * 2)}{self.quote}"

    def text(self, text: str) -> str:
        """A text in a query."""
        return f"'{text.translate(self.escapes)}'"


DUCKDB = Dialect(
    quote='"',
    escapes={ord("'"): "''"},
    numbers="CAST(string_split('{}', ',') AS {}[])",
    texts="string_split({}, '{}')",
    item="list_extract({}, ({}) + 1)",
    byte=None,
    instant="epoch_us({})",
    day="datediff('day', DATE '1970-01-01', {})",
    date="(DATE '1970-01-01' + CAST({} AS INTEGER))",
)
SPARK = Dialect(
    quote="`",
    escapes={ord("'"): r"\'", ord("\\"): r"\\"},
    numbers="CAST(split('{}', ',') AS array<{}>)",
    texts="split({}, '[{}]')",
    item="get({}, CAST({} AS INT))",
    # A plain literal: Spark would build a list again for each row of a local frame.
    byte="ascii(CAST(substring(X'{}', CAST({} AS INT) + 1, 1) AS STRING))",
    instant="unix_micros({})",
    day="datediff({}, DATE '1970-01-01')",
    date="date_from_unix_date(CAST({} AS INT))",
)


@attrs.frozen(eq=False)
class SqlWriter(SharedRepr):
    """Writes a query in a dialect.

    Args:
        dialect: the dialect.
        joined_lists: True if lists are columns of a relation of one row, `lists`, that the query is joined with; DuckDB
            would build a constant list again for every two thousand rows.
    """

    dialect: Dialect
    joined_lists: bool
    lists: list[str] = attrs.field(factory=list, init=False)

    def name(self, column: str) -> str:
        """A column's name in a query."""
        return self.dialect.name(column)

    def look(self, values: Iterable[int], key: str) -> str:
        """Return the expression of the item of a list of numbers at a place, from 0; null for a null place."""
        numbers = tuple(values)
        if self.dialect.byte is None:
            return self.look_far(numbers, key, "INT")
        found = (self.dialect.byte.format(digits, key) for digits in _bytes(numbers))
        return f"({' + '.join(f'{byte} * {_BASE**place}' for place, byte in enumerate(found))})"

    def look_far(self, values: Iterable[int], key: str, dtype: str = "BIGINT") -> str:
        """The same for a short list of any numbers."""
        return self._item(self.dialect.numbers.format(_digits(tuple(values)), dtype), key)

    def look_text(self, values: Sequence[str], key: str) -> str:
        """Return the expression of the item of a list of texts at a place, from 0; null beyond its end."""
        # A row's name may have any character in it; that it has all of these is not to be feared.
        between = next(mark for mark in map(chr, range(31, 0, -1)) if not any(mark in value for value in values))
        return self._item(self.dialect.texts.format(self.dialect.text(between.join(values)), between), key)

    def _item(self, made: str, key: str) -> str:
        if not self.joined_lists:
            return self.dialect.item.format(made, key)
        self.lists.append(made)
        return self.dialect.item.format(_list_name(len(self.lists)), key)

    @property
    def one_row(self) -> str:
        """The query of the relation that holds the lists."""
        made = (
            f"(SELECT list(x) FROM (SELECT unnest({text}) AS x)) AS {_list_name(number)}"
            for number, text in enumerate(self.lists, 1)
        )
        return f"SELECT {', '.join(made)}"


_BASE: Final = 128
"""Characters below it are one byte each."""


@lru_cache(maxsize=64)
def _digits(values: tuple[int, ...]) -> str:
    return ",".join(map(str, values))


@lru_cache(maxsize=64)
def _bytes(values: tuple[int, ...]) -> list[str]:
    """The numbers' digits, the lowest of all numbers first, as bytes in hexadecimal."""
    found = [bytes(value % _BASE for value in values).hex()]
    while any(values := tuple(value // _BASE for value in values)):
        found.append(bytes(value % _BASE for value in values).hex())
    return found


def _list_name(number: int) -> str:
    return f"reclamation_core_list_{number}"


RESERVED_PREFIX = "reclamation_core_"
"""What the columns begin with that are made on the way."""


@attrs.frozen(eq=False)
class SqlColumn(SharedRepr):
    """A column as codes: its SQL expression, the set of classes of each code, the code of invalid values."""

    text: str
    choices: tuple[int, ...]
    impossible: int | None


Step = list[str]
"""The columns that a step of the query adds, each `... AS name`, to those before it."""


def steps(writer: SqlWriter, schema: Mapping[str, Any], request: DecisionRequest) -> list[Step]:
    """Return the steps of the query; the last one adds the requested columns.

    Args:
        writer: writes it.
        schema: the types of the frame's columns; None where all is null.
        request: the request.

    Raises:
        FaultsError: columns whose type cannot hold their values, all at once.
    """
    coded = _coded(writer, schema, request)
    choices = {name: coded[name].choices for name in request.plan.facts}
    found = looks(request.plan, choices, request.decisions, request.own)
    query: list[Step] = [[_as(writer, column.text, temporary(name)) for name, column in coded.items()]]
    for group in request.plan.groups:
        asked = found[group.name]
        query.append([_as(writer, _key(writer, group, coded), temporary(f"{group.name} key"))])
        state = writer.look(asked.states, writer.name(temporary(f"{group.name} key")))
        query.append([_as(writer, state, temporary(f"{group.name} state"))])
        if asked.passed:
            query.append([_as(writer, writer.look(asked.passed, _state(writer, group)), temporary(group.name))])
    if request.has_clock:
        first = next(group for group in request.plan.groups if found[group.name].clock)
        clock = writer.look(map(int, found[first.name].clock), _state(writer, first))
        query.append([_as(writer, clock, temporary("clock"))])
    if request.has_level_clocks:
        group = next(group for group in request.plan.groups if found[group.name].levels)
        levels = writer.look(found[group.name].levels, _state(writer, group))
        query.append([_as(writer, levels, temporary("levels"))])
    flags = {
        name: f"{writer.name(temporary(name))} = {column.impossible}"
        for name, column in coded.items()
        if column.impossible is not None
    }
    strange: dict[str, list[str]] = {}
    for name, where in flags.items():
        strange.setdefault(request.column(name), []).append(where)
    outputs = _decided(writer, found, request)
    received = request.received(schema)
    if received is not None:
        own = request.column(received)
        query += _receipt(writer, received, _since(writer, received, schema[own], own), coded, request)
        due = writer.name(temporary("due"))
        outputs["due_date"] = _due_date(writer, due, schema, request)
        placed = f" AND NOT {flags[ITS_CALENDAR]}" if ITS_CALENDAR in flags else ""
        late = f"{writer.name(temporary('clock'))} <> {ClockState.STOPPED} AND {due} IS NULL{placed}"
        strange[own] = [f"{writer.name(own)} IS NULL", f"({late})"]
    if KIND in flags:
        outputs = {name: f"CASE WHEN NOT {flags[KIND]} THEN {column} END" for name, column in outputs.items()}
    named = [f"CASE WHEN {' OR '.join(where)} THEN {writer.dialect.text(name)} END" for name, where in strange.items()]
    outputs["invalid"] = f"NULLIF(concat_ws(' ', {', '.join(named)}), '')" if named else "CAST(NULL AS STRING)"
    query.append(
        [_as(writer, outputs[name], request.name(name)) for name in outputs if request.name(name) in request.added]
    )
    return query


def temporary(name: str) -> str:
    """Return the name of a temporary column."""
    return f"{RESERVED_PREFIX}{name.replace(' ', '_')}"


def _as(writer: SqlWriter, text: str, name: str) -> str:
    return f"{text} AS {writer.name(name)}"


def _coded(writer: SqlWriter, schema: Mapping[str, Any], request: DecisionRequest) -> dict[str, SqlColumn]:

    coded: dict[str, SqlColumn] = {}
    faults: list[Fault] = []
    for name, fact in request.plan.facts.items():
        column = _of_fact(writer, fact, schema, request, faults)
        if column is not None:
            coded[name] = column
    if request.tells_kind(schema) and _is_text(schema[KIND]):
        coded[KIND] = SqlColumn(_cases(writer, KIND, (request.other_kind.value,), nothing=1), (), 0)
    received = request.received(schema)
    if received is not None:
        _of_level_clock(writer, schema, request, coded, faults)
        dtype = schema[request.column(received)]
        if dtype is not None and not _is_moment(dtype, received):
            faults.append(receipt_fault(received, dtype, request.column(received)))
        if request.calendar_column is not None:
            own, names = request.column(ITS_CALENDAR), tuple(request.calendars)
            if _is_text(schema[own]) or schema[own] is None:
                coded[ITS_CALENDAR] = SqlColumn(_cases(writer, own, names, nothing=len(names)), (), len(names))
            else:
                faults.append(keys_fault(own, schema[own]))
    if faults:
        raise FaultsError(faults)
    return coded


def _of_level_clock(
    writer: SqlWriter,
    schema: Mapping[str, Any],
    request: DecisionRequest,
    coded: dict[str, SqlColumn],
    faults: list[Fault],
) -> None:
    """Add the levels whose time to answer counts as codes: a set of levels by its number, 0 for those of the facts."""
    changed, levels = request.column(LEVEL_CHANGED), request.column(CLOCK_LEVELS)
    if not request.has_level_clocks:
        return
    if (dtype := schema.get(changed)) is not None and not _is_moment(dtype, LEVEL_CHANGED):
        faults.append(receipt_fault(LEVEL_CHANGED, dtype, changed))
    if (dtype := schema.get(levels)) is None:
        return
    if not _is_text(dtype):
        faults.append(keys_fault(levels, dtype))
        return
    sets = len(LEVEL_SETS)
    coded[CLOCK_LEVELS] = SqlColumn(f"({_cases(writer, levels, LEVEL_SETS[1:], nothing=-1)}) + 1", (), sets)


def _of_fact(
    writer: SqlWriter, fact: FactColumn, schema: Mapping[str, Any], request: DecisionRequest, faults: list[Fault]
) -> SqlColumn | None:
    """Return a fact's column as codes, its marker included; columns of a wrong type are added to the faults."""
    import narwhals as nw

    own, marker = request.column(fact.name), request.marker(fact)
    column = _codes(writer, fact, schema.get(own) if fact.given else None, own)
    if column is None:
        faults.append(fact_fault(fact, schema[own], own))
    if marker is None or schema.get(marker) is None:
        return column
    if schema[marker] != nw.Boolean:
        faults.append(marker_fault(marker, schema[marker]))
    if column is None or schema[marker] != nw.Boolean:
        return None
    return _with_unknown(writer, fact, column, marker, None if schema.get(own) is None else own)


def _is_text(dtype: object) -> bool:
    import narwhals as nw

    return isinstance(dtype, nw.String | nw.Enum | nw.Categorical) or dtype in (nw.String, nw.Enum, nw.Categorical)


def _with_unknown(writer: SqlWriter, fact: FactColumn, column: SqlColumn, marker: str, values: str | None) -> SqlColumn:
    """Return a fact's column with a code for the rows that are marked as unknown; `values` is None without a column.

    A marked row that has a value is impossible.
    """
    unknown = len(column.choices)
    impossible = unknown + 1 if column.impossible is None else column.impossible
    marked = f"CASE WHEN {writer.name(values)} IS NULL THEN {unknown} ELSE {impossible} END" if values else str(unknown)
    text = f"CASE WHEN {writer.name(marker)} THEN {marked} ELSE {column.text} END"
    choices = (*column.choices, fact.when_unknown, *((0,) if column.impossible is None else ()))
    return SqlColumn(text, choices, impossible)


def _codes(writer: SqlWriter, fact: FactColumn, dtype: Any, own: str) -> SqlColumn | None:
    """A fact's column, of a type and a name, as codes; None where its type cannot hold the values."""
    import narwhals as nw

    if dtype is None:
        return SqlColumn("0", (fact.when_null,), None)
    column, domain = writer.name(own), fact.input.domain
    if isinstance(domain, Enumeration) and _is_text(dtype):
        names = tuple(map(str, domain.values))
        cases = _cases(writer, own, names, nothing=len(names) + 1)
        others = fact.set_of(domain.other) if isinstance(domain, OpenEnumeration) else 0
        return SqlColumn(cases, (*map(fact.set_of, names), others, fact.when_null), None if others else len(names))
    if isinstance(domain, Boolean) and dtype == nw.Boolean:
        cases = f"CASE WHEN {column} IS NULL THEN 2 WHEN {column} THEN 1 ELSE 0 END"
        return SqlColumn(cases, (fact.set_of(False), fact.set_of(True), fact.when_null), None)
    if isinstance(domain, Day):
        return _of_numbers(writer.dialect.day.format(column), fact, domain) if dtype == nw.Date else None
    if isinstance(domain, Line) and (dtype.is_integer() if isinstance(domain, Integer) else dtype.is_numeric()):
        return _of_numbers(f"CAST({column} AS DOUBLE)" if dtype.is_float() else column, fact, domain)
    return None


def _cases(writer: SqlWriter, name: str, names: Sequence[str], nothing: int) -> str:
    """A text as its place among some names, then the code of any other; `nothing` is that of null."""
    column = writer.name(name)
    cases = " ".join(f"WHEN {writer.dialect.text(name)} THEN {place}" for place, name in enumerate(names))
    known = f"CASE CAST({column} AS STRING) {cases} ELSE {len(names)} END"
    return f"CASE WHEN {column} IS NULL THEN {nothing} ELSE {known} END"


def _of_numbers(column: str, fact: FactColumn, domain: Line) -> SqlColumn:
    intervals = [(atom, number) for atom, number in zip(fact.atoms, fact.class_of, strict=True) if atom.interval]
    count = len(intervals)
    ends = [f"{column} < {number_of(domain.minimum)}"] if domain.minimum is not None else []
    # Both engines place NaN above all numbers.
    ends += [f"{column} > {number_of(domain.maximum)}"] if domain.maximum is not None else []
    cases = [f"WHEN {column} IS NULL THEN {count}", *(f"WHEN {end} THEN {count + 1}" for end in ends)]
    cuts = (atom.high for atom, _ in intervals[:-1] if atom.high is not None)
    cases += (
        f"WHEN {column} {'<=' if after else '<'} {number_of(value)} THEN {place}"
        for place, (value, after) in enumerate(cuts)
    )
    text = f"CASE {' '.join(cases)} ELSE {count - 1} END"
    return SqlColumn(text, (*(1 << number for _, number in intervals), fact.when_null, 0), count + 1)


def _key(writer: SqlWriter, group: Group, coded: Mapping[str, SqlColumn]) -> str:
    text = "0"
    for axis in group.axes:
        count = len(coded[axis.name].choices) if isinstance(axis, FactColumn) else len(axis.sets)
        text = f"({text}) * {count} + {writer.name(temporary(axis.name))}"
    return text


def _state(writer: SqlWriter, group: Group) -> str:
    return writer.name(temporary(f"{group.name} state"))


def _decided(writer: SqlWriter, found: Mapping[str, Looks], request: DecisionRequest) -> dict[str, str]:
    outputs: dict[str, str] = {}
    bits = ["0"]
    for group in request.plan.groups:
        state = _state(writer, group)
        outputs |= {name: _found(writer, look, state) for name, look in found[group.name].columns.items()}
        undetermined = found[group.name].undetermined
        if any(undetermined):
            bits.append(writer.look(undetermined, state))
        if any(number & request.level_bit for number in undetermined):
            others = writer.look((number & ~request.level_bit for number in undetermined), state)
            bits[-1] = _of_complaint(writer, bits[-1], others)
    outputs |= {name: _of_complaint(writer, outputs[name]) for name in request.of_complaints}
    outputs["undetermined"] = writer.look_text(undetermined_names(request.decisions), " + ".join(bits))
    return outputs


def _of_complaint(writer: SqlWriter, value: str, otherwise: str = "NULL") -> str:
    """Return the expression of a value where an answer is due, and of another one for a message out of scope."""
    return f"CASE WHEN {writer.name(temporary('clock'))} = {ClockState.RUNNING} THEN {value} ELSE {otherwise} END"


def _found(writer: SqlWriter, look: Look, state: str) -> str:
    if not look.values:
        return "CAST(NULL AS STRING)"
    # Beyond the end of a list both engines find null.
    nothing = len(look.values)
    if not look.text:
        return f"NULLIF({writer.look((0 if p is None else look.values[p] for p in look.places), state)}, 0)"
    place = writer.look((nothing if place is None else place for place in look.places), state)
    return writer.look_text(look.values, place)


def days_of_receipt(writer: SqlWriter, schema: Mapping[str, Any], request: DecisionRequest) -> list[str]:
    """Return the expressions of the first and the last day of receipt, in UTC; none if no deadline is counted."""
    received = request.received(schema)
    if received is None or not _is_moment(schema[request.column(received)], received):
        return []
    since = _since(writer, received, schema[request.column(received)], request.column(received))
    unit = DAY if received == INSTANT else 1
    return [f"CAST(floor({end}({since}) / {unit}) AS BIGINT)" for end in ("min", "max")]


def _is_moment(dtype: object, received: str) -> bool:
    """Return True if a column of a type has instants with a time zone, or days."""
    import narwhals as nw

    is_aware = isinstance(dtype, nw.Datetime) and dtype.time_zone is not None
    return is_aware if received == INSTANT else bool(dtype == nw.Date)


def _since(writer: SqlWriter, received: str, dtype: object, own: str) -> str:
    """Microseconds, or days, since 1970."""
    if dtype is None:
        return "CAST(NULL AS BIGINT)"
    number = writer.dialect.instant if received == INSTANT else writer.dialect.day
    return number.format(writer.name(own))


def _due_date(writer: SqlWriter, due: str, schema: Mapping[str, Any], request: DecisionRequest) -> str:
    """Return the expression of the last day to answer, from that of its number."""
    if not request.has_level_clocks:
        return _of_complaint(writer, writer.dialect.date.format(due))
    changed = request.column(LEVEL_CHANGED)
    if schema.get(changed) is not None:
        since = writer.dialect.day.format(writer.name(changed))
        due = f"CASE WHEN {since} > {due} THEN {since} ELSE {due} END"
    dated = f"CASE WHEN {writer.name(temporary('levels'))} > 0 THEN {writer.dialect.date.format(due)} END"
    return _of_complaint(writer, dated)


def _clock_number(writer: SqlWriter, coded: Mapping[str, SqlColumn], request: DecisionRequest) -> str:
    """Return the expression of the number of the clock that counts the due date of a row, among those of a calendar."""
    levels = writer.name(temporary("levels"))
    if CLOCK_LEVELS in coded:
        given = writer.name(temporary(CLOCK_LEVELS))
        levels = f"CASE WHEN {given} BETWEEN 1 AND {len(LEVEL_SETS) - 1} THEN {given} ELSE {levels} END"
    return writer.look(request.level_clocks, levels)


def _receipt(
    writer: SqlWriter, received: str, since: str, coded: Mapping[str, SqlColumn], request: DecisionRequest
) -> list[Step]:
    """The last day to answer as a number, whether or not there is one to be given."""
    receipts = request.receipts(received)
    instant, day, place = (writer.name(temporary(name)) for name in ("instant", "day", "place"))
    unit = DAY if receipts.timed else 1
    which = "0" if request.calendar_column is None else writer.look(request.which, writer.name(temporary(ITS_CALENDAR)))
    if request.has_level_clocks:
        which = f"({which} * {request.clocks} + {_clock_number(writer, coded, request)})"
    of_calendar = f"{day} - {receipts.origin}"
    inside = f"{of_calendar} BETWEEN 0 AND {receipts.days - 1} AND {which} < {receipts.calendars}"
    return [
        [_as(writer, since, temporary("instant"))],
        [_as(writer, f"CAST(floor({instant} / {unit}) AS BIGINT)", temporary("day"))],
        [_as(writer, f"CASE WHEN {inside} THEN {of_calendar} + {which} * {receipts.days} END", temporary("place"))],
        [_as(writer, _due(writer, receipts, place, f"{instant} - {day} * {unit}", day), temporary("due"))],
    ]


def _due(writer: SqlWriter, receipts: Receipts, place: str, at: str, day: str) -> str:
    piece = f"{place} * {receipts.pieces}"
    for few, numbers in _bounds(receipts):
        bound = writer.look_far(few, writer.look(numbers, place))
        piece += f" + CASE WHEN {at} >= {bound} THEN 1 ELSE 0 END"
    return f"{day} - 1 + NULLIF({writer.look(_dues(receipts), piece)}, 0)"


def _starts(receipts: Receipts) -> list[int]:
    """The first of each place's day: steps and last days are shorter to write when they are counted from it."""
    return [receipts.origin + place % receipts.days for place in range(receipts.days * receipts.calendars)]


@lru_cache(maxsize=16)
def _bounds(receipts: Receipts) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """For each step the bounds that days have, which are few, and by place the number of its own."""
    found = []
    for of_step in receipts.bounds:
        starts = zip(of_step, _starts(receipts), strict=True)
        since = [DAY if bound == NEVER else bound - start * DAY for bound, start in starts]
        number_of = {bound: number for number, bound in enumerate(dict.fromkeys(since))}
        found.append((tuple(number_of), tuple(number_of[bound] for bound in since)))
    return found


@lru_cache(maxsize=16)
def _dues(receipts: Receipts) -> tuple[int, ...]:
    """The last days, a day's own being 1; 0 where the calendar does not reach."""
    starts = _starts(receipts)
    return tuple(
        0 if due is None else due - starts[place // receipts.pieces] + 1 for place, due in enumerate(receipts.dues)
    )
