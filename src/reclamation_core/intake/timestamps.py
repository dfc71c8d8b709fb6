"""When a complaint was received: instants and local times from the text of a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_TWO_DAYS: Final = timedelta(days=2)
_FRENCH: Final = ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S")
"""The formats of French dates, read besides ISO 8601 where no format is stated; the year has four digits."""
_FRENCH_DATE: Final = re.compile(
    "([0-3][0-9])/([01][0-9])/([0-9]{4})(?: ((?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?))?"
)
"""French dates as spreadsheets write them, which are parsed without `strptime`: it takes ten times as long."""


def parse_instant(cell: str | datetime, formats: Sequence[str], zone: ZoneInfo) -> datetime:
    """Parse the instant in a cell.

    A date without a time is the beginning of that day. A time without an offset is local time in `zone`. A local time
    that occurs twice, when clocks go back, is the first of the two; one that never occurs is refused.

    Args:
        cell: text, or the date of a spreadsheet.
        formats: the formats of dates, as in `strptime`; the first that fits is used. ISO 8601 and the French
            `02/05/2026` or `02/05/2026 17:30`, the day first, when empty. The output of `format_local_time` is parsed
            where none fits.
        zone: that of local times.

    Raises:
        ValueError: it is no date that exists.

    >>> parse_instant("2026-05-02", (), ZoneInfo("Europe/Paris")).isoformat()
    '2026-05-02T00:00:00+02:00'
    >>> parse_instant("02/05/2026 09:30", (), ZoneInfo("Europe/Paris")).isoformat()
    '2026-05-02T09:30:00+02:00'
    """
    return localize(parse_time(cell, formats), zone)


def parse_time(cell: str | datetime, formats: Sequence[str]) -> datetime:
    """Parse a cell as a time with its own offset, or a local time without one; the first half of `parse_instant`.

    Raises:
        ValueError: it is no date that exists.
    """
    if isinstance(cell, datetime):
        return cell
    if not formats and (found := _FRENCH_DATE.fullmatch(cell)):
        return _from_parts(cell, found)
    for form in formats or (_FRENCH if "/" in cell else ()):
        try:
            return datetime.strptime(cell, form)  # noqa: DTZ007  (the caller knows the zone of local times)
        except ValueError:
            continue
    try:
        return _parse_own(cell) if formats else datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"{cell!r} is not a date") from None


def _from_parts(cell: str, found: re.Match[str]) -> datetime:
    day, month, year, hour = found.groups(default="00:00")
    try:
        return datetime.fromisoformat(f"{year}-{month}-{day}T{hour}")
    except ValueError:
        raise ValueError(f"{cell!r} is not a date") from None


def localize(local: datetime, zone: ZoneInfo) -> datetime:
    """Attach the time zone to a local time; the second half of `parse_instant`.

    Raises:
        ValueError: the clocks skip this local time.
    """
    if local.tzinfo is not None:
        return local
    instant = local.replace(tzinfo=zone)
    if has_one_offset(local.date(), zone):
        return instant
    before, after = (instant.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    if before >= after:  # the usual case, or the hour that occurs twice
        return instant
    if local.time() == time.min:  # a day whose midnight is skipped begins when the clocks have moved
        return instant.astimezone(UTC).astimezone(zone)
    raise ValueError(f"{local} is skipped in {zone.key}")


@lru_cache(maxsize=1 << 12)
def has_one_offset(day: date, zone: ZoneInfo) -> bool:
    """Return True if the UTC offset does not change on a day or near its ends: each local time occurs once."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    if not date.min + _TWO_DAYS <= day <= date.max - _TWO_DAYS:
        return False
    return len({(noon + timedelta(hours=6 * step)).utcoffset() for step in range(-5, 6)}) == 1


def format_local_time(local: datetime, formats: Sequence[str]) -> str:
    """Format the date of a spreadsheet so that `parse_instant`, with these formats, parses the same.

    >>> form = ("%d/%m/%Y",)
    >>> format_local_time(datetime(2026, 5, 2), form), format_local_time(datetime(2026, 5, 2, 9, 30), form)
    ('02/05/2026', '2026-05-02T09:30:00')
    """
    texts = (str(local), *(local.strftime(form) for form in formats), local.isoformat())
    return next((text for text in texts if _parses_as(text, local, formats)), str(local))


def _parses_as(text: str, local: datetime, formats: Sequence[str]) -> bool:
    try:
        return parse_time(text, formats) == local
    except ValueError:
        return False


def _parse_own(text: str) -> datetime:
    """Parse the ISO 8601 text that `format_local_time` writes where no format has room for the time of day."""
    read = datetime.fromisoformat(text)
    if read.isoformat() != text:
        raise ValueError(text)
    return read
