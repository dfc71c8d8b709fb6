"""Builders with readable defaults, and a clock that is set, for tests by example.

Each builder gives something that the procedure accepts; a test says only what matters to it.
"""

from reclamation_core.testing.builders.cases import (
    a_closed_case,
    a_planned_case,
    a_qualified_case,
    a_registered_case,
    an_analysed_case,
    an_answered_case,
)
from reclamation_core.testing.builders.clock import FakeClock
from reclamation_core.testing.builders.facts import RECEIVED_AT, a_complaint, a_malfunction, an_action

__all__ = [
    "RECEIVED_AT",
    "FakeClock",
    "a_closed_case",
    "a_complaint",
    "a_malfunction",
    "a_planned_case",
    "a_qualified_case",
    "a_registered_case",
    "an_action",
    "an_analysed_case",
    "an_answered_case",
]
