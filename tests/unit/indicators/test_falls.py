"""The g chart of the days between complaints: against the geometric distribution of SciPy, and by hand."""

from __future__ import annotations

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
def test_the_limit_is_the_quantile_of_the_geometric_distribution(
    before: list[int], after: list[int], last: int, alpha: float
) -> None:
    from scipy.stats import geom

    days, until = around(before, after, last)
    chart = g_chart(reversed(days), ACTION, until, alpha=alpha)

    assert (chart.before, chart.after) == (tuple(before), (*after, last))
    assert chart.limit is not None
    if not any(before):  # a complaint each day: one day without is beyond the limit
        assert chart.limit == 1
        return
    probability = 1 / (sum(before) / len(before) + 1)
    of_gap = geom(probability, loc=-1)  # gaps from 0 on
    assert of_gap.sf(chart.limit - 1) <= alpha * (1 + 1e-9)
    assert chart.limit == 1 or of_gap.sf(chart.limit - 2) > alpha * (1 - 1e-9)
    assert chart.is_fall is (max(*after, last) >= chart.limit if after else last >= chart.limit)


def test_false_alarms_are_as_rare_as_stated() -> None:
    """Ninety gaps of a rate that is known: about one in a hundred is beyond the limit."""
    from scipy.stats import geom

    gaps = geom(0.1, loc=-1).rvs(4_000, random_state=20261130).tolist()
    days, until = around(gaps[:2_000], gaps[2_000:], 0)
    chart = g_chart(days, ACTION, until)
    assert chart.limit is not None
    assert 0.006 < sum(gap >= chart.limit for gap in chart.after) / 2_000 < 0.014


def test_few_complaints_before_the_action_say_nothing() -> None:
    days, until = around([3, 3, 3, 3], [], 400)
    chart = g_chart(days, ACTION, until)
    assert (chart.mean, chart.limit, chart.is_fall, chart.after) == (None, None, None, (400,))
    assert g_chart([], ACTION, ACTION).after == (0,)


def test_two_complaints_of_one_day_are_one() -> None:
    days, until = around([3] * 6, [5], 2)
    assert g_chart([*days, *days], ACTION, until) == g_chart(days, ACTION, until)


@pytest.mark.parametrize(
    ("until", "alpha", "message"),
    [(ACTION, 0.0, "alpha: 0.0"), (ACTION - timedelta(days=1), 0.01, "before the action")],
)
def test_what_is_no_report_is_refused(until: date, alpha: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        g_chart([], ACTION, until, alpha=alpha)
