import subprocess
import sys
from datetime import date, datetime, time
from typing import Any

import attrs
import pytest

from reclamation_core import FaultsError, Sites, m2_1
from reclamation_core.calendars import DayRange, OutsideHorizonError
from reclamation_core.errors import MissingExtraError
from reclamation_core.simulation import Absence, Effort, Staffing, WorkingHours, compare_staffing
from reclamation_core.simulation.staffing.model import simulate_staffing
from reclamation_core.vocabulary import Level
from tests.unit.simulation.staffing.agency import SITES, Received, complaint, steady

UNTIL = date(2026, 5, 8)
ONE = [complaint("A", "2026-05-04T08:00")]


@pytest.mark.parametrize("minutes", [-1, float("inf"), float("nan"), "long", True, None])
def test_an_effort_is_a_finite_number_of_minutes(minutes: Any) -> None:
    for make in (Effort.fixed, Effort.exponential, lambda value: Effort.triangular(value, 1, 2)):
        with pytest.raises(ValueError, match="give a finite number of minutes, 0 or more"):
            make(minutes)


def test_a_triangular_effort_rises() -> None:
    with pytest.raises(ValueError, match="usual: 9 is not between least, 10, and most, 60"):
        Effort.triangular(10, 9, 60)


@pytest.mark.parametrize(
    "spans",
    [
        [9, 12],
        [(time(9), time(12)), 13],
        (),
        None,
        "09:00-12:00",
        [(time(12), time(9))],
        [(time(9), time(12)), (time(11), time(17))],
        [(time(9),)],
        [(time(9), "12:00")],
        [(time(9), time(0)), (time(1), time(2))],
    ],
)
def test_hours_are_pairs_of_times_in_order(spans: Any) -> None:
    with pytest.raises(ValueError, match=r"spans: .*give pairs of local times"):
        WorkingHours(spans=spans)
    assert len(WorkingHours(spans=[(time(9), time(12)), (time(12), time(17))]).spans) == 2


def test_clear_days_and_unknown_day_types_are_refused() -> None:
    with pytest.raises(ValueError, match="day_type: clear days"):
        WorkingHours(day_type="franc")
    with pytest.raises(ValueError, match="lunaire"):
        WorkingHours(day_type="lunaire")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("units", {"local/METZ": -2}, "units.local/METZ: -2; a whole number is expected"),
        ("treatment", {Level.LOCAL: Effort.fixed(1)}, "treatment: .*give an effort for each of local, regional"),
        ("treatment", dict.fromkeys(Level, 60), "treatment.local: a Effort is expected, got 60"),
        ("absences", [date(2026, 5, 4)], "absences: a Absence is expected, got datetime.date"),
    ],
)
def test_a_staffing_refuses_what_is_none(field: str, value: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        Staffing(**{field: value})


def test_an_absence_names_a_unit_days_and_how_many() -> None:
    day = date(2026, 5, 4)
    assert Absence(unit="national", days=day).days == (DayRange(day, day),)
    assert Absence(unit="national", days=(day, date(2026, 5, 6))).days == (DayRange(day, date(2026, 5, 6)),)
    with pytest.raises(TypeError, match="unit: a text is expected, got 3"):
        Absence(unit=3, days=day)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="days: "):
        Absence(unit="national", days="2026-05-04")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="handlers: 0; a whole number is expected, from 1 on"):
        Absence(unit="national", days=day, handlers=0)


def test_a_unit_that_no_site_has_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match=r"units: 'METZ' is no unit of these sites; use one of local/METZ, local/R"):
        simulate_staffing(ONE, steady(units={"METZ": 2}), SITES, until=UNTIL)
    away = Absence(unit="regional/Alsace", days=UNTIL)
    with pytest.raises(ValueError, match=r"absences: 'regional/Alsace' is no unit"):
        simulate_staffing(ONE, steady(absences=[away]), SITES, until=UNTIL)


def test_all_faults_of_the_arrivals_are_reported_at_once() -> None:
    wrong: list[Any] = [
        complaint("A", "2026-05-04T08:00"),
        complaint("A", "2026-05-04T08:00", site="NANCY"),
        complaint(" ", "2026-05-04T08:00", site=None),
        Received("B", "METZ", "facts"),
        "C",
    ]
    with pytest.raises(FaultsError, match="`default_site=` gives one to what has none") as caught:
        simulate_staffing(wrong, steady(), SITES, until=UNTIL)

    assert [(fault.path, fault.value) for fault in caught.value.faults] == [
        ("arrivals[1].reference", "A"),
        ("arrivals[1].site", "NANCY"),
        ("arrivals[2].reference", " "),
        ("arrivals[2].site", None),
        ("arrivals[3].facts", "facts"),
        ("arrivals[4]", "C"),
    ]


@pytest.mark.parametrize("arrivals", ["ABC", 3, lambda replication: replication])
def test_arrivals_are_a_collection_or_a_function_that_returns_one(arrivals: Any) -> None:
    with pytest.raises(FaultsError, match=r"arrivals: .*objects with reference, site and facts"):
        simulate_staffing(arrivals, steady(), SITES, until=UNTIL)


def test_what_names_no_site_gets_the_one_that_is_given() -> None:
    (one,) = simulate_staffing(
        [complaint("A", "2026-05-04T08:00", site=None)], steady(), SITES, until=UNTIL, default_site="DINAN"
    ).handled
    assert (one.site, one.region, one.unit) == ("DINAN", "Bretagne", "local/DINAN")


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"scenario": m2_1()}, "scenario: a StaffingScenario is expected, got a Policy"),
        ({"sites": Sites()}, "sites: it is empty; give the Sites of the agency, at least one"),
        ({"sites": ["METZ"]}, "sites: a Sites is expected, got a list"),
        ({"default_site": "NANCY"}, "default_site: 'NANCY' is unknown; use one of METZ, REIMS, DINAN, or None"),
        ({"default_site": 3}, "default_site: 3 is unknown"),
        ({"until": "2026-05-08"}, "until: a date is expected"),
        ({"since": UNTIL, "until": datetime(2026, 5, 8)}, "until: a date is expected"),  # noqa: DTZ001
        ({"since": datetime(2026, 5, 4)}, "since: a date is expected"),  # noqa: DTZ001
        ({"since": date(2026, 5, 9)}, "since: 2026-05-09 is after until, 2026-05-08"),
        ({"seed": -1}, "seed: -1; give a whole number"),
        ({"replication": 0}, "replication: 0; a whole number is expected, from 1 on"),
        ({"replication": 1.0}, "replication: 1.0; a whole number is expected"),
    ],
)
def test_every_other_argument_is_refused_with_its_remedy(told: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"scenario": steady(), "sites": SITES, "until": UNTIL, **told}
    with pytest.raises((TypeError, ValueError), match=message):
        simulate_staffing(ONE, **given)


def test_a_day_that_no_calendar_covers_is_refused() -> None:
    with pytest.raises(OutsideHorizonError):
        simulate_staffing(ONE, steady(), SITES, until=date(2150, 1, 1))
    with pytest.raises(OutsideHorizonError):
        simulate_staffing(ONE, steady(), SITES, until=UNTIL, since=date(1, 1, 1))


def test_a_note_outside_the_scale_is_reported_with_its_complaint() -> None:
    arrivals = [
        complaint(name, "2026-05-04T08:00", satisfaction=note) for name, note in (("A", 11), ("B", 4), ("C", -1))
    ]
    with pytest.raises(FaultsError, match="arrivals") as caught:
        simulate_staffing(arrivals, steady(), SITES, until=UNTIL)
    assert [(fault.path, fault.value) for fault in caught.value.faults] == [
        ("arrivals['A'].facts.satisfaction", 11),
        ("arrivals['C'].facts.satisfaction", -1),
    ]


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"scenarios": steady()}, "scenarios: .*a list of scenarios is expected"),
        ({"scenarios": [m2_1()]}, "scenarios: a StaffingScenario is expected, got a Policy"),
        ({"scenarios": []}, r"scenarios: \[\]; give at least one"),
        ({"scenarios": [steady(), steady()]}, "scenarios: .*each with a name of its own"),
        ({"replications": 0}, "replications: 0; a whole number is expected, from 1 on"),
        ({"replications": 2.0}, "replications: 2.0; a whole number is expected"),
        ({"confidence": 95}, "confidence: 95; give a number between 0 and 1"),
        ({"confidence": True}, "confidence: True; give a number between 0 and 1"),
        ({"confidence": "sure"}, "confidence: 'sure'; give a number"),
    ],
)
def test_a_comparison_refuses_what_it_cannot_compare(told: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"scenarios": [steady()], "until": UNTIL, **told}
    with pytest.raises((TypeError, ValueError), match=message):
        compare_staffing(ONE, sites=SITES, **given)


@pytest.mark.parametrize(("package", "function"), [("simpy", simulate_staffing), ("scipy", compare_staffing)])
def test_a_package_that_is_not_installed_is_named_with_its_extra(
    package: str, function: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "reclamation_core.simulation.staffing.queueing", raising=False)
    scenario = steady() if function is simulate_staffing else [steady()]
    with pytest.raises(MissingExtraError, match=r"\[simulation\]") as caught:
        function(ONE, scenario, SITES, until=UNTIL)
    assert (caught.value.package, caught.value.extra) == (package, "simulation")


def test_a_record_is_a_row_of_plain_values() -> None:
    run = simulate_staffing(ONE, steady(), SITES, until=UNTIL)
    plain = (str, int, float, bool, date, type(None))
    for rows in (run.handled, run.loads, run.backlog):
        for row in rows:
            assert {name: value for name, value in attrs.asdict(row).items() if type(value) not in plain} == {
                name: value for name, value in attrs.asdict(row).items() if type(value) is datetime
            }


def test_heavy_packages_are_imported_on_the_first_run_or_estimate() -> None:
    program = "import sys, reclamation_core.simulation; print(sorted({'numpy', 'scipy', 'simpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
