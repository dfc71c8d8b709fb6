"""Other readers of the formats, which give back the cells of a table as texts."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any

from openpyxl import load_workbook

from reclamation_core.documents.csv_text import unescape_csv_formula

Cells = list[list[str]]


def read_csv(content: bytes) -> Cells:
    """Return the rows of a CSV file, header included."""
    assert content.startswith(b"\xef\xbb\xbf")
    rows = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    return [[unescape_csv_formula(cell) for cell in row] for row in rows]


def read_xlsx(content: bytes, sheet: int = 0) -> Cells:
    """Return the rows of a sheet, header included, each cell as a French reader sees it."""
    workbook = load_workbook(BytesIO(content))
    rows = [list(row) for row in workbook.worksheets[sheet].iter_rows()]
    assert all(cell.data_type != "f" and cell.hyperlink is None for row in rows for cell in row)
    return [[shown(cell.value, cell.number_format) for cell in row] for row in rows]


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


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Cells] = []
        self.cell: list[str] | None = None

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        assert tag != "script"
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"th", "td"}:
            self.cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in {"th", "td"} and self.cell is not None:
            self.tables[-1][-1].append("".join(self.cell))
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)


def read_html(content: bytes, table: int = 0) -> Cells:
    """Return the rows of a table of a page, header included."""
    parser = _Tables()
    parser.feed(content.decode())
    parser.close()
    return parser.tables[table]
