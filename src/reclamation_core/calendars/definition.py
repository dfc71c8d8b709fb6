"""What a calendar is made from: a value that can be written down, compared and read back."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars.ranges import DayRange, day_ranges
from reclamation_core.calendars.territories import Territory

EARLIEST_YEAR: Final = 1950
LATEST_YEAR: Final = 2100
"""The years for which `holidays` and this library's own lists are known to hold."""


def _is_bool(_: object, attribute: attrs.Attribute[bool], value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(f"{attribute.name}: True or False is expected, got {value!r}")


def _is_year(_: object, attribute: attrs.Attribute[int], value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{attribute.name}: a year is expected, got {value!r}")
    if not EARLIEST_YEAR <= value <= LATEST_YEAR:
        raise ValueError(
            f"{attribute.name}: {value} is outside the years whose holidays are known; "
            f"choose one from {EARLIEST_YEAR} to {LATEST_YEAR}"
        )


def _is_time_zone(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name}: the name of a time zone is expected, got {value!r}")
    try:
        ZoneInfo(value)
    except (LookupError, ValueError, OSError) as error:
        raise ValueError(
            f"{attribute.name}: {value!r} is not a time zone known here; "
            f"give an IANA name such as 'Europe/Paris' (and install tzdata where the system has none)"
        ) from error


def _territory(value: str) -> Territory:
    return Territory.parse(value)


def _zone_name(value: Any) -> Any:
    return value.key if isinstance(value, ZoneInfo) else value


def _usual_time_zone(definition: CalendarDefinition) -> str:
    return definition.territory.rules.time_zone


@attrs.frozen(kw_only=True)
class CalendarDefinition:
    """All that a French business calendar depends on, the release of `holidays` excepted.

    Equal definitions give the same calendar; `calendar.edition` tells two releases of `holidays` apart.

    Args:
        territory: whose list of public holidays holds; its code or its label is accepted.
        good_friday: False where Good Friday is worked although the list has it: in Alsace-Moselle it is a holiday only
            in the communes that have a Protestant church or a mixed one.
        whit_monday_worked: True where the journée de solidarité is worked on Whit Monday.
        closures: days on which the establishment is closed, as dates or (first, last) ranges.
        bridge_days: days that the employer gives between a holiday and a weekend (ponts), likewise.
        local_usages: True to count also the days that are customary in an overseas territory without being on its legal
            list, as `holidays` has them (Mi-Carême and Good Friday in Guadeloupe, Victor Schoelcher's day, ...).
        time_zone: the IANA name of the zone whose midnight begins a day; the territory's usual one unless given.
        first_year: the first year covered, from 1 January.
        last_year: the last year covered, to 31 December.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.

    Source: code du travail L.3133-1, L.3134-13 and L.3422-2; see docs/explanation/deadlines.md.
    """

    territory: Territory = attrs.field(default=Territory.METROPOLE, converter=_territory)
    good_friday: bool = attrs.field(default=True, validator=_is_bool)
    whit_monday_worked: bool = attrs.field(default=False, validator=_is_bool)
    closures: tuple[DayRange, ...] = attrs.field(default=(), converter=day_ranges)
    bridge_days: tuple[DayRange, ...] = attrs.field(default=(), converter=day_ranges)
    local_usages: bool = attrs.field(default=False, validator=_is_bool)
    time_zone: str = attrs.field(
        default=attrs.Factory(_usual_time_zone, takes_self=True), converter=_zone_name, validator=_is_time_zone
    )
    first_year: int = attrs.field(default=1990, validator=_is_year)
    last_year: int = attrs.field(default=2099, validator=_is_year)

    def __attrs_post_init__(self) -> None:
        if self.last_year < self.first_year:
            raise ValueError(f"last_year: {self.last_year} is before first_year, {self.first_year}; swap them")
        for name, ranges in (("closures", self.closures), ("bridge_days", self.bridge_days)):
            for days in ranges:
                if days.first.year < self.first_year or days.last.year > self.last_year:
                    raise ValueError(
                        f"{name}: {days.first} to {days.last} leaves the years {self.first_year} to {self.last_year}; "
                        f"mend the dates or widen first_year and last_year"
                    )

    @property
    def text(self) -> str:
        """The definition on one line, the same on every platform and Python: what the edition's digest is made from."""
        values = ((field.name, getattr(self, field.name)) for field in attrs.fields(CalendarDefinition))
        return ";".join(f"{name}={_plain(value)}" for name, value in values)


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(f"{days.first}/{days.last}" for days in value)
    return str(value)
