"""Names that are in the way: taken for others by the engine, there several times, or used on the way."""

from datetime import date
from typing import Any

import narwhals as nw
import polars as pl
import pytest

from reclamation_core import ABSENT, FaultsError, frames
from reclamation_core.policy import m2_1
from reclamation_core.vocabulary import ComplaintFacts
from tests.lazy import pa, pd
from tests.unit.frames import backends
from tests.unit.frames.test_deciding import KNOWN
from tests.unit.policy.cases import CALENDAR

POLICY = m2_1()


def refused(frame: Any, **options: Any) -> list[tuple[str, object]]:
    """Where a frame is refused, and the name for which."""
    with pytest.raises(FaultsError, match=r"rename|choose another") as caught:
        frames.decide(frame, POLICY, options.pop("calendar", CALENDAR), **options)
    return [(fault.path, fault.value) for fault in caught.value.faults]


@pytest.mark.engines
@pytest.mark.parametrize("name", ["channel", "satisfaction", "received_at", "territory", "kind"])
def test_a_column_that_differs_by_case_only_is_refused_in_duckdb(name: str) -> None:
    known = {**KNOWN, "satisfaction": 4.0, "territory": "m", "kind": "complaint"}
    given = [{column.title() if column == name else column: value for column, value in known.items()}]
    relation = backends.session("UTC").from_arrow(backends.polars_frame(given, types=TYPES).to_arrow())
    assert refused(relation, calendar={"m": CALENDAR}) == [(name, name.title())]
    with pytest.raises(FaultsError, match=f"takes that name for {name}, which is read under this very name; rename"):
        frames.decide(relation, POLICY, {"m": CALENDAR})


TYPES = {"Satisfaction": pl.Float64, "Received_At": backends.TYPES["received_at"]}


def test_capitals_are_another_name_where_the_engine_thinks_so() -> None:
    given = backends.polars_frame([{**KNOWN, "Channel": "fax", "FactsClass": "malfunction"}])
    assert frames.decide(given, POLICY, CALENDAR, ignore=["FactsClass"])["eligibility"].to_list() == ["complaint"]


EVERY = {name: backends.ALL[name] for name in ("polars", "polars-lazy", "pandas", "pyarrow", "duckdb")}


@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize(
    ("column", "fact"),
    [("Chanel", "channel"), ("satisfation", "satisfaction"), ("for-mal", "formal"), ("Naturé", "nature")],
)
def test_a_column_nearly_named_as_a_fact_is_refused_with_the_fact(make: Any, column: str, fact: str) -> None:
    frame = make([{**{name: value for name, value in KNOWN.items() if name != fact}, column: None}])
    assert refused(frame) == [(fact, column)]
    with pytest.raises(FaultsError, match=rf"{fact} is; rename it or, .* pass ignore=\['{column}'\]"):
        frames.decide(frame, POLICY, CALENDAR)


@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("column", ["chanel", "Channel"])
def test_a_near_miss_that_is_ignored_by_name_is_decided_without(make: Any, column: str) -> None:
    known = {name: value for name, value in KNOWN.items() if name != "channel"}
    decided = frames.decide(make([{**known, column: "fax"}]), POLICY, CALENDAR, ignore=[column])
    (row,) = backends.read(decided)
    (alone,) = backends.read(frames.decide(make([known]), POLICY, CALENDAR))
    assert row[column] == "fax"
    assert {name: value for name, value in row.items() if name != column} == alone


def test_all_close_names_are_refused_at_once_and_not_reported_as_missing() -> None:
    frame = pl.DataFrame({"Received at": [backends.RECEIVED], "Site": ["m"], "formel": [True], "recieved_on": [None]})
    assert refused(frame, calendar={"m": CALENDAR}, calendar_column="site") == [
        ("received_at", "Received at"),
        ("site", "Site"),
        ("formal", "formel"),
        ("received_on", "recieved_on"),
    ]


def test_a_column_of_another_name_is_ignored() -> None:
    for column in ["complaint", "complaint_at", "received_by", "answered_at", "channel_code", "king", "scope", "level"]:
        frame = backends.polars_frame([{"received_at": backends.RECEIVED, column: "x"}])
        assert frames.decide(frame, POLICY, CALENDAR, decisions=["eligibility"])[column].to_list() == ["x"], column


def test_a_near_miss_of_what_is_there_or_is_not_wanted_is_left_alone() -> None:
    frame = backends.polars_frame([{**KNOWN, "Channel": "x", "Received on": "x", "Severity_safety": "x", "Site": "x"}])
    assert frames.decide(frame, POLICY, CALENDAR, decisions=["eligibility"]).height == 1
    assert frames.decide_malfunctions(pl.DataFrame({"Client scope": ["x"]}), POLICY).height == 1
    with pytest.raises(FaultsError, match="severity_safety: 'Severity_safety'"):
        frames.decide_malfunctions(frame, POLICY)


def test_a_record_nearly_named_is_not_explained_unless_ignored() -> None:
    record = {"received_at": backends.RECEIVED, "Satisfaction": 4.0}
    with pytest.raises(FaultsError, match="satisfaction: 'Satisfaction'; that column is not read"):
        frames.explain(record, POLICY, CALENDAR)
    assert frames.explain(record, POLICY, CALENDAR, ignore=["Satisfaction"]).eligibility.outcome is None


@pytest.mark.parametrize(
    ("ignore", "error", "match"),
    [
        ("Channel", TypeError, "ignore: 'Channel'; a list of column names is expected"),
        (5, TypeError, "ignore: 5; a list"),
        (["channel"], ValueError, r"ignore: \['channel'\] are read under these very names; drop or rename"),
    ],
)
def test_what_is_ignored_are_names_of_other_columns(ignore: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        frames.decide(backends.polars_frame([KNOWN]), POLICY, CALENDAR, ignore=ignore)


@pytest.mark.filterwarnings("ignore::reclamation_core.frames.MissingColumnWarning")
@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
def test_without_a_column_of_notes_there_is_no_note(make: Any) -> None:
    survey = {"received_at": backends.RECEIVED, "channel": "survey"}
    without, known = (
        backends.read(frames.decide(make([record]), POLICY, CALENDAR))[0]["eligibility"]
        for record in (survey, {**survey, "satisfaction": 4.0})
    )
    given = ComplaintFacts(received_at=backends.RECEIVED, channel="survey", satisfaction=ABSENT)
    assert without == POLICY.assess(given, CALENDAR).eligibility.outcome
    assert (without, known) == ("out_of_scope", "complaint")


@pytest.mark.engines
@pytest.mark.parametrize(("make", "told"), [
    (lambda: pd.DataFrame([[1, 2, 3]], columns=["x", "x", "y"]), ["x"]),
    (lambda: pa.Table.from_arrays([pa.array([1])] * 3, names=["x", "y", "x"]), ["x"]),
    (lambda: backends.session("UTC").sql("SELECT current_date AS received_on, 1 AS x, 2 AS x"), ["x"]),
    (lambda: backends.session("UTC").sql("SELECT current_date AS received_on, 1 AS x, 2 AS X"), ["x", "X"]),
], ids=["pandas", "pyarrow", "duckdb", "capitals"])  # fmt: skip
def test_a_name_of_several_columns_is_refused(make: Any, told: list[str]) -> None:
    assert refused(make()) == [(name, name) for name in told]


@pytest.mark.parametrize(("make", "names"), [
    (lambda: backends.polars_frame([KNOWN]), ["reclamation_core: due", "reclamation_core: invalid"]),
    (lambda: backends.pandas_frame([KNOWN]), ["reclamation_core: row"]),
    (lambda: backends.duckdb_relation([KNOWN]), ["reclamation_core_due", "Reclamation_Core_list_1"]),
], ids=["polars", "pandas", "duckdb"])  # fmt: skip
def test_the_names_of_the_columns_on_the_way_are_refused_to_others(make: Any, names: list[str]) -> None:
    frame = make()
    more = nw.from_native(frame).with_columns(**dict.fromkeys(names, nw.lit(1))).to_native()
    assert refused(more) == [(name, name) for name in names]
    assert refused(frame, prefix=names[0]) == [("prefix", names[0])]


def test_the_names_on_the_way_of_another_engine_are_free() -> None:
    given = backends.polars_frame([{**KNOWN, "reclamation_core_due": "mine"}])
    decided = frames.decide(given, POLICY, CALENDAR, prefix="reclamation_core_")
    assert decided["reclamation_core_due"].to_list() == ["mine"]
    assert decided["reclamation_core_due_date"].to_list() == [date(2026, 5, 19)]


@pytest.mark.engines
@pytest.mark.parametrize(("column", "decided"), [
    ("NULL AS channel, NULL AS formal, NULL AS satisfaction, NULL AS causes, NULL AS kind", (None, None)),
    ("NULL AS received_at, TRUE AS formal", ("received_at", None)),
    ("NULL AS territory", ("territory", None)),
], ids=["facts", "receipt", "calendar"])  # fmt: skip
def test_a_column_of_nulls_is_known_in_no_row_of_duckdb(column: str, decided: tuple[str | None, str | None]) -> None:
    received = "" if "received_at" in column else ", DATE '2026-05-02' AS received_on"
    relation = backends.session("UTC").sql(f"SELECT {column}{received}")
    calendars: Any = {"m": CALENDAR} if "territory" in column else CALENDAR
    found = frames.decide(relation, POLICY, calendars).to_arrow_table().to_pylist()
    assert [(row["invalid"], row["eligibility"]) for row in found] == [decided]
    assert [row["due_date"] for row in found] == [None if decided[0] else date(2026, 5, 19)]


@pytest.mark.engines
def test_a_day_of_receipt_may_be_null_in_all_rows_of_duckdb() -> None:
    decided = frames.decide(backends.session("UTC").sql("SELECT NULL AS received_on"), POLICY, CALENDAR)
    (row,) = decided.to_arrow_table().to_pylist()
    assert (row["invalid"], row["due_date"]) == ("received_on", None)
