"""From a file of complaints to a file of decisions: the whole of the command, without its screen."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake.mapping import DELIMITERS, Mapping
from reclamation_core.intake.reading import Reading, read
from reclamation_core.intake.records import Rejected
from reclamation_core.intake.summary import Summary
from reclamation_core.intake.triage import Triage
from reclamation_core.intake.writing import DecisionLines, DecisionsFile, RejectedFile, WrittenFormat, written_aside
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import Wording

_SUFFIXES: Final = {".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json"}
_STEP: Final = 1 << 12

_NOT_THE_INPUT: Final = Wording(
    "un autre fichier : celui-ci est le fichier à lire", "another file: this is the file to be read"
)
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
        encoding: the encoding found; None for a workbook, and where all was ASCII.
        blank: how many blank lines were passed over.
    """

    summary: Summary
    output: Path
    rejected: Path | None
    unread: tuple[str, ...]
    encoding: str | None
    blank: int


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
) -> Done:
    """Decide every row of a file and write the decisions and the rejected rows.

    Both files are written aside and put in place at the end: what is found under their names is whole. The rejected
    rows go to `rejected_path(output)`; where there is none, a file left there by a former run is removed.

    Args:
        path: the file to read, as `read` takes it.
        triage: the edition of the procedure and the usual calendar, which also gives the zone of local times.
        output: the file to write; its suffix gives the format unless `written` does.
        mapping: how to read foreign columns and values.
        sites: the sites that rows may name.
        delimiter: that of the written CSV.
        written: csv or jsonl.
        progress: called now and then with the number of bytes read so far.

    Raises:
        OSError: a file cannot be read or written.
        FaultsError: the input is refused as `read` says, the output is the input, the delimiter or format is not known.
        MissingExtraError: as `read` says.
    """
    path, output = Path(path), Path(output)
    aside = rejected_path(output)
    written = written or ("jsonl" if output.suffix.lower() in {".jsonl", ".ndjson"} else "csv")
    _check(path, (output, aside), delimiter, written)
    zone = triage.calendar.definition.time_zone
    with ExitStack() as stack:
        reading = stack.enter_context(read(path, mapping, sites=sites, time_zone=zone))
        # The rejected rows are put in place first: decisions never stand without them.
        decisions_file = stack.enter_context(written_aside(output))
        rejected_file = stack.enter_context(written_aside(aside))
        decisions = DecisionLines(decisions_file) if written == "jsonl" else DecisionsFile(decisions_file, delimiter)
        rejects = RejectedFile(rejected_file, reading.header, delimiter)
        summary = Summary()
        for number, result in enumerate(triage.remembering(reading)):
            summary.add(result)
            if isinstance(result, Rejected):
                rejects.write(result)
            else:
                decisions.write(result)
            if progress is not None and not number % _STEP:
                progress(reading.position)
        if progress is not None:
            progress(reading.position)
    if not summary.rejected:
        aside.unlink()
    return _done(summary, output, aside, reading)


def _done(summary: Summary, output: Path, aside: Path, reading: Reading) -> Done:
    rejected = aside if summary.rejected else None
    return Done(summary, output, rejected, reading.unread, reading.encoding, reading.blank)


def rejected_path(output: Path) -> Path:
    """Where the rejected rows go: `decisions.rejected.csv` beside `decisions.csv` or `decisions.jsonl`."""
    stem = output.stem if output.suffix.lower() in _SUFFIXES else output.name
    return output.with_name(f"{stem}.rejected.csv")


def _check(path: Path, outputs: tuple[Path, ...], delimiter: str, written: str) -> None:
    faults = [Fault("output", str(out), _NOT_THE_INPUT) for out in outputs if out.exists() and out.samefile(path)]
    if delimiter not in DELIMITERS:
        faults.append(Fault("delimiter", delimiter, _DELIMITER))
    if written not in {"csv", "jsonl"}:
        faults.append(Fault("format", written, _FORMAT))
    if faults:
        raise FaultsError(faults)
