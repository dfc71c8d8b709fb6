"""Reports as CSV, JSON and workbooks: written row by row, so that a report of any length takes little memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from io import TextIOWrapper
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING, csv_line
from reclamation_core.errors import MissingExtraError
from reclamation_core.reporting.report import (
    Emphasis,
    Report,
    ReportColumn,
    ReportTable,
    TextLink,
    Value,
    ValueKind,
    display,
    readable,
    words,
)
from reclamation_core.wording import Lang, Wording, typeset

ROWS_OF_A_SHEET: Final = 1_048_576
LONGEST_CELL: Final = 32_767
LONGEST_SHEET_NAME: Final = 31
"""What Excel holds: rows of a sheet, its header among them, characters of a cell, of the name of a sheet."""

PAGE_WIDTH: Final = 165
"""How many characters of a sheet are printed side by side on a landscape page; a wider sheet goes on on others."""

_LINE_END: Final = "\r\n"
_FIRST_YEAR: Final = 1900
_LARGEST: Final = 10**15
"""Excel knows no day before 1900, and no more than fifteen digits of a number: the cell is a text then."""

_CUT: Final = Wording(
    f" […] (texte coupé : un classeur contient au plus {LONGEST_CELL} caractères par cellule)",
    f" […] (text cut: a workbook holds at most {LONGEST_CELL} characters in a cell)",
)
_DEFINITIONS: Final = Wording("Définitions", "Definitions")
_FILTERS: Final = Wording("Filtres", "Filters")


# CSV


def write_csv(report: Report, stream: IO[bytes], lang: Lang = "fr") -> None:
    """Write the first table of a report as CSV for a spreadsheet: semicolons, CR LF, UTF-8 with a byte order mark.

    Formulas are escaped.
    """
    text = TextIOWrapper(stream, SPREADSHEET_ENCODING, newline="", write_through=True)
    table = report.data_tables[0]
    text.write(csv_line((words(column.title, lang) for column in table.columns), ";", _LINE_END))
    for row in table.rows():
        text.write(csv_line((display(value, lang, report.zone) for value in row), ";", _LINE_END))
    text.flush()
    text.detach()


# JSON


def write_json(report: Report, stream: IO[bytes], lang: Lang = "fr") -> None:
    """Write a report as JSON: its heading, the description of its columns, its rows.

    Days and instants are ISO 8601, values of lists are their codes, whose labels the column has.
    """
    for part in json_parts(report, lang):
        stream.write(part.encode())


def json_parts(report: Report, lang: Lang) -> Iterator[str]:
    """Yield the JSON of a report, piece by piece."""
    head = {
        "report": report.name,
        "title": report.title.in_(lang),
        "language": lang,
        "as_of": report.as_of.isoformat(),
        "exported_at": report.exported_at.isoformat(),
        "time_zone": report.zone.key,
        "filters": [
            {"label": label.in_(lang), "value": _plain(value, lang, report.zone)} for label, value in report.filters
        ],
        "notes": [note.in_(lang) for note in report.notes],
    }
    yield f'{_json(head)[:-1]},"tables":['
    for number, table in enumerate(report.data_tables):
        described = {"name": table.name, "title": table.title.in_(lang), "columns": list(_columns(table, lang))}
        yield f'{"," if number else ""}{_json(described)[:-1]},"rows":['
        names = [column.name for column in table.columns]
        for place, row in enumerate(table.rows()):
            cells = {name: _plain(value, lang, report.zone) for name, value in zip(names, row, strict=True)}
            yield f"{',' if place else ''}\n{_json(cells)}"
        yield "\n]}"
    yield "]}\n"


def _columns(table: ReportTable[Any], lang: Lang) -> Iterator[dict[str, Any]]:
    for column in table.columns:
        described: dict[str, Any] = {
            "name": column.name,
            "title": column.title.in_(lang),
            "meaning": column.meaning.in_(lang),
            "kind": column.kind.value,
            "source": column.source.in_(lang),
        }
        if column.codes is not None:
            described["labels"] = {member.value: member.label(lang) for member in column.codes}
        yield described


def _plain_text(value: str | Wording | TextLink, lang: Lang) -> str:
    if isinstance(value, Wording):
        return readable(typeset(value.in_(lang), "en"))
    return readable(value.text if isinstance(value, TextLink) else value)


def _plain(value: Value, lang: Lang, zone: ZoneInfo) -> str | int | float | bool | None:
    match value:
        case None | bool() | int():
            return value
        case LabelledEnum():
            return value.value
        case str() | Wording() | TextLink():  # for a program: without typography, and without the marks of `verbatim`
            return _plain_text(value, lang)
        case datetime():
            return value.astimezone(zone).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"a cell of a report: {type(value).__name__} is not one of its kinds of values")


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


# Workbooks


def write_xlsx(report: Report, stream: IO[bytes], lang: Lang = "fr") -> None:
    """Write a report as a workbook: a sheet a table, then the definitions of the columns, then the filters.

    Days and numbers are those of the spreadsheet, the header is frozen and has filters; a table of more rows than a
    sheet holds goes on in the next sheet. No cell is a formula or a link. Texts longer than a cell are cut, and end
    with a statement of it. Two exports of the same report are the same bytes.

    Raises:
        MissingExtraError: XlsxWriter is not installed.
    """
    workbook = _workbook(stream)
    made = report.exported_at.astimezone(report.zone).replace(tzinfo=None)
    workbook.set_properties({"title": report.title.in_(lang), "created": made})
    sheets = _Sheets(workbook, report, lang)
    for table in report.data_tables:
        sheets.write_table(table)
    sheets.write_texts(_DEFINITIONS.in_(lang), report.definitions(lang), (28, 80, 16, 40))
    sheets.write_texts(_FILTERS.in_(lang), _filters(report, lang), (36, 80))
    workbook.close()


def _workbook(stream: IO[bytes]) -> Any:
    """Return an empty workbook, whose cells are aligned with the top of their rows."""
    try:
        from xlsxwriter import Workbook
        from xlsxwriter.worksheet import Worksheet
    except ImportError as error:
        raise MissingExtraError("XlsxWriter", "reports") from error

    class Sheet(Worksheet):  # type: ignore[misc,unused-ignore]
        """A sheet without rich texts: XlsxWriter takes a text in <r> and </r> for the XML of one, without escaping."""

        def _xml_rich_inline_string(self, string: str, attributes: object) -> None:
            self._xml_inline_string(string, False, attributes)

    workbook = Workbook(
        stream,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_format_properties": {"font_name": "Calibri", "font_size": 11, "valign": "top"},
        },
    )
    workbook.worksheet_class = Sheet
    return workbook


def _filters(report: Report, lang: Lang) -> Iterator[tuple[str, ...]]:
    yield words(Wording("Critère", "Criterion"), lang), words(Wording("Valeur", "Value"), lang)
    yield words(Wording("Document", "Document"), lang), words(report.title, lang)
    yield from report.heading(lang)
    for note in report.notes:
        yield words(Wording("Note", "Note"), lang), words(note, lang)


class _Sheets:
    """Writes the sheets of one workbook.

    Args:
        workbook: XlsxWriter's workbook.
        report: the report.
        lang: the language of its words.
    """

    def __init__(self, workbook: Any, report: Report, lang: Lang) -> None:
        self._workbook, self._zone, self._lang = workbook, report.zone, lang
        day = "dd/mm/yyyy" if lang == "fr" else "yyyy-mm-dd"
        header = {"bold": True, "text_wrap": True, "bg_color": "#EAEEF2", "bottom": 1}
        self._header = workbook.add_format(header)
        self._header_of_numbers = workbook.add_format({**header, "align": "right"})
        self._wrapped = workbook.add_format({"text_wrap": True})
        looks: dict[Emphasis | None, dict[str, Any]] = {
            None: {},
            Emphasis.WARNING: {"bg_color": "#FFF3CD"},
            Emphasis.BAD: {"bg_color": "#FFE2E0", "bold": True},
        }
        # A text stays one when a person edits its cell; words of this library and numbers need no format.
        own: dict[ValueKind, dict[str, Any]] = {
            ValueKind.DATE: {"num_format": day, "align": "left"},
            ValueKind.INSTANT: {"num_format": f"{day} hh:mm", "align": "left"},
            ValueKind.TEXT: {"num_format": "@", "text_wrap": True},
        }
        self._formats = {
            (kind, emphasis): workbook.add_format({**own.get(kind, {}), **look}) if look or kind in own else None
            for kind in ValueKind
            for emphasis, look in looks.items()
        }
        self._names: set[str] = set()

    def write_table(self, table: ReportTable[Any]) -> None:
        """Write a table on as many sheets as its rows take."""
        title = table.title.in_(self._lang)
        sheet, place = self._sheet(title, table), 0
        writers = self._writers(sheet, table)
        for values in table.rows():
            place += 1
            if place == ROWS_OF_A_SHEET:
                self._finish(sheet, place - 1, len(writers))
                sheet, place = self._sheet(title, table), 1
                writers = self._writers(sheet, table)
            for value, write in zip(values, writers, strict=True):
                if value is not None:
                    write(place, value)
        self._finish(sheet, place, len(writers))

    def write_texts(self, title: str, rows: Iterable[tuple[str, ...]], widths: tuple[int, ...]) -> None:
        """Write a sheet of texts, whose first row is its header."""
        sheet = self._workbook.add_worksheet(self._name(title))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for place, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(place, column, self._fitted(text), self._wrapped if place else self._header)
        sheet.freeze_panes(1, 0)

    def _sheet(self, title: str, table: ReportTable[Any]) -> Any:
        sheet = self._workbook.add_worksheet(self._name(title))
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        width = sum(column.width for column in table.columns)
        sheet.fit_to_pages(-(-width // PAGE_WIDTH), 0)
        sheet.repeat_rows(0)
        sheet.repeat_columns(0)
        for column, described in enumerate(table.columns):
            labels = described.codes or ()  # a label is not wrapped
            longest = max((len(member.label(self._lang)) for member in labels), default=0)
            sheet.set_column(column, column, max(described.width, longest) + 2)
        for column, described in enumerate(table.columns):
            is_number = described.kind in {ValueKind.INTEGER, ValueKind.DECIMAL}
            look = self._header_of_numbers if is_number else self._header
            sheet.write_string(0, column, words(described.title, self._lang), look)
        return sheet

    @staticmethod
    def _finish(sheet: Any, last: int, columns: int) -> None:
        sheet.autofilter(0, 0, last, columns - 1)

    def _name(self, title: str) -> str:
        """Return a name that Excel accepts, and that no other sheet has; a longer one is cut."""
        plain = "".join(" " if sign in "[]:*?/\\" else sign for sign in title).strip("' ") or "Table"
        number = 1
        name = plain[:LONGEST_SHEET_NAME]
        while name.casefold() in self._names:
            number += 1
            name = f"{plain[: LONGEST_SHEET_NAME - len(str(number)) - 1]} {number}"
        self._names.add(name.casefold())
        return name

    def _writers(self, sheet: object, table: ReportTable[Any]) -> list[Callable[[int, Any], None]]:
        """Return what writes a value of each column, given its row."""
        return [self._writer(sheet, place, column) for place, column in enumerate(table.columns)]

    def _writer(self, sheet: Any, place: int, column: ReportColumn[Any]) -> Callable[[int, Any], None]:
        plain, looks = self._formats[column.kind, None], column.emphasis
        write_string, lang, zone = sheet.write_string, self._lang, self._zone

        def style(value: Value) -> Any:
            return self._formats[column.kind, looks.get(value)] if looks else plain

        def write_text(row: int, value: Value) -> None:
            write_string(row, place, self._fitted(display(value, lang, zone)), style(value))

        def write_date(row: int, value: Any) -> None:
            if value.year < _FIRST_YEAR:
                write_text(row, value)
                return
            local = value.astimezone(zone).replace(tzinfo=None) if isinstance(value, datetime) else value
            sheet.write_datetime(row, place, local, style(value))

        def write_number(row: int, value: Any) -> None:
            if -_LARGEST < value < _LARGEST:
                sheet.write_number(row, place, value, style(value))
            else:
                write_text(row, value)

        match column.kind:
            case ValueKind.DATE | ValueKind.INSTANT:
                return write_date
            case ValueKind.INTEGER | ValueKind.DECIMAL:
                return write_number
            case _:
                return write_text

    def _fitted(self, text: str) -> str:
        # Excel counts a character outside the basic plane as two.
        if len(text) <= LONGEST_CELL // 2 or len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL:
            return text
        cut = words(_CUT, self._lang)
        left = text.encode("utf-16-le")[: 2 * (LONGEST_CELL - len(cut))].decode("utf-16-le", "ignore")
        return left + cut
