"""Confidence intervals of means over replications, by Student's law, of rates on their log odds; the law is SciPy's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Any

import attrs

from reclamation_core.errors import MissingExtraError


@attrs.frozen(kw_only=True)
class Interval:
    """A mean, and between which bounds it lies with the confidence asked for.

    Args:
        mean: the mean of the values.
        low: the lower bound; None where fewer than two values say nothing of how far they vary.
        high: the upper bound, likewise.
        values: how many values there are, at least 1.
    """

    mean: float
    low: float | None
    high: float | None
    values: int


def check_confidence(confidence: object) -> None:
    """Refuse what is no confidence between 0 and 1, both excluded; raises ValueError."""
    if not isinstance(confidence, int | float) or not 0 < confidence < 1:  # True is 1, False is 0
        raise ValueError(f"confidence: {confidence!r}; give a number between 0 and 1, such as 0.95")


def student(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """The mean of independent values and its two-sided confidence interval.

    Args:
        values: at least one.
        confidence: how sure it is to be, between 0 and 1.

    Raises:
        MissingExtraError: SciPy is not installed.
        ValueError: there is no value, or no such confidence.
    """
    if not values:
        raise ValueError("values: there are none; give at least one")
    check_confidence(confidence)
    mean = fmean(values)
    if len(values) < 2:
        return Interval(mean=mean, low=None, high=None, values=len(values))
    half = _quantile(confidence, len(values) - 1) * stdev(values) / math.sqrt(len(values))
    return Interval(mean=mean, low=mean - half, high=mean + half, values=len(values))


def student_of_rates(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """The mean of independent rates and its two-sided confidence interval, which lies between 0 and 1 as they do.

    It is Student's on the scale of the log odds (logit), the standard error brought there by the delta method, as for
    proportions that are estimated from a survey. Where all rates are alike it has no width.

    Args:
        values: at least one, each from 0 to 1.
        confidence: how sure it is to be, between 0 and 1.

    Raises:
        MissingExtraError: SciPy is not installed.
        ValueError: there is no value, or no such confidence.
    """
    found = student(values, confidence)
    if found.high is None:
        return found
    if not 0 < found.mean < 1:  # all rates are, or are as good as, the same
        return attrs.evolve(found, low=found.mean, high=found.mean)
    middle = math.log(found.mean / (1 - found.mean))
    half = (found.high - found.mean) / (found.mean * (1 - found.mean))
    low, high = (_of_log_odds(bound) for bound in (middle - half, middle + half))
    return attrs.evolve(found, low=min(found.mean, low), high=max(found.mean, high))


def lower_bound_of_all(trials: int, confidence: float = 0.95) -> float:
    """Return the lower bound of a rate when all of some independent trials were successes (Clopper and Pearson).

    The upper bound of a rate when none was is 1 less this.

    Args:
        trials: how many there were, 1 or more.
        confidence: the confidence of the two-sided interval, between 0 and 1.

    >>> round(lower_bound_of_all(20), 3)
    0.832
    """
    half: float = (1 - confidence) / 2
    return float(half ** (1 / trials))


def _of_log_odds(value: float) -> float:
    # 1 / (1 + exp(-value)), without what overflows.
    return (1 + math.tanh(value / 2)) / 2


def _quantile(confidence: float, freedom: int) -> float:
    return float(stats().t.ppf((1 + confidence) / 2, freedom))


def stats() -> Any:
    """SciPy's statistics.

    Raises:
        MissingExtraError: SciPy is not installed.
    """
    try:
        from scipy import stats as of_scipy
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "scipy", "simulation") from None
    return of_scipy
