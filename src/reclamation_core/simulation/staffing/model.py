"""Simulate the staffing of a caseload: the scenario, the run, its records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.calendars.definition import checked_date
from reclamation_core.errors import MissingExtraError
from reclamation_core.policy import Policy
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.draws import Weights, check_seed
from reclamation_core.simulation.rates import NEVER
from reclamation_core.simulation.staffing.arrivals import (
    Arrival,
    Arrivals,
    RoutedComplaint,
    arrivals_of,
    each_time,
    route_all,
)
from reclamation_core.simulation.staffing.team import (
    NATION,
    Staffing,
    Unit,
    instant_of,
    region_unit,
    site_unit,
    uniform,
    units,
)
from reclamation_core.validators import not_blank, of_class, require, whole_number
from reclamation_core.vocabulary import Level, Sites

if TYPE_CHECKING:
    from reclamation_core.simulation.staffing.queueing import Busy, QueuedComplaint


@attrs.frozen(kw_only=True)
class HandledComplaint(SharedRepr):
    """The handling of one complaint or malfunction in one run; `attrs.asdict` returns a row of a data frame.

    Args:
        scenario: the name of the scenario.
        replication: the number of the replication, from 1.
        reference: the reference of the complaint.
        site: the code of the site that received it.
        region: the region of that site.
        level: the code of the level that handles it; None for what is out of scope.
        unit: the unit that treats it: `local/METZ`, `regional/Grand Est`, `national`; None for what is out of scope.
        criticality: 1 to 16, the highest still possible where it is undetermined.
        band: the code of its band; None under the same condition.
        is_complaint: whether it is one; None while that is undetermined, and for a malfunction.
        received_at: when it arrived, in UTC.
        arrived_on: the day on which it arrived, at its site.
        received_on: the day that counts as that of receipt.
        due: the last day to answer; None where no clock runs.
        qualified_at: when it was qualified, in UTC; None until then.
        started_at: when its handling began, in UTC; None until then.
        answered_at: when it was answered, in UTC, its waiting over; None while it is open.
        answered_on: the day of the answer at the site; None while it is open.
        days: the business days of the site from the receipt to the answer, to the end of the run while it is open.
        is_open: whether it was still to be answered when the run ended: a censored observation.
        on_time: whether it was answered by the due date; None where that is not decided, or no clock runs.
        wait_minutes: the elapsed time from the receipt to the beginning of the treatment; None until then.
        worked_minutes: the working time spent on it so far.
    """

    scenario: str
    replication: int
    reference: str
    site: str
    region: str
    level: str | None
    unit: str | None
    criticality: int
    band: str
    is_complaint: bool | None
    received_at: datetime
    arrived_on: date
    received_on: date
    due: date | None
    qualified_at: datetime | None
    started_at: datetime | None
    answered_at: datetime | None
    answered_on: date | None
    days: int
    is_open: bool
    on_time: bool | None
    wait_minutes: float | None
    worked_minutes: float


@attrs.frozen(kw_only=True)
class UnitLoad(SharedRepr):
    """How much a unit worked in one run, over the days that are measured.

    Args:
        scenario: the name of the scenario.
        replication: the number of the replication, from 1.
        unit: the name of the unit.
        level: the code of its level.
        handlers: how many handlers it has.
        present_minutes: the time that they were there, absences taken off.
        offered_minutes: the load: the working time that what arrives on these days needs from the unit, however many
            handlers it has, done or not.
        worked_minutes: the time that they worked on something, at most the time present.
        utilisation: the share of the time present that was worked; None if no handler was present.
        tasks: how many qualifications and treatments they finished.
    """

    scenario: str
    replication: int
    unit: str
    level: str
    handlers: int
    present_minutes: float
    offered_minutes: float
    worked_minutes: float
    utilisation: float | None
    tasks: int


@attrs.frozen(kw_only=True)
class DayBacklog(SharedRepr):
    """How a day ended at a level, in one run.

    Args:
        scenario: the name of the scenario.
        replication: the number of the replication, from 1.
        day: the day.
        level: the code of the level.
        received: what was received on it.
        answered: what was answered on it.
        backlog: what was received by then and not answered.
        overdue: how much of that was past its due date.
    """

    scenario: str
    replication: int
    day: date
    level: str
    received: int
    answered: int
    backlog: int
    overdue: int


def handled_of(job: QueuedComplaint, until: date, of_run: Mapping[str, Any], waiting: int = 0) -> HandledComplaint:
    """Return the handling of a complaint by the end of a day.

    Args:
        job: the complaint.
        until: the day.
        of_run: the name of the run.
        waiting: the business days that its answer waits after the work.
    """
    judged = job.sorted
    site, calendar = judged.arrival.site, judged.calendar
    answered_at = _after(_instant(job.answered_at), waiting, calendar)
    answered_on = None if answered_at is None else calendar.day_of(answered_at)
    if answered_on is not None and answered_on > until:  # the day of the site may have ended before that of the unit
        answered_at = answered_on = None
    is_open = judged.level is not None and answered_on is None
    return HandledComplaint(
        **of_run,
        reference=judged.arrival.reference,
        site=site.code,
        region=site.region,
        level=None if judged.level is None else judged.level.value,
        unit=job.then,
        criticality=judged.criticality,
        band=judged.band.value,
        is_complaint=judged.is_complaint,
        received_at=instant_of(judged.arrival.at),
        arrived_on=calendar.day_of(instant_of(judged.arrival.at)),
        received_on=judged.received_on,
        due=judged.due,
        qualified_at=_instant(job.qualified_at),
        started_at=_instant(job.started_at),
        answered_at=answered_at,
        answered_on=answered_on,
        days=max(0, calendar.count(judged.received_on, answered_on or until)),
        is_open=is_open,
        on_time=_on_time(judged.due, answered_on, until),
        wait_minutes=None if job.started_at is None else (job.started_at - judged.arrival.at) / 60,
        worked_minutes=job.worked / 60,
    )


def _after(instant: datetime | None, days: int, calendar: BusinessCalendar) -> datetime | None:
    """Return the same hour so many business days later; None if there is none, or for `NEVER`."""
    if instant is None or not days:
        return instant
    if days >= NEVER:
        return None
    local = calendar.local(instant)
    day = calendar.add(local.date(), days)
    return datetime.combine(day, local.time(), tzinfo=calendar.zone).astimezone(UTC)


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else instant_of(seconds)


def _on_time(due: date | None, answered_on: date | None, until: date) -> bool | None:
    if due is None:
        return None
    if answered_on is None:
        return False if due <= until else None
    return answered_on <= due


def loads_of(
    known: Mapping[str, Unit], busy: Mapping[str, Busy], jobs: Iterable[QueuedComplaint], of_run: Mapping[str, Any]
) -> tuple[UnitLoad, ...]:
    """Return how much work each unit was offered by the jobs of the measured days, and how much it did."""
    offered = Counter[str]()
    for job in jobs:
        offered[job.first] += job.qualification
        if job.then is not None:
            offered[job.then] += job.treatment
    return tuple(
        UnitLoad(
            **of_run,
            unit=name,
            level=unit.level.value,
            handlers=unit.handlers,
            present_minutes=busy[name].present / 60,
            offered_minutes=offered[name] / 60,
            worked_minutes=busy[name].worked / 60,
            utilisation=busy[name].worked / busy[name].present if busy[name].present else None,
            tasks=busy[name].tasks,
        )
        for name, unit in known.items()
    )


def backlog_of(
    handled: Iterable[HandledComplaint], since: date, until: date, of_run: Mapping[str, Any]
) -> tuple[DayBacklog, ...]:
    """How each day ended, for each level; what is out of scope is no part of it."""
    received, answered, late, mended = (Counter[tuple[str, date]]() for _ in range(4))
    for one in handled:
        if one.level is None:
            continue
        received[one.level, max(since - _ONE_DAY, one.arrived_on)] += 1
        if one.answered_on is not None:
            answered[one.level, max(since - _ONE_DAY, one.answered_on)] += 1
        if one.due is not None and (one.answered_on is None or one.answered_on > one.due):
            late[one.level, max(since - _ONE_DAY, one.due)] += 1
            if one.answered_on is not None:
                mended[one.level, max(since - _ONE_DAY, one.answered_on)] += 1
    days = [since + number * _ONE_DAY for number in range((until - since).days + 1)]
    return tuple(
        row for level in Level for row in _days_of(level.value, days, (received, answered, late, mended), of_run)
    )


_ONE_DAY = timedelta(days=1)
"""What lies before the first day is counted on its eve."""


def _days_of(
    level: str, days: list[date], counts: tuple[Counter[tuple[str, date]], ...], of_run: Mapping[str, Any]
) -> Iterable[DayBacklog]:
    received, answered, late, mended = counts
    eve = (level, days[0] - _ONE_DAY)
    backlog, overdue = received[eve] - answered[eve], late[eve] - mended[eve]
    for day in days:
        here = (level, day)
        backlog += received[here] - answered[here]
        overdue += late[here] - mended[here]
        yield DayBacklog(
            **of_run,
            day=day,
            level=level,
            received=received[here],
            answered=answered[here],
            backlog=backlog,
            overdue=overdue,
        )


@attrs.frozen(kw_only=True)
class StaffingScenario(SharedRepr):
    """An edition of the procedure and the people who work by it.

    Args:
        policy: the edition.
        staffing: the people; `Staffing()` unless given.
        name: what the records call it; the edition's name unless given.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.
    """

    policy: Policy = attrs.field(validator=of_class(Policy))
    staffing: Staffing = attrs.field(factory=Staffing, validator=of_class(Staffing))
    name: str = attrs.field(
        default=attrs.Factory(
            lambda self: self.policy.edition if isinstance(self.policy, Policy) else "", takes_self=True
        ),
        validator=not_blank,
    )


@attrs.frozen(kw_only=True)
class StaffingRun(SharedRepr):
    """The results of one run as flat records; `attrs.asdict` returns a row of a data frame.

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
    scenario: StaffingScenario,
    sites: Sites,
    *,
    until: date,
    since: date | None = None,
    seed: int = 0,
    replication: int = 1,
    default_site: str | None = None,
    only: Collection[str] | None = None,
) -> StaffingRun:
    """Let the people of a scenario handle a caseload until the end of a day.

    The policy of the scenario decides, as in production, whether something is a complaint, its level, its criticality
    and its due date, on the calendar of its site. The unit of the site qualifies it, the unit of its level treats it;
    each takes the most critical first, then the earliest due, then the earliest received, and finishes what it began.

    The same arguments give the same records, under every Python. What a complaint draws goes by its reference: under
    another scenario it needs the same share of the efforts, and the same handlers are away on the same days.

    Args:
        arrivals: what arrives: complaints of the generator, records of a file, cases of a desk, anything with a
            `reference`, a `site` and `facts`; or a function that returns such for the number of a replication.
        scenario: the edition and the people.
        sites: the sites of the agency.
        until: the last day; what arrives later is left out, what is not answered by then is open.
        since: the first day that is measured; that of the first arrival unless given. What arrives before it is handled
            and recorded, and its work is not counted: the agency is not empty when one begins to look.
        seed: what is drawn is drawn from it; a whole number, 0 or more.
        replication: the number of the replication, 1 or more; another one draws other numbers.
        default_site: the site that receives what names none; it narrows nothing.
        only: the units to run, which include those that qualify what arrives; what they pass on to others is not
            treated in the run. All units unless given.

    Raises:
        MissingExtraError: SimPy is not installed.
        FaultsError: with everything that is wrong with the arrivals; else with all notes outside the edition's scale.
        TypeError, ValueError: another argument is refused; the message names it, its value and the remedy.
        OutsideHorizonError: a day is outside the years of a calendar.
    """
    try:
        from reclamation_core.simulation.staffing.queueing import QueuedComplaint, run
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "simpy", "simulation") from None
    _check(scenario, sites, seed, replication)
    if default_site is not None and default_site not in sites:
        raise ValueError(f"default_site: {default_site!r} is unknown; use one of {', '.join(sites)}, or None")
    _check_days(sites, until, since)
    staffing, stream = scenario.staffing, (seed, replication)
    arrived = [one for one in arrivals_of(each_time(arrivals)(replication), sites, default_site) if _day(one) <= until]
    since = min(map(_day, arrived), default=until) if since is None else since
    judged = route_all(scenario.policy, arrived)
    known = {name: unit for name, unit in _units(scenario, sites).items() if only is None or name in only}
    jobs = [
        QueuedComplaint(one, site_unit(one.arrival.site.code), _unit_of(one, known), *_work(staffing, one, stream))
        for one in judged
    ]
    first = min([since, *map(_day, arrived)]) - timedelta(days=1)
    shifts = {name: unit.shifts(staffing.hours, first, until, stream) for name, unit in known.items()}
    busy = run(jobs, known, shifts, _begin(known.values(), since), _end(known.values(), until))
    of_run: dict[str, Any] = {"scenario": scenario.name, "replication": replication}
    handled = tuple(handled_of(job, until, of_run, _waiting(staffing, job.sorted, stream)) for job in jobs)
    return StaffingRun(
        **of_run,
        since=since,
        until=until,
        handled=handled,
        loads=loads_of(known, busy, (job for job in jobs if _day(job.sorted.arrival) >= since), of_run),
        backlog=backlog_of(handled, since, until, of_run),
    )


def _check(scenario: StaffingScenario, sites: Sites, seed: int, replication: int) -> None:
    require(of_class(StaffingScenario), scenario=scenario)
    require(of_class(Sites), sites=sites)
    if not len(sites):
        raise ValueError("sites: it is empty; give the Sites of the agency, at least one")
    check_seed(seed)
    require(whole_number(1), replication=replication)
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


def _units(scenario: StaffingScenario, sites: Sites) -> dict[str, Unit]:
    policy = scenario.policy
    closed = {code: policy.calendar(sites[code].calendar()) for code in sites}
    return units(scenario.staffing, sites, {**closed, "": policy.calendar(BusinessCalendar.france())})


def _day(arrival: Arrival) -> date:
    """The day of arrival in the zone of the site."""
    return arrival.site.calendar().day_of(arrival.facts.received_at)


def _unit_of(judged: RoutedComplaint, known: Collection[str]) -> str | None:
    """Return the unit that treats a complaint; None for what is out of scope, or treated by a unit that is not run."""
    site = judged.arrival.site
    by_level = {Level.LOCAL: site_unit(site.code), Level.REGIONAL: region_unit(site.region), Level.NATIONAL: NATION}
    unit = None if judged.level is None else by_level[judged.level]
    return unit if unit in known else None


def _work(staffing: Staffing, judged: RoutedComplaint, stream: tuple[object, ...]) -> tuple[int, int]:
    """Return the seconds to qualify and to treat: the shares drawn belong to the complaint, under any policy."""
    own = (*stream, judged.arrival.reference)
    qualification = staffing.qualification.seconds(uniform(*own, "qualification"))
    if judged.level is None:
        return qualification, 0
    return qualification, staffing.treatment[judged.level].seconds(uniform(*own, "treatment"))


def _waiting(staffing: Staffing, judged: RoutedComplaint, stream: tuple[object, ...]) -> int:
    """Return the business days that an answer waits after the work."""
    weights = None if judged.level is None else staffing.waiting.get(judged.level)
    if weights is None:
        return 0
    return Weights(weights).at(uniform(*stream, judged.arrival.reference, "waiting"))


def _begin(known: Iterable[Unit], day: date) -> int:
    """The first of the midnights with which a day begins in the zones of the units, in seconds."""
    return min(_midnight(unit, day) for unit in known)


def _end(known: Iterable[Unit], day: date) -> int:
    """The last of the midnights with which it ends."""
    return max(_midnight(unit, day + timedelta(days=1)) for unit in known)


def _midnight(unit: Unit, day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=unit.calendar.zone).timestamp())
