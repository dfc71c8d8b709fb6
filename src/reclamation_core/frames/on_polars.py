"""Deciding in Polars: every column is encoded to small numbers, made into keys, and looked up.

All is elementwise, so that a lazy frame stays lazy and a data set larger than memory streams. Nothing here imports
Polars: the frame that is decided brings it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from reclamation_core.frames.batches import Readings, Table, due_by, found_by, names_in
from reclamation_core.frames.codes import Coded, codes, constant, unsigned
from reclamation_core.frames.layout import Clock, Look, Looks, looks, undetermined_names
from reclamation_core.frames.plan import Fact, Group
from reclamation_core.frames.request import INSTANT, KIND, Request

KEPT = "reclamation_core: "
"""What the columns begin with that are made on the way."""
STRANGE = f"{KEPT}invalid"
"""The column that says whether a row has a value that cannot be."""


def decide(pl: Any, frame: Any, request: Request) -> Any:
    """The lazy frame with the columns that were asked for, and `STRANGE`.

    Raises:
        FaultsError: columns whose type cannot hold their values, all at once.
    """
    schema = frame.collect_schema()
    names = schema.names()
    coded = codes(pl, schema, request)
    frame = frame.with_columns(**{_temporary(name): column.expression for name, column in coded.items()})
    frame = frame.with_columns(_looked_up(pl, coded, request).alias(_temporary("found")))
    found = pl.col(_temporary("found")).struct
    outputs = {name: found.field(name) for name in request.looked_up}
    strange = [
        (name, pl.col(_temporary(name)) == column.impossible)
        for name, column in coded.items()
        if column.impossible is not None
    ]
    received = request.received(names)
    if received is not None:
        frame = frame.with_columns(_last_day(pl, received, request).alias(_temporary("due")))
        due, clock = pl.col(_temporary("due")), found.field("clock")
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


def _temporary(name: str) -> str:
    return f"{KEPT}{name}"


def _looked_up(pl: Any, coded: Mapping[str, Coded], request: Request) -> Any:
    """What the tables say of each row, a field for each column, and `clock` where a last day is asked for."""
    choices = {name: coded[name].choices for name in request.plan.facts}
    found = looks(request.plan, choices, request.decisions)
    with_clock = bool(request.calendars)
    tables = [_readings(pl, group, found[group.name], with_clock) for group in request.plan.groups]
    names = _undetermined(pl, request.decisions)
    fields = {name: table.whole.dtype for one in tables for name, table in one.columns.items()}
    keys = pl.struct(_key(pl, group, coded).alias(group.name) for group in request.plan.groups)
    return keys.map_batches(
        found_by(pl, tables, names),
        return_dtype=pl.Struct({**fields, "undetermined": names.dtype}),
        is_elementwise=True,
    )


def _key(pl: Any, group: Group, coded: Mapping[str, Coded]) -> Any:
    """The codes of a group's facts as one number; each step is held in the smallest type that it needs."""
    key, size = constant(pl, 0, pl.UInt8), 1
    parts: list[tuple[Any, int]] = []
    for axis in group.axes:
        if isinstance(axis, Fact):
            count, code = len(coded[axis.name].choices), pl.col(_temporary(axis.name))
            if size * count > 1 << 8:
                parts.append((key, size))
                key, size = code, count
            else:
                key, size = (key * constant(pl, count, pl.UInt8) + code if size > 1 else code), size * count
    total, whole = 1, pl.lit(0)
    for part, count in [*parts, (key, size)]:
        total *= count
        dtype = unsigned(pl, total)
        wide = part.cast(dtype)
        whole = wide if total == count else whole.cast(dtype) * constant(pl, count, dtype) + wide
    return whole.cast(pl.UInt32)


@lru_cache(maxsize=64)
def _readings(pl: Any, group: Group, found: Looks, with_clock: bool) -> Readings:
    columns = {name: Table(_column(pl, look)) for name, look in found.columns.items()}
    if with_clock and found.clock:
        columns["clock"] = Table(pl.Series(found.clock, dtype=pl.UInt8))
    return Readings(
        group.name,
        tuple((axis.name, len(axis.sets)) for axis in group.axes if isinstance(axis, Group)),
        pl.Series(found.states, dtype=pl.UInt32),
        columns,
        pl.Series(found.passed, dtype=pl.UInt32),
        pl.Series(found.undetermined, dtype=pl.UInt8),
    )


def _column(pl: Any, look: Look) -> Any:
    found = [None if place is None else look.values[place] for place in look.places]
    return pl.Series(found, dtype=pl.Enum(look.values) if look.text else pl.Int8)


@lru_cache(maxsize=8)
def _undetermined(pl: Any, decisions: tuple[str, ...]) -> Any:
    names = undetermined_names(decisions)
    return pl.Series(names, dtype=pl.Enum(names))


def _last_day(pl: Any, received: str, request: Request) -> Any:
    """The last day to answer, whether or not there is one to be given."""
    instants = pl.col(received).cast(pl.Datetime("us", "UTC") if received == INSTANT else pl.Date).to_physical()
    due = due_by(pl, request.receipts(received))
    if request.by is None:
        return instants.map_batches(due, return_dtype=pl.Date, is_elementwise=True)
    which = pl.Series(request.which, dtype=pl.UInt32)

    def of_its_calendar(batch: Any) -> Any:
        both = batch.struct.unnest()
        return due(both["instant"], which[both["calendar"]])

    both = pl.struct(instants.alias("instant"), pl.col(_temporary(request.by)).alias("calendar"))
    return both.map_batches(of_its_calendar, return_dtype=pl.Date, is_elementwise=True)


def _invalid(pl: Any, strange: Mapping[str, Any]) -> Any:
    if not strange:
        return pl.lit(None, pl.String)
    flags = pl.struct(where.fill_null(value=False).alias(name) for name, where in strange.items())
    return flags.map_batches(names_in(pl, tuple(strange)), return_dtype=pl.String, is_elementwise=True)
