"""Confidence intervals of means and of rates, and the time to answer with the open cases as censored observations.

The distributions and the Kaplan-Meier estimate are SciPy's.
"""

from __future__ import annotations

import math
import operator
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from statistics import fmean, stdev
from typing import Any, Final, Protocol

import attrs

from reclamation_core.calendars import BusinessCalendar, DayRange, DayType
from reclamation_core.calendars.definition import checked_date, day_ranges
from reclamation_core.cases import Case
from reclamation_core.cases.events.base import AnswerCycle
from reclamation_core.errors import MissingExtraError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.rates import NEVER


@attrs.frozen(kw_only=True)
class Interval(SharedRepr):
    """A mean and its confidence interval.

    Args:
        mean: the mean of the values.
        low: the lower bound; None where fewer than two values say nothing of how far they vary.
        high: the upper bound; None under the same condition.
        values: how many values there are, at least 1.
    """

    mean: float
    low: float | None
    high: float | None
    values: int

    @property
    def bounds(self) -> tuple[float, float]:
        """Both bounds; the mean where there are none."""
        return (self.mean if self.low is None else self.low, self.mean if self.high is None else self.high)


def check_confidence(confidence: object) -> None:
    """Refuse what is no confidence between 0 and 1, both excluded; raises ValueError."""
    if not isinstance(confidence, int | float) or not 0 < confidence < 1:  # True is 1, False is 0
        raise ValueError(f"confidence: {confidence!r}; give a number between 0 and 1, such as 0.95")


def student(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """The mean of independent values and its two-sided confidence interval.

    Args:
        values: at least one.
        confidence: how sure it is to be, between 0 and 1.

    Raises:
        MissingExtraError: SciPy is not installed.
        ValueError: there is no value, or no such confidence.
    """
    if not values:
        raise ValueError("values: it is empty; give at least one")
    check_confidence(confidence)
    mean = fmean(values)
    if len(values) < 2:
        return Interval(mean=mean, low=None, high=None, values=len(values))
    half = _quantile(confidence, len(values) - 1) * stdev(values) / math.sqrt(len(values))
    return Interval(mean=mean, low=mean - half, high=mean + half, values=len(values))


def student_of_shares(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """The mean of independent shares of time and its two-sided confidence interval, which lies between 0 and 1.

    It is Student's on the scale of the log odds (logit), the standard error brought there by the delta method. Where
    all shares are alike it has no width.

    Args:
        values: at least one, each from 0 to 1.
        confidence: how sure it is to be, between 0 and 1.

    Raises:
        MissingExtraError: SciPy is not installed.
        ValueError: there is no value, or no such confidence.
    """
    found = student(values, confidence)
    if found.high is None:
        return found
    if not 0 < found.mean < 1:  # all rates are, or are as good as, the same
        return attrs.evolve(found, low=found.mean, high=found.mean)
    middle = math.log(found.mean / (1 - found.mean))
    half = (found.high - found.mean) / (found.mean * (1 - found.mean))
    low, high = (_of_log_odds(bound) for bound in (middle - half, middle + half))
    return attrs.evolve(found, low=min(found.mean, low), high=max(found.mean, high))


def clustered_rate_interval(rates: Sequence[float], trials: Sequence[int], confidence: float = 0.95) -> Interval:
    """The mean of the rates of independent replications and its two-sided interval, each rate being of several trials.

    It is Wilson's score interval of an effective number of trials. Trials of one replication resemble each other: what
    makes one answer late makes its neighbours late. The design effect, the variance of the mean over that of
    independent trials, says by how much. It is estimated from few replications, and by `d * k - (k - 1) / 2` the
    interval is as wide as Student's, with `k` the square of Student's quantile over the normal one; 1 at least. Few
    failures (or successes, where they are fewer) show little of it: `12 / (12 + failures)` of a further design effect
    is added, that of a correlation of 0.1 between the trials of a replication, and of 4 at most. The effective number
    of trials is their number divided by the sum.

    Simulated from 3 to 50 replications, for rates from 0.8 to 0.9995 and design effects from 1 to 8, 95 % intervals
    cover the rate in 94 to 99 % of the cases (96 on average) where a hundred failures or more are expected; in 93.5 to
    100 (98) from ten failures on; in 95 to 100 (99) below. The width is what the unseen design effect costs: without
    it, Wilson's and Clopper and Pearson's intervals of the effective number cover as few as 79 and 82 % of the cases,
    and below ten failures 70.

    Args:
        rates: the rate of each replication, from 0 to 1; at least one.
        trials: how many trials each is of, 1 or more.
        confidence: how sure it is to be, between 0 and 1.

    Raises:
        MissingExtraError: SciPy is not installed.
        ValueError: there is no rate, one has no trials, or there is no such confidence.

    Source:
        E. B. Wilson, Journal of the American Statistical Association 22 (1927); effective sample sizes: L. Kish,
        Survey Sampling (1965), and E. L. Korn, B. I. Graubard, Survey Methodology 24 (1998).

    >>> found = clustered_rate_interval([1.0, 1.0, 229 / 230], [230, 230, 230])
    >>> round(found.mean, 4), round(found.low, 3), round(found.high, 4)
    (0.9986, 0.962, 0.9999)
    """
    check_confidence(confidence)
    if not rates or len(rates) != len(trials) or min(trials) < 1:
        raise ValueError(f"trials: {list(trials)!r}; give the trials of each of {len(rates)} rates, 1 or more")
    mean, of = fmean(rates), len(rates)
    if of < 2:
        return Interval(mean=mean, low=None, high=None, values=of)
    effective = of / fmean(1 / number for number in trials)
    independent = mean * (1 - mean) / effective
    design_effect = stdev(rates) ** 2 / of / independent if independent > 0 else 1.0
    normal = normal_quantile(confidence)
    k = (_quantile(confidence, of - 1) / normal) ** 2
    shown, successes = max(1.0, design_effect * k - (k - 1) / 2), math.fsum(map(operator.mul, rates, trials))
    failures = min(successes, sum(trials) - successes)
    unseen = min(_UNSEEN, _CORRELATION * (effective / of - 1)) * _FAILURES / (_FAILURES + failures)
    effective /= shown + unseen
    low, high = wilson_bounds(mean, effective, normal)
    return Interval(mean=mean, low=low, high=high, values=of)


_CORRELATION: Final = 0.1
"""The correlation between trials that replications without failures do not show, and that may be there."""
_UNSEEN: Final = 4.0
"""The most that it adds to the design effect."""
_FAILURES: Final = 12.0
"""The number of failures that show half of it: so that one more failure lowers a rate's bound."""


def wilson_bounds(rate: float, trials: float, quantile: float) -> tuple[float, float]:
    """The bounds of Wilson's score interval of a rate; the number of trials need not be whole."""
    spread = quantile**2 / trials
    middle = rate + spread / 2
    half = math.sqrt(spread * rate * (1 - rate) + spread**2 / 4)
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return max(0.0, min(low, rate)), min(1.0, max(high, rate))


def rate_interval(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """The rate of independent trials and its exact two-sided interval (Clopper and Pearson), for 0 and 100 % too.

    Args:
        successes: how many trials succeeded.
        trials: how many there were, 1 or more.
        confidence: how sure it is to be at least, between 0 and 1.

    Raises:
        MissingExtraError: SciPy is not installed.
        ValueError: there are no such trials, or no such confidence.

    >>> found = rate_interval(20, 20)
    >>> found.mean, round(found.low, 3), found.high
    (1.0, 0.832, 1.0)
    """
    if type(trials) is not int or trials < 1:
        raise ValueError(f"trials: {trials!r}; give a whole number, 1 or more")
    if type(successes) is not int or not 0 <= successes <= trials:
        raise ValueError(f"successes: {successes!r}; give a whole number from 0 to {trials}")
    check_confidence(confidence)
    beta, tail, failures = stats().beta, (1 - confidence) / 2, trials - successes
    low = float(beta.ppf(tail, successes, failures + 1)) if successes else 0.0
    high = float(beta.isf(tail, successes + 1, failures)) if failures else 1.0
    return Interval(mean=successes / trials, low=low, high=high, values=trials)


def _of_log_odds(value: float) -> float:
    # 1 / (1 + exp(-value)), without what overflows.
    return (1 + math.tanh(value / 2)) / 2


@cache
def _quantile(confidence: float, freedom: int) -> float:
    """Return Student's two-sided quantile."""
    return float(stats().t.ppf((1 + confidence) / 2, freedom))


@cache
def normal_quantile(confidence: float) -> float:
    """Return the normal distribution's two-sided quantile.

    Raises:
        MissingExtraError: SciPy is not installed.
    """
    return float(stats().norm.ppf((1 + confidence) / 2))


def stats() -> Any:
    """SciPy's statistics.

    Raises:
        MissingExtraError: SciPy is not installed.
    """
    try:
        from scipy import stats as of_scipy
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "scipy", "simulation") from None
    return of_scipy


_ONE_DAY: Final = timedelta(days=1)


class HasWaitingTime(Protocol):
    """A record with a number of days until the answer, or until now while it is open."""

    @property
    def days(self) -> int:
        """The days from the receipt to the answer, or to the last day on which it is known to be open."""

    @property
    def is_open(self) -> bool:
        """True if it was not answered then."""


def _plain(value: object) -> Any:
    """A number or a truth value of NumPy, which arrays and frames give, as one of Python."""
    return value.tolist() if hasattr(value, "tolist") else value


def _days(value: int) -> Any:
    return _plain(value)


def _truth(value: bool) -> Any:
    return _plain(value)


@attrs.frozen(kw_only=True)
class WaitingTime(SharedRepr):
    """One complaint: how long it waited for its answer, or waits for it.

    Args:
        days: the days from the receipt, which does not count, to the answer; to the last day known while it is open.
        is_open: whether there is no answer yet: a censored observation.
    """

    days: int = attrs.field(converter=_days)
    is_open: bool = attrs.field(converter=_truth, validator=attrs.validators.instance_of(bool))

    @days.validator
    def _not_negative(self, _: object, days: object) -> None:
        _checked_days(days)


@attrs.frozen(kw_only=True)
class SurvivalPoint(SharedRepr):
    """A step of the curve; `attrs.asdict` returns a row of a data frame.

    Args:
        days: so many days after the receipt.
        at_risk: how many were still open when that day began, and are known to have been.
        answered: how many of them were answered on it.
        still_open: the estimated share of all complaints that is open when that day has ended.
        low: the lower bound of that share: Greenwood's on the log-log scale; while nothing is answered, the exact one
            of Clopper and Pearson; 0 when all is.
        high: the upper bound; when all is answered, that of the last day with an open complaint.
    """

    days: int
    at_risk: int
    answered: int
    still_open: float
    low: float
    high: float


@attrs.frozen(kw_only=True)
class TimeToAnswer(SharedRepr):
    """How long complaints wait for their answer (délai de réponse), the open ones included.

    Args:
        answered: how many were answered.
        still_open: how many are open.
        naive_mean: the mean of those answered, which forgets the others and so is too short; None where none was.
        mean: the mean of all by Kaplan-Meier. Where the longest wait known is that of an open complaint, it counts no
            day beyond it, and is the least that the mean can be.
        is_least: whether that is so.
        median: within so many days half of all are answered; None where that is not known yet.
        points: the steps of the curve, one for each number of days observed, in order.
        confidence: how sure the bounds of each point are.
    """

    answered: int
    still_open: int
    naive_mean: float | None
    mean: float
    is_least: bool
    median: int | None
    points: tuple[SurvivalPoint, ...]
    confidence: float = 0.95

    @property
    def weights(self) -> dict[int, float]:
        """The estimated share that is answered on each number of days; `rates.NEVER` has what is open after them."""
        before, found = 1.0, dict[int, float]()
        for point in self.points:
            if point.answered:
                found[point.days] = before - point.still_open
                before = point.still_open
        return {**found, NEVER: before} if self.is_least else found

    def answered_within(self, days: int) -> float | None:
        """The estimated share that is answered within so many days; None beyond what was observed, where some are open.

        Raises:
            ValueError: not a whole number of days, 0 or more.
        """
        _checked_days(days)
        if self.is_least and days > self.points[-1].days:
            return None
        before = [point.still_open for point in self.points if point.days <= days]
        return 1 - before[-1] if before else 0.0


def time_to_answer(waiting: Iterable[HasWaitingTime], *, confidence: float = 0.95) -> TimeToAnswer:
    """Estimate the time to answer by Kaplan-Meier, open complaints being censored observations, not missing ones.

    Args:
        waiting: the complaints: those of `waiting_of`, the records of `simulate_staffing` or of `generate_records`, or
            anything with `days` and `is_open`. Of the records, leave out what awaits no answer.
        confidence: how sure the bounds of the curve are to be, each point for itself (log-log, Greenwood).

    Raises:
        MissingExtraError: SciPy is not installed.
        TypeError, ValueError: there is none, or one has invalid days; the message names it.

    >>> from reclamation_core.simulation import WaitingTime, time_to_answer
    >>> found = time_to_answer([WaitingTime(days=4, is_open=False), WaitingTime(days=9, is_open=True)])
    >>> found.naive_mean, found.mean, found.is_least
    (4.0, 6.5, True)
    """
    check_confidence(confidence)
    _check_collection("waiting", waiting)
    observed = [_observed(place, one) for place, one in enumerate(waiting)]
    if not observed:
        raise ValueError("waiting: it is empty; give at least one complaint that was answered or is open")
    answered = [days for days, is_open in observed if not is_open]
    points = _points(answered, [days for days, is_open in observed if is_open], confidence)
    return TimeToAnswer(
        answered=len(answered),
        still_open=len(observed) - len(answered),
        naive_mean=fmean(answered) if answered else None,
        mean=_area(points),
        is_least=points[-1].still_open > 0,
        median=_median(points),
        points=points,
        confidence=confidence,
    )


def waiting_of(
    cases: Iterable[Case], as_of: date, *, day_type: DayType | str = DayType.OUVRE
) -> tuple[WaitingTime, ...]:
    """Return the waiting times of complaints until their first answer, as known at the end of a day.

    Days are counted on the calendar of each case, from the day of receipt, without those on which the answer clock was
    suspended. What was received later is left out, and so
    are malfunctions and what is out of scope, for which no clock runs; a complaint withdrawn or closed without an
    answer was open until then.

    Args:
        cases: the cases of a desk: `desk.cases.find(...)`, or any others.
        as_of: the day of the analysis.
        day_type: which days are counted: jours ouvrés unless given, or `calendaire`, `ouvrable`.

    Raises:
        TypeError: `as_of` is not a plain date, or what is given is no case.
        ValueError: no such type of days, or clear days.
        OutsideHorizonError: `as_of` is outside the years of a case's calendar.
    """
    checked_date(as_of, "as_of")
    _check_collection("cases", cases)
    kind = DayType.parse(day_type)
    found = (_waiting(case, as_of, kind) for case in cases)
    return tuple(one for one in found if one is not None)


def _check_collection(name: str, given: object) -> None:
    if not isinstance(given, Iterable):
        raise TypeError(f"{name}: {given!r}; a collection is expected, such as a list")


def _waiting(case: object, as_of: date, day_type: DayType) -> WaitingTime | None:
    if not isinstance(case, Case):
        raise TypeError(f"cases: {case!r}; cases of a desk are expected")
    if case.deadline is None:
        return None
    calendar, first = case.terms.business_calendar, case.answer_cycles[0]
    received_on = calendar.deadline(case.received_at, case.rule).received_on
    if received_on > as_of:
        return None
    answered_on = None if first.answered_at is None else calendar.day_of(first.answered_at)
    is_open = answered_on is None or answered_on > as_of
    ended = answered_on if answered_on is not None else _stopped_on(first.stopped_at, calendar)
    last = as_of if ended is None else min(ended, as_of)
    days = calendar.count(received_on, last, day_type)
    suspended = sum(
        calendar.count(max(received_on, period.first - _ONE_DAY), min(last, period.last), day_type)
        for period in _suspended(case, first, last)
        if period.first <= last and period.last > received_on
    )
    return WaitingTime(days=max(0, days - suspended), is_open=is_open)


def _suspended(case: Case, cycle: AnswerCycle, last: date) -> tuple[DayRange, ...]:
    """The days on which the answer clock was suspended, as far as a day; until then where it is suspended still."""
    if not case.rule.suspensions_allowed:
        return ()
    deadline = case.deadline_of(cycle)
    periods = [days for days in deadline.suspensions if days.first <= deadline.due]
    if case.ends_suspended(cycle):
        since = case.day_of(cycle.suspensions[-1].since)
        periods.append(DayRange(since, max(since, last)))
    return day_ranges(periods)


def _stopped_on(stopped_at: datetime | None, calendar: BusinessCalendar) -> date | None:
    return None if stopped_at is None else calendar.day_of(stopped_at)


def _checked_days(days: object) -> int:
    if type(days) is not int or days < 0:
        raise ValueError(f"days: {days!r}; give a whole number of days, 0 or more")
    return days


def _observed(place: int, given: object) -> tuple[int, bool]:
    is_open = _plain(getattr(given, "is_open", None))
    if not hasattr(given, "days") or not isinstance(is_open, bool):
        raise TypeError(f"waiting[{place}]: {given!r}; something with `days` and `is_open` is expected: see waiting_of")
    try:
        return _checked_days(_plain(given.days)), is_open
    except ValueError as error:
        raise ValueError(f"waiting[{place}].{error}") from None


def _median(points: Iterable[SurvivalPoint]) -> int | None:
    """Within how many days half are answered; in fractions, for a curve may be at one half to the last digit."""
    still_open = Fraction(1)
    for point in points:
        still_open *= Fraction(point.at_risk - point.answered, point.at_risk)
        if still_open <= Fraction(1, 2):
            return point.days
    return None


def _points(answered: list[int], still_open: list[int], confidence: float) -> tuple[SurvivalPoint, ...]:
    of_scipy = stats()
    sample = of_scipy.CensoredData(answered, right=still_open)
    with warnings.catch_warnings():
        # Where nothing or everything is answered, the log-log scale has no bounds.
        warnings.simplefilter("ignore", RuntimeWarning)
        curve = of_scipy.ecdf(sample).sf
        bounds = curve.confidence_interval(confidence, method="log-log")
    steps = (curve.quantiles, curve.probabilities, bounds.low.probabilities, bounds.high.probabilities)
    ended, left = Counter(answered), Counter(still_open)
    at_risk, points = len(answered) + len(still_open), list[SurvivalPoint]()
    for day, share, low, high in zip(*steps, strict=True):
        days, bounds = int(day), (float(low), float(high))
        if share >= 1:  # nothing is answered: the exact interval of 100 % of those at risk
            bounds = rate_interval(at_risk, at_risk, confidence).bounds
        elif share <= 0:  # all is answered: the curve does not rise, nor does its bound
            bounds = 0.0, points[-1].high if points else rate_interval(0, at_risk, confidence).bounds[1]
        points.append(
            SurvivalPoint(
                days=days, at_risk=at_risk, answered=ended[days], still_open=float(share), low=bounds[0], high=bounds[1]
            )
        )
        at_risk -= ended[days] + left[days]
    return tuple(points)


def _area(points: tuple[SurvivalPoint, ...]) -> float:
    """The area below the curve, from 0 to the last number of days observed."""
    area, before, height = 0.0, 0, 1.0
    for point in points:
        area += height * (point.days - before)
        before, height = point.days, point.still_open
    return area
