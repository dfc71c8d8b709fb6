"""How often things are so in an invented caseload."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import attrs

from reclamation_core.simulation import rates
from reclamation_core.simulation.kinds import Kind, MalfunctionTheme, Theme
from reclamation_core.simulation.weights import members, rate, weights
from reclamation_core.simulation.weights import rates as unknown_rates
from reclamation_core.vocabulary import Channel, ClientScope, Complainant, Mobilisation, ServiceReach


def _is_note(key: object) -> bool:
    return isinstance(key, Decimal) and key.is_finite() and 0 <= key <= 10


def _is_severity(key: object) -> bool:
    return type(key) is int and 1 <= key <= 4


def _is_count(key: object) -> bool:
    return type(key) is int and key >= 0


@attrs.frozen(kw_only=True)
class ReceiptProfile:
    """When things reach the agency.

    Args:
        days: how many days the receipts are spread over, at least 1; the later days have more, for their cases are
            still open.
        idle_days: how much is received on a day of rest, beside a working day of the same age.
        evenings: how often what arrives by computer does so outside office hours.

    Raises:
        ValueError: a rate or the number of days is refused; the message names it, its value and the remedy.
    """

    days: int = attrs.field(default=37)
    idle_days: float = rate(0.3)
    evenings: float = rate(0.3)

    @days.validator
    def _some_days(self, _: object, days: int) -> None:
        if type(days) is not int or days < 1:
            raise ValueError(f"days: {days!r}; give a whole number of days, at least 1")


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

    When things are received is said as in a `ReceiptProfile`.

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
    notes: Mapping[Decimal, float] = weights(rates.NOTES, _is_note)
    severities: Mapping[int, float] = weights(rates.SEVERITIES, _is_severity)
    recurrences: Mapping[int, float] = weights(rates.RECURRENCES, _is_count)
    judged: float = rate(0.3)
    analysed: float = rate(0.25)
    unknown: Mapping[str, float] = unknown_rates(rates.UNKNOWN, rates.UNKNOWN)
    awkward: float = rate(0.02)


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

    When results become available is said as in a `ReceiptProfile`.

    Raises:
        ValueError: a weight or a rate is refused; the message names it, its value and the remedy.

    >>> SurveyProfile(anonymous=1).companies
    0.2
    """

    companies: float = rate(0.2)
    notes: Mapping[Decimal, float] = weights(rates.SURVEY_NOTES, _is_note)
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
    severities: Mapping[int, float] = weights(rates.MALFUNCTION_SEVERITIES, _is_severity)
    recurrences: Mapping[int, float] = weights(rates.RECURRENCES, _is_count)
    judged: float = rate(0.5)
    unknown: Mapping[str, float] = unknown_rates(rates.MALFUNCTION_UNKNOWN, rates.MALFUNCTION_UNKNOWN)
    idle_days: float = rate(0.05)
    evenings: float = rate(0.1)
