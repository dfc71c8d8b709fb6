"""Reading complaints from files with foreign columns, deciding them, writing and registering the decisions."""

from reclamation_core.intake.file_reader import FileReader, read
from reclamation_core.intake.file_triage import TriageReport, triage_file
from reclamation_core.intake.mapping import ColumnMapping
from reclamation_core.intake.registering import RegistrationTarget
from reclamation_core.intake.rows import ComplaintRecord, RejectedRow
from reclamation_core.intake.triage import COLUMNS, Summary, Triage, TriageResult

__all__ = [
    "COLUMNS",
    "ColumnMapping",
    "ComplaintRecord",
    "FileReader",
    "RegistrationTarget",
    "RejectedRow",
    "Summary",
    "Triage",
    "TriageReport",
    "TriageResult",
    "read",
    "triage_file",
]
