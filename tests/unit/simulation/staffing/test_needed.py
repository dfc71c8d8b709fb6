"""How many handlers a unit needs, against an agency worked by hand."""

from datetime import date
from typing import Any

import attrs
import pytest

from reclamation_core import FaultsError
from reclamation_core.policy import parse_policy
from reclamation_core.simulation import HandlersNeeded, compare_staffing, handlers_needed
from reclamation_core.simulation.staffing.arrivals import ArrivingComplaint
from reclamation_core.simulation.staffing.team import Unit
from tests.unit.simulation.staffing.agency import SITES, complaint, steady

UNTIL = date(2026, 5, 29)
ONE_DAY = parse_policy({"starts_from": "M2-1", "edition": "1 jour", "deadline": {"days": 1}})
TEAM = attrs.evolve(steady(qualification=0, treatment=7 * 60), policy=ONE_DAY)
"""A handler answers one complaint in a working day of seven hours, and a day after the receipt is the last."""


def monday(number: int, **known: Any) -> list[ArrivingComplaint]:
    """So many complaints before work begins on each of three Mondays: one handler answers two of them in time."""
    return [
        complaint(f"{day}-{place}", f"2026-05-{day:02}T07:00", **known)
        for day in (4, 11, 18)
        for place in range(number)
    ]


def needed(arrivals: Any, **told: Any) -> HandlersNeeded:
    options: dict[str, Any] = {"until": UNTIL, "replications": 8, "target": 0.6} | told
    return handlers_needed(arrivals, TEAM, SITES, **options)


def test_each_handler_answers_what_a_day_holds_until_the_target_is_reached() -> None:
    found = needed(monday(4), site="REIMS")
    assert (found.unit, found.target, found.confidence) == ("local/REIMS", 0.6, 0.95)
    # Monday and Tuesday: one handler answers two of four, the others by Thursday; two handlers answer all.
    assert [(one.handlers, one.on_time_rate) for one in found.tried] == [(1, 0.5), (2, 1.0)]
    assert found.handlers == 2
    # Half of 96 in time, which count as 96 / (1 + 1.1 * 7 / 55): their interval is from 0.39 to 0.61, so that a target
    # of a half is not shown to be reached.
    assert needed(monday(4), site="REIMS", target=0.39).handlers == 1
    assert needed(monday(4), site="REIMS", target=0.5).handlers == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "known"),
    [
        ("local/METZ", {"site": "METZ"}),
        ("regional/Grand Est", {"site": "METZ", "mobilisation": "regional"}),
        ("national", {"site": "DINAN", "mobilisation": "national"}),
    ],
)
def test_a_unit_alone_has_the_metrics_that_it_has_in_the_whole_agency(unit: str, known: dict[str, Any]) -> None:
    others = [complaint(f"other-{n}", "2026-05-04T07:00", site="REIMS") for n in range(9)]
    arrivals = [*monday(3, **known), *others]
    found = needed(arrivals, unit=unit, target=0.9)
    assert found.handlers == 2
    for tried in found.tried:
        staffing = attrs.evolve(TEAM.staffing, units={unit: tried.handlers})
        whole = compare_staffing(arrivals, [attrs.evolve(TEAM, staffing=staffing)], SITES, until=UNTIL, replications=8)
        rate, used = (whole.estimate("M2-1", name, unit=unit) for name in ("on_time_rate", "utilisation"))
        assert (tried.on_time_rate, tried.low, tried.high) == (rate.mean, rate.low, rate.high)
        assert tried.utilisation == used.mean


@pytest.mark.parametrize(
    ("unit", "involved"),
    [
        ("local/METZ", {"local/METZ"}),
        ("regional/Grand Est", {"regional/Grand Est", "local/METZ", "local/REIMS"}),
        ("national", {"national", "local/METZ", "local/REIMS", "local/DINAN"}),
    ],
)
def test_only_the_unit_and_those_that_qualify_for_it_are_run(
    unit: str, involved: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, names = Unit.shifts, set[str]()

    def shifts(self: Unit, *arguments: Any) -> Any:
        names.add(self.name)
        return run(self, *arguments)

    monkeypatch.setattr(Unit, "shifts", shifts)
    levels = {"site": "METZ", "mobilisation": unit.partition("/")[0]}
    assert needed(monday(3, **levels), unit=unit, target=0.9).handlers == 2
    assert names == involved


def test_what_few_complaints_cannot_show_is_not_concluded() -> None:
    found = needed(monday(1), site="REIMS", target=0.95)
    # All of 24 are in time. t at 97.5 % with 7 degrees of freedom is 2.365, the normal quantile 1.960: k = 1.456, and
    # the design effect 1.228; three of a run may hide 0.2 more. They count as 24 / 1.428 = 16.81, whose interval begins
    # at 16.81 / (16.81 + 1.96²).
    assert [(one.handlers, one.on_time_rate, round(one.low, 3)) for one in found.tried] == [(1, 1.0, 0.814)]
    assert found.handlers is None


def test_no_more_handlers_are_tried_than_the_limit() -> None:
    found = needed(monday(9), site="REIMS", target=0.99, most=2)
    assert (found.handlers, len(found.tried)) == (None, 2)


def test_what_names_no_site_is_received_by_the_one_that_is_given() -> None:
    nowhere = monday(3, site=None)
    assert needed(nowhere, site="REIMS", target=0.9, default_site="REIMS").handlers == 2
    with pytest.raises(ValueError, match="'local/METZ' has nothing to answer by the end of two replications"):
        needed(nowhere, site="METZ", default_site="REIMS")
    with pytest.raises(FaultsError, match=r"arrivals\[0\].site: nothing; the code of a known site"):
        needed(nowhere, site="METZ")


@pytest.mark.parametrize(
    ("told", "error", "match"),
    [
        ({}, ValueError, "site: None, unit: None; give the one or the other, such as site='METZ'"),
        ({"site": "METZ", "unit": "national"}, ValueError, "site: 'METZ', unit: 'national'; give the one or"),
        ({"site": "NANCY"}, ValueError, "site: 'NANCY' is unknown; use one of METZ, REIMS, DINAN"),
        ({"unit": "local"}, ValueError, "unit: 'local' is no unit of these sites; use one of local/METZ, local"),
        ({"target": 95}, ValueError, "target: 95; give a share between 0 and 1, both excluded, such as 0.95"),
        ({"target": 1.0}, ValueError, "target: 1.0; give a share"),
        ({"target": "x"}, ValueError, "target: 'x'; give a share"),
        ({"most": 0}, ValueError, "most: 0; a whole number is expected, from 1 on"),
        ({"replications": 1}, ValueError, "replications: 1; a whole number is expected, from 2 on"),
        ({"confidence": 2}, ValueError, "confidence: 2; give a number between 0 and 1"),
    ],
)
def test_invalid_arguments_are_refused(told: dict[str, Any], error: type[Exception], match: str) -> None:
    site = {} if {"site", "unit"} & told.keys() or not told else {"site": "REIMS"}
    with pytest.raises(error, match=match):
        needed(monday(1), **site, **told)
    with pytest.raises(TypeError, match="scenario: a StaffingScenario is expected, got 3"):
        handlers_needed(monday(1), 3, SITES, until=UNTIL, site="REIMS")  # type: ignore[arg-type]
