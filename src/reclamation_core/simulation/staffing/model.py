"""The staffing model: a caseload, handled by the people there are, under an edition of the procedure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.calendars.definition import checked_date
from reclamation_core.errors import MissingExtraError
from reclamation_core.policy import Policy
from reclamation_core.simulation.generator import checked_sites, checked_whole
from reclamation_core.simulation.staffing.arrivals import Arrival, Arrivals, arrivals_of, each_time
from reclamation_core.simulation.staffing.handled import DayBacklog, HandledComplaint, UnitLoad
from reclamation_core.simulation.staffing.recording import backlog_of, handled_of, loads_of
from reclamation_core.simulation.staffing.shifts import Unit, units
from reclamation_core.simulation.staffing.sorting import Sorted, all_sorted
from reclamation_core.simulation.staffing.staffing import NATION, Staffing, region_unit, site_unit
from reclamation_core.simulation.staffing.streams import uniform
from reclamation_core.vocabulary import Level, Sites


@attrs.frozen(kw_only=True)
class Scenario:
    """An edition of the procedure and the people who work by it.

    Args:
        policy: the edition.
        staffing: the people; `Staffing()` unless given.
        name: what the records call it; the edition's name unless given.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.
    """

    policy: Policy = attrs.field()
    staffing: Staffing = attrs.field(factory=Staffing)
    name: str = attrs.field(default=attrs.Factory(lambda self: getattr(self.policy, "edition", ""), takes_self=True))

    @policy.validator
    def _is_policy(self, _: object, policy: object) -> None:
        if not isinstance(policy, Policy):
            raise TypeError(f"policy: {policy!r}; an edition (Policy) is expected, such as m2_1()")

    @staffing.validator
    def _is_staffing(self, _: object, staffing: object) -> None:
        if not isinstance(staffing, Staffing):
            raise TypeError(f"staffing: {staffing!r}; a Staffing is expected")

    @name.validator
    def _is_name(self, _: object, name: object) -> None:
        if not isinstance(name, str) or not name.strip():
            raise ValueError(f"name: {name!r}; give a text that is not blank")


@attrs.frozen(kw_only=True)
class StaffingRun:
    """What came of one run: flat records, each a row of a data frame by `attrs.asdict`.

    Args:
        scenario: the name of the scenario.
        replication: the number of the replication, from 1.
        since: the first day that is measured.
        until: the last day of the run.
        handled: what arrived, in the order of its arrival.
        loads: how much each unit worked from `since` on.
        backlog: how each day from `since` on ended, for each level.
    """

    scenario: str
    replication: int
    since: date
    until: date
    handled: tuple[HandledComplaint, ...]
    loads: tuple[UnitLoad, ...]
    backlog: tuple[DayBacklog, ...]


def simulate_staffing(
    arrivals: Arrivals,
    scenario: Scenario,
    sites: Sites,
    *,
    until: date,
    since: date | None = None,
    seed: int = 0,
    replication: int = 1,
    default_site: str | None = None,
) -> StaffingRun:
    """Let the people of a scenario handle a caseload until the end of a day.

    The policy of the scenario decides, as in production, whether something is a complaint, its level, its criticality
    and its due date, on the calendar of its site. The unit of the site qualifies it, the unit of its level treats it;
    each takes the most critical first, then the earliest due, then the earliest received, and finishes what it began.

    The same arguments give the same records, under every Python. What a complaint draws goes by its reference: under
    another scenario it needs the same share of the efforts, and the same handlers are away on the same days.

    Args:
        arrivals: what arrives: complaints of the generator, records of a file, cases of a desk, anything with a
            `reference`, a `site` and `facts`; or a function that gives such for the number of a replication.
        scenario: the edition and the people.
        sites: the sites of the agency.
        until: the last day; what arrives later is left out, what is not answered by then is open.
        since: the first day that is measured; that of the first arrival unless given. What arrives before it is handled
            and recorded, and its work is not counted: the agency is not empty when one begins to look.
        seed: what is drawn is drawn from it; a whole number, 0 or more.
        replication: the number of the replication, 1 or more; another one draws other numbers.
        default_site: the site that receives what names none; it narrows nothing.

    Raises:
        MissingExtraError: SimPy is not installed.
        FaultsError: with everything that is wrong with the arrivals; else with all notes outside the edition's scale.
        TypeError, ValueError: another argument is refused; the message names it, its value and the remedy.
        OutsideHorizonError: a day is outside the years of a calendar.
    """
    try:
        from reclamation_core.simulation.staffing.running import Job, run
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "simpy", "simulation") from None
    _check(scenario, sites, seed, replication)
    if default_site is not None and default_site not in sites:
        raise ValueError(
            f"default_site: {default_site!r} is no site of those given; use one of {', '.join(sites)}, or None"
        )
    _check_days(sites, until, since)
    staffing, stream = scenario.staffing, (seed, replication)
    arrived = [one for one in arrivals_of(each_time(arrivals)(replication), sites, default_site) if _day(one) <= until]
    since = min(map(_day, arrived), default=until) if since is None else since
    judged = all_sorted(scenario.policy, arrived)
    jobs = [Job(one, site_unit(one.arrival.site.code), _unit_of(one), *_work(staffing, one, stream)) for one in judged]
    known = _units(scenario, sites)
    first = min([since, *map(_day, arrived)]) - timedelta(days=1)
    shifts = {name: unit.shifts(staffing.hours, first, until, stream) for name, unit in known.items()}
    busy = run(jobs, known, shifts, _begin(known.values(), since), _end(known.values(), until))
    told: dict[str, Any] = {"scenario": scenario.name, "replication": replication}
    handled = tuple(handled_of(job, until, told) for job in jobs)
    return StaffingRun(
        **told,
        since=since,
        until=until,
        handled=handled,
        loads=loads_of(known, busy, told),
        backlog=backlog_of(handled, since, until, told),
    )


def _check(scenario: object, sites: Sites, seed: int, replication: int) -> None:
    if not isinstance(scenario, Scenario):
        raise TypeError(f"scenario: {scenario!r}; a Scenario is expected: Scenario(policy=m2_1())")
    if not len(checked_sites(sites)):
        raise ValueError("sites: there are none; give the Sites of the agency, at least one")
    checked_whole(seed=seed, replication=replication)
    if replication < 1:
        raise ValueError(f"replication: {replication!r}; give a whole number, 1 or more")
    scenario.staffing.check_units(sites)


def _check_days(sites: Sites, until: date, since: date | None) -> None:
    days = [checked_date(until, "until")]
    if since is not None:
        days.insert(0, checked_date(since, "since"))
    if days[0] > until:
        raise ValueError(f"since: {since} is after until, {until}; give an earlier day")
    for code in sites:
        for day in days:
            sites[code].calendar().is_business_day(day)  # refuses a day that it does not cover


def _units(scenario: Scenario, sites: Sites) -> dict[str, Unit]:
    policy = scenario.policy
    closed = {code: policy.calendar(sites[code].calendar()) for code in sites}
    return units(scenario.staffing, sites, {**closed, "": policy.calendar(BusinessCalendar.france())})


def _day(arrival: Arrival) -> date:
    """The day of arrival in the zone of the site."""
    return arrival.site.calendar().day_of(arrival.facts.received_at)


def _unit_of(judged: Sorted) -> str | None:
    site = judged.arrival.site
    by_level = {Level.LOCAL: site_unit(site.code), Level.REGIONAL: region_unit(site.region), Level.NATIONAL: NATION}
    return None if judged.level is None else by_level[judged.level]


def _work(staffing: Staffing, judged: Sorted, stream: tuple[object, ...]) -> tuple[int, int]:
    """The seconds to qualify and to treat: the shares drawn are the complaint's own, whatever the policy says of it."""
    own = (*stream, judged.arrival.reference)
    qualification = staffing.qualification.seconds(uniform(*own, "qualification"))
    if judged.level is None:
        return qualification, 0
    return qualification, staffing.treatment[judged.level].seconds(uniform(*own, "treatment"))


def _begin(known: Iterable[Unit], day: date) -> int:
    """The first of the midnights with which a day begins in the zones of the units, in seconds."""
    return min(_midnight(unit, day) for unit in known)


def _end(known: Iterable[Unit], day: date) -> int:
    """The last of the midnights with which it ends."""
    return max(_midnight(unit, day + timedelta(days=1)) for unit in known)


def _midnight(unit: Unit, day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=unit.calendar.zone).timestamp())
