"""Procedure M2-1 (Piloter les réclamations clients et dysfonctionnements internes) as a library.

The names of this module are those that most programs need; each is loaded from its room when it is first used, so that
`import reclamation_core` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reclamation_core.lazy_names import lazy_names

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
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".calendars": "BusinessCalendar",
            ".cases": "Case CaseState CommandRefusedError",
            ".desk": "AsyncDesk Desk",
            ".errors": "FaultsError ReclamationError",
            ".missing": "ABSENT UNKNOWN",
            ".policy": "Policy PolicyBook m2_1 read_policy",
            ".ports": "CaseQuery",
            ".vocabulary": """
                Channel ClientScope Complainant ComplaintFacts Eligibility Level MalfunctionFacts
                Mobilisation Nature Requirement Role ServiceReach Site Sites
            """,
            ".wording": "Wording",
        },
    )

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
