"""Rises in weekly counts, against R, a numerical integral and the rules of a signal worked by hand."""

import json
import math
import sys
from datetime import date
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import false_discovery_control, nbinom

from reclamation_core.errors import MissingExtraError
from reclamation_core.indicators import DETECTORS, WeeklyCounts, detect_rises
from reclamation_core.indicators.cusum import AMPLITUDES, DISPERSION, PAST_OUTBREAK, RISES, SLOPE, WEEKS_OF_YEAR, cusum
from reclamation_core.indicators.farrington import BEFORE, expected, farrington

HISTORY = (2, 3, 1, 2, 4, 2, 3, 1) * 33
BY_R: dict[str, Any] = json.loads(Path(__file__).with_name("farrington_by_r.json").read_text(encoding="utf-8"))


@example({2: 5, 8: 19})  # a mean that no number but 0 is near to
@given(st.dictionaries(st.integers(0, 262), st.integers(1, 30), max_size=6))
def test_a_history_of_a_few_cases_leads_to_a_chance_or_to_none(cases: dict[int, int]) -> None:
    counts = (*(cases.get(week, 0) for week in range(264)), 5)
    (found,) = farrington(counts)[-1:]
    assert all(0 <= one.chance <= 1 and one.expected >= 0 for one in found)


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


def predicted(counts: list[int]) -> list[tuple[float, float]]:
    """Return mean and variance of each week from the 14th to the 26th, the regression fitted by SciPy's minimizer."""
    import numpy as np

    number = np.arange(len(counts))
    turn = 2 * np.pi * number / WEEKS_OF_YEAR
    waves = [wave(times * turn) for times in (1, 2) for wave in (np.cos, np.sin)]
    terms = np.stack([np.ones(len(counts)), np.minimum(number - 12, 0) / WEEKS_OF_YEAR, *waves], axis=1)
    past, history = terms[:13], np.array(counts[:13], float)
    precision = np.array([1e-9, SLOPE**-2, *np.repeat(AMPLITUDES, 2) ** -2.0])

    def loss(at: Any) -> tuple[float, Any]:
        mean = np.exp(past @ at)
        slope = past.T @ (mean - history) / DISPERSION + precision * at
        return float((mean - history * (past @ at)).sum() / DISPERSION + (precision * at**2).sum() / 2), slope

    first = [math.log((sum(history) + 0.5) / 13.5), 0, 0, 0, 0, 0]
    fitted = minimize(loss, first, jac=True, method="BFGS", options={"gtol": 1e-9}).x
    information = past.T @ (past * np.exp(past @ fitted)[:, None]) / DISPERSION + np.diag(precision)
    shape = np.exp(terms @ fitted - fitted[0])
    apart = (terms - shape[:13] / shape[:13].sum() @ past)[:, 1:]
    unsure = [one @ np.linalg.inv(information)[1:, 1:] @ one for one in apart]
    means = shape[:13] * (sum(history) + 0.5) / (shape[:13].sum() + 0.5)
    dispersion = max(1.0, (((history - means) ** 2 / means).sum() + 13 * DISPERSION) / 25)
    found = []
    for week in range(13, len(counts)):
        cases = sum(counts[:week]) + 0.5
        mean = cases / (sum(shape[:week]) + 0.5) * shape[week]
        found.append((mean, dispersion * mean * (1 + mean / cases) + mean**2 * unsure[week]))
    return found


@settings(max_examples=25)
@given(st.lists(st.integers(0, 6), min_size=14, max_size=26))
def test_the_cumulative_sum_is_the_greatest_of_the_ratios_of_the_latest_weeks(counts: list[int]) -> None:
    """Ratios by the probabilities of SciPy, summed from each week; no past outbreak is cut."""
    evidence = cusum(tuple(counts))
    assume(all(one.chance > math.exp(-PAST_OUTBREAK) for week in evidence[:-1] for one in week))
    products, observed, sums = [weight for _, weight in RISES], 0, [0.0]
    for count, (mean, variance) in zip(counts[:12:-1], predicted(counts)[::-1], strict=True):
        chance, observed = mean / variance, observed + count
        usual, *risen = (
            nbinom.pmf(count, (mean + rise * math.sqrt(variance)) * chance / (1 - chance), chance)
            for rise in (0, *(rise for rise, _ in RISES))
        )
        products = [product * one / usual for product, one in zip(products, risen, strict=True)]
        sums.append(math.log(sum(products)) if observed >= 2 else 0.0)

    assert math.isclose(min((one.chance for one in evidence[-1]), default=1.0), math.exp(-max(sums)), rel_tol=1e-3)
    assert all(math.isclose(one.chance, math.exp(-sums[one.weeks]), rel_tol=1e-3) for one in evidence[-1])
    assert [one.weeks for one in evidence[-1]] == sorted({one.weeks for one in evidence[-1]})


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_without_scipy_names_its_extra(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("scipy.special", "scipy.stats"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=r"\[simulation\]"):
        detect_rises([WeeklyCounts(stream="CRE", first=1, counts=(1,) * 20)], detector=name)


def test_weeks_without_a_history_have_no_evidence() -> None:
    assert cusum((1,) * 13) == [()] * 13


def test_the_evidence_after_an_outbreak_and_beyond_the_memory_is_that_of_before() -> None:
    """Frozen: outbreaks are cut, a rise of 64 weeks is summed over 52; season and dispersion are estimated again."""
    risen = (count + 3 for count in HISTORY[:64])
    counts = (*HISTORY[:104], 18, 15, *HISTORY[:40], 12, *HISTORY[:48], *risen, 6)
    found = [one for week in cusum(counts) for one in week]
    assert sum(one.expected for one in found) == pytest.approx(113434.38211546808, rel=1e-6)
    assert sum(math.log(one.chance) for one in found) == pytest.approx(-15860.293905004199, rel=1e-6)


def test_soon_after_a_rise_weeks_that_show_it_too_are_part_of_it() -> None:
    quiet = (2, 1, 0, 1, 2, 1, 1, 0) * 8
    burst = (9, 9, 0, 1)
    counts = quiet + burst + quiet[:24] + burst
    first, second = detect_rises([WeeklyCounts(stream="CRE", first=1, counts=counts)])
    assert (first.week, first.since, first.until, first.observed) == ("65", "65", "66", 9)
    assert (second.week, second.since) == ("93", "93")
    assert first.recurrence_weeks > 100
    assert first.expected == pytest.approx(1, abs=0.2)
    for weeks, rises in ((3, 1), (4, 2)):  # without evidence between two bursts
        again = WeeklyCounts(stream="CRE", first=1, counts=(*quiet, 9, *quiet[:weeks], 9))
        assert len(detect_rises([again])) == rises


@pytest.mark.parametrize(
    ("firsts", "weeks"), [((date(2025, 3, 3), date(2025, 1, 6)), ("2026-W06", "2026-W10")), ((9, 1), ("57", "61"))]
)
def test_the_rise_of_the_earliest_week_comes_first(firsts: tuple[Any, Any], weeks: tuple[str, str]) -> None:
    quiet = (1, 0, 2, 1, 1, 0, 1, 2) * 8
    streams = [
        WeeklyCounts(stream=name, first=first, counts=(*quiet[:at], 12, *quiet[at:]))
        for name, at, first in zip(("late", "early"), (52, 56), firsts, strict=True)
    ]
    assert [(rise.stream, rise.week) for rise in detect_rises(streams)] == [*zip(("early", "late"), weeks, strict=True)]


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
        ({"false_discoveries": 0.1}, "the chances of 'cusum' are no p-values; use it with farrington"),
        ({"detector": "ears"}, "detector: 'ears' is unknown; give one of cusum, farrington"),
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


def test_counts_are_whole_numbers_of_any_type() -> None:
    counts = np.array([1, 0, 2])
    assert [type(one) for one in WeeklyCounts(stream="CRE", first=1, counts=cast("Any", counts)).counts] == [int] * 3
    with pytest.raises(TypeError):
        WeeklyCounts(stream="CRE", first=1, counts=cast("Any", (1.5, 2)))


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
    assert 0.005 < len(detect_rises(streams)) / weeks < 0.014
