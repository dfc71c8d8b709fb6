"""Invented results of the end-of-training survey, from a seed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import attrs

from reclamation_core.calendars.definition import checked_date
from reclamation_core.missing import ABSENT, Absent
from reclamation_core.simulation.complaints import checked_whole, profile_of
from reclamation_core.simulation.draws import Draws, Weights
from reclamation_core.simulation.phrases import company_name, person_name, phrases
from reclamation_core.simulation.profile import SurveyProfile
from reclamation_core.simulation.rates import Theme
from reclamation_core.simulation.receipts import days_of_receipt, instant_of_receipt, rates_of
from reclamation_core.simulation.shipped_files import UNTIL, centres_of
from reclamation_core.vocabulary import Channel, Complainant, ComplaintFacts, Sites

SURVEY_COLUMNS: Final = ("réponse", "centre", "disponible le", "enquête", "note", "commentaire", "nom")
"""The columns of the survey tool's export, in order."""

_CONTENT: Final = 7


@attrs.frozen(kw_only=True)
class InventedSurveyResult:
    """An invented answer to the end-of-training survey (enquête stagiaire ou entreprise).

    Args:
        reference: its reference, of its own in a caseload.
        site: the code of the centre.
        available_at: when the result became available.
        is_company: whether it is the company's survey, else the trainee's.
        note: the satisfaction note, from 0 to 10; absent where none was given.
        theme: what a note below 7 is about; None for the others.
        name: the name of the author; "" for an anonymous answer.
        comment: the comment on the note, in French; "" if there is none.
    """

    reference: str
    site: str
    available_at: datetime
    is_company: bool
    note: Decimal | Absent
    theme: Theme | None
    name: str
    comment: str

    @property
    def facts(self) -> ComplaintFacts:
        """Its known facts."""
        return ComplaintFacts(
            received_at=self.available_at,
            channel=Channel.SURVEY,
            complainant=Complainant.COMPANY if self.is_company else Complainant.TRAINEE,
            satisfaction=self.note,
        )

    def cells(self) -> dict[str, str]:
        """The result as a row of the survey tool's export, under that tool's own columns and in its own words."""
        survey = "entreprise" if self.is_company else "stagiaire"
        note = "" if self.note is ABSENT else str(self.note).replace(".", ",")
        available = f"{self.available_at:%d/%m/%Y %H:%M}"
        cells = (self.reference, self.site, available, survey, note, self.comment, self.name)
        return dict(zip(SURVEY_COLUMNS, cells, strict=True))


def generate_survey_results(
    number: int | None,
    seed: int,
    *,
    sites: Sites | None = None,
    profile: SurveyProfile | None = None,
    until: date = UNTIL,
) -> Iterator[InventedSurveyResult]:
    """Invent results of the end-of-training survey, in the order of the day and time they became available.

    The arguments are those of `generate_complaints`, and so is the promise: the same ones give the same results.

    Returns:
        The results, with the references E-2026-0001, E-2026-0002 and so on, by the year.

    Raises:
        TypeError, ValueError: an argument is refused; the message names it, its value and the remedy.
        OutsideHorizonError: the days of receipt are not covered by the calendars.

    >>> first, second = generate_survey_results(2, 7)
    >>> first.reference, second.reference
    ('E-2026-0001', 'E-2026-0002')
    """
    checked_whole(number=0 if number is None else number, seed=seed)
    centres, draws, profile = centres_of(sites), Draws(seed), profile_of(profile, SurveyProfile)
    rates = rates_of(profile, centres)
    days = days_of_receipt(draws, profile, number, checked_date(until, "until"), rates)
    return _results(draws, profile, centres, rates, days)


def _results(
    draws: Draws, profile: SurveyProfile, sites: Sites, rates: Weights[str], days: Any
) -> Iterator[InventedSurveyResult]:
    ranks = itertools.count(1)
    for day, count in days:
        available = []
        for _ in range(count):
            site = sites[draws.weighted(rates)]
            at = instant_of_receipt(draws, profile, day, Channel.SURVEY, site.calendar()).replace(second=0)
            available.append((at.time(), site.code, at))
        for _, code, at in sorted(available):
            yield _result(draws, profile, f"E-{day.year}-{next(ranks):04d}", code, at)


def _result(draws: Draws, profile: SurveyProfile, reference: str, site: str, at: datetime) -> InventedSurveyResult:
    is_company = draws.chance(profile.companies)
    given = draws.weighted(profile.notes)
    note: Decimal | Absent = ABSENT if draws.chance(profile.unmarked) else given
    is_content = note is ABSENT or note >= _CONTENT
    theme = None if is_content else draws.weighted(profile.themes)
    name = company_name(draws) if is_company else person_name(draws)
    return InventedSurveyResult(
        reference=reference,
        site=site,
        available_at=at,
        is_company=is_company,
        note=note,
        theme=theme,
        name="" if draws.chance(profile.anonymous) else name,
        comment="" if draws.chance(profile.silent) else _comment(draws, theme),
    )


def _comment(draws: Draws, theme: Theme | None) -> str:
    bank = phrases()
    said = draws.one_of(bank.satisfied if theme is None else bank.themes[theme]["comments"])
    return said.format_map({name: draws.one_of(choice) for name, choice in bank.values.items()})
