"""The file of complaints of the page: its columns, the questions about them, its records and rejected rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import DeadlineRule, Duration
from reclamation_core.calendars.local_times import PARIS
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING, csv_text, unescape_csv_formula
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake import ColumnMapping, FileReader, RejectedRow, read
from reclamation_core.intake.fields import FIELDS, RECEIVED_AT, REFERENCE
from reclamation_core.intake.file_reader import format_of, open_source
from reclamation_core.intake.mapping import fold
from reclamation_core.intake.rows import FileRow
from reclamation_core.intake.triage import refused_facts
from reclamation_core.laboratory.comparison_page.comparison_settings import ComparisonSettings, DatedRecord
from reclamation_core.laboratory.comparison_page.exchange import LARGEST_FILE, Progress, UploadedFile
from reclamation_core.missing import Missing
from reclamation_core.policy import Policy
from reclamation_core.policy.own_facts import joined
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation import generate_complaints, write_complaints
from reclamation_core.simulation.shipped_files import centres_of
from reclamation_core.vocabulary import Fact, Sites
from reclamation_core.vocabulary.column_names import nearly_named_columns
from reclamation_core.wording import Lang, Wording

MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 200
"""The most rows and columns that the page reads: a browser holds them in memory."""
_STEP: Final = 1 << 8
_EXAMPLE_ROWS: Final = 1_000
_EXAMPLE: Final = Wording("exemple.csv", "example.csv")
EXAMPLE_NAMES: Final[Mapping[Lang, str]] = {"fr": "example-fr.csv", "en": "example-en.csv"}
"""The names of the files in which the folder of the page has the example, so that a browser need not invent it."""
_EXAMPLE_FACT: Final = Wording("prestation sous-traitée", "subcontracted service")
_SIZE: Final = Wording(
    f"un fichier de {LARGEST_FILE >> 20} Mo au plus est attendu",
    f"a file of at most {LARGEST_FILE >> 20} MB is expected",
)
_EMPTY: Final = Wording("un fichier qui n'est pas vide est attendu", "a file that is not empty is expected")
_COLUMNS: Final = Wording(
    f"un fichier de {MOST_COLUMNS} colonnes au plus est attendu",
    f"a file of at most {MOST_COLUMNS} columns is expected",
)
_ROWS: Final = Wording(
    f"un fichier de {MOST_ROWS:_} lignes au plus est attendu : un navigateur n'en contient pas davantage".replace(
        "_", " "
    ),
    f"a file of at most {MOST_ROWS:,} rows is expected: a browser holds no more",
)


@attrs.frozen(kw_only=True)
class CaseloadRows(SharedRepr):
    """The rows of a file.

    Args:
        records: those that were read.
        rejected: those that were not, with their faults.
        columns: the names of the columns, as the file has them.
        name_of: returns the name of a field in the file.
    """

    records: tuple[DatedRecord, ...] = attrs.field(repr=False)
    rejected: tuple[RejectedRow, ...] = attrs.field(repr=False)
    columns: tuple[str, ...]
    name_of: Callable[[str], str] = attrs.field(repr=False)

    def record(self, reference: str) -> DatedRecord:
        """Return the record of a reference.

        Raises:
            LookupError: there is none.
        """
        for record in self.records:
            if record.reference == reference:
                return record
        raise LookupError(reference)


@attrs.frozen
class CaseloadFile(SharedRepr):
    """A file of complaints in memory.

    Args:
        name: its name.
        content: its bytes.
        mapping: how its columns and values are read.
        header: the names of its columns; empty for JSON Lines.
    """

    name: str
    content: bytes = attrs.field(repr=False)
    mapping: ColumnMapping
    header: tuple[str, ...]

    @classmethod
    def of(cls, upload: UploadedFile, mapping: ColumnMapping | None) -> Self:
        """Return a file with the names of its columns; no row is read.

        Raises:
            FaultsError: its format is not supported, or it is empty, damaged or too large.
        """
        for is_refused, expected in ((not upload.content.strip(), _EMPTY), (len(upload.content) > LARGEST_FILE, _SIZE)):
            if is_refused:
                raise FaultsError((Fault("$", len(upload.content), expected),))
        chosen = ColumnMapping() if mapping is None else mapping
        stream = BytesIO(upload.content)
        kind = format_of(stream)
        header = () if kind == "jsonl" else open_source(stream, kind, chosen).header
        if len(header) > MOST_COLUMNS:
            raise FaultsError((Fault("$", len(header), _COLUMNS),))
        return cls(upload.name, upload.content, chosen, header)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that have one."""
        return tuple(dict.fromkeys(filter(str.strip, map(unescape_csv_formula, self.header))))

    @property
    def matches(self) -> Mapping[str, str]:
        """For each field its column: the one that the mapping names, else that of its name, else one of its label."""
        names = {fold(name): name for name in self.columns}
        labelled = self.mapping.labelled_in(self.header)
        found = {field: names.get(self.mapping.column(field)) for field in FIELDS}
        found |= {field: columns[0] for field, columns in labelled.items()}
        return {field: column for field, column in found.items() if column and field not in self.mapping.constants}

    @property
    def near_misses(self) -> tuple[tuple[str, str], ...]:
        """The columns whose name is nearly that of a field without a column, each with the field."""
        matches = self.matches
        left_out = {*matches.values(), *self.mapping.ignored}
        unread = [name for name in self.columns if name not in left_out]
        wanted = {
            field: self.mapping.columns.get(field, field)
            for field in FIELDS
            if field not in matches and field not in self.mapping.constants
        }
        return tuple(nearly_named_columns(unread, wanted, self.mapping.own_labels))

    def with_columns(self, columns: Mapping[str, str]) -> Self:
        """Return the file with the columns of its fields as a person chose them; the others are not read.

        Raises:
            FaultsError: a field that is needed has no column.
        """
        fields = (REFERENCE, RECEIVED_AT)
        missing = [one for one in fields if one.name not in columns and one.name not in self.mapping.constants]
        if missing and self.header:
            raise FaultsError([Fault(f"column-{one.name}", None, _needed(one.label)) for one in missing])
        ignored = tuple(name for name in self.columns if name not in columns.values())
        return attrs.evolve(self, mapping=attrs.evolve(self.mapping, columns=columns, ignored=ignored))

    def read(
        self, editions: Sequence[Policy], settings: ComparisonSettings, progress: Progress, own: Mapping[str, str]
    ) -> CaseloadRows:
        """Read the rows; those that an edition, the calendar or the settings refuse are rejected too.

        Args:
            editions: the editions, whose facts are read.
            settings: the business days and the days of the messages.
            progress: receives the progress, in percent, to 50.
            own: the columns that a person chose for facts of the editions, by the name of the fact.

        Raises:
            FaultsError: the file has more rows than the page reads, or it cannot be read.
        """
        facts = tuple(joined(edition.facts for edition in editions).values())
        check = _RowCheck.of(editions, settings)
        records, rejected = list[DatedRecord](), list[RejectedRow]()
        zone = settings.calendar.zone.key
        size = len(self.content)
        with read(
            BytesIO(self.content), self._mapping_with(facts, own), sites=settings.sites, time_zone=zone, own=facts
        ) as reader:
            for number, row in enumerate(reader.rows()):
                if number >= MOST_ROWS:
                    raise FaultsError((Fault("$", number, _ROWS),))
                if not number % _STEP:
                    progress(min(50 * reader.position // size, 50), 100)
                parsed = row if isinstance(row, RejectedRow) else check.checked(row, reader)
                if isinstance(parsed, RejectedRow):
                    rejected.append(parsed)
                else:
                    records.append(parsed)
            return CaseloadRows(
                records=tuple(records), rejected=tuple(rejected), columns=reader.header, name_of=reader.layout.name_of
            )

    def _mapping_with(self, facts: tuple[Fact, ...], chosen: Mapping[str, str]) -> ColumnMapping:
        """Return the mapping with the columns of facts of editions: those chosen, else those of a name or a label."""
        mapping = attrs.evolve(self.mapping, own=facts)
        names = {fold(name): name for name in self.columns}
        labelled = attrs.evolve(mapping, ignored=()).labelled_in(self.header)
        found = {
            fact.column: chosen.get(fact.name)
            or names.get(fact.column)
            or next(iter(labelled.get(fact.column, ())), None)
            for fact in facts
        }
        columns = {**mapping.columns, **{column: name for column, name in found.items() if name}}
        ignored = tuple(name for name in mapping.ignored if name not in columns.values())
        return attrs.evolve(mapping, columns=columns, ignored=ignored)


@attrs.frozen
class _RowCheck(SharedRepr):
    """Finds the rows that an edition or the calendar refuses.

    Args:
        editions: the editions.
        settings: the business days and the days of the messages.
        notes: the notes that every edition accepts.
        last: the last day of receipt whose deadline is surely in the calendar.
    """

    editions: Sequence[Policy]
    settings: ComparisonSettings
    notes: tuple[float, float]
    last: date

    @classmethod
    def of(cls, editions: Sequence[Policy], settings: ComparisonSettings) -> Self:
        calendar = settings.calendar
        scales = [edition.parameters.survey.scale for edition in editions]
        notes = max(low for low, _ in scales), min(high for _, high in scales)
        margin = max(_longest(edition) for edition in editions)
        return cls(editions, settings, notes, calendar.last - min(margin, calendar.last - calendar.first))

    def checked(self, row: FileRow, reader: FileReader) -> DatedRecord | RejectedRow:
        """Return the record of a row, or the row as rejected."""
        parsed = reader.parsed(row)
        if isinstance(parsed, RejectedRow):
            return parsed
        cells = dict(zip(map(unescape_csv_formula, reader.header), parsed.cells, strict=False))
        try:
            dated = self.settings.dated(parsed, cells, partial(self._received_at, row, reader))
        except FaultsError as error:
            return reader.rejected(row, tuple(error.faults))
        facts, calendar = dated.facts, dated.calendar
        note, low, high = facts.satisfaction, *self.notes
        is_noted = isinstance(note, Missing) or low <= note <= high
        if is_noted and not facts.own and calendar.first < facts.received_at.date() < self.last:
            return dated
        try:
            for edition in self.editions:
                edition.assess(facts, calendar)
        except ValueError as error:
            return reader.rejected(row, tuple(refused_facts(error, reader, row)))
        return dated

    @staticmethod
    def _received_at(row: FileRow, reader: FileReader, zone: ZoneInfo) -> datetime:
        """Return the instant of receipt, local times being those of a zone unless the mapping has one."""
        layout = reader.layout
        own = zone if layout.mapping.time_zone is None else reader.zone_of("")
        faults: list[Fault] = []
        if (received_at := layout.received_at(row.cells, own, faults)) is None:
            raise FaultsError(faults)  # the clocks of that zone skip it
        return received_at


def _longest(edition: Policy) -> timedelta:
    """Return more days than the time to answer of an edition has, those that do not count included."""
    rule, closures = edition.deadline, edition.parameters.closures
    times: list[DeadlineRule | Duration] = [rule, *rule.by_level.values()]
    days = max(3 * one.days + 31 * one.months for one in times)
    return timedelta(days=days + 90 + sum((one.last - one.first).days + 1 for one in closures))


def _needed(label: Wording) -> Wording:
    return Wording(f"indiquez la colonne de : {label.fr}", f"choose the column of: {label.en}")


def example_file(lang: Lang) -> UploadedFile:
    """Return the example of the page: invented complaints, of which one in seven is about a subcontracted service.

    Args:
        lang: the language of the column names; in French the file is one of a spreadsheet, else one of codes.
    """
    written = Path(__file__).with_name(EXAMPLE_NAMES[lang])  # in the folder of the page
    return UploadedFile(_EXAMPLE.in_(lang), written.read_bytes() if written.exists() else _example(lang))


def _example(lang: Lang) -> bytes:
    is_french = lang == "fr"
    centres = centres_of(None)
    # The page reads local times without the sites, in the time of metropolitan France.
    sites = Sites(attrs.evolve(centres[code], time_zone=PARIS.key) for code in centres)
    delimiter, encoding = (";", SPREADSHEET_ENCODING) if is_french else (",", "utf-8")
    with TemporaryDirectory() as folder:
        path = Path(folder, "example.csv")
        write_complaints(path, generate_complaints(_EXAMPLE_ROWS, 7), in_french=is_french, sites=sites)
        with path.open(encoding=encoding, newline="") as file:
            header, *rows = csv.reader(file, delimiter=delimiter)
    truths = ("non", "oui") if is_french else ("false", "true")
    lines = [[*header, _EXAMPLE_FACT.in_(lang)]]
    lines += ([*row, truths[number % 7 == 0]] for number, row in enumerate(rows))
    text = csv_text((map(unescape_csv_formula, line) for line in lines), delimiter)
    return text.encode(encoding)
