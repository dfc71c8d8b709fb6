"""Deciding in Polars: every column is encoded to small numbers, made into keys, and looked up.

All is elementwise, so that a lazy frame stays lazy and a data set larger than memory streams. Nothing here imports
Polars: the frame that is decided brings it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from reclamation_core.frames.batches import due_by, due_of_each, in_microseconds, names_in
from reclamation_core.frames.codes import codes
from reclamation_core.frames.layout import Clock
from reclamation_core.frames.looking_up import look_up
from reclamation_core.frames.request import ITS_CALENDAR, KIND, Request
from reclamation_core.frames.temporary import temporary

STRANGE = temporary("invalid")
"""The column that says whether a row has a value that cannot be."""


def decide(pl: Any, frame: Any, request: Request, *, apart: bool = False) -> Any:
    """The lazy frame with the columns that were asked for, and `STRANGE`.

    Args:
        pl: Polars.
        frame: the lazy frame.
        request: what is asked for.
        apart: whether what is not selected afterwards costs nothing; all together costs a little more then.

    Raises:
        FaultsError: columns whose type cannot hold their values, all at once.
    """
    schema = frame.collect_schema()
    names = schema.names()
    coded = codes(pl, schema, request)
    frame = frame.with_columns(**{temporary(name): column.expression for name, column in coded.items()})
    frame, found = look_up(pl, frame, {name: coded[name].choices for name in request.plan.facts}, request, apart=apart)
    outputs = {name: found[name] for name in request.looked_up}
    told = {
        name: pl.col(temporary(name)) == column.impossible
        for name, column in coded.items()
        if column.impossible is not None
    }
    strange: dict[str, list[Any]] = {}
    for name, where in told.items():
        strange.setdefault(request.column(name), []).append(where)
    received = request.received(names)
    if received is not None:
        frame = frame.with_columns(_last_day(pl, received, schema[received], request).alias(temporary("due")))
        due, clock = pl.col(temporary("due")), found["clock"]
        outputs["due_date"] = pl.when(clock == Clock.RUNNING.value).then(due)
        late = (clock != Clock.STOPPED.value) & due.is_null()
        if ITS_CALENDAR in told:
            late &= ~told[ITS_CALENDAR]
        strange[received] = [pl.col(received).is_null(), late]
    outputs = {request.name(name): column for name, column in outputs.items()}
    if KIND in told:
        frame = frame.with_columns(**outputs)  # what is looked up is looked up in all rows, and only then taken away
        outputs = {name: pl.when(~told[KIND]).then(pl.col(name)) for name in outputs}
    outputs[STRANGE] = pl.any_horizontal(pl.lit(False), *chain.from_iterable(strange.values()))
    if request.marked:
        outputs[request.name("invalid")] = _invalid(pl, strange)
    return frame.with_columns(**outputs).select(*names, *request.added, STRANGE)


def _last_day(pl: Any, received: str, dtype: Any, request: Request) -> Any:
    """The last day to answer, whether or not there is one to be given."""
    instants = in_microseconds(pl.col(received).cast(pl.Int64), getattr(dtype, "time_unit", "us"))
    due = due_by(pl, request.receipts(received))
    if request.by is None:
        return instants.map_batches(due, return_dtype=pl.Date, is_elementwise=True)
    of_each = due_of_each(due, pl.Series(request.which, dtype=pl.UInt32))
    both = pl.struct(instants.alias("instant"), pl.col(temporary(ITS_CALENDAR)).alias("calendar"))
    return both.map_batches(of_each, return_dtype=pl.Date, is_elementwise=True)


def _invalid(pl: Any, strange: Mapping[str, Sequence[Any]]) -> Any:
    if not strange:
        return pl.lit(None, pl.String)
    flags = pl.struct(pl.any_horizontal(*where).fill_null(value=False).alias(name) for name, where in strange.items())
    return flags.map_batches(names_in(pl, tuple(strange)), return_dtype=pl.String, is_elementwise=True)
