"""Reading complaints from files with foreign columns, deciding them, writing and registering the decisions."""

from reclamation_core.documents.csv_text import escape_csv_formula, unescape_csv_formula
from reclamation_core.intake.file_reader import FileFormat, FileReader, read
from reclamation_core.intake.file_triage import OutputFormat, TriageReport, rejected_path, triage_file
from reclamation_core.intake.mapping import ColumnMapping
from reclamation_core.intake.registering import RegistrationCounts, RegistrationTarget
from reclamation_core.intake.rows import ComplaintRecord, FileRow, RejectedRow
from reclamation_core.intake.triage import COLUMNS, DueCounts, Receipt, Summary, Triage, TriageOutcome, TriageResult

__all__ = [
    "COLUMNS",
    "ColumnMapping",
    "ComplaintRecord",
    "DueCounts",
    "FileFormat",
    "FileReader",
    "FileRow",
    "OutputFormat",
    "Receipt",
    "RegistrationCounts",
    "RegistrationTarget",
    "RejectedRow",
    "Summary",
    "Triage",
    "TriageOutcome",
    "TriageReport",
    "TriageResult",
    "escape_csv_formula",
    "read",
    "rejected_path",
    "triage_file",
    "unescape_csv_formula",
]
