"""A CSV file, with the delimiter that its header shows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import BinaryIO, Final

from reclamation_core.errors import FaultsError
from reclamation_core.intake.csv_rows import CsvRows
from reclamation_core.intake.fields import FIELDS
from reclamation_core.intake.layout import names
from reclamation_core.intake.lines import TextLines
from reclamation_core.intake.mapping import DELIMITERS, Mapping, fold
from reclamation_core.intake.records import Rejected, Row, file_fault
from reclamation_core.wording import Wording

SAMPLE: Final = 1 << 16
"""How many bytes are looked at to recognise the delimiter."""

_NO_HEADER: Final = Wording(
    "une première ligne qui donne les noms des colonnes", "a first line that gives the names of the columns"
)


class CsvSource:
    """A CSV file: its delimiter and encoding are recognised unless the mapping forces them.

    Raises:
        FaultsError: it has no header.
    """

    unread = ()
    unread_sheets = ()

    def __init__(self, file: BinaryIO, mapping: Mapping) -> None:
        head = file.read(SAMPLE)
        file.seek(0)
        said = _said_delimiter(head)
        self.delimiter = mapping.delimiter or said or _recognised(_sample(head), mapping)
        self._lines = TextLines(file, mapping.encoding)
        lines = iter(self._lines)
        if said is not None:
            next(lines)
        self._rows = CsvRows(lines, self.delimiter, skipped=0 if said is None else 1)
        self._rest = iter(self._rows)
        first = next(self._rest, None)
        if not isinstance(first, Row):
            shown = "" if first is None else first.cells[0]
            raise FaultsError((file_fault(shown, first.expected if first else _NO_HEADER),))
        self.header = names(first.cells)

    @property
    def encoding(self) -> str | None:
        return self._lines.encoding

    @property
    def blank(self) -> int:
        return self._rows.blank

    def rows(self) -> Iterator[Row | Rejected]:
        return self._rest


def _sample(head: bytes) -> str:
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError:
        return head.decode("windows-1252", "replace")


def _said_delimiter(head: bytes) -> str | None:
    """The delimiter of the line `sep=;` that Excel writes and reads before the header."""
    line = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].rstrip(b"\r")
    said = line[4:].decode("latin-1")
    return said if line[:4].lower() == b"sep=" and said in DELIMITERS else None


def _recognised(sample: str, mapping: Mapping) -> str:
    """The delimiter under which the header holds most columns that are looked for, then most columns."""
    wanted = {mapping.column(field) for field in FIELDS}

    def score(delimiter: str) -> tuple[int, int]:
        try:
            header = next(filter(None, csv.reader(StringIO(sample, newline="\n"), delimiter=delimiter)), [])
        except csv.Error:
            return (0, 0)
        return len(wanted.intersection(map(fold, header))), len(header)

    return max(DELIMITERS, key=score)
