"""The places that handle complaints: what each is called, where it is, and the days on which it works."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Self

import attrs

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition, DayRange, Days, Territory
from reclamation_core.calendars.definition import day_ranges
from reclamation_core.errors import WordedError
from reclamation_core.wording import Wording


def _named(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name}: a text is expected, got {value!r}")
    if not value.strip() or value != value.strip() or not value.isprintable():
        raise ValueError(f"{attribute.name}: {value!r} is not a name; give one line of text, without spaces around it")


def _territory(value: str) -> Territory:
    return Territory.parse(value)


def _days(values: Iterable[Days]) -> tuple[DayRange, ...]:
    return day_ranges(values)


@lru_cache(maxsize=256)
def _calendar(definition: CalendarDefinition) -> BusinessCalendar:
    return BusinessCalendar(definition)


@attrs.frozen(kw_only=True)
class Site:
    """One centre (site): its place in the agency and its working days.

    A regional direction, or the national one, that handles cases is one as well: it has a code, a region and days.

    Args:
        code: how complaints refer to it.
        name: what people call it.
        region: the region that it belongs to.
        territory: whose public holidays hold there; its code or its label.
        time_zone: the IANA name of its time zone; the territory's usual one unless given.
        closures: days on which it is closed, as dates or (first, last) pairs.
        bridge_days: days given between a holiday and a weekend (ponts), likewise.
        whit_monday_worked: the journée de solidarité is worked on Whit Monday.
        good_friday: False where Good Friday is worked although the territory's list has it.

    Attributes:
        definition: the definition of the site's calendar.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.

    >>> from datetime import date
    >>> strasbourg = Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle")
    >>> strasbourg.calendar().is_holiday(date(2026, 12, 26))
    True
    """

    code: str = attrs.field(validator=_named)
    name: str = attrs.field(validator=_named)
    region: str = attrs.field(validator=_named)
    territory: Territory = attrs.field(default=Territory.METROPOLE, converter=_territory)
    time_zone: str | None = None
    closures: tuple[DayRange, ...] = attrs.field(default=(), converter=_days)
    bridge_days: tuple[DayRange, ...] = attrs.field(default=(), converter=_days)
    whit_monday_worked: bool = False
    good_friday: bool = True
    definition: CalendarDefinition = attrs.field(init=False, eq=False, repr=False)

    @definition.default
    def _defined(self) -> CalendarDefinition:
        # Made once, for it is asked for with every complaint; it also checks what the site takes from it.
        return CalendarDefinition(
            territory=self.territory,
            closures=self.closures,
            bridge_days=self.bridge_days,
            whit_monday_worked=self.whit_monday_worked,
            good_friday=self.good_friday,
            time_zone=self.territory.rules.time_zone if self.time_zone is None else self.time_zone,
        )

    def calendar(self) -> BusinessCalendar:
        """The site's working days; sites with the same ones share one calendar, made once."""
        return _calendar(self.definition)


@attrs.define(eq=False)
class UnknownSiteError(WordedError, LookupError):
    """No site has that code.

    Args:
        code: the code that was asked for.
        known: the codes that there are, in order.
    """

    code: object
    known: tuple[str, ...]

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        shown = ", ".join(self.known[:10]) + (", ..." if len(self.known) > 10 else "")
        listed = Wording(shown, shown) if shown else Wording("aucun, faute de sites", "none: there are no sites")
        return Wording(
            f"« {self.code} » n'est pas le code d'un site ; choisissez parmi {listed.fr}",
            f"{self.code!r} is not the code of a site; use one of {listed.en}",
        )


def _by_code(sites: Iterable[Site]) -> Mapping[str, Site]:
    known: dict[str, Site] = {}
    for site in sites:
        if site.code in known:
            raise ValueError(f"sites: {site.code!r} is given twice; each code names one site")
        known[site.code] = site
    return MappingProxyType(known)


@attrs.frozen
class Sites:
    """The sites of the agency, by code, in the order given.

    Raises:
        ValueError: two sites have the same code.

    >>> sites = Sites((Site(code="CRE", name="Créteil", region="Île-de-France"),))
    >>> sites["CRE"].name
    'Créteil'
    """

    _sites: Mapping[str, Site] = attrs.field(default=(), converter=_by_code)

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """The sites that a TOML file lists, one table `[sites.CODE]` each.

        A table has `name` and `region`, and may have `territory`, `time_zone`, `closures` and `bridge_days` (lists of
        dates and of [first, last] pairs of dates), `whit_monday_worked` and `good_friday`.

        Raises:
            OSError: the file cannot be read.
            FaultsError: with every fault of the file at once, each with its path; unknown keys are faults.
        """
        from reclamation_core.vocabulary.sites_file import read_sites

        return cls(read_sites(path))

    def __getitem__(self, code: str) -> Site:
        """The site with that code.

        Raises:
            UnknownSiteError: there is none; a `LookupError`.
        """
        try:
            return self._sites[code]
        except (KeyError, TypeError):
            raise UnknownSiteError(code, tuple(self._sites)) from None

    def region_of(self, code: str) -> str | None:
        """The region of a site; None of a code that is none here, such as that of a site that has closed since.

        >>> Sites([Site(code="CRE", name="Créteil", region="Île-de-France")]).region_of("CRE")
        'Île-de-France'
        """
        return self._sites[code].region if code in self else None

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and code in self._sites

    def __iter__(self) -> Iterator[str]:
        return iter(self._sites)

    def __len__(self) -> int:
        return len(self._sites)
