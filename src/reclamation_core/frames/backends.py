"""The frames that are read: their backends, columns and rows, by narwhals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from reclamation_core.errors import Fault, FaultsError, MissingExtraError
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    import narwhals as nw

    AnyFrame: TypeAlias = nw.DataFrame[Any] | nw.LazyFrame[Any]

ONCE: Final = Wording(
    "plusieurs colonnes ont ce nom, ou un nom qui est le même pour ce moteur ; renommez-les",
    "several columns have that name, or one that is the same for this engine; rename them",
)
_READ: Final = "pandas, Polars (eager or lazy), PyArrow tables, DuckDB relations and PySpark frames"


def as_narwhals(frame: Any) -> Any:
    """Return the frame as a narwhals frame.

    Raises:
        MissingExtraError: narwhals is not installed.
        TypeError: the type of the frame is not supported.
        FaultsError: several of its columns have the same name.
    """
    try:
        import narwhals as nw
    except ModuleNotFoundError:
        raise MissingExtraError("narwhals", "frames") from None
    try:
        narrow = nw.from_native(frame)
    except TypeError:
        raise TypeError(f"frame: {type(frame).__name__} is not a supported frame; use one of {_READ}") from None
    except nw.exceptions.DuplicateError:
        raise FaultsError(_several_times(frame)) from None
    known = narrow.implementation
    read = known.is_polars() or known.is_pandas() or known.is_pyarrow() or known.is_duckdb() or known.is_pyspark()
    if not read:
        raise TypeError(f"frame: {type(frame).__name__} is not a supported frame; use one of {_READ}")
    return narrow


def _several_times(frame: Any) -> list[Fault]:
    """Return faults for the names that several columns of a pandas frame or a PyArrow table have."""
    names = Counter(frame.column_names if hasattr(frame, "column_names") else frame.columns)
    return [Fault(str(name), name, ONCE) for name, times in names.items() if times > 1]


def column_names(narrow: AnyFrame) -> list[str]:
    """Return the names of a frame's columns."""
    # narwhals lists a name once if several columns of a relation have it.
    return list(narrow.to_native().columns if is_sql(narrow) else narrow.collect_schema().names())


def instant_columns(narrow: AnyFrame) -> set[str]:
    """Return the names of the columns that have instants: datetimes with a time zone."""
    import narwhals as nw

    schema = narrow.collect_schema().items()
    return {name for name, dtype in schema if isinstance(dtype, nw.Datetime) and dtype.time_zone is not None}


_ROWS: Final = "reclamation_core_rows"


def is_sql(narrow: AnyFrame) -> bool:
    """Return True if a frame is a query of DuckDB or Spark."""
    return bool(narrow.implementation.is_duckdb() or narrow.implementation.is_pyspark())


def sql_types(narrow: AnyFrame) -> dict[str, Any]:
    """Return the types of a query's columns; None for the type of nulls alone (`SELECT NULL AS channel`)."""
    native, schema = narrow.to_native(), narrow.collect_schema()
    if narrow.implementation.is_pyspark():
        nothing = {name for name, dtype in native.dtypes if dtype == "void"}
    else:
        types = zip(native.columns, native.types, strict=True)
        nothing = {name for name, dtype in types if str(dtype).strip('"') == "NULL"}
    return {name: None if name in nothing else dtype for name, dtype in schema.items()}


def empty_columns(narrow: AnyFrame, columns: Collection[str]) -> frozenset[str]:
    """Return those of some columns that are null in every row, of which there is one at least.

    Readers of files guess the type of such a column. A lazy frame is executed, for these columns alone.
    """
    import narwhals as nw

    names = [name for name in column_names(narrow) if name in columns]
    counted = narrow.select(nw.len().alias(_ROWS), *(nw.col(name).count().alias(name) for name in names))
    (row,) = rows_of(counted)
    return frozenset(name for name in names if row[_ROWS] and not row[name])


def is_caseless(narrow: AnyFrame) -> bool:
    """Return True if the engine compares names without case."""
    if narrow.implementation.is_pyspark():
        return str(narrow.to_native().sparkSession.conf.get("spark.sql.caseSensitive")) != "true"
    return bool(narrow.implementation.is_duckdb())


def is_lazy(narrow: object) -> bool:
    """Return True if a frame is executed later."""
    import narwhals as nw

    return isinstance(narrow, nw.LazyFrame)


def import_polars() -> Any:
    """Import Polars; raise MissingExtraError if it is not installed."""
    try:
        import polars as pl
    except ModuleNotFoundError:
        raise MissingExtraError("polars", "frames") from None
    return pl


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime(2, 1, 1, tzinfo=UTC) - _EPOCH, datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH
"""Python represents every instant between them, in all time zones."""
_YEAR: Final = timedelta(days=365.2425)
_UNIT_OF_DAYS: Final = "D"
_PARTS: Final = {_UNIT_OF_DAYS: 24 * 3600 * 10**6, "s": 10**6, "ms": 10**3, "us": 1}


def rows_of(narrow: Any) -> list[dict[str, Any]]:
    """Return the rows of a narwhals frame as dictionaries; a lazy frame is executed.

    An instant or a day that Python cannot represent is replaced by its year, as text: mostly a number that was read in
    a wrong unit.
    """
    collected = narrow.collect() if is_lazy(narrow) else narrow
    years = {name: found for name in _moments(collected) if (found := _far(collected[name]))}
    if not years:
        return list(collected.iter_rows(named=True))
    columns = {
        name: _instants(collected, name, years[name]) if name in years else collected[name].to_list()
        for name in collected.columns
    }
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _moments(collected: nw.DataFrame[Any]) -> list[str]:
    import narwhals as nw

    return [name for name, dtype in collected.schema.items() if dtype in (nw.Datetime, nw.Date)]


def _instants(collected: nw.DataFrame[Any], name: str, years: Mapping[int, str]) -> list[Any]:
    """Return a column's values, with the years in the place of the moments that Python cannot represent."""
    near = iter(collected[name].filter([place not in years for place in range(len(collected))]).to_list())
    return [years[place] if place in years else next(near) for place in range(len(collected))]


def _far(column: object) -> dict[int, str]:
    """Return the years of the moments that Python cannot represent, by place."""
    numbers, unit = _numbers(column)
    since = {
        place: number // 1000 if unit == "ns" else number * _PARTS[unit]
        for place, number in enumerate(numbers)
        if number is not None
    }
    first, last, year = (length // timedelta(microseconds=1) for length in (_FIRST, _LAST, _YEAR))
    return {place: f"year {1970 + micros // year}" for place, micros in since.items() if not first <= micros < last}


def _numbers(column: Any) -> tuple[Sequence[int | None], str]:
    """Return the moments of a column as stored: whole numbers of a unit of time since 1970."""
    native = column.to_native()
    if column.implementation.is_polars():
        return native.to_physical().to_list(), getattr(native.dtype, "time_unit", _UNIT_OF_DAYS)
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
        return column.cast(pa.int32()).to_pylist(), _UNIT_OF_DAYS
    return column.cast(pa.int64()).to_pylist(), column.type.unit
