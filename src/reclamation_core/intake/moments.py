"""When a complaint was received, from the text of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_TWO_DAYS: Final = timedelta(days=2)


def moment(cell: str | datetime, formats: Sequence[str], zone: ZoneInfo) -> datetime:
    """The instant that a cell says.

    A date without a time is the beginning of that day. What has no offset of its own is local time in `zone`. A local
    time that comes twice, when clocks go back, is the first of the two; one that never comes is refused.

    Args:
        cell: text, or the date of a spreadsheet.
        formats: how dates are written, as `strptime` has it, the first that fits being taken; ISO 8601 when empty. What
            `written` writes is read where none fits.
        zone: that of local times.

    Raises:
        ValueError: it is no date that exists.

    >>> moment("2026-05-02", (), ZoneInfo("Europe/Paris")).isoformat()
    '2026-05-02T00:00:00+02:00'
    >>> moment("2/5/2026 9:30", ("%d/%m/%Y %H:%M",), ZoneInfo("Europe/Paris")).isoformat()
    '2026-05-02T09:30:00+02:00'
    """
    return localized(parsed(cell, formats), zone)


def parsed(cell: str | datetime, formats: Sequence[str]) -> datetime:
    """Parse a cell: a time with its own offset, or a local time without one; the first half of `moment`.

    Raises:
        ValueError: it is no date that exists.
    """
    return cell if isinstance(cell, datetime) else _read(cell, formats)


def localized(read: datetime, zone: ZoneInfo) -> datetime:
    """Attach the time zone to a local time; the second half of `moment`.

    Raises:
        ValueError: the clocks skip this local time.
    """
    return read if read.tzinfo is not None else _local(read, zone)


def written(read: datetime, formats: Sequence[str]) -> str:
    """The date of a spreadsheet as a text that `moment`, with these formats, reads as the same.

    >>> written(datetime(2026, 5, 2), ("%d/%m/%Y",)), written(datetime(2026, 5, 2, 9, 30), ("%d/%m/%Y",))
    ('02/05/2026', '2026-05-02T09:30:00')
    """
    texts = (str(read), *(read.strftime(form) for form in formats), read.isoformat())
    return next((text for text in texts if _says(text, read, formats)), str(read))


def _says(text: str, read: datetime, formats: Sequence[str]) -> bool:
    try:
        return _read(text, formats) == read
    except ValueError:
        return False


def _read(text: str, formats: Sequence[str]) -> datetime:
    for form in formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  (the zone of local times is given by the caller)
        except ValueError:
            continue
    try:
        return _own(text) if formats else datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date") from None


def _own(text: str) -> datetime:
    """What `written` writes where no format has room for the time of day."""
    read = datetime.fromisoformat(text)
    if read.isoformat() != text:
        raise ValueError(text)
    return read


def _local(read: datetime, zone: ZoneInfo) -> datetime:
    local = read.replace(tzinfo=zone)
    if has_one_offset(read.date(), zone):
        return local
    before, after = _offset(local), _offset(local.replace(fold=1))
    if before >= after:  # the usual case, or the hour that comes twice
        return local
    if read.time() == time.min:  # a day whose midnight is skipped begins when the clocks have moved
        return local.astimezone(UTC).astimezone(zone)
    raise ValueError(f"{read} is skipped in {zone.key}")


@lru_cache(maxsize=1 << 12)
def has_one_offset(day: date, zone: ZoneInfo) -> bool:
    """Return True if the UTC offset does not change on a day or near its ends: each local time occurs once."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    if not date.min + _TWO_DAYS <= day <= date.max - _TWO_DAYS:
        return False
    return len({_offset(noon + timedelta(hours=6 * step)) for step in range(-5, 6)}) == 1


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta(0)
