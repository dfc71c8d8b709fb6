"""The subject, the facts and the text of an invented message, from banks of French phrases and names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from reclamation_core.documents import make_converter, structure
from reclamation_core.missing import ABSENT, UNKNOWN, Absent, Unknown
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.draws import Draws, Weights
from reclamation_core.simulation.profile import CaseloadProfile
from reclamation_core.simulation.rates import PERSONS, Kind, Theme
from reclamation_core.vocabulary import (
    SEVERITIES,
    Channel,
    Complainant,
    ComplaintFacts,
    Mobilisation,
    Nature,
    Requirement,
    RiskDomain,
)

T = TypeVar("T")
Bank: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]


@attrs.frozen(kw_only=True)
class Phrases(SharedRepr):
    """French phrases by part of a text, as `data/phrases.toml` has them.

    Args:
        values: the values of each placeholder.
        introductions: who writes and about which training, by complainant.
        openings: how a text begins, by manner of writing; `awkward` like a formula.
        closings: how it ends, by manner of writing.
        themes: the sentences of trainees and of others, the effects and the survey's comments, by theme.
        kinds: by kind of message, what a trainee and what others say.
        requests: the requests of complainants.
        satisfied: what a satisfied person adds to a note.
    """

    values: Mapping[str, Sequence[str]]
    introductions: Mapping[str, Sequence[str]]
    openings: Mapping[str, Sequence[str]]
    closings: Mapping[str, Sequence[str]]
    themes: Bank
    kinds: Bank
    requests: Sequence[str]
    satisfied: Sequence[str]


@attrs.frozen(kw_only=True)
class MalfunctionPhrases(SharedRepr):
    """French phrases of reports, as `data/malfunctions.toml` has them.

    Args:
        values: the values of each placeholder.
        themes: by theme, what happened and what came of it.
    """

    values: Mapping[str, Sequence[str]]
    themes: Bank


def read_bank(kind: type[T], name: str) -> T:
    """A shipped bank: the tables of a TOML file as a class, refused where it is not wholly so.

    Raises:
        FaultsError: with every fault of the file, each with its path.
    """
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return structure(make_converter(), tomllib.loads(text), kind)


@cache
def phrases() -> Phrases:
    """Return the phrases of complaints and comments."""
    return read_bank(Phrases, "phrases.toml")


@cache
def malfunction_phrases() -> MalfunctionPhrases:
    """Return the phrases of reports of malfunctions."""
    return read_bank(MalfunctionPhrases, "malfunctions.toml")


@attrs.frozen(kw_only=True)
class Names(SharedRepr):
    """French names by part, as `data/people.toml` has them; the first names are women's and men's alike."""

    first: Sequence[str]
    last: Sequence[str]
    bodies: Sequence[str]
    trades: Sequence[str]


@cache
def names() -> Names:
    """The shipped names."""
    return read_bank(Names, "people.toml")


def person_name(draws: Draws) -> str:
    """Somebody's name."""
    return f"{draws.one_of(names().first)} {draws.one_of(names().last)}"


def body_name(draws: Draws) -> str:
    """The name of a funder, a prescriber or a partner."""
    return f"{draws.one_of(names().bodies)} {draws.one_of(names().last)}"


def company_name(draws: Draws) -> str:
    """A company's name."""
    return f"{draws.one_of(names().trades)} {draws.one_of(names().last)}"


CONTENT: Final = 7
"""The least note of a satisfied person."""


@attrs.frozen(kw_only=True)
class Subject(SharedRepr):
    """The kind, the theme and the note of a message.

    Args:
        kind: what it is.
        theme: what a grievance is about, or a survey score that is not a good one; None for the others.
        note: the note of a survey.
    """

    kind: Kind
    theme: Theme | None = None
    note: Decimal | Absent = ABSENT


def subject_of(draws: Draws, profile: CaseloadProfile, kind: Kind) -> Subject:
    """Draw the subject of a message of a kind; a note of 7 or more has no theme."""
    if kind is Kind.GRIEVANCE:
        return Subject(kind=kind, theme=draws.weighted(profile.themes))
    if kind is not Kind.SURVEY:
        return Subject(kind=kind)
    note = draws.weighted(profile.notes)
    return Subject(kind=kind, theme=None if note >= CONTENT else draws.weighted(profile.themes), note=note)


_SURVEYED: Final = (Complainant.TRAINEE, Complainant.COMPANY)

# How often a message of a channel is formal.
_FORMAL: Final[Mapping[Channel | Unknown, float]] = {
    Channel.MEDIATION_LETTER: 1.0,
    Channel.CENTRE_LETTER: 0.97,
    Channel.EMAIL: 0.90,
    Channel.PHONE: 0.80,
    Channel.PORTAL: 1.0,
    Channel.SURVEY: 0.10,
    Channel.OTHER: 0.40,
    UNKNOWN: 0.50,
}

_NATURES: Final[Mapping[Kind, Nature]] = {
    Kind.INFORMATION: Nature.INITIAL_INFORMATION_REQUEST,
    Kind.OPINION: Nature.GENERAL_OPINION,
}

# The requirement at stake, by theme, in weights.
_REQUIREMENTS: Final[Mapping[Theme, Mapping[Requirement, float]]] = {
    Theme.TRAINER: Weights({Requirement.CONTRACTUAL: 8, Requirement.REGULATORY: 2}),
    Theme.TRAINING: Weights({Requirement.CONTRACTUAL: 8, Requirement.REGULATORY: 2}),
    Theme.ORGANISATION: Weights({Requirement.CONTRACTUAL: 8, Requirement.REGULATORY: 2}),
    Theme.SANCTION: Weights({Requirement.REGULATORY: 7, Requirement.LEGAL: 3}),
    Theme.DISCRIMINATION: Weights({Requirement.LEGAL: 1}),
    Theme.EQUIPMENT: Weights({Requirement.REGULATORY: 5, Requirement.CONTRACTUAL: 4, Requirement.LEGAL: 1}),
    Theme.INVOICING: Weights({Requirement.CONTRACTUAL: 9, Requirement.LEGAL: 1}),
    Theme.REFUND: Weights({Requirement.CONTRACTUAL: 8, Requirement.LEGAL: 2}),
    Theme.ACCESSIBILITY: Weights({Requirement.LEGAL: 6, Requirement.REGULATORY: 3, Requirement.CONTRACTUAL: 1}),
    Theme.PLATFORM: Weights({Requirement.CONTRACTUAL: 9, Requirement.REGULATORY: 1}),
}

# The domains of risk that a theme touches.
_DOMAINS: Final[Mapping[Theme, tuple[RiskDomain, ...]]] = {
    Theme.TRAINER: (RiskDomain.RELATION, RiskDomain.TRAINING),
    Theme.TRAINING: (RiskDomain.CONTRACT, RiskDomain.TRAINING),
    Theme.ORGANISATION: (RiskDomain.RELATION, RiskDomain.TRAINING),
    Theme.SANCTION: (RiskDomain.LEGAL, RiskDomain.RELATION),
    Theme.DISCRIMINATION: (RiskDomain.SAFETY, RiskDomain.LEGAL, RiskDomain.RELATION),
    Theme.EQUIPMENT: (RiskDomain.SAFETY, RiskDomain.TRAINING),
    Theme.INVOICING: (RiskDomain.CONTRACT, RiskDomain.FINANCIAL),
    Theme.REFUND: (RiskDomain.FINANCIAL,),
    Theme.ACCESSIBILITY: (RiskDomain.LEGAL, RiskDomain.TRAINING),
    Theme.PLATFORM: (RiskDomain.TRAINING,),
}
_CAUSES: Final[Mapping[int, float]] = Weights({0: 2, 1: 5, 2: 2, 3: 1})


def facts_of(
    draws: Draws, profile: CaseloadProfile, subject: Subject, channel: Channel | Unknown, received_at: datetime
) -> ComplaintFacts:
    """Draw the known facts of a message."""
    theme = subject.theme
    known: dict[str, Any] = {
        name: UNKNOWN if value is not ABSENT and is_unknown(draws, profile, name) else value
        for name, value in true_facts(draws, profile, subject, channel).items()
    }
    return ComplaintFacts(
        received_at=received_at,
        channel=channel,
        theme=UNKNOWN if theme is None else theme.value,
        **known,
        **_judged(draws, profile, theme),
        **_severities(draws, profile, theme),
    )


def true_facts(draws: Draws, profile: CaseloadProfile, subject: Subject, channel: Channel | Unknown) -> dict[str, Any]:
    """Draw all facts of a message, known or not, without its risks."""
    kind, theme = subject.kind, subject.theme
    complainant = _complainant(draws, profile, kind)
    scopes = profile.person_scopes if complainant in PERSONS else profile.organisation_scopes
    return {
        "formal": draws.chance(_FORMAL[channel]),
        "complainant": complainant,
        "nature": _nature(subject),
        "requirement": _requirement(draws, subject),
        "sold_service": kind not in (Kind.FREE_EVENT, Kind.INFORMATION, Kind.OPINION),
        "satisfaction": subject.note,
        "client_scope": draws.weighted(scopes),
        "service_reach": draws.weighted(profile.service_reaches),
        "mobilisation": Mobilisation.LOCAL if theme is None else draws.weighted(profile.mobilisations),
        "recurrences": 0 if theme is None else draws.weighted(profile.recurrences),
    }


def is_unknown(draws: Draws, profile: CaseloadProfile, name: str) -> bool:
    """Draw whether a fact is unknown."""
    return draws.chance(profile.unknown.get(name, 0))


def _complainant(draws: Draws, profile: CaseloadProfile, kind: Kind) -> Complainant:
    weights = profile.complainants
    if kind is not Kind.SURVEY:
        return draws.weighted(weights)
    surveyed = {who: weights.get(who, 0) for who in _SURVEYED}
    return draws.weighted(surveyed) if any(surveyed.values()) else Complainant.TRAINEE


def _nature(subject: Subject) -> Nature:
    if subject.kind is Kind.SURVEY:
        return Nature.GENERAL_OPINION if subject.theme is None else Nature.GRIEVANCE
    return _NATURES.get(subject.kind, Nature.GRIEVANCE)


def _requirement(draws: Draws, subject: Subject) -> Requirement:
    if subject.theme is not None:
        return draws.weighted(_REQUIREMENTS[subject.theme])
    return Requirement.CONTRACTUAL if subject.kind is Kind.FREE_EVENT else Requirement.NONE


def _judged(draws: Draws, profile: CaseloadProfile, theme: Theme | None) -> dict[str, Any]:
    if theme is None:  # only grievances are judged
        return {}
    return {
        "likelihood": draws.whole(1, 4) if draws.chance(profile.judged) else UNKNOWN,
        "causes": draws.weighted(_CAUSES) if draws.chance(profile.analysed) else UNKNOWN,
    }


def _severities(draws: Draws, profile: CaseloadProfile, theme: Theme | None) -> dict[str, Any]:
    if is_unknown(draws, profile, "severity"):
        return dict.fromkeys(SEVERITIES.values(), UNKNOWN)
    return true_severities(draws, profile, theme)


def true_severities(draws: Draws, profile: CaseloadProfile, theme: Theme | None) -> dict[str, Any]:
    """How severe a message is in each domain of risk; 0 in those that its theme does not touch."""
    touched = () if theme is None else _DOMAINS[theme]
    return {name: draws.weighted(profile.severities) if domain in touched else 0 for domain, name in SEVERITIES.items()}


_MANNERS: Final[Mapping[Channel | Unknown, str]] = {
    Channel.MEDIATION_LETTER: "letter",
    Channel.CENTRE_LETTER: "letter",
    Channel.EMAIL: "email",
    Channel.PHONE: "phone",
}
_EFFECT, _REQUEST = 0.75, 0.6


def text_of(draws: Draws, subject: Subject, facts: ComplaintFacts, awkward: float) -> str:
    """Draw the text of a message that fits its author and its channel.

    Args:
        draws: the stream to draw from.
        subject: what the message is about.
        facts: what is known of it: of these, the channel and the complainant.
        awkward: how often a written message begins like a spreadsheet's formula.
    """
    if subject.kind is Kind.SURVEY:
        return comment_of(draws, subject.theme)
    opening, closing = _frame(draws, _MANNERS.get(facts.channel, "portal"), awkward)
    return _filled(draws, opening + _body(draws, subject, facts.complainant) + closing)


def comment_of(draws: Draws, theme: Theme | None) -> str:
    """Draw the comment on a note of the survey; without a theme the author is satisfied."""
    bank = phrases()
    return _filled(draws, draws.one_of(bank.satisfied if theme is None else bank.themes[theme]["comments"]))


def _filled(draws: Draws, text: str) -> str:
    """Fill the placeholders of a text."""
    return text.format_map({name: draws.one_of(choice) for name, choice in phrases().values.items()})


def _frame(draws: Draws, manner: str, awkward: float) -> tuple[str, str]:
    bank = phrases()
    opening, closing = draws.one_of(bank.openings[manner]), draws.one_of(bank.closings[manner])
    if manner != "phone" and draws.chance(awkward):
        return draws.one_of(bank.openings["awkward"]), ""
    return opening, closing


def _body(draws: Draws, subject: Subject, complainant: Complainant | Unknown) -> str:
    bank, theme = phrases(), subject.theme
    voice = "trainee" if complainant is Complainant.TRAINEE else "others"
    if theme is None:
        return draws.one_of(bank.kinds[subject.kind][voice])
    who = "unsigned" if complainant is UNKNOWN else complainant
    parts = [draws.one_of(bank.introductions[who]), draws.one_of(bank.themes[theme][voice])]
    if draws.chance(_EFFECT):
        parts.append(draws.one_of(bank.themes[theme]["effects"]))
    if draws.chance(_REQUEST):
        parts.append(draws.one_of(bank.requests))
    return " ".join(parts)
