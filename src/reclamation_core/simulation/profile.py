"""How often things are so in an invented caseload."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeVar

import attrs

from reclamation_core.simulation.kinds import Kind, Theme
from reclamation_core.vocabulary import Channel, ClientScope, Complainant, Mobilisation, ServiceReach, Vocabulary

V = TypeVar("V", bound=Vocabulary)

# Half of what reaches the mediation is about the quality of the trainer and of the training; of that half, the parts
# are known. The rest, and all other rates, are this project's own guess.
_QUALITY: Final = 0.48

_THEMES: Final[Mapping[Theme, float]] = {
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
_KINDS: Final[Mapping[Kind, float]] = {
    Kind.GRIEVANCE: 0.66,
    Kind.COMFORT: 0.05,
    Kind.FREE_EVENT: 0.03,
    Kind.SURVEY: 0.14,
    Kind.INFORMATION: 0.07,
    Kind.OPINION: 0.05,
}
_CHANNELS: Final[Mapping[Channel, float]] = {
    Channel.MEDIATION_LETTER: 0.06,
    Channel.CENTRE_LETTER: 0.12,
    Channel.EMAIL: 0.44,
    Channel.PHONE: 0.12,
    Channel.PORTAL: 0.22,
    Channel.OTHER: 0.04,
}
_COMPLAINANTS: Final[Mapping[Complainant, float]] = {
    Complainant.TRAINEE: 0.70,
    Complainant.FUNDER: 0.06,
    Complainant.PRESCRIBER: 0.06,
    Complainant.PARTNER: 0.04,
    Complainant.COMPANY: 0.10,
    Complainant.OTHER: 0.04,
}
_PERSON_SCOPES: Final[Mapping[ClientScope, float]] = {
    ClientScope.LOCAL: 0.94,
    ClientScope.REGIONAL: 0.04,
    ClientScope.NATIONAL: 0.02,
}
_ORGANISATION_SCOPES: Final[Mapping[ClientScope, float]] = {
    ClientScope.LOCAL: 0.50,
    ClientScope.REGIONAL: 0.30,
    ClientScope.NATIONAL: 0.20,
}
_SERVICE_REACHES: Final[Mapping[ServiceReach, float]] = {
    ServiceReach.ONE_CENTRE: 0.88,
    ServiceReach.SEVERAL_CENTRES: 0.09,
    ServiceReach.SEVERAL_REGIONS: 0.03,
}
_MOBILISATIONS: Final[Mapping[Mobilisation, float]] = {
    Mobilisation.LOCAL: 0.84,
    Mobilisation.REGIONAL: 0.12,
    Mobilisation.NATIONAL: 0.04,
}
_NOTES: Final[Mapping[Decimal, float]] = {
    Decimal(note): weight
    for note, weight in (
        *(("0", 3), ("1", 4), ("2", 6), ("3", 9), ("4", 11), ("4.5", 4), ("5", 12), ("5.5", 6), ("5.9", 2)),
        *(("6", 11), ("6.5", 4), ("7", 11), ("8", 9), ("9", 5), ("10", 3)),
    )
}
_SEVERITIES: Final[Mapping[int, float]] = {1: 0.35, 2: 0.40, 3: 0.19, 4: 0.06}
_RECURRENCES: Final[Mapping[int, float]] = {0: 0.58, 1: 0.16, 2: 0.10, 3: 0.06, 4: 0.04, 5: 0.02, 6: 0.02, 8: 0.02}
_UNKNOWN: Final[Mapping[str, float]] = {
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


def _weights(keys: Callable[[Any], bool]) -> Callable[[object, attrs.Attribute[Any], Mapping[Any, float]], None]:
    def check(_: object, attribute: attrs.Attribute[Any], weights: Mapping[Any, float]) -> None:
        strangers = [key for key in weights if not keys(key)]
        if strangers:
            raise ValueError(f"{attribute.name}: {strangers[0]!r} is no key of it; use those of the default")
        if not all(math.isfinite(weight) and weight >= 0 for weight in weights.values()) or not any(weights.values()):
            given = dict(weights)
            raise ValueError(f"{attribute.name}: {given!r}; give finite weights of 0 or more, at least one above 0")

    return check


def _members(vocabulary: type[V], default: Mapping[V, float]) -> Any:
    def is_member(key: object) -> bool:
        return isinstance(key, vocabulary)

    return _mapping(default, _weights(is_member))


def _mapping(default: Mapping[Any, float], validator: Any) -> Any:
    return attrs.field(default=default, converter=_copy, validator=validator)


def _copy(weights: Mapping[Any, float]) -> Mapping[Any, float]:
    return MappingProxyType(dict(weights))


def _rates(_: object, attribute: attrs.Attribute[Any], rates: Mapping[str, float]) -> None:
    for key, rate in rates.items():
        if key not in _UNKNOWN:
            raise ValueError(f"{attribute.name}: {key!r} is never unknown; use some of {', '.join(_UNKNOWN)}")
        if not 0 <= rate <= 1:
            raise ValueError(f"{attribute.name}: {key!r} has {rate!r}; give a rate from 0 to 1")


def _rate(_: object, attribute: attrs.Attribute[float], value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{attribute.name}: {value!r}; give a rate from 0 to 1")


def _is_note(key: object) -> bool:
    return isinstance(key, Decimal) and 0 <= key <= 10


def _is_severity(key: object) -> bool:
    return type(key) is int and 1 <= key <= 4


def _is_count(key: object) -> bool:
    return type(key) is int and key >= 0


@attrs.frozen(kw_only=True)
class CaseloadProfile:
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
        days: how many days the receipts are spread over, at least 1; the later days have more, for their complaints
            are still open.
        idle_days: how much is received on a day of rest, beside a working day of the same age.
        evenings: how often what arrives by computer does so outside office hours.
        awkward: how often a text begins like a spreadsheet's formula.

    Raises:
        ValueError: a weight or a rate is refused; the message names it, its value and the remedy.

    >>> CaseloadProfile(awkward=0).days
    37
    """

    kinds: Mapping[Kind, float] = _members(Kind, _KINDS)
    themes: Mapping[Theme, float] = _members(Theme, _THEMES)
    channels: Mapping[Channel, float] = _members(Channel, _CHANNELS)
    complainants: Mapping[Complainant, float] = _members(Complainant, _COMPLAINANTS)
    person_scopes: Mapping[ClientScope, float] = _members(ClientScope, _PERSON_SCOPES)
    organisation_scopes: Mapping[ClientScope, float] = _members(ClientScope, _ORGANISATION_SCOPES)
    service_reaches: Mapping[ServiceReach, float] = _members(ServiceReach, _SERVICE_REACHES)
    mobilisations: Mapping[Mobilisation, float] = _members(Mobilisation, _MOBILISATIONS)
    notes: Mapping[Decimal, float] = _mapping(_NOTES, _weights(_is_note))
    severities: Mapping[int, float] = _mapping(_SEVERITIES, _weights(_is_severity))
    recurrences: Mapping[int, float] = _mapping(_RECURRENCES, _weights(_is_count))
    judged: float = attrs.field(default=0.3, validator=_rate)
    analysed: float = attrs.field(default=0.25, validator=_rate)
    unknown: Mapping[str, float] = _mapping(_UNKNOWN, _rates)
    days: int = attrs.field(default=37)
    idle_days: float = attrs.field(default=0.3, validator=_rate)
    evenings: float = attrs.field(default=0.3, validator=_rate)
    awkward: float = attrs.field(default=0.02, validator=_rate)

    @days.validator
    def _some_days(self, _: object, days: int) -> None:
        if type(days) is not int or days < 1:
            raise ValueError(f"days: {days!r}; give a whole number of days, at least 1")
