"""Reports that people read, each described once and written as xlsx, CSV, JSON, HTML or PDF (extra `reports`)."""

from reclamation_core.reporting.formats import ReportFormat, report_bytes, save_report, write_report
from reclamation_core.reporting.register import REGISTER_COLUMNS, register_report
from reclamation_core.reporting.report import Emphasis, Report, ReportColumn, ReportTable, ValueKind

__all__ = [
    "REGISTER_COLUMNS",
    "Emphasis",
    "Report",
    "ReportColumn",
    "ReportFormat",
    "ReportTable",
    "ValueKind",
    "register_report",
    "report_bytes",
    "save_report",
    "write_report",
]
