"""Reports, letters and calendars that people read; the extras `reports`, `letters` and `calendar` bring the formats."""

from typing import TYPE_CHECKING

from reclamation_core.lazy_names import lazy_names

if TYPE_CHECKING:
    from reclamation_core.reporting.calendar_files import (
        DueCalendar,
        DueEntry,
        DueKind,
        calendar_bytes,
        due_calendar,
        save_calendar,
    )
    from reclamation_core.reporting.formats import ReportFormat, report_bytes, save_report, write_report
    from reclamation_core.reporting.letter_files import LetterFormat, letter_bytes, save_letter
    from reclamation_core.reporting.letters import Letter, LetterKind, LetterSettings, LetterTemplateError, letter_of
    from reclamation_core.reporting.pdf import PdfBusyError, PdfLimitError, PdfLimits, limit_pdf
    from reclamation_core.reporting.plan import PLAN_COLUMNS
    from reclamation_core.reporting.register import REGISTER_COLUMNS, register_report
    from reclamation_core.reporting.report import Emphasis, Report, ReportColumn, ReportTable, TextLink, ValueKind
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".calendar_files": "DueCalendar DueEntry DueKind calendar_bytes due_calendar save_calendar",
            ".formats": "ReportFormat report_bytes save_report write_report",
            ".letter_files": "LetterFormat letter_bytes save_letter",
            ".letters": "Letter LetterKind LetterSettings LetterTemplateError letter_of",
            ".pdf": "PdfBusyError PdfLimitError PdfLimits limit_pdf",
            ".plan": "PLAN_COLUMNS",
            ".register": "REGISTER_COLUMNS register_report",
            ".report": "Emphasis Report ReportColumn ReportTable TextLink ValueKind",
        },
    )

__all__ = [
    "PLAN_COLUMNS",
    "REGISTER_COLUMNS",
    "DueCalendar",
    "DueEntry",
    "DueKind",
    "Emphasis",
    "Letter",
    "LetterFormat",
    "LetterKind",
    "LetterSettings",
    "LetterTemplateError",
    "PdfBusyError",
    "PdfLimitError",
    "PdfLimits",
    "Report",
    "ReportColumn",
    "ReportFormat",
    "ReportTable",
    "TextLink",
    "ValueKind",
    "calendar_bytes",
    "due_calendar",
    "letter_bytes",
    "letter_of",
    "limit_pdf",
    "register_report",
    "report_bytes",
    "save_calendar",
    "save_letter",
    "save_report",
    "write_report",
]
