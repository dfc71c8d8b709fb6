from datetime import date, time
from typing import Any

import polars as pl
import pytest

from reclamation_core import FaultsError, m2_1
from reclamation_core.calendars import DayType
from reclamation_core.laboratory import sweep
from tests.unit.laboratory.caseloads import AS_OF, CALENDAR, CASELOAD, KINDS, rows


@pytest.mark.parametrize("kind", ["polars", "pandas", "polars-lazy"])
def test_a_threshold_is_swept(kind: str) -> None:
    found = sweep(KINDS[kind](CASELOAD), m2_1(), survey_threshold=[4, 6, 6.75])
    assert [(row[1], row[4]) for row in rows(found) if row[3] == "out_of_scope"] == [(4, 4), (6, 3), (6.75, 1)]
    assert rows(found)[0] == ("survey.threshold", 4, "M2-1, note seuil 4", "local", 0, 0.0)
    assert [sum(row[4] for row in rows(found) if row[1] == value) for value in (4, 6, 6.75)] == [6, 6, 6]


@pytest.mark.filterwarnings("ignore::reclamation_core.frames.MissingColumnWarning")
def test_near_misses_are_refused_and_ignored_by_name() -> None:
    caseload = KINDS["polars"](CASELOAD).rename({"satisfaction": "Satisfaction"})
    with pytest.raises(FaultsError, match="satisfaction: 'Satisfaction'; that column is not read"):
        sweep(caseload, m2_1(), survey_threshold=[4, 6])
    found = sweep(caseload, m2_1(), survey_threshold=[4, 6], ignore=["Satisfaction"])
    assert len({row[4] for row in rows(found) if row[3] == "out_of_scope"}) == 1


def test_days_to_answer_are_swept_and_answers_rated() -> None:
    found = sweep(KINDS["polars"](CASELOAD), m2_1(), CALENDAR, as_of=AS_OF, deadline_days=range(8, 11))

    assert found.columns == [
        "parameter", "value", "edition", "outcome", "cases", "share", "on_time", "late", "open",
        "early", "newly_admitted", "withdrawn", "rate",
    ]  # fmt: skip
    assert found["value"].dtype == pl.Int64
    told = [row[1:2] + row[6:] for row in rows(found) if row[3] in {"local", "undetermined"}]
    assert told == [
        (8, 0, 1, 0, 0, 0, 0, 0.0),
        (8, 0, 2, 0, 0, 0, 0, 0.0),
        (9, 0, 1, 0, 0, 0, 0, 0.0),
        (9, 0, 2, 0, 0, 0, 0, 0.0),
        (10, 1, 0, 0, 0, 0, 0, 1.0),
        (10, 0, 2, 0, 0, 0, 0, 0.0),
    ]
    assert {row[6:] for row in rows(found) if row[3] == "out_of_scope"} == {(0, 0, 0, 0, 0, 0, None)}


def test_what_the_policy_itself_does_not_admit_is_in_no_rate_of_a_sweep() -> None:
    found = sweep(KINDS["polars"](CASELOAD), m2_1(), CALENDAR, as_of=date(2026, 6, 30), survey_threshold=[6, 7])
    assert [row[6:] for row in rows(found) if row[3] == "regional"] == [
        (0, 0, 0, 0, 0, 0, None),
        (0, 0, 0, 0, 2, 0, None),
    ]
    assert {row[6:] for row in rows(found) if row[3] == "local"} == {(1, 0, 0, 0, 0, 0, 1.0)}


def test_a_value_that_is_no_number_is_named_by_its_code() -> None:
    found = sweep(KINDS["polars"](CASELOAD), m2_1(), complexity_band=["high", "critical"])
    assert found["value"].unique(maintain_order=True).to_list() == ["high", "critical"]


def test_a_code_is_named_as_in_a_policy_file() -> None:
    for parameter, given, value in [
        ("deadline_day_type", DayType.CALENDAIRE, "calendaire"),
        ("deadline_day_type", "franc", "franc"),
        ("complexity_level", "national", "national"),
        ("deadline_suspensions_allowed", False, "false"),
        ("deadline_cut_off", time(17), "17:00:00"),
        ("deadline_cut_off", None, "none"),
        ("survey_scale", (0, 20), "0 ; 20"),
    ]:
        moved: dict[str, Any] = {parameter: [given]}
        assert set(sweep(KINDS["polars"](CASELOAD[:1]), m2_1(), **moved)["value"]) == {value}, given


THREE = ["closures", "deadline_days", "survey_threshold"]


@pytest.mark.parametrize(("parameter", "faults"), [
    ({}, {"parameter": []}),
    ({"survey_threshold": [6], "deadline_days": [8], "closures": [[]]},
        {"parameter": ["closures", "deadline_days", "survey_threshold"]}),
    ({"threshold": [6]}, {"threshold": "threshold"}),
    ({"survey_threshold": []}, {"survey.threshold": []}),
    ({"survey_threshold": 6}, {"survey.threshold": 6}),
    ({"survey_threshold": [6, 6.0]}, {"survey.threshold": [6, 6.0]}),
    ({"complexity_band": "high"}, {"complexity.band": "high"}),
    ({"deadline_days": [0, 8]}, {"deadline.days": 0}),
])  # fmt: skip
def test_what_cannot_be_swept_is_refused(parameter: dict[str, Any], faults: dict[str, object]) -> None:
    with pytest.raises(FaultsError) as refused:
        sweep(KINDS["polars"](CASELOAD), m2_1(), **parameter)
    assert {fault.path: fault.value for fault in refused.value.faults} == faults
