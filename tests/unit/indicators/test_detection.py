"""Rises in weekly counts, against R, a numerical integral and the rules of a signal worked by hand."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import false_discovery_control, gamma, nbinom, poisson

from reclamation_core.indicators import DETECTORS, WeeklyCounts, detect_rises
from reclamation_core.indicators.cusum import cusum
from reclamation_core.indicators.farrington import BEFORE, expected, farrington
from reclamation_core.indicators.scan import AMPLITUDE, DISPERSION, SLOPE, WEEKS_OF_YEAR, scan, scan_and_baseline

HISTORY = (2, 3, 1, 2, 4, 2, 3, 1) * 33
BY_R: dict[str, Any] = json.loads(Path(__file__).with_name("farrington_by_r.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", BY_R["series"])
def test_the_improved_farrington_algorithm_gives_the_values_of_r(name: str) -> None:
    values = BY_R["series"][name]
    counts = tuple(values["counts"])
    evidence = farrington(counts)
    assert not any(evidence[:BEFORE])
    for week, mean, dispersion, chance in zip(
        range(BEFORE, len(counts)), values["mean"], values["dispersion"], values["chance"], strict=True
    ):
        baseline = expected(counts, week)
        assert baseline is not None
        assert math.isclose(baseline.mean, mean, rel_tol=1e-9)
        assert math.isclose(baseline.dispersion, dispersion, rel_tol=1e-9)
        for one in evidence[week]:
            assert math.isclose(one.chance, chance, rel_tol=1e-6, abs_tol=1e-12)


def test_a_history_without_cases_of_a_season_has_no_trend_to_follow() -> None:
    assert expected((0,) * 300, 280) is None


@given(level=st.integers(1, 6), weeks=st.integers(20, 38), observed=st.integers(0, 15))
def test_a_chance_is_that_of_a_poisson_count_whose_rate_is_uncertain(level: int, weeks: int, observed: int) -> None:
    """A steady history has the least dispersion: the rate has a gamma distribution, by the cases, weeks and season."""
    found = {one.weeks: one for one in scan((level,) * weeks + (observed,))[-1]}[1]
    mean = (level * weeks + 0.5) / (weeks + 0.5)
    spread = 1 / (level * weeks + 0.5) + season_variance(level, weeks)
    rates = gamma(1 / spread, scale=mean * spread)

    def chance_of(least: int) -> float:
        return float(quad(lambda rate: poisson.sf(least - 1, rate) * rates.pdf(rate), 0, 8 * mean + 8, limit=200)[0])

    by_hand = min(1, 4 * (chance_of(observed) + chance_of(observed + 1)) / 2) if observed > 1 else 1.0
    assert math.isclose(found.chance, by_hand, rel_tol=1e-2, abs_tol=1e-9)
    assert found.observed == observed
    assert math.isclose(found.expected, mean, rel_tol=1e-6)


def season_variance(level: int, weeks: int) -> float:
    """Return the variance of season and trend of a week, given a steady history before the block that it is in."""
    import numpy as np

    known = 13 + (weeks - 13) // 13 * 13  # estimated anew every 13 weeks
    number = np.arange(weeks + 1)
    turn = 2 * np.pi * number / WEEKS_OF_YEAR
    terms = np.stack([np.minimum(number - known + 1, 0) / WEEKS_OF_YEAR, np.cos(turn), np.sin(turn)], axis=1)
    past = terms[:known] - terms[:known].mean(axis=0)
    prior = np.diag([SLOPE**-2, AMPLITUDE**-2, AMPLITUDE**-2])
    apart = terms[weeks] - terms[:known].mean(axis=0)
    dispersion = 1.0 if known > 13 else DISPERSION
    return float(apart @ np.linalg.inv(level / dispersion * past.T @ past + prior) @ apart)


@given(st.lists(st.integers(0, 6), min_size=14, max_size=90), st.data())
def test_the_cumulative_sum_is_the_greatest_of_the_ratios_of_the_latest_weeks(
    counts: list[int], data: st.DataObject
) -> None:
    """Ratios by the probabilities of SciPy, summed from each week."""
    week = data.draw(st.integers(13, len(counts) - 1))
    _, baseline = scan_and_baseline(tuple(counts))
    total, observed, sums = 0.0, 0, [0.0]
    for start in range(week, max(12, week - 52), -1):
        mean, variance = baseline[start - 13]
        chance = mean / variance
        sizes = (one * chance / (1 - chance) for one in (mean + math.sqrt(variance), mean))
        risen, usual = (nbinom.logpmf(counts[start], size, chance) for size in sizes)
        total, observed = total + risen - usual, observed + counts[start]
        sums.append(total if observed >= 2 else 0.0)
    found = cusum(tuple(counts))[week]

    assert math.isclose(min((one.chance for one in found), default=1.0), math.exp(-max(sums)), rel_tol=1e-6)
    assert all(math.isclose(one.chance, math.exp(-sums[one.weeks]), rel_tol=1e-6) for one in found)
    assert [one.weeks for one in found] == sorted({one.weeks for one in found})


def test_weeks_without_a_history_have_no_evidence() -> None:
    assert cusum((1,) * 13) == scan((1,) * 13) == [()] * 13


def test_soon_after_a_rise_weeks_that_show_it_too_are_part_of_it() -> None:
    quiet = (1, 0, 2, 1, 1, 0, 1, 2) * 8
    burst = (9, 9, 0, 1)
    counts = quiet + burst + quiet[:24] + burst
    stream = WeeklyCounts(stream="CRE", first=1, counts=counts)

    first, second = detect_rises([stream])

    assert (first.week, first.since, first.until, first.observed) == ("65", "65", "66", 9)
    assert (second.week, second.since) == ("93", "93")
    assert first.recurrence_weeks > 100
    assert first.expected == pytest.approx(1, abs=0.2)


def test_a_rise_is_named_by_the_week_of_the_calendar_and_the_earliest_comes_first() -> None:
    quiet = (1, 0, 2, 1, 1, 0, 1, 2) * 8
    streams = [
        WeeklyCounts(stream=name, first=date(2025, 1, 6), counts=(*quiet[:at], 12, *quiet[at:]))
        for name, at in (("late", 60), ("early", 52))
    ]

    assert [(rise.stream, rise.week) for rise in detect_rises(streams)] == [("early", "2026-W02"), ("late", "2026-W10")]


@given(st.sampled_from(sorted(DETECTORS)), st.floats(1e-300, 1), st.floats(1e-300, 1))
def test_a_smaller_chance_is_a_rarer_false_alarm(name: str, one: float, other: float) -> None:
    rate = DETECTORS[name].rate
    assert rate(0) == 0
    assert 0 < rate(one) <= 1
    assert one > other or rate(one) <= rate(other)


def test_fewer_false_alarms_are_accepted_in_many_streams_together() -> None:
    counts = (1, 0, 2, 1, 1, 0, 1, 2) * 8 + (6,)
    streams = [WeeklyCounts(stream=str(number), first=1, counts=counts) for number in range(50)]

    assert len(detect_rises(streams, alarms_a_year=50)) == 50
    assert detect_rises(streams, alarms_a_year=0.5) == ()


@settings(max_examples=15)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.floats(0.01, 0.5))
def test_false_discoveries_are_those_of_scipy(last: list[int], share: float) -> None:
    """Of a week, the procedure of Benjamini and Hochberg over its streams."""
    streams = [WeeklyCounts(stream=str(number), first=1, counts=(*HISTORY, count)) for number, count in enumerate(last)]
    chances = [one.chance for stream in streams for one in farrington(stream.counts)[-1]]
    adjusted = false_discovery_control(chances) if chances else []
    tested = [stream.stream for stream in streams if farrington(stream.counts)[-1]]
    week = str(len(HISTORY) + 1)

    found = detect_rises(streams, detector="farrington", false_discoveries=share)
    assert {rise.stream for rise in found if rise.week == week} == {
        name for name, chance in zip(tested, adjusted, strict=True) if chance <= share
    }


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"false_alarms": 0.0}, "false_alarms: 0.0"),
        ({"false_alarms": math.nan}, "false_alarms: nan"),
        ({"alarms_a_year": 60.0}, "alarms_a_year: 1"),
        ({"false_discoveries": 1.0}, "false_discoveries: 1.0"),
        ({"false_discoveries": 0.1}, "the chances of 'scan' are no p-values; use it with farrington"),
        ({"detector": "ears"}, "detector: 'ears' is unknown; give one of scan, cusum, farrington"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_name(options: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        detect_rises([WeeklyCounts(stream="CRE", first=1, counts=(1, 2))], **options)


@pytest.mark.parametrize(
    ("first", "counts", "named"),
    [
        (date(2026, 1, 6), (1,), "first: 2026-01-06 is no Monday"),
        (1, (1, -1), r"counts\[1\]: -1"),
        (1, (10**6 + 1,), r"counts\[0\]: 1000001"),
        (1, (0,) * 5201, "5201 weeks"),
    ],
)
def test_counts_outside_their_bounds_are_refused(first: date | int, counts: tuple[int, ...], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        WeeklyCounts(stream="CRE", first=first, counts=counts)


def test_a_past_outbreak_does_not_hide_the_next() -> None:
    quiet = (1, 0, 2, 1, 1, 0, 1, 2) * 10
    counts = (*quiet, 40, 50, 45, *quiet[:40], 7, 6)

    assert [rise.week for rise in detect_rises([WeeklyCounts(stream="CRE", first=1, counts=counts)])] == ["81", "124"]


@pytest.mark.slow
def test_quiet_streams_have_as_many_false_alarms_as_accepted() -> None:
    """Sixty streams of four years, by another generator than that which set the rates."""
    import numpy as np

    draws = np.random.default_rng(4)
    streams = [
        WeeklyCounts(stream=str(number), first=1, counts=draws.poisson(mean, 209))
        for number, mean in enumerate([0.2, 0.5, 1, 2, 4] * 12)
    ]
    weeks = 60 * (209 - 13)

    for detector in ("scan", "cusum"):
        assert 0.005 < len(detect_rises(streams, detector=detector)) / weeks < 0.014
