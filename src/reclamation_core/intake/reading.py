"""Reading a file of complaints: each of its rows comes out as a record or as rejected, none is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self
from zoneinfo import ZoneInfo

from reclamation_core.documents.csv_text import unescape_csv_formula
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake.fields import RECEIVED_AT, REFERENCE, SITE
from reclamation_core.intake.layout import Layout
from reclamation_core.intake.mapping import Mapping
from reclamation_core.intake.meaning import is_one_line
from reclamation_core.intake.named_files import open_to_read
from reclamation_core.intake.records import Record, Rejected, Row
from reclamation_core.intake.references import SeenReferences
from reclamation_core.intake.sources import FileFormat, Source, format_of, open_source
from reclamation_core.vocabulary import ComplaintFacts, Sites
from reclamation_core.wording import Wording

_DEFAULT_ZONE: Final = "Europe/Paris"


def read(
    path: str | Path,
    mapping: Mapping | None = None,
    *,
    sites: Sites | None = None,
    time_zone: str = _DEFAULT_ZONE,
    usual_site: str = "",
) -> Reading:
    r"""Open a file of complaints: CSV, JSON Lines or .xlsx, told apart by content.

    Columns are the fields of `ComplaintFacts`, `reference`, `site` and `text`; a mapping says otherwise. Values are
    codes, names or labels of the vocabularies, oui/non/vrai/faux/true/false/yes/no/1/0, numbers, dates. An empty cell
    is unknown; an empty note is absent, and `unknown` or `inconnu` says that it is unknown. A date without a time is
    the beginning of that day; a local time without an offset is in the zone of the mapping, else of the row's site,
    else in `time_zone`.

    Args:
        path: the file.
        mapping: how to read foreign columns and values.
        sites: the sites that rows may name; any name is accepted when None.
        time_zone: the zone of local times where nothing else says it.
        usual_site: the site of the rows that name none; none by default.

    Returns:
        A reading, to be iterated over once: a `Record` or a `Rejected` for each row, in order. The sum of both is the
        number of rows: a row is anything but a blank line.

    Raises:
        OSError: the file cannot be read.
        FaultsError: it is not such a file, or a column that is needed is missing or there twice.
        UnknownSiteError: the sites are given, and the usual one is none of them.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "invented.csv")
    ...     _ = path.write_text("reference;received_at;channel\nA1;2026-05-02;courriel\nA2;hier;courriel\n")
    ...     with read(path) as reading:
    ...         first, second = reading
    >>> first.reference, first.facts.channel
    ('A1', <Channel.EMAIL: 'email'>)
    >>> second.line, second.field, second.value
    (3, 'received_at', 'hier')
    """
    path = Path(path)
    if not isinstance(mapping, Mapping | None):
        raise TypeError(
            f"mapping: a Mapping is expected, got a {type(mapping).__name__}; Mapping.from_toml reads a file"
        )
    if usual_site and sites is not None:
        sites[usual_site]
    kind = format_of(path)
    file = open_to_read(path)
    try:
        return Reading(file, kind, mapping or Mapping(), sites, ZoneInfo(time_zone), usual_site=usual_site)
    except BaseException:
        file.close()
        raise


class Reading:
    """A file of complaints being read; a context manager that closes it.

    Attributes:
        format: the kind of the file.
        layout: where the fields stand.
        sites: the sites that rows may name, or None.
    """

    def __init__(
        self,
        file: BinaryIO,
        kind: FileFormat,
        mapping: Mapping,
        sites: Sites | None,
        zone: ZoneInfo,
        *,
        usual_site: str = "",
    ) -> None:
        self.format = kind
        self.sites = sites
        self._file = file
        self._mapping = mapping
        self._zone = mapping.zone or zone
        self._source: Source = open_source(file, kind, mapping)
        self.layout = Layout(self._source.header, mapping, usual_site, self.unread_sheets)
        self._seen = SeenReferences()

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns; none for JSON Lines, whose rows have no cells."""
        return () if self.format == "jsonl" else self._source.header

    @property
    def delimiter(self) -> str | None:
        """What separates the cells of a CSV file."""
        return self._source.delimiter

    @property
    def encoding(self) -> str | None:
        """The encoding found out so far; None while every line was ASCII, and for a workbook."""
        return self._source.encoding

    @property
    def unread(self) -> tuple[str, ...]:
        """The columns, or keys met so far, that no field is read from and that the mapping does not ignore."""
        return (*self.layout.unread, *self._source.unread)

    @property
    def unread_sheets(self) -> tuple[str, ...]:
        """The other sheets of a workbook, hidden ones too, that have a cell with something in it."""
        return self._source.unread_sheets

    @property
    def blank(self) -> int:
        """How many blank lines were passed over so far."""
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

    def __iter__(self) -> Iterator[Record | Rejected]:
        for row in self.rows():
            yield row if isinstance(row, Rejected) else self.record(row)

    def rows(self) -> Iterator[Row | Rejected]:
        """The rows cut into cells, each with a reference of its own, nothing else of them being understood yet.

        To be understood, each goes to `record`. This is `__iter__` in two steps, for who remembers what cells mean.
        """
        cell_of, line_of_first = self.layout.reference_cell, self._seen.line_of_first
        for row in self._source.rows():
            if isinstance(row, Rejected):
                yield row
                continue
            text = str(cell_of(row.cells))
            # The apostrophe of protection comes first, before spaces.
            reference = (unescape_csv_formula(text) if "'" in text else text).strip()
            if row.faults:
                line_of_first(reference, row.line)  # taken all the same
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

    def record(self, row: Row) -> Record | Rejected:
        """What a row says, or all that is wrong with it."""
        facts = self.facts(row)
        if isinstance(facts, Rejected):
            return facts
        layout, cells = self.layout, row.cells
        return Record(row.line, row.reference, layout.site(cells), layout.text(cells), facts, row.as_read())

    def facts(self, row: Row) -> ComplaintFacts | Rejected:
        """The facts that a row says, or all that is wrong with it."""
        faults: list[Fault] = []
        facts = self._facts(row, faults)
        return self.rejected(row, tuple(faults)) if facts is None else facts

    def zone_of(self, site: str) -> ZoneInfo:
        """The zone of the local times of a row of that site."""
        if self._mapping.time_zone is None and self.sites is not None and site in self.sites:
            return self.sites[site].calendar().zone
        return self._zone

    def rejected(self, row: Row, faults: tuple[Fault, ...]) -> Rejected:
        """The row as rejected for what was found wrong with it afterwards."""
        return Rejected(row.line, faults, self.layout.as_read(row), is_cut=row.original is None)

    def _facts(self, row: Row, faults: list[Fault]) -> ComplaintFacts | None:
        layout, cells = self.layout, row.cells
        site = layout.site(cells)
        if not is_one_line(site) or (site and self.sites is not None and site not in self.sites):
            faults.append(layout.own_fault(SITE.name, cells, SITE.expected))
        received_at = None
        try:
            received_at = layout.received_at(layout.received(cells), self.zone_of(site))
        except ValueError:
            faults.append(layout.own_fault(RECEIVED_AT.name, cells, layout.expected(RECEIVED_AT.name)))
        values = layout.facts(cells, faults)
        try:
            facts = ComplaintFacts(received_at=received_at, **values)  # type: ignore[arg-type]
        except FaultsError as error:
            refused = {fault.path for fault in error.faults} - {RECEIVED_AT.name}
            faults += [layout.own_fault(name, cells, layout.expected(name)) for name in values if name in refused]
            return None
        return None if faults else facts

    def _reference_fault(self, row: Row, expected: Wording) -> Fault:
        return self.layout.own_fault(REFERENCE.name, row.cells, expected)

    def _rejected(self, row: Row, *faults: Fault) -> Rejected:
        others: list[Fault] = []
        self._facts(row, others)
        told = {fault.path for fault in faults}
        return self.rejected(row, (*faults, *(fault for fault in others if fault.path not in told)))


def _repeated(line: int) -> Wording:
    return Wording(
        f"une référence donnée une seule fois ; celle-ci l'est déjà ligne {line}",
        f"a reference given once; this one is given on line {line} already",
    )
