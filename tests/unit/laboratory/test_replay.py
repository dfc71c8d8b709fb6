from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import narwhals as nw
import polars as pl
import pytest

from reclamation_core import FaultsError, m2_1
from reclamation_core.frames import InvalidRowsError
from reclamation_core.laboratory import Replay, replay, what_if
from tests.unit.laboratory.caseloads import (
    AS_OF,
    CALENDAR,
    CASELOAD,
    EDITIONS,
    EIGHT,
    KINDS,
    M2_1,
    SEVEN,
    complaints,
    rows,
)

DEEPER = what_if(m2_1(), survey_threshold=7, deadline_days=8, risk_high_from=9, complexity_causes=3)


@pytest.fixture(scope="module", params=KINDS)
def found(request: pytest.FixtureRequest) -> Replay:
    """The caseload replayed, once for each kind of frame."""
    return replay(KINDS[request.param](CASELOAD), EDITIONS, CALENDAR, as_of=AS_OF)


def test_complaints_flow_from_one_outcome_to_another_and_each_is_in_one_cell(found: Replay) -> None:
    assert found.size == 6
    assert found.matrices() == {
        SEVEN: {
            ("local", "local"): 1,
            ("undetermined", "undetermined"): 2,
            ("out_of_scope", "regional"): 2,
            ("out_of_scope", "out_of_scope"): 1,
        },
        EIGHT: {("local", "local"): 1, ("undetermined", "undetermined"): 2, ("out_of_scope", "out_of_scope"): 3},
    }
    assert rows(found.flows()) == [
        (edition, before, after, cases, cases / 6)
        for edition, matrix in found.matrices().items()
        for (before, after), cases in matrix.items()
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_that_would_be_written_over_is_refused(kind: str) -> None:
    caseload = nw.from_native(KINDS[kind](CASELOAD)).with_columns(edition_2_changed=nw.lit("mine")).to_native()
    with pytest.raises(FaultsError, match=r"edition_2_changed: .*that column is already there"):
        replay(caseload, EDITIONS, CALENDAR)


@pytest.mark.filterwarnings("ignore::reclamation_core.frames.MissingColumnWarning")
@pytest.mark.parametrize("kind", KINDS)
def test_near_misses_are_refused_and_ignored_by_name(kind: str) -> None:
    caseload = nw.from_native(KINDS[kind](CASELOAD)).rename({"satisfaction": "Satisfaction"}).to_native()
    with pytest.raises(FaultsError, match=r"satisfaction: 'Satisfaction'; that column is not read|takes that name"):
        replay(caseload, EDITIONS, CALENDAR, as_of=AS_OF)
    assert replay(caseload, EDITIONS, CALENDAR, as_of=AS_OF, ignore=["Satisfaction"]).changed[SEVEN] == 0


def test_the_day_of_the_answer_nearly_named_is_refused_with_its_name() -> None:
    caseload = KINDS["polars"](CASELOAD).rename({"answered_on": "Answered on"})
    with pytest.raises(FaultsError, match=r"^answered_on: 'Answered on'; that column is not read: answered_on is"):
        replay(caseload, EDITIONS, CALENDAR, as_of=AS_OF)
    with pytest.raises(FaultsError, match=r"^answered_on: nothing; a column answered_on is expected"):
        replay(caseload, EDITIONS, CALENDAR, as_of=AS_OF, ignore=["Answered on"])


def test_a_decision_flows_alone(found: Replay) -> None:
    assert found.decisions == ("eligibility", "level", "criticality", "band", "complexity")
    assert found.matrices("eligibility")[SEVEN] == {
        ("complaint", "complaint"): 2,
        ("out_of_scope", "complaint"): 2,
        ("out_of_scope", "out_of_scope"): 1,
        ("undetermined", "undetermined"): 1,
    }
    assert found.matrices("level")[SEVEN] == {
        ("local", "local"): 1,
        ("out_of_scope", "regional"): 2,
        ("out_of_scope", "out_of_scope"): 1,
        ("undetermined", "undetermined"): 2,
    }
    with pytest.raises(ValueError, match=r"decision: 'severity' was not replayed; use one of handling, eligibility,"):
        found.flows("severity")


def test_the_rows_responsible_are_named_under_both_editions(found: Replay) -> None:
    assert rows(found.changes()) == [
        (SEVEN, "eligibility", "out_of_scope", "complaint", "other-channel", "low-survey-note", 2, 2 / 6),
        (SEVEN, "level", "out_of_scope", "regional", "", "several-centres", 2, 2 / 6),
    ]


def test_each_complaint_names_its_changed_decisions(found: Replay) -> None:
    told = nw.from_native(found.cases).select("edition_2_changed", "edition_3_changed", "satisfaction")
    assert Counter(rows(told.to_native())) == Counter(
        [
            (None, "due_date", 4.0),
            *[("eligibility level due_date", None, 6.5)] * 2,
            (None, None, 9.0),
            (None, "due_date", 2.0),
            (None, "due_date", None),
        ]
    )
    assert (found.changed, found.invalid) == ({SEVEN: 2, EIGHT: 3}, 0)


def test_the_workload_is_counted_by_level_and_against_the_first_edition(found: Replay) -> None:
    load = {name: rows(found.workload())[5 * place : 5 * place + 5] for place, name in enumerate((M2_1, SEVEN, EIGHT))}

    assert load[M2_1] == [
        (M2_1, "local", 1, 1 / 6, 0),
        (M2_1, "regional", 0, 0.0, 0),
        (M2_1, "national", 0, 0.0, 0),
        (M2_1, "undetermined", 2, 2 / 6, 0),
        (M2_1, "out_of_scope", 3, 3 / 6, 0),
    ]
    assert [(outcome, change) for _, outcome, _, _, change in load[SEVEN] if change] == [
        ("regional", 2),
        ("out_of_scope", -2),
    ]
    assert [row[1:] for row in load[EIGHT]] == [row[1:] for row in load[M2_1]]


def test_due_dates_move_are_gained_or_are_none(found: Replay) -> None:
    assert rows(found.due_dates()) == [
        (SEVEN, "gained", None, 2),
        (SEVEN, "kept", 0, 3),
        (SEVEN, "none", None, 1),
        (EIGHT, "moved", -4, 3),
        (EIGHT, "none", None, 3),
    ]


def test_a_complaint_is_in_time_or_late_once_its_last_day_has_come(found: Replay) -> None:
    assert rows(found.on_time()) == [
        (M2_1, "local", 1, 0, 0, 0, 0, 0, 1.0),
        (M2_1, "undetermined", 0, 1, 0, 0, 0, 0, 0.0),
        (M2_1, "to_be_clarified", 0, 1, 0, 0, 0, 0, 0.0),
        (SEVEN, "local", 1, 0, 0, 0, 0, 0, 1.0),
        (SEVEN, "regional", 0, 0, 0, 0, 2, 0, None),  # which M2-1 does not admit: an answer to them is in no rate
        (SEVEN, "undetermined", 0, 1, 0, 0, 0, 0, 0.0),
        (SEVEN, "to_be_clarified", 0, 1, 0, 0, 0, 0, 0.0),
        (EIGHT, "local", 0, 1, 0, 0, 0, 0, 0.0),
        (EIGHT, "undetermined", 0, 1, 0, 0, 0, 0, 0.0),
        (EIGHT, "to_be_clarified", 0, 1, 0, 0, 0, 0, 0.0),
    ]
    assert found.on_time_rates() == {M2_1: 1 / 3, SEVEN: 1 / 3, EIGHT: 0.0}


def test_answers_are_due_in_weeks_and_open_complaints_age(found: Replay) -> None:
    assert rows(found.weeks())[:2] == [
        (M2_1, date(2026, 5, 18), "local", 1),
        (M2_1, date(2026, 5, 18), "undetermined", 2),
    ]
    assert {(edition, week) for edition, week, *_ in rows(found.weeks())} == {
        (M2_1, date(2026, 5, 18)),
        (SEVEN, date(2026, 5, 18)),
        (EIGHT, date(2026, 5, 11)),
    }
    assert rows(found.ageing()) == [
        (M2_1, "undetermined", 0, 2),
        (SEVEN, "undetermined", 0, 2),
        (EIGHT, "undetermined", 4, 2),
    ]


@pytest.mark.parametrize(
    ("kind", "small", "whole"),
    [
        ("polars", "DataFrame", "DataFrame"),
        ("polars-lazy", "DataFrame", "LazyFrame"),
        ("pandas", "DataFrame", "DataFrame"),
        ("pyarrow", "Table", "Table"),
    ],
)
def test_what_comes_back_is_of_the_kind_that_was_given(kind: str, small: str, whole: str) -> None:
    found = replay(KINDS[kind](CASELOAD), EDITIONS, decisions="level")
    assert found.decisions == ("eligibility", "level")
    library = kind.partition("-")[0]
    assert (type(found.cases).__name__, type(found.cases).__module__.partition(".")[0]) == (whole, library)
    summaries = {type(frame) for frame in (found.flows(), found.changes(), found.workload())}
    assert {(kind.__name__, kind.__module__.partition(".")[0]) for kind in summaries} == {(small, library)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "polars"])
def test_many_complaints_come_to_the_same_in_every_kind_of_frame(kind: str) -> None:
    records = complaints(300)
    one, other = (replay(KINDS[name](records), [m2_1(), DEEPER], CALENDAR, as_of=AS_OF) for name in ("polars", kind))
    assert one.changed[DEEPER.edition] > 100
    for asked in ("flows", "changes", "workload", "due_dates", "on_time", "weeks", "ageing"):
        assert rows(getattr(one, asked)()) == rows(getattr(other, asked)())
    narrow = nw.from_native(other.cases)
    names = [name for name in narrow.collect_schema() if name.startswith("edition_")]
    assert Counter(rows(one.cases.select(names))) == Counter(rows(narrow.select(names).to_native()))


def test_without_a_calendar_no_date_is_counted_and_without_a_day_no_rate() -> None:
    dateless = replay(KINDS["polars"](CASELOAD), EDITIONS)
    for ask in (dateless.due_dates, dateless.weeks, dateless.on_time, dateless.ageing, dateless.on_time_rates):
        with pytest.raises(ValueError, match=r"calendar: replay was called without one"):
            ask()
    unrated = replay(KINDS["polars"](CASELOAD), EDITIONS, CALENDAR)
    assert len(rows(unrated.due_dates())) == 5
    for ask in (unrated.on_time, unrated.ageing, unrated.on_time_rates):
        with pytest.raises(ValueError, match=r"as_of: replay was called without it"):
            ask()


@pytest.mark.parametrize("kind", ["polars", "pandas", "pyarrow"])
def test_a_caseload_of_nothing_comes_to_nothing(kind: str) -> None:
    nothing = nw.from_native(KINDS[kind](CASELOAD)).head(0).to_native()
    found = replay(nothing, EDITIONS, CALENDAR, as_of=AS_OF)
    assert (found.size, found.changed) == (0, {SEVEN: 0, EIGHT: 0})
    assert found.on_time_rates() == {M2_1: None, SEVEN: None, EIGHT: None}
    assert {row[2:] for row in rows(found.workload())} == {(0, 0.0, 0)}
    for frame in (found.flows(), found.changes(), found.due_dates(), found.on_time(), found.weeks(), found.ageing()):
        assert rows(frame) == []


def test_one_edition_is_replayed_alone() -> None:
    found = replay(KINDS["polars"](CASELOAD), [m2_1()])
    assert (found.matrices(), found.changed) == ({}, {})
    assert len(rows(found.workload())) == 5


@pytest.mark.parametrize("kind", ["polars", "polars-lazy"])
def test_values_that_cannot_be_are_refused_or_counted_as_undetermined(kind: str) -> None:
    strange = [*CASELOAD, {**CASELOAD[0], "channel": "fax"}]
    with pytest.raises(InvalidRowsError) as refused:
        replay(KINDS[kind](strange), EDITIONS, CALENDAR)
    assert refused.value.counts == {"channel": 1}
    found = replay(KINDS[kind](strange), EDITIONS, CALENDAR, as_of=AS_OF, on_invalid="mark")
    assert found.invalid == 1
    assert sum(row[2] for row in rows(found.workload())[:5]) == 7
    marks = nw.from_native(found.cases).select("edition_1_invalid", "edition_3_invalid").to_native()
    assert rows(marks) == [*[(None, None)] * 6, ("channel", "channel")]
    assert replay(KINDS[kind](strange), EDITIONS[:1], on_invalid="mark").invalid == 1


def test_a_lazy_caseload_of_valid_rows_has_no_marks() -> None:
    found = replay(KINDS["polars-lazy"](CASELOAD), EDITIONS)
    assert not [name for name in found.cases.collect_schema() if "invalid" in name]


@pytest.mark.parametrize(
    ("editions", "value"),
    [([], []), (m2_1(), m2_1()), ([m2_1(), "M2-1"], ["M2-1"]), (None, None), ([m2_1(), m2_1()], "M2-1")],
)
def test_editions_that_cannot_be_compared_are_refused(editions: Any, value: object) -> None:
    with pytest.raises(FaultsError) as refused:
        replay(KINDS["polars"](CASELOAD), editions)
    assert [(fault.path, fault.value) for fault in refused.value.faults] == [("editions", value)]


@pytest.mark.parametrize(
    ("answered", "value"),
    [
        (pl.Series([datetime(2026, 5, 19, tzinfo=UTC)]), "Datetime(time_unit='us', time_zone='UTC')"),
        (pl.Series(["2026-05-19"]), "String"),
    ],
)
def test_the_day_of_the_answer_must_be_a_day(answered: pl.Series, value: str) -> None:
    one = KINDS["polars"](CASELOAD[:1]).with_columns(answered_on=answered)
    with pytest.raises(FaultsError, match=r"of an instant, give the day") as refused:
        replay(one, EDITIONS, CALENDAR, as_of=AS_OF)
    assert [(fault.path, fault.value) for fault in refused.value.faults] == [("answered_on", value)]


@pytest.mark.engines
@pytest.mark.parametrize("value", [datetime(2026, 5, 19, 9, 30), "2026-05-19", 20260519, object()])  # noqa: DTZ001  naive
def test_in_pandas_the_values_are_checked_to_be_days(value: object) -> None:
    one = KINDS["pandas"](CASELOAD[:1]).assign(answered_on=[value])
    with pytest.raises(FaultsError, match=r"answered_on: .*a column of dates is expected"):
        replay(one, EDITIONS, CALENDAR, as_of=AS_OF)


@pytest.mark.parametrize("kind", ["polars", "pandas", "pyarrow"])
def test_a_column_without_a_day_means_that_nothing_is_answered(kind: str) -> None:
    nulls = nw.new_series("answered_on", [None] * 6, backend=kind).to_native()  # type: ignore[arg-type]  # one of them
    narrow = nw.from_native(KINDS[kind](CASELOAD), eager_only=True)
    caseload = narrow.with_columns(nw.from_native(nulls, series_only=True).alias("answered_on")).to_native()
    assert replay(caseload, EDITIONS, CALENDAR, as_of=AS_OF).on_time_rates() == {M2_1: 0.0, SEVEN: 0.0, EIGHT: 0.0}


def test_arguments_that_are_missing_or_wrong_are_refused_by_their_names() -> None:
    caseload = KINDS["polars"](CASELOAD)
    with pytest.raises(FaultsError, match=r"answered_on: nothing; a column answered_on is expected"):
        replay(caseload.drop("answered_on"), EDITIONS, CALENDAR, as_of=AS_OF)
    with pytest.raises(FaultsError, match=r"calendar: nothing; a calendar is expected with as_of"):
        replay(caseload, EDITIONS, as_of=AS_OF)
    with pytest.raises(TypeError, match=r"as_of"):
        replay(caseload, EDITIONS, CALENDAR, as_of="2026-05-19")  # type: ignore[arg-type]  # as a user might

    with pytest.raises(ValueError, match=r"decisions: \['niveau'\] is refused; choose among eligibility, level,"):
        replay(caseload, EDITIONS, decisions=["niveau"])
    with pytest.raises(ValueError, match=r"on_invalid: 'drop' is refused; use 'raise' or 'mark'"):
        replay(caseload, EDITIONS, on_invalid="drop")  # type: ignore[arg-type]  # as a user might
    with pytest.raises(TypeError, match=r"frame: list is not a supported frame"):
        replay(list(CASELOAD), EDITIONS)
