"""The editions of the procedure M2-1: tables, parameters, readings, and the assessment of a case under them."""

from reclamation_core.policy.difference import ParameterChange, PolicyDifference
from reclamation_core.policy.documents import edition_schema
from reclamation_core.policy.errors import ChangedEditionError, NoEditionError, UnknownEditionError
from reclamation_core.policy.matrix import RowTest, row_test
from reclamation_core.policy.pages import catalogue, matrix_page
from reclamation_core.policy.parameters import (
    AcknowledgementParameters,
    ComplexityParameters,
    Parameters,
    QualificationParameters,
    RetentionParameters,
    RiskParameters,
    RoleParameters,
    SurveyParameters,
)
from reclamation_core.policy.policy import (
    Assessment,
    CaseAssessment,
    MalfunctionAssessment,
    Policy,
    PolicyBook,
    m2_1,
)
from reclamation_core.policy.policy_file import parse_policy, policy_schema, read_policy
from reclamation_core.policy.sources import Clause, Interpretation

__all__ = [
    "AcknowledgementParameters",
    "Assessment",
    "CaseAssessment",
    "ChangedEditionError",
    "Clause",
    "ComplexityParameters",
    "Interpretation",
    "MalfunctionAssessment",
    "NoEditionError",
    "ParameterChange",
    "Parameters",
    "Policy",
    "PolicyBook",
    "PolicyDifference",
    "QualificationParameters",
    "RetentionParameters",
    "RiskParameters",
    "RoleParameters",
    "RowTest",
    "SurveyParameters",
    "UnknownEditionError",
    "catalogue",
    "edition_schema",
    "m2_1",
    "matrix_page",
    "parse_policy",
    "policy_schema",
    "read_policy",
    "row_test",
]
