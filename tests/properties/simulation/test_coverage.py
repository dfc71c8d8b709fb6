"""The share of the intervals of an on-time rate that cover it, simulated with NumPy's own distributions."""

from itertools import product

import numpy as np
import pytest

from reclamation_core.simulation.estimates import clustered_rate_interval

INTERVALS = 2_000
NOISE = 0.01
"""Two to three standard errors of a share of so many intervals."""


def coverage(rate: float, runs: int, trials: int, correlation: float) -> float:
    """The share of intervals that cover the rate of runs whose own rates vary as a beta distribution."""
    numbers = np.random.default_rng([runs, trials, round(1e4 * rate), round(1e4 * correlation)])
    each = numbers.poisson(trials, (INTERVALS, runs)).clip(1)
    share = 1 / correlation - 1 if correlation else 0
    of_runs = numbers.beta(rate * share, (1 - rate) * share, (INTERVALS, runs)) if correlation else rate
    rates = numbers.binomial(each, of_runs) / each
    found = (clustered_rate_interval(own.tolist(), cases.tolist()) for own, cases in zip(rates, each, strict=True))
    return sum(one.bounds[0] <= rate <= one.bounds[1] for one in found) / INTERVALS


SAMPLE = [(3, 1), (3, 8)]
OTHERS = [each for each in product((3, 5, 10, 20, 50), (1, 1.5, 2, 4, 8)) if each not in SAMPLE]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("runs", "design_effect"), [*SAMPLE, *(pytest.param(*each, marks=pytest.mark.soak) for each in OTHERS)]
)
def test_an_interval_of_95_percent_covers_the_rate(runs: int, design_effect: float) -> None:
    found = {
        (rate, trials): coverage(rate, runs, trials, (design_effect - 1) / (trials - 1))
        for rate in (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.9995)
        for trials in (40, 230)
    }
    many = [found[rate, trials] for rate, trials in found if runs * trials * (1 - rate) >= 100]
    assert min(found.values()) >= 0.94 - NOISE, found
    assert max(many, default=0) <= 0.99 + NOISE, found


@pytest.mark.parametrize("runs", [3, 20])
@pytest.mark.parametrize("trials", [1, 40, 230])
def test_each_further_late_answer_of_a_run_lowers_the_bound(runs: int, trials: int) -> None:
    each = [[1 - late / trials, *[1.0] * (runs - 1)] for late in range(min(20, trials) + 1)]
    bounds = [clustered_rate_interval(rates, [trials] * runs).bounds[0] for rates in each]
    assert bounds == sorted(bounds, reverse=True)


@pytest.mark.parametrize("runs", [3, 20])
def test_a_rate_of_one_is_covered_and_its_interval_has_a_width(runs: int) -> None:
    found = clustered_rate_interval([1.0] * runs, [230] * runs)
    assert 0.95 < found.bounds[0] < found.bounds[1] == 1.0


def test_one_late_answer_changes_an_interval_by_little() -> None:
    none, one = (clustered_rate_interval([1.0, 1.0, 1 - late / 230], [230, 230, 230]) for late in (0, 1))
    assert 0 < none.bounds[0] - one.bounds[0] < 0.01
