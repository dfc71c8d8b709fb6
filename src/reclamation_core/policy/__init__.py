"""The editions of the procedure M2-1: tables, parameters, interpretations, and the assessment of a case under them."""

from typing import TYPE_CHECKING

from reclamation_core.lazy_names import lazy_names

if TYPE_CHECKING:
    from reclamation_core.policy.difference import PolicyDifference
    from reclamation_core.policy.errors import ChangedEditionError, NoEditionError, UnknownEditionError
    from reclamation_core.policy.pages import catalogue, row_test
    from reclamation_core.policy.parameters import (
        AcknowledgementParameters,
        ComplexityParameters,
        Parameters,
        QualificationParameters,
        RetentionParameters,
        RiskParameters,
        RoleParameters,
        SurveyParameters,
        TextParameters,
    )
    from reclamation_core.policy.policy import Assessment, MalfunctionAssessment, Policy, PolicyBook, m2_1
    from reclamation_core.policy.policy_file import parse_policy, read_policy
    from reclamation_core.policy.sources import Interpretation
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".difference": "PolicyDifference",
            ".errors": "ChangedEditionError NoEditionError UnknownEditionError",
            ".pages": "catalogue row_test",
            ".parameters": """
                AcknowledgementParameters ComplexityParameters Parameters QualificationParameters
                RetentionParameters RiskParameters RoleParameters SurveyParameters TextParameters
            """,
            ".policy": "Assessment MalfunctionAssessment Policy PolicyBook m2_1",
            ".policy_file": "parse_policy read_policy",
            ".sources": "Interpretation",
        },
    )

__all__ = [
    "AcknowledgementParameters",
    "Assessment",
    "ChangedEditionError",
    "ComplexityParameters",
    "Interpretation",
    "MalfunctionAssessment",
    "NoEditionError",
    "Parameters",
    "Policy",
    "PolicyBook",
    "PolicyDifference",
    "QualificationParameters",
    "RetentionParameters",
    "RiskParameters",
    "RoleParameters",
    "SurveyParameters",
    "TextParameters",
    "UnknownEditionError",
    "catalogue",
    "m2_1",
    "parse_policy",
    "read_policy",
    "row_test",
]
