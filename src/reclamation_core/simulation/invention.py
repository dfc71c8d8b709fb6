"""What is known of an invented message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from reclamation_core.missing import ABSENT, UNKNOWN, Unknown
from reclamation_core.simulation.draws import Draws, Weights
from reclamation_core.simulation.kinds import Kind, Theme
from reclamation_core.simulation.profile import CaseloadProfile
from reclamation_core.simulation.subject import Subject
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

_PERSONS: Final = frozenset({Complainant.TRAINEE, Complainant.OTHER, UNKNOWN})
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
    Theme.TRAINER: Weights({Requirement.CONTRACTUAL: 8, Requirement.REGULATORY: 1, Requirement.NONE: 1}),
    Theme.TRAINING: Weights({Requirement.CONTRACTUAL: 8, Requirement.REGULATORY: 2}),
    Theme.ORGANISATION: Weights({Requirement.CONTRACTUAL: 8, Requirement.REGULATORY: 1, Requirement.NONE: 1}),
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
    """What is known of a message; what is true and not known is left out."""
    theme = subject.theme
    known: dict[str, Any] = {
        name: UNKNOWN if value is not ABSENT and is_unknown(draws, profile, name) else value
        for name, value in true_facts(draws, profile, subject, channel).items()
    }
    return ComplaintFacts(
        received_at=received_at,
        channel=channel,
        **known,
        **_judged(draws, profile, theme),
        **_severities(draws, profile, theme),
    )


def true_facts(draws: Draws, profile: CaseloadProfile, subject: Subject, channel: Channel | Unknown) -> dict[str, Any]:
    """What is so of a message, known or not; its risks apart."""
    kind, theme = subject.kind, subject.theme
    complainant = _complainant(draws, profile, kind)
    scopes = profile.person_scopes if complainant in _PERSONS else profile.organisation_scopes
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
    """Whether a fact is not known this time."""
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
    if theme is None:  # nobody judges what is no grievance
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
