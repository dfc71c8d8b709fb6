"""The public holidays of a definition: the national list of `holidays`, and each territory's own by law.

`holidays` is composed and never mutated; it is asked in an explicit language, so that the environment's LANG has no
say, and its names are shown but never used to find a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

from reclamation_core.calendars.definition import CalendarDefinition
from reclamation_core.calendars.territories import GOOD_FRIDAY, WHIT_MONDAY
from reclamation_core.wording import Lang, Wording

_LANGUAGES = {"fr": "fr", "en": "en_US"}


def _from_package(subdivision: str | None, years: Iterable[int], lang: Lang) -> dict[date, str]:
    from holidays.countries.france import France

    # Its constructor has no annotations; its instances are dictionaries that fill themselves, hence the plain copy.
    asked = {"subdiv": subdivision, "years": years, "expand": False, "language": _LANGUAGES[lang]}
    return dict(France(**asked))  # type: ignore[no-untyped-call]


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
            if day is not None and not (legal.easter_offset in worked and legal.month_day is None):
                name = legal.name.in_(lang)
                named[day] = f"{named[day]}, {name}" if day in named and subdivision is None else named.get(day, name)
    return named


def _movable_days(definition: CalendarDefinition) -> tuple[tuple[int, bool], ...]:
    return (GOOD_FRIDAY, not definition.good_friday), (WHIT_MONDAY, definition.whit_monday_worked)


@lru_cache(maxsize=256)
def _names(definition: CalendarDefinition, year: int) -> dict[date, Wording]:
    french = holidays_of(definition, (year,), "fr")
    english = holidays_of(definition, (year,), "en")
    return {day: Wording(french[day], english[day]) for day in sorted(french)}


def holiday_names(definition: CalendarDefinition, year: int) -> dict[date, Wording]:
    """The public holidays not worked in one year, in order, each with its French and English name."""
    return dict(_names(definition, year))
