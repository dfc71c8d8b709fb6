"""Small frames of what was counted: of the caseload's own kind where that is in memory, else of Polars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final, Literal, TypeAlias

Backend: TypeAlias = Literal["polars", "pandas", "pyarrow"]

_TYPES: Final[Mapping[type[Any], str]] = {str: "String", int: "Int64", float: "Float64", date: "Date"}


def backend_of(narrow: Any) -> Backend:
    """The kind of the small frames that belong to a caseload."""
    known = narrow.implementation
    return "pandas" if known.is_pandas() else "pyarrow" if known.is_pyarrow() else "polars"


def table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, type[Any]], backend: Backend) -> Any:
    """A frame of rows.

    Args:
        rows: the rows, each with all the columns.
        columns: the type of each column, whose values may be missing.
        backend: "polars", "pandas" or "pyarrow".
    """
    import narwhals as nw

    schema, values = {}, {}
    for name, of_type in columns.items():
        values[name] = [row[name] for row in rows]
        schema[name] = getattr(nw, _TYPES[of_type])()
        if backend == "pandas":  # which has no days and, as it is wont, no whole numbers beside missing ones
            if of_type is date:
                values[name], schema[name] = [_midnight(day) for day in values[name]], nw.Datetime("us")
            elif of_type is int and None in values[name]:
                schema[name] = nw.Float64()
    return nw.from_dict(values, schema, backend=backend).to_native()


def records(frame: Any) -> list[dict[str, Any]]:
    """The rows of a small frame of any kind."""
    import narwhals as nw

    return list(nw.from_native(frame, eager_only=True).iter_rows(named=True))


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time())
