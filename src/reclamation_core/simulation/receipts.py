"""When invented complaints are received: days near the end more, days of rest less, some in the evening."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.missing import Unknown
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.profile import ReceiptProfile
from reclamation_core.vocabulary import Channel

STAFFED: Final = frozenset({Channel.MEDIATION_LETTER, Channel.CENTRE_LETTER, Channel.PHONE})
"""The channels that need somebody at the centre."""

_OPENS, _SHUTS, _SMALL_HOURS = 8 * 60 + 30, 17 * 60 + 30, 26 * 60
_DAY = 24 * 60


def days_of_receipt(draws: Draws, profile: ReceiptProfile, number: int, until: date) -> Iterator[tuple[date, int]]:
    """The days on which something is received, in order, each with how many.

    Raises:
        ValueError: all days are days of rest, on which the profile says that nothing is received.
        OutsideHorizonError: a day is not covered by the calendars.
    """
    national = BusinessCalendar.france()
    days = [until - timedelta(days=back) for back in reversed(range(profile.days))]
    weights = {
        day: age * (1.0 if national.is_business_day(day) else profile.idle_days) for age, day in enumerate(days, 1)
    }
    if not any(weights.values()):
        raise ValueError(f"idle_days: {profile.idle_days!r}, and there is no working day from {days[0]} to {until}")
    counts = Counter(draws.weighted(weights) for _ in range(number))
    return ((day, counts[day]) for day in days if counts[day])


def instant_of_receipt(
    draws: Draws, profile: ReceiptProfile, day: date, channel: Channel | Unknown, calendar: BusinessCalendar
) -> datetime:
    """An instant of that day in the calendar's zone: within office hours where somebody is needed.

    What the portal's server stamps is in UTC.
    """
    if channel in STAFFED:
        minute, second = draws.whole(_OPENS, _SHUTS - 1), 0
    elif draws.chance(profile.evenings):
        minute, second = draws.whole(_SHUTS, _SMALL_HOURS - 1) % _DAY, draws.whole(0, 59)
    else:
        minute, second = draws.whole(_OPENS, _SHUTS - 1), draws.whole(0, 59)
    local = datetime.combine(day, time(minute // 60, minute % 60, second), tzinfo=calendar.zone)
    return local.astimezone(UTC) if channel is Channel.PORTAL else local
