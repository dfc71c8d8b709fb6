"""What is known of a complaint or of a malfunction, and what is not."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN, Absent, Unknown
from reclamation_core.vocabulary import conversions
from reclamation_core.vocabulary.conversions import Refused
from reclamation_core.vocabulary.enumerations import (
    Channel,
    ClientScope,
    Complainant,
    Mobilisation,
    Nature,
    Requirement,
    ServiceReach,
)

# What is plainly right is let through here; only the rest is looked at by a conversion.


def _instant(value: datetime) -> datetime:
    return conversions.instant(value)  # type: ignore[no-any-return]


def _channel(value: Channel | str | Unknown | None) -> Channel | Unknown:
    return value if isinstance(value, Channel) or value is UNKNOWN else conversions.member(Channel, value)


def _complainant(value: Complainant | str | Unknown | None) -> Complainant | Unknown:
    return value if isinstance(value, Complainant) or value is UNKNOWN else conversions.member(Complainant, value)


def _nature(value: Nature | str | Unknown | None) -> Nature | Unknown:
    return value if isinstance(value, Nature) or value is UNKNOWN else conversions.member(Nature, value)


def _requirement(value: Requirement | str | Unknown | None) -> Requirement | Unknown:
    return value if isinstance(value, Requirement) or value is UNKNOWN else conversions.member(Requirement, value)


def _client_scope(value: ClientScope | str | Unknown | None) -> ClientScope | Unknown:
    return value if isinstance(value, ClientScope) or value is UNKNOWN else conversions.member(ClientScope, value)


def _service_reach(value: ServiceReach | str | Unknown | None) -> ServiceReach | Unknown:
    return value if isinstance(value, ServiceReach) or value is UNKNOWN else conversions.member(ServiceReach, value)


def _mobilisation(value: Mobilisation | str | Unknown | None) -> Mobilisation | Unknown:
    return value if isinstance(value, Mobilisation) or value is UNKNOWN else conversions.member(Mobilisation, value)


def _truth(value: bool | Unknown | None) -> bool | Unknown:
    return value if value is UNKNOWN or value is True or value is False else conversions.truth(value)


def _note(value: float | Decimal | Absent | Unknown | None) -> float | Decimal | Absent | Unknown:
    return value if value is ABSENT else conversions.note(value)


def _severity(value: int | Unknown | None) -> int | Unknown:
    return value if value is UNKNOWN else conversions.whole(value, 0, 4)


def _likelihood(value: int | Unknown | None) -> int | Unknown:
    return value if value is UNKNOWN else conversions.whole(value, 1, 4)


def _count(value: int | Unknown | None) -> int | Unknown:
    return value if value is UNKNOWN else conversions.whole(value, 0)


@attrs.frozen(kw_only=True)
class _CaseFacts:
    """Keeps what a complaint and a malfunction have in common: when, where, how grave."""

    received_at: datetime = attrs.field(converter=_instant)
    service_reach: ServiceReach | Unknown = attrs.field(default=UNKNOWN, converter=_service_reach)
    mobilisation: Mobilisation | Unknown = attrs.field(default=UNKNOWN, converter=_mobilisation)
    severity_safety: int | Unknown = attrs.field(default=UNKNOWN, converter=_severity)
    severity_legal: int | Unknown = attrs.field(default=UNKNOWN, converter=_severity)
    severity_contract: int | Unknown = attrs.field(default=UNKNOWN, converter=_severity)
    severity_financial: int | Unknown = attrs.field(default=UNKNOWN, converter=_severity)
    severity_relation: int | Unknown = attrs.field(default=UNKNOWN, converter=_severity)
    severity_training: int | Unknown = attrs.field(default=UNKNOWN, converter=_severity)
    likelihood: int | Unknown = attrs.field(default=UNKNOWN, converter=_likelihood)
    recurrences: int | Unknown = attrs.field(default=UNKNOWN, converter=_count)
    causes: int | Unknown = attrs.field(default=UNKNOWN, converter=_count)

    def __attrs_post_init__(self) -> None:
        cls: Any = self.__class__
        refused = [name for name in _names(cls) if getattr(self, name).__class__ is Refused]
        if refused:
            values = [(name, getattr(self, name)) for name in refused]
            raise FaultsError(Fault(name, value.safe_value, value.expected) for name, value in values)


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls))


@attrs.frozen(kw_only=True)
class ComplaintFacts(_CaseFacts):
    """The facts of one complaint (réclamation) that the rules of M2-1 look at.

    Every fact but `received_at` may be unknown: `None` is short for `UNKNOWN`. For `satisfaction` `None` is short
    for `ABSENT`, there is no note; where nobody knows whether or which, it is `UNKNOWN`. What is kept is the sentinel.

    Args:
        received_at: when the complaint arrived at any door of the agency; aware. Its zone becomes a fixed offset,
            so that instants are compared as in UTC; days are counted in the zone of the handling site.
        channel: how it arrived; like the six other vocabularies, a member or its code.
        formal: the dissatisfaction was expressed in a formal way.
        complainant: who complains.
        nature: what the message is.
        requirement: the kind of requirement said to be breached.
        sold_service: it is about a service that was sold.
        satisfaction: the satisfaction note of the end-of-training survey, a finite number; the scale is the policy's.
        client_scope: how far the client reaches.
        service_reach: who delivered the service.
        mobilisation: what handling the problem calls for.
        severity_safety: for this risk domain as for the five others, 0 (not touched) or 1 to 4.
        severity_legal: likewise.
        severity_contract: likewise.
        severity_financial: likewise.
        severity_relation: likewise.
        severity_training: likewise.
        likelihood: 1 to 4, when judged.
        recurrences: how many alike in the last twelve months, 0 or more.
        causes: how many causes were found, 0 or more; known after the analysis.

    Raises:
        FaultsError: with every refused value at once; a `ValueError`.

    Source: M2-1 §1.2 to §1.6, §2.2, §5.1 to §5.3.

    >>> from datetime import UTC
    >>> facts = ComplaintFacts(received_at=datetime(2026, 5, 2, tzinfo=UTC), channel="email", formal=None)
    >>> facts.channel, facts.formal, facts.satisfaction
    (<Channel.EMAIL: 'email'>, UNKNOWN, ABSENT)
    """

    channel: Channel | Unknown = attrs.field(default=UNKNOWN, converter=_channel)
    formal: bool | Unknown = attrs.field(default=UNKNOWN, converter=_truth)
    complainant: Complainant | Unknown = attrs.field(default=UNKNOWN, converter=_complainant)
    nature: Nature | Unknown = attrs.field(default=UNKNOWN, converter=_nature)
    requirement: Requirement | Unknown = attrs.field(default=UNKNOWN, converter=_requirement)
    sold_service: bool | Unknown = attrs.field(default=UNKNOWN, converter=_truth)
    satisfaction: float | Decimal | Absent | Unknown = attrs.field(default=ABSENT, converter=_note)
    client_scope: ClientScope | Unknown = attrs.field(default=UNKNOWN, converter=_client_scope)


@attrs.frozen(kw_only=True)
class MalfunctionFacts(_CaseFacts):
    """The facts of one internal malfunction (dysfonctionnement interne).

    It has no complainant and no client: its client scope is `ABSENT` once and for all, and the clauses on the
    reach of the service and on the mobilisation give its level. The facts are as in `ComplaintFacts`.

    Raises:
        FaultsError: with every refused value at once; a `ValueError`.

    Source: M2-1 §7, as read (I5, I22).

    >>> from datetime import UTC
    >>> MalfunctionFacts(received_at=datetime(2026, 5, 2, tzinfo=UTC), service_reach="one_centre").client_scope
    ABSENT
    """

    client_scope: ClassVar[Absent] = ABSENT
