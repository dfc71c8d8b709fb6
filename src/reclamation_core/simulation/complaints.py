"""Invented complaints from a seed, and how a file writes them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, Final, TypeVar

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.calendars.definition import checked_date
from reclamation_core.intake.fields import FIELDS
from reclamation_core.missing import UNKNOWN, Missing, Unknown
from reclamation_core.simulation.draws import Draws, Weights
from reclamation_core.simulation.invention import facts_of, is_unknown, subject_of, text_of
from reclamation_core.simulation.profile import CaseloadProfile, ReceiptProfile
from reclamation_core.simulation.rates import STAFFED, Kind, Theme
from reclamation_core.simulation.receipts import days_of_receipt, instant_of_receipt, rates_of
from reclamation_core.simulation.shipped_files import UNTIL, centres_of
from reclamation_core.vocabulary import Channel, ComplaintFacts, Site, Sites


def cells_of(columns: Iterable[str], facts: Any, own: dict[str, str]) -> dict[str, str]:
    """The cells of a row: its own ones by name, the others from the facts of those names."""
    return {name: own[name] if name in own else cell(getattr(facts, name)) for name in columns}


def cell(value: object) -> str:
    """One value as a cell; empty where it is unknown or absent."""
    if isinstance(value, Missing):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


COLUMNS: Final = tuple(FIELDS)
"""The columns of a file of complaints, in order: all that the intake reads."""


@attrs.frozen(kw_only=True)
class InventedComplaint:
    """An invented complaint.

    Args:
        reference: its reference, of its own in a caseload.
        site: the code of the centre, "" where it is not known.
        kind: what it is, whether or not the facts know it.
        theme: what a grievance is about, or a survey note that is not a good one; None for the others.
        facts: what is known of it.
        text: the words, in French.
    """

    reference: str
    site: str
    kind: Kind
    theme: Theme | None
    facts: ComplaintFacts
    text: str

    def cells(self) -> dict[str, str]:
        """The complaint as a row of a file, by column: codes, numbers, true and false, instants with their offset.

        A cell is empty where a fact is unknown or absent, `unknown` for a note that exists and is not known.
        """
        own = {"reference": self.reference, "site": self.site, "text": self.text}
        cells = cells_of(COLUMNS, self.facts, own)
        if self.facts.satisfaction is UNKNOWN:
            cells["satisfaction"] = "unknown"
        return cells


P = TypeVar("P", bound=ReceiptProfile)


def generate_complaints(
    number: int | None,
    seed: int,
    *,
    sites: Sites | None = None,
    profile: CaseloadProfile | None = None,
    until: date = UNTIL,
) -> Iterator[InventedComplaint]:
    """Invent complaints, in the order of the day and time of receipt at their centres.

    The same arguments give the same complaints, under every Python and on every machine. One day's complaints are
    held in memory at a time.

    Args:
        number: how many, 0 or more; None for as many as the rates of the profile's sites give, by chance.
        seed: a whole number, 0 or more.
        sites: the centres that receive them; the shipped ones when None.
        profile: how often things are so; `CaseloadProfile()` when None.
        until: the last day of receipt.

    Returns:
        The complaints, with the references R-2026-0001, R-2026-0002 and so on, by the year of receipt.

    Raises:
        TypeError, ValueError: an argument is refused; the message names it, its value and the remedy.
        OutsideHorizonError: the days of receipt are not covered by the calendars.

    >>> first, *others = generate_complaints(200, 7)
    >>> first.reference, len(others)
    ('R-2026-0001', 199)
    >>> list(generate_complaints(200, 7)) == [first, *others]
    True
    """
    checked_whole(number=0 if number is None else number, seed=seed)
    centres, draws, profile = centres_of(sites), Draws(seed), profile_of(profile, CaseloadProfile)
    rates = rates_of(profile, centres)
    days = days_of_receipt(draws, profile, number, checked_date(until, "until"), rates)
    return _Caseload(draws, centres, rates, profile).complaints(days)


def checked_whole(**given: int) -> None:
    """Refuse what is not a whole number of 0 or more; raises ValueError."""
    for name, value in given.items():
        if type(value) is not int or value < 0:
            raise ValueError(f"{name}: {value!r}; give a whole number, 0 or more")


def profile_of(profile: P | None, cls: type[P]) -> P:
    """The profile given, or the usual one of its class; raises TypeError where it is of another."""
    if profile is None:
        return cls()
    if not isinstance(profile, cls):
        raise TypeError(f"profile: {profile!r}; a {cls.__name__} is expected, such as {cls.__name__}.from_toml(path)")
    return profile


@attrs.frozen
class _Receipt:
    """The kind, the place and the time of a message."""

    site: Site | None
    kind: Kind
    channel: Channel | Unknown
    at: datetime
    wall_clock: time


class _Caseload:
    """The stream of draws, and what it draws from."""

    def __init__(self, draws: Draws, sites: Sites, rates: Weights[str], profile: CaseloadProfile) -> None:
        self._draws = draws
        self._sites = sites
        self._rates = rates
        self._profile = profile

    def complaints(self, days: Iterable[tuple[date, int]]) -> Iterator[InventedComplaint]:
        ranks = itertools.count(1)
        for day, count in days:
            received = [self._receipt(day) for _ in range(count)]
            for receipt in sorted(received, key=_wall_clock):
                yield self._complaint(f"R-{day.year}-{next(ranks):04d}", receipt)

    def _receipt(self, day: date) -> _Receipt:
        draws, profile = self._draws, self._profile
        site = None if is_unknown(draws, profile, "site") else self._sites[draws.weighted(self._rates)]
        calendar = BusinessCalendar.france() if site is None else site.calendar()
        kind = draws.weighted(profile.kinds)
        channel = self._channel(kind, is_staffed=calendar.is_business_day(day))
        at = instant_of_receipt(draws, profile, day, channel, calendar)
        return _Receipt(site, kind, channel, at, at.astimezone(calendar.zone).time())

    def _channel(self, kind: Kind, *, is_staffed: bool) -> Channel | Unknown:
        if kind is Kind.SURVEY:
            return Channel.SURVEY
        weights = self._profile.channels
        if not is_staffed:
            online = {channel: weight for channel, weight in weights.items() if channel not in STAFFED}
            weights = online if any(online.values()) else weights
        channel = self._draws.weighted(weights)
        return UNKNOWN if is_unknown(self._draws, self._profile, "channel") else channel

    def _complaint(self, reference: str, receipt: _Receipt) -> InventedComplaint:
        draws, profile = self._draws, self._profile
        subject = subject_of(draws, profile, receipt.kind)
        facts = facts_of(draws, profile, subject, receipt.channel, receipt.at)
        return InventedComplaint(
            reference=reference,
            site="" if receipt.site is None else receipt.site.code,
            kind=subject.kind,
            theme=subject.theme,
            facts=facts,
            text=text_of(draws, subject, facts, profile.awkward),
        )


def _wall_clock(receipt: _Receipt) -> time:
    return receipt.wall_clock
