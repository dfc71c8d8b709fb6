"""The words of the procedure: its closed lists, the facts of a complaint, the sites of the agency."""

from reclamation_core.codes import LabelledEnum, OrderedEnum
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
    ComplaintFacts,
    Fact,
    FactsUpdate,
    MalfunctionFacts,
    facts_of,
)
from reclamation_core.vocabulary.sites import Site, Sites, UnknownSiteError

__all__ = [
    "FACTS",
    "SEVERITIES",
    "Band",
    "Channel",
    "ClientScope",
    "Complainant",
    "ComplaintFacts",
    "Complexity",
    "Eligibility",
    "Fact",
    "FactsUpdate",
    "LabelledEnum",
    "Level",
    "MalfunctionFacts",
    "Mobilisation",
    "Nature",
    "OrderedEnum",
    "Requirement",
    "RetentionMode",
    "RiskDomain",
    "Role",
    "ServiceReach",
    "Site",
    "Sites",
    "UnknownSiteError",
    "facts_of",
]
