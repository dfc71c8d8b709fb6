"""Procedure M2-1 (Piloter les réclamations clients et dysfonctionnements internes) as a library.

The names of this module are those that most programs need; each is loaded from its room when it is first used, so that
`import reclamation_core` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reclamation_core.calendars import BusinessCalendar
    from reclamation_core.cases import Case, CaseState, CommandRefusedError
    from reclamation_core.desk import AsyncDesk, Desk
    from reclamation_core.errors import FaultsError, ReclamationError
    from reclamation_core.missing import ABSENT, UNKNOWN
    from reclamation_core.policy import Policy, PolicyBook, m2_1, read_policy
    from reclamation_core.ports import CaseQuery
    from reclamation_core.vocabulary import (
        Channel,
        ClientScope,
        Complainant,
        ComplaintFacts,
        Eligibility,
        Level,
        MalfunctionFacts,
        Mobilisation,
        Nature,
        Requirement,
        Role,
        ServiceReach,
        Site,
        Sites,
    )
    from reclamation_core.wording import Wording

__all__ = [
    "ABSENT",
    "UNKNOWN",
    "AsyncDesk",
    "BusinessCalendar",
    "Case",
    "CaseQuery",
    "CaseState",
    "Channel",
    "ClientScope",
    "CommandRefusedError",
    "Complainant",
    "ComplaintFacts",
    "Desk",
    "Eligibility",
    "FaultsError",
    "Level",
    "MalfunctionFacts",
    "Mobilisation",
    "Nature",
    "Policy",
    "PolicyBook",
    "ReclamationError",
    "Requirement",
    "Role",
    "ServiceReach",
    "Site",
    "Sites",
    "Wording",
    "m2_1",
    "read_policy",
]

_PACKAGE_OF = {
    "BusinessCalendar": "calendars",
    **dict.fromkeys(("Case", "CaseState", "CommandRefusedError"), "cases"),
    **dict.fromkeys(("AsyncDesk", "Desk"), "desk"),
    **dict.fromkeys(("FaultsError", "ReclamationError"), "errors"),
    **dict.fromkeys(("ABSENT", "UNKNOWN"), "missing"),
    **dict.fromkeys(("Policy", "PolicyBook", "m2_1", "read_policy"), "policy"),
    "CaseQuery": "ports",
    "Wording": "wording",
}
"""Where a name lives; those not named here live in `vocabulary`."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_PACKAGE_OF.get(name, 'vocabulary')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
