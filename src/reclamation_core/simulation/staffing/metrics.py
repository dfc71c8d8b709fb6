"""The metrics of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from statistics import fmean
from typing import Final

import attrs

from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.estimates import time_to_answer
from reclamation_core.simulation.staffing.model import HandledComplaint, StaffingRun, UnitLoad
from reclamation_core.simulation.staffing.team import site_unit
from reclamation_core.vocabulary import Level
from reclamation_core.wording import Wording

ALL: Final = "all"
"""All levels, or all sites, or all units together."""


@attrs.frozen(kw_only=True)
class Metric(SharedRepr):
    """A metric of a run; `attrs.asdict` returns a row of a data frame.

    Args:
        scenario: the name of the scenario.
        replication: the number of the replication, from 1.
        level: the code of a level, or `all`.
        site: the code of a site whose receipts are measured, or `all`.
        unit: the unit that treats what is measured, or `all`. One of the three at most is not `all`.
        measure: the name of the metric, a key of `METRICS`.
        value: the figure; None where the run has nothing to say, such as the on-time rate of no complaint.
        cases: of an on-time rate, how many complaints it is of; None of all else.
    """

    scenario: str
    replication: int
    level: str
    site: str
    unit: str
    measure: str
    value: float | None
    cases: int | None


@attrs.frozen
class MetricDefinition(SharedRepr):
    """What a metric measures, over the days from `since` to `until`.

    Args:
        title: its name for a reader.
        definition: what it counts.
    """

    title: Wording
    definition: Wording


METRICS: Final[Mapping[str, MetricDefinition]] = {
    "received": MetricDefinition(
        Wording("demandes reçues", "received"),
        Wording(
            "les demandes arrivées sur la période, à toute heure, celles hors du cadre exceptées",
            "how many arrived from `since` on, at whatever hour, what is out of scope left out",
        ),
    ),
    "answered": MetricDefinition(
        Wording("demandes répondues", "answered"),
        Wording("celles qui sont répondues à la fin", "how many of these were answered by the end"),
    ),
    "open": MetricDefinition(
        Wording("demandes ouvertes", "open"),
        Wording("celles qui sont ouvertes à la fin", "how many of these were open at the end"),
    ),
    "overdue": MetricDefinition(
        Wording("demandes en retard", "overdue"),
        Wording(
            "celles qui sont ouvertes à la fin, échéance passée",
            "how many of these were open at the end and past their due date",
        ),
    ),
    "on_time_rate": MetricDefinition(
        Wording("réponses dans le délai", "answers in time"),
        Wording(
            "la part répondue dans le délai, parmi les échéances venues",
            "of those whose due date is not after the end, the share answered by it",
        ),
    ),
    "days_to_answer": MetricDefinition(
        Wording("jours ouvrés pour répondre", "business days to answer"),
        Wording(
            "la moyenne de la réception à la réponse, par Kaplan-Meier, les demandes ouvertes censurées",
            "the mean business days from the receipt to the answer, by Kaplan-Meier, the open ones censored",
        ),
    ),
    "naive_days_to_answer": MetricDefinition(
        Wording("jours ouvrés des seules réponses données", "business days of answers given"),
        Wording(
            "la même moyenne sans les demandes ouvertes, qu'elle oublie",
            "the same mean of those answered alone, which forgets the open ones",
        ),
    ),
    "wait_minutes": MetricDefinition(
        Wording("attente avant traitement (minutes)", "wait before treatment (minutes)"),
        Wording(
            "de la réception au début du traitement, de celles qui sont commencées",
            "the mean minutes from receipt to the beginning of the treatment, of those begun by the end alone",
        ),
    ),
    "not_begun": MetricDefinition(
        Wording("demandes non commencées", "not begun"),
        Wording(
            "celles qui ne sont pas commencées à la fin ; l'attente les oublie",
            "how many of those received were not begun by the end; `wait_minutes` forgets them",
        ),
    ),
    "backlog": MetricDefinition(
        Wording("demandes en cours", "backlog"),
        Wording(
            "la moyenne des jours, en fin de journée", "the mean over the days of what was open when the day ended"
        ),
    ),
    "offered_minutes": MetricDefinition(
        Wording("charge (minutes)", "load (minutes)"),
        Wording(
            "le temps de travail que demande ce qui arrive, fait ou non, quel que soit l'effectif ; la qualification "
            "est locale ; pour un centre, la charge de son équipe",
            "the minutes of work that what arrives needs, done or not, whatever the staff, qualification being local; "
            "of a site, those of its unit",
        ),
    ),
    "worked_minutes": MetricDefinition(
        Wording("temps travaillé (minutes)", "worked time (minutes)"),
        Wording(
            "le temps de travail fait, au plus le temps de présence : quand l'équipe est pleine, il ne mesure plus la "
            "charge ; pour un centre, celui de son équipe",
            "the minutes that the units worked, at most the time present: of a unit near full use they do not measure "
            "the load; of a site, those of its unit",
        ),
    ),
    "utilisation": MetricDefinition(
        Wording("part du temps travaillée", "utilisation"),
        Wording("la part du temps de présence travaillée", "the share of the time present that was worked"),
    ),
}
"""The metrics by name, each with its title and its definition."""

ON_TIME_RATE: Final = "on_time_rate"
_ONE_DAY: Final = timedelta(days=1)
RATES: Final = frozenset({ON_TIME_RATE, "utilisation"})
"""The measures that lie between 0 and 1."""


@attrs.frozen
class _Part(SharedRepr):
    """A part of a run: what was handled in it, and the loads of its units."""

    level: str = ALL
    site: str = ALL
    unit: str = ALL

    def has(self, one: HandledComplaint) -> bool:
        return (
            one.level is not None
            and self.level in {ALL, one.level}
            and self.site in {ALL, one.site}
            and self.unit in {ALL, one.unit}
        )

    def worked(self, load: UnitLoad) -> bool:
        if self.site != ALL:
            return load.unit == site_unit(self.site)
        return self.level in {ALL, load.level} and self.unit in {ALL, load.unit}


def metrics_of(run: StaffingRun) -> tuple[Metric, ...]:
    """The figures of a run: for `all`, then for each level, each site and each unit, the measures in their order.

    The metrics of a site cover the complaints that it received; those of a unit, the complaints that it handles.

    Raises:
        MissingExtraError: SciPy is not installed.
    """
    units = [load.unit for load in run.loads]
    sites = [load.unit.partition("/")[2] for load in run.loads if load.level == Level.LOCAL.value]
    parts = [
        _Part(),
        *(_Part(level=level.value) for level in Level),
        *(_Part(site=site) for site in sites),
        *(_Part(unit=unit) for unit in units),
    ]
    return tuple(row for part in parts for row in metrics_of_part(run, part.level, part.site, part.unit))


def metrics_of_part(run: StaffingRun, level: str = ALL, site: str = ALL, unit: str = ALL) -> tuple[Metric, ...]:
    """The figures of one level, site or unit of a run."""
    part = _Part(level, site, unit)
    handled = [one for one in run.handled if part.has(one)]
    loads = [load for load in run.loads if part.worked(load)]
    decided, figures = _figures(run, handled, loads)
    return tuple(
        Metric(
            scenario=run.scenario,
            replication=run.replication,
            **attrs.asdict(part),
            measure=name,
            value=None if value is None else float(value),
            cases=decided if name == ON_TIME_RATE else None,
        )
        for name, value in figures.items()
    )


def _figures(
    run: StaffingRun, every: Sequence[HandledComplaint], loads: Sequence[UnitLoad]
) -> tuple[int, Mapping[str, float | None]]:
    """Return the number of complaints in the on-time rate, and the metrics."""
    handled = [one for one in every if one.arrived_on >= run.since]
    decided = [one.on_time for one in handled if one.due is not None and one.due <= run.until]
    awaited = [one for one in handled if one.due is not None]
    # The model counts whole seconds: added up as minutes, two equal loads could differ by the last digit.
    present = sum(round(load.present_minutes * 60) for load in loads) / 60
    worked = sum(round(load.worked_minutes * 60) for load in loads) / 60
    offered = sum(round(load.offered_minutes * 60) for load in loads) / 60
    waiting = time_to_answer(awaited) if awaited else None
    return len(decided), {
        "received": len(handled),
        "answered": sum(not one.is_open for one in handled),
        "open": sum(one.is_open for one in handled),
        "overdue": sum(one.is_open and one.on_time is False for one in handled),
        ON_TIME_RATE: _mean([float(one is True) for one in decided]),
        "days_to_answer": None if waiting is None else waiting.mean,
        "naive_days_to_answer": None if waiting is None else waiting.naive_mean,
        "wait_minutes": _mean([one.wait_minutes for one in handled if one.wait_minutes is not None]),
        "not_begun": sum(one.wait_minutes is None for one in handled),
        "backlog": _backlog(run, every),
        "offered_minutes": offered,
        "worked_minutes": worked,
        "utilisation": worked / present if present else None,
    }


def _backlog(run: StaffingRun, handled: Sequence[HandledComplaint]) -> float:
    """The mean over the days of what was open when the day ended."""
    open_days = sum(
        max(
            0,
            (
                (run.until if one.answered_on is None else one.answered_on - _ONE_DAY) - max(one.arrived_on, run.since)
            ).days
            + 1,
        )
        for one in handled
    )
    return open_days / ((run.until - run.since).days + 1)


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
