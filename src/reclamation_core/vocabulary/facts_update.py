"""Some facts of a case, each under its name, as they are told of one that is known in part."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from reclamation_core.missing import Absent, Unknown
from reclamation_core.vocabulary.enumerations import (
    Channel,
    ClientScope,
    Complainant,
    Mobilisation,
    Nature,
    Requirement,
    ServiceReach,
)


class FactsUpdate(TypedDict, total=False):
    """What may be told of a complaint, or of a malfunction what it has; as `ComplaintFacts` takes it."""

    received_at: datetime
    service_reach: ServiceReach | str | Unknown | None
    mobilisation: Mobilisation | str | Unknown | None
    severity_safety: int | Unknown | None
    severity_legal: int | Unknown | None
    severity_contract: int | Unknown | None
    severity_financial: int | Unknown | None
    severity_relation: int | Unknown | None
    severity_training: int | Unknown | None
    likelihood: int | Unknown | None
    recurrences: int | Unknown | None
    causes: int | Unknown | None
    channel: Channel | str | Unknown | None
    formal: bool | Unknown | None
    complainant: Complainant | str | Unknown | None
    nature: Nature | str | Unknown | None
    requirement: Requirement | str | Unknown | None
    sold_service: bool | Unknown | None
    satisfaction: float | Decimal | Absent | Unknown | None
    client_scope: ClientScope | str | Unknown | None
