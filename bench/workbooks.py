"""Reading an Excel workbook, compared with openpyxl for the values of its cells alone, and the memory that it takes.

Ours checks the sheet to its end before the first row, within limits of size, and cuts rows with the header's columns;
openpyxl, in its mode for reading, yields the values. The memory of four times as many rows is compared with that of
one, for texts that repeat: a workbook holds each text once, and so does its reader.
"""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import openpyxl
import xlsxwriter

from bench._measure import compare, ratio_row
from bench.triage import HEADER, rows
from reclamation_core.intake import ColumnMapping, read
from reclamation_core.intake.workbook_rows import WorkbookSource

ROWS: Final = 10_000
ROUNDS: Final = 5


def write(path: Path, count: int) -> None:
    """Write an invented workbook, as a spreadsheet does: texts once each, numbers as numbers."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for number, (_, *cells) in enumerate(rows(count), 1):
        sheet.write_number(number, 0, number)
        for place, cell in enumerate(cells, 1):
            if cell.isdigit():
                sheet.write_number(number, place, int(cell))
            elif cell:
                sheet.write_string(number, place, cell)
    book.close()


def read_rows(path: Path) -> int:
    """Read the rows of a workbook, its cells checked and not yet parsed as facts."""
    with read(path) as reader:
        return sum(1 for _ in reader.rows())


def read_facts(path: Path) -> int:
    """Read the complaints of a workbook, with their facts."""
    with read(path) as reader:
        return sum(1 for _ in reader)


def read_values(path: Path) -> int:
    """Read the values of the cells with openpyxl."""
    book = openpyxl.load_workbook(path, read_only=True)
    count = sum(1 for _ in book[book.sheetnames[0]].iter_rows(values_only=True))
    book.close()
    return count - 1


def peak(path: Path) -> float:
    """The most memory that reading a workbook takes, in MB."""
    tracemalloc.start()
    try:
        with path.open("rb") as file:  # without the references seen so far, of which a reader has 32 bytes each
            for _ in WorkbookSource(file, ColumnMapping()).rows():
                pass
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def run() -> list[dict[str, Any]]:
    """The rows of the table, in microseconds a row and in MB."""
    with TemporaryDirectory() as folder:
        path, longer = Path(folder, "complaints.xlsx"), Path(folder, "longer.xlsx")
        write(path, ROWS)
        write(longer, 4 * ROWS)
        assert read_rows(path) == read_values(path) == ROWS
        contenders = {
            "ours": lambda: read_rows(path),
            "facts": lambda: read_facts(path),
            "openpyxl": lambda: read_values(path),
        }
        seconds = compare(contenders, rounds=ROUNDS, collecting=True)
        each = {name: 1e6 * taken / ROWS for name, taken in seconds.items()}
        peer = ("openpyxl, the values of the cells", each["openpyxl"])
        return [
            ratio_row("read the rows of a workbook", each["ours"], peer, 1.2, "µs/row"),
            ratio_row("read the complaints of a workbook", each["facts"], peer, 1.6, "µs/row"),
            ratio_row(
                "peak memory of a workbook of 40,000 rows", peak(longer), ("of 10,000 rows", peak(path)), 1.5, "MB"
            ),
        ]
