"""Reports and letters that people read, each described once and written in every format (`reports`, `letters`)."""

from reclamation_core.reporting.formats import ReportFormat, report_bytes, save_report, write_report
from reclamation_core.reporting.letter_files import LetterFormat, letter_bytes, save_letter
from reclamation_core.reporting.letters import Letter, LetterKind, LetterSettings, LetterTemplateError, letter_of
from reclamation_core.reporting.register import REGISTER_COLUMNS, register_report
from reclamation_core.reporting.report import Emphasis, Report, ReportColumn, ReportTable, ValueKind

__all__ = [
    "REGISTER_COLUMNS",
    "Emphasis",
    "Letter",
    "LetterFormat",
    "LetterKind",
    "LetterSettings",
    "LetterTemplateError",
    "Report",
    "ReportColumn",
    "ReportFormat",
    "ReportTable",
    "ValueKind",
    "letter_bytes",
    "letter_of",
    "register_report",
    "report_bytes",
    "save_letter",
    "save_report",
    "write_report",
]
