"""Problem-solving methods, each an object that cannot be made wrong, and the families that causes are counted under."""

from typing import TYPE_CHECKING

from reclamation_core.lazy_names import lazy_names

if TYPE_CHECKING:
    from reclamation_core.cases.causes.base import (
        TRAINING_BODY,
        CauseAnalysis,
        Family,
        LocatedCause,
        RootCause,
        StepOrderError,
        Taxonomy,
        UnknownFamilyError,
    )
    from reclamation_core.cases.causes.cause_tree import CauseTree, TreeFact, TreeLink
    from reclamation_core.cases.causes.documents import read_analysis, write_analysis
    from reclamation_core.cases.causes.eight_d import (
        Closure,
        ContainmentStep,
        Correction,
        EightD,
        EightDStep,
        Emergency,
        Implementation,
        Measure,
        Team,
    )
    from reclamation_core.cases.causes.five_whys import FiveWhys, WhyChain
    from reclamation_core.cases.causes.ishikawa import Category, CauseStatus, Ishikawa, PossibleCause, Scheme
    from reclamation_core.cases.causes.pdca import (
        Acting,
        Checking,
        Doing,
        Pdca,
        PdcaDecision,
        PdcaStep,
        PdcaVerdict,
        Plan,
    )
    from reclamation_core.cases.causes.qqoqcp import Answer, DatedFact, Qqoqcp
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".base": """
                TRAINING_BODY CauseAnalysis Family LocatedCause RootCause StepOrderError Taxonomy
                UnknownFamilyError
            """,
            ".cause_tree": "CauseTree TreeFact TreeLink",
            ".documents": "read_analysis write_analysis",
            ".eight_d": "Closure ContainmentStep Correction EightD EightDStep Emergency Implementation Measure Team",
            ".five_whys": "FiveWhys WhyChain",
            ".ishikawa": "Category CauseStatus Ishikawa PossibleCause Scheme",
            ".pdca": "Acting Checking Doing Pdca PdcaDecision PdcaStep PdcaVerdict Plan",
            ".qqoqcp": "Answer DatedFact Qqoqcp",
        },
    )

__all__ = [
    "TRAINING_BODY",
    "Acting",
    "Answer",
    "Category",
    "CauseAnalysis",
    "CauseStatus",
    "CauseTree",
    "Checking",
    "Closure",
    "ContainmentStep",
    "Correction",
    "DatedFact",
    "Doing",
    "EightD",
    "EightDStep",
    "Emergency",
    "Family",
    "FiveWhys",
    "Implementation",
    "Ishikawa",
    "LocatedCause",
    "Measure",
    "Pdca",
    "PdcaDecision",
    "PdcaStep",
    "PdcaVerdict",
    "Plan",
    "PossibleCause",
    "Qqoqcp",
    "RootCause",
    "Scheme",
    "StepOrderError",
    "Taxonomy",
    "Team",
    "TreeFact",
    "TreeLink",
    "UnknownFamilyError",
    "WhyChain",
    "read_analysis",
    "write_analysis",
]
