"""What Polars calls back for: functions from a batch of rows to what a column has for them.

Tables are read as `table[places]` and fields by `struct.unnest()`, many times faster than `table.gather(places)` and
`struct.field(name)`, which plan a query each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import attrs

from reclamation_core.frames.receipt import DAY, Receipts


@attrs.frozen(eq=False)
class Table:
    """What one column has for each state of a group.

    Args:
        whole: the column by state; nulls, if any, stand together at its end.
    """

    whole: Any
    known: Any = attrs.field(init=False)
    """What is before the nulls: Polars takes four times as long where there may be some."""

    @known.default
    def _known(self) -> Any:
        return self.whole.head(len(self.whole) - self.whole.null_count())

    def read(self, states: Any, last: int) -> Any:
        """What it has for some states, the greatest of which is `last`."""
        return (self.known if last < len(self.known) else self.whole)[states]


@attrs.frozen(eq=False)
class Readings:
    """What is read of one group of tables.

    Args:
        name: the group.
        after: the groups before it that its key ends with, and how many codes each has.
        states: the state for each key.
        columns: by state, what each column has.
        passed: by state, the code that later groups take; empty where none does.
        undetermined: by state, the decisions that are not determined, as a sum of powers of two.
    """

    name: str
    after: tuple[tuple[str, int], ...]
    states: Any
    columns: Mapping[str, Table]
    passed: Any
    undetermined: Any
    determined: int = attrs.field(init=False)
    """How many states come before the first where a decision is not determined."""

    @determined.default
    def _determined(self) -> int:
        return next((state for state, bits in enumerate(self.undetermined) if bits), len(self.undetermined))


def found_by(pl: Any, groups: Sequence[Readings], undetermined: Any) -> Callable[[Any], Any]:
    """The function from a batch of keys, a field for each group, to what is found by them, a field for each column.

    One function does it all, for each call from Polars takes as long as reading ten thousand rows.
    """

    def find(batch: Any) -> Any:
        keys = batch.struct.unnest()
        found, bits = [], None
        passed: dict[str, Any] = {}
        for group in groups:
            key = keys[group.name]
            for earlier, codes in group.after:
                key = key * codes + passed[earlier]
            states = group.states[key]
            last = -1 if states.is_empty() else states.max()
            found += [table.read(states, last).alias(name) for name, table in group.columns.items()]
            if len(group.passed):
                passed[group.name] = group.passed[states]
            if last >= group.determined:
                of_group = group.undetermined[states]
                bits = of_group if bits is None else bits + of_group
        names = undetermined.head(1).new_from_index(0, len(batch)) if bits is None else undetermined[bits]
        return pl.DataFrame([*found, names.alias("undetermined")]).to_struct(batch.name)

    return find


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


_FAR = 1 << 60
"""So many microseconds from 1970 there is no calendar any more."""


def in_microseconds(numbers: Any, unit: str) -> Any:
    """Instants, or days, given as numbers in a unit of time, in microseconds; what is far away stays far away.

    Args:
        numbers: a column, or an expression, of 64 bits.
        unit: `s`, `ms`, `us` or `ns`; days are counted as they are.
    """
    if unit == "ns":
        return numbers // 1000
    parts = {"s": 1_000_000, "ms": 1000, "us": 1}[unit]
    return numbers if parts == 1 else numbers.clip(-_FAR // parts, _FAR // parts) * parts


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


def due_of_each(due: Callable[..., Any], which: Any) -> Callable[[Any], Any]:
    """The function from a batch of instants, each with the code of its calendar, to the last days.

    Args:
        due: what `due_by` gave.
        which: for each code, the place of its calendar among those that differ.
    """

    def due_each(batch: Any) -> Any:
        both = batch.struct.unnest()
        return due(both["instant"], which[both["calendar"]])

    return due_each
