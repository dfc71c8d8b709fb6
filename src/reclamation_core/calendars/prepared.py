"""The tables of a calendar: made once per definition, shared by equal calendars, read in constant time."""

from __future__ import annotations

from datetime import date
from functools import cached_property, lru_cache
from itertools import accumulate, compress

import attrs

from reclamation_core.calendars.codes import DayType
from reclamation_core.calendars.definition import CalendarDefinition
from reclamation_core.calendars.errors import OutsideHorizonError
from reclamation_core.calendars.public_holidays import holidays_of

_NEVER = date.min
"""Stands at place 0, so that the days that count are numbered from 1."""


@attrs.frozen(eq=False, repr=False)
class DayTable:
    """The days that count, for one day type, over the years of a calendar.

    Args:
        rank: for each day covered, how many days count from the first day covered to it, itself included.
        counted: the days that count, in order, numbered from 1; place 0 holds a day that is none.
    """

    rank: dict[date, int]
    counted: list[date]

    @classmethod
    def of(cls, days: list[date], flags: bytes | bytearray) -> DayTable:
        """The table of the days whose flag is 1; `flags` has one byte for each of the days covered."""
        return cls(dict(zip(days, accumulate(flags))), [_NEVER, *compress(days, flags)])

    @property
    def first(self) -> date:
        """The first day covered."""
        return next(iter(self.rank))

    @property
    def last(self) -> date:
        """The last day covered."""
        return next(reversed(self.rank))

    def rank_of(self, day: date) -> int:
        """How many days count from the first day covered to this one, itself included.

        Raises:
            OutsideHorizonError: the day is not covered.
        """
        try:
            return self.rank[day]
        except KeyError:
            raise OutsideHorizonError(day, self.first, self.last) from None

    def counts(self, day: date) -> bool:
        """Whether the day counts.

        Raises:
            OutsideHorizonError: the day is not covered.
        """
        return self.counted[self.rank_of(day)] == day

    def rank_before(self, day: date) -> int:
        """How many days count from the first day covered to the eve of this one."""
        return self.rank_of(day) - self.counts(day)

    def at(self, place: int, day: date, steps: int) -> date:
        """The day that counts at a place, from 1; `day` and `steps` say for the error how it was reached.

        Raises:
            OutsideHorizonError: there is no such place.
        """
        if not 1 <= place < len(self.counted):
            raise OutsideHorizonError(day, self.first, self.last, steps)
        return self.counted[place]


@attrs.define(eq=False, repr=False, slots=False)
class PreparedDays:
    """The tables of a definition, each made when it is first read."""

    definition: CalendarDefinition

    @cached_property
    def days(self) -> list[date]:
        """Every day covered, in order."""
        first = date(self.definition.first_year, 1, 1).toordinal()
        last = date(self.definition.last_year, 12, 31).toordinal()
        return list(map(date.fromordinal, range(first, last + 1)))

    @cached_property
    def holidays(self) -> frozenset[date]:
        """The public holidays not worked."""
        years = range(self.definition.first_year, self.definition.last_year + 1)
        return frozenset(holidays_of(self.definition, years))

    @cached_property
    def closures(self) -> frozenset[date]:
        """The days on which the establishment is closed."""
        return frozenset(day for days in self.definition.closures for day in days.days())

    @cached_property
    def bridge_days(self) -> frozenset[date]:
        """The bridge days that the employer gives."""
        return frozenset(day for days in self.definition.bridge_days for day in days.days())

    @cached_property
    def ouvre(self) -> DayTable:
        """The jours ouvrés."""
        return DayTable.of(self.days, self.flags(b"\1\1\1\1\1\0\0", self.holidays | self.closures | self.bridge_days))

    @cached_property
    def ouvrable(self) -> DayTable:
        """The jours ouvrables."""
        return DayTable.of(self.days, self.flags(b"\1\1\1\1\1\1\0", self.holidays))

    @cached_property
    def calendaire(self) -> DayTable:
        """Every day."""
        return DayTable.of(self.days, b"\1" * len(self.days))

    def flags(self, week: bytes, excluded: frozenset[date]) -> bytearray:
        """One byte for each day covered: that of its weekday in `week`, Monday first, 0 when it is excluded."""
        first = self.days[0]
        flags = bytearray((week * (len(self.days) // 7 + 2))[first.weekday() :][: len(self.days)])
        origin = first.toordinal()
        for day in excluded:
            flags[day.toordinal() - origin] = 0
        return flags

    def table(self, day_type: DayType) -> DayTable:
        """The table of a day type.

        Raises:
            ValueError: clear days, which count like calendar days between two ends that do not.
        """
        if day_type is DayType.OUVRE:
            return self.ouvre
        if day_type is DayType.OUVRABLE:
            return self.ouvrable
        if day_type is DayType.CALENDAIRE:
            return self.calendaire
        raise ValueError("day_type: no day is a clear day (franc) by itself; count calendar days with ends='()'")

    @cached_property
    def edition(self) -> str:
        """The territory, the years, and a digest of the definition and of the days that do not count."""
        from hashlib import sha256

        definition = self.definition
        excluded = self.flags(b"\0" * 7, frozenset())
        for day in self.holidays | self.closures | self.bridge_days:
            excluded[day.toordinal() - self.days[0].toordinal()] = 1
        digest = sha256(definition.text.encode() + excluded).hexdigest()[:12]
        return f"{definition.territory.value}-{definition.first_year}-{definition.last_year}-{digest}"


@lru_cache(maxsize=128)
def prepared(definition: CalendarDefinition) -> PreparedDays:
    """The tables of a definition: the same object for equal definitions, as long as the cache keeps it."""
    return PreparedDays(definition)
