"""What one run of the staffing model measured, as tidy rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Final

import attrs

from reclamation_core.simulation.staffing.model import StaffingRun
from reclamation_core.simulation.survival import time_to_answer
from reclamation_core.vocabulary import Level

ALL: Final = "all"
"""Stands for the three levels together."""


@attrs.frozen(kw_only=True)
class Measured:
    """One figure of one run. `attrs.asdict` gives a row of a data frame.

    Args:
        scenario: the name of the scenario.
        replication: the number of the replication, from 1.
        level: the code of a level, or `all`.
        measure: what was measured; `MEASURES` says what each name means.
        value: the figure; None where the run has nothing to say, such as the on-time rate of no complaint.
    """

    scenario: str
    replication: int
    level: str
    measure: str
    value: float | None


MEASURES: Final[Mapping[str, str]] = {
    "received": "how many arrived from `since` on, at whatever hour, what is out of scope left out",
    "answered": "how many of these were answered by the end",
    "open": "how many of these were open at the end",
    "overdue": "how many of these were open at the end and past their due date",
    "on_time_rate": "of those whose due date is not after the end, the share answered by it",
    "days_to_answer": "the mean business days from the receipt to the answer, by Kaplan-Meier, the open ones censored",
    "naive_days_to_answer": "the same mean of those answered alone, which forgets the open ones",
    "wait_minutes": "the mean minutes from receipt to the beginning of the treatment, of those begun by the end alone",
    "not_begun": "how many of those received were not begun by the end; `wait_minutes` forgets them",
    "backlog": "the mean over the days of what was open when the day ended",
    "worked_minutes": "the load: the minutes that the units of the level worked, qualification being local",
    "utilisation": "the share of the time present that was worked",
}
"""The measures by name, each with what it says, over the days from `since` to `until`."""

RATES: Final = frozenset({"on_time_rate", "utilisation"})
"""The measures that lie between 0 and 1."""


def measured(run: StaffingRun) -> tuple[Measured, ...]:
    """The figures of a run: for `all` and for each level, the measures in their order.

    Raises:
        MissingExtraError: SciPy is not installed.
    """
    return tuple(
        Measured(
            scenario=run.scenario,
            replication=run.replication,
            level=level,
            measure=name,
            value=None if value is None else float(value),
        )
        for level in (ALL, *(level.value for level in Level))
        for name, value in _figures(run, level)
    )


def _figures(run: StaffingRun, level: str) -> Iterator[tuple[str, float | None]]:
    levels = {level} if level != ALL else {each.value for each in Level}
    handled = [one for one in run.handled if one.level in levels and one.arrived_on >= run.since]
    decided = [one.on_time for one in handled if one.due is not None and one.due <= run.until]
    awaited = [one for one in handled if one.due is not None]
    loads = [load for load in run.loads if load.level in levels]
    # The model counts whole seconds: added up as minutes, two equal loads could differ by the last digit.
    present = sum(round(load.present_minutes * 60) for load in loads) / 60
    worked = sum(round(load.worked_minutes * 60) for load in loads) / 60
    waiting = time_to_answer(awaited) if awaited else None
    yield "received", len(handled)
    yield "answered", sum(not one.is_open for one in handled)
    yield "open", sum(one.is_open for one in handled)
    yield "overdue", sum(one.is_open and one.on_time is False for one in handled)
    yield "on_time_rate", _mean([float(one is True) for one in decided])
    yield "days_to_answer", None if waiting is None else waiting.mean
    yield "naive_days_to_answer", None if waiting is None else waiting.naive_mean
    yield "wait_minutes", _mean([one.wait_minutes for one in handled if one.wait_minutes is not None])
    yield "not_begun", sum(one.wait_minutes is None for one in handled)
    yield "backlog", _mean(list(_by_day(run, levels).values()))
    yield "worked_minutes", worked
    yield "utilisation", worked / present if present else None


def _by_day(run: StaffingRun, levels: set[str]) -> dict[object, float]:
    backlog: dict[object, float] = {}
    for row in run.backlog:
        if row.level in levels:
            backlog[row.day] = backlog.get(row.day, 0) + row.backlog
    return backlog


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
