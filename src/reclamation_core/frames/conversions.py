"""Columns of pandas and PyArrow as Polars reads them, and what was decided back as they have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeAlias

from reclamation_core.errors import FaultsError
from reclamation_core.frames.request import INSTANT, Request, fact_fault, receipt_fault
from reclamation_core.tables import Boolean, Integer
from reclamation_core.tables.domains import Enumeration

There: TypeAlias = Callable[[Any, Sequence[str], Request], Any]
Back: TypeAlias = Callable[[Any, Any], Any]

NO_NUMBER = -(1 << 62)
"""Stands for a number that is not whole where it ought to be: outside every domain."""


def arrow_ways(pl: Any) -> tuple[There, Back]:
    """To Polars, sharing memory, and back."""

    def there(table: Any, names: Sequence[str], request: Request) -> Any:  # noqa: ARG001  as for pandas
        return pl.from_arrow(table.select(names))

    def back(table: Any, decided: Any) -> Any:
        columns = decided.to_arrow()
        for name in columns.column_names:
            table = table.append_column(name, columns.column(name))
        return table

    return there, back


def pandas_ways(pl: Any) -> tuple[There, Back]:
    """To Polars and back; the frame's index stays."""

    def there(frame: Any, names: Sequence[str], request: Request) -> Any:
        return pl.DataFrame({name: _from_pandas(pl, frame[name], name, request) for name in names})

    def back(frame: Any, decided: Any) -> Any:
        return frame.assign(**{name: _to_pandas(pl, decided[name], frame.index) for name in decided.columns})

    return there, back


def _from_pandas(pl: Any, column: Any, name: str, request: Request) -> Any:
    fact = request.plan.facts.get(name)
    if fact is None:
        return _texts(pl, column) if name == request.by else _moments(pl, column, name)
    domain = fact.input.domain
    if isinstance(domain, Enumeration):
        return _texts(pl, column)
    found = _truths(pl, column) if isinstance(domain, Boolean) else _numbers(pl, column, isinstance(domain, Integer))
    if found is None:
        raise FaultsError((fact_fault(fact, column.dtype),))
    return found


def _texts(pl: Any, column: Any) -> Any:
    """Texts and categories alike, as an enumeration of the texts that occur; what is no text is written as one."""
    places, texts = column.factorize()
    names = list(dict.fromkeys(map(str, texts.tolist())))
    known = pl.Series([*map(str, texts.tolist()), None], dtype=pl.Enum(names))
    return known.gather(pl.Series(places).cast(pl.Int64) % len(known))


def _truths(pl: Any, column: Any) -> Any:
    """Booleans with or without nulls; None where there is anything else."""
    if column.dtype.kind not in "bO":
        return None
    missing = column.isna()
    given = column[~missing].tolist()
    if not all(isinstance(value, bool) for value in given):
        return None
    values = pl.Series(given, dtype=pl.Boolean)
    whole = pl.Series(missing.tolist(), dtype=pl.Boolean)
    return pl.Series([None], dtype=pl.Boolean).new_from_index(0, len(whole)).scatter((~whole).arg_true(), values)


def _numbers(pl: Any, column: Any, whole: bool) -> Any:
    """Numbers, NaN being null; whole ones may come as pandas has them beside nulls, floats without a part."""
    if column.dtype.kind not in "iufO" or (column.dtype.kind == "O" and column.map(type).isin([bool, str]).any()):
        return None
    if column.dtype.kind in "iu" and not column.isna().any():
        return pl.Series(column.to_numpy(dtype="int64"))
    numbers = pl.Series(column.to_numpy(dtype="float64", na_value=float("nan"))).fill_nan(None)
    if not whole:
        return numbers
    integral = (numbers.floor() == numbers) & numbers.is_finite()
    no_number = pl.Series([float(NO_NUMBER)]).new_from_index(0, len(numbers))
    return numbers.zip_with(integral.fill_null(value=True), no_number).cast(pl.Int64)


def _moments(pl: Any, column: Any, name: str) -> Any:
    """Instants with their zone, or days: dates, or midnights without a zone."""
    zone = getattr(column.dtype, "tz", None)
    if name == INSTANT:
        if zone is None:
            raise FaultsError((receipt_fault(name, column.dtype),))
        plain = pl.Series(column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy())
        return plain.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    if column.dtype.kind == "O":
        days = [None if gone else day for day, gone in zip(column.tolist(), column.isna().tolist(), strict=True)]
        if all(day is None or type(day) is date for day in days):
            return pl.Series(days, dtype=pl.Date)
    elif column.dtype.kind == "M" and zone is None and (column.dropna().dt.normalize() == column.dropna()).all():
        return pl.Series(column.to_numpy().astype("datetime64[D]")).cast(pl.Date)
    raise FaultsError((receipt_fault(name, column.dtype),))


def _to_pandas(pl: Any, column: Any, index: Any) -> Any:
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
