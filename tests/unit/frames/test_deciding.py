from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import narwhals as nw
import polars as pl
import pytest

from reclamation_core import FaultsError, frames
from reclamation_core.errors import MissingExtraError
from reclamation_core.policy import m2_1
from reclamation_core.tables import Row
from reclamation_core.vocabulary import Channel, Site, Sites
from tests.lazy import pd
from tests.unit.frames import backends
from tests.unit.frames.backends import RECEIVED
from tests.unit.policy import cases
from tests.unit.policy.cases import CALENDAR

POLICY = m2_1()
LATER = RECEIVED.replace(month=9)
KNOWN: dict[str, Any] = {"received_at": RECEIVED, **cases.KNOWN}


class Dask:
    """A frame of a kind that narwhals knows and that is not read."""

    _implementation = nw.Implementation.DASK

    def __narwhals_lazyframe__(self) -> Dask:
        return self

    def _with_version(self, _: object) -> Dask:
        return self


def frame(*changes: dict[str, Any]) -> pl.DataFrame:
    return backends.polars_frame([{**KNOWN, **change} for change in changes or ({},)])


@pytest.mark.parametrize("make", backends.ALL.values(), ids=backends.ALL)
def test_the_same_kind_comes_back_with_its_own_columns_first(make: Any) -> None:
    given = make([{**KNOWN, "note": "hors sujet"}])
    decided = frames.decide(given, POLICY, CALENDAR)
    assert type(decided) is type(given)
    assert [name for name in nw.from_native(decided).collect_schema() if name != "place"] == [
        *KNOWN,
        "note",
        *frames.COLUMNS,
        *(["invalid"] if make in backends.LAZY.values() else []),
    ]


@pytest.mark.engines
def test_the_index_of_a_pandas_frame_is_preserved() -> None:
    given = backends.pandas_frame([KNOWN, KNOWN]).set_axis(["b", "a"])
    assert list(frames.decide(given, POLICY, CALENDAR).index) == ["b", "a"]


def test_invalid_rows_are_counted_located_and_described() -> None:
    given = frame({}, {"channel": "fax", "severity_legal": 5}, {"channel": "telex"}, {"satisfaction": 11.0})

    with pytest.raises(frames.InvalidRowsError, match=r"3 rows are invalid \(.*channel 2.*\)") as caught:
        frames.decide(given, POLICY, CALENDAR)

    error = caught.value
    assert (error.rows, error.counts) == (3, {"channel": 2, "severity_legal": 1, "satisfaction": 1})
    assert {(fault.path, fault.value) for fault in error.faults} == {
        ("[1].channel", "fax"),
        ("[1].severity_legal", 5),
        ("[2].channel", "telex"),
        ("[3].satisfaction", 11.0),
    }
    assert error.records[0]["channel"] == "fax"


def test_an_error_of_invalid_rows_survives_its_pickle() -> None:
    with pytest.raises(frames.InvalidRowsError, match="1 row is invalid") as caught:
        frames.decide(frame({"channel": "fax"}), POLICY, CALENDAR)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.counts, again.rows, again.records) == ({"channel": 1}, 1, caught.value.records)
    assert str(again) == str(caught.value)


def test_each_invalid_value_is_shown_once_at_its_first_row() -> None:
    given = frame(*[{"channel": "fax"}] * 30, {"channel": "telex"}, {"channel": "fax"})
    with pytest.raises(frames.InvalidRowsError, match="32 rows are invalid") as caught:
        frames.decide(given, POLICY, CALENDAR)
    assert [(fault.path, fault.value) for fault in caught.value.faults] == [
        ("[0].channel", "fax"),
        ("[30].channel", "telex"),
    ]
    assert [record["channel"] for record in caught.value.records] == ["fax", "telex"]
    with pytest.raises(frames.InvalidRowsError) as caught:
        frames.check(frames.decide(given, POLICY, CALENDAR, on_invalid="mark"))
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("make", backends.LAZY.values(), ids=backends.LAZY)
def test_checking_a_lazy_frame_reports_the_invalid_rows(make: Any) -> None:
    decided = frames.decide(make([KNOWN, {**KNOWN, "channel": "fax"}]), POLICY, CALENDAR)
    with pytest.raises(frames.InvalidRowsError, match="channel: 'fax'; one of mediation_letter") as caught:
        frames.check(decided)
    assert caught.value.counts == {"channel": 1}
    sound = frames.decide(make([KNOWN]), POLICY, CALENDAR)
    assert frames.check(sound) is sound


def test_checking_needs_a_marked_frame() -> None:
    with pytest.raises(LookupError, match="on_invalid='mark'"):
        frames.check(frame())


def test_a_lazy_frame_refuses_on_invalid_raise() -> None:
    with pytest.raises(ValueError, match=r"frames\.check"):
        frames.decide(frame().lazy(), POLICY, CALENDAR, on_invalid="raise")


@pytest.mark.parametrize(("column", "path"), [
    (pl.Series("received_at", [RECEIVED.replace(tzinfo=None)]), "received_at"),
    (pl.Series("channel", [1]), "channel"),
    (pl.Series("formal", [1]), "formal"),
    (pl.Series("severity_legal", [1.0]), "severity_legal"),
    (pl.Series("satisfaction", ["5"]), "satisfaction"),
], ids=["naive", "code", "truth", "whole", "note"])  # fmt: skip
@pytest.mark.parametrize("way", ["polars", "pyarrow"])
def test_a_column_of_the_wrong_type_is_refused_by_its_name(column: pl.Series, path: str, way: str) -> None:
    given: Any = frame().with_columns(column)
    if way == "pyarrow":
        given = given.to_arrow()
    with pytest.raises(FaultsError, match=path) as caught:
        frames.decide(given, POLICY, CALENDAR)
    assert [fault.path for fault in caught.value.faults] == [path]


@pytest.mark.engines
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("received_at", [datetime(2026, 5, 2)]),  # noqa: DTZ001  naive on purpose
        ("formal", ["yes"]),
        ("formal", [1]),
        ("satisfaction", ["5"]),
        ("severity_legal", [True]),
        ("received_on", ["2026-05-04"]),
        ("received_on", [20260504]),
        ("received_on", [datetime(2026, 5, 4, tzinfo=UTC)]),
        ("received_on", [datetime(2026, 5, 4, 10)]),  # noqa: DTZ001  naive on purpose
    ],
)
def test_pandas_columns_of_the_wrong_type_are_refused_too(name: str, values: list[Any]) -> None:
    given = backends.pandas_frame([KNOWN])
    if name == "received_on":
        given = given.drop(columns="received_at")
    given = given.assign(**{name: [pd.Timestamp(value) if isinstance(value, datetime) else value for value in values]})
    with pytest.raises(FaultsError) as refused:
        frames.decide(given.assign(causes=["x"]), POLICY, CALENDAR)
    assert {fault.path for fault in refused.value.faults} == {name, "causes"}


def test_without_a_receipt_no_deadline_can_be_counted() -> None:
    given = frame().drop("received_at")
    with pytest.raises(FaultsError, match="received_on"):
        frames.decide(given, POLICY, CALENDAR)
    assert "due_date" not in frames.decide(given, POLICY, None).columns


def test_a_column_that_is_already_there_is_not_overwritten() -> None:
    decided = frames.decide(frame(), POLICY, CALENDAR)
    with pytest.raises(FaultsError, match="prefix"):
        frames.decide(decided, POLICY, CALENDAR)
    assert frames.decide(decided, POLICY, CALENDAR, prefix="again_")["again_level"].to_list() == ["local"]


@pytest.mark.engines
def test_capitals_alone_make_no_other_column_where_the_engine_thinks_so() -> None:
    given = [{**KNOWN, "Level": "mine"}]
    assert frames.decide(backends.polars_frame(given), POLICY, CALENDAR)["level"].to_list() == ["local"]
    with pytest.raises(FaultsError, match="level: 'Level'; that column is already there") as caught:
        frames.decide(backends.duckdb_relation(given), POLICY, CALENDAR)
    assert [(fault.path, fault.value) for fault in caught.value.faults] == [("level", "Level")]


SITES = Sites(
    (
        Site(code="CRE", name="Créteil", region="Île-de-France"),
        Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle"),
        Site(code="VAL", name="Val d'Oise", region="Île-de-France"),
    )
)


@pytest.mark.parametrize("make", backends.ALL.values(), ids=backends.ALL)
def test_sites_have_calendars_by_their_codes(make: Any) -> None:
    received = RECEIVED.replace(year=2024, month=12, day=20)
    given = [{**KNOWN, "received_at": received, "site": site} for site in ("CRE", "STR", "VAL", "XXX", None)]
    decided = backends.read(frames.decide(make(given), POLICY, SITES, on_invalid="mark"))
    later = date(2025, 1, 8)  # the second day of Christmas is one there
    assert [row["due_date"] for row in decided] == [date(2025, 1, 7), later, date(2025, 1, 7), None, None]
    assert [row["invalid"] for row in decided] == [None, None, None, "site", "site"]


@pytest.mark.parametrize("make", backends.ALL.values(), ids=backends.ALL)
@pytest.mark.parametrize(("calendars", "column"), [(SITES, "site"), ({"CRE": CALENDAR}, "territory")])
def test_a_row_without_a_calendar_is_reported_under_its_column(make: Any, calendars: Any, column: str) -> None:
    given = make([{**KNOWN, column: name} for name in ("CRE", None)])
    with pytest.raises(
        frames.InvalidRowsError, match=rf"{column}: (nothing|nan); .* where there is none, fill in"
    ) as caught:
        frames.check(frames.decide(given, POLICY, calendars, on_invalid="mark"))
    assert (caught.value.counts, [fault.path for fault in caught.value.faults]) == ({column: 1}, [column])


def test_an_unknown_site_is_reported_with_the_known_ones() -> None:
    with pytest.raises(frames.InvalidRowsError, match="one of CRE, STR, VAL is expected"):
        frames.decide(frame({"site": "XXX"}), POLICY, SITES)
    marked = frames.decide(frame({"site": "XXX"}), POLICY, SITES, on_invalid="mark")
    with pytest.raises(frames.InvalidRowsError, match="site: 'XXX'; the name of one of the calendars is expected"):
        frames.check(marked)
    with pytest.raises(FaultsError, match="site"):
        frames.decide(frame(), POLICY, SITES)


def test_the_column_of_the_calendars_is_of_texts() -> None:
    with pytest.raises(FaultsError, match="a column of texts is expected"):
        frames.decide(frame().with_columns(site=pl.lit(1)), POLICY, SITES)


@pytest.mark.parametrize("make", [backends.polars_frame, backends.duckdb_relation], ids=["polars", "duckdb"])
def test_calendars_and_rows_may_have_any_name(make: Any) -> None:
    name = "l'agence \\ du | coin"
    row_id = name.replace(" ", "-")
    policy = POLICY.with_rows("level", add=[Row(row_id, {"mobilisation": "national"}, "national", "Note 1")])
    given = make([{**KNOWN, "mobilisation": "national", name: name}])

    (row,) = backends.read(frames.decide(given, policy, {name: CALENDAR}, calendar_column=name, on_invalid="mark"))

    assert row["level_rows"] == f"national-mobilisation {row_id}"
    assert (row["due_date"], row["invalid"]) == (date(2026, 5, 19), None)
    strange = frames.decide(
        make([{**KNOWN, "channel": "fax", name: "none"}]),
        policy,
        {name: CALENDAR},
        calendar_column=name,
        on_invalid="mark",
    )
    with pytest.raises(frames.InvalidRowsError, match="1 row is invalid") as caught:
        frames.check(strange)
    assert caught.value.counts == {"channel": 1, name: 1}


@pytest.mark.parametrize("make", backends.ALL.values(), ids=backends.ALL)
def test_a_frame_of_which_nothing_is_read_is_undetermined(make: Any) -> None:
    decided = frames.decide(make([{"note": "a"}, {"note": "b"}]), POLICY, None, on_invalid="mark")
    assert [
        (row["note"], row["level"], row["level_rows"], row["undetermined"], row["invalid"])
        for row in backends.read(decided)
    ] == [(note, None, None, "eligibility level criticality band complexity", None) for note in ("a", "b")]


def test_an_enumeration_with_strange_texts_is_decided_as_texts_are() -> None:
    known = ["fax", *(code.value for code in Channel)]
    given = frame({}, {"channel": "fax"}).with_columns(pl.col("channel").cast(pl.Enum(known)))
    decided = frames.decide(given, POLICY, CALENDAR, on_invalid="mark")
    assert decided["eligibility"].to_list() == ["complaint", None]
    assert decided["invalid"].to_list() == [None, "channel"]


@pytest.mark.engines
@pytest.mark.parametrize("make", [
    lambda: [date(2026, 5, 4), None],
    lambda: pd.to_datetime(pd.Series(["2026-05-04", None])),
    lambda: pd.array(["2026-05-04", None], "datetime64[s]"),
], ids=["dates", "midnights", "seconds"])  # fmt: skip
def test_days_of_receipt_may_come_as_pandas_has_them(make: Callable[[], Any]) -> None:
    given = backends.pandas_frame([KNOWN, KNOWN]).drop(columns="received_at").assign(received_on=make())
    decided = frames.decide(given, POLICY, CALENDAR, on_invalid="mark")
    assert [row["due_date"] for row in backends.read(decided)] == [date(2026, 5, 20), None]
    assert [row["invalid"] for row in backends.read(decided)] == [None, "received_on"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"decisions": "colour"}, ValueError, "choose among eligibility"),
        ({"decisions": ()}, ValueError, "choose among eligibility"),
        ({"decisions": 3}, TypeError, "decisions: a list of names is expected, got 3"),
        ({"on_invalid": "ignore"}, ValueError, "use 'raise' or 'mark'"),
        ({"calendar_column": "site"}, ValueError, "no effect with one calendar"),
        ({"calendar": "france"}, TypeError, "BusinessCalendar"),
        ({"policy": None}, TypeError, "policy: a Policy is expected, got None"),
        ({"prefix": 3}, TypeError, "prefix: a str is expected, got 3"),
        ({"frame": [1]}, TypeError, "list is not a supported frame"),
        ({"frame": pl.Series([1])}, TypeError, "Series is not a supported frame"),
        ({"frame": Dask()}, TypeError, "Dask is not a supported frame; use one of pandas"),
    ],
)
def test_arguments_are_refused_with_a_remedy(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    given = {"frame": frame(), "policy": POLICY, "calendar": CALENDAR, **arguments}
    with pytest.raises(error, match=message):
        frames.decide(**given)


@pytest.mark.parametrize(("package", "make"), [("narwhals", backends.polars_frame), ("polars", backends.pandas_frame)])
def test_a_missing_package_names_the_extra(package: str, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given = make([KNOWN])
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"\[frames\]") as caught:
        frames.decide(given, POLICY, CALENDAR)
    assert (caught.value.package, caught.value.extra) == (package, "frames")


@pytest.mark.engines
def test_relations_of_one_session_are_decided_each_by_itself_and_again() -> None:
    one, other = (backends.duckdb_relation([{**KNOWN, "received_at": moment}]) for moment in (RECEIVED, LATER))
    decided, beside = frames.decide(one, POLICY, CALENDAR), frames.decide(other, POLICY, CALENDAR)
    again = frames.decide(decided, POLICY, CALENDAR, prefix="again_")
    found = [backends.read(relation)[0]["due_date"] for relation in (decided, beside, again)]
    assert found == [date(2026, 5, 19), date(2026, 9, 16), date(2026, 5, 19)]


def test_a_parquet_data_set_is_streamed_from_file_to_file(tmp_path: Any) -> None:
    frame(*[{"channel": channel} for channel in ("email", "survey", None)] * 100).write_parquet(tmp_path / "in.parquet")
    decided = frames.decide(pl.scan_parquet(tmp_path / "in.parquet"), POLICY, CALENDAR)
    decided.sink_parquet(tmp_path / "out.parquet")
    found = pl.read_parquet(tmp_path / "out.parquet")["eligibility"].to_list()
    assert found == ["complaint", "out_of_scope", None] * 100


def test_a_deadline_is_counted_without_the_eligibility_decision() -> None:
    decided = frames.decide(frame(), POLICY, CALENDAR, decisions="level")
    assert decided["due_date"].to_list() == [date(2026, 5, 19)]
    assert [name for name in decided.columns if name in frames.COLUMNS] == [
        "level",
        "level_rows",
        "undetermined",
        "due_date",
    ]
