"""Small invented files, and their records."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from reclamation_core.intake import ColumnMapping, ComplaintRecord, FileReader, RejectedRow, read
from tests.approvals import approve_errors

HEADER = ("reference", "received_at", "channel", "text")


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    text = StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def written(folder: Path, content: str | bytes, name: str = "complaints.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def with_approved_faults(reader: FileReader) -> list[ComplaintRecord | RejectedRow]:
    """Return what a file has, after a comparison of what is said of its rejected rows in both languages."""
    items = list(reader)
    faults = {fault for item in items if isinstance(item, RejectedRow) for fault in item.faults}
    approve_errors(*(f"{fault.in_('fr')} | {fault.in_('en')}" for fault in faults))
    return items


def read_all(path: Path, mapping: ColumnMapping | None = None, **options: Any) -> list[ComplaintRecord | RejectedRow]:
    with read(path, mapping, **options) as reader:
        return with_approved_faults(reader)


def read_text(
    folder: Path, content: str | bytes, mapping: ColumnMapping | None = None, **options: Any
) -> tuple[list[ComplaintRecord], list[RejectedRow], FileReader]:
    with read(written(folder, content), mapping, **options) as reader:
        items = with_approved_faults(reader)
    records = [item for item in items if isinstance(item, ComplaintRecord)]
    return records, [item for item in items if isinstance(item, RejectedRow)], reader
