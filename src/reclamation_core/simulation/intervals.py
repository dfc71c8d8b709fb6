"""Confidence intervals of means over replications and of rates; the laws are SciPy's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Any

import attrs

from reclamation_core.errors import MissingExtraError


@attrs.frozen(kw_only=True)
class Interval:
    """A mean and its confidence interval.

    Args:
        mean: the mean of the values.
        low: the lower bound; None where fewer than two values say nothing of how far they vary.
        high: the upper bound; None under the same condition.
        values: how many values there are, at least 1.
    """

    mean: float
    low: float | None
    high: float | None
    values: int

    @property
    def bounds(self) -> tuple[float, float]:
        """Both bounds; the mean where there are none."""
        return (self.mean if self.low is None else self.low, self.mean if self.high is None else self.high)


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
        raise ValueError("values: it is empty; give at least one")
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


def rate_interval(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """The rate of independent trials and its exact two-sided interval (Clopper and Pearson), for 0 and 100 % too.

    Args:
        successes: how many trials succeeded.
        trials: how many there were, 1 or more.
        confidence: how sure it is to be at least, between 0 and 1.

    Raises:
        MissingExtraError: SciPy is not installed.
        ValueError: there are no such trials, or no such confidence.

    >>> found = rate_interval(20, 20)
    >>> found.mean, round(found.low, 3), found.high
    (1.0, 0.832, 1.0)
    """
    if type(trials) is not int or trials < 1:
        raise ValueError(f"trials: {trials!r}; give a whole number, 1 or more")
    if type(successes) is not int or not 0 <= successes <= trials:
        raise ValueError(f"successes: {successes!r}; give a whole number from 0 to {trials}")
    check_confidence(confidence)
    beta, tail, failures = stats().beta, (1 - confidence) / 2, trials - successes
    low = float(beta.ppf(tail, successes, failures + 1)) if successes else 0.0
    high = float(beta.isf(tail, successes + 1, failures)) if failures else 1.0
    return Interval(mean=successes / trials, low=low, high=high, values=trials)


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
