"""Conversion of pandas and PyArrow columns to Polars, and of the decided columns back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from math import inf, nextafter
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from reclamation_core.errors import FaultCollector, FaultsError
from reclamation_core.frames.plan import FactColumn
from reclamation_core.frames.polars_engine import in_microseconds
from reclamation_core.frames.request import (
    CLOCK_LEVELS,
    DAY,
    INSTANT,
    KIND,
    LEVEL_CHANGED,
    DecisionRequest,
    fact_fault,
    marker_fault,
    receipt_fault,
)
from reclamation_core.tables import Boolean, Day, Integer
from reclamation_core.tables.domains import Enumeration, Line
from reclamation_core.vocabulary.conversions import of_python

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from polars import DataFrame, Series

There: TypeAlias = Callable[[Any, Sequence[str], DecisionRequest], Any]
Back: TypeAlias = Callable[[Any, Any], Any]

NO_NUMBER = -(1 << 62)
"""The code of a number that is not whole in a column of whole numbers: outside every domain."""


def arrow_conversions(pl: ModuleType) -> tuple[There, Back]:
    """Return the functions to Polars, sharing memory, and back."""

    def to_polars(table: pa.Table, names: Sequence[str], request: DecisionRequest) -> Any:
        found = {name: _of_arrow(pl, table.column(name)) for name in names}
        faults = [
            fact_fault(request.plan.facts[request.field(name)], table.column(name).type, name)
            for name, column in found.items()
            if column is None
        ]
        if faults:
            raise FaultsError(faults)
        return pl.DataFrame(found)

    def from_polars(table: pa.Table, decided: DataFrame) -> Any:
        columns = decided.to_arrow()
        for name in columns.column_names:
            table = table.append_column(name, columns.column(name))
        return table

    return to_polars, from_polars


def pandas_conversions(pl: ModuleType) -> tuple[There, Back]:
    """Return the functions to Polars and back; the frame's index remains."""

    def to_polars(frame: pd.DataFrame, names: Sequence[str], request: DecisionRequest) -> Any:
        found, faults = {}, FaultCollector()
        for name in names:
            try:
                found[name] = _from_pandas(pl, frame[name], name, request)
            except FaultsError as error:
                faults += error.faults
        if faults:
            raise FaultsError(faults)
        return pl.DataFrame(found)

    def from_polars(frame: pd.DataFrame, decided: DataFrame) -> Any:
        return frame.assign(**{name: _to_pandas(pl, decided[name], frame.index) for name in decided.columns})

    return to_polars, from_polars


def _of_arrow(pl: ModuleType, column: pa.Array | pa.ChunkedArray) -> Any:
    """A column of PyArrow as Polars has it; None where that has no numbers so long."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "s":  # which Polars has not either
        numbers = in_microseconds(pl.from_arrow(column.cast(pa.int64())), "s")
        return numbers.cast(pl.Datetime("us", None if column.type.tz is None else "UTC"))
    if pa.types.is_decimal256(column.type):
        try:
            column = column.cast(pa.decimal128(38, column.type.scale))
        except ValueError:
            return None
    return pl.from_arrow(column)


def _from_pandas(pl: ModuleType, column: pd.Series, name: str, request: DecisionRequest) -> Any:
    try:
        return _of_field(pl, column, name, request)
    except FaultsError:
        if len(column) and column.isna().all():  # empty in a file: its type is a guess of the reader
            return pl.Series([None]).new_from_index(0, len(column))
        raise


def _of_field(pl: ModuleType, column: pd.Series, name: str, request: DecisionRequest) -> Any:
    field = request.field(name)
    fact = request.plan.facts.get(field)
    if field in {request.calendar_column, KIND, CLOCK_LEVELS} or (
        fact is not None and isinstance(fact.input.domain, Enumeration)
    ):
        return _texts(pl, column)
    if field in {INSTANT, DAY, LEVEL_CHANGED}:
        return _moments(pl, column, INSTANT if field == INSTANT else DAY, name)
    if fact is not None and isinstance(fact.input.domain, Day):
        return _moments(pl, column, DAY, name)
    if fact is None:  # it marks unknown facts
        found, fault = _truths(pl, column), marker_fault(name, column.dtype)
    else:
        found = _truths(pl, column) if isinstance(fact.input.domain, Boolean) else _numbers(pl, column, fact)
        fault = fact_fault(fact, column.dtype, name)
    if found is None:
        raise FaultsError((fault,))
    return found


def _from_arrow(pl: ModuleType, column: pd.Series) -> Any:
    """A column that pandas has in PyArrow, as Polars has it; None where pandas has it itself, or Polars has not."""
    return _of_arrow(pl, column.array.__arrow_array__()) if hasattr(column.dtype, "pyarrow_dtype") else None


def _texts(pl: ModuleType, column: pd.Series) -> Any:
    """Texts and categories alike, as an enumeration of the texts that occur; what is no text is written as one."""
    try:
        places, texts = column.factorize()
    except TypeError:  # unhashable values, such as lists
        places, texts = column.map(str, na_action="ignore").factorize()
    names = list(dict.fromkeys(map(str, texts.tolist())))
    known = pl.Series([*map(str, texts.tolist()), None], dtype=pl.Enum(names))
    return known.gather(pl.Series(places).cast(pl.Int64) % len(known))


def _truths(pl: ModuleType, column: pd.Series) -> Any:
    """Booleans with or without nulls; None where there is anything else."""
    if (found := _from_arrow(pl, column)) is not None:
        return found if found.dtype in {pl.Boolean, pl.Null} else None
    if column.dtype.kind == "b":
        return _only(pl, pl.Series(column.to_numpy(dtype="bool", na_value=False)), column.notna())
    given = _objects(column)
    return pl.Series(given, dtype=pl.Boolean) if given is not None and _types(given) <= {bool} else None


def _numbers(pl: ModuleType, column: pd.Series, fact: FactColumn) -> Any:
    """Convert numbers, with NaN as null; whole numbers may be floats, as in pandas columns with nulls."""
    found, kind = _from_arrow(pl, column), column.dtype.kind
    if found is not None:
        if not (found.dtype.is_numeric() or found.dtype == pl.Null):
            return None
    elif kind in "iu":
        numbers = column.to_numpy(dtype=f"{kind}{column.dtype.itemsize}", na_value=0)
        found = _only(pl, pl.Series(numbers), column.notna())
    elif kind == "f":
        found = pl.Series(column.to_numpy(dtype="float64", na_value=float("nan")))
    else:
        return _of_objects(pl, column, fact)
    if not found.dtype.is_float():
        return found
    found = found.fill_nan(None)
    return _whole(pl, found) if isinstance(fact.input.domain, Integer) else found


def _only(pl: ModuleType, values: Series, there: pd.Series) -> Any:
    """The values where there are any, and null elsewhere."""
    if there.all():
        return values
    return values.zip_with(pl.Series(there.to_numpy()), values.clear(1).new_from_index(0, len(values)))


def _objects(column: pd.Series) -> list[Any] | None:
    """The values of a column of objects as Python has them, None for what is missing; None for any other column."""
    if column.dtype.kind != "O":
        return None
    given = [None if gone else value for value, gone in zip(column.tolist(), column.isna().tolist(), strict=True)]
    return list(map(of_python, given)) if any(hasattr(of, "item") for of in _types(given)) else given


def _types(values: list[Any]) -> set[type]:
    """The types of the values that there are."""
    return set(map(type, values)) - {type(None)}


def _whole(pl: ModuleType, numbers: Series) -> Any:
    """Floats as whole numbers."""
    no_number = pl.Series([float(NO_NUMBER)]).new_from_index(0, len(numbers))
    integral = (numbers.floor() == numbers) & numbers.is_finite()
    return numbers.zip_with(integral.fill_null(value=True), no_number).clip(NO_NUMBER, -NO_NUMBER).cast(pl.Int64)


def _of_objects(pl: ModuleType, column: pd.Series, fact: FactColumn) -> Any:
    """Convert a mix of whole numbers, floats and decimal numbers; None for other values."""
    given = _objects(column)
    if given is None or not all(issubclass(of, _NUMBERS) and of is not bool for of in _types(given)):
        return None
    if isinstance(fact.input.domain, Integer):
        return pl.Series([None if value is None else _as_whole(value) for value in given], dtype=pl.Int64)
    near = _floats_by(fact)
    return pl.Series(
        [value if value is None or type(value) is float else near(value) for value in given], dtype=pl.Float64
    )


_NUMBERS: Final = (int, float, Decimal)


def _as_whole(value: float | Decimal) -> int:
    """A number as a whole one; one that is too large for a column stays on its side of all bounds."""
    within = min(max(value, NO_NUMBER), -NO_NUMBER)
    whole = isinstance(value, int) or (within == int(within) and abs(value) != inf)
    return int(within) if whole else NO_NUMBER


def _floats_by(fact: FactColumn) -> Callable[[Any], float]:
    """The function from a number to a float that is on the same side of every bound of a fact."""
    domain = cast(Line, fact.input.domain)
    ends = {domain.minimum, domain.maximum, *(atom.low[0] for atom in fact.atoms if atom.low)}
    bounds = {float(end): end for end in ends if end is not None}

    def near(value: float | Decimal) -> float:
        number = float(Decimal(value)) if isinstance(value, int) else float(value)
        bound = bounds.get(number, value)
        if not isinstance(value, Decimal) or value == bound:
            return number
        return nextafter(number, inf if value > bound else -inf)

    return near


def _moments(pl: ModuleType, column: pd.Series, field: str, name: str) -> Any:
    """Instants with their zone, or days: dates, or midnights without a zone."""
    found = _from_arrow(pl, column)
    if found is None:
        found = _instants(pl, column) if field == INSTANT else _days(pl, column)
    elif field == DAY and found.dtype == pl.Datetime and found.dtype.time_zone is None:
        found = _midnights(pl, found)
    given = None if found is None else found.dtype
    if given == pl.Null or (given == pl.Date if field == DAY else given == pl.Datetime and given.time_zone is not None):
        return found
    raise FaultsError((receipt_fault(field, column.dtype, name),))


def _has_zone(column: pd.Series) -> bool:
    return getattr(column.dtype, "tz", None) is not None


def _instants(pl: ModuleType, column: pd.Series) -> Any:
    """Instants with their zone; None where there is anything else."""
    if not _has_zone(column):
        return None
    return _plain(pl, column.dt.tz_convert("UTC").dt.tz_localize(None)).dt.replace_time_zone("UTC")


def _plain(pl: ModuleType, column: pd.Series) -> Any:
    """Convert instants without a zone, in any unit of pandas."""
    numbers = in_microseconds(pl.Series(column.astype("int64").to_numpy()), column.dt.unit)
    return _only(pl, numbers, column.notna()).cast(pl.Datetime("us"))


def _days(pl: ModuleType, column: pd.Series) -> Any:
    """Dates, or midnights without a zone, as dates; None where there is anything else."""
    if (given := _objects(column)) is not None:
        return pl.Series(given, dtype=pl.Date) if _types(given) <= {date} else None
    if column.dtype.kind != "M" or _has_zone(column):
        return None
    return _midnights(pl, _plain(pl, column))


def _midnights(pl: ModuleType, instants: Series) -> Any:
    """Instants without a zone as days; None where one of them is no midnight."""
    days = instants.cast(pl.Date)
    return days if (days.cast(instants.dtype) == instants).all() else None


def _to_pandas(pl: ModuleType, column: Series, index: pd.Index) -> Any:
    import pandas as pd

    if isinstance(column.dtype, pl.Enum):
        places = column.to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
        return pd.Series(pd.Categorical.from_codes(places, column.dtype.categories.to_list()), index=index)
    if column.dtype == pl.Date:
        return pd.Series(column.to_numpy(), index=index)
    if column.dtype == pl.String:
        return pd.Series(column.to_list(), index=index, dtype="string")
    numbers, missing = column.fill_null(0).to_numpy(), column.is_null().to_numpy()
    return pd.Series(pd.arrays.IntegerArray(numbers.copy(), missing.copy()), index=index)
