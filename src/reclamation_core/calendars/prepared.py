"""Public holidays of a definition, and the prepared tables of counted days that the arithmetic reads."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from itertools import accumulate, compress
from typing import Any, Final

import attrs
from dateutil.easter import easter

from reclamation_core.calendars.codes import DayType
from reclamation_core.calendars.definition import GOOD_FRIDAY, WHIT_MONDAY, CalendarDefinition
from reclamation_core.calendars.errors import OutsideHorizonError
from reclamation_core.wording import Lang, Wording

_LANGUAGES = {"fr": "fr", "en": "en_US"}


@cache
def france_class() -> Callable[..., dict[date, str]]:
    """Return the class `France` of `holidays`, from its own module alone.

    The package of that module, `holidays.countries`, imports the modules of all countries, which takes longer than
    `holidays` itself.
    """
    countries: Any = find_spec("holidays.countries")
    spec: Any = PathFinder.find_spec("france", countries.submodule_search_locations)
    module: Any = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[..., dict[date, str]] = module.France
    return found


def _from_package(subdivision: str | None, years: Iterable[int], lang: Lang) -> dict[date, str]:
    # The instances of the class are dictionaries that fill themselves, hence the plain copy.
    return dict(france_class()(subdiv=subdivision, years=years, expand=False, language=_LANGUAGES[lang]))


def holidays_of(definition: CalendarDefinition, years: Iterable[int], lang: Lang = "fr") -> dict[date, str]:
    """The public holidays not worked in those years, each with its name, in no particular order."""
    years = tuple(years)
    rules = definition.territory.rules
    subdivision = rules.subdivision if rules.subdivision_is_legal or definition.local_usages else None
    named = _from_package(subdivision, years, lang)
    worked = [offset for offset, is_worked in _movable_days(definition) if is_worked]
    for year in years:
        for offset in worked:
            named.pop(easter(year) + timedelta(days=offset), None)
        # After the worked days are taken off: Whit Monday can fall on a day that the territory has by law.
        for legal in rules.legal_days:
            day = legal.in_year(year)
            if day is not None and legal.easter_offset not in worked:
                name = legal.name.in_(lang)
                named[day] = f"{named[day]}, {name}" if day in named and subdivision is None else named.get(day, name)
    return named


def _movable_days(definition: CalendarDefinition) -> tuple[tuple[int, bool], ...]:
    return (GOOD_FRIDAY, not definition.good_friday), (WHIT_MONDAY, definition.whit_monday_worked)


@lru_cache(maxsize=256)
def names_of_year(definition: CalendarDefinition, year: int) -> dict[date, Wording]:
    """Return the names of the holidays of one year, which nobody may change: they are computed once."""
    french = holidays_of(definition, (year,), "fr")
    english = holidays_of(definition, (year,), "en")
    return {day: Wording(_french_name(french[day]), english[day]) for day in sorted(french)}


_OF_THE_LAW: Final = {
    "Armistice": "11 novembre (Armistice de 1918)",
    "Fête de la Victoire": "8 mai (Victoire de 1945)",
    "Jour de l'an": "jour de l'An",
    "Saint Pierre Chanel": "Saint-Pierre-Chanel",
    "Saints Pierre et Paul": "Saints-Pierre-et-Paul",
}
"""Names by which French law and usage know a holiday, where the package `holidays` has others."""
_COMMON_NOUNS: Final = re.compile(r"^(?:Fête|Lundi|Vendredi|Abolition|Arrivée)\b")
_TOGETHER: Final = re.compile(r"([,;] )")


def _french_name(name: str) -> str:
    """Return a name as it is written within a sentence; a day may have two of them.

    >>> _french_name("Lundi de Pentecôte"), _french_name("Ascension, Fête du Travail")
    ('lundi de Pentecôte', 'Ascension, fête du Travail')
    """
    return "".join(
        _OF_THE_LAW.get(part) or _COMMON_NOUNS.sub(lambda found: found[0].lower(), part)
        for part in _TOGETHER.split(name)
    )


def holiday_names(definition: CalendarDefinition, year: int) -> dict[date, Wording]:
    """The public holidays not worked in one year, in order, each with its French and English name."""
    return dict(names_of_year(definition, year))


_NEVER = date.min
"""Placeholder at index 0, so that the days that count are numbered from 1."""


@attrs.frozen(eq=False, repr=False)
class DayTable:
    """The days that count, for one day type, over the years of a calendar.

    Held as arrays by the day's number and not as a dictionary by date: neighbouring days are neighbours in memory.

    Args:
        origin: the proleptic ordinal of the first day covered.
        rank: for each day covered, how many days count from the first day covered to it, itself included.
        counted: the days that count, in order, numbered from 1; place 0 holds a day that is none.
    """

    origin: int
    rank: array[int]
    counted: list[date]

    @classmethod
    def of(cls, origin: int, flags: bytes | bytearray) -> DayTable:
        """The table of the days whose flag is 1; `flags` has one byte for each day covered, from `origin` on."""
        ordinals = range(origin, origin + len(flags))
        counted = [_NEVER, *map(date.fromordinal, compress(ordinals, flags))]
        return cls(origin, array("i", accumulate(flags)), counted)

    @property
    def first(self) -> date:
        """The first day covered."""
        return date.fromordinal(self.origin)

    @property
    def last(self) -> date:
        """The last day covered."""
        return date.fromordinal(self.origin + len(self.rank) - 1)

    def rank_of(self, day: date) -> int:
        """How many days count from the first day covered to this one, itself included.

        Raises:
            OutsideHorizonError: the day is not covered.
        """
        number = day.toordinal() - self.origin
        if 0 <= number < len(self.rank):
            return self.rank[number]
        raise OutsideHorizonError(day, self.first, self.last)

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
    def first(self) -> date:
        """The first day covered."""
        return date(self.definition.first_year, 1, 1)

    @cached_property
    def last(self) -> date:
        """The last day covered."""
        return date(self.definition.last_year, 12, 31)

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
        """The bridge days of the employer."""
        return frozenset(day for days in self.definition.bridge_days for day in days.days())

    @cached_property
    def ouvre(self) -> DayTable:
        """The jours ouvrés."""
        return self._table(b"\1\1\1\1\1\0\0", self.holidays | self.closures | self.bridge_days)

    @cached_property
    def ouvrable(self) -> DayTable:
        """The jours ouvrables."""
        return self._table(b"\1\1\1\1\1\1\0", self.holidays)

    @cached_property
    def calendaire(self) -> DayTable:
        """Every day."""
        return self._table(b"\1" * 7, frozenset())

    def _table(self, week: bytes, excluded: frozenset[date]) -> DayTable:
        """The table of the days whose weekday has a 1 in `week`, Monday first, and that are not excluded."""
        origin, end = self.first.toordinal(), self.last.toordinal() + 1
        flags = bytearray((week * ((end - origin) // 7 + 2))[self.first.weekday() :][: end - origin])
        for day in excluded:
            flags[day.toordinal() - origin] = 0
        return DayTable.of(origin, flags)

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
        days_off = ",".join(map(str, sorted(self.holidays | self.closures | self.bridge_days)))
        digest = sha256(f"{definition.text};{days_off}".encode()).hexdigest()[:12]
        return f"{definition.territory.value}-{definition.first_year}-{definition.last_year}-{digest}"


@lru_cache(maxsize=128)
def prepared(definition: CalendarDefinition) -> PreparedDays:
    """The cached tables of a definition: the same object for equal definitions."""
    return PreparedDays(definition)
