"""Who handles complaints, at which hours, and how long it takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from reclamation_core.calendars import DayRange, Days
from reclamation_core.calendars.definition import day_ranges
from reclamation_core.simulation.staffing.efforts import Effort, TriangularEffort
from reclamation_core.simulation.staffing.hours import WorkingHours
from reclamation_core.simulation.weights import rate
from reclamation_core.vocabulary import Level, Sites

NATION: Final = "national"
"""The unit that handles what the procedure gives to the national level."""

_TREATMENT: Final[Mapping[Level, Effort]] = MappingProxyType(
    {
        Level.LOCAL: TriangularEffort(60, 150, 480),
        Level.REGIONAL: TriangularEffort(120, 300, 840),
        Level.NATIONAL: TriangularEffort(180, 420, 1260),
    }
)


def site_unit(code: str) -> str:
    """The unit that handles the local level at a site: `local/METZ`."""
    return f"{Level.LOCAL.value}/{code}"


def region_unit(region: str) -> str:
    """The unit that handles the regional level of a region: `regional/Grand Est`."""
    return f"{Level.REGIONAL.value}/{region}"


def units_of(sites: Sites) -> Mapping[str, Level]:
    """Every unit that handles something, with its level: sites in their order, regions in their order, the nation."""
    regions = dict.fromkeys(sites[code].region for code in sites)
    return {
        **{site_unit(code): Level.LOCAL for code in sites},
        **{region_unit(region): Level.REGIONAL for region in regions},
        NATION: Level.NATIONAL,
    }


def _whole(least: int) -> Any:
    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if type(value) is not int or value < least:
            raise ValueError(f"{attribute.name}: {value!r}; give a whole number of handlers, {least} or more")

    return check


def _instance(cls: type[Any]) -> Any:
    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, cls):
            raise TypeError(f"{attribute.name}: {value!r}; an instance of {cls.__name__} is expected")

    return check


def _days(value: Days | Iterable[Days]) -> tuple[DayRange, ...]:
    return day_ranges(value if isinstance(value, list | tuple) and not _is_pair(value) else (value,))


def _is_pair(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and not isinstance(value[0], tuple | DayRange)


@attrs.frozen(kw_only=True)
class Absence:
    """Days on which handlers of a unit are away, known beforehand (absence).

    Args:
        unit: the unit, as `local/METZ`, `regional/Grand Est` or `national`.
        days: a day, a (first, last) pair with both ends included, or a list of these.
        handlers: how many are away; the last ones of the unit.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.
    """

    unit: str = attrs.field(validator=_instance(str))
    days: tuple[DayRange, ...] = attrs.field(converter=_days)
    handlers: int = attrs.field(default=1, validator=_whole(1))


def _absences(value: Any) -> Any:
    return tuple(value) if isinstance(value, Iterable) else value


def _frozen_mapping(value: Any) -> Any:
    return MappingProxyType(dict(value)) if isinstance(value, Mapping) else value


@attrs.frozen(kw_only=True)
class Staffing:
    """Who handles complaints (effectifs): how many handlers, at which hours, and how long they need.

    What arrives is first qualified by the unit of the site that received it, then treated by the unit of the level that
    the policy gives it. The efforts by default are this project's own guess: put measured ones in their place.

    Args:
        local: how many handlers each site has.
        regional: how many each region has.
        national: how many the nation has.
        units: how many a unit has where it is another number, by its name: `local/METZ`, `regional/Grand Est`,
            `national`.
        qualification: the working time to qualify a message.
        treatment: the working time from there to the answer, for each of the three levels.
        hours: when they work, on the days of the unit's calendar.
        absences: days on which somebody is away, known beforehand.
        absent: how often a handler is away for a day that nobody knew of.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.

    >>> Staffing(local=2, units={"national": 5}).handlers("national", Level.NATIONAL)
    5
    """

    local: int = attrs.field(default=1, validator=_whole(0))
    regional: int = attrs.field(default=1, validator=_whole(0))
    national: int = attrs.field(default=1, validator=_whole(0))
    units: Mapping[str, int] = attrs.field(factory=dict, converter=_frozen_mapping)
    qualification: Effort = attrs.field(default=TriangularEffort(10, 20, 60), validator=_instance(Effort))
    treatment: Mapping[Level, Effort] = attrs.field(default=_TREATMENT, converter=_frozen_mapping)
    hours: WorkingHours = attrs.field(factory=WorkingHours, validator=_instance(WorkingHours))
    absences: tuple[Absence, ...] = attrs.field(default=(), converter=_absences)
    absent: float = rate(0.0)

    @units.validator
    def _counts(self, _: object, units: Any) -> None:
        if not isinstance(units, Mapping):
            raise TypeError(f"units: {units!r}; give how many handlers by unit, such as {{'local/METZ': 2}}")
        for unit, count in units.items():
            if type(count) is not int or count < 0:
                raise ValueError(f"units: {unit!r} has {count!r}; give a whole number of handlers, 0 or more")

    @treatment.validator
    def _each_level(self, _: object, treatment: Any) -> None:
        if not isinstance(treatment, Mapping) or set(treatment) != set(Level):
            raise ValueError(f"treatment: {treatment!r}; give an effort for each of {', '.join(Level)}")
        for level, effort in treatment.items():
            if not isinstance(effort, Effort):
                raise TypeError(f"treatment: {level.value!r} has {effort!r}; an instance of Effort is expected")

    @absences.validator
    def _are_absences(self, _: object, absences: Any) -> None:
        if not isinstance(absences, tuple) or not all(isinstance(one, Absence) for one in absences):
            raise TypeError(f"absences: {absences!r}; give a list of Absence")

    def handlers(self, unit: str, level: Level) -> int:
        """How many handlers a unit of a level has."""
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
                    raise ValueError(f"{field}: {unit!r} is no unit of the sites given; use one of {', '.join(known)}")
