"""Reading a table of weekly counts: stream, week, count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

import attrs

from reclamation_core.codes import fold_label
from reclamation_core.documents import parse_json
from reclamation_core.documents.atomic_files import open_to_read
from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.indicators.counts import MOST_COUNTED, MOST_WEEKS, WeeklyCounts
from reclamation_core.intake.file_reader import FileFormat, format_of, open_source
from reclamation_core.intake.mapping import ColumnMapping
from reclamation_core.intake.rows import RejectedRow, file_fault, is_one_line
from reclamation_core.intake.text_sources import BadLine, TextLines
from reclamation_core.intake.timestamps import parse_time
from reclamation_core.missing import ABSENT
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import LONGEST_NAME
from reclamation_core.wording import LANGUAGES, Wording, format_number

_Cells: TypeAlias = Mapping[str, object]
"""The cells of a row by column, `stream`, `year`, `week` and `count`, as far as it has them."""

MOST_CELLS: Final = 2_000_000
"""The most weeks of all streams together: those of 400 streams over a century."""
_NAMES: Final = {
    "stream": ("stream", "flux", "series", "série", "group", "groupe", "name", "nom"),
    "year": ("year", "année", "iso year", "année iso"),
    "week": ("week", "semaine", "iso week", "semaine iso", "date", "epoch"),
    "count": ("count", "nombre", "cases", "cas", "observed", "effectif", "n"),
}
_COLUMNS: Final = {fold_label(name): column for column, names in _NAMES.items() for name in names}
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
_STREAM: Final = Wording(
    f"un nom attendu, sur une ligne, de {LONGEST_NAME} caractères au plus",
    f"a name is expected, on one line, of {LONGEST_NAME} characters at most",
)
_OBJECT: Final = Wording("un objet JSON attendu sur chaque ligne", "one JSON object is expected on each line")
_PLAIN_VALUE: Final = Wording("un texte ou un nombre attendu", "a text or a number is expected")
_TWICE: Final = Wording("une seule colonne de ce nom attendue", "one column of this name is expected")


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
        names, rows = _json_rows(file, faults) if kind == "jsonl" else _table_rows(file, kind, faults)
        for line, cells in rows:
            found = _values(line, cells, names, faults)
            if found is None:
                continue
            stream, week, count = found
            first = lines.setdefault((stream, week), line)
            if first != line:
                again = Wording(
                    f"cette semaine du même flux est déjà à la ligne {first} ; une ligne par semaine et par flux",
                    f"this week of the same stream is on line {first} already; give one row for each week and stream",
                )
                faults.append(Fault(names["week"], str(cells["week"]).strip(), again, line=line))
                continue
            counts.setdefault(stream, {})[week] = count
            _check_size(path, len(lines))
    weeks = {week: line for (_, week), line in reversed(lines.items())}
    kinds = {type(week): (line, week) for week, line in weeks.items()}
    if len(kinds) > 1:
        (first, _), (line, week) = sorted(kinds.values())
        mixed = Wording(
            f"une date et un numéro ne se mêlent pas : la ligne {first} a l'autre forme",
            f"dates and numbers of weeks do not mix: line {first} has the other form",
        )
        faults.append(Fault(names["week"], str(week), mixed, line=line))
    if faults:
        raise FaultsError(tuple(faults))
    return _table(path, counts, weeks)


def _table(path: Path, counts: dict[str, dict[date | int, int]], weeks: Mapping[date | int, int]) -> CountTable:
    """Return the streams; `weeks` has a line of each week."""
    if not weeks:
        raise FaultsError((file_fault(str(path), Wording("au moins une ligne", "a row at least")),))
    first, last = min(weeks, key=_order), max(weeks, key=_order)
    length = _order(last) - _order(first) + 1
    if length > MOST_WEEKS:
        number, most = ([format_number(one, lang) for lang in LANGUAGES] for one in (length, MOST_WEEKS))
        too_long = Wording(
            f"{most[0]} semaines au plus ; il y en a {number[0]} de {first} (ligne {weeks[first]}) à {last} (ligne "
            f"{weeks[last]}) : vérifiez ces lignes",
            f"{most[1]} weeks at most; there are {number[1]} from {first} (line {weeks[first]}) to {last} (line "
            f"{weeks[last]}): check these lines",
        )
        raise FaultsError((file_fault(str(path), too_long),))
    _check_size(path, length * len(counts))
    each = [
        first + number * timedelta(weeks=1) if isinstance(first, date) else first + number for number in range(length)
    ]
    streams = tuple(
        WeeklyCounts(stream=name, first=first, counts=tuple(of_stream.get(week, 0) for week in each))
        for name, of_stream in sorted(counts.items())
    )
    return CountTable(streams=streams, filled=length * len(counts) - sum(map(len, counts.values())))


def _order(week: date | int) -> int:
    """Return the number of a week, by which weeks that follow each other differ by one."""
    return week if isinstance(week, int) else week.toordinal() // 7


def _table_rows(
    file: BinaryIO, kind: FileFormat, faults: FaultCollector
) -> tuple[dict[str, str], Iterator[tuple[int, _Cells]]]:
    """Return the name of each column, as the file has it, and the rows with their lines; of CSV or a workbook."""
    source = open_source(file, kind, ColumnMapping())
    places: dict[str, int] = {}
    refused = []
    for place, name in enumerate(source.header):
        if (column := _COLUMNS.get(fold_label(name))) in places:
            refused.append(Fault(f"columns.{column}", name, _TWICE))
        elif column is not None:
            places[column] = place
    for column in ("week", "count"):
        if column not in places:
            missing = Wording(
                f"colonne manquante : {_NAMES[column][1]} ({column})", f"missing column: {column} ({_NAMES[column][1]})"
            )
            refused.append(Fault(f"columns.{column}", ABSENT, missing))
    if refused:
        raise FaultsError(refused)

    def rows() -> Iterator[tuple[int, _Cells]]:
        for row in source.rows():
            if isinstance(row, RejectedRow):
                faults.extend(attrs.evolve(fault, line=row.line) for fault in row.faults)
            else:
                yield row.line, {column: row.cells[place] for column, place in places.items()}

    return {column: source.header[place] for column, place in places.items()}, rows()


def _json_rows(file: BinaryIO, faults: FaultCollector) -> tuple[dict[str, str], Iterator[tuple[int, _Cells]]]:
    """Return the same of JSON Lines, whose objects have the columns as keys."""

    def rows() -> Iterator[tuple[int, _Cells]]:
        for line, text in enumerate(TextLines(file, "utf-8"), 1):
            if isinstance(text, BadLine):
                faults.append(Fault("row", text.text[:80], text.expected, line=line))
            elif text.strip() and (cells := _object(line, text, faults)) is not None:
                yield line, cells

    return {column: column for column in _NAMES}, rows()


def _object(line: int, text: str, faults: FaultCollector) -> _Cells | None:
    before = len(faults)
    cells: dict[str, object] = {}
    try:
        document = parse_json(text)
    except FaultsError as error:
        faults.extend(attrs.evolve(fault, line=line) for fault in error.faults)
        return None
    if not isinstance(document, dict):
        faults.append(Fault("row", text.strip()[:80], _OBJECT, line=line))
        return None
    for key, value in document.items():
        if (column := _COLUMNS.get(fold_label(key))) in cells:
            faults.append(Fault(column, key, _TWICE, line=line))
        elif column is not None and isinstance(value, bool | list | dict):
            faults.append(Fault(column, value, _PLAIN_VALUE, line=line))
        elif column is not None:
            cells[column] = "" if value is None else value
    return cells if len(faults) == before else None


def _values(
    line: int, cells: _Cells, names: Mapping[str, str], faults: FaultCollector
) -> tuple[str, date | int, int] | None:
    before = len(faults)
    stream = str(cells.get("stream", _ONE_STREAM.fr)).strip()
    if not stream or not is_one_line(stream):
        faults.append(Fault(names["stream"], stream, _STREAM, line=line))
    week_cell, number = cells.get("week", ""), str(cells.get("count", "")).strip()
    if "year" in cells and _WEEK_OF_YEAR.fullmatch(text := str(week_cell).strip()):
        week_cell = f"{str(cells['year']).strip()}-W{text}"
    week: date | int = 0
    try:
        week = _week(week_cell)
    except (ValueError, OverflowError):
        text = str(week_cell).strip()
        faults.append(Fault(names["week"], text, _week_fault(text), line=line))
    whole = _WHOLE.fullmatch(number)
    count = -1 if whole is None else int(whole[1])
    if not 0 <= count <= MOST_COUNTED:
        faults.append(Fault(names["count"], number, _COUNT, line=line))
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


def _week_fault(text: str) -> Wording:
    """Return what is expected of a text that is no week: one of its year, if it has one."""
    named = _YEAR_AND_WEEK.fullmatch(text)
    if named is None:
        return _WEEK
    year = next(int(part) for part in named.groups() if part is not None and len(part) == len("2026"))
    weeks = date(max(year, 1), 12, 28).isocalendar().week  # of every year in its last ISO week
    return Wording(f"l'année {year} a {weeks} semaines", f"the year {year} has {weeks} weeks, 1 to {weeks}")


def _check_size(path: Path, cells: int) -> None:
    if cells > MOST_CELLS:
        most = (format_number(MOST_CELLS, lang) for lang in LANGUAGES)
        fr, en = "semaines au plus pour l'ensemble des flux", "weeks at most for all streams"
        raise FaultsError((file_fault(str(path), Wording(*map("{} {}".format, most, (fr, en)))),))
