"""Falls after an action: a g chart of the days between complaints (carte g), beside effectiveness by recurrence."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Final

import attrs

from reclamation_core.shared_repr import SharedRepr

FEWEST_GAPS: Final = 5
"""So many gaps before the action are needed for a limit."""
ALPHA: Final = 0.01
"""The default chance of a gap beyond the limit where nothing has changed."""


@attrs.frozen(kw_only=True)
class GChart(SharedRepr):
    """The days between complaints before and after an action.

    A gap is the number of days without a complaint between two of them. Where the rate is steady, gaps have a geometric
    distribution, so that a long one after the action says that the rate fell.

    Attributes:
        before: the gaps up to the action, in their order.
        after: those since, in their order; the last one is not over.
        mean: the mean of those before; None if there are fewer than `FEWEST_GAPS`.
        limit: a gap of so many days or more is rare where nothing has changed; None likewise.
        alpha: how rare.

    Source: Benneyan (2001), Health Care Management Science 4, 305-318; limits by the geometric distribution itself.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    mean: float | None
    limit: int | None
    alpha: float

    @property
    def is_fall(self) -> bool | None:
        """Whether a gap since the action is beyond the limit; None if there is no limit."""
        return None if self.limit is None else max(self.after, default=0) >= self.limit


def g_chart(days: Iterable[date], action_on: date, until: date, *, alpha: float = ALPHA) -> GChart:
    """Return the g chart of the days of complaints around an action.

    Args:
        days: the days of receipt, in any order; those after `until` are left out.
        action_on: the day on which the action was done: the gap that holds it begins there.
        until: the day of the report, on which the last gap is not over.
        alpha: the chance of a gap beyond the limit where nothing has changed, above 0 and below 1.

    Raises:
        ValueError: alpha is not above 0 and below 1, or the report is before the action.

    >>> weekly = [date(2026, 1, 5 + 7 * week) for week in range(4)] + [date(2026, 2, 2 + 7 * week) for week in range(3)]
    >>> chart = g_chart(weekly, date(2026, 2, 20), date(2026, 4, 15))
    >>> chart.before, chart.after, chart.limit, chart.is_fall
    ((6, 6, 6, 6, 6, 6), (54,), 30, True)
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha: {alpha}; give a number above 0 and below 1")
    if until < action_on:
        raise ValueError(f"until: {until} is before the action, {action_on}; give its day or a later one")
    known = sorted(day for day in days if day <= until)
    earlier = [day for day in known if day <= action_on]
    before = tuple((second - first).days - 1 for first, second in pairwise(earlier) if second > first)
    later = sorted({day for day in known if day > action_on})
    ends = [action_on, *later]
    after = (*((second - first).days - 1 for first, second in pairwise(ends)), (until - ends[-1]).days)
    if len(before) < FEWEST_GAPS:
        return GChart(before=before, after=after, mean=None, limit=None, alpha=alpha)
    mean = sum(before) / len(before)
    # P(gap >= g) = (mean / (mean + 1)) ** g
    limit = 1 if mean == 0 else math.ceil(math.log(alpha) / math.log(mean / (mean + 1)))
    return GChart(before=before, after=after, mean=mean, limit=limit, alpha=alpha)
