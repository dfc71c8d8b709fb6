import math
from typing import Any

import attrs
import pytest

from reclamation_core.simulation import Effort, Staffing


def test_the_mean_is_that_of_the_quantiles() -> None:
    for effort in [Effort.fixed(45), Effort.exponential(45), Effort.triangular(10, 20, 60), Effort.triangular(5, 5, 5)]:
        shares = [(rank + 0.5) / 20_000 for rank in range(20_000)]
        assert sum(map(effort.minutes, shares)) / 20_000 == pytest.approx(effort.mean, rel=1e-3), effort


def test_the_usual_treatments_have_the_means_worked_by_hand() -> None:
    usual: Any = attrs.fields(Staffing).treatment.default
    # The mean of a triangle is a third of the sum of its three corners: (60 + 150 + 480) / 3 and so on.
    assert {level.value: effort.mean for level, effort in usual.items()} == {
        "local": 230,
        "regional": 420,
        "national": 620,
    }


def test_a_greater_share_takes_longer() -> None:
    for effort in [Effort.exponential(45), Effort.triangular(10, 20, 60), Effort.triangular(10, 60, 60)]:
        minutes = [effort.minutes(rank / 100) for rank in range(100)]
        assert minutes == sorted(set(minutes)), effort


def test_the_median_of_an_exponential_effort_is_its_mean_times_ln_2() -> None:
    assert Effort.exponential(60).minutes(0.5) == pytest.approx(60 * math.log(2))
    assert Effort.exponential(60).minutes(0) == 0


def test_a_triangle_has_its_peak_where_the_sides_meet() -> None:
    effort = Effort.triangular(10, 20, 60)
    # A fifth of the tasks lies below the peak, at a fifth of the width.
    assert effort.minutes(0) == 10
    assert effort.minutes(0.2) == pytest.approx(20)
    assert effort.minutes(0.5) == pytest.approx(60 - math.sqrt(0.5 * 50 * 40))
    assert effort.seconds(0) == 600


def test_each_effort_is_described_with_its_minutes() -> None:
    efforts = (Effort.fixed(7.5), Effort.exponential(7.5), Effort.triangular(1.5, 2, 6.5), Effort.lognormal(60, 0.5))
    assert [f"{effort.wording.fr} | {effort.wording.en}" for effort in efforts] == [
        "toujours 7,5 min | always 7.5 min",
        "loi exponentielle, 7,5 min en moyenne | exponential, 7.5 min on average",
        "loi triangulaire, de 1,5 à 6,5 min, le plus souvent 2 | triangular, from 1.5 to 6.5 min, most often 2",
        "loi log-normale, médiane 60 min, moyenne 67,99 min | lognormal, median 60 min, mean 67.99 min",
    ]
    assert efforts[-1].minutes(0) == 0
