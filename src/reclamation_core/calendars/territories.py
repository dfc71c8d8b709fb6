"""The French territories: time zone, and the holidays that the law adds to the national list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

import attrs
from dateutil.easter import easter

from reclamation_core.codes import Vocabulary
from reclamation_core.wording import Wording

GOOD_FRIDAY: Final = -2
WHIT_MONDAY: Final = 50
"""Days from Easter Sunday."""


class Territory(Vocabulary):
    """A part of France with its own list of public holidays (territoire)."""

    METROPOLE = "metropole", "métropole", "metropolitan France"
    ALSACE_MOSELLE = "alsace-moselle", "Alsace-Moselle", "Alsace and Moselle"
    GUADELOUPE = "guadeloupe", "Guadeloupe", "Guadeloupe"
    MARTINIQUE = "martinique", "Martinique", "Martinique"
    GUYANE = "guyane", "Guyane", "French Guiana"
    REUNION = "reunion", "La Réunion", "Réunion"
    MAYOTTE = "mayotte", "Mayotte", "Mayotte"
    SAINT_BARTHELEMY = "saint-barthelemy", "Saint-Barthélemy", "Saint Barthélemy"
    SAINT_MARTIN = "saint-martin", "Saint-Martin", "Saint Martin"
    SAINT_PIERRE_ET_MIQUELON = "saint-pierre-et-miquelon", "Saint-Pierre-et-Miquelon", "Saint Pierre and Miquelon"
    NOUVELLE_CALEDONIE = "nouvelle-caledonie", "Nouvelle-Calédonie", "New Caledonia"
    POLYNESIE_FRANCAISE = "polynesie-francaise", "Polynésie française", "French Polynesia"
    WALLIS_ET_FUTUNA = "wallis-et-futuna", "Wallis-et-Futuna", "Wallis and Futuna"
    TERRES_AUSTRALES = "terres-australes", "Terres australes françaises", "French Southern Lands"

    @property
    def rules(self) -> TerritoryRules:
        """The territory's time zone and list of holidays."""
        return TERRITORY_RULES[self]


@attrs.frozen(kw_only=True)
class LegalDay:
    """A public holiday that the law gives to one territory, on a fixed date or so many days from Easter Sunday.

    Args:
        name: the holiday's name.
        since: the first year in which it is a holiday there.
        month_day: its month and day; None for a movable one.
        easter_offset: days from Easter Sunday, where there is no fixed date.
    """

    name: Wording
    since: int
    month_day: tuple[int, int] | None = None
    easter_offset: int = 0

    def in_year(self, year: int) -> date | None:
        """The day in that year; None before the law."""
        if year < self.since:
            return None
        if self.month_day is None:
            return easter(year) + timedelta(days=self.easter_offset)
        return date(year, *self.month_day)


@attrs.frozen
class TerritoryRules:
    """What is particular to a territory.

    Args:
        time_zone: the IANA name of its usual time zone.
        legal_days: the holidays that the law adds to the national list, known to this library by their own rule.
        subdivision: the name that `holidays` gives to the territory, None where nothing is asked from it.
        subdivision_is_legal: whether the list that `holidays` has for it is the list in force there; where it is not,
            what that list has more is a local usage.
    """

    time_zone: str
    legal_days: tuple[LegalDay, ...] = ()
    subdivision: str | None = None
    subdivision_is_legal: bool = False


_ABOLITION: Final = Wording("Abolition de l'esclavage", "Abolition of Slavery")


def _abolition(month: int, day: int, since: int) -> tuple[LegalDay, ...]:
    return (LegalDay(name=_ABOLITION, since=since, month_day=(month, day)),)


_ALSACE_MOSELLE: Final = (
    LegalDay(name=Wording("Vendredi saint", "Good Friday"), since=1893, easter_offset=GOOD_FRIDAY),
    LegalDay(name=Wording("Saint-Étienne", "Saint Stephen's Day"), since=1892, month_day=(12, 26)),
)

# Sources: code du travail L.3422-2 (overseas) and L.3134-13 (Alsace-Moselle); décret n° 83-1003 of 23 November 1983,
# completed by décret n° 2012-553 of 23 April 2012 for Saint-Barthélemy and Saint-Martin. In 1983 the decree came in
# time for La Réunion only. The Pacific territories have labour codes of their own: `holidays` lists their days.
TERRITORY_RULES: Final[Mapping[Territory, TerritoryRules]] = MappingProxyType(
    {
        Territory.METROPOLE: TerritoryRules("Europe/Paris"),
        Territory.ALSACE_MOSELLE: TerritoryRules("Europe/Paris", _ALSACE_MOSELLE),
        Territory.GUADELOUPE: TerritoryRules("America/Guadeloupe", _abolition(5, 27, 1984), "971"),
        Territory.MARTINIQUE: TerritoryRules("America/Martinique", _abolition(5, 22, 1984), "972"),
        Territory.GUYANE: TerritoryRules("America/Cayenne", _abolition(6, 10, 1984), "973"),
        Territory.REUNION: TerritoryRules("Indian/Reunion", _abolition(12, 20, 1983), "974"),
        Territory.MAYOTTE: TerritoryRules("Indian/Mayotte", _abolition(4, 27, 1984), "976"),
        Territory.SAINT_BARTHELEMY: TerritoryRules("America/St_Barthelemy", _abolition(10, 9, 2012), "BL"),
        Territory.SAINT_MARTIN: TerritoryRules("America/Marigot", _abolition(5, 28, 2012), "MF"),
        Territory.SAINT_PIERRE_ET_MIQUELON: TerritoryRules("America/Miquelon", (), "PM", subdivision_is_legal=True),
        Territory.NOUVELLE_CALEDONIE: TerritoryRules("Pacific/Noumea", (), "NC", subdivision_is_legal=True),
        Territory.POLYNESIE_FRANCAISE: TerritoryRules("Pacific/Tahiti", (), "PF", subdivision_is_legal=True),
        Territory.WALLIS_ET_FUTUNA: TerritoryRules("Pacific/Wallis", (), "WF", subdivision_is_legal=True),
        Territory.TERRES_AUSTRALES: TerritoryRules("Indian/Kerguelen", (), "TF", subdivision_is_legal=True),
    }
)
