"""A week without chance, worked by hand to the minute: 30 minutes to qualify, two hours to treat, one handler.

They work from 9:00 to 12:00 and from 13:30 to 17:30. Friday 1 May 2026 is a holiday, 2 and 3 May a weekend.
"""

from datetime import date
from typing import Any

import pytest

from reclamation_core import m2_1
from reclamation_core.policy import parse_policy
from reclamation_core.simulation import Absence, Effort, Staffing, StaffingScenario, WorkingHours
from reclamation_core.simulation.staffing.model import StaffingRun, simulate_staffing
from reclamation_core.vocabulary import Level, MalfunctionFacts, Site, Sites
from tests.unit.simulation.staffing.agency import SITES, Received, at, complaint, steady

WEEK = (
    complaint("A", "2026-04-30T08:00"),
    complaint("B", "2026-04-30T09:10"),
    complaint("C", "2026-04-30T16:45"),
    complaint("E", "2026-05-04T08:00"),
    complaint("D", "2026-05-04T09:00", severity_safety=4, likelihood=4),
)


def of_week(until: date = date(2026, 5, 22), **told: Any) -> StaffingRun:
    return simulate_staffing(WEEK, steady(**told), SITES, until=until)


def test_every_instant_of_the_week_is_the_one_worked_by_hand() -> None:
    found = {
        one.reference: (at(one.qualified_at), at(one.started_at), at(one.answered_at)) for one in of_week().handled
    }
    assert found == {
        "A": ("2026-04-30 09:30:00", "2026-04-30 09:30:00", "2026-04-30 11:30:00"),
        "B": ("2026-04-30 12:00:00", "2026-04-30 13:30:00", "2026-04-30 15:30:00"),
        # A quarter of an hour before the holiday, the rest after the weekend.
        "C": ("2026-04-30 17:15:00", "2026-04-30 17:15:00", "2026-05-04 10:45:00"),
        # The critical one comes first when a handler is free, and does not interrupt work in progress.
        "D": ("2026-05-04 11:15:00", "2026-05-04 11:15:00", "2026-05-04 14:45:00"),
        "E": ("2026-05-04 15:15:00", "2026-05-04 15:15:00", "2026-05-04 17:15:00"),
    }


def test_due_dates_days_and_waits_are_those_worked_by_hand() -> None:
    found = {one.reference: (one.due, one.days, one.on_time, one.wait_minutes) for one in of_week().handled}
    assert found == {
        "A": (date(2026, 5, 19), 0, True, 90.0),
        "B": (date(2026, 5, 19), 0, True, 260.0),
        "C": (date(2026, 5, 19), 1, True, 30.0),
        "D": (date(2026, 5, 20), 0, True, 135.0),
        "E": (date(2026, 5, 20), 0, True, 435.0),
    }


def test_load_is_the_sum_of_efforts_and_presence_follows_the_calendar() -> None:
    (load,) = (load for load in of_week(date(2026, 5, 4)).loads if load.unit == "local/REIMS")
    assert load.worked_minutes == 5 * 150
    assert load.present_minutes == 2 * 7 * 60  # Thursday and Monday
    assert load.utilisation == pytest.approx(750 / 840)
    assert (load.tasks, load.handlers, load.level) == (10, 1, "local")


def test_the_backlog_is_what_is_open_when_a_day_has_ended() -> None:
    rows = [row for row in of_week(date(2026, 5, 4)).backlog if row.level == "local"]
    assert [(row.day.day, row.received, row.answered, row.backlog, row.overdue) for row in rows] == [
        (30, 3, 2, 1, 0),
        (1, 0, 0, 1, 0),
        (2, 0, 0, 1, 0),
        (3, 0, 0, 1, 0),
        (4, 2, 3, 0, 0),
    ]


def test_an_unanswered_complaint_is_late_only_after_its_last_day() -> None:
    nobody = {"local": 0}
    early, late = of_week(date(2026, 5, 18), **nobody), of_week(date(2026, 5, 19), **nobody)
    assert {one.on_time for one in early.handled} == {None}
    assert {one.reference: one.on_time for one in late.handled} == {"A": False, "B": False, "C": False} | dict.fromkeys(
        "DE"
    )
    assert [one.days for one in late.handled] == [10, 10, 10, 9, 9]
    assert {one.is_open for one in late.handled} == {True}
    assert [(row.backlog, row.overdue) for row in late.backlog if row.level == "local"][-2:] == [(5, 0), (5, 3)]


def test_what_is_answered_once_the_last_day_is_over_at_its_site_is_open() -> None:
    island = Sites((Site(code="PIERRE", name="Saint-Pierre", region="La Réunion", territory="reunion"),))
    asked = complaint("R-1", "2026-06-16 21:30", site="PIERRE", service_reach="several_regions")
    scenario = steady(0, 60, hours=WorkingHours.always())
    run = simulate_staffing([asked], scenario, island, until=date(2026, 6, 16))
    (one,) = run.handled  # half past eleven on the island, where the answer comes on the next day
    assert (one.arrived_on, one.answered_on, one.answered_at, one.is_open) == (date(2026, 6, 16), None, None, True)
    assert [(day.received, day.answered, day.backlog) for day in run.backlog if day.level == "national"] == [(1, 0, 1)]


def test_a_late_answer_is_overdue_until_it_is_given() -> None:
    three = parse_policy({"starts_from": "M2-1", "edition": "1 jour", "deadline": {"days": 1}})
    slow = StaffingScenario(policy=three, staffing=steady(qualification=0, treatment=15 * 60).staffing)
    run = simulate_staffing([complaint("A", "2026-05-04T09:00")], slow, SITES, until=date(2026, 5, 8))
    (one,) = run.handled
    assert (one.due, at(one.answered_at), one.on_time) == (date(2026, 5, 5), "2026-05-06 10:00:00", False)
    assert [row.overdue for row in run.backlog if row.level == "local"] == [0, 1, 0, 0, 0]


def test_arrivals_before_the_measured_days_are_in_the_backlog_not_in_the_load() -> None:
    run = simulate_staffing(WEEK, steady(), SITES, until=date(2026, 5, 4), since=date(2026, 5, 4))
    (load,) = (load for load in run.loads if load.unit == "local/REIMS")
    assert len(run.handled) == 5
    assert (load.worked_minutes, load.present_minutes) == (105 + 2 * 150, 420)
    assert [(row.received, row.answered, row.backlog) for row in run.backlog if row.level == "local"] == [(2, 3, 0)]


def test_each_level_is_treated_by_its_own_unit_after_its_site_has_qualified_it() -> None:
    arrivals = [
        complaint("L", "2026-05-04T08:00"),
        complaint("R", "2026-05-04T08:01", site="METZ", service_reach="several_centres"),
        complaint("N", "2026-05-04T08:02", site="DINAN", mobilisation="national"),
    ]
    run = simulate_staffing(arrivals, steady(), SITES, until=date(2026, 5, 5))

    assert [(one.level, one.unit, at(one.answered_at)) for one in run.handled] == [
        ("local", "local/REIMS", "2026-05-04 11:30:00"),
        ("regional", "regional/Grand Est", "2026-05-04 11:30:00"),
        ("national", "national", "2026-05-04 11:30:00"),
    ]
    assert {load.unit: load.tasks for load in run.loads} == {
        "local/METZ": 1,
        "local/REIMS": 2,
        "local/DINAN": 1,
        "regional/Grand Est": 1,
        "regional/Bretagne": 0,
        "national": 1,
    }


def test_what_is_out_of_scope_is_qualified_and_goes_no_further() -> None:
    question = complaint("Q", "2026-05-04T08:00", nature="initial_information_request")
    (one,) = simulate_staffing([question], steady(), SITES, until=date(2026, 5, 5)).handled
    assert (one.level, one.unit, one.due, one.is_complaint, one.is_open) == (None, None, None, False, False)
    assert (at(one.qualified_at), one.answered_at, one.worked_minutes) == ("2026-05-04 09:30:00", None, 30.0)


def test_who_is_away_leaves_the_unfinished_to_the_others() -> None:
    away = Absence(unit="local/REIMS", days=[date(2026, 5, 5), (date(2026, 5, 6), date(2026, 5, 7))])
    long = steady(qualification=0, treatment=8 * 60, local=2, absences=[away])
    run = simulate_staffing(
        [complaint("A", "2026-05-04T09:00"), complaint("B", "2026-05-04T09:01")], long, SITES, until=date(2026, 5, 11)
    )

    # The first handler qualifies A in no time, and the second, free for longer, treats it: seven hours of it on Monday.
    # Away from Tuesday on, they leave the last hour to the first, who has 61 minutes of B to go.
    assert [(one.reference, at(one.answered_at)) for one in run.handled] == [
        ("A", "2026-05-05 11:01:00"),
        ("B", "2026-05-05 10:01:00"),
    ]
    (load,) = (load for load in run.loads if load.unit == "local/REIMS")
    assert load.present_minutes == 420 * (5 + 2)  # 4 to 7 May and the 11th, the 8th is a holiday; one is away for three
    assert load.worked_minutes == 960


def test_a_day_of_the_edition_s_closure_is_neither_worked_nor_waited() -> None:
    closed = parse_policy({"starts_from": "M2-1", "edition": "fermée", "closures": [date(2026, 5, 4)]})
    scenario = StaffingScenario(policy=closed, staffing=steady().staffing)
    (one,) = simulate_staffing([complaint("A", "2026-05-04T08:00")], scenario, SITES, until=date(2026, 5, 7)).handled
    assert at(one.answered_at) == "2026-05-05 11:30:00"
    assert (one.due, one.days) == (date(2026, 5, 20), 1)  # received on the 4th, the 5th is the first of ten days
    closed = parse_policy({"starts_from": "M2-1", "edition": "fermée", "closures": [date(2026, 5, 5)]})
    scenario = StaffingScenario(policy=closed, staffing=steady().staffing)
    (one,) = simulate_staffing([complaint("A", "2026-05-04T17:00")], scenario, SITES, until=date(2026, 5, 7)).handled
    assert (at(one.answered_at), one.days) == ("2026-05-06 11:00:00", 1)


def test_malfunctions_are_handled_with_complaints_and_have_no_due_date() -> None:
    facts = MalfunctionFacts(received_at=complaint("M", "2026-05-04T08:00").facts.received_at, mobilisation="national")
    (one,) = simulate_staffing([Received("M", "REIMS", facts)], steady(), SITES, until=date(2026, 5, 4)).handled
    assert (one.level, one.is_complaint, one.due, one.on_time, one.is_open) == ("national", None, None, None, False)
    assert at(one.answered_at) == "2026-05-04 11:30:00"


def test_undetermined_levels_go_to_the_lowest_unit_and_unknown_risks_first() -> None:
    known, unknown = complaint("A", "2026-05-04T08:00"), complaint("B", "2026-05-04T08:30", severity_safety=None)
    unsaid = complaint("C", "2026-05-04T08:45", mobilisation=None)
    run = simulate_staffing([known, unknown, unsaid], steady(), SITES, until=date(2026, 5, 5))
    assert [(one.reference, one.level, one.band, at(one.answered_at)) for one in run.handled] == [
        ("A", "local", "low", "2026-05-04 15:30:00"),
        ("B", "local", "high", "2026-05-04 11:30:00"),
        ("C", "local", "low", "2026-05-05 09:30:00"),
    ]


def test_a_longer_treatment_of_one_level_is_that_level_s_alone() -> None:
    efforts = {Level.LOCAL: Effort.fixed(60), Level.REGIONAL: Effort.fixed(180), Level.NATIONAL: Effort.fixed(0)}
    staffing = Staffing(qualification=Effort.fixed(0), treatment=efforts)
    arrivals = [
        complaint("L", "2026-05-04T09:00"),
        complaint("R", "2026-05-04T09:00", site="METZ", mobilisation="regional"),
        complaint("N", "2026-05-04T09:00", site="DINAN", mobilisation="national"),
    ]
    run = simulate_staffing(arrivals, StaffingScenario(policy=m2_1(), staffing=staffing), SITES, until=date(2026, 5, 4))

    assert {one.reference: one.worked_minutes for one in run.handled} == {"L": 60, "R": 180, "N": 0}
    assert {at(one.answered_at) for one in run.handled} == {
        "2026-05-04 09:00:00",
        "2026-05-04 10:00:00",
        "2026-05-04 12:00:00",
    }
