"""The formats of a report, by name and by the suffix of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.atomic_files import atomic_file
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.reporting.pages import write_html, write_pdf
from reclamation_core.reporting.report import Report
from reclamation_core.reporting.spreadsheets import write_csv, write_json, write_xlsx
from reclamation_core.wording import Lang, Wording


class ReportFormat(LabelledEnum):
    """A format of a report; its code is the suffix of the file."""

    XLSX = "xlsx", "classeur Excel", "Excel workbook"
    CSV = "csv", "CSV", "CSV"
    JSON = "json", "JSON", "JSON"
    HTML = "html", "page HTML", "HTML page"
    PDF = "pdf", "PDF", "PDF"


MEDIA_TYPES: Final[Mapping[ReportFormat, str]] = {
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.CSV: "text/csv; charset=utf-8",
    ReportFormat.JSON: "application/json",
    ReportFormat.HTML: "text/html; charset=utf-8",
    ReportFormat.PDF: "application/pdf",
}
"""The media type of a file of each format."""
_WRITERS: Final[dict[ReportFormat, Callable[[Report, IO[bytes], Lang], None]]] = {
    ReportFormat.XLSX: write_xlsx,
    ReportFormat.CSV: write_csv,
    ReportFormat.JSON: write_json,
    ReportFormat.HTML: write_html,
    ReportFormat.PDF: write_pdf,
}
_ONE_OF: Final = Wording(
    f"l'un des formats {', '.join(ReportFormat)} est attendu",
    f"one of the formats {', '.join(ReportFormat)} is expected",
)


def write_report(report: Report, stream: IO[bytes], report_format: ReportFormat | str, lang: Lang = "fr") -> None:
    """Write a report to a binary stream.

    Two exports of an equal report are the same bytes. CSV and workbooks are written row by row. CSV has the
    first table; `Report.only` chooses another one.

    Args:
        report: the report.
        stream: the stream; it stays open.
        report_format: the format, or its code.
        lang: the language of titles and labels.

    Raises:
        FaultsError: the format is unknown, or the report is too long for a PDF.
        MissingExtraError: the package that the format needs is not installed.
        PdfLimitError, PdfBusyError: a PDF needs more memory or time than `PdfLimits` allows, or too many wait.
    """
    _WRITERS[format_of(report_format)](report, stream, lang)


def report_bytes(report: Report, report_format: ReportFormat | str, lang: Lang = "fr") -> bytes:
    """Return a report as bytes, for a web response; the errors are those of `write_report`."""
    stream = BytesIO()
    write_report(report, stream, report_format, lang)
    return stream.getvalue()


def save_report(
    report: Report, path: str | Path, report_format: ReportFormat | str | None = None, lang: Lang = "fr"
) -> Path:
    """Write a report to a file, which appears whole or not at all.

    A CSV file has one table: each further table of a report is written next to it, as `NAME-TABLE.csv`.

    Args:
        report: the report.
        path: the file; one of the same name, or a link, is replaced.
        report_format: the format; by default that of the suffix of the file.
        lang: the language of titles and labels.

    Returns:
        The file.

    Raises:
        OSError: the file cannot be written.
        FaultsError, MissingExtraError: see `write_report`.
    """
    target = Path(path)
    chosen = format_of(target.suffix.removeprefix(".") if report_format is None else report_format)
    for ending, part in tables_apart(report) if chosen is ReportFormat.CSV else [("", report)]:
        with atomic_file(target.with_name(f"{target.stem}{ending}{target.suffix}")) as stream:
            write_report(part, stream, chosen, lang)
    return target


def tables_apart(report: Report) -> Iterator[tuple[str, Report]]:
    """Yield each table as a report of its own, with the ending of the name of its file: none for the first one."""
    for number, table in enumerate(report.data_tables):
        yield f"-{table.name}" if number else "", report.only(table.name)


def format_of(value: ReportFormat | str) -> ReportFormat:
    """Return the format of a code.

    Raises:
        FaultsError: there is none.
    """
    try:
        return ReportFormat.parse(value)
    except ValueError:
        raise FaultsError((Fault("format", str(value), _ONE_OF),)) from None
