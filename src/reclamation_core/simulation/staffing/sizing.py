"""The number of handlers that an on-time rate needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from reclamation_core.simulation.intervals import check_confidence
from reclamation_core.simulation.shipped_files import checked_sites
from reclamation_core.simulation.staffing.arrivals import Arrivals, ArrivingComplaint, each_time
from reclamation_core.simulation.staffing.comparison import estimated
from reclamation_core.simulation.staffing.metrics import ON_TIME_RATE, Metric, metrics_of_part
from reclamation_core.simulation.staffing.model import StaffingScenario, simulate_staffing
from reclamation_core.simulation.staffing.team import site_unit, units_of
from reclamation_core.vocabulary import Level, Sites


@attrs.frozen(kw_only=True)
class HandlersTried:
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
class HandlersNeeded:
    """The number of handlers that a unit needs (effectif nécessaire).

    Args:
        unit: the unit, as `local/METZ`.
        target: the share of answers in time that is wanted.
        handlers: the least number tried whose interval lies at the target or above it; None where none does.
        tried: the numbers tried, in order.
        confidence: how sure the intervals are.
    """

    unit: str
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
    name = _unit(site, unit, checked_sites(sites))
    _check(scenario, target, most, replications, confidence)
    # An arrival at no known site stays, for the run to refuse it.
    elsewhere, made = set(sites) - _sites_of(name, sites), each_time(arrivals)
    drawn = {
        replication: tuple(one for one in made(replication) if _receives(one, default_site) not in elsewhere)
        for replication in range(1, replications + 1)
    }
    tried: list[HandlersTried] = []
    for handlers in range(1, most + 1):
        staffing = attrs.evolve(scenario.staffing, units={**scenario.staffing.units, name: handlers})
        rows = [
            row
            for replication, given in drawn.items()
            for row in metrics_of_part(
                simulate_staffing(
                    given,
                    attrs.evolve(scenario, staffing=staffing),
                    sites,
                    until=until,
                    since=since,
                    seed=seed,
                    replication=replication,
                    default_site=default_site,
                ),
                unit=name,
            )
        ]
        tried.append(_tried(handlers, rows, confidence, name))
        if tried[-1].low >= target or tried[-1].on_time_rate == 1:  # more handlers cannot do better
            break
    reached = tried[-1].handlers if tried[-1].low >= target else None
    return HandlersNeeded(unit=name, target=target, handlers=reached, tried=tuple(tried), confidence=confidence)


def _unit(site: str | None, unit: str | None, sites: Sites) -> str:
    if (site is None) == (unit is None):
        raise ValueError(f"site: {site!r}, unit: {unit!r}; give the one or the other, such as site='METZ'")
    if site is not None and site not in sites:
        raise ValueError(f"site: {site!r} is unknown; use one of {', '.join(sites)}")
    known, name = units_of(sites), site_unit(site) if site is not None else str(unit)
    if name not in known:
        raise ValueError(f"unit: {unit!r} is no unit of these sites; use one of {', '.join(known)}")
    return name


def _check(scenario: object, target: object, most: object, replications: object, confidence: float) -> None:
    if not isinstance(scenario, StaffingScenario):
        raise TypeError(f"scenario: {scenario!r}; a StaffingScenario is expected: StaffingScenario(policy=m2_1())")
    if not isinstance(target, int | float) or not 0 < target < 1:
        raise ValueError(f"target: {target!r}; give a share between 0 and 1, both excluded, such as 0.95")
    if type(most) is not int or most < 1:
        raise ValueError(f"most: {most!r}; give a whole number of handlers, 1 or more")
    if type(replications) is not int or replications < 2:
        raise ValueError(f"replications: {replications!r}; give a whole number, 2 or more: one run has no interval")
    check_confidence(confidence)


def _sites_of(unit: str, sites: Sites) -> set[str]:
    """The sites whose receipts can reach a unit."""
    level = units_of(sites)[unit]
    if level is Level.NATIONAL:
        return set(sites)
    _, _, place = unit.partition("/")
    return {place} if level is Level.LOCAL else {code for code in sites if sites[code].region == place}


def _receives(one: ArrivingComplaint, default_site: str | None) -> str | None:
    return getattr(one, "site", None) or default_site


def _tried(handlers: int, rows: Iterable[Metric], confidence: float, unit: str) -> HandlersTried:
    of = {name: [row for row in rows if row.measure == name] for name in (ON_TIME_RATE, "utilisation")}
    rate, used = (estimated(name, values, confidence) for name, values in of.items())
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
