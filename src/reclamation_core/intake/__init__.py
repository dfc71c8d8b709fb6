"""Reading complaints from files with foreign columns, deciding them, writing and registering the decisions."""

from typing import TYPE_CHECKING

from reclamation_core.lazy_names import lazy_names

if TYPE_CHECKING:
    from reclamation_core.intake.file_reader import FileReader, read
    from reclamation_core.intake.file_triage import TriageReport, triage_file
    from reclamation_core.intake.mapping import ColumnMapping
    from reclamation_core.intake.registering import RegistrationTarget
    from reclamation_core.intake.rows import ComplaintRecord, RejectedRow
    from reclamation_core.intake.triage import COLUMNS, Summary, Triage, TriageResult
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".file_reader": "FileReader read",
            ".file_triage": "TriageReport triage_file",
            ".mapping": "ColumnMapping",
            ".registering": "RegistrationTarget",
            ".rows": "ComplaintRecord RejectedRow",
            ".triage": "COLUMNS Summary Triage TriageResult",
        },
    )

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
