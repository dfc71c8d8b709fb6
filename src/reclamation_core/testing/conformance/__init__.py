"""Conformance cases: facts and the decision expected, as JSON that any language can read.

What decides by procedure M2-1 in another language, or by another edition here, is held to them.
"""

from reclamation_core.testing.conformance.cases import (
    AcknowledgedBy,
    AcknowledgementCase,
    Act,
    Assessed,
    Conformance,
    ConformanceCase,
    DeadlineCase,
    Judged,
    JudgedBy,
    Kept,
    Permitted,
    QualificationCase,
    RetentionCase,
    SuspendedClock,
    SuspensionCase,
    TimedAs,
    WhereReceived,
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
    "AcknowledgedBy",
    "AcknowledgementCase",
    "Act",
    "Assessed",
    "Conformance",
    "ConformanceCase",
    "DeadlineCase",
    "Difference",
    "Judged",
    "JudgedBy",
    "Kept",
    "Permitted",
    "QualificationCase",
    "RetentionCase",
    "SuspendedClock",
    "SuspensionCase",
    "TimedAs",
    "WhereReceived",
    "check_conformance",
    "conformance_cases",
    "conformance_schema",
    "conformance_text",
    "parse_conformance",
    "read_conformance",
    "shipped_conformance",
]
