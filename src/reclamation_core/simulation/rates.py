"""The kinds and themes of invented messages, and the default rates of a profile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from reclamation_core import missing
from reclamation_core.codes import LabelledEnum
from reclamation_core.vocabulary import Channel, ClientScope, Complainant, Level, Mobilisation, ServiceReach
from reclamation_core.vocabulary.facts import THEMES as PROPOSED


class Kind(LabelledEnum):
    """The kind of an invented message."""

    GRIEVANCE = "grievance", "mécontentement", "grievance"
    COMFORT = "comfort", "mécontentement sans exigence en cause", "grievance about no requirement"
    FREE_EVENT = "free_event", "mécontentement hors prestation vendue", "grievance about no sold service"
    SURVEY = "survey", "note d'enquête", "survey score"
    INFORMATION = "information", "demande d'information", "request for information"
    OPINION = "opinion", "opinion générale", "general opinion"


def _proposed(code: str) -> tuple[str, str, str]:
    label = PROPOSED.labels[PROPOSED.values.index(code)]
    return code, label.fr, label.en


class Theme(LabelledEnum):
    """The theme of an invented grievance or survey score, one of those proposed."""

    TRAINER = _proposed("trainer")
    TRAINING = _proposed("training")
    ORGANISATION = _proposed("organisation")
    SANCTION = _proposed("sanction")
    DISCRIMINATION = _proposed("discrimination")
    EQUIPMENT = _proposed("equipment")
    INVOICING = _proposed("invoicing")
    REFUND = _proposed("refund")
    ACCESSIBILITY = _proposed("accessibility")
    PLATFORM = _proposed("platform")


class MalfunctionTheme(LabelledEnum):
    """The theme of an invented internal malfunction."""

    PLANNING = "planning", "planification", "planning"
    ATTENDANCE = "attendance", "émargement et preuves", "attendance records"
    SYSTEM = "system", "outils informatiques", "information system"
    SUPPLY = "supply", "approvisionnement", "supplies"
    SAFETY = "safety", "sécurité à l'atelier", "safety in the workshop"
    CERTIFICATION = "certification", "jury et certification", "certification"
    BILLING = "billing", "facturation", "billing"


# Half of what reaches the mediation is about the quality of the trainer and of the training; of that half, the parts
# are known. The rest, and all other rates, are this project's own guess.
_QUALITY: Final = 0.48

THEMES: Final[Mapping[Theme, float]] = {
    Theme.TRAINER: _QUALITY * 0.39,
    Theme.TRAINING: _QUALITY * 0.36,
    Theme.ORGANISATION: _QUALITY * 0.25,
    Theme.SANCTION: 0.12,
    Theme.DISCRIMINATION: 0.09,
    Theme.EQUIPMENT: 0.08,
    Theme.INVOICING: 0.07,
    Theme.REFUND: 0.06,
    Theme.ACCESSIBILITY: 0.05,
    Theme.PLATFORM: 0.05,
}
KINDS: Final[Mapping[Kind, float]] = {
    Kind.GRIEVANCE: 0.66,
    Kind.COMFORT: 0.05,
    Kind.FREE_EVENT: 0.03,
    Kind.SURVEY: 0.14,
    Kind.INFORMATION: 0.07,
    Kind.OPINION: 0.05,
}
CHANNELS: Final[Mapping[Channel, float]] = {
    Channel.MEDIATION_LETTER: 0.06,
    Channel.CENTRE_LETTER: 0.12,
    Channel.EMAIL: 0.44,
    Channel.PHONE: 0.12,
    Channel.PORTAL: 0.22,
    Channel.OTHER: 0.04,
}
COMPLAINANTS: Final[Mapping[Complainant, float]] = {
    Complainant.TRAINEE: 0.70,
    Complainant.FUNDER: 0.06,
    Complainant.PRESCRIBER: 0.06,
    Complainant.PARTNER: 0.04,
    Complainant.COMPANY: 0.10,
    Complainant.OTHER: 0.04,
}
PERSONS: Final = frozenset({Complainant.TRAINEE, Complainant.OTHER, missing.UNKNOWN})
"""The complainants who are persons, or may be; the others are organisations."""
PERSON_SCOPES: Final[Mapping[ClientScope, float]] = {
    ClientScope.LOCAL: 0.94,
    ClientScope.REGIONAL: 0.04,
    ClientScope.NATIONAL: 0.02,
}
ORGANISATION_SCOPES: Final[Mapping[ClientScope, float]] = {
    ClientScope.LOCAL: 0.50,
    ClientScope.REGIONAL: 0.30,
    ClientScope.NATIONAL: 0.20,
}
SERVICE_REACHES: Final[Mapping[ServiceReach, float]] = {
    ServiceReach.ONE_CENTRE: 0.88,
    ServiceReach.SEVERAL_CENTRES: 0.09,
    ServiceReach.SEVERAL_REGIONS: 0.03,
}
MOBILISATIONS: Final[Mapping[Mobilisation, float]] = {
    Mobilisation.LOCAL: 0.84,
    Mobilisation.REGIONAL: 0.12,
    Mobilisation.NATIONAL: 0.04,
}
NOTES: Final[Mapping[Decimal, float]] = {
    Decimal(note): weight
    for note, weight in (
        *(("0", 3), ("1", 4), ("2", 6), ("3", 9), ("4", 11), ("4.5", 4), ("5", 12), ("5.5", 6), ("5.9", 2)),
        *(("6", 11), ("6.5", 4), ("7", 11), ("8", 9), ("9", 5), ("10", 3)),
    )
}
SEVERITIES: Final[Mapping[int, float]] = {1: 0.35, 2: 0.40, 3: 0.19, 4: 0.06}
RECURRENCES: Final[Mapping[int, float]] = {0: 0.58, 1: 0.16, 2: 0.10, 3: 0.06, 4: 0.04, 5: 0.02, 6: 0.02, 8: 0.02}
NEVER: Final = 1000
"""So many business days to the answer, or more, stand for what is never answered."""

# The business days to the answer: too late once in ten at the local level, twice at the regional, three times at the
# national.
_ANSWER_DAYS: Final = (*range(1, 14), 15, 20, 30)
_ANSWER_WEIGHTS: Final = {
    Level.LOCAL: (2, 4, 7, 10, 12, 13, 13, 12, 10, 7, 3, 2, 2, 1, 1, 1),
    Level.REGIONAL: (0, 1, 2, 5, 8, 11, 13, 14, 14, 12, 6, 4, 3, 3, 2, 2),
    Level.NATIONAL: (0, 0, 1, 2, 5, 8, 11, 14, 15, 14, 8, 6, 5, 5, 4, 2),
}
ANSWERS: Final[Mapping[Level, Mapping[int, float]]] = {
    level: {days: weight for days, weight in zip(_ANSWER_DAYS, weights, strict=True) if weight}
    for level, weights in _ANSWER_WEIGHTS.items()
}
UNKNOWN: Final[Mapping[str, float]] = {
    "channel": 0.005,
    "formal": 0.03,
    "complainant": 0.02,
    "nature": 0.02,
    "requirement": 0.20,
    "sold_service": 0.03,
    "satisfaction": 0.06,
    "client_scope": 0.03,
    "service_reach": 0.03,
    "mobilisation": 0.10,
    "severity": 0.08,
    "recurrences": 0.04,
    "site": 0.02,
}

SURVEY_NOTES: Final[Mapping[Decimal, float]] = {
    Decimal(note): weight
    for note, weight in (
        *(("1", 1), ("2", 2), ("3", 4), ("4", 7), ("4.5", 3), ("5", 9), ("5.5", 5), ("5.9", 1)),
        *(("6", 9), ("6.5", 5), ("7", 14), ("8", 20), ("9", 13), ("10", 7)),
    )
}
MALFUNCTION_THEMES: Final[Mapping[MalfunctionTheme, float]] = {
    MalfunctionTheme.PLANNING: 0.24,
    MalfunctionTheme.ATTENDANCE: 0.18,
    MalfunctionTheme.SYSTEM: 0.16,
    MalfunctionTheme.SUPPLY: 0.12,
    MalfunctionTheme.SAFETY: 0.12,
    MalfunctionTheme.CERTIFICATION: 0.09,
    MalfunctionTheme.BILLING: 0.09,
}
MALFUNCTION_REACHES: Final[Mapping[ServiceReach, float]] = {
    ServiceReach.ONE_CENTRE: 0.74,
    ServiceReach.SEVERAL_CENTRES: 0.18,
    ServiceReach.SEVERAL_REGIONS: 0.08,
}
MALFUNCTION_MOBILISATIONS: Final[Mapping[Mobilisation, float]] = {
    Mobilisation.LOCAL: 0.76,
    Mobilisation.REGIONAL: 0.17,
    Mobilisation.NATIONAL: 0.07,
}
MALFUNCTION_SEVERITIES: Final[Mapping[int, float]] = {1: 0.25, 2: 0.35, 3: 0.26, 4: 0.14}
MALFUNCTION_UNKNOWN: Final[Mapping[str, float]] = {
    "service_reach": 0.04,
    "mobilisation": 0.10,
    "severity": 0.08,
    "recurrences": 0.05,
}

STAFFED: Final = frozenset({Channel.MEDIATION_LETTER, Channel.CENTRE_LETTER, Channel.PHONE})
"""The channels that need staff at the site."""

OPENS, SHUTS = 8 * 60 + 30, 17 * 60 + 30
"""The office hours of a site, in minutes."""


def is_in_office_hours(local: datetime) -> bool:
    """Return True if a local instant lies in office hours."""
    return OPENS <= local.hour * 60 + local.minute < SHUTS
