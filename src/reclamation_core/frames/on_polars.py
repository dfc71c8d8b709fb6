"""Deciding in Polars: every column is encoded to small numbers, made into keys, and looked up.

All is elementwise, so that a lazy frame stays lazy and a data set larger than memory streams. Nothing here imports
Polars: the frame that is decided brings it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.frames.batches import due_by, names_in, read_by
from reclamation_core.frames.layout import Clock, Look, Looks, looks, undetermined_names
from reclamation_core.frames.plan import Fact, Group
from reclamation_core.frames.request import INSTANT, KIND, Request, fact_fault, keys_fault, receipt_fault
from reclamation_core.tables import Boolean, Integer
from reclamation_core.tables.domains import Enumeration, Line
from reclamation_core.tables.partition import Cut

KEPT = "reclamation_core: "
"""What the columns begin with that are made on the way."""
STRANGE = f"{KEPT}invalid"
"""The column that says whether a row has a value that cannot be."""


@attrs.frozen(eq=False)
class Coded:
    """A column as codes.

    Args:
        expression: the code of each row.
        choices: for each code, the set of the fact's classes that it stands for.
        impossible: the code of what cannot be, None where all can.
    """

    expression: Any
    choices: tuple[int, ...]
    impossible: int | None


def decide(pl: Any, frame: Any, request: Request) -> Any:
    """The lazy frame with the columns that were asked for, and `STRANGE`.

    Raises:
        FaultsError: columns whose type cannot hold their values, all at once.
    """
    schema = frame.collect_schema()
    names = schema.names()
    coded = _coded(pl, schema, request)
    found = looks(request.plan, {name: coded[name].choices for name in request.plan.facts}, request.decisions)
    frame = frame.with_columns(**{_temporary(name): column.expression for name, column in coded.items()})
    for group in request.plan.groups:
        # One after the other: a group's key is made of what the groups before it gave.
        tables = _tables(pl, found[group.name])
        state = _gathered(_key(pl, group, coded), tables.states)
        frame = frame.with_columns(state.alias(_temporary(f"{group.name} state")))
        if tables.passed is not None:
            frame = frame.with_columns(_look(pl, group, tables.passed).alias(_temporary(group.name)))
    strange = [
        (name, pl.col(_temporary(name)) == column.impossible)
        for name, column in coded.items()
        if column.impossible is not None
    ]
    outputs = _decided(pl, found, request)
    received = request.received(names)
    if received is not None:
        frame = frame.with_columns(**_receipt(pl, found, received, request))
        due, clock = pl.col(_temporary("due")), pl.col(_temporary("clock"))
        outputs["due_date"] = pl.when(clock == Clock.RUNNING.value).then(due)
        late = (clock != Clock.STOPPED.value) & due.is_null()
        if request.by is not None:
            late &= pl.col(_temporary(request.by)) != coded[request.by].impossible
        strange.append((received, pl.col(received).is_null() | late))
    outputs = {request.name(name): column for name, column in outputs.items()}
    if KIND in coded:
        frame = frame.with_columns(**outputs)  # what is looked up is looked up in all rows, and only then taken away
        mine = pl.col(_temporary(KIND)) != coded[KIND].impossible
        outputs = {name: pl.when(mine).then(pl.col(name)) for name in outputs}
    outputs[STRANGE] = pl.any_horizontal(pl.lit(False), *(where for _, where in strange))
    if request.marked:
        outputs[request.name("invalid")] = _invalid(pl, dict(strange))
    return frame.with_columns(**outputs).select(*names, *request.added, STRANGE)


def _invalid(pl: Any, strange: Mapping[str, Any]) -> Any:
    if not strange:
        return pl.lit(None, pl.String)
    flags = pl.struct(where.fill_null(value=False).alias(name) for name, where in strange.items())
    return flags.map_batches(names_in(pl, tuple(strange)), return_dtype=pl.String, is_elementwise=True)


def _temporary(name: str) -> str:
    return f"{KEPT}{name}"


def _coded(pl: Any, schema: Any, request: Request) -> dict[str, Coded]:
    coded: dict[str, Coded] = {}
    faults: list[Fault] = []
    for name, fact in request.plan.facts.items():
        column = _codes(pl, fact, schema.get(name) if fact.given else None)
        if column is None:
            faults.append(fact_fault(fact, schema[name]))
        else:
            coded[name] = column
    if request.tells_kind(schema.names()) and isinstance(schema[KIND], _texts(pl)):
        other = _places(pl, KIND, schema[KIND], (request.other_kind.value,))
        coded[KIND] = Coded(other.is_not_null().cast(pl.UInt8), (), 1)
    received = request.received(schema.names())
    if received is not None:
        dtype = schema[received]
        aware = isinstance(dtype, pl.Datetime) and dtype.time_zone is not None
        if not (aware if received == INSTANT else dtype == pl.Date) and dtype != pl.Null:
            faults.append(receipt_fault(received, dtype))
        if request.by is not None:
            if isinstance(schema[request.by], (*_texts(pl), pl.Null)):
                names = tuple(request.calendars)
                coded[request.by] = Coded(
                    _places(pl, request.by, schema[request.by], names).fill_null(len(names)), (), len(names)
                )
            else:
                faults.append(keys_fault(request.by, schema[request.by]))
    if faults:
        raise FaultsError(faults)
    return coded


def _texts(pl: Any) -> tuple[Any, ...]:
    """The types of columns of texts."""
    return pl.Enum, pl.Categorical, pl.String


def _codes(pl: Any, fact: Fact, dtype: Any) -> Coded | None:
    """A fact's column as codes; None where its type cannot hold the values."""
    if dtype is None or dtype == pl.Null:
        return Coded(pl.lit(0, pl.UInt8), (fact.when_null,), None)
    domain = fact.input.domain
    if isinstance(domain, Enumeration):
        return _of_texts(pl, fact, domain, dtype)
    if isinstance(domain, Boolean):
        sets = (fact.set_of(False), fact.set_of(True), fact.when_null)
        return Coded(pl.col(fact.name).cast(pl.UInt8).fill_null(2), sets, None) if dtype == pl.Boolean else None
    if isinstance(domain, Line) and (dtype.is_integer() if isinstance(domain, Integer) else dtype.is_numeric()):
        return _of_numbers(pl, fact, domain, dtype)
    return None


def _of_texts(pl: Any, fact: Fact, domain: Enumeration, dtype: Any) -> Coded | None:
    names = tuple(map(str, domain.values))
    if isinstance(dtype, pl.Enum):
        categories = dtype.categories.to_list()
        if set(categories) <= set(names):  # then the frame's own numbers are the codes
            code = pl.col(fact.name).to_physical().cast(pl.UInt8).fill_null(len(categories))
            return Coded(code, (*map(fact.set_of, categories), fact.when_null), None)
    if not isinstance(dtype, _texts(pl)):
        return None
    known = _places(pl, fact.name, dtype, names)
    # A text that is none of the names becomes null, and is told from a null by having been something.
    code = known.fill_null(len(names) + 1) - (known.is_null() & pl.col(fact.name).is_not_null())
    choices = (*map(fact.set_of, names), 0, fact.when_null)
    return Coded(code.cast(_unsigned(pl, len(choices))), choices, len(names))


def _places(pl: Any, name: str, dtype: Any, names: tuple[str, ...]) -> Any:
    """A column of texts as their places among some names; null for any other."""
    column = pl.col(name)
    texts = column if dtype == pl.String else column.cast(pl.String)
    return texts.cast(pl.Enum(names), strict=False).to_physical().cast(pl.UInt32)


def _of_numbers(pl: Any, fact: Fact, domain: Line, dtype: Any) -> Coded:
    # A float is meant as the decimal number that it is written as, and so compares as the bounds' floats do.
    column = pl.col(fact.name).cast(pl.Float64) if dtype == pl.Float32 else pl.col(fact.name)
    given = (lambda bound: bound) if dtype.is_decimal() else (lambda bound: float(bound) if bound % 1 else int(bound))
    intervals = [(atom, number) for atom, number in zip(fact.atoms, fact.class_of, strict=True) if atom.interval]
    code = _interval(pl, column, [atom.low for atom, _ in intervals[1:] if atom.low is not None], given)
    if isinstance(domain, Integer) and domain.minimum == 0 and domain.maximum == len(intervals) - 1:
        code = column  # each number is a class of its own
    ends = [
        *(column >= given(end) for end in (domain.minimum,) if end is not None),
        *(column <= given(end) for end in (domain.maximum,) if end is not None),
    ]
    inside = pl.all_horizontal(column.is_finite() if dtype.is_float() else column.is_not_null(), *ends)
    count = len(intervals)
    codes = pl.when(inside).then(code).when(column.is_null()).then(count).otherwise(count + 1)
    return Coded(codes.cast(pl.UInt8), (*(1 << number for _, number in intervals), fact.when_null, 0), count + 1)


def _interval(pl: Any, column: Any, cuts: Sequence[Cut], given: Callable[[Any], Any]) -> Any:
    """In which interval each number is: how many of the cuts between intervals it has passed."""
    passed = [column > given(value) if after else column >= given(value) for value, after in cuts]
    return sum((one.cast(pl.UInt8) for one in passed), pl.lit(0, pl.UInt8))


def _key(pl: Any, group: Group, coded: Mapping[str, Coded]) -> Any:
    """The axes' codes as one number; each step is held in the smallest type that it needs."""
    key, size = pl.lit(0, pl.UInt8), 1
    parts: list[tuple[Any, int]] = []
    for axis in group.axes:
        count = len(coded[axis.name].choices) if isinstance(axis, Fact) else len(axis.sets)
        code = pl.col(_temporary(axis.name))
        if size * count > 1 << 8:
            parts.append((key, size))
            key, size = code, count
        else:
            key, size = (key * pl.lit(count, pl.UInt8) + code if size > 1 else code), size * count
    total, whole = 1, pl.lit(0)
    for part, count in [*parts, (key, size)]:
        total *= count
        dtype = _unsigned(pl, total)
        wide = part.cast(dtype)
        whole = wide if total == count else whole.cast(dtype) * pl.lit(count, dtype) + wide
    return whole.cast(pl.UInt32)


def _unsigned(pl: Any, size: int) -> Any:
    return pl.UInt8 if size <= 1 << 8 else pl.UInt16 if size <= 1 << 16 else pl.UInt32


@attrs.frozen(eq=False)
class Tables:
    """What one group's key is asked, as Polars gathers it; the states by key, all else by state."""

    states: Any
    columns: Mapping[str, Any]
    passed: Any | None
    undetermined: Any | None
    clock: Any


@lru_cache(maxsize=64)
def _tables(pl: Any, asked: Looks) -> Tables:
    return Tables(
        # As gathering takes it, once for all the columns looked up.
        pl.Series(asked.states, dtype=pl.UInt32),
        {name: _table(pl, look) for name, look in asked.columns.items()},
        pl.Series(asked.passed, dtype=pl.UInt8) if asked.passed else None,
        pl.Series(asked.undetermined, dtype=pl.UInt8) if any(asked.undetermined) else None,
        pl.Series(asked.clock, dtype=pl.UInt8),
    )


def _table(pl: Any, look: Look) -> Any:
    found = [None if place is None else look.values[place] for place in look.places]
    return pl.Series(found, dtype=pl.Enum(look.values) if look.text else pl.Int8)


def _gathered(places: Any, table: Any) -> Any:
    """What a table has at some places."""
    return places.map_batches(read_by(table), return_dtype=table.dtype, is_elementwise=True)


def _look(pl: Any, group: Group, table: Any) -> Any:
    """What a table has for a group's state."""
    return _gathered(pl.col(_temporary(f"{group.name} state")), table)


def _decided(pl: Any, found: Mapping[str, Looks], request: Request) -> dict[str, Any]:
    outputs: dict[str, Any] = {}
    bits = []
    for group in request.plan.groups:
        tables = _tables(pl, found[group.name])
        outputs |= {name: _look(pl, group, table) for name, table in tables.columns.items()}
        if tables.undetermined is not None:
            bits.append(_look(pl, group, tables.undetermined))
    total = sum(bits[1:], bits[0]) if bits else pl.lit(0, pl.UInt8)
    outputs["undetermined"] = _gathered(total, _names(pl, request.decisions))
    return outputs


@lru_cache(maxsize=8)
def _names(pl: Any, decisions: tuple[str, ...]) -> Any:
    names = undetermined_names(decisions)
    return pl.Series(names, dtype=pl.Enum(names))


def _receipt(pl: Any, found: Mapping[str, Looks], received: str, request: Request) -> dict[str, Any]:
    """The last day to answer, whether or not there is one to be given, and whether the clock runs."""
    receipts = request.receipts(received)
    first = next(group for group in request.plan.groups if found[group.name].clock)
    clock = _look(pl, first, _tables(pl, found[first.name]).clock)
    instants = pl.col(received).cast(pl.Datetime("us", "UTC") if received == INSTANT else pl.Date).to_physical()
    due = due_by(pl, receipts)
    if request.by is None:
        dues = instants.map_batches(due, return_dtype=pl.Date, is_elementwise=True)
    else:
        which = _gathered(pl.col(_temporary(request.by)), pl.Series(request.which, dtype=pl.UInt32))
        both = pl.struct(instants.alias("instant"), which.alias("which"))
        dues = both.map_batches(
            lambda pairs: due(pairs.struct.field("instant"), pairs.struct.field("which")),
            return_dtype=pl.Date,
            is_elementwise=True,
        )
    return {_temporary("due"): dues, _temporary("clock"): clock}
