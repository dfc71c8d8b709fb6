"""Compare scenarios over replications, and find how many handlers an on-time rate needs, with confidence intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import attrs

from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.estimates import (
    Interval,
    check_confidence,
    clustered_rate_interval,
    normal_quantile,
    rate_interval,
    student,
    student_of_shares,
    wilson_bounds,
)
from reclamation_core.simulation.staffing.arrivals import Arrivals, each_time
from reclamation_core.simulation.staffing.metrics import ALL, ON_TIME_RATE, RATES, Metric, metrics_of, metrics_of_part
from reclamation_core.simulation.staffing.model import StaffingRun, StaffingScenario, simulate_staffing
from reclamation_core.simulation.staffing.team import site_unit, unit_wording, units_of
from reclamation_core.validators import of_class, require, whole_number
from reclamation_core.vocabulary import Level, Sites
from reclamation_core.wording import Wording


@attrs.frozen(kw_only=True)
class Estimate(SharedRepr):
    """A metric of a scenario over the replications; `attrs.asdict` returns a row of a data frame.

    Args:
        scenario: the name of the scenario.
        level: the code of a level, or `all`.
        site: the code of a site, or `all`.
        unit: the name of a unit, or `all`.
        measure: what was measured, a name of `METRICS`.
        mean: the mean over the replications; None where none has the figure.
        low: the lower bound of its confidence interval: Student's; of an on-time rate Wilson's, of the effective number
            of complaints (see `clustered_rate_interval`); of a share of time Student's on the scale of its log odds,
            and where it is 0 or 1 in all replications that of Clopper and Pearson, of the replications. None where
            fewer than two have it.
        high: the upper bound; None under the same condition.
        replications: how many have it.
    """

    scenario: str
    level: str
    site: str
    unit: str
    measure: str
    mean: float | None
    low: float | None
    high: float | None
    replications: int


@attrs.frozen(kw_only=True)
class PairedDifference(Estimate):
    """The difference of a metric from the baseline's; `attrs.asdict` returns a row of a data frame.

    The fields are those of an `Estimate`, of the differences. Each replication yields one difference: both scenarios
    have the same arrivals, the same shares of the efforts and the same absences in it. The interval of the mean is
    Student's, of a rate cut at -1 and 1, beyond which none differs. That of an on-time rate is at least as wide as
    Wilson's for the share of all complaints whose answer becomes late, or ceases to be.

    Args:
        baseline: the name of the first scenario, whose metric is subtracted.
    """

    baseline: str

    @property
    def is_clear(self) -> bool:
        """True if the interval does not contain 0: the difference is significant at this confidence."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


NEAR_FULL_USE: Final = 0.9
"""From this share of the time worked on, a unit's worked minutes say little of its load, and its queue grows."""


@attrs.frozen(kw_only=True)
class SimulatedPeriod(SharedRepr):
    """The days and the draws of a simulation: with the same arrivals and scenarios, they give the same results.

    Args:
        since: the first day that is measured; None for that of the first arrival.
        until: the last day.
        seed: what is drawn is drawn from it.
        replications: how many runs each scenario has.
        default_site: the site that receives what names none; None if there is no such site.
    """

    since: date | None
    until: date
    seed: int
    replications: int
    default_site: str | None


@attrs.frozen(kw_only=True)
class StaffingComparison(SharedRepr):
    """The results of the scenarios, as tuples of flat records.

    Args:
        scenarios: what was compared, the baseline first.
        period: the days and the draws of the runs.
        runs: one for each scenario and replication, replication after replication.
        measures: the figures of each run.
        estimates: for each scenario, each level, site and unit, and each measure, the mean over the replications.
        differences: the same against the first scenario, for each of the others.
        confidence: how sure the intervals are.
    """

    scenarios: tuple[StaffingScenario, ...] = attrs.field(repr=False)
    period: SimulatedPeriod
    runs: tuple[StaffingRun, ...] = attrs.field(repr=False)
    measures: tuple[Metric, ...] = attrs.field(repr=False)
    estimates: tuple[Estimate, ...]
    differences: tuple[PairedDifference, ...]
    confidence: float

    @property
    def warnings(self) -> tuple[Wording, ...]:
        """A warning for each unit of a scenario that works nearly all its time: its worked minutes are not its load."""
        units = [row for row in self.estimates if row.measure == "utilisation" and row.unit != ALL]
        return tuple(
            _near_full(self, row.scenario, row.unit, row.mean)
            for row in units
            if row.mean is not None and row.mean >= NEAR_FULL_USE
        )

    def estimate(self, scenario: str, measure: str, level: str = ALL, *, site: str = ALL, unit: str = ALL) -> Estimate:
        """The estimate of a scenario's measure, of a level, of what a site received, or of what a unit treats.

        Raises:
            LookupError: there is no such scenario, metric, level, site or unit, or two of these are given.
        """
        part = {"level": level, "site": site, "unit": unit}
        found: Estimate = find_record(self.estimates, scenario=scenario, measure=measure, **part)
        return found

    def difference(
        self, scenario: str, measure: str, level: str = ALL, *, site: str = ALL, unit: str = ALL
    ) -> PairedDifference:
        """The difference of a scenario's measure from the baseline's.

        Raises:
            LookupError: there is no such scenario, measure, level, site or unit, or it is the baseline itself.
        """
        part = {"level": level, "site": site, "unit": unit}
        found: PairedDifference = find_record(self.differences, scenario=scenario, measure=measure, **part)
        return found


def _near_full(compared: StaffingComparison, scenario: str, unit: str, used: float) -> Wording:
    offered, worked = (
        round(compared.estimate(scenario, measure, unit=unit).mean or 0)
        for measure in ("offered_minutes", "worked_minutes")
    )
    name = unit_wording(unit)
    return Wording(
        f"{scenario}, {name.fr} : {100 * used:.0f} % du temps est travaillé ; la charge est de {offered} minutes, "
        f"dont {worked} travaillées. Comparez la charge : le temps travaillé est limité par l'effectif.",
        f"{scenario}, {name.en}: {used:.0%} of the time is worked; the load is {offered} minutes, of which {worked} "
        f"are worked. Compare the load: the staff limits the minutes worked.",
    )


def find_record(rows: Iterable[Any], **wanted: str) -> Any:
    """Return the first record with some values.

    Raises:
        LookupError: there is none; the message has the values that there are.
    """
    rows = tuple(rows)
    for row in rows:
        if all(getattr(row, name) == value for name, value in wanted.items()):
            return row
    known = {name: sorted({getattr(row, name) for row in rows}) for name in wanted}
    criteria = "; ".join(f"{name} {value!r} of {', '.join(known[name])}" for name, value in wanted.items())
    raise LookupError(f"there is no such row: {criteria}")


def compare_staffing(
    arrivals: Arrivals,
    scenarios: Iterable[StaffingScenario],
    sites: Sites,
    *,
    until: date,
    since: date | None = None,
    seed: int = 0,
    replications: int = 20,
    confidence: float = 0.95,
    default_site: str | None = None,
) -> StaffingComparison:
    """Run scenarios on the same arrivals, in replications, and estimate their differences.

    Args:
        arrivals: as for `simulate_staffing`; a function returns the arrivals of each replication, the same for every
            scenario.
        scenarios: what is compared, the first being the baseline; each with a name of its own.
        sites: the sites of the agency.
        until: the last day of each run.
        since: the first day that is measured.
        seed: what is drawn is drawn from it; a whole number, 0 or more.
        replications: how many, 1 or more; two or more for intervals.
        confidence: how sure the intervals are to be, between 0 and 1.
        default_site: the site that receives what names none; it narrows nothing.

    Raises:
        MissingExtraError: SimPy or SciPy is not installed.
        FaultsError: with everything that is wrong with the arrivals of a replication.
        TypeError, ValueError: another argument is refused, or two scenarios have one name.
        OutsideHorizonError: a day is outside the years of a calendar.
    """
    compared = _checked(scenarios, replications, confidence)
    common: dict[str, Any] = {"until": until, "since": since, "seed": seed, "default_site": default_site}
    arriving, runs = each_time(arrivals), []
    for replication in range(1, replications + 1):
        given = arriving(replication)
        runs += [simulate_staffing(given, one, sites, replication=replication, **common) for one in compared]
    measures = tuple(row for run in runs for row in metrics_of(run))
    figures = _figures(measures)
    baseline, *others = (one.name for one in compared)
    return StaffingComparison(
        scenarios=compared,
        period=SimulatedPeriod(replications=replications, **common),
        runs=tuple(runs),
        measures=measures,
        estimates=tuple(
            Estimate(scenario=scenario, **_fields(of, estimate_of(of.measure, [*values.values()], confidence)))
            for (scenario, of), values in figures.items()
        ),
        differences=tuple(
            PairedDifference(
                scenario=other,
                baseline=baseline,
                **_fields(of, _differing(of.measure, [*_paired(figures[other, of], values)], confidence)),
            )
            for other in others
            for (scenario, of), values in figures.items()
            if scenario == baseline
        ),
        confidence=confidence,
    )


def _checked(
    scenarios: Iterable[StaffingScenario], replications: int, confidence: float
) -> tuple[StaffingScenario, ...]:
    if isinstance(scenarios, StaffingScenario) or not isinstance(scenarios, Iterable):
        raise TypeError(
            f"scenarios: {scenarios!r}; a list of scenarios is expected: [StaffingScenario(policy=...), ...]"
        )
    compared = tuple(scenarios)
    for one in compared:
        require(of_class(StaffingScenario), scenarios=one)
    names = [one.name for one in compared]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"scenarios: {names!r}; give at least one, each with a name of its own (name=...)")
    require(whole_number(1), replications=replications)
    check_confidence(confidence)
    return compared


@attrs.frozen
class _Figure(SharedRepr):
    """The keys of a metric."""

    level: str
    site: str
    unit: str
    measure: str


def _figures(measures: Iterable[Metric]) -> Mapping[tuple[str, _Figure], dict[int, Metric]]:
    """The figures by scenario and by what they are of, then by replication; those that there are."""
    figures: dict[tuple[str, _Figure], dict[int, Metric]] = {}
    for row in measures:
        of = _Figure(row.level, row.site, row.unit, row.measure)
        found = figures.setdefault((row.scenario, of), {})
        if row.value is not None:
            found[row.replication] = row
    return figures


def _paired(found: Mapping[int, Metric], of_baseline: Mapping[int, Metric]) -> Iterable[tuple[float, int | None]]:
    """The differences of values, with the cases that both are of."""
    for number, row in found.items():
        if number in of_baseline and row.value is not None:
            before = of_baseline[number]
            cases = None if row.cases is None or before.cases is None else min(row.cases, before.cases)
            yield row.value - (before.value or 0.0), cases


def estimate_of(measure: str, rows: Sequence[Metric], confidence: float) -> Interval | None:
    """The mean of a figure over the replications, and its interval; None where no replication has the figure."""
    values = [row.value for row in rows if row.value is not None]
    if not values:
        return None
    if measure == ON_TIME_RATE:
        return clustered_rate_interval(values, [row.cases or 0 for row in rows if row.value is not None], confidence)
    if measure not in RATES:
        return student(values, confidence)
    found = student_of_shares(values, confidence)
    if found.low is None or not (set(values) <= {0.0} or set(values) <= {1.0}):
        return found
    low, high = rate_interval(len(values) if found.mean else 0, len(values), confidence).bounds
    return attrs.evolve(found, low=low, high=high)


def _differing(measure: str, pairs: Sequence[tuple[float, int | None]], confidence: float) -> Interval | None:
    values = [value for value, _ in pairs]
    found = student(values, confidence) if values else None
    if found is None or found.low is None or found.high is None or measure not in RATES:
        return found
    low, high = found.low, found.high
    if measure == ON_TIME_RATE:
        # At least as wide as that of the share of the complaints whose answer becomes late, or ceases to be.
        changed, cases = abs(found.mean), sum(number or 0 for _, number in pairs)
        least, most = wilson_bounds(changed, cases, normal_quantile(confidence))
        of_cases = (-most, most) if not changed else (least, most) if found.mean > 0 else (-most, -least)
        low, high = min(low, of_cases[0]), max(high, of_cases[1])
    return attrs.evolve(found, low=max(-1.0, low), high=min(1.0, high))


def _fields(of: _Figure, found: Interval | None) -> dict[str, Any]:
    """Return the fields of an estimate: its keys and its interval."""
    if found is None:
        return {**attrs.asdict(of), "mean": None, "low": None, "high": None, "replications": 0}
    bounds = {"mean": found.mean, "low": found.low, "high": found.high}
    return {**attrs.asdict(of), **bounds, "replications": found.values}


@attrs.frozen(kw_only=True)
class HandlersTried(SharedRepr):
    """The result of a number of handlers; `attrs.asdict` returns a row of a data frame.

    Args:
        handlers: how many handlers the unit has.
        on_time_rate: the mean over the replications of the share answered in time, of what the unit treats.
        low: the lower bound of its confidence interval, as for `Estimate`.
        high: the upper bound; None under the same condition.
        utilisation: the mean share of their time that they work; None if no handler is present.
    """

    handlers: int
    on_time_rate: float
    low: float
    high: float
    utilisation: float | None


@attrs.frozen(kw_only=True)
class HandlersNeeded(SharedRepr):
    """The number of handlers that a unit needs (effectif nécessaire).

    Args:
        unit: the unit, as `local/METZ`.
        scenario: the edition, and the people of the other units.
        period: the days and the draws of the runs.
        target: the share of answers in time that is wanted.
        handlers: the least number tried whose interval lies at the target or above it; None where none does.
        tried: the numbers tried, in order.
        confidence: how sure the intervals are.
    """

    unit: str
    scenario: StaffingScenario = attrs.field(repr=False)
    period: SimulatedPeriod
    target: float
    handlers: int | None
    tried: tuple[HandlersTried, ...]
    confidence: float


def handlers_needed(
    arrivals: Arrivals,
    scenario: StaffingScenario,
    sites: Sites,
    *,
    until: date,
    site: str | None = None,
    unit: str | None = None,
    target: float = 0.95,
    since: date | None = None,
    most: int = 20,
    seed: int = 0,
    replications: int = 20,
    confidence: float = 0.95,
    default_site: str | None = None,
) -> HandlersNeeded:
    """Find how many handlers one unit needs, the others staying as the scenario has them.

    The unit is given one handler, then two, and so on, until the confidence interval of its on-time rate lies at the
    target or above it, or all is in time. The rate is that of what the unit treats and whose last day is not after
    `until`; a local unit qualifies besides all that its site receives, which takes its time too. What cannot reach the
    unit is left out of the runs: a local unit depends on its own site alone.

    Args:
        arrivals: as for `compare_staffing`.
        scenario: the edition, and the people of the other units.
        sites: the sites of the agency.
        until: the last day of each run.
        site: the site of a local unit: `site="METZ"` is short for `unit="local/METZ"`.
        unit: a unit, as `local/METZ`, `regional/Grand Est` or `national`; give this or `site`.
        target: the share of answers in time that is wanted, between 0 and 1, both excluded.
        since: the first day that is measured; that of the first arrival unless given.
        most: the most handlers to try.
        seed: as for `simulate_staffing`.
        replications: how many runs for each number of handlers, 2 or more.
        confidence: how sure the intervals are to be, between 0 and 1.
        default_site: the site that receives what names none.

    Raises:
        MissingExtraError: SimPy or SciPy is not installed.
        FaultsError: with everything that is wrong with the arrivals of a replication.
        TypeError, ValueError: another argument is refused, or nothing that the unit treats is due by `until`.
        OutsideHorizonError: a day is outside the years of a calendar.
    """
    require(of_class(Sites), sites=sites)
    name = _unit(site, unit, sites)
    _check_sizing(scenario, target, most, replications, confidence)
    # An arrival at no known site stays, for the run to refuse it.
    own = _sites_of(name, sites)
    elsewhere, made = set(sites) - own, each_time(arrivals)
    involved = {name, *map(site_unit, own)}  # with those that qualify what it treats; no unit passes anything back
    drawn = {
        replication: tuple(
            one for one in made(replication) if (getattr(one, "site", None) or default_site) not in elsewhere
        )
        for replication in range(1, replications + 1)
    }
    common: dict[str, Any] = {"until": until, "since": since, "seed": seed, "default_site": default_site}
    tried: list[HandlersTried] = []
    for handlers in range(1, most + 1):
        staffing = attrs.evolve(scenario.staffing, units={**scenario.staffing.units, name: handlers})
        staffed = attrs.evolve(scenario, staffing=staffing)
        runs = (
            simulate_staffing(given, staffed, sites, replication=one, only=involved, **common)
            for one, given in drawn.items()
        )
        rows = [row for run in runs for row in metrics_of_part(run, unit=name)]
        tried.append(_tried(handlers, rows, confidence, name))
        if tried[-1].low >= target or tried[-1].on_time_rate == 1:  # more handlers cannot do better
            break
    reached = tried[-1].handlers if tried[-1].low >= target else None
    return HandlersNeeded(
        unit=name,
        scenario=scenario,
        period=SimulatedPeriod(replications=replications, **common),
        target=target,
        handlers=reached,
        tried=tuple(tried),
        confidence=confidence,
    )


def _unit(site: str | None, unit: str | None, sites: Sites) -> str:
    if (site is None) == (unit is None):
        raise ValueError(f"site: {site!r}, unit: {unit!r}; give the one or the other, such as site='METZ'")
    if site is not None and site not in sites:
        raise ValueError(f"site: {site!r} is unknown; use one of {', '.join(sites)}")
    known, name = units_of(sites), site_unit(site) if site is not None else str(unit)
    if name not in known:
        raise ValueError(f"unit: {unit!r} is no unit of these sites; use one of {', '.join(known)}")
    return name


def _check_sizing(scenario: object, target: object, most: object, replications: object, confidence: float) -> None:
    require(of_class(StaffingScenario), scenario=scenario)
    if not isinstance(target, int | float) or not 0 < target < 1:
        raise ValueError(f"target: {target!r}; give a share between 0 and 1, both excluded, such as 0.95")
    require(whole_number(1), most=most)
    require(whole_number(2), replications=replications)  # one run has no interval
    check_confidence(confidence)


def _sites_of(unit: str, sites: Sites) -> set[str]:
    """The sites whose receipts can reach a unit."""
    level = units_of(sites)[unit]
    if level is Level.NATIONAL:
        return set(sites)
    _, _, place = unit.partition("/")
    return {place} if level is Level.LOCAL else {code for code in sites if sites[code].region == place}


def _tried(handlers: int, rows: Iterable[Metric], confidence: float, unit: str) -> HandlersTried:
    of = {name: [row for row in rows if row.measure == name] for name in (ON_TIME_RATE, "utilisation")}
    rate, used = (estimate_of(name, values, confidence) for name, values in of.items())
    if rate is None or rate.low is None or rate.high is None:
        raise ValueError(
            f"unit: {unit!r} has nothing to answer by the end of two replications; give more arrivals, or a later until"
        )
    return HandlersTried(
        handlers=handlers,
        on_time_rate=rate.mean,
        low=rate.low,
        high=rate.high,
        utilisation=None if used is None else used.mean,
    )
