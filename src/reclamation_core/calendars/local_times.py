"""The time of Paris; local times that occur twice, or never, on the days on which clocks change. Internal."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from reclamation_core.wording import Lang, Wording, day_text

PARIS: Final = ZoneInfo("Europe/Paris")
"""The time in which instants are written that belong to no site: those of plans, and of files with many sites."""


def occurrences(local: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """Return the instants at which the clocks of a zone show a local time, in order.

    One as a rule, two of the hour that occurs twice when clocks go back, none of the hour that they skip.

    >>> from zoneinfo import ZoneInfo
    >>> [len(occurrences(datetime(2026, month, day, 2, 30), ZoneInfo("Europe/Paris")))
    ...  for month, day in ((3, 29), (6, 1), (10, 25))]
    [0, 1, 2]
    """
    candidates = {one.utcoffset(): one for one in (local.replace(tzinfo=zone, fold=fold) for fold in (1, 0))}
    return tuple(one for one in reversed(candidates.values()) if _is_shown(one, local, zone))


def _is_shown(instant: datetime, local: datetime, zone: tzinfo) -> bool:
    try:
        shown = instant.astimezone(UTC).astimezone(zone)
    except OverflowError:  # the first and last hours of the calendar have no date in UTC, and no clock changes there
        return True
    return shown.replace(tzinfo=None) == local.replace(tzinfo=None)


def skipped_time(local: datetime, zone: tzinfo) -> Wording:
    """Return the refusal of a local time that the clocks of a zone skip, whatever its fold.

    >>> from zoneinfo import ZoneInfo
    >>> skipped_time(datetime(2026, 3, 29, 2, 30, fold=1), ZoneInfo("Europe/Paris")).en
    'this time does not exist: when the clocks change, 02:30 becomes 03:30'
    """
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)
    return Wording(
        f"cette heure n'existe pas ; au changement d'heure, {local:%H:%M} devient {after:%H:%M}",
        f"this time does not exist: when the clocks change, {local:%H:%M} becomes {after:%H:%M}",
    )


def offset_text(moment: datetime) -> str:
    """Return the UTC offset of a moment as `UTC+02:00`.

    >>> from datetime import timezone
    >>> offset_text(datetime(2026, 5, 2, tzinfo=UTC)), offset_text(datetime(2026, 5, 2, tzinfo=timezone.min))
    ('UTC+00:00', 'UTC-23:59')
    """
    sign = f"{moment:%z}"
    return f"UTC{sign[:3]}:{sign[3:5]}"


def moment_text(moment: datetime, lang: Lang) -> str:
    """Return a local time as sentences and tables show it, with its UTC offset if it occurs twice.

    >>> moment_text(datetime(2026, 5, 2, 9, 5), "fr"), moment_text(datetime(2026, 5, 2, 9, 5), "en")
    ('02/05/2026 09:05', '2 May 2026 09:05')
    """
    return f"{day_text(moment, lang)} {moment:%H:%M}{needed_offset(moment)}"


def needed_offset(moment: datetime) -> str:
    """Return the UTC offset of a moment after a space, if its local time occurs twice in its zone; else nothing.

    >>> from zoneinfo import ZoneInfo
    >>> night = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"))
    >>> needed_offset(night), needed_offset(night.replace(hour=3))
    (' UTC+02:00', '')
    >>> needed_offset(night.replace(fold=1))
    ' UTC+01:00'
    """
    zone = moment.tzinfo
    if zone is None or moment.replace(fold=1 - moment.fold).utcoffset() == moment.utcoffset():  # as a rule
        return ""
    return f" {offset_text(moment)}" if len(occurrences(moment, zone)) > 1 else ""
