"""The days, the instants and the sites of the receipt of invented messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.missing import Unknown
from reclamation_core.simulation.draws import Draws, Weights
from reclamation_core.simulation.rates import OPENS, SHUTS, STAFFED
from reclamation_core.vocabulary import Channel, Sites

if TYPE_CHECKING:
    from reclamation_core.simulation.profile import ReceiptProfile


_SMALL_HOURS = 26 * 60
_DAY = 24 * 60


def days_of_receipt(
    draws: Draws, profile: ReceiptProfile, number: int | None, until: date, sites: Weights[str]
) -> Iterator[tuple[date, int]]:
    """The days on which something is received, in order, each with how many.

    Args:
        draws: the stream to draw from.
        profile: how the days differ.
        number: how many in all; None for as many as the rates of the sites give, which then vary as Poisson has it.
        until: the last day.
        sites: how much each site receives on a working day.

    Raises:
        ValueError: nothing is received on any of the days, as the profile has it.
        OutsideHorizonError: a day is not covered by the calendars.
    """
    days = [until - timedelta(days=back) for back in reversed(range(profile.days))]
    weights = Weights({day: _age(profile, rank) * _share(profile, day) for rank, day in enumerate(days)})
    if not weights.total:
        raise ValueError(
            f"idle_days: {profile.idle_days!r}, months: {profile.months!r}, and nothing is received "
            f"from {days[0]} to {until}; give more days, or more to one of these"
        )
    if number is None:
        mean_age = _age(profile, (profile.days - 1) / 2)
        number = draws.poisson(sites.total * weights.total / mean_age)
    counts = Counter(draws.weighted(weights) for _ in range(number))
    return ((day, counts[day]) for day in days if counts[day])


def _age(profile: ReceiptProfile, rank: float) -> float:
    """Return the weight of a day relative to the first one, by its rank."""
    return 1.0 + profile.rising * rank


def _share(profile: ReceiptProfile, day: date) -> float:
    """Return the weight of a day relative to a working day of a usual month."""
    kind = 1.0 if BusinessCalendar.france().is_business_day(day) else profile.idle_days
    return float(kind * profile.months.get(day.month, 1.0))


def rates_of(profile: ReceiptProfile, sites: Sites) -> Weights[str]:
    """How much each site receives on a working day, on average.

    Raises:
        ValueError: the profile names a site that there is not, or no site receives anything.
    """
    strangers = [code for code in profile.sites if code not in sites]
    if strangers:
        raise ValueError(f"sites: the profile names {strangers[0]!r}; the sites are {', '.join(sites)}")
    rates = Weights({code: profile.sites.get(code, profile.per_site) for code in sites})
    if not rates.total:
        raise ValueError(f"per_site: {profile.per_site!r}; no site receives anything: give one a number above 0")
    return rates


def instant_of_receipt(
    draws: Draws, profile: ReceiptProfile, day: date, channel: Channel | Unknown, calendar: BusinessCalendar
) -> datetime:
    """Draw an instant of a day in the calendar's zone, within office hours for channels that need staff.

    What the portal's server stamps is in UTC.
    """
    if channel in STAFFED:
        minute, second = draws.whole(OPENS, SHUTS - 1), 0
    elif draws.chance(profile.evenings):
        minute, second = draws.whole(SHUTS, _SMALL_HOURS - 1) % _DAY, draws.whole(0, 59)
    else:
        minute, second = draws.whole(OPENS, SHUTS - 1), draws.whole(0, 59)
    local = datetime.combine(day, time(minute // 60, minute % 60, second), tzinfo=calendar.zone)
    return local.astimezone(UTC) if channel is Channel.PORTAL else local
