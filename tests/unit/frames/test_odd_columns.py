"""Columns with names and types that one meets seldom: nothing that is made on the way is in their way."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl
import pytest

from reclamation_core import UNKNOWN, BusinessCalendar, FaultsError, frames
from reclamation_core.frames.plan import FactColumn
from reclamation_core.frames.polars_engine import of_numbers
from reclamation_core.laboratory import replay
from reclamation_core.policy import m2_1
from reclamation_core.tables import Input, Number
from reclamation_core.tables.cells import partition
from tests.lazy import duckdb, pa, pd
from tests.unit.frames import backends
from tests.unit.policy.cases import CALENDAR

POLICY = m2_1()
EIGHT_WEEKS_LATER = BusinessCalendar.france("reunion", closures=[date(2026, 5, day) for day in range(4, 19)])
CALENDARS = {"metropole": CALENDAR, "reunion": EIGHT_WEEKS_LATER}
SURVEY: dict[str, Any] = {"received_at": backends.RECEIVED, "channel": "survey", "satisfaction": 3.0}
ON_THE_WAY = ("day", "instant", "due", "clock", "found", "level", "severity", "eligibility_found", "row")
"""Names that one could give a column, and that something else could have on the way."""
FAR = 1 << 61
PARTS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
STORED_UNITS = [
    (way, unit)
    for way in ("pandas", "pandas-pyarrow", "pyarrow", "polars")
    for unit in PARTS
    if (way, unit) != ("polars", "s")  # Polars has no unit of seconds
]


@pytest.mark.parametrize("make", backends.ALL.values(), ids=backends.ALL)
@pytest.mark.parametrize("name", ON_THE_WAY)
def test_the_column_of_the_calendars_may_have_any_name(name: str, make: Callable[..., Any]) -> None:
    given = make([{**SURVEY, name: calendar} for calendar in ("metropole", "reunion", "nowhere")])
    decided = frames.decide(
        given, POLICY, CALENDARS, calendar_column=name, decisions="eligibility", prefix="ours_", on_invalid="mark"
    )
    rows = backends.read(decided)
    due = [calendar.deadline(backends.RECEIVED, rule=POLICY.deadline).due for calendar in CALENDARS.values()]
    assert due[0] != due[1]
    assert [row["ours_due_date"] for row in rows] == [*due, None]
    assert [row["ours_invalid"] for row in rows] == [None, None, name]
    assert [row["ours_eligibility"] for row in rows] == ["complaint"] * 3


@pytest.mark.parametrize("make", backends.ALL.values(), ids=backends.ALL)
def test_a_fact_may_name_the_calendar_too(make: Callable[..., Any]) -> None:
    given = make([{**SURVEY, "channel": channel} for channel in ("email", "survey")])
    decided = backends.read(
        frames.decide(given, POLICY, {"email": CALENDAR}, calendar_column="channel", on_invalid="mark")
    )
    assert [row["invalid"] for row in decided] == [None, "channel"]
    assert [row["due_date"] for row in decided] == [date(2026, 5, 19), None]
    assert [row["eligibility"] for row in decided] == ["complaint", "complaint"]


@pytest.mark.parametrize(
    ("decision", "read"),
    [("criticality", "satisfaction"), ("eligibility", "severity_safety"), ("level", "severity_safety")],
)
def test_unselected_columns_of_a_lazy_frame_are_not_computed(decision: str, read: str) -> None:
    def raising(column: pl.Series) -> pl.Series:
        raise AssertionError(column.name)

    given = backends.polars_frame([{**SURVEY, "client_scope": "local", "severity_safety": 3}]).lazy()
    watched = given.with_columns(pl.col(read).map_batches(raising, return_dtype=backends.TYPES[read]))
    decided = frames.decide(watched, POLICY, CALENDAR)
    assert decided.select(decision).collect().height == 1
    with pytest.raises(AssertionError, match=read):
        decided.collect()


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


@pytest.mark.parametrize(("way", "unit"), STORED_UNITS)
def test_instants_are_read_in_their_own_unit(way: str, unit: str) -> None:
    moments = [datetime(2026, 5, 2, 21, 59, 59, tzinfo=UTC), datetime(2026, 5, 3, 22, 0, tzinfo=UTC)]
    given = _in(way, unit, *(seconds(moment) * PARTS[unit] for moment in moments))
    decided = frames.decide(given, POLICY, CALENDAR, decisions="eligibility")
    expected = [CALENDAR.deadline(moment, rule=POLICY.deadline).due for moment in moments]
    assert [row["due_date"] for row in backends.read(decided)] == expected


@pytest.mark.parametrize(("way", "unit"), [(way, unit) for way, unit in STORED_UNITS if unit != "ns"])
def test_an_instant_outside_python_s_range_is_reported_by_its_year(way: str, unit: str) -> None:
    given = _in(way, unit, FAR, seconds(backends.RECEIVED) * PARTS[unit], -FAR)
    assert [row["invalid"] for row in backends.read(_marked(given))] == ["received_at", None, "received_at"]
    with pytest.raises(frames.InvalidRowsError, match="2 rows are invalid") as refused:
        frames.decide(given, POLICY, CALENDAR)
    years = [np.datetime64(moment, unit).astype("datetime64[Y]") for moment in (FAR, -FAR)]  # type: ignore[call-overload]
    assert [fault.value for fault in refused.value.faults] == [f"year {year}" for year in years]


@pytest.mark.parametrize("way", ["polars", "polars-lazy", "duckdb", "pandas", "pyarrow"])
def test_checking_reports_such_an_instant_too(way: str) -> None:
    given = _in("polars", "us", FAR, seconds(backends.RECEIVED) * PARTS["us"])
    ways: dict[str, Callable[[], Any]] = {
        "polars": lambda: given,
        "polars-lazy": given.lazy,
        "duckdb": lambda: backends.session("Asia/Kolkata").from_arrow(given.to_arrow()),
        "pandas": lambda: _in("pandas", "us", FAR),
        "pyarrow": given.to_arrow,
    }
    year = str(np.datetime64(FAR, "us").astype("datetime64[Y]"))
    with pytest.raises(frames.InvalidRowsError, match=f"received_at: 'year {year}'"):
        frames.check(frames.decide(ways[way](), POLICY, CALENDAR, on_invalid="mark"))


def _marked(given: Any) -> Any:
    decided = frames.decide(given, POLICY, CALENDAR, on_invalid="mark")
    return nw.from_native(decided).select("invalid").to_native()  # the instants themselves cannot be read


def _in(way: str, unit: Any, *numbers: int) -> Any:
    if way == "polars":
        return pl.DataFrame({"received_at": pl.Series(numbers).cast(pl.Datetime(unit, "UTC"))})
    if way == "pandas":
        instants = pd.Series(numbers, dtype="int64").astype(f"datetime64[{unit}]")
        return pd.DataFrame({"received_at": instants.dt.tz_localize("UTC")})
    kept = pa.array(numbers, pa.int64()).cast(pa.timestamp(unit, "UTC"))
    if way == "pandas-pyarrow":
        return pd.DataFrame({"received_at": pd.Series(pd.arrays.ArrowExtensionArray(kept))})
    return pa.table({"received_at": kept})


@pytest.mark.parametrize("way", ["pandas-pyarrow", "pyarrow"])
def test_decimal_numbers_of_256_bits_are_read_if_they_fit_128_bits(way: str) -> None:
    kept = pa.array([Decimal("5.9"), Decimal("6.0"), None], pa.decimal256(50, 1))
    given: Any = pa.table({"satisfaction": kept})
    if way == "pandas-pyarrow":
        given = pd.DataFrame({"satisfaction": pd.Series(pd.arrays.ArrowExtensionArray(kept))})
    decided = backends.read(frames.decide(given, POLICY, None, decisions="eligibility"))
    assert [row["eligibility"] for row in decided] == ["complaint", None, None]


@pytest.mark.engines
def test_longer_decimal_numbers_are_refused_by_their_column() -> None:
    given = pa.table({"satisfaction": pa.array([Decimal(10**39)], pa.decimal256(50, 1))})
    with pytest.raises(FaultsError, match=r"satisfaction: .*decimal256"):
        frames.decide(given, POLICY, None)


def test_a_number_without_bounds_takes_all_but_what_is_no_number() -> None:
    input_ = Input("share", Number())
    (whole,) = partition(input_.domain, input_.absent, [])
    fact = FactColumn(input_, (whole,), (0,), UNKNOWN, given=True)
    values = [-1e300, 0.0, 1e300, None, float("nan"), float("inf"), float("-inf")]
    coded = of_numbers(pl, fact, Number(), pl.Float64(), pl.col("share"))
    assert pl.DataFrame({"share": values}).select(coded.expression).to_series().to_list() == [0, 0, 0, 1, 2, 2, 2]
    assert coded.impossible == 2


@pytest.mark.parametrize("kind", ["polars", "pandas", "pyarrow", "lazy", "duckdb"])
def test_an_empty_column_of_a_file_is_one_of_unknowns_whatever_its_type(kind: str) -> None:
    known = {"received_at": backends.RECEIVED, "complainant": "trainee", "nature": "grievance"}
    frame = backends.polars_frame([known, known])
    names = ("formal", "satisfaction", "channel", "causes", "satisfaction_unknown")
    emptied = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in names)
    numbers = {"formal": float("nan"), "channel": float("nan"), "satisfaction": None, "causes": None}
    kinds: dict[str, Callable[[], Any]] = {
        "polars": lambda: emptied,
        "pandas": lambda: backends.pandas_frame([known, known]).assign(**numbers),
        "pyarrow": emptied.to_arrow,
        "lazy": emptied.lazy,
        "duckdb": lambda: duckdb.from_arrow(emptied.with_row_index("place").to_arrow()),
    }

    decided = backends.read(frames.decide(kinds[kind](), POLICY, CALENDAR))

    (first, second) = backends.read(frames.decide(frame, POLICY, CALENDAR))
    assert [{name: row[name] for name in frames.COLUMNS} for row in decided] == [
        {name: row[name] for name in frames.COLUMNS} for row in (first, second)
    ]


@pytest.mark.parametrize("make", [pl.DataFrame, pl.LazyFrame], ids=["eager", "lazy"])
@pytest.mark.parametrize("formal", [["oui", None], []], ids=["not empty", "no rows"])
def test_a_column_of_a_wrong_type_is_refused_although_another_one_is_empty(make: Any, formal: list[str | None]) -> None:
    rows = len(formal)
    given = {"received_at": [backends.RECEIVED] * rows, "formal": formal, "sold_service": [None] * rows}
    types = {"received_at": pl.Datetime("us", "UTC"), "formal": pl.String, "sold_service": pl.String}
    with pytest.raises(FaultsError, match="formal: 'String'") as caught:
        frames.decide(make(given, schema=types), POLICY, CALENDAR)
    assert len(caught.value.faults) == (1 if rows else 2)


def test_days_of_a_file_without_any_answer_are_replayed() -> None:
    known = {"received_at": backends.RECEIVED, "complainant": "trainee", "nature": "grievance"}
    caseload = backends.polars_frame([known, known]).with_columns(answered_on=pl.lit(None, pl.String))
    for given in (caseload, caseload.lazy()):
        assert replay(given, [POLICY], CALENDAR, as_of=date(2026, 6, 30)).on_time_rates() == {POLICY.edition: 0}


@pytest.mark.parametrize("make", backends.ALL.values(), ids=backends.ALL)
def test_an_instant_and_a_day_of_receipt_are_refused_together(make: Callable[..., Any]) -> None:
    given = make([{**SURVEY, "received_on": date(2026, 5, 2)}])
    with pytest.raises(FaultsError, match="received_at: nothing; received_at and received_on are both there"):
        frames.decide(given, POLICY, CALENDAR)
    assert backends.read(frames.decide(given, POLICY, None))[0]["eligibility"] == "complaint"


@pytest.mark.engines
@pytest.mark.parametrize("name", [None, float("nan"), ("channel", 1), b"channel", 1])
def test_a_column_of_pandas_whose_name_is_no_text_is_preserved(name: Any) -> None:
    given = pd.DataFrame([[1, backends.RECEIVED]], columns=[name, "received_at"])
    decided = frames.decide(given, POLICY, CALENDAR)
    assert (decided.iloc[0, 0], decided["due_date"].iloc[0].date()) == (1, date(2026, 5, 19))
