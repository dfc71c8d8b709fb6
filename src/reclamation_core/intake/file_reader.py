"""Reading a file of complaints: each of its rows comes out as a record or as rejected, none is lost."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Literal, Protocol, Self, TypeAlias
from zoneinfo import ZoneInfo

from reclamation_core.documents.atomic_files import open_to_read
from reclamation_core.documents.csv_text import unescape_csv_formula
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake.fields import RECEIVED_AT, REFERENCE, SITE
from reclamation_core.intake.layout import Layout
from reclamation_core.intake.mapping import ColumnMapping
from reclamation_core.intake.rows import ComplaintRecord, FileRow, RejectedRow, file_fault, is_one_line
from reclamation_core.intake.text_sources import CsvSource, JsonSource
from reclamation_core.vocabulary import ComplaintFacts, Fact, Sites
from reclamation_core.wording import Wording

FileFormat: TypeAlias = Literal["csv", "jsonl", "xlsx"]
"""The formats of a file of complaints."""

_DEFAULT_ZONE: Final = "Europe/Paris"
_HEAD: Final = 1 << 12

_NOT_AN_ARRAY: Final = Wording(
    "du JSON Lines, un objet par ligne : ce fichier est un tableau JSON",
    "JSON Lines, one object a line: this is an array",
)
_NOT_A_STREAM: Final = Wording(
    "un fichier ordinaire, qui se lit deux fois : enregistrez d'abord ce flux dans un fichier et indiquez son nom",
    "a regular file, which can be read twice: save this stream to a file first and give its name",
)
_ZIP: Final = b"PK\x03\x04"
_ODS_MARK: Final = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
"""The name and the text of the first part of an OpenDocument workbook, which follow each other in its first bytes."""

_ODS: Final = Wording(
    "un fichier .xlsx ou CSV : enregistrez ce classeur .ods sous l'un de ces formats",
    "an .xlsx or CSV file: save this .ods workbook as one of them",
)
_UTF_16: Final = Wording(
    "un fichier en UTF-8 : celui-ci est en UTF-16 ; enregistrez-le au format « CSV UTF-8 »",
    "a file in UTF-8: this one is in UTF-16; save it as CSV UTF-8",
)
_REFUSED: Final = {
    b"\xd0\xcf\x11\xe0": Wording(
        "un fichier .xlsx ou CSV : enregistrez ce classeur .xls sous l'un de ces formats",
        "an .xlsx or CSV file: save this .xls workbook as one of them",
    ),
    b"\x1f\x8b": Wording("un fichier décompressé", "a file that is not compressed"),
    b"\xff\xfe": _UTF_16,
    b"\xfe\xff": _UTF_16,
}


def read(
    path: str | Path | BinaryIO,
    mapping: ColumnMapping | None = None,
    *,
    sites: Sites | None = None,
    time_zone: str = _DEFAULT_ZONE,
    default_site: str = "",
    own: Iterable[Fact] = (),
) -> FileReader:
    r"""Open a file of complaints: CSV, JSON Lines or .xlsx, detected by content.

    Columns are the fields of `ComplaintFacts`, `reference`, `site` and `text`, unless a mapping names others. Values
    are codes, names or labels of the vocabularies, oui/non/vrai/faux/true/false/yes/no/1/0, numbers, dates. An empty
    cell is unknown; an empty note is absent, and `unknown` or `inconnu` marks an unknown note. A date without a time is
    the beginning of that day; a local time without an offset is in the zone of the mapping, else of the row's site,
    else in `time_zone`.

    Args:
        path: the file; or a binary file that is open, such as `BytesIO`, which the reader closes.
        mapping: how to read foreign columns and values.
        sites: the sites of rows; any name is accepted when None.
        time_zone: the zone of local times where neither the mapping nor a site has one.
        default_site: the site of the rows without one; none by default.
        own: the facts that the edition declares itself (`Policy.facts`): their columns are `own_NAME`, or a label;
            `own_NAME_unknown` is true where a value is unknown whose blank means that there is none.

    Returns:
        A reader, to be iterated over once: a `ComplaintRecord` or a `RejectedRow` for each row, in order. The sum of
        both is the number of rows: a row is anything but a blank line.

    Raises:
        OSError: the file cannot be read.
        FaultsError: its format is not one of these, a column that is needed is missing, nearly named or there twice, or
            the mapping names a fact that the edition does not declare.
        UnknownSiteError: the sites are known, and the default one is not among them.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "invented.csv")
    ...     _ = path.write_text("reference;received_at;channel\nA1;2026-05-02;courriel\nA2;hier;courriel\n")
    ...     with read(path) as reader:
    ...         first, second = reader
    >>> first.reference, first.facts.channel
    ('A1', <Channel.EMAIL: 'email'>)
    >>> second.line, second.field, second.value
    (3, 'received_at', 'hier')
    """
    if not isinstance(mapping, ColumnMapping | None):
        raise TypeError(
            f"mapping: a ColumnMapping is expected, got a {type(mapping).__name__}; "
            "ColumnMapping.from_toml reads a file"
        )
    mapping = (mapping or ColumnMapping()).declaring(own)
    if default_site and sites is not None:
        sites[default_site]
    kind = format_of(path)
    file = open_to_read(Path(path)) if isinstance(path, str | Path) else path
    try:
        return FileReader(file, kind, mapping, sites, ZoneInfo(time_zone), default_site=default_site)
    except BaseException:
        file.close()
        raise


class FileReader:
    """Reads a file of complaints; a context manager that closes it.

    Attributes:
        format: the format of the file.
        layout: the column of each field.
        sites: the sites of rows, or None.
    """

    def __init__(
        self,
        file: BinaryIO,
        kind: FileFormat,
        mapping: ColumnMapping,
        sites: Sites | None,
        zone: ZoneInfo,
        *,
        default_site: str = "",
    ) -> None:
        self.format = kind
        self.sites = sites
        self._file = file
        self._mapping = mapping
        self._zone = mapping.zone or zone
        self._source = open_source(file, kind, mapping)
        self.layout = Layout(self._source.header, mapping, default_site, self.unread_sheets)
        self._references = SeenReferences()

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns; empty for JSON Lines, whose rows have no cells."""
        return () if self.format == "jsonl" else self._source.header

    @property
    def delimiter(self) -> str | None:
        """The delimiter of a CSV file."""
        return self._source.delimiter

    @property
    def encoding(self) -> str | None:
        """The encoding detected so far; None while every line was ASCII, and for a workbook."""
        return self._source.encoding

    @property
    def unread_columns(self) -> tuple[str, ...]:
        """The columns, or keys met so far, without a field, those that the mapping ignores excluded."""
        return (*self.layout.unread, *self._source.unread)

    @property
    def missing_facts(self) -> tuple[str, ...]:
        """The facts without a column and without a constant: unknown in every row; a note is then absent."""
        return self.layout.missing

    @property
    def unread_sheets(self) -> tuple[str, ...]:
        """The other sheets of a workbook that are not empty, hidden ones included."""
        return self._source.unread_sheets

    @property
    def blank_lines(self) -> int:
        """How many blank lines were skipped so far."""
        return self._source.blank

    @property
    def position(self) -> int:
        """How many bytes of the file were read so far."""
        return self._file.tell()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __iter__(self) -> Iterator[ComplaintRecord | RejectedRow]:
        for row in self.rows():
            yield row if isinstance(row, RejectedRow) else self.parsed(row)

    def rows(self) -> Iterator[FileRow | RejectedRow]:
        """Yield the rows cut into cells, each with a unique reference; their other cells are not parsed yet.

        With `parsed` for each row, this is `__iter__` in two steps, for callers that cache the values of cells.
        """
        cell_of, line_of_first = self.layout.reference_cell, self._references.line_of_first
        for row in self._source.rows():
            if isinstance(row, RejectedRow):
                yield row
                continue
            text = str(cell_of(row.cells))
            # The apostrophe of an escaped formula comes first, before spaces.
            reference = (unescape_csv_formula(text) if "'" in text else text).strip()
            if row.faults:
                line_of_first(reference, row.line)  # the reference is taken nevertheless
                yield self._rejected(row, *row.faults)
                continue
            if not reference or not is_one_line(reference):
                yield self._rejected(row, self._reference_fault(row, REFERENCE.expected))
                continue
            first = line_of_first(reference, row.line)
            if first is not None:
                yield self._rejected(row, self._reference_fault(row, _repeated(first)))
                continue
            row.reference = reference
            yield row

    def parsed(self, row: FileRow) -> ComplaintRecord | RejectedRow:
        """Return the record of a row, or the row as rejected with all its faults."""
        facts = self.facts(row)
        if isinstance(facts, RejectedRow):
            return facts
        layout, cells = self.layout, row.cells
        site, text = layout.site(cells), layout.text(cells)
        return ComplaintRecord(row.line, row.reference, site, text, facts, row.original_cells())

    def facts(self, row: FileRow) -> ComplaintFacts | RejectedRow:
        """Return the facts of a row, or the row as rejected with all its faults."""
        faults: list[Fault] = []
        facts = self._facts(row, faults)
        return self.rejected(row, tuple(faults)) if facts is None else facts

    def zone_of(self, site: str) -> ZoneInfo:
        """Return the zone of the local times of a site's rows."""
        if self._mapping.time_zone is None and self.sites is not None and site in self.sites:
            return self.sites[site].calendar().zone
        return self._zone

    def rejected(self, row: FileRow, faults: tuple[Fault, ...]) -> RejectedRow:
        """Return a row as rejected for faults that were found after it was read."""
        return RejectedRow(row.line, faults, self.layout.original_cells(row), is_cut=row.original is None)

    def _facts(self, row: FileRow, faults: list[Fault]) -> ComplaintFacts | None:
        layout, cells = self.layout, row.cells
        site = layout.site(cells)
        if not is_one_line(site) or (site and self.sites is not None and site not in self.sites):
            faults.append(layout.own_fault(SITE.name, cells, SITE.expected))
        received_at = layout.received_at(cells, self.zone_of(site), faults)
        values = layout.facts(cells, faults)
        try:
            facts = ComplaintFacts(received_at=received_at, **values)  # type: ignore[arg-type]
        except FaultsError as error:
            refused = {fault.path for fault in error.faults} - {RECEIVED_AT.name}
            faults += [layout.own_fault(name, cells, layout.expected(name)) for name in values if name in refused]
            return None
        return None if faults else facts

    def _reference_fault(self, row: FileRow, expected: Wording) -> Fault:
        return self.layout.own_fault(REFERENCE.name, row.cells, expected)

    def _rejected(self, row: FileRow, *faults: Fault) -> RejectedRow:
        others: list[Fault] = []
        self._facts(row, others)
        paths = {fault.path for fault in faults}
        return self.rejected(row, (*faults, *(fault for fault in others if fault.path not in paths)))


def _repeated(line: int) -> Wording:
    return Wording(
        f"une référence donnée une seule fois ; celle-ci l'est déjà ligne {line}",
        f"a reference given once; this one is given on line {line} already",
    )


class Source(Protocol):
    """A file opened for reading.

    Attributes:
        header: the names of the columns, as in the file.
        delimiter: the delimiter of a CSV file; None for others.
        encoding: the encoding detected so far; None while all was ASCII, and for workbooks.
        blank: how many blank lines were skipped so far.
        unread: the names of values that are not read, where each row has names of its own.
        unread_sheets: the other sheets of a workbook that are not empty.
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
    def rows(self) -> Iterator[FileRow | RejectedRow]:
        """Yield the rows after the header, in order, each once."""


def format_of(path: str | Path | BinaryIO) -> FileFormat:
    """Detect the format of a file by its first bytes; an open file is at its start before and after.

    Raises:
        OSError: the file cannot be read.
        FaultsError: its format is not supported.
    """
    head, shown = _head(path)
    for sign, expected in _REFUSED.items():
        if head.startswith(sign) or (expected is _UTF_16 and b"\0\0" in {head[:4:2], head[1:4:2]}):  # without a mark
            raise FaultsError((file_fault(shown, expected),))
    if head.startswith(_ZIP):
        if _ODS_MARK in head:
            raise FaultsError((file_fault(shown, _ODS),))
        return "xlsx"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"[":
        raise FaultsError((file_fault(shown, _NOT_AN_ARRAY),))
    return "jsonl" if start == b"{" else "csv"


def _head(path: str | Path | BinaryIO) -> tuple[bytes, str]:
    """Return the first bytes of a file, and its name."""
    if not isinstance(path, str | Path):
        head = path.read(_HEAD)
        path.seek(0)
        return head, "-"
    path = Path(path)
    if str(path) == "-" or (path.exists() and not (path.is_file() or path.is_dir())):
        raise FaultsError((file_fault(str(path), _NOT_A_STREAM),))
    with open_to_read(path) as file:
        return file.read(_HEAD), str(path)


def open_source(file: BinaryIO, kind: FileFormat, mapping: ColumnMapping) -> Source:
    """Return the rows of an open file, cut into cells."""
    if kind == "xlsx":
        from reclamation_core.intake.workbook_rows import WorkbookSource

        return WorkbookSource(file, mapping)
    return JsonSource(file, mapping) if kind == "jsonl" else CsvSource(file, mapping)


_SMALLEST: Final = 1 << 12
_64_BITS: Final = (1 << 64) - 1


class SeenReferences:
    """The references seen so far and the line of each, in 16 bytes a slot: 32 to 64 MB for a million of them.

    References are compared by a hash of 64 bits. Two different ones with the same hash (three chances in a hundred
    million for a file of a million) are taken for the same: the second row is then rejected as repeated, never lost,
    and accepted at the next run, for the hash is drawn in each process.

    >>> references = SeenReferences()
    >>> references.line_of_first("A1", 2), references.line_of_first("A2", 3), references.line_of_first("A1", 4)
    (None, None, 2)
    """

    def __init__(self) -> None:
        self._count = 0
        self._mask = _SMALLEST - 1
        self._digests = array("Q", bytes(8 * _SMALLEST))
        self._lines = array("Q", bytes(8 * _SMALLEST))

    def __len__(self) -> int:
        return self._count

    def line_of_first(self, reference: str, line: int) -> int | None:
        """Return the line of the first occurrence of a reference; None, and the line is stored, for a new one."""
        digest = _digest(reference)
        mask, digests = self._mask, self._digests
        slot = digest & mask
        while found := digests[slot]:
            if found == digest:
                return self._lines[slot]
            slot = (slot + 1) & mask
        digests[slot] = digest
        self._lines[slot] = line
        self._count += 1
        if self._count * 2 > mask:
            self._double()
        return None

    def _double(self) -> None:
        # Open addressing, at most half full; an empty slot holds 0.
        slots = 2 * len(self._digests)
        digests, lines, mask = array("Q", bytes(8 * slots)), array("Q", bytes(8 * slots)), slots - 1
        for digest, line in zip(self._digests, self._lines):
            if digest:
                slot = digest & mask
                while digests[slot]:
                    slot = (slot + 1) & mask
                digests[slot], lines[slot] = digest, line
        self._digests, self._lines, self._mask = digests, lines, mask


def _digest_of_bytes(reference: str) -> int:
    return int.from_bytes(blake2b(reference.encode(), digest_size=8).digest()) or 1


def _digest_of_str(reference: str) -> int:
    return hash(reference) & _64_BITS or 1


# Where Python's own hash of a string is shorter, one is computed.
_digest = _digest_of_str if sys.hash_info.width >= 64 else _digest_of_bytes
