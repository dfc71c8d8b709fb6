"""How often things are so in an invented caseload."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Self

import attrs

from reclamation_core.simulation import rates
from reclamation_core.simulation.kinds import Kind, MalfunctionTheme, Theme
from reclamation_core.simulation.profile_file import parse_profile, read_profile, written
from reclamation_core.simulation.weights import (
    amount,
    count_of,
    factors,
    is_count,
    members,
    rate,
    weights,
    weights_by,
)
from reclamation_core.simulation.weights import rates as unknown_rates
from reclamation_core.vocabulary import Channel, ClientScope, Complainant, Level, Mobilisation, ServiceReach, Sites
from reclamation_core.wording import Wording

_NOTES = Wording("une note de 0 à 10, entre guillemets", "a note from 0 to 10, in quotes")
_SEVERITIES = Wording("une gravité de 1 à 4", "a severity from 1 to 4")
_COUNTS = Wording("un nombre entier, 0 ou plus", "a whole number, 0 or more")
_MONTHS = Wording("un mois de 1 à 12", "a month from 1 to 12")
_CODES = Wording("le code d'un site", "the code of a site")
_DAYS = Wording("un nombre entier de jours, au moins 1", "a whole number of days, at least 1")


def _is_note(key: object) -> bool:
    return isinstance(key, Decimal) and key.is_finite() and 0 <= key <= 10


def _note(text: str) -> Decimal:
    try:
        note = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not _is_note(note):
        raise ValueError(text)
    return note


def _is_severity(key: object) -> bool:
    return type(key) is int and 1 <= key <= 4


def _severity(text: str) -> int:
    return _within(text, 4)


def _is_month(key: object) -> bool:
    return type(key) is int and 1 <= key <= 12


def _month(text: str) -> int:
    return _within(text, 12)


def _within(text: str, most: int) -> int:
    number = count_of(text)
    if not 1 <= number <= most:
        raise ValueError(text)
    return number


def _is_code(key: object) -> bool:
    return isinstance(key, str) and bool(key.strip())


def _code(text: str) -> str:
    if not _is_code(text):
        raise ValueError(text)
    return text


@attrs.frozen(kw_only=True)
class ReceiptProfile:
    """When and where things reach the agency.

    Args:
        days: how many days the receipts are spread over, at least 1.
        rising: how far the later days have more, from 0, all alike, to 1, the last of so many days having so many times
            what the first has: a caseload whose cases are mostly open.
        per_site: how much a site that is not named in `sites` receives on a working day, on average.
        sites: the same for other sites, by their code; where a number of complaints is asked for, in proportion.
        months: the season (saison): by month, 1 to 12, what is received beside a usual month; 1 where not named.
        idle_days: how much is received on a day of rest, beside a working day of the same age.
        evenings: how often what arrives by computer does so outside office hours.

    Raises:
        ValueError: a rate or the number of days is refused; the message names it, its value and the remedy.
    """

    days: int = attrs.field(default=37, metadata={"file": _DAYS})
    rising: float = rate(1.0)
    per_site: float = amount(0.5)
    sites: Mapping[str, float] = factors(_is_code, _code, _CODES)
    months: Mapping[int, float] = factors(_is_month, _month, _MONTHS)
    idle_days: float = rate(0.3)
    evenings: float = rate(0.3)

    @days.validator
    def _some_days(self, _: object, days: int) -> None:
        if type(days) is not int or days < 1:
            raise ValueError(f"days: {days!r}; give a whole number of days, at least 1")

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """The profile that a TOML file describes; what it does not say is as usual.

        Each field is a key: a number, or a table by code (`[channels]`, `[months]`, `[answers.local]`), whose numbers
        take the place of the usual ones as a whole.

        Raises:
            OSError: the file cannot be read.
            FaultsError: with every fault of the file at once, each with its path; unknown keys are faults.
        """
        return cls(**read_profile(path, cls))

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The profile that the content of such a file describes.

        Raises:
            FaultsError: with every fault of it at once.
        """
        return cls(**parse_profile(document, cls))

    def to_toml(self) -> str:
        """The profile as a file that `from_toml` reads back equal, everything being said."""
        return written(self)


@attrs.frozen(kw_only=True)
class CaseloadProfile(ReceiptProfile):
    """How often things are so in an invented caseload (profil).

    A weight says how often a value comes beside the others of its mapping; a rate is a probability. What the default
    says of the themes follows public figures on mediation; the rest is this project's own guess.

    Args:
        kinds: weights of what a message is.
        themes: weights of what a grievance or a survey note is about.
        channels: weights of the channels of what is no survey note. They hold for working days: on the others no letter
            arrives and no telephone is answered, unless there is no other channel.
        complainants: weights of who writes; a survey note comes from a trainee or a company, in their proportion, and
            from a trainee where neither has a weight.
        person_scopes: weights of how far a client reaches who is a person: a trainee, someone else, one unknown.
        organisation_scopes: the same for a funder, a prescriber, a partner or a company.
        service_reaches: weights of who delivered the service.
        mobilisations: weights of what handling a grievance or a survey note calls for; other messages call for little.
        notes: weights of the survey's notes.
        severities: weights of the severity of a risk domain that a theme touches.
        recurrences: weights of how many of these were alike in twelve months.
        judged: how often the likelihood is judged already.
        analysed: how often the causes are known already.
        unknown: rate at which a fact is unknown, by its name; `severity` for the six together, and `site`.
        awkward: how often a text begins like a spreadsheet's formula.
        answers: for each level, weights of the business days from the receipt to the answer (délai de réponse); 1000
            or more stands for what is never answered.

    When and where things are received is said as in a `ReceiptProfile`.

    Raises:
        ValueError: a weight or a rate is refused; the message names it, its value and the remedy.

    >>> CaseloadProfile(awkward=0).days
    37
    """

    kinds: Mapping[Kind, float] = members(Kind, rates.KINDS)
    themes: Mapping[Theme, float] = members(Theme, rates.THEMES)
    channels: Mapping[Channel, float] = members(Channel, rates.CHANNELS)
    complainants: Mapping[Complainant, float] = members(Complainant, rates.COMPLAINANTS)
    person_scopes: Mapping[ClientScope, float] = members(ClientScope, rates.PERSON_SCOPES)
    organisation_scopes: Mapping[ClientScope, float] = members(ClientScope, rates.ORGANISATION_SCOPES)
    service_reaches: Mapping[ServiceReach, float] = members(ServiceReach, rates.SERVICE_REACHES)
    mobilisations: Mapping[Mobilisation, float] = members(Mobilisation, rates.MOBILISATIONS)
    notes: Mapping[Decimal, float] = weights(rates.NOTES, _is_note, _note, _NOTES)
    severities: Mapping[int, float] = weights(rates.SEVERITIES, _is_severity, _severity, _SEVERITIES)
    recurrences: Mapping[int, float] = weights(rates.RECURRENCES, is_count, count_of, _COUNTS)
    judged: float = rate(0.3)
    analysed: float = rate(0.25)
    unknown: Mapping[str, float] = unknown_rates(rates.UNKNOWN, rates.UNKNOWN)
    awkward: float = rate(0.02)
    answers: Mapping[Level, Mapping[int, float]] = weights_by(Level, rates.ANSWERS, _COUNTS)

    @classmethod
    def fitted_to(cls, records: Iterable[Any], sites: Sites) -> Self:
        """The profile that a caseload shows: the rates of its sites and months, its mixes, its days to the answer.

        What the records show nothing of is as usual: the themes where they have none, the days to the answer where they
        have no `level`, `days` and `is_open`. These days are estimated by Kaplan-Meier, for the open ones count too.
        What is still open after the longest wait known is never answered in the profile: of a caseload that was looked
        at too early, that is too much.

        Args:
            records: complaints with a `site` and `facts`: those of `generate_records` or `generate_complaints`, records
                of a file, cases of a desk.
            sites: the sites of the agency.

        Raises:
            MissingExtraError: SciPy is not installed, and the records have days to the answer.
            ValueError: there is no record.
            TypeError: one is no complaint with a site and facts; the message has its place.
            UnknownSiteError: one is of a site that there is not.
        """
        from reclamation_core.simulation.fitting import fitted

        return cls(**fitted(records, sites))


@attrs.frozen(kw_only=True)
class SurveyProfile(ReceiptProfile):
    """How often things are so in the invented results of the end-of-training survey (enquête de fin de formation).

    All of it is this project's own guess; themes are weighed as in a `CaseloadProfile`.

    Args:
        companies: how often it is the company's survey and not the trainee's.
        notes: weights of the notes.
        themes: weights of what somebody is dissatisfied with who gives less than 7.
        anonymous: how often nobody says who answered.
        silent: how often a note comes without a word.
        unmarked: how often the note itself is missing.

    When and where results become available is said as in a `ReceiptProfile`.

    Raises:
        ValueError: a weight or a rate is refused; the message names it, its value and the remedy.

    >>> SurveyProfile(anonymous=1).companies
    0.2
    """

    companies: float = rate(0.2)
    notes: Mapping[Decimal, float] = weights(rates.SURVEY_NOTES, _is_note, _note, _NOTES)
    themes: Mapping[Theme, float] = members(Theme, rates.THEMES)
    anonymous: float = rate(0.35)
    silent: float = rate(0.15)
    unmarked: float = rate(0.03)


@attrs.frozen(kw_only=True)
class MalfunctionProfile(ReceiptProfile):
    """How often things are so among invented internal malfunctions (dysfonctionnements internes).

    All of it is this project's own guess.

    Args:
        themes: weights of what went wrong.
        service_reaches: weights of where it is felt.
        mobilisations: weights of what handling it calls for.
        severities: weights of the severity of a risk domain that a theme touches.
        recurrences: weights of how many of these were alike in twelve months.
        judged: how often the likelihood is judged already.
        unknown: rate at which a fact is unknown, by its name; `severity` for the six together.
        idle_days: as in a `ReceiptProfile`; who works there reports on working days above all.
        evenings: as in a `ReceiptProfile`.

    Raises:
        ValueError: a weight or a rate is refused; the message names it, its value and the remedy.

    >>> MalfunctionProfile().idle_days
    0.05
    """

    themes: Mapping[MalfunctionTheme, float] = members(MalfunctionTheme, rates.MALFUNCTION_THEMES)
    service_reaches: Mapping[ServiceReach, float] = members(ServiceReach, rates.MALFUNCTION_REACHES)
    mobilisations: Mapping[Mobilisation, float] = members(Mobilisation, rates.MALFUNCTION_MOBILISATIONS)
    severities: Mapping[int, float] = weights(rates.MALFUNCTION_SEVERITIES, _is_severity, _severity, _SEVERITIES)
    recurrences: Mapping[int, float] = weights(rates.RECURRENCES, is_count, count_of, _COUNTS)
    judged: float = rate(0.5)
    unknown: Mapping[str, float] = unknown_rates(rates.MALFUNCTION_UNKNOWN, rates.MALFUNCTION_UNKNOWN)
    idle_days: float = rate(0.05)
    evenings: float = rate(0.1)
