"""The indicators of a desk as a data frame."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from reclamation_core.frames.backends import as_narwhals, column_names, import_polars
from reclamation_core.frames.register import converted
from reclamation_core.indicators import IndicatorSeries, IndicatorTable, ReportPeriod
from reclamation_core.validators import day as a_day
from reclamation_core.validators import require
from reclamation_core.wording import Lang

if TYPE_CHECKING:
    from reclamation_core.frames.backends import AnyFrame

_F = TypeVar("_F")


def as_of(frame: _F, day: date, *, each_run: bool = False) -> _F:
    """Return the rows of `reclamation_case_periods` that were known at the end of a day, Europe/Paris.

    What was recorded later is left out: the backlog of each unit is the rows of complaints in scope, or to be
    clarified, without `ended_on`.

    Args:
        frame: the table, with the columns `since` and `until` in UTC: instants with a zone or without, or texts as
            SQLite has them. In any backend that `decide` reads; a lazy frame stays lazy.
        day: the day.
        each_run: True for the last row of each run of the answer clock too, by the column `ends_run`: answers on time
            and times to answer count each run.

    Raises:
        MissingExtraError: narwhals is not installed.
        TypeError: the type of the frame is not supported.
        ValueError: a column is missing, or has neither instants nor texts.
    """
    require(a_day, day=day)
    narrow = as_narwhals(frame)
    import narwhals as nw

    names = ["since", "until", *["ends_run"] * each_run]
    if lacking := {*names} - {*column_names(narrow)}:
        raise ValueError(f"frame: no column {', '.join(sorted(lacking))}; pass the rows of reclamation_case_periods")
    end = ReportPeriod(since=day, until=day, as_of=day).end_of(day)
    schema = narrow.collect_schema()

    def instant(name: str) -> Any:
        kind = schema[name]
        if kind == nw.String:
            return nw.lit(f"{end:%Y-%m-%d %H:%M:%S.%f}")
        has_zone = isinstance(kind, nw.Datetime) and kind.time_zone is not None
        return nw.lit(end if has_zone else end.replace(tzinfo=None))

    begun, holds = ~nw.col("since").is_null(), nw.col("until").is_null()
    if _has_instants(narrow, "since", schema["since"]):  # pandas has numbers where no row has a value
        begun &= nw.col("since") < instant("since")
    if _has_instants(narrow, "until", schema["until"]):
        holds |= nw.col("until") >= instant("until")
    if each_run:
        holds |= nw.col("ends_run").cast(nw.Boolean)
    return narrow.filter(begun & holds).to_native()  # type: ignore[no-any-return]


def _has_instants(frame: AnyFrame, name: str, kind: object) -> bool:
    """Return False for a column of another type without a value.

    Raises:
        ValueError: it has a value that is neither an instant nor a text; objects are instants without a zone.
    """
    import narwhals as nw

    if isinstance(kind, nw.Datetime) or kind == nw.String:
        return True
    values = [kind] if isinstance(frame, nw.LazyFrame) else frame.get_column(name).drop_nulls().to_list()
    wrong = [one for one in values if not isinstance(one, datetime) or one.tzinfo is not None]
    if wrong:
        raise ValueError(
            f"frame: column {name!r} has {wrong[0]!r}; instants, or texts as SQLite has them, are expected: convert it "
            f"(pandas: frame[{name!r}] = pandas.to_datetime(frame[{name!r}], utc=True))"
        )
    return bool(values)


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
                table.group_in(row.group, lang),
                *(row.indicator.name, row.indicator.label.in_(lang), row.indicator.unit.value),
                *(figure.value, figure.low, figure.high, figure.count, figure.total),
                *(value for values in compared for value in values),
            )
