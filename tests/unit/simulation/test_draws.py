import pytest

from reclamation_core.simulation.draws import Draws


class Fixed(Draws):
    """Draws from given numbers, so that what is made of them can be worked by hand."""

    __slots__ = ()

    def __init__(self, *numbers: float) -> None:
        self._random = iter(numbers).__next__


def test_the_stream_is_that_of_the_mersenne_twister() -> None:
    # 0.6394267984578837, 0.025010755222666936, 0.27502931836911926: the first numbers of seed 42, as published widely.
    draws = Draws(42)
    assert [draws.whole(0, 99) for _ in range(3)] == [63, 2, 27]


def test_draws_reach_both_bounds_and_no_further() -> None:
    assert Fixed(0.0).whole(3, 7) == 3
    assert Fixed(0.9999999999999999).whole(3, 7) == 7
    assert not Fixed(0.0).chance(0)
    assert Fixed(0.9999999999999999).chance(1)
    assert (Fixed(0.0).one_of("xyz"), Fixed(0.999).one_of("xyz")) == ("x", "z")


@pytest.mark.parametrize(("number", "drawn"), [(0.0, "a"), (0.24, "a"), (0.26, "c"), (0.9999999999999999, "c")])
def test_a_weighted_draw_falls_where_the_weights_say_and_never_on_a_weight_of_0(number: float, drawn: str) -> None:
    assert Fixed(number).weighted({"a": 1, "b": 0, "c": 3}) == drawn


def test_rounding_at_the_end_of_the_weights_never_falls_on_a_last_weight_of_0() -> None:
    weights = {"a": 0.1, "b": 0.2, "c": 0.3, "none": 0}
    assert Fixed(1.0).weighted(weights) == "c"
