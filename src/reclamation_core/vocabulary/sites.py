"""The sites that handle complaints: name, region, working days; and the file that lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

import attrs

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition, DayRange, Territory
from reclamation_core.calendars.definition import Days, day_ranges
from reclamation_core.documents.faults import UNKNOWN_KEY
from reclamation_core.documents.files import read_toml
from reclamation_core.documents.toml_lines import lines_of_faults
from reclamation_core.errors import ErrorKind, Fault, FaultCollector, FaultsError, WordedError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import label
from reclamation_core.wording import Wording, first_of, safe_repr


def _territory(value: str) -> Territory:
    return Territory.parse(value)


def _days(values: Iterable[Days]) -> tuple[DayRange, ...]:
    return day_ranges(values)


@lru_cache(maxsize=256)
def _calendar(definition: CalendarDefinition) -> BusinessCalendar:
    return BusinessCalendar(definition)


@attrs.frozen(kw_only=True)
class Site(SharedRepr):
    """One centre (site): its place in the agency and its working days.

    A regional or national direction that handles cases is a site too: it has a code, a region and working days.

    Args:
        code: the code in complaints and files.
        name: the name for readers.
        region: the region of the site.
        territory: the territory of its public holidays; a code or a label.
        time_zone: the IANA name of its time zone; the territory's usual one unless given.
        closures: days on which it is closed, as dates or (first, last) pairs.
        bridge_days: days off between a holiday and a weekend (ponts), as dates or pairs.
        whit_monday_worked: the journée de solidarité is worked on Whit Monday.
        good_friday: False where Good Friday, a holiday of the territory, is worked.

    Attributes:
        definition: the definition of the site's calendar.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.

    >>> from datetime import date
    >>> strasbourg = Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle")
    >>> strasbourg.calendar().is_holiday(date(2026, 12, 26))
    True
    """

    code: str = attrs.field(validator=label)
    name: str = attrs.field(validator=label)
    region: str = attrs.field(validator=label)
    territory: Territory = attrs.field(default=Territory.METROPOLE, converter=_territory)
    time_zone: str | None = None
    closures: tuple[DayRange, ...] = attrs.field(default=(), converter=_days)
    bridge_days: tuple[DayRange, ...] = attrs.field(default=(), converter=_days)
    whit_monday_worked: bool = False
    good_friday: bool = True
    definition: CalendarDefinition = attrs.field(init=False, eq=False, repr=False)

    @definition.default
    def _defined(self) -> CalendarDefinition:
        # Built once, because every complaint needs it; it also validates the fields that it takes.
        return CalendarDefinition(
            territory=self.territory,
            closures=self.closures,
            bridge_days=self.bridge_days,
            whit_monday_worked=self.whit_monday_worked,
            good_friday=self.good_friday,
            time_zone=self.territory.rules.time_zone if self.time_zone is None else self.time_zone,
        )

    def calendar(self) -> BusinessCalendar:
        """Return the calendar of the site's working days; sites with equal definitions share one."""
        return _calendar(self.definition)


@attrs.define
class UnknownSiteError(WordedError, LookupError):
    """No site has the code.

    Args:
        site: the unknown code.
        known: the known codes, in order.
    """

    code = "unknown_site"
    kind = ErrorKind.INVALID
    argument = "site"

    site: object
    known: tuple[str, ...]

    @property
    def wording(self) -> Wording:
        first = first_of(self.known)
        listed = Wording(first, first) if first else Wording("aucun, faute de centres", "none: there are no sites")
        return Wording(
            f"« {self.site} » n'est pas le code d'un centre ; choisissez parmi {listed.fr}",
            f"{self.site!r} is not the code of a site; use one of {listed.en}",
        )


def _by_code(sites: Iterable[Site]) -> Mapping[str, Site]:
    known: dict[str, Site] = {}
    for site in sites:
        if not isinstance(site, Site):
            raise TypeError(f"sites: a list of Site is expected, got {safe_repr(sites)}")
        if site.code in known:
            raise ValueError(f"sites: {site.code!r} is given twice; each code names one site")
        known[site.code] = site
    return MappingProxyType(known)


@attrs.frozen
class Sites(SharedRepr):
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
        """Read the sites of a TOML file, one table `[sites.CODE]` each.

        A table has `name` and `region`, and may have `territory`, `time_zone`, `closures` and `bridge_days` (lists of
        dates and of [first, last] pairs of dates), `whit_monday_worked` and `good_friday`.

        Raises:
            OSError: the file cannot be read.
            FaultsError: with every fault of the file at once, each with its path; unknown keys are faults.
        """
        with lines_of_faults(path):
            return cls(read_sites_document(read_toml(path)))

    def __getitem__(self, code: str) -> Site:
        """Return the site with a code.

        Raises:
            UnknownSiteError: no site has it; a `LookupError`.
        """
        try:
            return self._sites[code]
        except (KeyError, TypeError):
            raise UnknownSiteError(code, tuple(self._sites)) from None

    def region_of(self, code: str) -> str | None:
        """Return the region of a site; None for an unknown code, such as the code of a site that has closed.

        >>> Sites([Site(code="CRE", name="Créteil", region="Île-de-France")]).region_of("CRE")
        'Île-de-France'
        """
        return self._sites[code].region if code in self else None

    def name_of(self, code: str) -> str:
        """Return the name of the site with a code, or the code where no site has it.

        >>> Sites().name_of("CRE")
        'CRE'
        """
        return self._sites[code].name if code in self else code

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and code in self._sites

    def __iter__(self) -> Iterator[str]:
        return iter(self._sites)

    def __len__(self) -> int:
        return len(self._sites)


_TEXT = Wording("un texte d'une ligne, non vide, sans espaces autour", "one line of text, without spaces around it")
_DAYS = Wording(
    "une liste de dates (2026-08-14, sans guillemets) et de paires [première, dernière], dans les années du calendrier",
    "a list of dates (2026-08-14, without quotes) and of [first, last] pairs, within the calendar's years",
)
TRUE_OR_FALSE = Wording("true ou false", "true or false")
_TERRITORY = Wording(f"un territoire : {', '.join(Territory)}", f"a territory: {', '.join(Territory)}")
A_ZONE = Wording("un fuseau IANA, par exemple « Europe/Paris »", "an IANA time zone, for example 'Europe/Paris'")
_REQUIRED = Wording("cette clé est obligatoire", "this key is required")
_TABLE = Wording("une table par site est attendue : [sites.CODE]", "one table for each site is expected: [sites.CODE]")


_EXPECTED: Final[Mapping[str, Wording]] = {
    "name": _TEXT,
    "region": _TEXT,
    "territory": _TERRITORY,
    "time_zone": A_ZONE,
    "closures": _DAYS,
    "bridge_days": _DAYS,
    "whit_monday_worked": TRUE_OR_FALSE,
    "good_friday": TRUE_OR_FALSE,
}
_NEEDED: Final = ("name", "region")


def read_sites_document(document: Mapping[str, Any]) -> tuple[Site, ...]:
    """Return the sites that a document lists, in its order; `Sites.from_toml` has the format.

    Raises:
        FaultsError: with every fault of the document at once.
    """
    if not isinstance(document, Mapping):
        raise FaultsError([Fault("$", document, _TABLE)])
    faults = FaultCollector(Fault(str(key), document[key], UNKNOWN_KEY) for key in document if key != "sites")
    tables = document.get("sites")
    if not isinstance(tables, dict) or not tables:
        raise FaultsError((*faults, Fault("sites", tables, _TABLE)))
    sites = [_site(code, table, faults) for code, table in tables.items()]
    if faults:
        raise FaultsError(faults)
    return tuple(site for site in sites if site is not None)


def _site(code: str, table: object, faults: FaultCollector) -> Site | None:
    where = f"sites.{code}"
    if not isinstance(table, dict):
        faults.append(Fault(where, table, _TABLE))
        return None
    before = len(faults)
    if _refused({"code": code}):
        faults.append(Fault(where, code, _TEXT))
    for key, value in table.items():
        if key not in _EXPECTED:
            faults.append(Fault(f"{where}.{key}", value, UNKNOWN_KEY))
        elif _refused({key: value}):
            faults.append(Fault(f"{where}.{key}", value, _EXPECTED[key]))
    faults += [Fault(f"{where}.{key}", None, _REQUIRED) for key in _NEEDED if key not in table]
    return Site(code=code, **table) if len(faults) == before else None


def _refused(given: dict[str, Any]) -> bool:
    """Return True if the class refuses one value, the other fields being valid."""
    bare = {"code": "x", "name": "x", "region": "x"}
    try:
        Site(**{**bare, **given})
    except (TypeError, ValueError):
        return True
    return False
