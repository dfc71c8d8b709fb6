"""Small invented files, and their records."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from reclamation_core.intake import ColumnMapping, ComplaintRecord, FileReader, RejectedRow, read

HEADER = ("reference", "received_at", "channel", "text")


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    text = StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def written(folder: Path, content: str | bytes, name: str = "complaints.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read_all(path: Path, mapping: ColumnMapping | None = None, **options: Any) -> list[ComplaintRecord | RejectedRow]:
    with read(path, mapping, **options) as reader:
        return list(reader)


def read_text(
    folder: Path, content: str | bytes, mapping: ColumnMapping | None = None, **options: Any
) -> tuple[list[ComplaintRecord], list[RejectedRow], FileReader]:
    with read(written(folder, content), mapping, **options) as reader:
        items = list(reader)
    records = [item for item in items if isinstance(item, ComplaintRecord)]
    return records, [item for item in items if isinstance(item, RejectedRow)], reader
