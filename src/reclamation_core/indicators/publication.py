"""Figures for publication: counts of 1 to 7 are left out, and others so that none of these can be computed; the rest
is rounded to 5.

The total of the groups is published too. Whoever knows the rule, the rounded groups and the rounded total can still
take every count from 1 to 7 for one that is small. Indicators that add up with others in another way (moves, ages of
overdue answers, the other decisions, nested shares) are not published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from reclamation_core.indicators.catalogue import Figure, FigureUnit
from reclamation_core.indicators.survival import share_interval
from reclamation_core.indicators.table import IndicatorRow, IndicatorTable

SMALL: Final = 7
"""Counts from 1 to this one are left out."""
ROUNDED_TO: Final = 5
PUBLISHED_INDICATORS: Final = (
    *("opening", "received", "ended", "closing", "on_time", "overdue", "time_to_answer_median", "time_to_answer_p90"),
    *("acknowledged", "decided_founded", "mediation"),
)
"""The indicators that are published."""
_OFF: Final = ROUNDED_TO // 2


def published_counts(counts: Sequence[int]) -> tuple[tuple[int | None, ...], int | None]:
    """Return the counts of groups and their total as they are published; None for one that is left out.

    >>> published_counts([3, 12, 40]), published_counts([0, 23, 40]), published_counts([5])
    (((None, 10, 40), 55), ((0, 25, 40), 65), ((None,), None))
    """
    hidden = {place for place, count in enumerate(counts) if 0 < count <= SMALL}
    total = sum(counts)
    is_total_hidden = 0 < total <= SMALL
    shown = sorted((place for place, count in enumerate(counts) if count > SMALL), key=lambda place: counts[place])
    while hidden and not is_total_hidden and not _is_safe(counts, hidden):
        if shown:
            hidden.add(shown.pop(0))
        else:
            is_total_hidden = True
    groups = tuple(None if place in hidden else _rounded(count) for place, count in enumerate(counts))
    return groups, None if is_total_hidden else _rounded(total)


def _rounded(count: int) -> int:
    return (count + _OFF) // ROUNDED_TO * ROUNDED_TO


def _range(count: int) -> tuple[int, int]:
    """Return the least and the greatest count that are published as this one."""
    rounded = _rounded(count)
    return (rounded - _OFF, rounded + _OFF) if count else (0, 0)


def _is_safe(counts: Sequence[int], hidden: set[int]) -> bool:
    """Return True if each small count may be any from 1 to 7, and each other that is left out has two values at least.

    The hidden counts add up to the total less the counts shown, all of which are known within their ranges.
    """
    ranges = [_range(count) for place, count in enumerate(counts) if place not in hidden]
    low, high = _range(sum(counts))
    least, most = low - sum(one[1] for one in ranges), high - sum(one[0] for one in ranges)
    small = sum(counts[place] <= SMALL for place in hidden)
    others = len(hidden) - small
    if others:  # one of these takes what the small ones leave, and another value for another small count
        return most >= SMALL + (small - 1) + others * (SMALL + 1)
    return least <= 1 + (small - 1) * SMALL and most >= SMALL + (small - 1)


def publish(whole: IndicatorTable, groups: IndicatorTable) -> tuple[IndicatorTable, IndicatorTable]:
    """Return figures as they are published, without the references of cases.

    Args:
        whole: the indicators of all cases.
        groups: the indicators of each group, of the same period.

    Returns:
        Both, with the indicators of `PUBLISHED_INDICATORS`. A share is that of the published counts. A count that is
        left out is None.
    """
    totals: list[IndicatorRow] = []
    parts: dict[int, IndicatorRow] = {}
    for row in whole.rows:
        if row.indicator.name in PUBLISHED_INDICATORS:
            places = [place for place, one in enumerate(groups.rows) if one.indicator is row.indicator]
            *published, total = _published([*(groups.rows[place] for place in places), row])
            totals.append(total)
            parts |= dict(zip(places, published, strict=True))
    rows = tuple(parts[place] for place in sorted(parts))
    return attrs.evolve(whole, rows=tuple(totals), received=None), attrs.evolve(groups, rows=rows, received=None)


def _published(rows: Sequence[IndicatorRow]) -> Iterator[IndicatorRow]:
    """Yield the rows of an indicator as they are published: those of the groups, then that of all cases."""
    counts = _with_total([row.figure.count or 0 for row in rows])
    is_share = rows[-1].figure.total is not None
    totals = _with_total([row.figure.total or 0 for row in rows]) if is_share else [None] * len(rows)
    for row, count, total in zip(rows, counts, totals, strict=True):
        yield attrs.evolve(row, figure=_figure(row, count, total))


def _with_total(counts: Sequence[int]) -> list[int | None]:
    """Return the counts of groups as they are published, and that of all cases, which is the last."""
    if len(counts) == 1:
        return list(published_counts(counts)[0])
    groups, total = published_counts(counts[:-1])
    return [*groups, total]


def _figure(row: IndicatorRow, count: int | None, total: int | None) -> Figure:
    if row.indicator.unit is FigureUnit.CASES:
        return Figure(value=count, count=count)
    least = row.indicator.minimum or 0
    if row.indicator.unit is FigureUnit.DAYS:
        if total is None or (row.figure.total or 0) < least:
            return Figure(value=None, count=None)
        return attrs.evolve(row.figure, count=None, total=total, cases=None, of=None)
    if total is None or count is None or total < least:
        return Figure(value=None, count=None if total is None else count, total=total)
    low, high = share_interval(count, total)
    return Figure(value=count / total, low=low, high=high, count=count, total=total)
