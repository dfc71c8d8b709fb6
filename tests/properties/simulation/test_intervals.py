"""The interval of rates against SciPy's own functions, and as rates have it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import special, stats

from reclamation_core.simulation.intervals import student, student_of_rates

RATES = st.lists(st.floats(0, 1), min_size=2, max_size=8)
CONFIDENCES = st.sampled_from([0.5, 0.9, 0.95, 0.999])


@given(RATES, CONFIDENCES)
def test_the_interval_of_rates_holds_their_mean_and_lies_where_rates_do(rates: list[float], confidence: float) -> None:
    found = student_of_rates(rates, confidence)

    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.mean <= found.high <= 1
    assert (found.mean, found.values) == (student(rates, confidence).mean, len(rates))


@given(RATES, CONFIDENCES)
def test_it_is_student_s_on_the_log_odds(rates: list[float], confidence: float) -> None:
    found = student_of_rates(rates, confidence)
    assume(1e-3 < found.mean < 1 - 1e-3)
    scale = stats.sem(rates) / (found.mean * (1 - found.mean))
    half = stats.t.ppf((1 + confidence) / 2, len(rates) - 1) * scale

    assert found.low == pytest.approx(special.expit(special.logit(found.mean) - half), abs=1e-6)
    assert found.high == pytest.approx(special.expit(special.logit(found.mean) + half), abs=1e-6)


@given(RATES)
def test_the_rates_of_failure_have_the_interval_mirrored(rates: list[float]) -> None:
    found, mirrored = student_of_rates(rates), student_of_rates([1 - rate for rate in rates])

    assert found.low is not None
    assert mirrored.high is not None
    assert mirrored.high == pytest.approx(1 - found.low, abs=1e-6)
