"""The words of the procedure: its closed lists, the facts of a complaint, the sites of the agency."""

from typing import TYPE_CHECKING

from reclamation_core.lazy_names import lazy_names

if TYPE_CHECKING:
    from reclamation_core.vocabulary.enumerations import (
        Band,
        Channel,
        ClientScope,
        Complainant,
        Complexity,
        Eligibility,
        Level,
        Mobilisation,
        Nature,
        Requirement,
        RetentionMode,
        RiskDomain,
        Role,
        ServiceReach,
    )
    from reclamation_core.vocabulary.facts import (
        FACTS,
        SEVERITIES,
        CodeList,
        ComplaintFacts,
        Fact,
        FactsUpdate,
        MalfunctionFacts,
    )
    from reclamation_core.vocabulary.sites import Site, Sites, UnknownSiteError
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".enumerations": """
                Band Channel ClientScope Complainant Complexity Eligibility Level Mobilisation
                Nature Requirement RetentionMode RiskDomain Role ServiceReach
            """,
            ".facts": "FACTS SEVERITIES CodeList ComplaintFacts Fact FactsUpdate MalfunctionFacts",
            ".sites": "Site Sites UnknownSiteError",
        },
    )

__all__ = [
    "FACTS",
    "SEVERITIES",
    "Band",
    "Channel",
    "ClientScope",
    "CodeList",
    "Complainant",
    "ComplaintFacts",
    "Complexity",
    "Eligibility",
    "Fact",
    "FactsUpdate",
    "Level",
    "MalfunctionFacts",
    "Mobilisation",
    "Nature",
    "Requirement",
    "RetentionMode",
    "RiskDomain",
    "Role",
    "ServiceReach",
    "Site",
    "Sites",
    "UnknownSiteError",
]
