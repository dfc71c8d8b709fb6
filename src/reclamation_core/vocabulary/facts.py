"""What is known of a complaint or of a malfunction, and what is not."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final, TypeAlias

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN, Absent, Unknown
from reclamation_core.vocabulary import conversions
from reclamation_core.vocabulary.enumerations import (
    Channel,
    ClientScope,
    Complainant,
    Mobilisation,
    Nature,
    Requirement,
    ServiceReach,
)

_channel = conversions.member_of(Channel)
_complainant = conversions.member_of(Complainant)
_nature = conversions.member_of(Nature)
_requirement = conversions.member_of(Requirement)
_client_scope = conversions.member_of(ClientScope)
_service_reach = conversions.member_of(ServiceReach)
_mobilisation = conversions.member_of(Mobilisation)
_SEVERITIES: Final = frozenset(range(5))
_severity = conversions.whole(0, 4)
_likelihood = conversions.whole(1, 4)
_count = conversions.whole(0)

_setattr: Final = object.__setattr__  # what a frozen class leaves to its own constructor

_Int: TypeAlias = int | Unknown | None

# The constructors are written by hand: a plainly right value is let through by a test of its class, and only the
# others pay for a conversion. Converters of attrs made building a fact sheet twice as long.


class _CaseFacts:
    """Keeps what a complaint and a malfunction have in common: when, where, how grave."""

    __slots__ = ()

    def _keep_common(  # noqa: PLR0917  (called with its arguments in order: keywords cost a tenth of the whole)
        self,
        faults: list[Fault],
        received_at: datetime,
        service_reach: ServiceReach | str | Unknown | None,
        mobilisation: Mobilisation | str | Unknown | None,
        safety: _Int,
        legal: _Int,
        contract: _Int,
        financial: _Int,
        relation: _Int,
        training: _Int,
        likelihood: _Int,
        recurrences: _Int,
        causes: _Int,
    ) -> None:
        keep = _setattr.__get__(self)
        keep("received_at", conversions.instant("received_at", received_at, faults))
        if service_reach.__class__ is not ServiceReach:
            service_reach = _service_reach("service_reach", service_reach, faults)
        keep("service_reach", service_reach)
        if mobilisation.__class__ is not Mobilisation:
            mobilisation = _mobilisation("mobilisation", mobilisation, faults)
        keep("mobilisation", mobilisation)
        if safety is not UNKNOWN and (safety.__class__ is not int or safety not in _SEVERITIES):
            safety = _severity("severity_safety", safety, faults)
        keep("severity_safety", safety)
        if legal is not UNKNOWN and (legal.__class__ is not int or legal not in _SEVERITIES):
            legal = _severity("severity_legal", legal, faults)
        keep("severity_legal", legal)
        if contract is not UNKNOWN and (contract.__class__ is not int or contract not in _SEVERITIES):
            contract = _severity("severity_contract", contract, faults)
        keep("severity_contract", contract)
        if financial is not UNKNOWN and (financial.__class__ is not int or financial not in _SEVERITIES):
            financial = _severity("severity_financial", financial, faults)
        keep("severity_financial", financial)
        if relation is not UNKNOWN and (relation.__class__ is not int or relation not in _SEVERITIES):
            relation = _severity("severity_relation", relation, faults)
        keep("severity_relation", relation)
        if training is not UNKNOWN and (training.__class__ is not int or training not in _SEVERITIES):
            training = _severity("severity_training", training, faults)
        keep("severity_training", training)
        keep("likelihood", likelihood if likelihood is UNKNOWN else _likelihood("likelihood", likelihood, faults))
        keep("recurrences", recurrences if recurrences is UNKNOWN else _count("recurrences", recurrences, faults))
        keep("causes", causes if causes is UNKNOWN else _count("causes", causes, faults))


@attrs.frozen(init=False)
class ComplaintFacts(_CaseFacts):
    """The facts of one complaint (réclamation) that the rules of M2-1 look at.

    Every fact but `received_at` may be unknown: `None` is short for `UNKNOWN`. For `satisfaction` `None` is short
    for `ABSENT`, there is no note; a note that exists and is not known is `UNKNOWN`. What is kept is the sentinel.

    Args:
        received_at: when the complaint arrived at any door of the agency; aware.
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

    received_at: datetime
    channel: Channel | Unknown
    formal: bool | Unknown
    complainant: Complainant | Unknown
    nature: Nature | Unknown
    requirement: Requirement | Unknown
    sold_service: bool | Unknown
    satisfaction: float | Decimal | Absent | Unknown
    client_scope: ClientScope | Unknown
    service_reach: ServiceReach | Unknown
    mobilisation: Mobilisation | Unknown
    severity_safety: int | Unknown
    severity_legal: int | Unknown
    severity_contract: int | Unknown
    severity_financial: int | Unknown
    severity_relation: int | Unknown
    severity_training: int | Unknown
    likelihood: int | Unknown
    recurrences: int | Unknown
    causes: int | Unknown

    def __init__(
        self,
        *,
        received_at: datetime,
        channel: Channel | str | Unknown | None = UNKNOWN,
        formal: bool | Unknown | None = UNKNOWN,
        complainant: Complainant | str | Unknown | None = UNKNOWN,
        nature: Nature | str | Unknown | None = UNKNOWN,
        requirement: Requirement | str | Unknown | None = UNKNOWN,
        sold_service: bool | Unknown | None = UNKNOWN,
        satisfaction: float | Decimal | Absent | Unknown | None = ABSENT,
        client_scope: ClientScope | str | Unknown | None = UNKNOWN,
        service_reach: ServiceReach | str | Unknown | None = UNKNOWN,
        mobilisation: Mobilisation | str | Unknown | None = UNKNOWN,
        severity_safety: _Int = UNKNOWN,
        severity_legal: _Int = UNKNOWN,
        severity_contract: _Int = UNKNOWN,
        severity_financial: _Int = UNKNOWN,
        severity_relation: _Int = UNKNOWN,
        severity_training: _Int = UNKNOWN,
        likelihood: _Int = UNKNOWN,
        recurrences: _Int = UNKNOWN,
        causes: _Int = UNKNOWN,
    ) -> None:
        faults: list[Fault] = []
        keep = _setattr.__get__(self)
        if channel.__class__ is not Channel:
            channel = _channel("channel", channel, faults)
        keep("channel", channel)
        if formal.__class__ is not bool:
            formal = conversions.truth("formal", formal, faults)
        keep("formal", formal)
        if complainant.__class__ is not Complainant:
            complainant = _complainant("complainant", complainant, faults)
        keep("complainant", complainant)
        if nature.__class__ is not Nature:
            nature = _nature("nature", nature, faults)
        keep("nature", nature)
        if requirement.__class__ is not Requirement:
            requirement = _requirement("requirement", requirement, faults)
        keep("requirement", requirement)
        if sold_service.__class__ is not bool:
            sold_service = conversions.truth("sold_service", sold_service, faults)
        keep("sold_service", sold_service)
        if satisfaction is not ABSENT:
            satisfaction = conversions.note("satisfaction", satisfaction, faults)
        keep("satisfaction", satisfaction)
        if client_scope.__class__ is not ClientScope:
            client_scope = _client_scope("client_scope", client_scope, faults)
        keep("client_scope", client_scope)
        self._keep_common(
            faults, received_at, service_reach, mobilisation, severity_safety, severity_legal, severity_contract,
            severity_financial, severity_relation, severity_training, likelihood, recurrences, causes,
        )  # fmt: skip
        if faults:
            raise FaultsError((*faults,))


@attrs.frozen(init=False)
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

    received_at: datetime
    service_reach: ServiceReach | Unknown
    mobilisation: Mobilisation | Unknown
    severity_safety: int | Unknown
    severity_legal: int | Unknown
    severity_contract: int | Unknown
    severity_financial: int | Unknown
    severity_relation: int | Unknown
    severity_training: int | Unknown
    likelihood: int | Unknown
    recurrences: int | Unknown
    causes: int | Unknown

    def __init__(
        self,
        *,
        received_at: datetime,
        service_reach: ServiceReach | str | Unknown | None = UNKNOWN,
        mobilisation: Mobilisation | str | Unknown | None = UNKNOWN,
        severity_safety: _Int = UNKNOWN,
        severity_legal: _Int = UNKNOWN,
        severity_contract: _Int = UNKNOWN,
        severity_financial: _Int = UNKNOWN,
        severity_relation: _Int = UNKNOWN,
        severity_training: _Int = UNKNOWN,
        likelihood: _Int = UNKNOWN,
        recurrences: _Int = UNKNOWN,
        causes: _Int = UNKNOWN,
    ) -> None:
        faults: list[Fault] = []
        self._keep_common(
            faults, received_at, service_reach, mobilisation, severity_safety, severity_legal, severity_contract,
            severity_financial, severity_relation, severity_training, likelihood, recurrences, causes,
        )  # fmt: skip
        if faults:
            raise FaultsError((*faults,))
