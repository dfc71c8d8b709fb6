"""The event classes of cases, each with all that is its own; `CASE_EVENTS` is their registry."""

from reclamation_core.cases.events import closing, handling
from reclamation_core.cases.events.base import (
    CASE_EVENTS,
    ApplicableRules,
    AssessmentSnapshot,
    CaseEvent,
    Requires,
    admissibility_of,
    case_event,
)
from reclamation_core.cases.events.closing import *
from reclamation_core.cases.events.handling import *

__all__ = [
    "CASE_EVENTS",
    "ApplicableRules",
    "AssessmentSnapshot",
    "CaseEvent",
    "Requires",
    "admissibility_of",
    "case_event",
]
__all__ += handling.__all__
__all__ += closing.__all__
