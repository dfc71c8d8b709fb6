"""The rows of any frame as dictionaries, those of moments too that Python has no value for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from reclamation_core.frames.kinds import is_lazy

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime(2, 1, 1, tzinfo=UTC) - _EPOCH, datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH
"""Between them Python has every instant, whatever the zone."""
_YEAR: Final = timedelta(days=365.2425)
_DAY: Final = "D"
_PARTS: Final = {_DAY: 24 * 3600 * 10**6, "s": 10**6, "ms": 10**3, "us": 1}


def rows_of(narrow: Any) -> list[dict[str, Any]]:
    """The rows of a frame, as narwhals sees it; what is lazy is executed.

    In the place of an instant or a day that Python has not there is its year, as text: it is a number that was read in
    a wrong unit, mostly.
    """
    collected = narrow.collect() if is_lazy(narrow) else narrow
    years = {name: found for name in _moments(collected) if (found := _far(collected[name]))}
    if not years:
        return list(collected.iter_rows(named=True))
    columns = {
        name: _told(collected, name, years[name]) if name in years else collected[name].to_list()
        for name in collected.columns
    }
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _moments(collected: Any) -> list[str]:
    import narwhals as nw

    return [name for name, dtype in collected.schema.items() if dtype in (nw.Datetime, nw.Date)]


def _told(collected: Any, name: str, years: Mapping[int, str]) -> list[Any]:
    """A column's values, the years where there is no value."""
    near = iter(collected[name].filter([place not in years for place in range(len(collected))]).to_list())
    return [years[place] if place in years else next(near) for place in range(len(collected))]


def _far(column: Any) -> dict[int, str]:
    """By place, the years of the moments that Python has not."""
    numbers, unit = _numbers(column)
    since = {
        place: number // 1000 if unit == "ns" else number * _PARTS[unit]
        for place, number in enumerate(numbers)
        if number is not None
    }
    first, last, year = (length // timedelta(microseconds=1) for length in (_FIRST, _LAST, _YEAR))
    return {place: f"year {1970 + micros // year}" for place, micros in since.items() if not first <= micros < last}


def _numbers(column: Any) -> tuple[Sequence[int | None], str]:
    """The moments of a column as it keeps them: whole numbers of a unit of time since 1970."""
    native = column.to_native()
    if column.implementation.is_polars():
        return native.to_physical().to_list(), getattr(native.dtype, "time_unit", _DAY)
    if column.implementation.is_pandas():
        if hasattr(native.dtype, "pyarrow_dtype"):
            return _of_arrow(native.array.__arrow_array__())
        there = native.notna().tolist()
        numbers = native.astype("int64").tolist()
        return [number if some else None for number, some in zip(numbers, there, strict=True)], native.dt.unit
    return _of_arrow(native)


def _of_arrow(column: Any) -> tuple[Sequence[int | None], str]:
    import pyarrow as pa

    if pa.types.is_date32(column.type):
        return column.cast(pa.int32()).to_pylist(), _DAY
    return column.cast(pa.int64()).to_pylist(), column.type.unit
