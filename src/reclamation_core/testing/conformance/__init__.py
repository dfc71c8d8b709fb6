"""Conformance cases: facts and the decision expected, as JSON that any language can read.

What decides by procedure M2-1 in another language, or by another edition here, is held to them.
"""

from reclamation_core.testing.conformance.cases import (
    AcknowledgementCase,
    AssessmentCase,
    CalendarOptions,
    Conformance,
    ConformanceCase,
    DeadlineCase,
    ExpectedAcknowledgement,
    ExpectedAssessment,
    ExpectedDeadline,
    ExpectedDecision,
    ExpectedPermission,
    ExpectedRetention,
    ExpectedSuspension,
    PermissionCase,
    QualificationCase,
    RetentionCase,
    SuspensionCase,
)
from reclamation_core.testing.conformance.run import (
    Difference,
    check_conformance,
    conformance_cases,
    conformance_schema,
    conformance_text,
    parse_conformance,
    read_conformance,
    shipped_conformance,
)

__all__ = [
    "AcknowledgementCase",
    "AssessmentCase",
    "CalendarOptions",
    "Conformance",
    "ConformanceCase",
    "DeadlineCase",
    "Difference",
    "ExpectedAcknowledgement",
    "ExpectedAssessment",
    "ExpectedDeadline",
    "ExpectedDecision",
    "ExpectedPermission",
    "ExpectedRetention",
    "ExpectedSuspension",
    "PermissionCase",
    "QualificationCase",
    "RetentionCase",
    "SuspensionCase",
    "check_conformance",
    "conformance_cases",
    "conformance_schema",
    "conformance_text",
    "parse_conformance",
    "read_conformance",
    "shipped_conformance",
]
