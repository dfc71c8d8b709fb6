"""Comparing scenarios on the same arrivals: figures with their confidence intervals, and paired differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import attrs

from reclamation_core.simulation.generator import checked_whole
from reclamation_core.simulation.intervals import Interval, check_confidence, student, student_of_rates
from reclamation_core.simulation.staffing.arrivals import Arrivals, each_time
from reclamation_core.simulation.staffing.measures import RATES, Measured, measured
from reclamation_core.simulation.staffing.model import Scenario, StaffingRun, simulate_staffing
from reclamation_core.vocabulary import Sites


@attrs.frozen(kw_only=True)
class Estimate:
    """A figure of a scenario over the replications. `attrs.asdict` gives a row of a data frame.

    Args:
        scenario: the name of the scenario.
        level: the code of a level, or `all`.
        measure: what was measured, a name of `MEASURES`.
        mean: the mean over the replications; None where none has the figure.
        low: the lower bound of its confidence interval: Student's, of a rate on the scale of its log odds, so that it
            stays between 0 and 1; None where fewer than two have it.
        high: the upper bound, likewise.
        replications: how many have it.
    """

    scenario: str
    level: str
    measure: str
    mean: float | None
    low: float | None
    high: float | None
    replications: int


@attrs.frozen(kw_only=True)
class PairedDifference:
    """How a figure of a scenario differs from the baseline's. `attrs.asdict` gives a row of a data frame.

    Each replication gives one difference, both scenarios having the same arrivals, the same shares of the efforts and
    the same absences in it; the interval is that of the mean of these differences.

    Args:
        scenario: the name of the scenario.
        baseline: the name of the first scenario, which is taken off.
        level: the code of a level, or `all`.
        measure: what was measured, a name of `MEASURES`.
        mean: the mean difference; None where no replication has both figures.
        low: the lower bound of its confidence interval: Student's, of a rate cut at -1 and 1, beyond which none
            differs; None where fewer than two have both.
        high: the upper bound, likewise.
        replications: how many have both.
    """

    scenario: str
    baseline: str
    level: str
    measure: str
    mean: float | None
    low: float | None
    high: float | None
    replications: int

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0: the difference is more than chance, at the confidence asked for."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


@attrs.frozen(kw_only=True)
class StaffingComparison:
    """What came of the scenarios: all of it flat records, by tuples.

    Args:
        runs: one for each scenario and replication, replication after replication.
        measures: the figures of each run.
        estimates: for each scenario, level and measure, the mean over the replications.
        differences: the same against the first scenario, for each of the others.
        confidence: how sure the intervals are.
    """

    runs: tuple[StaffingRun, ...] = attrs.field(repr=False)
    measures: tuple[Measured, ...] = attrs.field(repr=False)
    estimates: tuple[Estimate, ...]
    differences: tuple[PairedDifference, ...]
    confidence: float

    def estimate(self, scenario: str, measure: str, level: str = "all") -> Estimate:
        """The estimate of a scenario's measure.

        Raises:
            LookupError: there is no such scenario, measure or level.
        """
        found: Estimate = _find(self.estimates, scenario=scenario, measure=measure, level=level)
        return found

    def difference(self, scenario: str, measure: str, level: str = "all") -> PairedDifference:
        """The difference of a scenario's measure from the baseline's.

        Raises:
            LookupError: there is no such scenario, measure or level, or it is the baseline itself.
        """
        found: PairedDifference = _find(self.differences, scenario=scenario, measure=measure, level=level)
        return found


def _find(rows: Iterable[Any], **wanted: str) -> Any:
    rows = tuple(rows)
    for row in rows:
        if all(getattr(row, name) == value for name, value in wanted.items()):
            return row
    known = {name: sorted({getattr(row, name) for row in rows}) for name in wanted}
    told = "; ".join(f"{name} {value!r} of {', '.join(known[name])}" for name, value in wanted.items())
    raise LookupError(f"there is no such row: {told}")


def compare_staffing(
    arrivals: Arrivals,
    scenarios: Iterable[Scenario],
    sites: Sites,
    *,
    until: date,
    since: date | None = None,
    seed: int = 0,
    replications: int = 20,
    confidence: float = 0.95,
    site: str | None = None,
) -> StaffingComparison:
    """Run scenarios on the same arrivals, again and again, and tell how they differ.

    Args:
        arrivals: as for `simulate_staffing`; a function gives each replication its own, the same to every scenario.
        scenarios: what is compared, the first being the baseline; each with a name of its own.
        sites: the sites of the agency.
        until: the last day of each run.
        since: the first day that is measured.
        seed: what is drawn is drawn from it; a whole number, 0 or more.
        replications: how many, 1 or more; two or more for intervals.
        confidence: how sure the intervals are to be, between 0 and 1.
        site: the site of what names none.

    Raises:
        MissingExtraError: SimPy or SciPy is not installed.
        FaultsError: with everything that is wrong with the arrivals of a replication.
        TypeError, ValueError: another argument is refused, or two scenarios have one name.
        OutsideHorizonError: a day is outside the years of a calendar.
    """
    compared = _checked(scenarios, replications, confidence)
    arriving, runs = each_time(arrivals), []
    for replication in range(1, replications + 1):
        given = arriving(replication)
        runs += [
            simulate_staffing(
                given, one, sites, until=until, since=since, seed=seed, replication=replication, site=site
            )
            for one in compared
        ]
    measures = tuple(row for run in runs for row in measured(run))
    figures = _figures(measures)
    baseline, *others = (one.name for one in compared)
    return StaffingComparison(
        runs=tuple(runs),
        measures=measures,
        estimates=tuple(
            Estimate(
                scenario=scenario, level=level, measure=name, **_told(_estimated(name, [*values.values()], confidence))
            )
            for (scenario, level, name), values in figures.items()
        ),
        differences=tuple(
            PairedDifference(
                scenario=other,
                baseline=baseline,
                level=level,
                measure=name,
                **_told(_differing(name, [*_paired(figures[other, level, name], values)], confidence)),
            )
            for other in others
            for (scenario, level, name), values in figures.items()
            if scenario == baseline
        ),
        confidence=confidence,
    )


def _checked(scenarios: Iterable[Scenario], replications: int, confidence: float) -> tuple[Scenario, ...]:
    if isinstance(scenarios, Scenario) or not isinstance(scenarios, Iterable):
        raise TypeError(f"scenarios: {scenarios!r}; a list of scenarios is expected: [Scenario(policy=...), ...]")
    compared = tuple(scenarios)
    for one in compared:
        if not isinstance(one, Scenario):
            raise TypeError(f"scenarios: {one!r}; a Scenario is expected: Scenario(policy=m2_1())")
    names = [one.name for one in compared]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"scenarios: {names!r}; give at least one, each with a name of its own (name=...)")
    checked_whole(replications=replications)
    if replications < 1:
        raise ValueError(f"replications: {replications!r}; give a whole number, 1 or more")
    check_confidence(confidence)
    return compared


def _figures(measures: Iterable[Measured]) -> Mapping[tuple[str, str, str], dict[int, float]]:
    """The values by scenario, level and measure, then by replication; those that there are."""
    figures: dict[tuple[str, str, str], dict[int, float]] = {}
    for row in measures:
        values = figures.setdefault((row.scenario, row.level, row.measure), {})
        if row.value is not None:
            values[row.replication] = row.value
    return figures


def _paired(values: Mapping[int, float], of_baseline: Mapping[int, float]) -> Iterable[float]:
    return (value - of_baseline[number] for number, value in values.items() if number in of_baseline)


def _estimated(measure: str, values: list[float], confidence: float) -> Interval | None:
    if not values:
        return None
    return student_of_rates(values, confidence) if measure in RATES else student(values, confidence)


def _differing(measure: str, values: list[float], confidence: float) -> Interval | None:
    found = student(values, confidence) if values else None
    if found is None or found.low is None or found.high is None or measure not in RATES:
        return found
    return attrs.evolve(found, low=max(-1.0, found.low), high=min(1.0, found.high))


def _told(found: Interval | None) -> dict[str, Any]:
    if found is None:
        return {"mean": None, "low": None, "high": None, "replications": 0}
    return {"mean": found.mean, "low": found.low, "high": found.high, "replications": found.values}
