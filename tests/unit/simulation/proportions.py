"""The binomial law, by which the tests compare what is drawn with the weights of a profile."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any


def assert_shares(drawn: Counter[Any], weights: Mapping[Any, float]) -> None:
    """Each count lies within five standard deviations of its binomial law."""
    number, whole = drawn.total(), sum(weights.values())
    assert set(drawn) <= set(weights)
    for value, weight in weights.items():
        share = weight / whole
        allowed = 5 * math.sqrt(number * share * (1 - share))
        assert abs(drawn[value] - number * share) <= allowed, (value, drawn[value], number * share)
