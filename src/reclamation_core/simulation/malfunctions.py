"""Invented internal malfunctions, from a seed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

import attrs

from reclamation_core.calendars.definition import checked_date
from reclamation_core.intake.fields import FIELDS
from reclamation_core.missing import UNKNOWN
from reclamation_core.simulation.complaints import cells_of, checked_whole, profile_of
from reclamation_core.simulation.draws import Draws, Weights
from reclamation_core.simulation.phrases import malfunction_phrases
from reclamation_core.simulation.profile import MalfunctionProfile
from reclamation_core.simulation.rates import MalfunctionTheme
from reclamation_core.simulation.receipts import days_of_receipt, instant_of_receipt, rates_of
from reclamation_core.simulation.shipped_files import UNTIL, centres_of
from reclamation_core.vocabulary import SEVERITIES, Channel, MalfunctionFacts, RiskDomain, Sites

_FACTS: Final = frozenset(field.name for field in attrs.fields(MalfunctionFacts))
MALFUNCTION_COLUMNS: Final = tuple(name for name in FIELDS if name in {"reference", "site", "text"} | _FACTS)
"""The columns of a file of malfunctions, in order: those of a file of complaints that say something of them."""

_DOMAINS: Final[Mapping[MalfunctionTheme, tuple[RiskDomain, ...]]] = {
    MalfunctionTheme.PLANNING: (RiskDomain.TRAINING, RiskDomain.RELATION),
    MalfunctionTheme.ATTENDANCE: (RiskDomain.CONTRACT, RiskDomain.FINANCIAL),
    MalfunctionTheme.SYSTEM: (RiskDomain.TRAINING, RiskDomain.CONTRACT),
    MalfunctionTheme.SUPPLY: (RiskDomain.TRAINING,),
    MalfunctionTheme.SAFETY: (RiskDomain.SAFETY, RiskDomain.LEGAL),
    MalfunctionTheme.CERTIFICATION: (RiskDomain.LEGAL, RiskDomain.TRAINING, RiskDomain.RELATION),
    MalfunctionTheme.BILLING: (RiskDomain.FINANCIAL, RiskDomain.CONTRACT),
}
_SEVERITIES: Final = tuple(SEVERITIES.values())


@attrs.frozen(kw_only=True)
class InventedMalfunction:
    """An internal malfunction (dysfonctionnement interne) that never happened.

    Args:
        reference: its reference, of its own in a caseload.
        site: the code of the centre.
        theme: what went wrong.
        facts: what is known of it.
        text: the report, in French.
    """

    reference: str
    site: str
    theme: MalfunctionTheme
    facts: MalfunctionFacts
    text: str

    def cells(self) -> dict[str, str]:
        """The malfunction as a row of a file, by column, written as a complaint is."""
        own = {"reference": self.reference, "site": self.site, "text": self.text}
        return cells_of(MALFUNCTION_COLUMNS, self.facts, own)


def generate_malfunctions(
    number: int | None,
    seed: int,
    *,
    sites: Sites | None = None,
    profile: MalfunctionProfile | None = None,
    until: date = UNTIL,
) -> Iterator[InventedMalfunction]:
    """Invent internal malfunctions, in the order of the day and time of their report.

    The arguments are those of `generate_complaints`, and so is the promise: the same ones give the same malfunctions.

    Returns:
        The malfunctions, with the references D-2026-0001, D-2026-0002 and so on, by the year of the report.

    Raises:
        TypeError, ValueError: an argument is refused; the message names it, its value and the remedy.
        OutsideHorizonError: the days of receipt are not covered by the calendars.

    >>> first, second = generate_malfunctions(2, 7)
    >>> first.reference, second.reference
    ('D-2026-0001', 'D-2026-0002')
    """
    checked_whole(number=0 if number is None else number, seed=seed)
    centres, draws, profile = centres_of(sites), Draws(seed), profile_of(profile, MalfunctionProfile)
    rates = rates_of(profile, centres)
    days = days_of_receipt(draws, profile, number, checked_date(until, "until"), rates)
    return _reported(draws, profile, centres, rates, days)


def _reported(
    draws: Draws, profile: MalfunctionProfile, sites: Sites, rates: Weights[str], days: Any
) -> Iterator[InventedMalfunction]:
    ranks = itertools.count(1)
    for day, count in days:
        reports = []
        for _ in range(count):
            site = sites[draws.weighted(rates)]
            at = instant_of_receipt(draws, profile, day, Channel.OTHER, site.calendar())
            reports.append((at.time(), site.code, at))
        for _, code, at in sorted(reports):
            theme = draws.weighted(profile.themes)
            yield InventedMalfunction(
                reference=f"D-{day.year}-{next(ranks):04d}",
                site=code,
                theme=theme,
                facts=_facts(draws, profile, theme, at),
                text=_text(draws, theme),
            )


def true_malfunction_facts(draws: Draws, profile: MalfunctionProfile) -> dict[str, Any]:
    """Draw all facts of a malfunction, known or not, without its risks."""
    return {
        "service_reach": draws.weighted(profile.service_reaches),
        "mobilisation": draws.weighted(profile.mobilisations),
        "recurrences": draws.weighted(profile.recurrences),
    }


def true_malfunction_severities(draws: Draws, profile: MalfunctionProfile, theme: MalfunctionTheme) -> dict[str, Any]:
    """How severe it is in each domain of risk; 0 in those that its theme does not touch."""
    touched = {SEVERITIES[domain] for domain in _DOMAINS[theme]}
    return {name: draws.weighted(profile.severities) if name in touched else 0 for name in _SEVERITIES}


def _facts(draws: Draws, profile: MalfunctionProfile, theme: MalfunctionTheme, at: datetime) -> MalfunctionFacts:
    known: dict[str, Any] = {
        name: UNKNOWN if draws.chance(profile.unknown.get(name, 0)) else value
        for name, value in true_malfunction_facts(draws, profile).items()
    }
    known["likelihood"] = draws.whole(1, 4) if draws.chance(profile.judged) else UNKNOWN
    is_judged = not draws.chance(profile.unknown.get("severity", 0))
    if is_judged:
        known |= true_malfunction_severities(draws, profile, theme)
    return MalfunctionFacts(received_at=at, **known)


def _text(draws: Draws, theme: MalfunctionTheme) -> str:
    bank = malfunction_phrases()
    said = " ".join(draws.one_of(bank.themes[theme][part]) for part in ("reports", "consequences"))
    return said.format_map({name: draws.one_of(choice) for name, choice in bank.values.items()})
