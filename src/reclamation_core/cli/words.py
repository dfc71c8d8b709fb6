"""French dates and numbers, and the dates that people type."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from reclamation_core.calendars import BusinessCalendar, Territory
from reclamation_core.cli.refusals import CommandError
from reclamation_core.intake.timestamps import parse_instant
from reclamation_core.wording import is_singular

_TYPED: Final = ("%d/%m/%Y", "%d/%m/%Y %H:%M")


def number(count: int) -> str:
    """A number, its thousands apart."""
    return f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")


def plural(word: str, count: int) -> str:
    """A word as it goes with a count: in French, 0 and 1 are singular.

    >>> plural("rejetée", 0), plural("rejetée", 2)
    ('rejetée', 'rejetées')
    """
    return word if is_singular(count, "fr") else f"{word}s"


def typed_day(text: str, option: str) -> date:
    """The day that someone typed, as 2026-05-02 or 02/05/2026.

    Raises:
        CommandError: it is no such day.
    """
    return typed_instant(text, option, ZoneInfo("UTC")).date()


def typed_instant(text: str, name: str, zone: ZoneInfo) -> datetime:
    """The instant that someone typed, with an hour or without; `zone` is that of local times.

    Raises:
        CommandError: it is no such instant.
    """
    for formats in ((), _TYPED):
        for known_zone in (zone, ZoneInfo("UTC")):  # no clock of UTC skips an hour
            try:
                instant = parse_instant(text.strip(), formats, known_zone)
            except ValueError:
                continue
            if known_zone is zone:
                return instant
            raise CommandError(f"{name} : « {text} » n'existe pas ({zone.key}) : les horloges sautent cette heure")
    raise CommandError(
        f"{name} : « {text} » n'est pas une date ; écrivez-la 2026-05-02, 02/05/2026 ou 2026-05-02T17:30"
    )


def calendar_of(territory: str) -> BusinessCalendar:
    """The calendar of a territory that someone typed.

    Raises:
        CommandError: no territory has that name.
    """
    try:
        return BusinessCalendar.france(territory)
    except ValueError:
        known = ", ".join(Territory)
        raise CommandError(
            f"--territory : « {territory} » n'est pas un territoire ; choisissez parmi {known}"
        ) from None
