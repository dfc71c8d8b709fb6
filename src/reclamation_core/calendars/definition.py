"""What is stored and compared: ranges of days, territories, the definition of a calendar, the rule of a deadline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeAlias, Union
from zoneinfo import ZoneInfo

import attrs
from dateutil.easter import easter

from reclamation_core.calendars.codes import DayType
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import refuse_value, require_order, truth, whole_number
from reclamation_core.wording import Lang, Wording

_ONE_DAY: Final = timedelta(days=1)


def checked_date(value: object, name: str) -> date:
    """The value, when it is a plain date.

    Raises:
        TypeError: not a date; a datetime is refused as well, for its day depends on a time zone.
    """
    if isinstance(value, datetime):
        raise TypeError(f"{name}: a date is expected, got the instant {value!r}; take calendar.day_of(instant)")
    if not isinstance(value, date):
        raise TypeError(f"{name}: a date is expected, got {value!r}")
    return value


@attrs.frozen(order=True)
class DayRange(SharedRepr):
    """The days from `first` to `last`, both included.

    Raises:
        TypeError: an end is not a plain date.
        ValueError: `last` is before `first`.

    >>> from datetime import date
    >>> date(2026, 8, 15) in DayRange(date(2026, 8, 3), date(2026, 8, 21))
    True
    """

    first: date
    last: date

    def __attrs_post_init__(self) -> None:
        checked_date(self.first, "first")
        checked_date(self.last, "last")
        require_order(self.first, last=self.last)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def days(self) -> Iterable[date]:
        """Every day of the range, in order."""
        return (date.fromordinal(number) for number in range(self.first.toordinal(), self.last.toordinal() + 1))


Days: TypeAlias = Union[date, tuple[date, date], DayRange]  # noqa: UP007  (evaluated at run time by cattrs)
"""A day, or its (first, last) range with both ends included."""


def _as_range(value: object) -> DayRange:
    if isinstance(value, DayRange):
        return value
    if isinstance(value, date):
        return DayRange(value, value)
    if isinstance(value, tuple | list) and len(value) == 2:
        return DayRange(*value)
    raise TypeError(f"days: a date or a (first, last) pair of dates is expected, got {value!r}")


def days_without(values: Iterable[DayRange], others: Iterable[DayRange]) -> tuple[DayRange, ...]:
    """The days of some ranges that are in none of the others, in canonical form.

    >>> from datetime import date
    >>> august = DayRange(date(2026, 8, 1), date(2026, 8, 31))
    >>> [str(left.last) for left in days_without([august], [DayRange(date(2026, 8, 3), date(2026, 8, 21))])]
    ['2026-08-02', '2026-08-31']
    """
    left = day_ranges(values)
    for other in others:
        left = tuple(part for days in left for part in _without(days, other))
    return left


def _without(days: DayRange, other: DayRange) -> Iterator[DayRange]:
    if days.first < other.first:
        yield DayRange(days.first, min(days.last, other.first - _ONE_DAY))
    if other.last < days.last:
        yield DayRange(max(days.first, other.last + _ONE_DAY), days.last)


def day_ranges(values: Iterable[Days]) -> tuple[DayRange, ...]:
    """The same days as ranges in order, disjoint and not touching: equal sets of days give equal tuples.

    Raises:
        TypeError: the values are not a collection of dates or pairs of dates.
        ValueError: a range ends before it begins.

    >>> from datetime import date
    >>> day_ranges([date(2026, 8, 4), date(2026, 8, 3)])
    (DayRange(first=datetime.date(2026, 8, 3), last=datetime.date(2026, 8, 4)),)
    """
    if isinstance(values, date | DayRange | str) or not isinstance(values, Iterable):
        raise TypeError(
            f"days: a collection of dates or (first, last) pairs is expected, got {values!r}; wrap it: (...,)"
        )
    merged: list[DayRange] = []
    for days in sorted(_as_range(value) for value in values):
        if merged and (days.first - merged[-1].last) <= _ONE_DAY:
            merged[-1] = DayRange(merged[-1].first, max(merged[-1].last, days.last))
        else:
            merged.append(days)
    return tuple(merged)


GOOD_FRIDAY: Final = -2
WHIT_MONDAY: Final = 50
"""Days from Easter Sunday."""


class Territory(LabelledEnum):
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
class LegalDay(SharedRepr):
    """A public holiday of one territory by law, on a fixed date or a number of days from Easter Sunday.

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
class TerritoryRules(SharedRepr):
    """What is particular to a territory.

    Args:
        time_zone: the IANA name of its usual time zone.
        legal_days: the holidays that the law adds to the national list, known to this library by their own rule.
        subdivision: the territory's name in `holidays`, None if its list is not used.
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


EARLIEST_YEAR: Final = 1950
LATEST_YEAR: Final = 2100
"""The years for which `holidays` and this library's own lists are known to hold."""
_KNOWN_YEARS: Final = Wording(
    f"une année de {EARLIEST_YEAR} à {LATEST_YEAR}, dont les jours fériés sont connus",
    f"a year from {EARLIEST_YEAR} to {LATEST_YEAR}, whose holidays are known",
)
_KNOWN_ZONES: Final = Wording(
    "un fuseau IANA connu de ce système, par exemple « Europe/Paris » ; installez tzdata si le système n'en a aucun",
    "an IANA time zone known here, such as 'Europe/Paris'; install tzdata where the system has none",
)


def _is_year(_: object, attribute: attrs.Attribute[int], value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{attribute.name}: a year is expected, got {value!r}")
    if not EARLIEST_YEAR <= value <= LATEST_YEAR:
        refuse_value(attribute.name, value, _KNOWN_YEARS)


def _is_time_zone(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name}: the name of a time zone is expected, got {value!r}")
    try:
        ZoneInfo(value)
    except (LookupError, ValueError, OSError) as error:
        raise FaultsError([Fault(attribute.name, value, _KNOWN_ZONES)]) from error


def _territory(value: str) -> Territory:
    return Territory.parse(value)


def _zone_name(value: object) -> Any:
    return value.key if isinstance(value, ZoneInfo) else value


def _usual_time_zone(definition: CalendarDefinition) -> str:
    return definition.territory.rules.time_zone


@attrs.frozen(kw_only=True)
class CalendarDefinition(SharedRepr):
    """All that a French business calendar depends on, the release of `holidays` excepted.

    Equal definitions make the same calendar; `calendar.edition` also identifies the release of `holidays`.

    Args:
        territory: whose list of public holidays holds; its code or its label is accepted.
        good_friday: False where Good Friday is worked although the list has it: in Alsace-Moselle it is a holiday only
            in the communes that have a Protestant church or a mixed one.
        whit_monday_worked: True where the journée de solidarité is worked on Whit Monday.
        closures: days on which the establishment is closed, as dates or (first, last) ranges.
        bridge_days: days off between a holiday and a weekend (ponts), as dates or (first, last) ranges.
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
    good_friday: bool = attrs.field(default=True, validator=truth)
    whit_monday_worked: bool = attrs.field(default=False, validator=truth)
    closures: tuple[DayRange, ...] = attrs.field(default=(), converter=day_ranges)
    bridge_days: tuple[DayRange, ...] = attrs.field(default=(), converter=day_ranges)
    local_usages: bool = attrs.field(default=False, validator=truth)
    time_zone: str = attrs.field(
        default=attrs.Factory(_usual_time_zone, takes_self=True), converter=_zone_name, validator=_is_time_zone
    )
    first_year: int = attrs.field(default=1990, validator=_is_year)
    last_year: int = attrs.field(default=2099, validator=_is_year)

    def __attrs_post_init__(self) -> None:
        if self.last_year < self.first_year:
            refuse_value(
                "last_year",
                self.last_year,
                Wording(
                    f"une année qui ne précède pas la première, {self.first_year}",
                    f"a year that is not before the first, {self.first_year}",
                ),
            )
        for name, ranges in (("closures", self.closures), ("bridge_days", self.bridge_days)):
            for days in ranges:
                if days.first.year < self.first_year or days.last.year > self.last_year:
                    years = f"{self.first_year} à {self.last_year}", f"{self.first_year} to {self.last_year}"
                    refuse_value(
                        name,
                        (days.first, days.last),
                        Wording(
                            f"des jours des années du calendrier, {years[0]}",
                            f"days of the years of the calendar, {years[1]}",
                        ),
                    )

    @property
    def text(self) -> str:
        """The definition on one line, the same on every platform and Python: what the edition's digest is made from."""
        values = attrs.asdict(self, recurse=False)
        return ";".join(f"{name}={_plain(value)}" for name, value in values.items())


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(f"{days.first}/{days.last}" for days in value)
    return str(value)


_LOCAL_TIME: Final = Wording(
    "une heure sans fuseau est attendue : celui du calendrier s'applique",
    "leave the time zone out: the calendar's own holds",
)
_CLEAR_DAYS: Final = Wording(
    "aucune des deux extrémités d'un délai en jours francs ne compte : laissez faux, ou changez day_type",
    "neither end of a delay in clear days (franc) counts: leave it False or change day_type",
)


def _is_local_time(_: object, attribute: attrs.Attribute[time | None], value: object) -> None:
    if value is None:
        return
    if not isinstance(value, time):
        raise TypeError(f"{attribute.name}: a time of day is expected, got {value!r}")
    if value.tzinfo is not None:
        refuse_value(attribute.name, value, _LOCAL_TIME)


def _not_with_clear_days(rule: DeadlineRule, _: object, counted: bool) -> None:
    if counted and rule.day_type is DayType.FRANC:
        refuse_value("first_day_counted", counted, _CLEAR_DAYS)


def _day_type(value: str) -> DayType:
    return DayType.parse(value)


_ONE_UNIT: Final = Wording(
    "un nombre de jours ou un nombre de mois est attendu, pas les deux : { days = 15 } ou { months = 2 }",
    "a number of days or a number of months is expected, not both: { days = 15 } or { months = 2 }",
)
_MONTHS_FROM_RECEIPT: Final = Wording(
    "un délai en mois expire le jour qui porte le même quantième que la réception : laissez faux, ou comptez en jours",
    "a delay in months ends on the day of the month of the receipt: leave it False or count in days",
)

MOST_DAYS: Final = 3_650
MOST_MONTHS: Final = 120
"""The longest delays, of ten years: they end before the years of a calendar do."""
ADDED_LATER: Final = "added later"
"""Marks a field added after digests of policy editions were recorded: left out of them while it has its default."""


@attrs.frozen(kw_only=True)
class Duration(SharedRepr):
    """How long a delay is: in days of the type of its rule, or in months (durée).

    Args:
        days: how many days; 0 for a duration in months.
        months: how many calendar months; 0 for a duration in days.

    Raises:
        TypeError: a field is not a whole number.
        FaultsError: both are 0, or neither is; a ValueError.
    """

    days: int = attrs.field(default=0, validator=whole_number(0, MOST_DAYS))
    months: int = attrs.field(default=0, validator=whole_number(0, MOST_MONTHS))

    def __attrs_post_init__(self) -> None:
        if bool(self.days) == bool(self.months):
            refuse_value("", {"days": self.days, "months": self.months}, _ONE_UNIT)


def _by_level(durations: object) -> Any:
    """Return durations in the order of the codes of their levels; anything else unchanged."""
    return dict(sorted(durations.items(), key=str)) if isinstance(durations, Mapping) else durations


def _are_durations(rule: DeadlineRule, attribute: attrs.Attribute[Any], durations: object) -> None:
    if not isinstance(durations, Mapping) or not all(isinstance(one, Duration) for one in durations.values()):
        raise TypeError(f"{attribute.name}: durations (Duration) by the code of a level, got {durations!r}")
    for level, duration in durations.items():
        if duration.months and rule.first_day_counted:
            refuse_value(f"{attribute.name}.{level}", {"months": duration.months}, _MONTHS_FROM_RECEIPT)


def _not_with_months(rule: DeadlineRule, attribute: attrs.Attribute[Any], months: int) -> None:
    if months and rule.first_day_counted:
        refuse_value(attribute.name, months, _MONTHS_FROM_RECEIPT)


@attrs.frozen(kw_only=True)
class DeadlineRule(SharedRepr):
    """How the last day to answer follows from the receipt (règle de délai).

    A delay in months ends on the day of the month of the receipt, or on the last day of a month that has no such day,
    moved forward to the next jour ouvré when it is not one.

    Args:
        days: how many days must have counted on the last day, 1 to 3,650; not read where `months` is set.
        day_type: which days count, with the conventions of `DayType`; its code or its label is accepted.
        first_day_counted: True when the day of receipt is day 1, where it is a day that counts.
        cut_off: the hour, in the calendar's zone, after which (strictly) what arrives is received the next calendar
            day.
        suspensions_allowed: whether days may be taken off the clock, case by case.
        due_soon: from how many business days left an unanswered deadline is due soon; 0 never.
        months: how many calendar months the delay lasts, 120 at most; 0 for a delay in days.
        by_level: other durations, by the code of the level that handles a case; `of_level` has the rule of one level.

    Raises:
        TypeError: a field is not of its type; the message names it and its value.
        FaultsError: a field has a value that cannot be; a ValueError.

    Source: code de procédure civile, articles 641 and 642 (months).
    """

    days: int = attrs.field(default=10, validator=whole_number(1, MOST_DAYS))
    day_type: DayType = attrs.field(default=DayType.OUVRE, converter=_day_type)
    first_day_counted: bool = attrs.field(default=False, validator=[truth, _not_with_clear_days])
    cut_off: time | None = attrs.field(default=None, validator=_is_local_time)
    suspensions_allowed: bool = attrs.field(default=False, validator=truth)
    due_soon: int = attrs.field(default=2, validator=whole_number(0))
    months: int = attrs.field(
        default=0, validator=[whole_number(0, MOST_MONTHS), _not_with_months], metadata={ADDED_LATER: None}
    )
    by_level: Mapping[str, Duration] = attrs.field(
        factory=dict, converter=_by_level, validator=_are_durations, hash=False, metadata={ADDED_LATER: None}
    )

    def of_level(self, level: str | None) -> DeadlineRule:
        """Return the rule for cases of a level, which has no durations by level.

        Args:
            level: the code of the level; None for the rule of the levels without a duration of their own.

        >>> DeadlineRule(days=10, by_level={"regional": Duration(months=2)}).of_level("regional").days_in_words()
        '2 mois'
        """
        return _of_level(self, self.by_level.get(level) if level else None) if self.by_level else self

    def days_in_words(self, lang: Lang = "fr") -> str:
        """How many days of which type, or how many months.

        >>> DeadlineRule(days=10).days_in_words()
        '10 jours ouvrés'
        """
        if self.months:
            return f"{self.months} mois" if lang == "fr" else f"{self.months} month{'s' if self.months > 1 else ''}"
        return f"{self.days} {self.day_type.label(lang) if self.days == 1 else self.day_type.plural(lang)}"


@lru_cache(maxsize=256)
def _of_level(rule: DeadlineRule, duration: Duration | None) -> DeadlineRule:
    if duration is None:
        return attrs.evolve(rule, by_level={})
    # The days of a rule in months are not read; it has those of the rule that it comes from.
    return attrs.evolve(rule, days=duration.days or rule.days, months=duration.months, by_level={})
