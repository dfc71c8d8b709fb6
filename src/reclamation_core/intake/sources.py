"""The three kinds of file that are read, told apart by their content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Literal, Protocol, TypeAlias

from reclamation_core.errors import FaultsError
from reclamation_core.intake.csv_source import CsvSource
from reclamation_core.intake.json_rows import JsonSource
from reclamation_core.intake.mapping import Mapping
from reclamation_core.intake.named_files import open_to_read
from reclamation_core.intake.records import Rejected, Row, file_fault
from reclamation_core.wording import Wording

FileFormat: TypeAlias = Literal["csv", "jsonl", "xlsx"]
"""What a file of complaints may be."""

_HEAD: Final = 1 << 12

_NOT_AN_ARRAY: Final = Wording(
    "du JSON Lines, un objet par ligne : ce fichier est un tableau JSON",
    "JSON Lines, one object a line: this is an array",
)
_NOT_A_STREAM: Final = Wording(
    "un fichier ordinaire, qui se lit deux fois : enregistrez d'abord ce flux dans un fichier et donnez son nom",
    "a regular file, which can be read twice: save this stream to a file first and give its name",
)
_ZIP: Final = b"PK\x03\x04"
_ODS_MARK: Final = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
"""The name and the text of the first part of such a file, which stand side by side in its first bytes."""

_ODS: Final = Wording(
    "un fichier .xlsx ou CSV : enregistrez ce classeur .ods sous l'un de ces formats",
    "an .xlsx or CSV file: save this .ods workbook as one of them",
)
_REFUSED: Final = {
    b"\xd0\xcf\x11\xe0": Wording(
        "un fichier .xlsx ou CSV : enregistrez ce classeur .xls sous l'un de ces formats",
        "an .xlsx or CSV file: save this .xls workbook as one of them",
    ),
    b"\x1f\x8b": Wording("un fichier décompressé", "a file that is not compressed"),
    b"\xff\xfe": Wording("un fichier en UTF-8 : ce fichier est en UTF-16", "a file in UTF-8: this one is in UTF-16"),
    b"\xfe\xff": Wording("un fichier en UTF-8 : ce fichier est en UTF-16", "a file in UTF-8: this one is in UTF-16"),
}


class Source(Protocol):
    """A file opened for reading.

    Attributes:
        header: the names of the columns, as written.
        delimiter: what separates the cells of a CSV file; None elsewhere.
        encoding: what was found out so far; None while all was ASCII, and elsewhere.
        blank: how many blank lines were passed over so far.
        unread: names of values that are not read, where rows bring them along.
        unread_sheets: the other sheets of a workbook that have something in them.
    """

    @property
    def header(self) -> tuple[str, ...]: ...
    @property
    def delimiter(self) -> str | None: ...
    @property
    def encoding(self) -> str | None: ...
    @property
    def blank(self) -> int: ...
    @property
    def unread(self) -> tuple[str, ...]: ...
    @property
    def unread_sheets(self) -> tuple[str, ...]: ...
    def rows(self) -> Iterator[Row | Rejected]:
        """The rows after the header, in order, each once."""


def format_of(path: Path) -> FileFormat:
    """The kind of a file, by its first bytes.

    Raises:
        OSError: the file cannot be read.
        FaultsError: it is of a kind that is not read.
    """
    if str(path) == "-" or (path.exists() and not (path.is_file() or path.is_dir())):
        raise FaultsError((file_fault(str(path), _NOT_A_STREAM),))
    with open_to_read(path) as file:
        head = file.read(_HEAD)
    for sign, expected in _REFUSED.items():
        if head.startswith(sign):
            raise FaultsError((file_fault(str(path), expected),))
    if head.startswith(_ZIP):
        if _ODS_MARK in head:
            raise FaultsError((file_fault(str(path), _ODS),))
        return "xlsx"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"[":
        raise FaultsError((file_fault(str(path), _NOT_AN_ARRAY),))
    return "jsonl" if start == b"{" else "csv"


def open_source(file: BinaryIO, kind: FileFormat, mapping: Mapping) -> Source:
    """The rows of a file opened at its start.

    Raises:
        FaultsError: it has no header, is not of that kind, or is damaged.
    """
    if kind == "xlsx":
        from reclamation_core.intake.workbook_rows import WorkbookSource

        return WorkbookSource(file, mapping)
    return JsonSource(file, mapping) if kind == "jsonl" else CsvSource(file, mapping)
