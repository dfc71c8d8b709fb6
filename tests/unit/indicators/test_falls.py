"""The g chart of the days between complaints: against the F distribution of SciPy, by simulation, and by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.indicators import g_chart

ACTION = date(2026, 6, 1)


def around(before: list[int], after: list[int], last: int) -> tuple[list[date], date]:
    """Return days with these gaps up to the action and since, and the day of a report so many days later."""
    days = [ACTION]
    for gap in reversed(before):
        days.insert(0, days[0] - timedelta(days=gap + 1))
    since = ACTION
    for gap in after:
        since += timedelta(days=gap + 1)
        days.append(since)
    return days, since + timedelta(days=last)


@given(
    before=st.lists(st.integers(0, 60), min_size=5, max_size=30),
    after=st.lists(st.integers(0, 200), max_size=5),
    last=st.integers(0, 300),
    alpha=st.sampled_from([0.001, 0.00135, 0.01, 0.05]),
)
def test_the_limit_is_the_quantile_of_the_ratio_of_a_gap_to_those_before(
    before: list[int], after: list[int], last: int, alpha: float
) -> None:
    from scipy.stats import f

    days, until = around(before, after, last)
    chart = g_chart(reversed(days), ACTION, until, alpha=alpha)
    assert (chart.before, chart.after) == (tuple(before), (*after, last))
    quantile = f.isf(alpha / len(chart.after), 2, 2 * len(before)) * (sum(before) / len(before) + 0.5)
    assert chart.limit is not None
    assert quantile * (1 - 1e-9) <= chart.limit < quantile * (1 + 1e-9) + 1
    assert chart.is_fall is (max(chart.after) >= chart.limit)


@pytest.mark.parametrize(("chance", "days"), [(1 / 28, 1800), (1 / 7, 120), (3 / 7, 365)])
def test_of_unchanged_streams_one_in_a_hundred_is_said_to_have_fallen_in_a_year(chance: float, days: int) -> None:
    from numpy.random import default_rng

    random = default_rng(20261130)
    falls = []
    for _ in range(600):
        received = [ACTION + timedelta(days=day) for day in range(-days, 365) if random.random() < chance]
        falls.append(g_chart(received, ACTION, ACTION + timedelta(days=365)).is_fall)
    assert sum(map(bool, falls)) / 600 <= 0.02


def test_few_complaints_before_the_action_say_nothing() -> None:
    days, until = around([3, 3, 3, 3], [], 400)
    chart = g_chart(days, ACTION, until)
    assert (chart.mean, chart.limit, chart.is_fall, chart.after) == (None, None, None, (400,))
    assert g_chart([], ACTION, ACTION).after == (0,)


def test_two_complaints_of_one_day_are_one() -> None:
    days, until = around([3] * 6, [5], 2)
    assert g_chart([*days, *days, until + timedelta(days=1)], ACTION, until) == g_chart(days, ACTION, until)


@pytest.mark.parametrize(
    ("until", "alpha", "message"),
    [(ACTION, 0.0, "alpha: 0.0"), (ACTION - timedelta(days=1), 0.01, "before the action")],
)
def test_what_is_no_report_is_refused(until: date, alpha: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        g_chart([], ACTION, until, alpha=alpha)
