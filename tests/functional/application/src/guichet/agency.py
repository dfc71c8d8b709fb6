"""L'agence : son édition de la procédure, ses jours ouvrés, ses sites."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from reclamation_core import BusinessCalendar, Policy, Site, Sites, read_policy

EDITION = Path(__file__).with_name("edition.toml")
SITES = Sites(
    (
        Site(code="CRE", name="Créteil", region="Île-de-France"),
        Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle"),
    )
)


@cache
def our_edition() -> Policy:
    """L'édition de l'agence, qui part de M2-1."""
    return read_policy(EDITION)


@cache
def our_calendar() -> BusinessCalendar:
    """Les jours ouvrés de l'agence : fermée une semaine en août, et l'Ascension fait le pont."""
    return BusinessCalendar.france(
        "alsace-moselle",
        closures=[(date(2025, 8, 11), date(2025, 8, 15))],
        bridge_days=[date(2025, 5, 30)],
        first_year=2024,
        last_year=2027,
    )
