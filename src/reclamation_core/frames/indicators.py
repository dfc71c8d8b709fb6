"""The indicators of a desk as a data frame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reclamation_core.frames.backends import import_polars
from reclamation_core.frames.register import converted
from reclamation_core.indicators import IndicatorSeries, IndicatorTable
from reclamation_core.wording import Lang


def indicator_frame(found: IndicatorTable | IndicatorSeries, *, backend: str = "polars", lang: Lang = "fr") -> Any:
    """Return indicators as a frame, a figure a row.

    Columns: `since`, `until`, `as_of`; `group` (null for all cases, and where the value is unknown) and `group_label`;
    `indicator` and `label`; `unit` (`cases`, `share`, `business_days`); `value`, `low`, `high` (null where they are not
    stated); `count` and `total`. Of a series with the year before also `value_before`, `count_before`, `total_before`.

    Args:
        found: what `desk.indicators` or `desk.indicator_series` returns.
        backend: "polars", "pandas", "pyarrow" or "duckdb"; the package and PyArrow must be installed.
        lang: the language of the labels.

    Raises:
        MissingExtraError: Polars is not installed.
        ValueError: the backend is unknown.
    """
    pl = import_polars()
    convert = converted(pl, backend)
    number, count = pl.Float64, pl.Int64
    schema = {
        **dict.fromkeys(("since", "until", "as_of"), pl.Date),
        **dict.fromkeys(("group", "group_label", "indicator", "label", "unit"), pl.String),
        **dict.fromkeys(("value", "low", "high"), number),
        **dict.fromkeys(("count", "total"), count),
    }
    with_before = isinstance(found, IndicatorSeries) and bool(found.year_before)
    if with_before:
        schema |= {"value_before": number, "count_before": count, "total_before": count}
    return convert(pl.DataFrame(list(_rows(found, lang)), schema=schema, orient="row"))


def _rows(found: IndicatorTable | IndicatorSeries, lang: Lang) -> Iterator[tuple[Any, ...]]:
    tables, before = (found.tables, found.year_before) if isinstance(found, IndicatorSeries) else ((found,), ())
    for place, table in enumerate(tables):
        earlier = [row.figure for row in before[place].rows] if before else []
        for number, row in enumerate(table.rows):
            figure = row.figure
            compared = [(one.value, one.count, one.total) for one in earlier[number : number + 1]]
            yield (
                *(table.since, table.until, table.as_of),
                None if row.group is None else str(row.group),
                None if table.by is None else row.group_in(lang),
                *(row.indicator.name, row.indicator.label.in_(lang), row.indicator.unit.value),
                *(figure.value, figure.low, figure.high, figure.count, figure.total),
                *(value for values in compared for value in values),
            )
