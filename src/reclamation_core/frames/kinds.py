"""The kinds of frames that are read, as narwhals tells them."""

from __future__ import annotations

from typing import Any, Final

from reclamation_core.errors import MissingExtraError

_READ: Final = "pandas, Polars (eager or lazy), PyArrow tables, DuckDB relations and PySpark frames"


def recognised(frame: Any) -> Any:
    """The frame as narwhals sees it.

    Raises:
        MissingExtraError: narwhals is not installed.
        TypeError: the frame is not of a kind that is read.
    """
    try:
        import narwhals as nw
    except ModuleNotFoundError:
        raise MissingExtraError("narwhals", "frames") from None
    try:
        narrow = nw.from_native(frame)
    except TypeError:
        raise TypeError(f"frame: {type(frame).__name__} is no frame; give one of {_READ}") from None
    known = narrow.implementation
    read = known.is_polars() or known.is_pandas() or known.is_pyarrow() or known.is_duckdb() or known.is_pyspark()
    if not read:
        raise TypeError(f"frame: {type(frame).__name__} is not read; give one of {_READ}")
    return narrow


def names_of(narrow: Any) -> list[str]:
    """The names of a frame's columns."""
    return list(narrow.collect_schema().names())


def is_lazy(narrow: Any) -> bool:
    """Whether a frame is executed later."""
    import narwhals as nw

    return isinstance(narrow, nw.LazyFrame)


def rows_of(narrow: Any) -> list[dict[str, Any]]:
    """The rows of a frame, as dictionaries; what is lazy is executed."""
    collected = narrow.collect() if is_lazy(narrow) else narrow
    return list(collected.iter_rows(named=True))


def polars() -> Any:
    """Polars; raises MissingExtraError where it is not installed."""
    try:
        import polars as pl
    except ModuleNotFoundError:
        raise MissingExtraError("polars", "frames") from None
    return pl
