"""From a file of complaints to a file of decisions and one of rejected rows."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from itertools import islice
from pathlib import Path
from time import perf_counter
from types import MappingProxyType
from typing import IO, Any, Final, Literal, TypeAlias

import attrs

from reclamation_core.calendars import Territory
from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.atomic_files import atomic_writer, output_refusal
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING, csv_line, unescape_csv_formula
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake.file_reader import read
from reclamation_core.intake.mapping import DELIMITERS, ColumnMapping, fold
from reclamation_core.intake.registering import RegisteringTriage, RegistrationCounts, RegistrationTarget
from reclamation_core.intake.rows import BoundedCache, CellValue, RejectedRow
from reclamation_core.intake.triage import (
    FRENCH_COLUMNS,
    OUTCOME_COLUMNS,
    Receipt,
    Summary,
    Triage,
    TriageOutcome,
    TriageResult,
    decision_columns,
)
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import DecisionTable
from reclamation_core.vocabulary import Band, Complexity, Eligibility, Level, Sites
from reclamation_core.wording import Lang, Wording, capitalized, colon, typeset

_LOG: Final = logging.getLogger("reclamation_core.intake")

OutputFormat: TypeAlias = Literal["csv", "codes", "jsonl"]
"""The formats of a file of decisions: CSV in French for a spreadsheet; CSV in codes, or JSON Lines, for a program."""

REJECTED_COLUMNS: Final = (
    Wording("ligne", "line"),
    Wording("champ", "field"),
    Wording("valeur", "value"),
    Wording("attendu", "expected"),
    Wording("motif 2", "fault 2"),
    Wording("motif 3 et suivants", "fault 3 and more"),
    Wording("ligne entière", "whole row"),
)
"""The columns added to a file of rejected rows; the last one holds a row that could not be cut."""
_REJECTED: Final = Wording("rejet : ", "reject: ")

TO_BE_CLARIFIED: Final = "à clarifier"
"""The French of an eligibility that is undetermined."""

_SUFFIXES: Final = {".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json"}
_BATCH: Final = 1 << 9
CACHED_TEXTS: Final = 1 << 16
_PLAIN: Final = re.compile("[0-9A-Za-z][0-9A-Za-z ._/-]*+").fullmatch
"""Matches a reference that needs neither quotes nor an apostrophe; for others `csv_line` decides."""

_DELIMITER: Final = Wording(
    "l'un de ces séparateurs est attendu : , ; tabulation |", "one of these delimiters is expected: , ; tab |"
)
_FORMAT: Final = Wording("csv, codes ou jsonl", "csv, codes or jsonl")


@attrs.frozen
class TriageReport(SharedRepr):
    """The report of the triage of a file.

    Args:
        summary: the counts.
        output_path: the file of decisions.
        rejected_path: the file of rejected rows; None where there are none.
        unread_columns: the columns without a field.
        unread_sheets: the other sheets of a workbook that are not empty.
        missing_facts: the facts without a column; empty for JSON Lines, whose rows have columns of their own.
        survey_rows_without_note: the number of decided rows of the survey where no column has notes.
        encoding: the encoding detected; None for a workbook, and where all was ASCII.
        blank_lines: how many blank lines were skipped.
        has_unknown_sites: whether rows have sites that are not known, so that one calendar served for all.
        registration_counts: the counts of the rows registered, where they were registered.
    """

    summary: Summary
    output_path: Path
    rejected_path: Path | None
    unread_columns: tuple[str, ...]
    unread_sheets: tuple[str, ...]
    encoding: str | None
    blank_lines: int
    has_unknown_sites: bool
    registration_counts: RegistrationCounts | None = None
    missing_facts: tuple[str, ...] = ()
    survey_rows_without_note: int = 0


def triage_file(
    path: str | Path,
    triage: Triage,
    output: str | Path,
    *,
    mapping: ColumnMapping | None = None,
    sites: Sites | None = None,
    delimiter: str | None = None,
    output_format: OutputFormat | None = None,
    progress: Callable[[int], object] | None = None,
    default_site: str = "",
    target: RegistrationTarget | None = None,
) -> TriageReport:
    """Decide the rows of a file, write the decisions and the rejected rows, and register what is decided if asked to.

    Both files replace former ones at the end: a file found under their names is complete. The rejected rows go to
    `rejected_path(output)`; where there are none, a file left there by a former run is removed. Once corrected, it is
    read by the same mapping: it has the delimiter that the mapping forces. With decisions in French it is for a
    spreadsheet too; with `codes` or `jsonl` it is for a program: in English, with the names of facts, and commas.

    Args:
        path: the file to read, see `read`.
        triage: the policy and the default calendar, which also has the zone of local times.
        output: the file to write; its suffix determines the format unless `output_format` does: JSON Lines or CSV in
            French, which is for a spreadsheet and begins with the mark of UTF-8.
        mapping: how to read foreign columns and values.
        sites: the sites of rows.
        delimiter: that of the CSV written, and of the rejected rows where the mapping forces none; by default a
            semicolon, and a comma for `codes` and `jsonl`.
        output_format: `csv`, in French; `codes`, a CSV with the names of `COLUMNS` and codes, or `jsonl`. A table of
            the edition has a column too, `table_NAME`, or its title in French.
        progress: called from time to time with the number of bytes read so far.
        default_site: the site of the rows without one.
        target: where each decided row is registered; one that the desk refuses, or without a site, is rejected. What
            was registered stays registered if reading fails; a second run adds nothing to it.

    Raises:
        OSError: a file cannot be read or written.
        FaultsError: the input is refused by `read`, the output is the input or cannot be a file of text, the delimiter
            or the format is unknown.
        UnknownSiteError: see `read`.
        StoreError: the desk's store failed; the batches registered before stay registered, and no file is written.
    """
    path, output = Path(path), Path(output)
    rejects = rejected_path(output)
    check_arguments(path, output, delimiter, output_format)
    output_format = output_format or ("jsonl" if output.suffix.lower() in {".jsonl", ".ndjson"} else "csv")
    zone, start = triage.calendar.definition.time_zone, perf_counter()
    with ExitStack() as stack:
        own = triage.policy.facts
        reader = stack.enter_context(
            read(path, mapping, sites=sites, time_zone=zone, default_site=default_site, own=own)
        )
        # The rejected rows are put in place first: decisions are never there without them.
        encoding = SPREADSHEET_ENCODING if output_format == "csv" else "utf-8"
        decisions_file = stack.enter_context(atomic_writer(output, encoding))
        rejected_file = stack.enter_context(atomic_writer(rejects, encoding))
        decisions = _decisions(decisions_file, output_format, triage, sites, delimiter)
        forced = None if mapping is None else mapping.delimiter
        if output_format == "csv":
            rejections = CsvRejections(rejected_file, reader.header, forced or delimiter or ";", reader.layout.name_of)
        else:
            rejections = CsvRejections(rejected_file, reader.header, forced or delimiter or ",", lang="en")
        registering = None if target is None else RegisteringTriage(target, triage, reader)
        results = triage.run(reader) if registering is None else registering.results()
        surveys = Counter[bool]()
        if reader.layout.lacks_notes:
            results = _counting(results, reader.layout.is_survey, surveys)
        summary, has_sites = _write(results, decisions, rejections, lambda: progress and progress(reader.position))
        decisions_file.flush()  # a full disk refuses it before the rejected rows are in place
    if not summary.rejected:
        rejects.unlink()
    fields = {"decided": summary.decided, "rejected": summary.rejected, "duration": perf_counter() - start}
    _LOG.info("triage_file: finished", extra=fields)
    return TriageReport(
        summary=summary,
        output_path=output,
        rejected_path=rejects if summary.rejected else None,
        unread_columns=reader.unread_columns,
        unread_sheets=reader.unread_sheets,
        encoding=reader.encoding,
        blank_lines=reader.blank_lines,
        has_unknown_sites=has_sites and sites is None,
        registration_counts=None if registering is None else registering.counts,
        missing_facts=reader.missing_facts,
        survey_rows_without_note=surveys[True],
    )


def _counting(
    results: Iterable[TriageResult | RejectedRow], holds: Callable[[Sequence[CellValue]], bool], counts: Counter[bool]
) -> Iterator[TriageResult | RejectedRow]:
    """Yield the results, and count the decided rows by whether something holds of their cells."""
    for result in results:
        if isinstance(result, TriageResult):
            counts[holds(result.row.cells)] += 1
        yield result


def _decisions(
    file: IO[str], output_format: OutputFormat, triage: Triage, sites: Sites | None, delimiter: str | None
) -> JsonDecisions | CsvDecisions:
    """Return the writer of decisions in a format."""
    if output_format == "jsonl":
        return JsonDecisions(file)
    if output_format == "codes":
        return CsvDecisions(file, delimiter or ",", own=triage.own_tables)
    return FrenchDecisions(file, triage, sites, delimiter or ";")


def _write(
    results: Iterable[TriageResult | RejectedRow],
    decisions: JsonDecisions | CsvDecisions,
    rejections: CsvRejections,
    report: Callable[[], object],
) -> tuple[Summary, bool]:
    """Write the results; return their counts, and whether a decided row has a site."""
    summary, has_sites, results, is_complete = Summary(), False, iter(results), False
    while not is_complete:
        # A batch of lines, not of results: rows that are no longer needed leave the processor's cache.
        lines, read = [], summary.read
        for result in islice(results, _BATCH):
            summary.add(result)
            if isinstance(result, RejectedRow):
                rejections.write(result)
            else:
                lines.append(decisions.line(result))
                has_sites = has_sites or result.site != ""
        decisions.write("".join(lines))
        report()
        is_complete = summary.read == read
    return summary, has_sites


def rejected_path(output: Path) -> Path:
    """Return the file of rejected rows: `demandes.rejets.csv` for `demandes.decisions.csv` or `demandes.jsonl`."""
    stem = output.stem if output.suffix.lower() in _SUFFIXES else output.name
    return output.parent / f"{stem.removesuffix('.decisions')}.rejets.csv"


def check_arguments(path: Path, output: Path, delimiter: str | None, output_format: str | None) -> None:
    """Refuse the arguments of `triage_file` that no file depends on.

    Raises:
        FaultsError: a file cannot be written, or the delimiter or the format is unknown.
    """
    faults = list(output_faults(path, (output, rejected_path(output))))
    if delimiter is not None and delimiter not in DELIMITERS:
        faults.append(Fault("delimiter", delimiter, _DELIMITER))
    if output_format not in {None, "csv", "codes", "jsonl"}:
        faults.append(Fault("format", output_format, _FORMAT))
    if faults:
        raise FaultsError(faults)


class CsvDecisions:
    """Writes results as CSV in codes, one line each, formulas escaped.

    Args:
        file: the file; its header is written at once.
        delimiter: the separator of cells.
        own: the tables of the edition, by their columns.

    Attributes:
        write: writes lines.
    """

    def __init__(
        self, file: IO[str], delimiter: str = ",", *, own: Mapping[str, DecisionTable[Any]] = MappingProxyType({})
    ) -> None:
        self.write = file.write
        self._delimiter, self._own = delimiter, own
        # Equal parts of many lines are formatted once.
        self._sites: BoundedCache[str, str] = BoundedCache(CACHED_TEXTS, self._site_text)
        self._outcomes: BoundedCache[TriageOutcome, str] = BoundedCache(CACHED_TEXTS, self._outcome_text)
        self._receipts: BoundedCache[Receipt, tuple[str, str]] = BoundedCache(CACHED_TEXTS, self._receipt_text)
        self.write(csv_line(self._header(), delimiter))

    def line(self, result: TriageResult) -> str:
        """Return the line of a result."""
        outcome, site, delimiter = self._outcomes[result.outcome], self._sites[result.site], self._delimiter
        dates, calendar = self._receipts[result.receipt]
        reference = result.row.reference
        if not _PLAIN(reference):
            reference = self._text(reference)
        return f"{reference}{delimiter}{site}{delimiter}{dates}{delimiter}{outcome}{delimiter}{calendar}\n"

    def _header(self) -> Iterable[str]:
        return decision_columns(self._own)

    def _site(self, code: str) -> str:
        return code

    def _cells(self, columns: Mapping[str, str]) -> Iterator[str]:
        """Yield the cells that follow from the outcome."""
        return (columns[name] for name in (*OUTCOME_COLUMNS, *self._own))

    def _day(self, day: date) -> str:
        return day.isoformat()

    def _calendar(self, edition: str) -> str:
        return edition

    def _site_text(self, code: str) -> str:
        return self._text(self._site(code)) if code else ""

    def _outcome_text(self, outcome: TriageOutcome) -> str:
        return self._text(*self._cells(outcome.columns))

    def _receipt_text(self, receipt: Receipt) -> tuple[str, str]:
        due = "" if receipt.due_date is None else self._day(receipt.due_date)
        return self._text(self._day(receipt.received_on), due), self._text(self._calendar(receipt.calendar))

    def _text(self, *cells: str) -> str:
        return csv_line(cells, self._delimiter, "")


class FrenchDecisions(CsvDecisions):
    """Writes results as CSV in French: labels for codes, names for sites, numbers for rules, French dates.

    Args:
        file: the file; its header is written at once.
        triage: the triage, whose edition numbers the rules.
        sites: the sites; without them, their codes are written.
        delimiter: the separator of cells.
    """

    def __init__(self, file: IO[str], triage: Triage, sites: Sites | None, delimiter: str = ";") -> None:
        self._numbers, self._names = triage.policy.rule_numbers, sites
        self._texts: BoundedCache[str, str] = BoundedCache(CACHED_TEXTS, typeset)  # many outcomes, few texts
        super().__init__(file, delimiter, own=triage.own_tables)

    def _header(self) -> Iterable[str]:
        return (typeset(FRENCH_COLUMNS.get(name) or self._title(name)) for name in decision_columns(self._own))

    def _title(self, column: str) -> str:
        """Return the title of a table of the edition, with its column where another one has that title."""
        titles = [capitalized(table.title.fr) for table in self._own.values()]
        title = titles[list(self._own).index(column)]
        is_taken = titles.count(title) > 1 or title in FRENCH_COLUMNS.values()
        return f"{title} ({column})" if is_taken else title

    def _site(self, code: str) -> str:
        return code if self._names is None else self._names[code].name

    def _cells(self, columns: Mapping[str, str]) -> Iterator[str]:
        for name in OUTCOME_COLUMNS:
            if name in _RULED:
                yield ", ".join(self._numbers[_RULED[name], row] for row in columns[name].split())
            else:
                yield self._texts[_LABELS.get(name, {}).get(columns[name], columns[name])]
        for name, table in self._own.items():
            yield self._texts[table.outcome_label(columns[name]).fr] if columns[name] else ""

    def _day(self, day: date) -> str:
        return f"{day.day:02}/{day.month:02}/{day.year:04}"

    def _calendar(self, edition: str) -> str:
        return next((one.label("fr") for one in Territory if edition.startswith(f"{one.value}-")), edition)


_RULED: Final = {"eligibility_rows": "eligibility", "level_rows": "level"}
"""The table whose rules a column lists."""
_VOCABULARIES: Final[Mapping[str, type[LabelledEnum]]] = {
    "eligibility": Eligibility,
    "level": Level,
    "handling_level": Level,
    "band": Band,
    "complexity": Complexity,
}
_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    name: {
        **({"": TO_BE_CLARIFIED} if vocabulary is Eligibility else {}),
        **{member.value: member.label("fr") for member in vocabulary},
    }
    for name, vocabulary in _VOCABULARIES.items()
}


class JsonDecisions:
    """Writes results as JSON Lines: the columns of the CSV file, null where a cell would be empty.

    Args:
        file: the file.

    Attributes:
        write: writes lines.
    """

    def __init__(self, file: IO[str]) -> None:
        self.write = file.write

    def line(self, result: TriageResult) -> str:
        """Return the line of a result."""
        document = {column: value or None for column, value in result.columns.items()}
        return json.dumps(document, ensure_ascii=False) + "\n"


class CsvRejections:
    """Writes rejected rows as CSV: line, field, value, expectation, other faults, then the original cells.

    The original cells are under the names of their own columns, so that the row can be corrected and read again. A row
    that could not be cut is in the last column, `ligne entière`, unchanged. Where the file has a column of one of these
    names, the one that is added is `rejet : ligne` and so on.

    Args:
        file: the file.
        header: the names of the original columns.
        delimiter: the separator of cells.
        name_of: returns the name of a field in the file.
        lang: the language of the names of columns and of the expectations.
    """

    def __init__(
        self,
        file: IO[str],
        header: tuple[str, ...],
        delimiter: str = ";",
        name_of: Callable[[str], str] = str,
        lang: Lang = "fr",
    ) -> None:
        self._write, self._name_of, self._lang = file.write, name_of, lang
        self._delimiter = delimiter
        self._width = len(header)
        # Cells that the file escaped are not escaped twice: they would be read back as another text.
        original = tuple(map(unescape_csv_formula, header))
        names = [column.in_(lang) for column in REJECTED_COLUMNS]
        *added, row = _free_names(original, names, _REJECTED.in_(lang))
        self._write(csv_line((*added, *original, row), delimiter))

    def write(self, rejected: RejectedRow) -> None:
        """Write a row: its first fault in three cells, the second in one, the others in the next."""
        first, *others = rejected.faults
        second, rest = (others[:1], others[1:])
        reasons = (" | ".join(map(self._reason, faults)) for faults in (second, rest))
        added = (str(rejected.line), self._name_of(first.path), _shown(first), first.expected.in_(self._lang), *reasons)
        if rejected.is_cut:
            original = (*map(unescape_csv_formula, rejected.cells), "")
        else:
            original = (*[""] * self._width, *rejected.cells)
        self._write(csv_line((*added, *original), self._delimiter))

    def _reason(self, fault: Fault) -> str:
        value = _shown(fault)
        expected, colon_ = fault.expected.in_(self._lang), colon(self._lang)
        quoted = f"« {value} » ; " if self._lang == "fr" else f"{value!r}; "
        return f"{self._name_of(fault.path)}{colon_}{quoted if value else ''}{expected}"


def _shown(fault: Fault) -> str:
    return "" if fault.value is None else " ".join(str(fault.value).split())


def _free_names(original: Iterable[str], added: Iterable[str], prefix: str) -> Iterator[str]:
    """Yield names for the columns that are added, different from the original ones."""
    taken = set(map(fold, original))
    for name in added:
        free = name
        while fold(free) in taken:
            free = f"{prefix}{free}"
        yield free


# The names of the files that a triage may write

_WORKBOOKS: Final = {".xlsx", ".xlsm", ".xls", ".ods"}

_NOT_THE_INPUT: Final = Wording(
    "un autre fichier : celui-ci est le fichier à lire", "another file: this is the file to be read"
)
_NOT_A_STREAM: Final = Wording(
    "le nom d'un fichier : décisions et lignes rejetées vont dans deux fichiers, non sur la sortie standard",
    "the name of a file: decisions and rejected rows go to two files, not to the standard output",
)
_NOT_A_WORKBOOK: Final = Wording(
    "un nom en .csv ou en .jsonl : les classeurs sont lus, ils ne sont pas écrits",
    "a name in .csv or .jsonl: workbooks are read, they are not written",
)


def output_faults(source: Path, outputs: tuple[Path, ...]) -> Iterator[Fault]:
    """Yield the faults of the names of the files to write, each once; `source` is the file to read."""
    refused: dict[Wording | None, Path] = {}
    for output in outputs:
        refused.setdefault(_refusal(source, output), output)
    yield from (Fault("output", str(output), expected) for expected, output in refused.items() if expected)


def _refusal(source: Path, output: Path) -> Wording | None:
    if str(output) == "-":
        return _NOT_A_STREAM
    if output.suffix.lower() in _WORKBOOKS:
        return _NOT_A_WORKBOOK
    if output.exists() and source.exists() and output.samefile(source):
        return _NOT_THE_INPUT
    return output_refusal(output)
