"""Reading complaints from files and foreign columns, deciding them, writing the decisions."""

from reclamation_core.documents.csv_text import escape_csv_formula, unescape_csv_formula
from reclamation_core.intake.decided import COLUMNS, Decided, Outcome, Receipt
from reclamation_core.intake.entering import Register, RegisteredCounts
from reclamation_core.intake.mapping import Mapping
from reclamation_core.intake.reading import Reading, read
from reclamation_core.intake.records import Record, Rejected, Row
from reclamation_core.intake.run import Done, rejected_path, triage_file
from reclamation_core.intake.sources import FileFormat
from reclamation_core.intake.summary import Due, Summary
from reclamation_core.intake.triage import Triage
from reclamation_core.intake.writing import WrittenFormat

__all__ = [
    "COLUMNS",
    "Decided",
    "Done",
    "Due",
    "FileFormat",
    "Mapping",
    "Outcome",
    "Reading",
    "Receipt",
    "Record",
    "Register",
    "RegisteredCounts",
    "Rejected",
    "Row",
    "Summary",
    "Triage",
    "WrittenFormat",
    "escape_csv_formula",
    "read",
    "rejected_path",
    "triage_file",
    "unescape_csv_formula",
]
