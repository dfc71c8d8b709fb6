"""Indicators as a frame, against the plain data."""

from datetime import UTC, date, datetime

import pytest

from reclamation_core.frames import as_of, indicator_frame
from reclamation_core.frames.register import converted
from reclamation_core.indicators import ListedPeriods, ReportPeriod, TimeStep
from reclamation_core.indicators.series import indicator_series
from tests.unit.frames.test_register import as_records
from tests.unit.indicators.test_table import some, table_of


@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow", "duckdb"])
def test_a_frame_has_the_figures_of_the_plain_data(backend: str) -> None:
    table = table_of(*some(12, answered_on=date(2026, 6, 12)), *some(3, level=None), by="level")
    rows = as_records(indicator_frame(table, backend=backend, lang="en"))
    figures = table.to_document("en")["figures"]
    assert [row["count"] for row in rows] == [one["count"] for one in figures]
    assert [row["group_label"] for row in rows] == [one["group"] for one in figures]
    assert [round(row["value"] or 0, 9) for row in rows] == [round(one["value"] or 0, 9) for one in figures]


def test_a_series_has_its_spans_beside_the_year_before() -> None:
    source = ListedPeriods([(row,) for row in some(4)])
    period = ReportPeriod(since=date(2026, 5, 1), until=date(2026, 6, 30), as_of=date(2026, 6, 30))
    series = indicator_series(source, period, step=TimeStep.MONTH, names=["received"], with_year_before=True)
    rows = indicator_frame(series).rows(named=True)
    assert [(row["since"], row["value"], row["value_before"], row["group_label"]) for row in rows] == [
        (date(2026, 5, 1), 0, 0, None),
        (date(2026, 6, 1), 4, 0, None),
    ]
    assert "value_before" not in indicator_frame(series.tables[0]).columns


@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow", "duckdb"])
def test_a_day_selects_the_rows_known_at_its_end_in_paris(backend: str) -> None:
    import polars as pl

    days = ["2026-06-30 21:59:59.999999", "2026-06-30 22:00:00.000000", "2026-07-02 08:00:00.000000"]
    texts = pl.DataFrame(
        {"reference": ["A", "B", "B"], "since": days, "until": [None, days[2], None], "ends_run": [0, 1, 0]}
    )
    naive = texts.with_columns(pl.col("since", "until").str.to_datetime(time_unit="us"))
    zoned = naive.with_columns(pl.col("since", "until").dt.replace_time_zone("UTC"))
    back = converted(pl, backend)

    for frame in (texts, naive, zoned):
        known = [[row["reference"] for row in as_records(as_of(back(frame), date(2026, 6, day)))] for day in (29, 30)]
        assert known == [[], ["A"]]
        assert len(as_records(as_of(back(frame), date(2026, 7, 1)))) == 2
        assert len(as_records(as_of(back(frame), date(2026, 7, 2)))) == 2
        assert len(as_records(as_of(back(frame), date(2026, 7, 2), each_run=True))) == 3


def test_a_frame_of_something_else_is_refused_by_the_columns_that_it_lacks() -> None:
    import polars as pl

    with pytest.raises(ValueError, match="no column ends_run, until; pass the rows of reclamation_case_periods"):
        as_of(pl.DataFrame({"since": []}), date(2026, 6, 30), each_run=True)


@pytest.mark.engines
@pytest.mark.parametrize(
    ("until", "named"),
    [([None, float("nan")], None), ([1.5, float("nan")], "1.5"), ([datetime(2026, 7, 1, tzinfo=UTC), "x"], "datetime")],
)
def test_a_column_without_an_instant_has_open_rows_and_other_values_are_named(
    until: list[object], named: str | None
) -> None:
    import pandas as pd

    frame = pd.DataFrame({"since": ["2026-06-29 10:00:00.000000"] * 2, "until": until})
    if named is None:
        none = pd.DataFrame({"since": [], "until": []})
        assert [len(as_of(one, date(2026, 6, 30))) for one in (frame, none)] == [2, 0]
    else:
        with pytest.raises(ValueError, match=rf"column 'until' has .*{named}.*pandas.to_datetime\(frame\['until'\]"):
            as_of(frame, date(2026, 6, 30))
