"""The file that lists the sites: every fault told at once, with its path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from reclamation_core.calendars import Territory
from reclamation_core.documents.files import read_toml
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.vocabulary.sites import Site
from reclamation_core.wording import Wording

_TEXT = Wording("un texte d'une ligne, non vide, sans espaces autour", "one line of text, without spaces around it")
_DAYS = Wording(
    "une liste de dates (2026-08-14, sans guillemets) et de paires [première, dernière], dans les années du calendrier",
    "a list of dates (2026-08-14, without quotes) and of [first, last] pairs, within the calendar's years",
)
_TRUTH = Wording("true ou false", "true or false")
_TERRITORY = Wording(f"un territoire : {', '.join(Territory)}", f"a territory: {', '.join(Territory)}")
_ZONE = Wording("un fuseau IANA, par exemple « Europe/Paris »", "an IANA time zone, for example 'Europe/Paris'")
_REQUIRED = Wording("cette clé est obligatoire", "this key is required")
_UNKNOWN = Wording(
    "cette clé n'est pas connue ; retirez-la ou corrigez son nom", "unknown key; remove it or mend its name"
)
_TABLE = Wording("une table par site est attendue : [sites.CODE]", "one table for each site is expected: [sites.CODE]")


_EXPECTED: Final[Mapping[str, Wording]] = {
    "name": _TEXT,
    "region": _TEXT,
    "territory": _TERRITORY,
    "time_zone": _ZONE,
    "closures": _DAYS,
    "bridge_days": _DAYS,
    "whit_monday_worked": _TRUTH,
    "good_friday": _TRUTH,
}
_NEEDED: Final = ("name", "region")


def read_sites(path: str | Path) -> tuple[Site, ...]:
    """The sites that a TOML file lists, in its order; `Sites.from_toml` has the format.

    Raises:
        OSError: the file cannot be read.
        FaultsError: with every fault of the file at once.
    """
    document = read_toml(path)
    faults = [Fault(key, document[key], _UNKNOWN) for key in document if key != "sites"]
    tables = document.get("sites")
    if not isinstance(tables, dict) or not tables:
        raise FaultsError((*faults, Fault("sites", tables, _TABLE)))
    sites = [_site(code, table, faults) for code, table in tables.items()]
    if faults:
        raise FaultsError((*faults,))
    return tuple(site for site in sites if site is not None)


def _site(code: str, table: Any, faults: list[Fault]) -> Site | None:
    where = f"sites.{code}"
    if not isinstance(table, dict):
        faults.append(Fault(where, table, _TABLE))
        return None
    before = len(faults)
    if _refused({"code": code}):
        faults.append(Fault(where, code, _TEXT))
    for key, value in table.items():
        if key not in _EXPECTED:
            faults.append(Fault(f"{where}.{key}", value, _UNKNOWN))
        elif _refused({key: value}):
            faults.append(Fault(f"{where}.{key}", value, _EXPECTED[key]))
    faults += [Fault(f"{where}.{key}", None, _REQUIRED) for key in _NEEDED if key not in table]
    return Site(code=code, **table) if len(faults) == before else None


def _refused(given: dict[str, Any]) -> bool:
    """Whether a site refuses one value, all else being right: the class alone knows what its fields may be."""
    bare = {"code": "x", "name": "x", "region": "x"}
    try:
        Site(**{**bare, **given})
    except (TypeError, ValueError):
        return True
    return False
