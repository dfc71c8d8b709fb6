"""Reading complaints from files with foreign columns, deciding them, writing and registering the decisions."""

from reclamation_core.intake.file_reader import FileReader, read
from reclamation_core.intake.file_triage import TriageReport, rejected_path, triage_file
from reclamation_core.intake.mapping import ColumnMapping
from reclamation_core.intake.registering import RegistrationCounts, RegistrationTarget
from reclamation_core.intake.rows import ComplaintRecord, RejectedRow
from reclamation_core.intake.triage import COLUMNS, DueCounts, Receipt, Summary, Triage, TriageOutcome, TriageResult

__all__ = [
    "COLUMNS",
    "ColumnMapping",
    "ComplaintRecord",
    "DueCounts",
    "FileReader",
    "Receipt",
    "RegistrationCounts",
    "RegistrationTarget",
    "RejectedRow",
    "Summary",
    "Triage",
    "TriageOutcome",
    "TriageReport",
    "TriageResult",
    "read",
    "rejected_path",
    "triage_file",
]
