"""The interval of rates against SciPy's own functions, and as rates have it."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import special, stats

from reclamation_core.simulation import estimates

RATES = st.lists(st.floats(0, 1), min_size=2, max_size=8)
CONFIDENCES = st.sampled_from([0.5, 0.9, 0.95, 0.999])


@given(RATES, CONFIDENCES)
def test_the_interval_of_rates_holds_their_mean_and_is_student_s_on_log_odds(
    rates: list[float], confidence: float
) -> None:
    found = estimates.student_of_shares(rates, confidence)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.mean <= found.high <= 1
    assert (found.mean, found.values) == (estimates.student(rates, confidence).mean, len(rates))
    assume(1e-3 < found.mean < 1 - 1e-3)
    scale = stats.sem(rates) / (found.mean * (1 - found.mean))
    half = stats.t.ppf((1 + confidence) / 2, len(rates) - 1) * scale
    assert found.low == pytest.approx(special.expit(special.logit(found.mean) - half), abs=1e-6)
    assert found.high == pytest.approx(special.expit(special.logit(found.mean) + half), abs=1e-6)


@given(RATES)
def test_the_rates_of_failure_have_the_interval_mirrored(rates: list[float]) -> None:
    found, mirrored = estimates.student_of_shares(rates), estimates.student_of_shares([1 - rate for rate in rates])
    assert found.low is not None
    assert mirrored.high is not None
    assert mirrored.high == pytest.approx(1 - found.low, abs=1e-6)


@given(st.integers(1, 2000), st.data(), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_the_interval_of_a_rate_is_that_of_a_binomial_test(trials: int, data: st.DataObject, confidence: float) -> None:
    successes = data.draw(st.integers(0, trials) | st.sampled_from([0, trials]))
    found = estimates.rate_interval(successes, trials, confidence)
    exact = stats.binomtest(successes, trials).proportion_ci(confidence, method="exact")
    assert found.bounds == pytest.approx((exact.low, exact.high), abs=1e-9)
    assert found.bounds[0] < found.bounds[1]
    assert (found.mean, found.values) == (successes / trials, trials)


@pytest.mark.parametrize(
    ("given_", "match"),
    [
        ((0, 0), "trials: 0; give a whole number, 1 or more"),
        ((1, 2.0), "trials: 2.0; give"),
        ((3, 2), "successes: 3; give a whole number from 0 to 2"),
        ((-1, 2), "successes: -1; give"),
        ((1, 2, 1), "confidence: 1; give a number between 0 and 1"),
    ],
)
def test_no_interval_without_trials(given_: tuple[Any, ...], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        estimates.rate_interval(*given_)


@given(st.integers(1, 2000), st.data(), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_bounds_of_independent_trials_are_wilson_s(trials: int, data: st.DataObject, confidence: float) -> None:
    successes = data.draw(st.integers(0, trials) | st.sampled_from([0, trials]))
    found = estimates.wilson_bounds(successes / trials, trials, float(stats.norm.ppf((1 + confidence) / 2)))
    wilson = stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    assert found == pytest.approx((wilson.low, wilson.high), abs=1e-9)


@given(st.integers(2, 50), st.integers(1, 500), st.data(), CONFIDENCES)
def test_an_interval_of_replications_holds_their_mean_and_is_mirrored(
    runs: int, trials: int, data: st.DataObject, confidence: float
) -> None:
    successes = data.draw(st.lists(st.integers(0, trials), min_size=runs, max_size=runs))
    rates = [number / trials for number in successes]
    found = estimates.clustered_rate_interval(rates, [trials] * runs, confidence)
    mirrored = estimates.clustered_rate_interval([1 - rate for rate in rates], [trials] * runs, confidence)
    assert 0 <= found.bounds[0] <= found.mean <= found.bounds[1] <= 1
    assert found.bounds[0] < found.bounds[1]
    assert mirrored.bounds == pytest.approx((1 - found.bounds[1], 1 - found.bounds[0]), abs=1e-9)
    # Never narrower than that of the same number of independent trials.
    wilson = stats.binomtest(sum(successes), runs * trials).proportion_ci(confidence, method="wilson")
    assert found.bounds[1] - found.bounds[0] >= wilson.high - wilson.low - 1e-9


@pytest.mark.parametrize(("rates", "trials"), [([], []), ([0.5], []), ([0.5, 1.0], [3, 0])])
def test_replications_without_trials_have_no_interval(rates: list[float], trials: list[int]) -> None:
    with pytest.raises(ValueError, match="give the trials of each of"):
        estimates.clustered_rate_interval(rates, trials)
