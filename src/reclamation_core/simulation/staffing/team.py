"""The staff of a level: efforts, working hours, absences, and the shifts that follow from them."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from itertools import pairwise
from statistics import NormalDist
from types import MappingProxyType
from typing import Any, Final, Self, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar, DayRange, DayType
from reclamation_core.calendars.definition import Days, day_ranges
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.draws import Weights
from reclamation_core.simulation.profile import rate
from reclamation_core.validators import as_tuple, each, not_blank, of_class, require, whole_number
from reclamation_core.vocabulary import Level, Sites
from reclamation_core.wording import Wording

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


def seconds_of(instant: datetime) -> int:
    """An instant in seconds; what is beyond the second is left out."""
    return (instant - _EPOCH) // _SECOND


def instant_of(seconds: int) -> datetime:
    """The instant of so many seconds, in UTC."""
    return _EPOCH + seconds * _SECOND


_BITS: Final = 53  # as many as a float holds


def uniform(*name: object) -> float:
    """A number from 0, included, to 1, excluded: the same for a name under every Python and on every machine.

    A number is not drawn after another one but made from its name (a counter-based generator), so that two scenarios
    that ask for different numbers still share all those that both ask for: common random numbers.

    Args:
        name: what the number is for, as texts and whole numbers.

    >>> uniform(7, 1, "M-2026-0001", "treatment") == uniform(7, 1, "M-2026-0001", "treatment")
    True
    """
    text = "\x1f".join(map(str, name)).encode("utf-8", "surrogatepass")
    return (int.from_bytes(blake2b(text, digest_size=8).digest(), "big") >> (64 - _BITS)) / (1 << _BITS)


def _minutes(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ValueError(f"{attribute.name}: {value!r}; give a finite number of minutes, 0 or more")


class Effort(SharedRepr, ABC):
    """How much working time a task takes (temps de travail), as a distribution in minutes.

    Each number of minutes is finite, 0 or more; the class methods raise ValueError for another one.
    """

    @staticmethod
    def fixed(minutes: float) -> Effort:
        """Return the effort of tasks that all take as long."""
        return _Fixed(minutes)

    @staticmethod
    def exponential(mean: float) -> Effort:
        """Return an effort of which most tasks are short and a few are long: the closed forms of queues suppose it."""
        return _Exponential(mean)

    @staticmethod
    def triangular(least: float, usual: float, most: float) -> Effort:
        """Return a triangular distribution from three estimates, in rising order.

        >>> Effort.triangular(10, 20, 60).mean
        30.0
        """
        return _Triangular(least, usual, most)

    @staticmethod
    def lognormal(median: float, spread: float) -> Effort:
        """Return a lognormal distribution: half of the tasks take less than the median, and few take very long.

        Args:
            median: the median, in minutes.
            spread: the standard deviation of the logarithm, 0 or more.

        >>> round(Effort.lognormal(120, 0.8).mean)
        165
        """
        return _Lognormal(median, spread)

    @property
    @abstractmethod
    def mean(self) -> float:
        """The mean, in minutes of working time."""

    @abstractmethod
    def minutes(self, share: float) -> float:
        """The minutes that a share of the tasks takes at most: the quantile of a number from 0 to 1, 1 excluded."""

    @property
    @abstractmethod
    def wording(self) -> Wording:
        """The distribution and its minutes, for a reader."""

    def seconds(self, share: float) -> int:
        """The same in whole seconds, the unit of simulated time."""
        return round(60 * self.minutes(share))


@attrs.frozen
class _Fixed(Effort):
    each: float = attrs.field(validator=_minutes)

    @property
    def mean(self) -> float:
        return self.each

    def minutes(self, share: float) -> float:  # noqa: ARG002  (each share takes as long)
        return self.each

    @property
    def wording(self) -> Wording:
        return Wording(f"toujours {self.each:g} min".replace(".", ","), f"always {self.each:g} min")


@attrs.frozen
class _Exponential(Effort):
    average: float = attrs.field(validator=_minutes)

    @property
    def mean(self) -> float:
        return self.average

    def minutes(self, share: float) -> float:
        return -self.average * math.log1p(-share)

    @property
    def wording(self) -> Wording:
        return Wording(
            f"loi exponentielle, {self.average:g} min en moyenne".replace(".", ","),
            f"exponential, {self.average:g} min on average",
        )


@attrs.frozen
class _Lognormal(Effort):
    median: float = attrs.field(validator=_minutes)
    spread: float = attrs.field(validator=_minutes)

    @property
    def mean(self) -> float:
        return self.median * math.exp(self.spread**2 / 2)

    def minutes(self, share: float) -> float:
        return self.median * math.exp(self.spread * NormalDist().inv_cdf(share)) if share > 0 else 0.0

    @property
    def wording(self) -> Wording:
        median, mean = f"{self.median:.4g}", f"{self.mean:.4g}"
        return Wording(
            f"loi log-normale, médiane {median} min, moyenne {mean} min".replace(".", ","),
            f"lognormal, median {median} min, mean {mean} min",
        )


@attrs.frozen
class _Triangular(Effort):
    least: float = attrs.field(validator=_minutes)
    usual: float = attrs.field(validator=_minutes)
    most: float = attrs.field(validator=_minutes)

    def __attrs_post_init__(self) -> None:
        if not self.least <= self.usual <= self.most:
            raise ValueError(
                f"usual: {self.usual!r} is not between least, {self.least!r}, and most, {self.most!r}; "
                f"give the three in rising order"
            )

    @property
    def mean(self) -> float:
        return (self.least + self.usual + self.most) / 3

    def minutes(self, share: float) -> float:
        width = self.most - self.least
        if share * width < self.usual - self.least:
            return self.least + math.sqrt(share * width * (self.usual - self.least))
        return self.most - math.sqrt((1 - share) * width * (self.most - self.usual))

    @property
    def wording(self) -> Wording:
        least, usual, most = (f"{minutes:g}" for minutes in (self.least, self.usual, self.most))
        return Wording(
            f"loi triangulaire, de {least} à {most} min, le plus souvent {usual}".replace(".", ","),
            f"triangular, from {least} to {most} min, most often {usual}",
        )


Span: TypeAlias = tuple[int, int]
"""The working hours of a handler, in seconds since 1970 in UTC."""

_MIDNIGHT: Final = time(0)
_USUAL: Final = ((time(9), time(12)), (time(13, 30), time(17, 30)))


def _as_spans(value: object) -> Any:
    given = tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else value
    if not isinstance(given, tuple) or not all(isinstance(span, Iterable) for span in given):
        return given
    return tuple(map(tuple, given))


def _day_type(value: str) -> DayType:
    return DayType.parse(value)


@attrs.frozen(kw_only=True)
class WorkingHours(SharedRepr):
    """The working hours of a team (horaires): the days of its calendar, and the first and last hours.

    Args:
        spans: pairs of local times, in order and apart; a last end of `time(0)` is the midnight that ends the day.
            Seven hours a day unless given.
        day_type: which days are worked: jours ouvrés, or with `calendaire` all of them.

    Raises:
        ValueError: the spans are no such pairs, or the days are clear days; the message has the value and the remedy.

    >>> WorkingHours(spans=[(time(9), time(0))]).spans
    ((datetime.time(9, 0), datetime.time(0, 0)),)
    """

    spans: tuple[tuple[time, time], ...] = attrs.field(default=_USUAL, converter=_as_spans)
    day_type: DayType = attrs.field(default=DayType.OUVRE, converter=_day_type)

    @spans.validator
    def _in_order(self, _: object, spans: object) -> None:
        if not _are_spans(spans):
            raise ValueError(
                f"spans: {spans!r}; give pairs of local times that follow each other, such as "
                f"[(time(9), time(12)), (time(13, 30), time(17, 30))], time(0) being the midnight that ends the day"
            )

    @day_type.validator
    def _days_of_work(self, _: object, day_type: DayType) -> None:
        if day_type is DayType.FRANC:
            raise ValueError("day_type: clear days ('franc') are no days of work; give 'ouvre', 'ouvrable' or another")

    @classmethod
    def always(cls) -> Self:
        """Day and night, every day: what the closed forms of queues suppose."""
        return cls(spans=((_MIDNIGHT, _MIDNIGHT),), day_type=DayType.CALENDAIRE)

    def of(self, day: date, calendar: BusinessCalendar) -> tuple[Span, ...]:
        """The spans of one day, in order; none where the day is not worked. Summer time is reckoned with.

        Raises:
            OutsideHorizonError: the calendar does not cover the day.
        """
        if not calendar.is_business_day(day, self.day_type):
            return ()
        return tuple((_at(calendar, day, start), _end(calendar, day, end)) for start, end in self.spans)


def _are_spans(spans: object) -> bool:
    if not isinstance(spans, tuple) or not spans:
        return False
    if not all(isinstance(span, tuple) and len(span) == 2 and all(_is_local(end) for end in span) for span in spans):
        return False
    minutes = [_clock(start, is_end=False) for start, _ in spans], [_clock(end, is_end=True) for _, end in spans]
    rising = [moment for span in zip(*minutes, strict=True) for moment in span]
    return all(start < end for start, end in zip(*minutes, strict=True)) and all(a <= b for a, b in pairwise(rising))


def _is_local(value: object) -> bool:
    return isinstance(value, time) and value.tzinfo is None


def _clock(moment: time, *, is_end: bool) -> timedelta:
    if is_end and moment == _MIDNIGHT:
        return timedelta(days=1)
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)


def _at(calendar: BusinessCalendar, day: date, moment: time) -> int:
    return int(datetime.combine(day, moment, tzinfo=calendar.zone).timestamp())


def _end(calendar: BusinessCalendar, day: date, moment: time) -> int:
    return _at(calendar, day + timedelta(days=1) if moment == _MIDNIGHT else day, moment)


NATION: Final = "national"
"""The unit of the national level."""

_TREATMENT: Final[Mapping[Level, Effort]] = MappingProxyType(
    {
        Level.LOCAL: Effort.triangular(60, 150, 480),
        Level.REGIONAL: Effort.triangular(120, 300, 840),
        Level.NATIONAL: Effort.triangular(180, 420, 1260),
    }
)


def site_unit(code: str) -> str:
    """The unit that handles the local level at a site: `local/METZ`."""
    return f"{Level.LOCAL.value}/{code}"


def region_unit(region: str) -> str:
    """The unit that handles the regional level of a region: `regional/Grand Est`."""
    return f"{Level.REGIONAL.value}/{region}"


def unit_wording(unit: str) -> Wording:
    """Return the name of a unit for a reader.

    >>> unit_wording("local/METZ").fr
    'centre METZ'
    """
    level, _, place = unit.partition("/")
    if level == Level.LOCAL:
        return Wording(f"centre {place}", f"site {place}")
    if level == Level.REGIONAL:
        return Wording(f"région {place}", f"region {place}")
    return Wording("échelon national", "national unit")


def units_of(sites: Sites) -> Mapping[str, Level]:
    """Every unit that handles something, with its level: sites in their order, regions in their order, the nation."""
    regions = dict.fromkeys(sites[code].region for code in sites)
    return {
        **{site_unit(code): Level.LOCAL for code in sites},
        **{region_unit(region): Level.REGIONAL for region in regions},
        NATION: Level.NATIONAL,
    }


def _days(value: Days | Iterable[Days]) -> tuple[DayRange, ...]:
    return day_ranges(value if isinstance(value, list | tuple) and not _is_pair(value) else (value,))


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and not isinstance(value[0], tuple | DayRange)


@attrs.frozen(kw_only=True)
class Absence(SharedRepr):
    """Days on which handlers of a unit are away, known beforehand (absence).

    Args:
        unit: the unit, as `local/METZ`, `regional/Grand Est` or `national`.
        days: a day, a (first, last) pair with both ends included, or a list of these.
        handlers: how many are away; the last ones of the unit.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.
    """

    unit: str = attrs.field(validator=not_blank)
    days: tuple[DayRange, ...] = attrs.field(converter=_days)
    handlers: int = attrs.field(default=1, validator=whole_number(1))


def _frozen_mapping(value: object) -> Any:
    return MappingProxyType(dict(value)) if isinstance(value, Mapping) else value


def _waits(value: object) -> Any:
    """Return the weights of each level, added up once."""
    if not isinstance(value, Mapping) or not all(isinstance(one, Mapping) for one in value.values()):
        return value
    return MappingProxyType({level: Weights(weights) for level, weights in value.items()})


def _are_waits(level: object, weights: object) -> bool:
    if not isinstance(level, Level) or not isinstance(weights, Weights):
        return False
    return all(type(day) is int and day >= 0 for day in weights) and weights.total > 0


@attrs.frozen(kw_only=True)
class Staffing(SharedRepr):
    """The staff (effectifs): the numbers of handlers, their hours and their efforts.

    What arrives is first qualified by the unit of the site that received it, then treated by the unit of the level that
    the policy gives it. The default efforts are this project's own guess: replace them by measured ones.

    Args:
        local: how many handlers each site has.
        regional: how many each region has.
        national: how many the nation has.
        units: how many a unit has where it is another number, by its name: `local/METZ`, `regional/Grand Est`,
            `national`.
        qualification: the working time to qualify a message.
        treatment: the working time from there to the answer, for each of the three levels.
        waiting: by level, the weights of the business days that an answer waits after the work, for the complainant, an
            expert or a signature; no wait unless given. `fit_waiting` estimates it from a register.
        hours: when they work, on the days of the unit's calendar.
        absences: days on which handlers are away, known in advance.
        absent: how often a handler is away for a day, not known in advance.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.

    >>> Staffing(local=2, units={"national": 5}).handlers("national", Level.NATIONAL)
    5
    """

    local: int = attrs.field(default=1, validator=whole_number(0))
    regional: int = attrs.field(default=1, validator=whole_number(0))
    national: int = attrs.field(default=1, validator=whole_number(0))
    units: Mapping[str, int] = attrs.field(factory=dict, converter=_frozen_mapping)
    qualification: Effort = attrs.field(default=Effort.triangular(10, 20, 60), validator=of_class(Effort))
    treatment: Mapping[Level, Effort] = attrs.field(default=_TREATMENT, converter=_frozen_mapping)
    waiting: Mapping[Level, Mapping[int, float]] = attrs.field(factory=dict, converter=_waits)
    hours: WorkingHours = attrs.field(factory=WorkingHours, validator=of_class(WorkingHours))
    absences: tuple[Absence, ...] = attrs.field(default=(), converter=as_tuple, validator=each(of_class(Absence)))
    absent: float = rate(0.0)

    @units.validator
    def _counts(self, _: object, units: object) -> None:
        if not isinstance(units, Mapping):
            raise TypeError(f"units: {units!r}; give how many handlers by unit, such as {{'local/METZ': 2}}")
        require(whole_number(0), **{f"units.{unit}": count for unit, count in units.items()})

    @treatment.validator
    def _each_level(self, _: object, treatment: object) -> None:
        if not isinstance(treatment, Mapping) or set(treatment) != set(Level):
            raise ValueError(f"treatment: {treatment!r}; give an effort for each of {', '.join(Level)}")
        require(of_class(Effort), **{f"treatment.{level}": effort for level, effort in treatment.items()})

    @waiting.validator
    def _of_levels(self, _: object, waiting: object) -> None:
        if not isinstance(waiting, Mapping) or not all(_are_waits(*item) for item in waiting.items()):
            raise ValueError(
                f"waiting: {waiting!r}; give weights of business days by level, such as {{LOCAL: {{3: 1.0}}}}"
            )

    def handlers(self, unit: str, level: Level) -> int:
        """Return the number of handlers of a unit of a level."""
        return self.units.get(unit, int(getattr(self, level.value)))

    def away(self, unit: str) -> tuple[Absence, ...]:
        """The absences of a unit that are known beforehand."""
        return tuple(absence for absence in self.absences if absence.unit == unit)

    def check_units(self, sites: Sites) -> None:
        """See that every unit named is one of these sites.

        Raises:
            ValueError: one is not; the message names it and those that there are.
        """
        known = units_of(sites)
        named = {"units": self.units, "absences": dict.fromkeys(absence.unit for absence in self.absences)}
        for field, units in named.items():
            for unit in units:
                if unit not in known:
                    raise ValueError(f"{field}: {unit!r} is no unit of these sites; use one of {', '.join(known)}")


@attrs.frozen
class Shift(SharedRepr):
    """A span that a handler works, in seconds since 1970 in UTC.

    Args:
        start: its first second.
        end: the second after its last.
        stays: whether the handler also works the unit's next span; who does not leaves the unfinished to the others.
    """

    start: int
    end: int
    stays: bool


@attrs.frozen(kw_only=True)
class Unit(SharedRepr):
    """A unit that handles a level: a site, a region, the nation.

    Args:
        name: `local/METZ`, `regional/Grand Est`, `national`.
        level: the level that it handles.
        calendar: the days that it works: a site's own, that of the first site of a region, metropolitan France's for
            the nation, each with the edition's closures.
        handlers: how many handlers it has.
        absent: how often a handler is away for a day, not known in advance.
        absences: those known beforehand.
    """

    name: str
    level: Level
    calendar: BusinessCalendar
    handlers: int
    absent: float
    absences: tuple[Absence, ...]

    def shifts(self, hours: WorkingHours, first: date, last: date, stream: tuple[object, ...]) -> list[list[Shift]]:
        """For each handler, the spans worked from a day to another, both included, as far as the calendar goes.

        Args:
            hours: the hours of a day that is worked.
            first: the first day.
            last: the last day.
            stream: what the unforeseen absences are drawn from.
        """
        first, last = max(first, self.calendar.first), min(last, self.calendar.last)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        spans = [(day, span) for day in days for span in hours.of(day, self.calendar)]
        worked = [[not self._is_away(rank, day, stream) for day in days] for rank in range(self.handlers)]
        place = {day: number for number, day in enumerate(days)}
        return [
            [
                Shift(start, end, number + 1 == len(spans) or here[place[spans[number + 1][0]]])
                for number, (day, (start, end)) in enumerate(spans)
                if here[place[day]]
            ]
            for here in worked
        ]

    def _is_away(self, rank: int, day: date, stream: tuple[object, ...]) -> bool:
        from_the_end = self.handlers - rank
        known = sum(one.handlers for one in self.absences if any(day in days for days in one.days))
        if from_the_end <= known:
            return True
        return self.absent > 0 and uniform(*stream, "absent", self.name, rank, day) < self.absent


def units(staffing: Staffing, sites: Sites, closed: dict[str, BusinessCalendar]) -> dict[str, Unit]:
    """The units that handle something, by name.

    Args:
        staffing: who works there.
        sites: the sites of the agency.
        closed: the calendars by site, with the edition's closures; "" has that of the nation.
    """

    def unit(name: str, level: Level, calendar: BusinessCalendar) -> Unit:
        return Unit(
            name=name,
            level=level,
            calendar=calendar,
            handlers=staffing.handlers(name, level),
            absent=staffing.absent,
            absences=staffing.away(name),
        )

    found = {site_unit(code): unit(site_unit(code), Level.LOCAL, closed[code]) for code in sites}
    for code in sites:
        name = region_unit(sites[code].region)
        found.setdefault(name, unit(name, Level.REGIONAL, closed[code]))
    found[NATION] = unit(NATION, Level.NATIONAL, closed[""])
    return found
