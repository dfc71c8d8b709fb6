"""Kaplan-Meier, Aalen-Johansen and the interval of a share, against R's survival and SciPy."""

import math
from importlib import import_module
from statistics import NormalDist

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binomtest

from reclamation_core.indicators.survival import (
    TimeQuantile,
    kaplan_meier,
    share_ended_by,
    share_interval,
    time_quantile,
)

# Remission in acute myelogenous leukaemia (Miller 1981), the worked example of R's survival:
# survfit(Surv(time, status) ~ 1, data = aml, conf.type = "log-log"), survival 3.8.3.
RELAPSED = (9, 13, 18, 23, 31, 34, 48, 5, 5, 8, 8, 12, 23, 27, 30, 33, 43, 45)
CENSORED = (13, 28, 45, 161, 16)
BY_R = {
    5: (23, 0.913043478261, 0.694947537532, 0.977515669901),
    8: (21, 0.826086956522, 0.600610411237, 0.930903558387),
    9: (19, 0.782608695652, 0.554211506669, 0.903207489882),
    12: (18, 0.739130434783, 0.509209438754, 0.873375781698),
    13: (17, 0.695652173913, 0.465641749762, 0.841721291392),
    18: (14, 0.645962732919, 0.413952950717, 0.805307764482),
    23: (13, 0.546583850932, 0.319250413971, 0.726449173821),
    27: (11, 0.496894409938, 0.275565628012, 0.684213788448),
    30: (9, 0.441683919945, 0.227381168463, 0.63709268746),
    31: (8, 0.386473429952, 0.182836618649, 0.587476914418),
    33: (7, 0.331262939959, 0.141825693482, 0.535273789989),
    34: (6, 0.276052449965, 0.104441343234, 0.480284660417),
    43: (5, 0.220841959972, 0.0709966489829, 0.422167443381),
    45: (4, 0.165631469979, 0.0421142812616, 0.360361360273),
    48: (2, 0.0828157349896, 0.00695596679854, 0.286760367981),
}


def test_the_worked_example_of_r_has_the_same_shares_and_bounds() -> None:
    steps = kaplan_meier(RELAPSED, CENSORED)
    assert [step.time for step in steps] == list(BY_R)
    for step in steps:
        at_risk, share, low, high = BY_R[step.time]
        assert step.at_risk == at_risk
        for found, by_r in ((step.open_share, share), (step.low, low), (step.high, high)):
            assert math.isclose(found, by_r, rel_tol=1e-11)
    assert time_quantile(steps, 0.5) == TimeQuantile(time=27, low=13, high=34)
    assert time_quantile(steps, 0.9) == TimeQuantile(time=48, low=43, high=None)


def test_two_causes_that_exclude_each_other_have_the_shares_of_r() -> None:
    """Of R's survfit(Surv(t, e) ~ 1): pstate of the two causes."""
    cases = (3, 5, 6, 8, 9, 11, 12, 15, 17, 21, 30), (3, 6, 12, 18), (6, 9, 14, 20, 25)
    by_r = {
        3: 0.05,
        5: 0.1,
        6: 0.15,
        8: 0.203571428571,
        9: 0.257142857143,
        11: 0.315584415584,
        12: 0.374025974026,
        14: 0.374025974026,
        15: 0.440816326531,
        17: 0.507606679035,
        18: 0.507606679035,
        20: 0.507606679035,
        21: 0.596660482375,
        25: 0.596660482375,
        30: 0.774768089054,
    }
    assert all(math.isclose(share_ended_by(time, *cases)[0], share, rel_tol=1e-11) for time, share in by_r.items())


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_of_a_share_is_that_of_scipy(pair: tuple[int, int]) -> None:
    count, of = pair
    by_scipy = binomtest(count, of).proportion_ci(method="wilson")
    low, high = share_interval(count, of)
    assert math.isclose(low, by_scipy.low, abs_tol=1e-12)
    assert math.isclose(high, by_scipy.high, abs_tol=1e-12)


@given(st.lists(st.integers(0, 40), max_size=30), st.lists(st.integers(0, 40), max_size=30))
def test_where_nothing_ends_otherwise_both_estimates_agree(ended: list[int], still_open: list[int]) -> None:
    for step in kaplan_meier(ended, still_open):
        share, _, _ = share_ended_by(step.time, ended, (), still_open)
        assert math.isclose(share, 1 - step.open_share, abs_tol=1e-12)


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 20))
def test_with_all_observed_to_their_end_an_interval_is_that_of_a_binomial(one: int, other: int, later: int) -> None:
    total = one + other + later
    by_one = [1] * one + [9] * later
    share, low, high = share_ended_by(5, by_one, [2] * other, ())
    assert math.isclose(share, one / total)
    if one == total:
        assert (low, high) == share_interval(total, total)
    else:
        deviation = math.sqrt(share * (1 - share) / total)
        width = NormalDist().inv_cdf(0.975) * deviation / (share * math.log(share))
        assert math.isclose(low, share ** math.exp(-width), rel_tol=1e-9)
        assert math.isclose(high, share ** math.exp(width), rel_tol=1e-9)
    assert share_ended_by(0, by_one, (), ()) == (0, *share_interval(0, one + later))


@given(*(st.lists(st.integers(0, 12), max_size=20) for _ in range(3)), st.integers(0, 12))
def test_a_share_is_within_its_bounds(ended: list[int], otherwise: list[int], still_open: list[int], time: int) -> None:
    assume(ended or otherwise or still_open)
    share, low, high = share_ended_by(time, ended, otherwise, still_open)
    assert low - 1e-12 <= share <= high + 1e-12


def test_once_all_have_ended_none_is_open() -> None:
    (step,) = kaplan_meier([4, 4], [])
    assert (step.open_share, step.low, step.high) == (0, 0, 0)
    assert kaplan_meier([], [3]) == ()


@pytest.mark.slow
def test_intervals_have_the_truth_as_often_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample of what `python -m soak.indicator_truth` measures: one setting, the stated minimum number."""
    truth = import_module("soak.indicator_truth")
    for name, value in (("SIZES", (25,)), ("MEDIANS", (7.0,)), ("SPREADS", (0.5,)), ("WITHDRAWALS", (0.02,))):
        monkeypatch.setattr(truth, name, value)
    ((_, covered, naive),) = truth.measured(500)
    assert min(covered) >= 0.92
    assert naive[0] < -0.5
    assert naive[1] > 0.02
