"""Falls after an action: a g chart of the days between complaints (carte g), beside effectiveness by recurrence."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any, Final

import attrs

from reclamation_core.cases.plain import plain
from reclamation_core.plans import PlanScope
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording, is_singular

FEWEST_GAPS: Final = 5
"""So many gaps before the action are needed for a limit."""
ALPHA: Final = 0.01
"""The default chance that any gap since the action is beyond the limit where nothing has changed."""


@attrs.frozen(kw_only=True)
class GChart(SharedRepr):
    """The days between complaints before and after an action.

    A gap is the number of days without a complaint between two of them. Where the rate is steady, gaps have a geometric
    distribution, so that a long one after the action says that the rate fell.

    Attributes:
        before: the gaps up to the action, in their order.
        after: those since, in their order; the last one is not over.
        mean: the mean of those before; None if there are fewer than `FEWEST_GAPS`.
        limit: where nothing has changed, any of the gaps since would rarely be so many days or more; None likewise. The
            more gaps there are since the action, the longer it is; and the fewer there are before, as few say little of
            the rate.
        alpha: how rare.

    Source: Benneyan (2001), Health Care Management Science 4, 305-318, for the chart. The limit is a quantile of the F
        distribution, which the ratio of a gap to the mean of others has.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    mean: float | None
    limit: int | None
    alpha: float

    @property
    def is_fall(self) -> bool | None:
        """Whether a gap since the action is beyond the limit; None if there is no limit."""
        return None if self.limit is None else max(self.after) >= self.limit

    @property
    def sentence(self) -> Wording:
        """What the chart says."""
        if self.limit is None:
            fr, en = _counted(len(self.before), "intervalle", "gap")
            return Wording(
                f"Trop peu de réclamations avant l'action pour conclure : {fr}, il en faut {FEWEST_GAPS}.",
                f"Too few complaints before the action to tell: {en}, {FEWEST_GAPS} are needed.",
            )
        longest = max(self.after)
        fr, en = _counted(longest, "jour", "day")
        rare = Wording(
            f"au rythme d'avant l'action, {self.limit} jours ou plus seraient rares",
            f"at the rate before the action, {self.limit} days or more would be rare",
        )
        if self.is_fall:
            return Wording(
                f"Les réclamations sont devenues plus rares : {fr} de suite sans aucune depuis l'action ; {rare.fr}.",
                f"Complaints became rarer: {en} in a row without any since the action; {rare.en}.",
            )
        return Wording(
            f"Aucune baisse n'est établie à ce jour : au plus {fr} de suite sans réclamation depuis l'action ; "
            f"{rare.fr}.",
            f"No fall is shown so far: at most {en} in a row without a complaint since the action; {rare.en}.",
        )


def _counted(count: int, fr: str, en: str) -> tuple[str, str]:
    """Return a count with its noun in French and in English."""
    return f"{count} {fr}{'' if is_singular(count, 'fr') else 's'}", f"{count} {en}{'' if count == 1 else 's'}"


@attrs.frozen(kw_only=True)
class ActionEffect(SharedRepr):
    """Whether complaints became rarer once an action was done (effet d'une action).

    Attributes:
        plan: the plan of the action.
        action: its reference.
        done_on: the day on which it was done.
        complaints: which complaints it is about, in words.
        chart: the days between them.
        is_fall: whether they became rarer; None if there are too few to tell.
        sentence: the same in words.
    """

    plan: PlanScope
    action: str
    done_on: date
    complaints: Wording
    chart: GChart
    is_fall: bool | None = attrs.field(default=attrs.Factory(lambda self: self.chart.is_fall, takes_self=True))
    sentence: Wording = attrs.field(default=attrs.Factory(lambda self: self.chart.sentence, takes_self=True))

    def to_document(self) -> dict[str, Any]:
        """Return the effect as plain data; `document_schema("view.action_effect")` describes it."""
        return plain(self)


def g_chart(days: Iterable[date], action_on: date, until: date, *, alpha: float = ALPHA) -> GChart:
    """Return the g chart of the days of complaints around an action.

    Args:
        days: the days of receipt, in any order; those after `until` are left out.
        action_on: the day on which the action was done: the gap that holds it begins there.
        until: the day of the report, on which the last gap is not over.
        alpha: the chance that any gap since is beyond the limit where nothing has changed, above 0 and below 1.

    Raises:
        ValueError: alpha is not above 0 and below 1, or the report is before the action.

    >>> weekly = [date(2026, 1, 5 + 7 * week) for week in range(4)] + [date(2026, 2, 2 + 7 * week) for week in range(3)]
    >>> chart = g_chart(weekly, date(2026, 2, 20), date(2026, 4, 15))
    >>> chart.before, chart.after, chart.limit, chart.is_fall
    ((6, 6, 6, 6, 6, 6), (54,), 46, True)
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
    # A gap g is of g to g + 1 days: half a day more. P(gap >= g) = (1 + g / total) ** -len(before), by F(2, 2n).
    total = (mean + 0.5) * len(before)
    limit = math.ceil(total * ((alpha / len(after)) ** (-1 / len(before)) - 1))
    return GChart(before=before, after=after, mean=mean, limit=limit, alpha=alpha)
