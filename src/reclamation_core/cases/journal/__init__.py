"""The journal: events of cases and plans as written, chained, and what shows that they were tampered with."""

from reclamation_core.cases.journal.checkpoint import Checkpoint, Head
from reclamation_core.cases.journal.examination import Finding, FindingKind, examine
from reclamation_core.cases.journal.written import Entry, WrittenStory, written, written_plan

__all__ = [
    "Checkpoint",
    "Entry",
    "Finding",
    "FindingKind",
    "Head",
    "WrittenStory",
    "examine",
    "written",
    "written_plan",
]
