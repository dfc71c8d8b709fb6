"""Other readers of the formats, which give back the cells of a table as texts."""

import csv
import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import zip_longest
from typing import Any, Final
from unicodedata import normalize

import attrs
import pypdf
from openpyxl import load_workbook

from reclamation_core.documents.csv_text import unescape_csv_formula
from reclamation_core.reporting import Report, ReportTable, report_bytes
from reclamation_core.reporting.report import TableLayout
from reclamation_core.wording import typeset
from tests.fragments import Page
from tests.typography import plain

Cells = list[list[str]]


def unequal_cells(report: Report) -> list[str]:
    """Return where another format has other cells than the CSV files, by other readers.

    Workbook and JSON have every table and column. HTML and PDF have the columns that they show, whole in HTML; a PDF
    may end a text with an ellipsis. JSON, for programs, has no typography; a PDF breaks lines where it likes, and has
    codes for characters of no font.
    """
    content = {name: report_bytes(report, name) for name in ("xlsx", "json", "html", "pdf")}
    expected = tables_of_csv(report)
    data: dict[str, tuple[list[Cells], bytes, Callable[[bytes, int], Cells], Callable[[str], str]]] = {
        "xlsx": ([*expected, _definitions(report, on_pages=False)], content["xlsx"], read_xlsx, str),
        "json": (expected, content["json"], read_json, plain),
    }
    found = [
        f"{name}, table {place}, row {row}, column {column}: {cell!r}, not {wanted!r}"
        for name, (tables, written, read, reading) in data.items()
        for place, table in enumerate(tables)
        for row, column, wanted, cell in _unequal(reading, table, read(written, place))
    ]
    blocks = [*_blocks(report, dict(zip(_names(report), expected, strict=True))), *_page_definitions(report)]
    pages: dict[str, tuple[list[Cells], Callable[[str], str]]] = {
        "html": (_HtmlBlocks(content["html"].decode()).tables[1:], _without_groups),
        "pdf": (_TaggedPdf(content["pdf"]).blocks, squeezed),
    }
    for name, (tables, reading) in pages.items():
        shown = [table for table in tables if table[-1] != ["Aucune ligne."]]
        if len(shown) != len(blocks):
            found.append(f"{name}: {len(shown)} blocks, not {len(blocks)}")
        found += [
            f"{name}, block {place}, row {row}, column {column}: {cell!r}, not {wanted!r}"
            for place, (table, block) in enumerate(zip(blocks, shown, strict=False))
            for row, column, wanted, cell in _unequal(reading, table, block, may_be_cut=name == "pdf")
        ]
    return found


def _without_groups(cell: str) -> str:
    """Return a text without the spaces that group the digits of numbers on pages."""
    return cell.replace("\N{NARROW NO-BREAK SPACE}", "")


def _unequal(
    reading: Callable[[str], str], right: Cells, table: Cells, *, may_be_cut: bool = False
) -> Iterator[tuple[int, int, str, str]]:
    none: list[str] = []
    for row, (wanted, cells) in enumerate(zip_longest(right, table, fillvalue=none)):
        for column, (one, cell) in enumerate(zip_longest(wanted, cells, fillvalue="(absent)")):
            whole, read = reading(one), reading(cell)
            is_cut = may_be_cut and read.endswith("…") and whole.startswith(read[:-1])
            if whole != read and not is_cut:
                yield row, column, one, cell


def tables_of_csv(report: Report) -> list[Cells]:
    """Return the tables of a report as its CSV files have them, one table a file."""
    return [read_csv(report_bytes(report.only(name), "csv")) for name in _names(report)]


def _names(report: Report) -> list[str]:
    return [table.name for table in report.data_tables]


def _blocks(report: Report, data: dict[str, Cells]) -> Iterator[Cells]:
    """Yield what a page shows, in its order: the shown columns of tables, the titles and the fields of cards."""
    tables = {table.name: table for table in report.tables}
    for name in report.pages or _names(report):
        table = tables[name]
        # A table of pages alone has no file: its cells are those of its values.
        whole = data.get(name) or read_csv(
            report_bytes(attrs.evolve(report, tables=(table,), data=None, pages=None), "csv")
        )
        names = [column.name for column in table.columns]
        places = [names.index(one) for one in table.shown or names]
        for group in _groups(table, whole):
            if table.layout is TableLayout.ROWS:
                yield [[row[place] for place in places] for row in (whole[0], *group)]
                continue
            for row in group:
                fields = [[whole[0][place], row[place]] for place in places if row[place]]
                if table.layout is TableLayout.CARDS:
                    yield [[row[places[0]]]]
                    fields = fields[1:] if row[places[0]] else fields
                if fields:
                    yield fields


def _groups(table: ReportTable[Any], whole: Cells) -> Iterator[Cells]:
    if table.groups is None:
        if len(whole) > 1:
            yield whole[1:]
        return
    place = [column.name for column in table.columns].index(table.groups.column)
    for code in table.groups.titles:
        if rows := [row for row in whole[1:] if row[place] == typeset(code.label("fr"))]:
            yield rows


def _definitions(report: Report, *, on_pages: bool) -> Cells:
    return [list(row) for row in report.collected().definitions("fr", on_pages=on_pages)]


def _page_definitions(report: Report) -> list[Cells]:
    found = _definitions(report, on_pages=True)
    return [found] if len(found) > 1 else []


class _HtmlBlocks(Page):
    """The tables of a page in their order; a list of fields is a table of two columns, a title of a card one cell."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "dl" and "aside" not in self._open:
            self.tables.append([])
        elif tag == "dt":
            self.tables[-1].append([""])
        elif tag == "dd":
            self.tables[-1][-1].append("")
        elif tag == "h3":
            self.tables.append([[""]])
        super().handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if {"dt", "dd", "h3"} & set(self._open):
            self.tables[-1][-1][-1] += data
        super().handle_data(data)


def squeezed(text: str) -> str:
    """Return a text without its spaces, its characters of no font as they are, letters and marks as one character."""
    # A long word is broken anywhere by a space of no width, in the code of a character as well.
    whole = text.replace("\N{ZERO WIDTH SPACE}", "")
    signs = re.sub(r"\[U\+([0-9A-F]{4,6})\]", lambda code: chr(int(code[1], 16)), whole)
    # Where a line is broken at a soft hyphen, its hyphen is a second one.
    once = re.sub("\xad+", "\xad", signs.replace("\N{ZERO WIDTH SPACE}", ""))
    return normalize("NFC", "".join(once.split()))


def read_csv(content: bytes) -> Cells:
    """Return the rows of a CSV file, header included."""
    assert content.startswith(b"\xef\xbb\xbf")
    rows = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    return [[unescape_csv_formula(cell) for cell in row] for row in rows]


def read_xlsx(content: bytes, sheet: int = 0) -> Cells:
    """Return the rows of a sheet, header included, each cell as a French reader sees it."""
    rows = [list(row) for row in _workbook(content).worksheets[sheet].iter_rows()]
    assert all(cell.data_type != "f" and cell.hyperlink is None for row in rows for cell in row)
    return [[shown(cell.value, cell.number_format) for cell in row] for row in rows]


@functools.lru_cache(maxsize=1)  # its sheets are read one after the other
def _workbook(content: bytes) -> Any:
    return load_workbook(BytesIO(content))


def shown(value: Any, number_format: str = "") -> str:
    """Return a value of a workbook as a French reader sees it in a cell of a format: an instant has its hour."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}" if "hh:mm" in number_format else f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}').normalize():f}".replace(".", ",")
    # openpyxl leaves the escapes of control characters as they are written.
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found.group(1), 16)), str(value))


def read_json(content: bytes, table: int = 0) -> Cells:
    """Return the rows of a JSON report, header included, with labels for codes and French dates."""
    found = json.loads(content)["tables"][table]
    labels = [column.get("labels", {}) for column in found["columns"]]
    kinds = [column["kind"] for column in found["columns"]]
    rows = [list(row.values()) for row in found["rows"]]
    return [
        [column["title"] for column in found["columns"]],
        *([_worded(value, kind, label) for value, kind, label in zip(row, kinds, labels, strict=True)] for row in rows),
    ]


def _worded(value: Any, kind: str, labels: dict[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if kind == "date":
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    if kind == "instant":
        return f"{datetime.fromisoformat(value):%d/%m/%Y %H:%M}"
    if kind == "decimal":
        return shown(float(value))
    return labels.get(value, str(value))


def read_html(content: bytes, table: int = 0) -> Cells:
    """Return the rows of a table of a page, header included."""
    page = Page(content.decode())
    assert not page.having("script")
    return page.tables[table]


def read_pdf(content: bytes) -> list[Cells]:
    """Return the tables of a tagged PDF by its structure, as a screen reader finds them: each cell without its spaces.

    A line break of the page may stand for a space or for none, so that spaces are left out.
    """
    return _TaggedPdf(content).tables


class _TaggedPdf:
    """The tables of a PDF, by its structure tree; and its blocks: tables, titles of cards, and lists of fields."""

    def __init__(self, content: bytes) -> None:
        reader = pypdf.PdfReader(BytesIO(content))
        pages = ((page.indirect_reference, page) for page in reader.pages)
        self._marked = {reference.idnum: _marked(page) for reference, page in pages if reference is not None}
        self.tables: list[Cells] = []
        self.blocks: list[Cells] = []
        self._is_new = False
        self._walk(reader.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]

    def _walk(self, element: Any) -> None:
        inner = element.get_object()
        if not isinstance(inner, dict):
            return
        tag = inner.get("/S")
        if tag in {"/TH", "/TD", "/Lbl", "/LBody"} and self.blocks:
            self.blocks[-1][-1].append(self._squeezed(element))
            return
        if tag == "/Table":
            self.tables.append([])
            self.blocks.append(self.tables[-1])
        elif tag == "/H3":
            self.blocks.append([[self._squeezed(element)]])
        elif tag == "/L" and self._is_new:
            self.blocks.append([])
        elif tag in {"/TR", "/LI"} and self.blocks:
            self.blocks[-1].append([])
        if tag in {"/H2", "/H3", "/L"}:
            self._is_new = tag != "/L"
        below = inner.get("/K", [])
        for one in below if isinstance(below, list) else [below]:
            self._walk(one)

    def _squeezed(self, element: Any) -> str:
        return "".join(self._text(element, None).split())

    def _text(self, element: Any, page: int | None) -> str:
        inner = element.get_object()
        if isinstance(inner, int):
            return self._marked[page or 0].get(inner, "")
        if isinstance(inner, list):
            return "".join(self._text(one, page) for one in inner)
        own = inner.raw_get("/Pg").idnum if "/Pg" in inner else page
        below = [inner.raw_get(key) for key in ("/MCID", "/K") if key in inner]
        return "".join(self._text(one, own) for one in below)


def joined(parts: Sequence[Cells]) -> Cells:
    """Return the table whose columns were divided into parts, each with the first column."""
    assert all([row[0] for row in part] == [row[0] for row in parts[0]] for part in parts)
    return [[rows[0][0], *(cell for row in rows for cell in row[1:])] for rows in zip(*parts, strict=True)]


_STRING: Final = functools.reduce(lambda inner, _: rb"(?:[^()\\]|\\.|\(%b\))*" % inner, range(8), rb"(?:[^()\\]|\\.)*")
"""What is between the parentheses of a string of a PDF: pairs of them in it, up to eight deep, are its own."""
_OPERATIONS: Final = re.compile(
    rb"/\w+<<(?P<marks>[^>]*(?:<[0-9A-F]*>[^>]*)*)>>\s*BDC|(?P<begin>BMC)|(?P<end>EMC)"
    rb"|/(?P<font>\w+) [\d.]+ Tf|\((?P<shown>%b)\)" % _STRING,
    re.DOTALL,
)
_ACTUAL: Final = re.compile(rb"/ActualText(?:<FEFF([0-9A-F]*)>|\((%b)\))" % _STRING, re.DOTALL)
_ESCAPE: Final = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPED: Final = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}


def _unescaped(escape: re.Match[bytes]) -> bytes:
    sign = escape[1]
    return bytes([int(sign, 8)]) if sign.isdigit() else _ESCAPED.get(sign, sign)


def _marked(page: Any) -> dict[int, str]:
    """Return the text of each marked content of a page, by its number."""
    fonts = {name[1:].encode(): _characters(font.get_object()) for name, font in _fonts(page)}
    found: dict[int, str] = {}
    open_marks: list[int | None] = []
    actual: list[int] = []  # the depths at which a text replaces what is drawn
    font: dict[bytes, str] = {}
    for one in _OPERATIONS.finditer(page.get_contents().get_data()):
        if (marks := one["marks"]) is not None:
            number = re.search(rb"/MCID (\d+)", marks)
            open_marks.append(int(number[1]) if number else open_marks[-1] if open_marks else None)
            if (words := _ACTUAL.search(marks)) and open_marks[-1] is not None:
                hexadecimal, literal = words.groups()
                text = bytes.fromhex((hexadecimal or b"").decode()).decode("utf-16-be")
                text += _ESCAPE.sub(_unescaped, literal or b"").decode("ascii")
                found[open_marks[-1]] = found.get(open_marks[-1], "") + text
                actual.append(len(open_marks))
            assert words or b"/ActualText" not in marks, marks
        elif one["begin"]:
            open_marks.append(None)
        elif one["end"]:
            if actual and actual[-1] == len(open_marks):
                actual.pop()
            open_marks.pop()
        elif one["font"]:
            font = fonts[one["font"]]
        elif open_marks and open_marks[-1] is not None and not actual:
            codes = _ESCAPE.sub(_unescaped, one["shown"])
            drawn = "".join(font[codes[place : place + 2]] for place in range(0, len(codes), 2))
            found[open_marks[-1]] = found.get(open_marks[-1], "") + drawn
    return found


def _fonts(page: Any) -> Iterable[tuple[str, Any]]:
    return page["/Resources"].get("/Font", {}).items()  # type: ignore[no-any-return]


def _characters(font: Any) -> dict[bytes, str]:
    """Return the text of each code of a font."""
    pairs = re.findall(
        r"^<([0-9A-F]{4})> <([0-9A-F]+)>$", font["/ToUnicode"].get_object().get_data().decode(), re.MULTILINE
    )
    return {bytes.fromhex(code): bytes.fromhex(words).decode("utf-16-be") for code, words in pairs}
