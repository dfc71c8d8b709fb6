"""When each handler of a unit works, absences taken off."""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.simulation.staffing.hours import WorkingHours
from reclamation_core.simulation.staffing.staffing import NATION, Absence, Staffing, region_unit, site_unit
from reclamation_core.simulation.staffing.streams import uniform
from reclamation_core.vocabulary import Level, Sites


@attrs.frozen
class Shift:
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
class Unit:
    """A unit that handles a level: a site, a region, the nation.

    Args:
        name: `local/METZ`, `regional/Grand Est`, `national`.
        level: the level that it handles.
        calendar: the days that it works: a site's own, that of the first site of a region, metropolitan France's for
            the nation, each with the edition's closures.
        handlers: how many handlers it has.
        absent: how often one is away for a day that nobody knew of.
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
