"""Decide in Polars: columns are encoded to small numbers, these are combined to keys, and the keys are looked up.

Everything is elementwise, so a lazy frame stays lazy and a data set larger than memory streams. Nothing here imports
Polars: it comes with the frame.

Tables are read as `table[places]` and fields by `struct.unnest()`, many times faster than `table.gather(places)` and
`struct.field(name)`, which plan a query each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.frames.layout import LEVEL_SETS, ClockState, Look, Looks, looks, undetermined_names
from reclamation_core.frames.plan import FactColumn, Group, number_of
from reclamation_core.frames.receipts import BLOCK, DAY, ReceiptBlocks, Receipts
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

if TYPE_CHECKING:
    from polars import DataFrame, DataType, Expr, LazyFrame, Schema, Series

RESERVED_PREFIX = "reclamation_core: "
"""The prefix of the names of temporary columns."""


def temporary(name: str) -> str:
    """Return the name of a temporary column."""
    return f"{RESERVED_PREFIX}{name}"


@attrs.frozen(eq=False)
class LookUpTable(SharedRepr):
    """The values of a column for each state of a group.

    Args:
        whole: the column by state; nulls are at its end.
    """

    whole: Series
    known: Series = attrs.field(init=False)
    """The part before the nulls: Polars takes four times as long on a column with nulls."""

    @known.default
    def _known(self) -> Series:
        return self.whole.head(len(self.whole) - self.whole.null_count())

    def read(self, states: Series, last: int) -> Any:
        """Return the values of some states, the greatest of which is `last`."""
        return (self.known if last < len(self.known) else self.whole)[states]


@attrs.frozen(eq=False)
class Readings(SharedRepr):
    """The look-up tables of one group.

    Args:
        name: the group.
        after: the groups at the end of its key, with their numbers of codes.
        states: the state for each key.
        columns: the values of each column, by state.
        passed: the code for later groups, by state; empty if there are none.
        undetermined: the undetermined decisions, by state, as a sum of powers of two.
    """

    name: str
    after: tuple[tuple[str, int], ...]
    states: Series
    columns: Mapping[str, LookUpTable]
    passed: Series
    undetermined: Series
    determined: int = attrs.field(init=False)
    """The number of states before the first one with an undetermined decision."""

    @determined.default
    def _determined(self) -> int:
        return next((state for state, bits in enumerate(self.undetermined) if bits), len(self.undetermined))


def found_by(
    pl: ModuleType, groups: Sequence[Readings], undetermined: Series, level_bit: int = 0
) -> Callable[[Series], Any]:
    """Return the function from a batch of keys, a field for each group, to the results, a field for each column.

    A single function is used because a call from Polars takes as long as reading ten thousand rows.

    Args:
        pl: Polars.
        groups: the look-up tables, in their order.
        undetermined: the names of the undetermined decisions, by their sum of powers of two.
        level_bit: the power of two that is left out where the column `clock` is not `RUNNING`.
    """
    applicable = pl.Series(
        [0xFF if state is ClockState.RUNNING else 0xFF - level_bit for state in ClockState], dtype=pl.UInt8
    )

    def find(batch: Series) -> Any:
        keys = batch.struct.unnest()
        bits = None
        found: dict[str, Any] = {}
        passed: dict[str, Any] = {}
        for group in groups:
            key = keys[group.name]
            for earlier, codes in group.after:
                key = key * codes + passed[earlier]
            states = group.states[key]
            last = -1 if states.is_empty() else cast(int, states.max())
            found |= {name: table.read(states, last).alias(name) for name, table in group.columns.items()}
            if len(group.passed):
                passed[group.name] = group.passed[states]
            if last >= group.determined:
                of_group = group.undetermined[states]
                bits = of_group if bits is None else bits + of_group
        if bits is None:
            names = undetermined.head(1).new_from_index(0, len(batch))
        else:
            names = undetermined[bits & applicable[found["clock"]] if level_bit else bits]
        return pl.DataFrame([*found.values(), names.alias("undetermined")]).to_struct(batch.name)

    return find


def names_in(pl: ModuleType, columns: Sequence[str]) -> Callable[[Series], Any]:
    """Return the function from a batch of flags, a field for each column, to the names of the set ones, or null."""
    texts = [pl.when(name).then(pl.lit(name)) for name in columns]
    named = pl.when(pl.any_horizontal(pl.all())).then(pl.concat_str(texts, separator=" ", ignore_nulls=True))

    def names(batch: Series) -> Any:
        flags = batch.struct.unnest()
        if not flags.select(pl.any_horizontal(pl.all()).any()).item():  # the usual case
            return pl.Series(batch.name, [None], dtype=pl.String).new_from_index(0, len(batch))
        return flags.select(named).to_series()

    return names


_FAR = 1 << 60
"""No calendar reaches this number of microseconds from 1970."""


def in_microseconds(numbers: Any, unit: str) -> Any:
    """Convert instants or days from numbers of a unit of time to microseconds; far values stay far.

    Args:
        numbers: a column, or an expression, of 64 bits.
        unit: `s`, `ms`, `us` or `ns`; days are counted as they are.
    """
    if unit == "ns":
        return numbers // 1000
    parts = {"s": 1_000_000, "ms": 1000, "us": 1}[unit]
    return numbers if parts == 1 else numbers.clip(-_FAR // parts, _FAR // parts) * parts


@attrs.frozen(eq=False)
class DueTable(SharedRepr):
    """The last days to answer of some blocks of days, as columns.

    Args:
        receipts: the table.
        steps: for each step of a day, its instant by day.
        dues: the last days, and then a null.
        without_null: the same without the null, a day of no meaning in the place of others.
        first: the number of the first block.
        ranks: the rank of each block from the first one on; None where they follow each other.
    """

    receipts: Receipts
    steps: list[Series]
    dues: Series
    without_null: Series
    first: int
    ranks: Series | None

    @classmethod
    def of(cls, pl: ModuleType, source: ReceiptBlocks, blocks: tuple[int, ...]) -> DueTable:
        """Return the table of some blocks, given by their numbers in order."""
        receipts, first = source.table(blocks), blocks[0]
        rank_of = {block: rank for rank, block in enumerate(blocks)}
        places = range(first, blocks[-1] + 1)
        return cls(
            receipts,
            [pl.Series(of_step, dtype=pl.Int64) for of_step in receipts.bounds],
            pl.Series([*receipts.dues, None], dtype=pl.Int32).cast(pl.Date),
            pl.Series([0 if due is None else due for due in receipts.dues], dtype=pl.Int32).cast(pl.Date),
            first,
            None
            if len(places) == len(blocks)
            else pl.Series([rank_of.get(place, 0) for place in places], dtype=pl.Int64),
        )

    def places(self, day: Series) -> Any:
        """Return the place of each day, all of which are in these blocks."""
        day = day - self.first * BLOCK
        return day if self.ranks is None else self.ranks[day // BLOCK] * BLOCK + day % BLOCK

    def piece_of(self, place: Series, instants: Series) -> Any:
        """Return the place of the last day of each day and instant."""
        piece = place * self.receipts.pieces
        for step in self.steps:
            piece = piece + (instants >= step[place]).cast(place.dtype)
        return piece


_NEAR = 16
"""The number of blocks up to which all between the first and the last day of a batch are computed: eleven years."""


def _added(tables: dict[tuple[int, ...], DueTable], blocks: tuple[int, ...], table: DueTable) -> DueTable:
    """Add a table to the few that are cached, and return it."""
    if len(tables) >= _NEAR:
        tables.clear()
    tables[blocks] = table
    return table


@lru_cache(maxsize=16)
def due_by(pl: ModuleType, source: ReceiptBlocks) -> Callable[..., Any]:
    """Return the function from a column of instants or of days to the last days.

    Only the days that occur are computed, in blocks, when they first occur.
    """
    unit, (first, last) = DAY if source.timed else 1, source.bounds
    tables: dict[tuple[int, ...], DueTable] = {}

    def table_of(day: Series, inside: Series) -> DueTable:
        earliest, latest = cast(int, day.min()), cast(int, day.max())
        blocks = tuple(range(max(earliest, first) // BLOCK, min(latest, last) // BLOCK + 1))
        if len(blocks) > _NEAR:
            blocks = tuple((day.filter(inside) // BLOCK).unique().sort().to_list())
        return tables.get(blocks) or _added(tables, blocks, DueTable.of(pl, source, blocks))

    def due(instants: Series, which: Series | None = None) -> Any:
        day = instants // unit
        inside = ((day >= first) & (day <= last)).fill_null(value=False)
        if not inside.any():
            return pl.Series(instants.name, [None], dtype=pl.Date).new_from_index(0, len(instants))
        table = table_of(day, inside)
        if which is None and inside.all():
            place, (start, end) = table.places(day), table.receipts.answered
            if start <= place.min() and place.max() < end:
                # Fast path for the usual case.
                return table.without_null[table.piece_of(place.cast(pl.UInt32), instants)].alias(instants.name)
        if which is not None:
            inside &= which < table.receipts.calendars
        nothing = day.clear(len(day)).fill_null(0)
        place = table.places(day.zip_with(inside, nothing + table.first * BLOCK))
        if which is not None:
            place += which.cast(pl.Int64).zip_with(inside, nothing) * table.receipts.days
        outside = pl.select(pl.repeat(len(table.dues) - 1, len(day), dtype=pl.UInt32)).to_series()
        piece = table.piece_of(place.cast(pl.UInt32), instants.fill_null(0)).zip_with(inside, outside)
        return table.dues[piece].alias(instants.name)

    return due


def due_of_each(due: Callable[..., Any], which: Any, clocks: int = 1) -> Callable[[Any], Any]:
    """Return the function from a batch of instants with the codes of their calendars to the last days.

    Args:
        due: the result of `due_by`.
        which: for each code, the place of its calendar among those that differ.
        clocks: how many clocks each calendar has; the batch then has the number of the clock as `clock`.
    """

    def due_each(batch: Series) -> Any:
        each = batch.struct.unnest()
        place = which[each["calendar"]]
        return due(each["instant"], place if clocks == 1 else place * clocks + each["clock"])

    return due_each


@attrs.frozen(eq=False)
class EncodedColumn(SharedRepr):
    """A column as codes.

    Args:
        expression: the code of each row.
        choices: for each code, its set of the fact's classes.
        impossible: the code of what cannot be, None where all can.
    """

    expression: Expr
    choices: tuple[int, ...]
    impossible: int | None


def codes(pl: ModuleType, schema: Schema, request: DecisionRequest) -> dict[str, EncodedColumn]:
    """Return the requested columns as codes, by name.

    Raises:
        FaultsError: columns whose type cannot hold their values, all at once.
    """
    coded: dict[str, EncodedColumn] = {}
    faults: list[Fault] = []
    for name, fact in request.plan.facts.items():
        column = _of_fact(pl, fact, schema, request, faults)
        if column is not None:
            coded[name] = column
    if request.tells_kind(schema.names()) and isinstance(schema[KIND], _texts(pl)):
        other = _places(pl, KIND, schema[KIND], (request.other_kind.value,))
        coded[KIND] = EncodedColumn(other.is_not_null().cast(pl.UInt8), (), 1)
    received = request.received(schema.names())
    if received is not None:
        _of_level_clock(pl, schema, request, coded, faults)
        dtype = schema[request.column(received)]
        aware = isinstance(dtype, pl.Datetime) and dtype.time_zone is not None
        if not (aware if received == INSTANT else dtype == pl.Date) and dtype != pl.Null:
            faults.append(receipt_fault(received, dtype, request.column(received)))
        if request.calendar_column is not None:
            own, names = request.column(ITS_CALENDAR), tuple(request.calendars)
            if isinstance(schema[own], (*_texts(pl), pl.Null)):
                places = _places(pl, own, schema[own], names).fill_null(len(names))
                coded[ITS_CALENDAR] = EncodedColumn(places, (), len(names))
            else:
                faults.append(keys_fault(own, schema[own]))
    if faults:
        raise FaultsError(faults)
    return coded


def _of_level_clock(
    pl: ModuleType, schema: Schema, request: DecisionRequest, coded: dict[str, EncodedColumn], faults: list[Fault]
) -> None:
    """Add the levels whose time to answer counts as codes: a set of levels by its number, 0 for those of the facts."""
    changed, levels = request.column(LEVEL_CHANGED), request.column(CLOCK_LEVELS)
    if not request.has_level_clocks:
        return
    if schema.get(changed, pl.Null) not in {pl.Null, pl.Date}:
        faults.append(receipt_fault(LEVEL_CHANGED, schema[changed], changed))
    if schema.get(levels, pl.Null) == pl.Null:
        return
    if not isinstance(schema[levels], _texts(pl)):
        faults.append(keys_fault(levels, schema[levels]))
        return
    places = _places(pl, levels, schema[levels], LEVEL_SETS[1:]) + 1
    others = pl.when(pl.col(levels).is_null()).then(0).otherwise(len(LEVEL_SETS))
    code = pl.when(places.is_not_null()).then(places).otherwise(others).cast(pl.UInt8)
    coded[CLOCK_LEVELS] = EncodedColumn(code, (), len(LEVEL_SETS))


def _of_fact(
    pl: ModuleType, fact: FactColumn, schema: Schema, request: DecisionRequest, faults: list[Fault]
) -> EncodedColumn | None:
    """Return a fact's column as codes, its marker included; columns of a wrong type are added to the faults."""
    own, marker = request.column(fact.name), request.marker(fact)
    column = _codes(pl, fact, schema.get(own) if fact.given else None, own)
    if column is None:
        faults.append(fact_fault(fact, schema[own], own))
    if marker is None or schema.get(marker, pl.Null) == pl.Null:
        return column
    if schema[marker] != pl.Boolean:
        faults.append(marker_fault(marker, schema[marker]))
    if column is None or schema[marker] != pl.Boolean:
        return None
    return _with_unknown(pl, fact, column, marker, pl.col(own) if own in schema else None)


def _texts(pl: ModuleType) -> tuple[Any, ...]:
    """The types of columns of texts."""
    return pl.Enum, pl.Categorical, pl.String


def _with_unknown(pl: ModuleType, fact: FactColumn, column: EncodedColumn, marker: str, values: Any) -> EncodedColumn:
    """Return a fact's column with a code for the rows that are marked as unknown; `values` is None without a column.

    A marked row that has a value is impossible.
    """
    unknown = len(column.choices)
    impossible = unknown + 1 if column.impossible is None else column.impossible
    dtype = unsigned(pl, unknown + 2)
    marked = constant(pl, unknown, dtype)
    if values is not None:
        marked = pl.when(values.is_null()).then(marked).otherwise(constant(pl, impossible, dtype))
    code = pl.when(pl.col(marker)).then(marked).otherwise(column.expression.cast(dtype))
    choices = (*column.choices, fact.when_unknown, *((0,) if column.impossible is None else ()))
    return EncodedColumn(code, choices, impossible)


def _codes(pl: ModuleType, fact: FactColumn, dtype: DataType | None, own: str) -> EncodedColumn | None:
    """A fact's column, of a type and a name, as codes; None where its type cannot hold the values."""
    if dtype is None or dtype == pl.Null:
        return EncodedColumn(constant(pl, 0, pl.UInt8), (fact.when_null,), None)
    domain = fact.input.domain
    if isinstance(domain, Enumeration):
        return _of_texts(pl, fact, domain, dtype, own)
    if isinstance(domain, Boolean):
        return _of_flags(pl, fact, own) if dtype == pl.Boolean else None
    if isinstance(domain, Day):
        return of_numbers(pl, fact, domain, pl.Int32(), pl.col(own).cast(pl.Int32)) if dtype == pl.Date else None
    if isinstance(domain, Line) and (dtype.is_integer() if isinstance(domain, Integer) else dtype.is_numeric()):
        # A float is meant as the decimal number that it is written as, and so compares as the bounds' floats do.
        column = pl.col(own).cast(pl.Float64) if dtype == pl.Float32 else pl.col(own)
        return of_numbers(pl, fact, domain, dtype, column)
    return None


def _of_flags(pl: ModuleType, fact: FactColumn, own: str) -> EncodedColumn:
    flag = pl.col(own)
    no, yes, null = (constant(pl, code, pl.UInt8) for code in range(3))
    code = pl.when(flag.is_null()).then(null).when(flag).then(yes).otherwise(no)
    return EncodedColumn(code, (fact.set_of(False), fact.set_of(True), fact.when_null), None)


def _of_texts(pl: ModuleType, fact: FactColumn, domain: Enumeration, dtype: DataType, own: str) -> EncodedColumn | None:
    names = tuple(map(str, domain.values))
    if isinstance(dtype, pl.Enum):
        categories = dtype.categories.to_list()
        if set(categories) <= set(names):  # then the frame's own numbers are the codes
            code = pl.col(own).to_physical().cast(unsigned(pl, len(categories) + 1)).fill_null(len(categories))
            return EncodedColumn(code, (*map(fact.set_of, categories), fact.when_null), None)
    if not isinstance(dtype, _texts(pl)):
        return None
    known = _places(pl, own, dtype, names)
    others = fact.set_of(domain.other) if isinstance(domain, OpenEnumeration) else 0
    choices = (*map(fact.set_of, names), others, fact.when_null)
    # An unknown name becomes null; unlike a null it was not null before.
    other = pl.when(pl.col(own).is_null()).then(len(names) + 1).otherwise(len(names))
    code = pl.when(known.is_not_null()).then(known).otherwise(other)
    return EncodedColumn(code.cast(unsigned(pl, len(choices))), choices, None if others else len(names))


def _places(pl: ModuleType, name: str, dtype: DataType, names: tuple[str, ...]) -> Any:
    """A column of texts as their places among some names; null for any other."""
    column = pl.col(name)
    texts = column if dtype == pl.String else column.cast(pl.String)
    return texts.cast(pl.Enum(names), strict=False).to_physical().cast(pl.UInt32)


def of_numbers(pl: ModuleType, fact: FactColumn, domain: Line, dtype: DataType, column: Expr) -> EncodedColumn:
    """A column of numbers as codes: the intervals in their order, then null, then what cannot be."""

    def given(bound: object) -> Any:
        number = number_of(bound)
        return number if dtype.is_decimal() else float(number) if number % 1 else int(number)

    intervals = [(atom, number) for atom, number in zip(fact.atoms, fact.class_of, strict=True) if atom.interval]
    null, impossible = len(intervals), len(intervals) + 1
    dtype_of_codes = unsigned(pl, impossible + 1)
    # From above, where Polars has what is not a number, down to the interval that has no cut below it.
    steps: list[tuple[Any, Any]] = []
    if domain.maximum is not None:
        steps.append((column > given(domain.maximum), impossible))
    if dtype.is_float() and None in (domain.minimum, domain.maximum):
        steps.append((~column.is_finite(), impossible))
    if isinstance(domain, Integer) and domain.minimum == 0 and domain.maximum == len(intervals) - 1:
        steps.append((column >= 0, column.cast(dtype_of_codes, strict=False)))  # each number is a class of its own
    else:
        cuts = [atom.low for atom, _ in intervals[1:] if atom.low is not None]
        passed = [column > given(value) if after else column >= given(value) for value, after in cuts]
        lowest = column.is_not_null() if domain.minimum is None else column >= given(domain.minimum)
        steps += [(holds, place) for place, holds in reversed([*enumerate([lowest, *passed])])]
    steps.append((column.is_null(), null))
    code = constant(pl, impossible, dtype_of_codes)
    for holds, found in reversed(steps):
        code = (
            pl.when(holds)
            .then(constant(pl, found, dtype_of_codes) if isinstance(found, int) else found)
            .otherwise(code)
        )
    return EncodedColumn(code, (*(1 << number for _, number in intervals), fact.when_null, 0), impossible)


def unsigned(pl: ModuleType, size: int) -> Any:
    """The smallest type that has so many numbers."""
    return pl.UInt8 if size <= 1 << 8 else pl.UInt16 if size <= 1 << 16 else pl.UInt32


def constant(pl: ModuleType, number: int, dtype: DataType) -> Any:
    """A number in every row; with its type given to `lit` it would be made of a whole column each time."""
    return pl.lit(number).cast(dtype)


@attrs.frozen(eq=False)
class Axis(SharedRepr):
    """A part of a key: the code of each row, and the number of codes."""

    code: Expr
    count: int


def look_up(
    pl: ModuleType,
    frame: DataFrame | LazyFrame,
    choices: Mapping[str, Sequence[int]],
    request: DecisionRequest,
    *,
    by_group: bool,
) -> tuple[Any, dict[str, Any]]:
    """Return the lazy frame with the results, and each column that is looked up in them, by name.

    If a level or a due date is requested, the columns include `clock`: whether an answer is due. If the due date
    depends on the level, they include `levels`: the levels still possible, as a sum of powers of two.

    Args:
        pl: Polars.
        frame: the lazy frame, with the codes of each fact.
        choices: the sets of classes of the codes of each fact.
        request: the request.
        by_group: True if each group is read by a call of its own, which is omitted if nothing of it is selected.
    """
    asked = looks(request.plan, choices, request.decisions, request.own)
    axes = {name: Axis(pl.col(temporary(name)), len(of_fact)) for name, of_fact in choices.items()}
    names = _undetermined(pl, request.decisions)
    # With a call for each group the sums of powers of two are added up and then named.
    sums = pl.Series(range(len(names)), dtype=pl.UInt8)
    found: dict[str, Any] = {}
    bits: list[Any] = []
    for part in [[group] for group in request.plan.groups] if by_group else [request.plan.groups]:
        clocks = request.has_clock, request.has_level_clocks
        read = [_readings(pl, group, asked[group.name], clocks, by_group=by_group) for group in part]
        column = temporary(f"{part[0].name} found")
        undetermined, level_bit = (sums, 0) if by_group else (names, request.level_bit)
        results = _keys(pl, part, axes).map_batches(
            found_by(pl, read, undetermined, level_bit),
            return_dtype=_fields(pl, read, undetermined),
            is_elementwise=True,
        )
        frame = frame.with_columns(results.alias(column))
        found |= {name: pl.col(column).struct.field(name) for one in read for name in one.columns}
        bits.append(pl.col(column).struct.field("undetermined"))
        axes |= {group.name: Axis(found[_passed(group)], len(group.sets)) for group in part if _passed(group) in found}
    found["undetermined"] = bits[0]
    if by_group:
        found["undetermined"] = _read(_applicable(pl, sum(bits[1:], bits[0]), found, request.level_bit), names)
    return frame, found


def _applicable(pl: ModuleType, bits: object, found: Mapping[str, Any], level_bit: int) -> Any:
    """Return the undetermined decisions without the level, where a message is out of scope."""
    if not level_bit:
        return bits
    return bits & pl.when(_is_running(found)).then(constant(pl, 0xFF, pl.UInt8)).otherwise(
        constant(pl, 0xFF - level_bit, pl.UInt8)
    )


def _is_running(found: Mapping[str, Any]) -> Any:
    return found["clock"] == ClockState.RUNNING.value


def _passed(group: Group) -> str:
    """Return the name of the column that a group passes on."""
    return f"{group.name} passed"


def _keys(pl: ModuleType, part: Sequence[Group], axes: Mapping[str, Axis]) -> Any:
    """Return the keys of each row, a field for each group."""
    return pl.struct(
        _key(pl, [axes[axis.name] for axis in group.axes if axis.name in axes]).alias(group.name) for group in part
    )


def _fields(pl: ModuleType, read: Sequence[Readings], undetermined: Any) -> Any:
    """Return the type of the results of each row, a field for each column."""
    fields = {name: table.whole.dtype for one in read for name, table in one.columns.items()}
    return pl.Struct({**fields, "undetermined": undetermined.dtype})


def _read(places: Expr, table: Series) -> Any:
    """Return the values of a table at some places."""
    return places.map_batches(lambda batch: table[batch], return_dtype=table.dtype, is_elementwise=True)


def _key(pl: ModuleType, axes: Sequence[Axis]) -> Any:
    """Combine codes to one number; each step has the smallest type that it needs."""
    key, size = constant(pl, 0, pl.UInt8), 1
    parts: list[tuple[Any, int]] = []
    for axis in axes:
        if size * axis.count > 1 << 8:
            parts.append((key, size))
            key, size = axis.code, axis.count
        elif size > 1:
            key, size = key * constant(pl, axis.count, pl.UInt8) + axis.code, size * axis.count
        else:
            key, size = axis.code, axis.count
    total, whole = 1, pl.lit(0)
    for part, count in [*parts, (key, size)]:
        total *= count
        dtype = unsigned(pl, total)
        wide = part.cast(dtype)
        whole = wide if total == count else whole.cast(dtype) * constant(pl, count, dtype) + wide
    return whole.cast(pl.UInt32)


@lru_cache(maxsize=64)
def _readings(pl: ModuleType, group: Group, found: Looks, clocks: tuple[bool, bool], *, by_group: bool) -> Readings:
    with_clock, with_levels = clocks
    columns = {name: LookUpTable(_column(pl, look)) for name, look in found.columns.items()}
    if with_clock and found.clock:
        columns["clock"] = LookUpTable(pl.Series(found.clock, dtype=pl.UInt8))
    if with_levels and found.levels:
        columns["levels"] = LookUpTable(pl.Series(found.levels, dtype=pl.UInt8))
    passed = pl.Series(found.passed, dtype=pl.UInt32)
    if by_group and len(passed):
        columns[_passed(group)] = LookUpTable(passed.cast(unsigned(pl, len(group.sets))))
    before = () if by_group else ((axis.name, len(axis.sets)) for axis in group.axes if isinstance(axis, Group))
    return Readings(
        group.name,
        tuple(before),
        pl.Series(found.states, dtype=pl.UInt32),
        columns,
        passed,
        pl.Series(found.undetermined, dtype=pl.UInt8),
    )


def _column(pl: ModuleType, look: Look) -> Any:
    found = [None if place is None else look.values[place] for place in look.places]
    return pl.Series(found, dtype=pl.Enum(look.values) if look.text else pl.Int8)


@lru_cache(maxsize=8)
def _undetermined(pl: ModuleType, decisions: tuple[str, ...]) -> Any:
    names = undetermined_names(decisions)
    return pl.Series(names, dtype=pl.Enum(names))


INVALID_FLAG = temporary("invalid")
"""The column that is True in invalid rows."""


def decide(pl: ModuleType, frame: DataFrame | LazyFrame, request: DecisionRequest, *, by_group: bool = False) -> Any:
    """Return the lazy frame with the requested columns and `INVALID_FLAG`.

    Args:
        pl: Polars.
        frame: the lazy frame.
        request: the request.
        by_group: True if columns that are not selected afterwards cost nothing; all columns together then cost a little
            more.

    Raises:
        FaultsError: columns whose type cannot hold their values, all at once.
    """
    known = frame.collect_schema()
    names = known.names()
    schema = pl.Schema({name: pl.Null() if name in request.empty else dtype for name, dtype in known.items()})
    coded = codes(pl, schema, request)
    frame = frame.with_columns(**{temporary(name): column.expression for name, column in coded.items()})
    frame, found = look_up(
        pl, frame, {name: coded[name].choices for name in request.plan.facts}, request, by_group=by_group
    )
    outputs = {name: found[name] for name in request.looked_up}
    outputs |= {name: pl.when(_is_running(found)).then(found[name]) for name in request.of_complaints}
    refused = {
        name: pl.col(temporary(name)) == column.impossible
        for name, column in coded.items()
        if column.impossible is not None
    }
    strange: dict[str, list[Any]] = {}
    for name, where in refused.items():
        strange.setdefault(request.column(name), []).append(where)
    received = request.received(names)
    if received is not None:
        own = request.column(received)
        levels = _levels(pl, found, coded, request)
        frame = frame.with_columns(_last_day(pl, received, schema[own], request, levels).alias(temporary("due")))
        due = pl.col(temporary("due"))
        outputs["due_date"] = pl.when(_is_dated(found)).then(_not_before(pl, due, schema, request))
        if request.shows_levels:
            outputs[CLOCK_LEVELS] = _read(levels, _level_sets(pl))
        late = (found["clock"] != ClockState.STOPPED.value) & due.is_null()
        if ITS_CALENDAR in refused:
            late &= ~refused[ITS_CALENDAR]
        strange[own] = [pl.col(own).is_null(), late]
    outputs = {request.name(name): column for name, column in outputs.items()}
    if KIND in refused:
        frame = frame.with_columns(**outputs)  # look up in all rows, then remove the results of some
        outputs = {name: pl.when(~refused[KIND]).then(pl.col(name)) for name in outputs}
    outputs[INVALID_FLAG] = pl.any_horizontal(pl.lit(False), *chain.from_iterable(strange.values()))
    if request.marked:
        outputs[request.name("invalid")] = _invalid(pl, strange)
    return frame.with_columns(**outputs).select(*names, *request.added, INVALID_FLAG)


def _is_dated(found: Mapping[str, Any]) -> Any:
    """Return whether an answer is due, and the facts that its date depends on are valid."""
    running = _is_running(found)
    return running & (found["levels"] > 0) if "levels" in found else running


def _levels(
    pl: ModuleType, found: Mapping[str, Any], coded: Mapping[str, EncodedColumn], request: DecisionRequest
) -> Any:
    """Return the levels whose time to answer counts, as a sum of powers of two; None if it is the same for all."""
    if not request.has_level_clocks:
        return None
    if CLOCK_LEVELS not in coded:
        return found["levels"]
    given = pl.col(temporary(CLOCK_LEVELS))
    return pl.when((given > 0) & (given < len(LEVEL_SETS))).then(given).otherwise(found["levels"])


@lru_cache(maxsize=1)
def _level_sets(pl: ModuleType) -> Any:
    return pl.Series(LEVEL_SETS, dtype=pl.Enum(LEVEL_SETS))


def _not_before(pl: ModuleType, due: Any, schema: Schema, request: DecisionRequest) -> Any:
    """Return the last day to answer, which does not precede the day on which the level changed."""
    changed = request.column(LEVEL_CHANGED)
    if not request.has_level_clocks or schema.get(changed, pl.Null) == pl.Null:
        return due
    return pl.when(due.is_not_null()).then(pl.max_horizontal(due, pl.col(changed)))


def _last_day(pl: ModuleType, received: str, dtype: DataType, request: DecisionRequest, levels: Any) -> Any:
    """Return the last day to answer of every row, even of those without an answer due."""
    instants = in_microseconds(pl.col(request.column(received)).cast(pl.Int64), getattr(dtype, "time_unit", "us"))
    due = due_by(pl, request.receipt_blocks(received))
    if request.calendar_column is None and levels is None:
        return instants.map_batches(due, return_dtype=pl.Date, is_elementwise=True)
    alone = request.calendar_column is None
    which = pl.Series([0] if alone else request.which, dtype=pl.UInt32)
    calendar = constant(pl, 0, pl.UInt32) if alone else pl.col(temporary(ITS_CALENDAR))
    parts = {"instant": instants, "calendar": calendar}
    if levels is not None:
        parts["clock"] = _read(levels, pl.Series(request.level_clocks, dtype=pl.UInt32))
    of_each = due_of_each(due, which, request.clocks)
    return pl.struct(**parts).map_batches(of_each, return_dtype=pl.Date, is_elementwise=True)


def _invalid(pl: ModuleType, strange: Mapping[str, Sequence[Any]]) -> Any:
    if not strange:
        return pl.lit(None, pl.String)
    flags = pl.struct(pl.any_horizontal(*where).fill_null(value=False).alias(name) for name, where in strange.items())
    return flags.map_batches(names_in(pl, tuple(strange)), return_dtype=pl.String, is_elementwise=True)
