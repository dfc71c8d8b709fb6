from fractions import Fraction
from itertools import groupby

from hypothesis import example, given
from hypothesis import strategies as st

from reclamation_core.simulation import WaitingTime, time_to_answer

DAYS = st.integers(0, 40)
WAITS = st.lists(st.tuples(DAYS, st.booleans()), min_size=1, max_size=60)


def waiting(observed: list[tuple[int, bool]]) -> list[WaitingTime]:
    return [WaitingTime(days=days, is_open=is_open) for days, is_open in observed]


def product_limit(observed: list[tuple[int, bool]]) -> list[tuple[int, Fraction]]:
    """Kaplan and Meier's product, as their paper of 1958 has it, in exact fractions."""
    share, curve = Fraction(1), []
    for days, _ in groupby(sorted(days for days, _ in observed)):
        at_risk = sum(other >= days for other, _ in observed)
        answered = sum(other == days and not is_open for other, is_open in observed)
        share *= 1 - Fraction(answered, at_risk)
        curve.append((days, share))
    return curve


@given(WAITS)
def test_the_curve_is_kaplan_and_meier_s_product(observed: list[tuple[int, bool]]) -> None:
    found = time_to_answer(waiting(observed))
    expected = product_limit(observed)
    assert [point.days for point in found.points] == [days for days, _ in expected]
    for point, (_, share) in zip(found.points, expected, strict=True):
        assert abs(point.still_open - share) < 1e-12
        assert 0 <= point.low <= point.still_open <= point.high <= 1
        assert point.low < point.high


AT_ONE_HALF = [(0, False), (0, False), (2, False), (5, False), (5, False), (7, True), (7, False), (7, False)]
"""With two more on the eighth day the curve is at one half from the fifth day on, to the last digit."""


@example([*AT_ONE_HALF, (8, True), (8, False)])
@given(WAITS)
def test_the_median_is_the_first_day_on_which_at_most_half_are_open(observed: list[tuple[int, bool]]) -> None:
    days = [days for days, share in product_limit(observed) if share <= Fraction(1, 2)]
    assert time_to_answer(waiting(observed)).median == (days[0] if days else None)


@given(st.lists(DAYS, min_size=1, max_size=60))
def test_with_no_open_case_the_mean_is_the_naive_mean(answered: list[int]) -> None:
    found = time_to_answer(waiting([(days, False) for days in answered]))
    assert found.naive_mean is not None
    assert abs(found.mean - found.naive_mean) < 1e-9
    assert not found.is_least


@given(WAITS)
def test_an_open_wait_never_shortens_the_mean_and_their_order_is_nothing(observed: list[tuple[int, bool]]) -> None:
    later = [(days, True) if place == 0 else (days, is_open) for place, (days, is_open) in enumerate(observed)]
    assert time_to_answer(waiting(later)).mean >= time_to_answer(waiting(observed)).mean - 1e-9
    assert time_to_answer(waiting(observed)) == time_to_answer(waiting(observed[::-1]))
