"""Scenarios fitted to a register, and the validation on days that they were not fitted to."""

import math
from datetime import date, datetime
from random import Random
from statistics import fmean, pstdev
from typing import Any

import attrs
import pytest

from reclamation_core import Desk, m2_1
from reclamation_core.simulation import (
    Staffing,
    StaffingScenario,
    fit_effort,
    fit_waiting,
    step_durations,
    validate_staffing,
)
from reclamation_core.simulation.rates import NEVER
from reclamation_core.simulation.staffing.calibration import StepDuration, _predicted
from reclamation_core.simulation.staffing.model import simulate_staffing
from reclamation_core.testing.builders import FakeClock, a_qualified_case
from reclamation_core.vocabulary import Level
from tests.unit.policy.cases import PARIS
from tests.unit.policy.cases import complaint as facts_of_complaint
from tests.unit.simulation.staffing.agency import SITES, complaint, steady

DAYS = {Level.LOCAL: {2: 1.0, 6: 2.0, 14: 1.0}}
NEW_YEAR = date(2026, 1, 1)
SINCE, UNTIL = date(2026, 3, 2), date(2026, 4, 30)


def duration(minutes: float, *, is_open: bool = False) -> StepDuration:
    return StepDuration(reference="1", step="answer", level="local", minutes=minutes, is_open=is_open)


def arrivals() -> list[Any]:
    """Two complaints on each working day of four months."""
    days = [date(2026, month, day) for month in (1, 2, 3, 4) for day in range(1, 29)]
    return [
        complaint(f"{day}/{number}", f"{day}T1{number}:00", site=site)
        for day in days
        if day.weekday() < 5
        for number, site in enumerate(("METZ", "REIMS"))
    ]


def test_a_wait_moves_an_answer_by_business_days_and_takes_no_work() -> None:
    one = [complaint("1", "2026-05-04T09:00")]  # a Monday; the 8th is a holiday
    plain, waited, never = (
        simulate_staffing(one, steady(waiting=waiting), SITES, until=date(2026, 6, 1)).handled[0]
        for waiting in ({}, {Level.LOCAL: {4: 1}}, {Level.LOCAL: {NEVER: 1}})
    )
    assert plain.answered_at == datetime(2026, 5, 4, 11, 30, tzinfo=PARIS)
    assert waited.answered_at == datetime(2026, 5, 11, 11, 30, tzinfo=PARIS)
    assert (waited.days, waited.worked_minutes) == (4, plain.worked_minutes)
    assert never.answered_at is None
    assert never.is_open


def test_a_scenario_fitted_to_the_past_repeats_what_follows() -> None:
    true = steady(waiting=DAYS)
    run = simulate_staffing(arrivals(), true, SITES, until=UNTIL, seed=99)
    answers = {one.reference: one.answered_on for one in run.handled}
    register = [Answered(one.reference, one.site, one.facts, answers[one.reference]) for one in arrivals()]
    before = [one for one in register if one.facts.received_at.date() < SINCE]
    fitted = fit_waiting(before, steady(), SITES, as_of=date(2026, 3, 1))
    weights = fitted.staffing.waiting[Level.LOCAL]
    assert set(weights) <= {2, 6, 14}
    assert {days: weights[days] for days in (2, 6, 14)} == pytest.approx({2: 0.25, 6: 0.5, 14: 0.25}, abs=0.12)
    naive, repeated, exact = (
        validate_staffing(register, scenario, SITES, since=SINCE, until=UNTIL, fit=fit, replications=4)
        for scenario, fit in ((steady(), False), (steady(), True), (true, False))
    )
    late = [one for one in run.handled if one.arrived_on >= SINCE and one.due is not None and one.due <= UNTIL]
    assert naive.due == repeated.due == len(late)
    assert repeated.on_time_rate == fmean(bool(one.on_time) for one in late)
    assert (naive.mean, naive.is_inside, naive.coverage) == (1, False, 0)
    assert repeated.is_inside
    assert exact.low != exact.high
    assert repeated.coverage >= 0.75
    week = repeated.weeks[0]
    assert week.ends_on == date(2026, 3, 8)
    first = [one for one in run.handled if SINCE <= one.arrived_on <= week.ends_on]
    assert week.observed == sum(one.answered_on is None or one.answered_on > week.ends_on for one in first)
    unknown = [one for one in before if one.answered_on is None or one.answered_on >= SINCE]
    on_the_eve = [attrs.evolve(one, answered_on=None) if one in unknown else one for one in register]
    assert validate_staffing(on_the_eve, steady(), SITES, since=SINCE, until=UNTIL, replications=4) == repeated


@attrs.frozen
class Answered:
    reference: str
    site: str | None
    facts: Any
    answered_on: date | None


def test_what_the_register_answers_never_waits_for_ever() -> None:
    register = [Answered(one.reference, one.site, one.facts, None) for one in arrivals()[:6]]
    fitted = fit_waiting(register, steady(), SITES, as_of=UNTIL)
    assert dict(fitted.staffing.waiting[Level.LOCAL]) == {NEVER: 1.0}
    found = validate_staffing(
        register, fitted, SITES, since=NEW_YEAR, until=date(2026, 1, 6), fit=False, replications=2
    )
    assert (found.due, found.on_time_rate, found.mean, found.is_inside) == (0, None, None, False)
    with pytest.raises(ValueError, match="since: 2026-03-02; no complaint"):
        validate_staffing(register, fitted, SITES, since=SINCE, until=UNTIL, replications=2)


def test_without_open_durations_the_fit_is_that_of_the_logarithms() -> None:
    chance = Random(3)  # noqa: S311  an invented sample
    logs = [chance.gauss(5, 0.6) for _ in range(200)]
    found = fit_effort([duration(math.exp(one)) for one in logs])
    assert found.median == pytest.approx(math.exp(fmean(logs)))
    assert found.effort.minutes(0.5) == pytest.approx(found.median)
    assert found.effort.mean == pytest.approx(math.exp(fmean(logs) + pstdev(logs) ** 2 / 2))
    assert found.low < found.median < found.high
    assert math.log(found.high / found.low) == pytest.approx(2 * 1.959964 * pstdev(logs) / math.sqrt(200), rel=1e-6)
    assert found.distance < 0.1
    assert (found.done, found.still_open) == (200, 0)


def test_another_value_is_predicted_as_by_hand() -> None:
    """Of 1, 2, 3, 4: a deviation of √(5/3), and 3.182446 as Student's quantile of three degrees of freedom."""
    half = 3.182446 * math.sqrt(5 / 3) * math.sqrt(5 / 4)
    assert _predicted([1, 2, 3, 4], 0.95) == pytest.approx((2.5, 2.5 - half, 2.5 + half), abs=1e-5)


def likelihood(middle: float, spread: float, given: list[StepDuration]) -> float:
    total = 0.0
    for one in given:
        score = (math.log(one.minutes) - middle) / spread
        total += math.log(math.erfc(score / math.sqrt(2)) / 2) if one.is_open else -(score**2) / 2 - math.log(spread)
    return total


def test_open_durations_are_censored_and_not_left_out() -> None:
    chance = Random(4)  # noqa: S311  an invented sample
    minutes = [math.exp(chance.gauss(5, 0.8)) for _ in range(150)]
    given = [duration(min(one, 200), is_open=one > 200) for one in minutes]
    found = fit_effort(given)
    middle, spread = math.log(found.median), math.log(found.effort.mean / found.median)
    best = likelihood(middle, math.sqrt(2 * spread), given)
    moved = [(dx, ds) for dx in (-0.02, 0, 0.02) for ds in (-0.02, 0, 0.02) if (dx, ds) != (0, 0)]
    assert all(likelihood(middle + dx, math.sqrt(2 * spread) + ds, given) < best for dx, ds in moved)
    assert found.median > fit_effort([one for one in given if not one.is_open]).median
    with pytest.raises(ValueError, match="durations: 1 are complete"):
        fit_effort([duration(5), duration(9, is_open=True)])


def test_steps_of_a_desk_take_working_time_from_event_to_event() -> None:
    clock = FakeClock(datetime(2026, 5, 4, 9, tzinfo=PARIS))  # a Monday
    with Desk.in_memory(clock=clock, sites=SITES) as desk:
        facts = facts_of_complaint(received_at=clock.now())
        desk.register(facts, site="REIMS")
        desk.register(facts_of_complaint(received_at=clock.now(), nature="general_opinion"), site="REIMS")
        clock.set(datetime(2026, 5, 4, 14, 30, tzinfo=PARIS))
        first = a_qualified_case(desk, facts, site="REIMS").reference
        as_of = datetime(2026, 5, 5, 10, tzinfo=PARIS)
        cases = desk.cases.find().cases
        steps = {(one.reference == first, one.step): (one.minutes, one.is_open) for one in step_durations(cases, as_of)}
        fitted = fit_waiting(cases, steady(), SITES, as_of=date(2026, 5, 12))
        early = step_durations(cases, datetime(2026, 5, 4, 10, tzinfo=PARIS))
    # 9:00 to 12:00 and 13:30 to 14:30; then until 17:30, and an hour on the next day.
    assert steps == {
        (True, "qualification"): (240, False),
        (True, "answer"): (240, True),
        (False, "qualification"): (480, True),
    }
    assert dict(fitted.staffing.waiting[Level.LOCAL]) == {NEVER: 1.0}
    assert [(one.minutes, one.is_open) for one in early] == [(60, True), (60, True)]


def test_efforts_and_waits_that_cannot_be_are_refused() -> None:
    refused: list[Any] = [[3], {Level.LOCAL: {-1: 1}}, {Level.LOCAL: {}}, {"local": {1: 1}}, {Level.LOCAL: 3}]
    for waiting in refused:
        with pytest.raises(ValueError, match="waiting: "):
            Staffing(waiting=waiting)
    assert StaffingScenario(policy=m2_1(), staffing=Staffing(waiting=DAYS)).staffing.waiting[Level.LOCAL][6] == 2.0
