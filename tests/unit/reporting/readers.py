"""Other readers of the formats, which give back the cells of a table as texts."""

from __future__ import annotations

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

import pypdf
from openpyxl import load_workbook

from reclamation_core.documents.csv_text import unescape_csv_formula
from reclamation_core.reporting import Report, report_bytes
from tests.fragments import Page
from tests.typography import plain

Cells = list[list[str]]


def unequal_cells(report: Report) -> list[str]:
    """Return where another format has other cells than the CSV file: tables and definitions, by other readers.

    JSON, for programs, has no typography; a PDF breaks lines where it likes, and has codes for characters of no font.
    """
    content = {name: report_bytes(report, name) for name in ("csv", "xlsx", "json", "html", "pdf")}
    expected = _tables_of_csv(content["csv"], report)
    parts, count = read_pdf(content["pdf"]), len(expected)
    found: dict[str, list[Cells]] = {
        "xlsx": [read_xlsx(content["xlsx"], place) for place in range(count)],
        "json": [read_json(content["json"], place) for place in range(count)],
        "html": [
            [row for row in read_html(content["html"], place) if row != ["Aucune ligne."]] for place in range(count + 1)
        ],
        "pdf": [*_rejoined(parts[:-1], expected), parts[-1]],
    }
    definitions = read_xlsx(content["xlsx"], count)
    readings = {"json": _plain, "pdf": squeezed}
    return [
        f"{name}, table {place}, row {row}, column {column}: {cell!r}, not {wanted!r}"
        for name, tables in found.items()
        for place, (right, table) in enumerate(zip([*expected, definitions], tables, strict=False))
        for row, column, wanted, cell in _unequal(readings.get(name, str), right, table)
    ]


def _unequal(reading: Callable[[str], str], right: Cells, table: Cells) -> Iterator[tuple[int, int, str, str]]:
    none: list[str] = []
    for row, (wanted, cells) in enumerate(zip_longest(right, table, fillvalue=none)):
        for column, (one, cell) in enumerate(zip_longest(wanted, cells, fillvalue="(absent)")):
            if reading(one) != reading(cell):
                yield row, column, one, cell


def _plain(text: str) -> str:
    return plain(text)


def squeezed(text: str) -> str:
    """Return a text without its spaces, its characters of no font as they are, letters and marks as one character."""
    # A long word is broken anywhere by a space of no width, in the code of a character as well.
    whole = text.replace("\N{ZERO WIDTH SPACE}", "")
    signs = re.sub(r"\[U\+([0-9A-F]{4,6})\]", lambda code: chr(int(code[1], 16)), whole)
    # Where a line is broken at a soft hyphen, its hyphen is a second one.
    once = re.sub("\xad+", "\xad", signs.replace("\N{ZERO WIDTH SPACE}", ""))
    return normalize("NFC", "".join(once.split()))


def _tables_of_csv(content: bytes, report: Report) -> list[Cells]:
    """Return the tables of a CSV file: each further one follows an empty line and its title."""
    rows = read_csv(content)
    starts = [0]
    for table in report.tables[1:]:
        titles = (place for place, row in enumerate(rows) if row == [] and place > starts[-1])
        starts.append(next(place for place in titles if plain(rows[place + 1][0]) == plain(table.title.fr)) + 2)
    ends = [start - 2 for start in starts[1:]] + [len(rows)]
    return [rows[start:end] for start, end in zip(starts, ends, strict=True)]


def _rejoined(parts: list[Cells], expected: list[Cells]) -> Iterator[Cells]:
    """Yield the tables of a PDF, the parts of each one joined; an empty table has a sentence and no rows."""
    left = list(parts)
    for table in expected:
        wanted = len(table[0])
        if len(table) == 1:
            yield table
            continue
        own = [left.pop(0)]
        while left and sum(len(part[0]) - 1 for part in own) + 1 < wanted:
            own.append(left.pop(0))
        yield joined(own)
    assert not left


def read_csv(content: bytes) -> Cells:
    """Return the rows of a CSV file, header included."""
    assert content.startswith(b"\xef\xbb\xbf")
    rows = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    return [[unescape_csv_formula(cell) for cell in row] for row in rows]


def read_xlsx(content: bytes, sheet: int = 0) -> Cells:
    """Return the rows of a sheet, header included, each cell as a French reader sees it."""
    workbook = _workbook(content)
    rows = [list(row) for row in workbook.worksheets[sheet].iter_rows()]
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
    """The tables of a PDF, by its structure tree."""

    def __init__(self, content: bytes) -> None:
        reader = pypdf.PdfReader(BytesIO(content))
        pages = ((page.indirect_reference, page) for page in reader.pages)
        self._marked = {reference.idnum: _marked(page) for reference, page in pages if reference is not None}
        self.tables: list[Cells] = []
        self._walk(reader.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]

    def _walk(self, element: Any) -> None:
        inner = element.get_object()
        if not isinstance(inner, dict):
            return
        tag = inner.get("/S")
        if tag in {"/TH", "/TD"}:
            self.tables[-1][-1].append("".join(self._text(element, None).split()))
            return
        if tag == "/Table":
            self.tables.append([])
        elif tag == "/TR":
            self.tables[-1].append([])
        below = inner.get("/K", [])
        for one in below if isinstance(below, list) else [below]:
            self._walk(one)

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
