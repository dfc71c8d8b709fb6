"""Reports: a register of many rows as workbook and CSV against XlsxWriter by hand, a PDF against Typst by hand."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from bench._measure import child_usage, ratio_row
from reclamation_core.reporting import Report, ReportColumn, ReportTable, ValueKind, save_report
from reclamation_core.vocabulary import Channel
from reclamation_core.wording import Wording

ROWS, COLUMNS, PRINTED = 100_000, 40, 1_000
_KINDS = (ValueKind.TEXT, ValueKind.DATE, ValueKind.INTEGER, ValueKind.CODE, ValueKind.DECIMAL)
_FIRST = date(2026, 1, 1)
_CHANNELS = tuple(Channel)


def values(row: int) -> tuple[Any, ...]:
    """Return the forty values of a row: texts, days, numbers and codes in turn."""
    day, channel = _FIRST + timedelta(days=row % 365), _CHANNELS[row % len(_CHANNELS)]
    return (f"R-2026-{row:06}", day, row, channel, Decimal(row) / 4) * (COLUMNS // len(_KINDS))


class Rows:
    """Rows that are made when they are read."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return map(values, range(self.count))


def report(count: int) -> Report:
    """Return a report of that many rows."""

    def column(place: int) -> ReportColumn[Any]:
        kind = _KINDS[place % len(_KINDS)]
        title = Wording(f"Colonne {place}", f"Column {place}")
        return ReportColumn(
            name=f"c{place}",
            title=title,
            meaning=title,
            kind=kind,
            source=title,
            value=lambda row: row[place],
            codes=Channel if kind is ValueKind.CODE else None,
        )

    table = ReportTable(
        title=Wording("Registre", "Register"), columns=tuple(map(column, range(COLUMNS))), records=Rows(count)
    )
    return Report(
        name="registre",
        title=Wording("Registre", "Register"),
        tables=(table,),
        as_of=_FIRST,
        exported_at=datetime(2026, 1, 1, tzinfo=UTC),
        zone=ZoneInfo("Europe/Paris"),
    )


def xlsx_by_hand(path: Path) -> None:
    """Write the same cells with XlsxWriter, as its pages show: each cell by the method of its type."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet, days = book.add_worksheet("Registre"), book.add_format({"num_format": "dd/mm/yyyy"})
        labels = {channel: channel.label("fr") for channel in Channel}
        for place in range(COLUMNS):
            sheet.write_string(0, place, f"Colonne {place}")
        for number, row in enumerate(Rows(ROWS), 1):
            for place in range(0, COLUMNS, len(_KINDS)):
                text, day, count, channel, ratio = row[place : place + len(_KINDS)]
                sheet.write_string(number, place, text)
                sheet.write_datetime(number, place + 1, day, days)
                sheet.write_number(number, place + 2, count)
                sheet.write_string(number, place + 3, labels[channel])
                sheet.write_number(number, place + 4, ratio)


def pdf_by_hand(path: Path) -> None:
    """Write the same table, five columns a part, with a Typst document of a few lines and the same standards."""
    import typst

    source = """
#set document(title: "Registre", author: "bench", date: datetime(year: 2026, month: 1, day: 1))
#set text(lang: "fr", size: 8pt)
#set page(paper: "a4", flipped: true)
#let rows = json(bytes(sys.inputs.rows))
#for part in range(8) {
  table(columns: 5, table.header(..range(5).map(c => [Colonne #(part * 5 + c)])),
    ..rows.map(row => row.slice(part * 5, part * 5 + 5)).flatten())
}
"""
    rows = [[str(value) for value in row] for row in Rows(PRINTED)]
    inputs = {"rows": json.dumps(rows)}
    path.write_bytes(typst.compile(source.encode(), sys_inputs=inputs, pdf_standards=["a-2a", "ua-1"]))


WRITERS: dict[str, Any] = {
    "xlsx": lambda folder: save_report(report(ROWS), folder / "ours.xlsx"),
    "csv": lambda folder: save_report(report(ROWS), folder / "ours.csv"),
    "pdf": lambda folder: save_report(report(PRINTED), folder / "ours.pdf"),
    "xlsx_by_hand": lambda folder: xlsx_by_hand(folder / "peer.xlsx"),
    "pdf_by_hand": lambda folder: pdf_by_hand(folder / "peer.pdf"),
}


def measured(name: str) -> tuple[float, float]:
    """Return the seconds of processor and the greatest memory, in MB, of one writer in a process of its own.

    The seconds are above those of a process that only imports this module.
    """
    start = child_usage([sys.executable, "-m", "bench.reports"])
    used = child_usage([sys.executable, "-m", "bench.reports", name])
    return used.seconds - start.seconds, float(used.output)


def greatest_memory() -> float:
    """Return the greatest memory of this process until now, in MB; `ru_maxrss` starts at that of the parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def run() -> list[dict[str, Any]]:
    """Measure each format against its peer; the memory of workbook and CSV against 300 MB."""
    found = {name: measured(name) for name in WRITERS}
    rows = f"{ROWS:,} rows x {COLUMNS} columns"

    by_hand = found["xlsx_by_hand"][0]
    return [
        ratio_row(f"xlsx, {rows}", found["xlsx"][0], ("XlsxWriter by hand", by_hand), 1.3, "s"),
        ratio_row(f"csv, {rows}", found["csv"][0], ("XlsxWriter by hand", by_hand), 1.3, "s"),
        ratio_row(f"xlsx, {rows}, memory", found["xlsx"][1], ("limit", 300), 1, "MB"),
        ratio_row(f"csv, {rows}, memory", found["csv"][1], ("limit", 300), 1, "MB"),
        ratio_row(f"pdf, {PRINTED:,} rows", found["pdf"][0], ("Typst by hand", found["pdf_by_hand"][0]), 1.5, "s"),
    ]


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        for writer in sys.argv[1:]:
            WRITERS[writer](Path(folder))
    print(greatest_memory())
