"""Conformance cases: facts and the expected decision, as JSON for implementations in any language.

An implementation of procedure M2-1, or another edition of it, is checked against them.
"""

from reclamation_core.testing.conformance.cases import Conformance
from reclamation_core.testing.conformance.generation import conformance_cases
from reclamation_core.testing.conformance.run import (
    check_conformance,
    conformance_text,
    read_conformance,
    shipped_conformance,
)

__all__ = [
    "Conformance",
    "check_conformance",
    "conformance_cases",
    "conformance_text",
    "read_conformance",
    "shipped_conformance",
]
