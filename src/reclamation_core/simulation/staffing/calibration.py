"""Fit a staffing scenario to a register, and see how well it repeats what was not fitted to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import fmean, stdev
from typing import Final, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case
from reclamation_core.cases.events import Qualified
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.estimates import WaitingTime, check_confidence, normal_quantile, stats, time_to_answer
from reclamation_core.simulation.staffing.arrivals import ArrivingComplaint
from reclamation_core.simulation.staffing.model import HandledComplaint, StaffingScenario, simulate_staffing
from reclamation_core.simulation.staffing.team import Effort, WorkingHours, uniform
from reclamation_core.validators import require, whole_number
from reclamation_core.vocabulary import Level, Sites

QUALIFICATION: Final = "qualification"
"""The step from the receipt to the first qualification."""
ANSWER: Final = "answer"
"""The step from the first qualification to the first answer."""

_ONE_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)


@attrs.frozen(kw_only=True)
class StepDuration(SharedRepr):
    """How long a step of a case took, in working time.

    Args:
        reference: the reference of the case.
        step: `qualification`, from the receipt, or `answer`, from the qualification.
        level: the code of the level that handles the case.
        minutes: the minutes in working hours; as far as it is known while it is open.
        is_open: True if the step was not done: a censored observation.
    """

    reference: str
    step: str
    level: str
    minutes: float
    is_open: bool


def step_durations(
    cases: Iterable[Case], as_of: datetime, *, hours: WorkingHours | None = None
) -> tuple[StepDuration, ...]:
    """Return how long the steps of cases took, from event to event, as known at an instant.

    The time of a step is elapsed working time, waiting included: the most that its effort can be. Steps that begin
    later are left out, and so is what is out of scope; a step that is not done is open.

    Args:
        cases: the cases of a desk.
        as_of: the instant of the analysis; aware.
        hours: the working hours, on the calendar of each case; `WorkingHours()` unless given.

    Raises:
        OutsideHorizonError: a case is older than its calendar.
    """
    found: list[StepDuration] = []
    working = WorkingHours() if hours is None else hours
    for case in cases:
        if case.deadline is None:
            continue
        calendar = case.terms.business_calendar
        qualified = next((one.occurred_at for one in case.history if isinstance(one.data, Qualified)), None)
        moments = [case.received_at, qualified, case.answer_cycles[0].answered_at]
        for step, (start, end) in zip((QUALIFICATION, ANSWER), pairwise(moments), strict=True):
            if start is None or start > as_of:
                break
            is_open = end is None or end > as_of
            until = as_of if end is None or is_open else end
            minutes = working_minutes(start, until, calendar, working)
            found.append(
                StepDuration(
                    reference=case.reference,
                    step=step,
                    level=case.routing_level.value,
                    minutes=minutes,
                    is_open=is_open,
                )
            )
    return tuple(found)


def working_minutes(start: datetime, end: datetime, calendar: BusinessCalendar, hours: WorkingHours) -> float:
    """Return the minutes between two instants that lie in working hours."""
    first, last = start.timestamp(), end.timestamp()
    day, seconds = calendar.day_of(start), 0.0
    while day <= calendar.day_of(end):
        seconds += sum(max(0.0, min(last, stop) - max(first, begin)) for begin, stop in hours.of(day, calendar))
        day += _ONE_DAY
    return seconds / 60


@attrs.frozen(kw_only=True)
class FittedEffort(SharedRepr):
    """A lognormal distribution fitted to durations, of which some are open.

    Args:
        effort: the distribution, for `Staffing`.
        median: its median, in minutes.
        low: the lower bound of the confidence interval of the median.
        high: the upper bound.
        done: how many durations are complete.
        still_open: how many are open: censored, not left out.
        distance: the largest distance of its shares from those of Kaplan-Meier; near 0 where it fits.
    """

    effort: Effort
    median: float
    low: float
    high: float
    done: int
    still_open: int
    distance: float


def fit_effort(durations: Iterable[StepDuration], *, confidence: float = 0.95) -> FittedEffort:
    """Fit a lognormal distribution to durations by maximum likelihood, the open ones being censored.

    Args:
        durations: of one step, such as those of `step_durations` of one level.
        confidence: how sure the interval of the median is to be.

    Raises:
        MissingExtraError: SciPy is not installed.
        ValueError: fewer than two durations are complete, or all are the same.
    """
    check_confidence(confidence)
    given = tuple(durations)
    done = [math.log(max(1.0, one.minutes)) for one in given if not one.is_open]
    still_open = [math.log(max(1.0, one.minutes)) for one in given if one.is_open]
    if len(set(done)) < 2:
        raise ValueError(f"durations: {len(done)} are complete; give at least two that differ")
    of_scipy = stats()
    sample = of_scipy.CensoredData(done, right=still_open)
    middle, spread = (float(value) for value in of_scipy.norm.fit(sample))
    half = normal_quantile(confidence) * spread / math.sqrt(len(done))
    curve = of_scipy.ecdf(sample).cdf
    shares = zip(curve.quantiles, curve.probabilities, [0.0, *curve.probabilities], strict=False)
    distance = max(
        abs(float(of_scipy.norm.cdf(value, middle, spread)) - share)
        for value, after, before in shares
        for share in (after, before)
    )
    return FittedEffort(
        effort=Effort.lognormal(math.exp(middle), spread),
        median=math.exp(middle),
        low=math.exp(middle - half),
        high=math.exp(middle + half),
        done=len(done),
        still_open=len(still_open),
        distance=float(distance),
    )


def _observed(records: Sequence[ArrivingComplaint]) -> dict[str, date | None]:
    """Return the day of the first answer by reference."""
    return {one.reference: _answered_on(one) for one in records}


def _answered_on(one: ArrivingComplaint) -> date | None:
    if isinstance(one, Case):
        cycle = one.answer_cycles[0] if one.deadline is not None else None
        instant = None if cycle is None else cycle.answered_at
        return None if instant is None else one.terms.business_calendar.day_of(instant)
    found: date | None = getattr(one, "answered_on", None)
    return found


def fit_waiting(
    records: Iterable[ArrivingComplaint],
    scenario: StaffingScenario,
    sites: Sites,
    *,
    as_of: date,
    seed: int = 0,
    default_site: str | None = None,
) -> StaffingScenario:
    """Return the scenario with the waiting of each level fitted to a register (attente hors travail).

    The model answers as soon as the work is done. In a register an answer also waits: for the complainant, an expert,
    a signature. The scenario is run on the register; what the answer took longer than there, in business days, is the
    waiting of a complaint, censored while it is open, and its distribution at a level is that of Kaplan-Meier.

    Args:
        records: the register: records with `answered_on` (None while open), or the cases of a desk.
        scenario: the edition and the people, whose efforts are known.
        sites: the sites.
        as_of: the last day of which the answers are known.
        seed: as for `simulate_staffing`.
        default_site: as for `simulate_staffing`.

    Raises:
        MissingExtraError: SimPy or SciPy is not installed.
        FaultsError, TypeError, ValueError, OutsideHorizonError: as for `simulate_staffing`.
    """
    given = tuple(records)
    return _with_waiting(scenario, _waits(given, scenario, sites, as_of=as_of, seed=seed, default_site=default_site))


_Waits: TypeAlias = Mapping[Level, Sequence[WaitingTime]]


def _waits(
    records: Sequence[ArrivingComplaint],
    scenario: StaffingScenario,
    sites: Sites,
    *,
    as_of: date,
    seed: int,
    default_site: str | None,
) -> _Waits:
    """Return by level what the answers took longer than in the model."""
    observed = _observed(records)
    without = _with_waiting(scenario, {})
    run = simulate_staffing(records, without, sites, until=as_of, seed=seed, default_site=default_site)
    waits: dict[Level, list[WaitingTime]] = {}
    for one in run.handled:
        if one.level is not None:
            answered_on = _known(observed[one.reference], as_of)
            took = sites[one.site].calendar().count(one.received_on, answered_on or as_of)
            days = max(0, took - one.days) if one.answered_on is not None else 0
            waits.setdefault(Level.parse(one.level), []).append(WaitingTime(days=days, is_open=answered_on is None))
    return waits


def _with_waiting(scenario: StaffingScenario, waits: _Waits) -> StaffingScenario:
    waiting = {level: time_to_answer(found).weights for level, found in waits.items()}
    return attrs.evolve(scenario, staffing=attrs.evolve(scenario.staffing, waiting=waiting))


def _resampled(waits: _Waits, stream: tuple[object, ...]) -> _Waits:
    """Return as many waits of each level, drawn with replacement (bootstrap)."""
    return {
        level: [found[int(uniform(*stream, level, number) * len(found))] for number in range(len(found))]
        for level, found in waits.items()
    }


@attrs.frozen(kw_only=True)
class ValidatedWeek(SharedRepr):
    """The complaints open at the end of a week; `attrs.asdict` returns a row of a data frame.

    Args:
        ends_on: the last day of the week.
        observed: how many were open.
        mean: the mean over the replications.
        low: the lower bound of the prediction interval.
        high: the upper bound.
    """

    ends_on: date
    observed: int
    mean: float
    low: float
    high: float

    @property
    def is_inside(self) -> bool:
        """True if the interval contains what was observed."""
        return self.low <= self.observed <= self.high


@attrs.frozen(kw_only=True)
class StaffingValidation(SharedRepr):
    """How well a scenario repeats what was received on the days that it was not fitted to.

    Args:
        since: the first day that is compared.
        until: the last day.
        received: how many complaints were received on these days, without what is out of scope.
        due: how many answers were due by the last day.
        on_time_rate: the observed share of them in time; None where none was due.
        mean: the mean of that share over the replications; None where none was due.
        low: the lower bound of its prediction interval; None where none was due.
        high: the upper bound; None where none was due.
        weeks: the complaints open at the end of each week.
        confidence: how often an interval contains what is observed, where the scenario is right.
    """

    since: date
    until: date
    received: int
    due: int
    on_time_rate: float | None
    mean: float | None
    low: float | None
    high: float | None
    weeks: tuple[ValidatedWeek, ...]
    confidence: float

    @property
    def is_inside(self) -> bool:
        """True if the interval contains the observed on-time rate."""
        known = self.low is not None and self.high is not None and self.on_time_rate is not None
        return known and self.low <= self.on_time_rate <= self.high  # type: ignore[operator]

    @property
    def coverage(self) -> float:
        """The share of the weeks whose interval contains what was observed."""
        return fmean(week.is_inside for week in self.weeks)


def validate_staffing(
    records: Iterable[ArrivingComplaint],
    scenario: StaffingScenario,
    sites: Sites,
    *,
    since: date,
    until: date,
    fit: bool = True,
    seed: int = 0,
    replications: int = 20,
    confidence: float = 0.95,
    default_site: str | None = None,
) -> StaffingValidation:
    """Compare a scenario with what a register shows of days that it was not fitted to (validation).

    The waiting is fitted to what was received before `since`, as it was known then; the register arrives in the model
    as it did; and the share of answers in time and the number of open complaints at the end of each week are compared,
    of what was received from `since` on. A prediction interval contains what another replication, and so the register
    where the scenario is right, would show. Each replication is fitted to another sample, with replacement, of what
    was known, so that the intervals have the uncertainty of the fit.

    Args:
        records: the register: records with `answered_on` (None while open), or the cases of a desk.
        scenario: the edition and the people.
        sites: the sites.
        since: the first day that is compared.
        until: the last day, of which the answers are known.
        seed: as for `simulate_staffing`.
        fit: False to compare the scenario as it is, with the waiting that it has.
        replications: how many runs, 2 or more.
        confidence: how sure the intervals are to be.
        default_site: as for `simulate_staffing`.

    Raises:
        MissingExtraError: SimPy or SciPy is not installed.
        ValueError: nothing was received from `since` to `until`; an argument is refused.
        FaultsError, TypeError, OutsideHorizonError: as for `simulate_staffing`.
    """
    require(whole_number(2), replications=replications)
    check_confidence(confidence)
    given = tuple(records)
    observed = _observed(given)
    numbers = range(1, replications + 1)
    scenarios = [scenario] * replications
    if fit:
        eve = since - _ONE_DAY
        waits = _waits(given, scenario, sites, as_of=eve, seed=seed, default_site=default_site)
        scenarios = [_with_waiting(scenario, _resampled(waits, (seed, number, "waits"))) for number in numbers]
    runs = [
        simulate_staffing(
            given, one, sites, until=until, since=since, seed=seed, replication=number, default_site=default_site
        )
        for number, one in zip(numbers, scenarios, strict=True)
    ]
    compared = [[one for one in run.handled if one.level is not None and one.arrived_on >= since] for run in runs]
    register = [attrs.evolve(one, answered_on=_known(observed[one.reference], until)) for one in compared[0]]
    if not register:
        raise ValueError(f"since: {since}; no complaint was received from then until {until}")
    due = [one for one in register if one.due is not None and one.due <= until]
    rate, low, high = (None, None, None)
    if due:
        rate, low, high = _predicted([_rate(one, until) for one in compared], confidence)
    return StaffingValidation(
        since=since,
        until=until,
        received=len(register),
        due=len(due),
        on_time_rate=_rate(register, until) if due else None,
        mean=rate,
        low=None if low is None else max(0.0, low),
        high=None if high is None else min(1.0, high),
        weeks=tuple(_weeks(register, compared, since, until, confidence)),
        confidence=confidence,
    )


def _known(answered_on: date | None, until: date) -> date | None:
    return None if answered_on is None or answered_on > until else answered_on


def _rate(handled: Sequence[HandledComplaint], until: date) -> float:
    """Return the share of answers in time, of those due by a day."""
    return fmean(
        one.answered_on is not None and one.answered_on <= one.due
        for one in handled
        if one.due is not None and one.due <= until
    )


def _weeks(
    register: Sequence[HandledComplaint],
    runs: Sequence[Sequence[HandledComplaint]],
    since: date,
    until: date,
    confidence: float,
) -> Iterator[ValidatedWeek]:
    for number in range(1, max(1, (until - since).days // 7) + 1):
        day = min(until, since + number * _WEEK - _ONE_DAY)
        mean, low, high = _predicted([float(_open(run, day)) for run in runs], confidence)
        yield ValidatedWeek(ends_on=day, observed=_open(register, day), mean=mean, low=max(0.0, low), high=high)


def _open(handled: Iterable[HandledComplaint], day: date) -> int:
    """Return how many complaints are open at the end of a day."""
    return sum(one.arrived_on <= day and (one.answered_on is None or one.answered_on > day) for one in handled)


def _predicted(values: Sequence[float], confidence: float) -> tuple[float, float, float]:
    """Return the mean of some values, and the interval of another one (Student's)."""
    number, mean = len(values), fmean(values)
    quantile = float(stats().t.ppf((1 + confidence) / 2, number - 1))
    half = quantile * stdev(values) * math.sqrt(1 + 1 / number)
    return mean, mean - half, mean + half
