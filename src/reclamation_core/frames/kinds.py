"""The kinds of frames that are read, as narwhals tells them."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from reclamation_core.errors import Fault, FaultsError, MissingExtraError
from reclamation_core.wording import Wording

ONCE: Final = Wording(
    "plusieurs colonnes ont ce nom, ou un nom qui est le même pour ce moteur ; renommez-les",
    "several columns have that name, or one that is the same for this engine; rename them",
)
_READ: Final = "pandas, Polars (eager or lazy), PyArrow tables, DuckDB relations and PySpark frames"


def recognised(frame: Any) -> Any:
    """The frame as narwhals sees it.

    Raises:
        MissingExtraError: narwhals is not installed.
        TypeError: the frame is not of a kind that is read.
        FaultsError: several of its columns have one name.
    """
    try:
        import narwhals as nw
    except ModuleNotFoundError:
        raise MissingExtraError("narwhals", "frames") from None
    try:
        narrow = nw.from_native(frame)
    except TypeError:
        raise TypeError(f"frame: {type(frame).__name__} is no frame; give one of {_READ}") from None
    except nw.exceptions.DuplicateError:
        raise FaultsError(_several_times(frame)) from None
    known = narrow.implementation
    read = known.is_polars() or known.is_pandas() or known.is_pyarrow() or known.is_duckdb() or known.is_pyspark()
    if not read:
        raise TypeError(f"frame: {type(frame).__name__} is not read; give one of {_READ}")
    return narrow


def _several_times(frame: Any) -> list[Fault]:
    """The names that several columns of a pandas frame or a PyArrow table have."""
    names = Counter(frame.column_names if hasattr(frame, "column_names") else frame.columns)
    return [Fault(str(name), name, ONCE) for name, times in names.items() if times > 1]


def names_of(narrow: Any) -> list[str]:
    """The names of a frame's columns."""
    # narwhals tells a name once that several columns of a relation have.
    return list(narrow.to_native().columns if in_sql(narrow) else narrow.collect_schema().names())


def in_sql(narrow: Any) -> bool:
    """Whether a frame is a query, of DuckDB or of Spark."""
    return bool(narrow.implementation.is_duckdb() or narrow.implementation.is_pyspark())


def types_in_sql(narrow: Any) -> dict[str, Any]:
    """The types of a query's columns; None where the type itself says that all is null (`SELECT NULL AS channel`)."""
    native, schema = narrow.to_native(), narrow.collect_schema()
    if narrow.implementation.is_pyspark():
        nothing = {name for name, dtype in native.dtypes if dtype == "void"}
    else:
        types = zip(native.columns, native.types, strict=True)
        nothing = {name for name, dtype in types if str(dtype).strip('"') == "NULL"}
    return {name: None if name in nothing else dtype for name, dtype in schema.items()}


def is_caseless(narrow: Any) -> bool:
    """Whether the frame's engine takes names for the same that differ by capitals alone."""
    if narrow.implementation.is_pyspark():
        return str(narrow.to_native().sparkSession.conf.get("spark.sql.caseSensitive")) != "true"
    return bool(narrow.implementation.is_duckdb())


def is_lazy(narrow: Any) -> bool:
    """Whether a frame is executed later."""
    import narwhals as nw

    return isinstance(narrow, nw.LazyFrame)


def polars() -> Any:
    """Polars; raises MissingExtraError where it is not installed."""
    try:
        import polars as pl
    except ModuleNotFoundError:
        raise MissingExtraError("polars", "frames") from None
    return pl
