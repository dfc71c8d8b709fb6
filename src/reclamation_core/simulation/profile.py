"""How often things are so in an invented caseload."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar

import attrs

from reclamation_core.simulation import rates
from reclamation_core.simulation.kinds import Kind, Theme
from reclamation_core.vocabulary import Channel, ClientScope, Complainant, Mobilisation, ServiceReach, Vocabulary

V = TypeVar("V", bound=Vocabulary)


def _weights(keys: Callable[[Any], bool]) -> Callable[[object, attrs.Attribute[Any], Mapping[Any, float]], None]:
    def check(_: object, attribute: attrs.Attribute[Any], weights: Mapping[Any, float]) -> None:
        strangers = [key for key in weights if not keys(key)]
        if strangers:
            raise ValueError(f"{attribute.name}: {strangers[0]!r} is no key of it; use those of the default")
        if not all(map(_is_weight, weights.values())) or not any(weights.values()):
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


def _unknowns(_: object, attribute: attrs.Attribute[Any], given: Mapping[str, float]) -> None:
    for key, rate in given.items():
        if key not in rates.UNKNOWN:
            raise ValueError(f"{attribute.name}: {key!r} is never unknown; use some of {', '.join(rates.UNKNOWN)}")
        if not _is_rate(rate):
            raise ValueError(f"{attribute.name}: {key!r} has {rate!r}; give a rate from 0 to 1")


def _rate(_: object, attribute: attrs.Attribute[float], value: float) -> None:
    if not _is_rate(value):
        raise ValueError(f"{attribute.name}: {value!r}; give a rate from 0 to 1")


def _is_weight(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and value >= 0


def _is_rate(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1


def _is_note(key: object) -> bool:
    return isinstance(key, Decimal) and key.is_finite() and 0 <= key <= 10


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

    kinds: Mapping[Kind, float] = _members(Kind, rates.KINDS)
    themes: Mapping[Theme, float] = _members(Theme, rates.THEMES)
    channels: Mapping[Channel, float] = _members(Channel, rates.CHANNELS)
    complainants: Mapping[Complainant, float] = _members(Complainant, rates.COMPLAINANTS)
    person_scopes: Mapping[ClientScope, float] = _members(ClientScope, rates.PERSON_SCOPES)
    organisation_scopes: Mapping[ClientScope, float] = _members(ClientScope, rates.ORGANISATION_SCOPES)
    service_reaches: Mapping[ServiceReach, float] = _members(ServiceReach, rates.SERVICE_REACHES)
    mobilisations: Mapping[Mobilisation, float] = _members(Mobilisation, rates.MOBILISATIONS)
    notes: Mapping[Decimal, float] = _mapping(rates.NOTES, _weights(_is_note))
    severities: Mapping[int, float] = _mapping(rates.SEVERITIES, _weights(_is_severity))
    recurrences: Mapping[int, float] = _mapping(rates.RECURRENCES, _weights(_is_count))
    judged: float = attrs.field(default=0.3, validator=_rate)
    analysed: float = attrs.field(default=0.25, validator=_rate)
    unknown: Mapping[str, float] = _mapping(rates.UNKNOWN, _unknowns)
    days: int = attrs.field(default=37)
    idle_days: float = attrs.field(default=0.3, validator=_rate)
    evenings: float = attrs.field(default=0.3, validator=_rate)
    awkward: float = attrs.field(default=0.02, validator=_rate)

    @days.validator
    def _some_days(self, _: object, days: int) -> None:
        if type(days) is not int or days < 1:
            raise ValueError(f"days: {days!r}; give a whole number of days, at least 1")
