"""A caseload worked out by hand: what each complaint comes to under M2-1, below a note of 7, and within eight days."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import narwhals as nw
import polars as pl

from reclamation_core import BusinessCalendar, m2_1
from reclamation_core.laboratory import what_if
from tests.unit.frames import backends

CALENDAR = BusinessCalendar.france(first_year=2025, last_year=2027)
EDITIONS = (m2_1(), what_if(m2_1(), survey_threshold=7), what_if(m2_1(), deadline_days=8))
M2_1, SEVEN, EIGHT = (edition.edition for edition in EDITIONS)
AS_OF = date(2026, 5, 19)
"""The tenth business day after Saturday 2 May 2026, the 8th and the 14th being holidays; the eighth is the 15th."""

LOCAL = {"client_scope": "local", "service_reach": "one_centre", "mobilisation": "local"}
REGIONAL = {**LOCAL, "service_reach": "several_centres"}
RECEIVED = {"received_at": datetime.fromisoformat("2026-05-02T09:30:00+02:00"), "channel": "survey"}
CASELOAD: tuple[dict[str, Any], ...] = (
    # A complaint under all three, answered on the last of ten days.
    {**RECEIVED, **LOCAL, "satisfaction": 4.0, "answered_on": date(2026, 5, 19)},
    # Out of scope, but for a threshold of 7; answered on the last of eight days.
    {**RECEIVED, **REGIONAL, "satisfaction": 6.5, "answered_on": date(2026, 5, 15)},
    # The same, answered after the day of the analysis.
    {**RECEIVED, **REGIONAL, "satisfaction": 6.5, "answered_on": date(2026, 5, 20)},
    # Out of scope under all three.
    {**RECEIVED, **LOCAL, "satisfaction": 9.0, "channel": "other", "answered_on": None},
    # A complaint of an undetermined level, open.
    {**RECEIVED, "satisfaction": 2.0, "answered_on": None},
    # A message of which next to nothing is known, so that the clock runs; open.
    {**RECEIVED, "channel": "email", "satisfaction": None, "answered_on": None},
)


def _polars(records: Sequence[dict[str, Any]]) -> pl.DataFrame:
    days = {"answered_on": pl.Date, "withdrawn_on": pl.Date}
    return backends.polars_frame(records, types={name: days[name] for name in days if name in records[0]})


KINDS: dict[str, Callable[[Sequence[dict[str, Any]]], Any]] = {
    "polars": _polars,
    "polars-lazy": lambda records: _polars(records).lazy(),
    "pandas": backends.pandas_frame,
    "pandas-midnights": lambda records: backends.pandas_with_categories(records).astype({"answered_on": "M8[s]"}),
    "pyarrow": lambda records: _polars(records).to_arrow(),
    "duckdb": lambda records: backends.session("Asia/Kolkata").from_arrow(_polars(records).to_arrow()),
}
"""The records as a frame of each kind."""


def complaints(number: int) -> list[dict[str, Any]]:
    """Complaints with any values, a tenth of the facts unknown and a quarter open, the same ones each time."""
    chance = Random(2026)  # noqa: S311  invented facts are drawn, nothing is kept secret
    days = [date(2025, 1, 2) + timedelta(chance.randrange(700)) for _ in range(number)]
    return [
        {
            "received_at": datetime.combine(day, time(9), UTC),
            "answered_on": day + timedelta(chance.randrange(30)) if chance.random() > 0.25 else None,
            **{
                name: chance.choice(of_fact) if chance.random() > 0.1 else None
                for name, of_fact in backends.DRAWN.items()
            },
        }
        for day in days
    ]


def rows(frame: Any) -> list[tuple[Any, ...]]:
    """The rows of a frame of any kind, days being days and what is missing None."""
    narrow = nw.from_native(frame)
    eager = narrow.collect() if isinstance(narrow, nw.LazyFrame) else narrow
    return [tuple(map(_plain, row)) for row in eager.iter_rows()]


def _plain(value: Any) -> Any:
    if value is None or type(value).__name__ == "NAType" or value != value:  # noqa: PLR0124  NaN is not itself
        return None
    return value.date() if isinstance(value, datetime) else value
