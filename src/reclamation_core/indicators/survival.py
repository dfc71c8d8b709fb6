"""Times to an answer where some cases are still open: Kaplan-Meier and Aalen-Johansen, and the interval of a share.

Sources: E. L. Kaplan and P. Meier (1958); M. Greenwood (1926) for the variance, with the interval on the scale of the
logarithm of the cumulative hazard; O. O. Aalen and S. Johansen (1978) for causes that exclude each other; E. B. Wilson
(1927) for the interval of a share.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from statistics import NormalDist
from typing import Final

import attrs

from reclamation_core.shared_repr import SharedRepr

CONFIDENCE: Final = 0.95
_NORMAL: Final = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@attrs.frozen(kw_only=True)
class SurvivalStep(SharedRepr):
    """What is estimated at a time.

    Attributes:
        time: the time.
        at_risk: how many were open just before.
        open_share: the share that is still open afterwards.
        low: the lower bound of that share, with a confidence of 95 %.
        high: the upper bound.
    """

    time: int
    at_risk: int
    open_share: float
    low: float
    high: float


def kaplan_meier(ended: Iterable[int], still_open: Iterable[int]) -> tuple[SurvivalStep, ...]:
    """Estimate which share is open still after each time at which one ended.

    Args:
        ended: the times of those that ended.
        still_open: how long the others have been open; what becomes of them is unknown.
    """
    ends, opens = Counter(ended), Counter(still_open)
    at_risk, share, greenwood, steps = ends.total() + opens.total(), 1.0, 0.0, []
    for time in sorted({*ends, *opens}):
        if ends[time]:
            share *= 1 - ends[time] / at_risk
            greenwood += ends[time] / (at_risk * (at_risk - ends[time])) if at_risk > ends[time] else math.inf
            low, high = _bounds(share, greenwood)
            steps.append(SurvivalStep(time=time, at_risk=at_risk, open_share=share, low=low, high=high))
        at_risk -= ends[time] + opens[time]
    return tuple(steps)


def _bounds(share: float, greenwood: float) -> tuple[float, float]:
    if share <= 0:
        return 0.0, 0.0
    width = _NORMAL * math.sqrt(greenwood) / math.log(share)
    return share ** math.exp(-width), share ** math.exp(width)


@attrs.frozen(kw_only=True)
class TimeQuantile(SharedRepr):
    """A time by which a share has ended, and its bounds with a confidence of 95 %; None where it is not reached."""

    time: int | None
    low: int | None
    high: int | None


def time_quantile(steps: Iterable[SurvivalStep], share: float) -> TimeQuantile:
    """Return the time by which a share has ended."""
    steps = tuple(steps)
    left = 1 - share + 1e-12

    def first(values: Iterable[tuple[int, float]]) -> int | None:
        return next((time for time, value in values if value <= left), None)

    return TimeQuantile(
        time=first((step.time, step.open_share) for step in steps),
        low=first((step.time, step.low) for step in steps),
        high=first((step.time, step.high) for step in steps),
    )


def share_ended_by(
    time: int, ended: Iterable[int], otherwise: Iterable[int], still_open: Iterable[int]
) -> tuple[float, float, float]:
    """Estimate which share has ended one way by a time, where some end otherwise, with its bounds.

    The estimate is Aalen's and Johansen's, its variance by the delta method (Marubini and Valsecchi 1995), its bounds
    on the scale of the logarithm of minus the logarithm; Wilson's where none has ended so, or all.

    Args:
        time: the time.
        ended: the times of those that ended this way, 1 at least in all.
        otherwise: the times of those that ended otherwise, which excludes this way.
        still_open: how long the others have been open.
    """
    ends, others, opens = Counter(ended), Counter(otherwise), Counter(still_open)
    at_risk = total = ends.total() + others.total() + opens.total()
    left, share, steps = 1.0, 0.0, []
    for step in sorted({*ends, *others, *opens}):
        if step > time:
            break
        one, both = ends[step], ends[step] + others[step]
        share += left * one / at_risk
        steps.append((at_risk, left, one, both, share))
        left *= 1 - both / at_risk
        at_risk -= both + opens[step]
    if not 0 < share < 1 - 1e-12:
        return (share, *share_interval(round(share * total), total))
    variance = sum(
        (share - reached) ** 2 * both / (risk * (risk - both) if risk > both else math.inf)
        + before**2 * one * (risk - one) / risk**3
        - 2 * (share - reached) * before * one / risk**2
        for risk, before, one, both, reached in steps
    )
    width = _NORMAL * math.sqrt(max(0.0, variance)) / (share * math.log(share))
    return share, share ** math.exp(-width), share ** math.exp(width)


def share_interval(count: int, of: int) -> tuple[float, float]:
    """Return the bounds of a share with a confidence of 95 %, by Wilson's score.

    Args:
        count: how many there are.
        of: of how many, 1 at least.

    >>> tuple(round(bound, 3) for bound in share_interval(0, 10))
    (0.0, 0.278)
    """
    square = _NORMAL**2
    middle = (count + square / 2) / (of + square)
    width = _NORMAL / (of + square) * math.sqrt(count * (of - count) / of + square / 4)
    return max(0.0, middle - width), min(1.0, middle + width)
