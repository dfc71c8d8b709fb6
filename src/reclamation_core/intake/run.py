"""From a file of complaints to a file of decisions: the whole of the command, without its screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Final

import attrs

from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake.decided import Decided
from reclamation_core.intake.entering import Entering, Register, RegisteredCounts
from reclamation_core.intake.mapping import DELIMITERS, Mapping
from reclamation_core.intake.outputs import output_faults
from reclamation_core.intake.reading import read
from reclamation_core.intake.records import Rejected
from reclamation_core.intake.summary import Summary
from reclamation_core.intake.triage import Triage
from reclamation_core.intake.writing import (
    DecisionLines,
    DecisionsFile,
    RejectedFile,
    WrittenFormat,
    written_aside,
)
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import Wording

_SUFFIXES: Final = {".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json"}
_STEP: Final = 1 << 12

_DELIMITER: Final = Wording("l'un de ces séparateurs : , ; tabulation |", "one of these delimiters: , ; tab |")
_FORMAT: Final = Wording("csv ou jsonl", "csv or jsonl")


@attrs.frozen
class Done:
    """What came of a file.

    Args:
        summary: the counts.
        output: the file of decisions.
        rejected: the file of rejected rows; None when there was none.
        unread: the columns that no field was read from.
        unread_sheets: the other sheets of a workbook that have something in them.
        encoding: the encoding found; None for a workbook, and where all was ASCII.
        blank: how many blank lines were passed over.
        are_sites_unknown: whether rows name sites and none was given, so that the usual calendar served for all.
        registered: what came of those decided, where they were registered.
    """

    summary: Summary
    output: Path
    rejected: Path | None
    unread: tuple[str, ...]
    unread_sheets: tuple[str, ...]
    encoding: str | None
    blank: int
    are_sites_unknown: bool
    registered: RegisteredCounts | None = None


def triage_file(
    path: str | Path,
    triage: Triage,
    output: str | Path,
    *,
    mapping: Mapping | None = None,
    sites: Sites | None = None,
    delimiter: str = ",",
    written: WrittenFormat | None = None,
    progress: Callable[[int], object] | None = None,
    usual_site: str = "",
    register: Register | None = None,
) -> Done:
    """Decide every row of a file and write the decisions and the rejected rows; register what is decided, if asked to.

    Both files are written aside and put in place at the end: what is found under their names is whole. The rejected
    rows go to `rejected_path(output)`; where there is none, a file left there by a former run is removed. Mended, it is
    read by the same mapping: it has the delimiter that the mapping forces, and begins with the mark of UTF-8.

    Args:
        path: the file to read, as `read` takes it.
        triage: the edition of the procedure and the usual calendar, which also gives the zone of local times.
        output: the file to write; its suffix gives the format unless `written` does.
        mapping: how to read foreign columns and values.
        sites: the sites that rows may name.
        delimiter: that of the CSV written, of the rejected rows where the mapping forces none.
        written: csv or jsonl.
        progress: called now and then with the number of bytes read so far.
        usual_site: the site of the rows that name none.
        register: where each row that is decided is registered; one that the desk refuses, or that has no site, is
            rejected. What was registered stays so if reading fails; doing it all again doubles nothing.

    Raises:
        OSError: a file cannot be read or written.
        FaultsError: the input is refused as `read` says, the output is the input or no place for a file of text, the
            delimiter or format is not known.
        UnknownSiteError: as `read` says.
        StoreError: the desk's store refused; the batches registered before are kept, and no file is written.
    """
    path, output = Path(path), Path(output)
    aside = rejected_path(output)
    written = written or ("jsonl" if output.suffix.lower() in {".jsonl", ".ndjson"} else "csv")
    _check(path, (output, aside), delimiter, written)
    zone = triage.calendar.definition.time_zone
    with ExitStack() as stack:
        reading = stack.enter_context(read(path, mapping, sites=sites, time_zone=zone, usual_site=usual_site))
        # The rejected rows are put in place first: decisions never stand without them.
        decisions_file = stack.enter_context(written_aside(output))
        rejected_file = stack.enter_context(written_aside(aside, SPREADSHEET_ENCODING))
        decisions = DecisionLines(decisions_file) if written == "jsonl" else DecisionsFile(decisions_file, delimiter)
        forced = None if mapping is None else mapping.delimiter
        rejects = RejectedFile(rejected_file, reading.header, forced or delimiter)
        entering = None if register is None else Entering(register, triage, reading)
        results = triage.remembering(reading) if entering is None else entering.results()
        summary, names_sites = _write(results, decisions, rejects, lambda: progress and progress(reading.position))
    if not summary.rejected:
        aside.unlink()
    return Done(
        summary=summary,
        output=output,
        rejected=aside if summary.rejected else None,
        unread=reading.unread,
        unread_sheets=reading.unread_sheets,
        encoding=reading.encoding,
        blank=reading.blank,
        are_sites_unknown=names_sites and sites is None,
        registered=None if entering is None else entering.counts,
    )


def _write(
    results: Iterable[Decided | Rejected],
    decisions: DecisionLines | DecisionsFile,
    rejects: RejectedFile,
    report: Callable[[], object],
) -> tuple[Summary, bool]:
    """Write each result where it belongs: the counts, and whether a row that was decided names a site."""
    summary, names_sites, results = Summary(), False, iter(results)
    while batch := list(islice(results, _STEP)):
        decided: list[Decided] = []
        for result in batch:
            summary.add(result)
            if isinstance(result, Rejected):
                rejects.write(result)
            else:
                decided.append(result)
        decisions.write(decided)
        names_sites = names_sites or any(result.site for result in decided)
        report()
    report()
    return summary, names_sites


def rejected_path(output: Path) -> Path:
    """Where the rejected rows go: `decisions.rejected.csv` beside `decisions.csv` or `decisions.jsonl`."""
    stem = output.stem if output.suffix.lower() in _SUFFIXES else output.name
    return output.parent / f"{stem}.rejected.csv"


def _check(path: Path, outputs: tuple[Path, ...], delimiter: str, written: str) -> None:
    faults = list(output_faults(path, outputs))
    if delimiter not in DELIMITERS:
        faults.append(Fault("delimiter", delimiter, _DELIMITER))
    if written not in {"csv", "jsonl"}:
        faults.append(Fault("format", written, _FORMAT))
    if faults:
        raise FaultsError(faults)
