"""What Polars calls back for: functions from a batch of rows to what a column has for them.

Tables are read as `table[places]`, many times faster than `table.gather(places)`, which plans a query each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from reclamation_core.frames.receipt import DAY, Receipts


def read_by(table: Any) -> Callable[[Any], Any]:
    """The function from a batch of places to what a table has there.

    Polars takes four times as long where there may be nulls; before the first one of the table there are none.
    """
    known = table.head(table.is_null().arg_max()) if table.null_count() else table

    def read(places: Any) -> Any:
        return (known if len(places) and places.max() < len(known) else table)[places]

    return read


def names_in(pl: Any, columns: Sequence[str]) -> Callable[[Any], Any]:
    """The function from a batch of flags, a field for each column, to the names of those set; null where none is."""
    texts = [pl.when(name).then(pl.lit(name)) for name in columns]
    named = pl.when(pl.any_horizontal(pl.all())).then(pl.concat_str(texts, separator=" ", ignore_nulls=True))

    def names(batch: Any) -> Any:
        flags = batch.struct.unnest()
        if not flags.select(pl.any_horizontal(pl.all()).any()).item():  # as it nearly always is
            return pl.Series(batch.name, [None], dtype=pl.String).new_from_index(0, len(batch))
        return flags.select(named).to_series()

    return names


@lru_cache(maxsize=16)
def due_by(pl: Any, receipts: Receipts) -> Callable[..., Any]:
    """The function from a column of instants, or of days, to the last days."""
    steps = [pl.Series(of_step, dtype=pl.Int64) for of_step in receipts.bounds]
    dues = pl.Series([*receipts.dues, None], dtype=pl.Int32).cast(pl.Date)
    without_null = pl.Series([0 if due is None else due for due in receipts.dues], dtype=pl.Int32).cast(pl.Date)
    unit, (first, end) = DAY if receipts.timed else 1, receipts.answered

    def piece_of(day: Any, instants: Any) -> Any:
        piece = day * receipts.pieces
        for step in steps:
            piece = piece + (instants >= step[day]).cast(pl.UInt32)
        return piece

    def due(instants: Any, which: Any = None) -> Any:
        day = instants // unit - receipts.origin
        if which is None and len(day) and not day.null_count() and first <= day.min() and day.max() < end:
            # So it nearly always is, and nothing more has to be looked at.
            return without_null[piece_of(day.cast(pl.UInt32), instants)].alias(instants.name)
        inside = (day >= 0) & (day < receipts.days)
        if which is not None:
            inside &= which < receipts.calendars
            day = day + which.cast(pl.Int64) * receipts.days
        inside = inside.fill_null(value=False)
        day = day.zip_with(inside, day.clear(len(day)).fill_null(0)).cast(pl.UInt32)
        outside = pl.select(pl.repeat(len(dues) - 1, len(day), dtype=pl.UInt32)).to_series()
        return dues[piece_of(day, instants.fill_null(0)).zip_with(inside, outside)].alias(instants.name)

    return due
