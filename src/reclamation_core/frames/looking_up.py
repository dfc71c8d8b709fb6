"""Looking up in Polars what the tables say: keys are made of the codes, and read in one call or one for each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import attrs

from reclamation_core.frames.batches import Readings, Table, found_by
from reclamation_core.frames.codes import constant, unsigned
from reclamation_core.frames.layout import Look, Looks, looks, undetermined_names
from reclamation_core.frames.plan import Group
from reclamation_core.frames.request import Request
from reclamation_core.frames.temporary import temporary


@attrs.frozen(eq=False)
class Axis:
    """A part of a key: the code of each row, and how many codes there are."""

    code: Any
    count: int


def look_up(
    pl: Any, frame: Any, choices: Mapping[str, Sequence[int]], request: Request, *, apart: bool
) -> tuple[Any, dict[str, Any]]:
    """The lazy frame with what is found; and by its name, each column that is looked up in it.

    Beside the columns that are asked for there is `clock`, whether an answer is due, where a last day is asked for.

    Args:
        pl: Polars.
        frame: the lazy frame, with the codes of each fact.
        choices: what the codes of each fact stand for.
        request: what is asked for.
        apart: whether each group is read by a call of its own, which is left out where nothing of it is selected.
    """
    asked = looks(request.plan, choices, request.decisions)
    axes = {name: Axis(pl.col(temporary(name)), len(of_fact)) for name, of_fact in choices.items()}
    names = _undetermined(pl, request.decisions)
    # Groups apart give each their sum of powers of two, which are then added up and named.
    sums = pl.Series(range(len(names)), dtype=pl.UInt8)
    found: dict[str, Any] = {}
    bits: list[Any] = []
    for part in [[group] for group in request.plan.groups] if apart else [request.plan.groups]:
        read = [_readings(pl, group, asked[group.name], apart, bool(request.calendars)) for group in part]
        column = temporary(f"{part[0].name} found")
        frame = frame.with_columns(_found(pl, part, read, axes, sums if apart else names).alias(column))
        found |= {name: pl.col(column).struct.field(name) for one in read for name in one.columns}
        bits.append(pl.col(column).struct.field("undetermined"))
        axes |= {group.name: Axis(found[_passed(group)], len(group.sets)) for group in part if _passed(group) in found}
    found["undetermined"] = _read(sum(bits[1:], bits[0]), names) if apart else bits[0]
    return frame, found


def _passed(group: Group) -> str:
    """The column of what a group passes on."""
    return f"{group.name} passed"


def _found(
    pl: Any, part: Sequence[Group], read: Sequence[Readings], axes: Mapping[str, Axis], undetermined: Any
) -> Any:
    """What is found in each row, a field for each column."""
    keys = [_key(pl, [axes[axis.name] for axis in group.axes if axis.name in axes]).alias(group.name) for group in part]
    fields = {name: table.whole.dtype for one in read for name, table in one.columns.items()}
    dtype = pl.Struct({**fields, "undetermined": undetermined.dtype})
    return pl.struct(keys).map_batches(found_by(pl, read, undetermined), return_dtype=dtype, is_elementwise=True)


def _read(places: Any, table: Any) -> Any:
    """What a table has at some places."""
    return places.map_batches(lambda batch: table[batch], return_dtype=table.dtype, is_elementwise=True)


def _key(pl: Any, axes: Sequence[Axis]) -> Any:
    """Some codes as one number; each step is held in the smallest type that it needs."""
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
def _readings(pl: Any, group: Group, found: Looks, apart: bool, with_clock: bool) -> Readings:
    columns = {name: Table(_column(pl, look)) for name, look in found.columns.items()}
    if with_clock and found.clock:
        columns["clock"] = Table(pl.Series(found.clock, dtype=pl.UInt8))
    passed = pl.Series(found.passed, dtype=pl.UInt32)
    if apart and len(passed):
        columns[_passed(group)] = Table(passed.cast(unsigned(pl, len(group.sets))))
    before = () if apart else ((axis.name, len(axis.sets)) for axis in group.axes if isinstance(axis, Group))
    return Readings(
        group.name,
        tuple(before),
        pl.Series(found.states, dtype=pl.UInt32),
        columns,
        passed,
        pl.Series(found.undetermined, dtype=pl.UInt8),
    )


def _column(pl: Any, look: Look) -> Any:
    found = [None if place is None else look.values[place] for place in look.places]
    return pl.Series(found, dtype=pl.Enum(look.values) if look.text else pl.Int8)


@lru_cache(maxsize=8)
def _undetermined(pl: Any, decisions: tuple[str, ...]) -> Any:
    names = undetermined_names(decisions)
    return pl.Series(names, dtype=pl.Enum(names))
