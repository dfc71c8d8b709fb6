"""Reading a table of weekly counts: stream, week, count."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import attrs

from reclamation_core.codes import fold_label
from reclamation_core.documents.atomic_files import open_to_read
from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.indicators.counts import MOST_COUNTED, MOST_WEEKS, WeeklyCounts
from reclamation_core.intake.file_reader import format_of, open_source
from reclamation_core.intake.mapping import ColumnMapping
from reclamation_core.intake.rows import FileRow, RejectedRow, file_fault, is_one_line
from reclamation_core.intake.timestamps import parse_time
from reclamation_core.missing import ABSENT
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording

MOST_CELLS: Final = 2_000_000
"""The most weeks of all streams together: those of 400 streams over a century."""
_NAMES: Final = {
    "stream": ("stream", "flux", "series", "série", "group", "groupe", "name", "nom"),
    "year": ("year", "année", "iso year", "année iso"),
    "week": ("week", "semaine", "iso week", "semaine iso", "date"),
    "count": ("count", "nombre", "cases", "cas", "observed", "effectif", "n"),
}
_YEAR_AND_WEEK: Final = re.compile(
    r"(?P<year>\d{4})[-/ ]?[ws] ?(?P<week>\d{1,2})"
    r"|[ws] ?(?P<week_first>\d{1,2})[-/ ](?P<year_last>\d{4})"
    r"|(?P<year_digits>(?:19|20)\d\d)(?P<week_digits>0[1-9]|[1-4]\d|5[0-3])",
    re.ASCII | re.IGNORECASE,
)
"""2026-W05, 2026w5, 2026-S05 (semaine), S05/2026, 202605."""
_WEEK_OF_YEAR: Final = re.compile(r"\d{1,2}", re.ASCII)
_WHOLE: Final = re.compile(r"(\d{1,7})(?:[.,]0+)?", re.ASCII)
"""A whole number, also as tools write it that have decimals only: 3.0."""
_ONE_STREAM: Final = Wording("ensemble", "all")
_WEEK: Final = Wording(
    "une semaine attendue : une date, 2026-W05, ou un numéro dans tout le fichier",
    "a week is expected: a date, 2026-W05, or a number in the whole file",
)
_COUNT: Final = Wording(
    f"un nombre entier attendu, de 0 à {MOST_COUNTED}", f"a whole number is expected, 0 to {MOST_COUNTED}"
)
_STREAM: Final = Wording("un nom attendu, sur une ligne", "a name is expected, on one line")


@attrs.frozen(kw_only=True)
class CountTable(SharedRepr):
    """The streams of a table of weekly counts.

    Attributes:
        streams: in the order of their names; each from the first week of the table to the last.
        filled: how many weeks of a stream had no row: they count as 0.
    """

    streams: tuple[WeeklyCounts, ...]
    filled: int


def read_counts(path: str | Path) -> CountTable:
    r"""Read a table of weekly counts: CSV, JSON Lines or .xlsx, with the columns `stream`, `week` and `count`.

    The names may be French: flux, semaine, nombre; other columns are ignored. Without a stream there is one. A week is
    any date in it (2026-01-26, 26/01/2026), 2026-W05 (2026w5, 2026-S05, 202605), an ISO week (5) with its year in a
    column `year`, or a number, which in every row then is one. Rows have any order. A week without a row is 0.

    Raises:
        OSError: the file cannot be read.
        FaultsError: a column is missing, a cell is wrong, a week of a stream has two rows, or the table is too large
            (`MOST_CELLS`); each fault has the number of its line.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "invented.csv")
    ...     _ = path.write_text("flux;semaine;nombre\nCRE;2026-W05;2\nCRE;2026-W07;1\n")
    ...     table = read_counts(path)
    >>> table.streams[0].counts, table.streams[0].week(0), table.filled
    ((2, 0, 1), '2026-W05', 1)
    """
    path = Path(path)
    kind = format_of(path)
    faults = FaultCollector()
    counts: dict[str, dict[date | int, int]] = {}
    lines: dict[tuple[str, date | int], int] = {}
    with open_to_read(path) as file:
        source = open_source(file, kind, ColumnMapping())
        places = _places(source.header)
        for row in source.rows():
            if isinstance(row, RejectedRow):
                faults.extend(_at(row.line, fault) for fault in row.faults)
                continue
            found = _cells(row, places, faults)
            if found is None:
                continue
            stream, week, count = found
            first = lines.setdefault((stream, week), row.line)
            if first != row.line:
                again = Wording(
                    f"cette semaine est déjà à la ligne {first} ; une ligne par semaine et par flux",
                    f"this week is on line {first} already; give one row for each week and stream",
                )
                faults.append(Fault(f"line {row.line}", stream, again))
                continue
            counts.setdefault(stream, {})[week] = count
            if len(lines) > MOST_CELLS:
                raise FaultsError((_too_large(path),))
    weeks = {week for of_stream in counts.values() for week in of_stream}
    if len({type(week) for week in weeks}) > 1:
        faults.append(Fault("week", ABSENT, _WEEK))
    if faults:
        raise FaultsError(tuple(faults))
    return _table(path, counts, weeks)


def _table(path: Path, counts: dict[str, dict[date | int, int]], weeks: set[date | int]) -> CountTable:
    if not weeks:
        raise FaultsError((file_fault(str(path), Wording("au moins une ligne", "a row at least")),))
    first, length = _span(weeks)
    if length > MOST_WEEKS or length * len(counts) > MOST_CELLS:
        raise FaultsError((_too_large(path),))
    each = [
        first + number * timedelta(weeks=1) if isinstance(first, date) else first + number for number in range(length)
    ]
    streams = tuple(
        WeeklyCounts(stream=name, first=first, counts=tuple(of_stream.get(week, 0) for week in each))
        for name, of_stream in sorted(counts.items())
    )
    return CountTable(streams=streams, filled=length * len(counts) - sum(map(len, counts.values())))


def _span(weeks: Iterable[date | int]) -> tuple[date | int, int]:
    """Return the first week and how many there are; all are dates, or all are numbers."""
    days = [week for week in weeks if isinstance(week, date)]
    if days:
        return min(days), (max(days) - min(days)).days // 7 + 1
    numbers = [week for week in weeks if isinstance(week, int)]
    return min(numbers), max(numbers) - min(numbers) + 1


def _places(header: tuple[str, ...]) -> dict[str, int]:
    """Return the place of each column, by its name in English; a table of one stream needs no `stream`."""
    known = {fold_label(name): column for column, names in _NAMES.items() for name in names}
    places: dict[str, int] = {}
    faults = []
    for place, name in enumerate(header):
        column = known.get(fold_label(name))
        if column in places:
            twice = Wording("une seule colonne de ce nom attendue", "one column of this name is expected")
            faults.append(Fault(f"columns.{column}", name, twice))
        elif column is not None:
            places[column] = place
    for column in ("week", "count"):
        if column not in places:
            missing = Wording(
                f"colonne manquante : {_NAMES[column][1]} ({column})", f"missing column: {column} ({_NAMES[column][1]})"
            )
            faults.append(Fault(f"columns.{column}", ABSENT, missing))
    if faults:
        raise FaultsError(tuple(faults))
    return places


def _cells(row: FileRow, places: dict[str, int], faults: FaultCollector) -> tuple[str, date | int, int] | None:
    before = len(faults)
    stream = str(row.cells[places["stream"]]).strip() if "stream" in places else _ONE_STREAM.fr
    if not stream or not is_one_line(stream):
        faults.append(Fault(f"line {row.line}.stream", stream, _STREAM))
    week_cell, count_cell = row.cells[places["week"]], row.cells[places["count"]]
    if "year" in places and _WEEK_OF_YEAR.fullmatch(str(week_cell).strip()):
        week_cell = f"{str(row.cells[places['year']]).strip()}-W{str(week_cell).strip()}"
    week: date | int = 0
    try:
        week = _week(week_cell)
    except (ValueError, OverflowError):
        faults.append(Fault(f"line {row.line}.week", str(week_cell).strip(), _WEEK))
    number = str(count_cell).strip()
    whole = _WHOLE.fullmatch(number)
    count = -1 if whole is None else int(whole[1])
    if not 0 <= count <= MOST_COUNTED:
        faults.append(Fault(f"line {row.line}.count", number, _COUNT))
    return (stream, week, count) if len(faults) == before else None


def _week(cell: object) -> date | int:
    """Return the Monday of the week in a cell, or its number.

    Raises:
        ValueError, OverflowError: it is no week.
    """
    text = str(cell).strip()
    named = _YEAR_AND_WEEK.fullmatch(text)
    if named is not None:
        year, week = (int(part) for part in named.groups() if part is not None)
        return date.fromisocalendar(*((week, year) if named["week_first"] else (year, week)), 1)
    if text.isdecimal() and len(text) <= len(str(MOST_COUNTED)):
        return int(text)
    day = parse_time(cell if isinstance(cell, datetime) else text, ()).date()
    return day - timedelta(days=day.weekday())


def _at(line: int, fault: Fault) -> Fault:
    return attrs.evolve(fault, path=f"line {line}.{fault.path}")


def _too_large(path: Path) -> Fault:
    return file_fault(
        str(path),
        Wording(
            f"{MOST_CELLS} semaines au plus pour l'ensemble des flux, {MOST_WEEKS} pour chacun",
            f"{MOST_CELLS} weeks at most for all streams, {MOST_WEEKS} for each",
        ),
    )
