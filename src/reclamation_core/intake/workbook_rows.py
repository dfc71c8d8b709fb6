"""The rows of an Excel workbook, read as a stream within the limits of `workbook`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any, BinaryIO, Final

import attrs

from reclamation_core.documents.csv_text import unescape_csv_formula
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake.layout import column_names, or_elsewhere
from reclamation_core.intake.mapping import ColumnMapping, fold
from reclamation_core.intake.rows import CellValue, FileRow, RejectedRow, file_fault
from reclamation_core.intake.workbook import (
    ROW_TEXT,
    SHEET_LIMIT,
    DamageError,
    SheetPart,
    TextItem,
    Workbook,
    local,
    unescaped,
)
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording

ROWS: Final = 1 << 20
COLUMNS: Final = 1 << 14
"""How many rows and columns a sheet may have: as many as Excel writes."""

_SHOWN: Final = 2000
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001  (the dates of a spreadsheet have no zone)
_EPOCH_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001  (as above)
_LEAP: Final = 60
"""The 29 February 1900 of Excel, which never was: the days before it have one number less."""
_MS_A_DAY: Final = 86_400_000

_KINDS: Final[Mapping[str, str]] = {
    f"{namespace}{name}": name
    for namespace in (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
        "http://purl.oclc.org/ooxml/spreadsheetml/main ",
        "",
    )
    for name in ("row", "c", "v", "f", "is")
}
_CACHED_INDICES: Final = 1 << 10
"""The number of shared texts whose index and size are cached: a few texts fill most cells."""
_INDEX: Final = re.compile("[0-9]{1,9}")
_ROW_NUMBER: Final = re.compile(r"([0-9]{1,7})(?:\.0+)?")
_LETTERS: Final = re.compile("[A-Za-z]{1,3}")
_WHOLE: Final = re.compile("[+-]?[0-9]{1,32}")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?")
_TRUTHS: Final[Mapping[str, str]] = {"1": "true", "true": "true", "0": "false", "false": "false"}

_NO_HEADER: Final = Wording(
    "une première ligne avec les noms des colonnes", "a first row with the names of the columns"
)
_TOO_WIDE: Final = Wording(
    "des cellules sous les colonnes de l'en-tête seulement", "cells under the header's columns only"
)
_TOO_MANY_ROWS: Final = Wording(f"{ROWS} lignes au plus", f"at most {ROWS} rows")
_BAD_ROW: Final = Wording(
    f"un numéro de ligne de 1 à {ROWS}, plus grand que le précédent ; ouvrez le classeur dans un tableur et "
    "enregistrez-le",
    f"a row number from 1 to {ROWS}, greater than the one before; open the workbook in a spreadsheet and save it",
)
_BAD_PLACE: Final = Wording(
    f"des cellules dans l'ordre de leurs colonnes, au plus {COLUMNS}, de A à XFD ; ouvrez le classeur dans un tableur "
    "et enregistrez-le",
    f"cells in the order of their columns, at most {COLUMNS}, from A to XFD; open the workbook in a spreadsheet and "
    "save it",
)
_TOO_LONG: Final = Wording(f"une ligne de {ROW_TEXT} octets au plus", f"a row of at most {ROW_TEXT} bytes")
_TOO_MUCH: Final = Wording(
    "moins de texte répété dans la feuille ; partagez-la ou enregistrez-la en CSV",
    "less repeated text in the sheet; split it or save it as CSV",
)


@attrs.frozen
class _Line(SharedRepr):
    """A row of a sheet.

    Args:
        number: its number in the sheet.
        cells: what its cells hold, by their place, those with nothing left out; an unreadable cell has its own text,
            and so has a formula without a stored value.
        wrong: of these two kinds, what was expected, by their place.
        fault: what is wrong with the row as a whole.
    """

    number: int
    cells: dict[int, Any]
    wrong: dict[int, Wording]
    fault: Fault | None

    def shown(self) -> str:
        """Its cells as one text, cut where it is long."""
        text = " | ".join(str(cell)[:_SHOWN] for cell in self.cells.values())
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} […]"

    def says_any(self) -> bool:
        """Whether there is something in it."""
        return self.fault is not None or any(str(cell).strip() for cell in self.cells.values())


class WorkbookSource:
    """One sheet of an .xlsx workbook, read as a stream; the values that formulas had when it was saved.

    The sheet is checked to its end before its first row is given: where it is damaged or beyond a limit, no row is
    read. A row that is wrong as a whole is rejected; a cell that cannot be read is a fault of the fields of its column.

    Programs that do not calculate write formulas without values. Such a cell is not empty, nor is its value known: a
    row where a field is read from one is at fault.

    Raises:
        FaultsError: the workbook is damaged or too large, has no such sheet, or the sheet has no header.
    """

    delimiter = None
    encoding = None
    unread = ()

    def __init__(self, file: BinaryIO, mapping: ColumnMapping) -> None:
        book = Workbook(file)
        sheet = _sheet(book, mapping.sheet)
        _check(book, sheet)
        self.unread_sheets = tuple(
            other.title for other in book.sheets if other is not sheet and _says_any(book, other)
        )
        self._lines = _lines(book, sheet, is_checked=True)
        self.blank = 0
        first = next((line for line in self._lines if line.says_any()), _Line(1, {}, {}, None))
        if first.fault is not None:
            raise FaultsError((file_fault(str(first.fault.value), first.fault.expected),))
        if first.wrong:
            raise FaultsError(file_fault(str(first.cells[place]), wanted) for place, wanted in first.wrong.items())
        if not first.cells:
            raise FaultsError((file_fault("", or_elsewhere(_NO_HEADER, self.unread_sheets)),))
        self._number = first.number
        self.header = column_names(first.cells.get(place, "") for place in range(max(first.cells) + 1))
        wanted = mapping.columns_in(self.header)
        self._fields = [
            [field for field, column in wanted.items() if column == fold(unescape_csv_formula(name))]
            for name in self.header
        ]

    def rows(self) -> Iterator[FileRow | RejectedRow]:
        width, places = len(self.header), range(len(self.header))
        for line in self._lines:
            cells, number = line.cells, line.number
            self.blank += max(0, number - self._number - 1)
            self._number = max(self._number, number)
            if line.fault is not None:
                yield RejectedRow(number, (line.fault,), (line.shown(),), is_cut=False)
            elif not cells:
                self.blank += 1
            elif max(cells) >= width:
                beyond = " | ".join(str(cells[place]) for place in cells if place >= width)
                yield RejectedRow(number, (Fault("row", beyond, _TOO_WIDE),), (line.shown(),), is_cut=False)
            else:
                # No need to look for NUL or half of a pair: XML has neither.
                row = FileRow(number, [cells.get(place, "") for place in places])
                if line.wrong:
                    row.faults = tuple(self._faults(line))
                yield row

    def _faults(self, line: _Line) -> Iterator[Fault]:
        for place, expected in line.wrong.items():
            for field in self._fields[place]:
                yield Fault(field, line.cells[place], expected)


def _sheet(book: Workbook, name: str | None) -> SheetPart:
    if name is None:
        return book.sheets[0]
    for sheet in book.sheets:
        if sheet.title == name:
            return sheet
    there = ", ".join(sheet.title for sheet in book.sheets)
    raise FaultsError((Fault("sheet", name, Wording(f"une feuille : {there}", f"a sheet: {there}")),))


def _check(book: Workbook, sheet: SheetPart) -> None:
    """Parse a sheet to its end: what is damaged is refused before any of its rows is decided."""
    rows = 0

    def third(name: str) -> None:
        nonlocal rows
        rows += local(name) == "row"
        if rows > ROWS:
            raise DamageError(_TOO_MANY_ROWS)

    for _ in book.package.parse(sheet.part, SHEET_LIMIT, third=third):
        pass


def _says_any(book: Workbook, sheet: SheetPart) -> bool:
    """Return True if a sheet has a cell that is not empty, or is damaged."""
    try:
        return any(line.says_any() for line in _lines(book, sheet))
    except FaultsError:
        return True


def _lines(book: Workbook, sheet: SheetPart, *, is_checked: bool = False) -> Iterator[_Line]:
    """The rows of a sheet, in order."""
    parser = _SheetParser(book)
    for _ in book.package.parse(sheet.part, SHEET_LIMIT, parser.start, parser.end, parser.text, is_checked=is_checked):
        for line in parser.lines:
            cells = line.cells
            for place, cell in cells.items():
                if type(cell) is int:
                    cells[place] = book.texts[cell]
            yield line
        parser.lines.clear()


class _SheetParser:
    """Handlers that make lines of the elements of a sheet.

    A line has the index of a shared string instead of its text: the text is fetched when the line is taken, so that a
    long string shared by many lines is in memory once.

    Attributes:
        lines: those that are whole, to be taken away.
    """

    def __init__(self, book: Workbook) -> None:
        self.lines: list[_Line] = []
        self._texts = book.texts
        self._formats = book.formats
        self._epoch = _EPOCH_1904 if book.is_1904 else _EPOCH
        self._left = book.package.expanded
        self._places: dict[str, int] = {}
        self._indices = lru_cache(maxsize=_CACHED_INDICES)(self._index)
        self._number = 0
        self._row = 0
        self._size = 0
        self._place = -1
        self._fault: Fault | None = None
        self._cells: dict[int, CellValue | int] = {}
        self._wrong: dict[int, Wording] = {}
        self._kind = self._style = ""
        self._value: str | None = None
        self._formula: str | None = None
        self._pieces: list[str] | None = None
        self._item: TextItem | None = None
        # What a cell holds, in the words of a file of text, by its type; a date stays one.
        self._readers: dict[str, Callable[[str], CellValue | int]] = {
            "n": self._number_or_date,
            "s": self._shared,
            "str": unescaped,
            "inlineStr": str,
            "b": lambda value: _TRUTHS[value.strip()],
            "d": _iso,
            "e": str,
        }

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        kind = _KINDS.get(name)
        if kind == "c":
            self._place = self._place_of(attributes.get("r"))
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "0")
            self._value = self._formula = None
        elif kind in {"v", "f"}:
            self._pieces = []
        elif self._item is not None:
            self._item.start(local(name))
        elif kind == "is":
            self._item = TextItem()
        elif kind == "row":
            self._begin(attributes.get("r"))

    def text(self, piece: str) -> None:
        """Take text."""
        if self._pieces is not None:
            self._pieces.append(piece)
        elif self._item is not None:
            self._item.text(piece)
        else:
            return
        self._grow(len(piece) if piece.isascii() else len(piece.encode()))

    def end(self, name: str) -> None:
        """Take the end of an element."""
        kind = _KINDS.get(name)
        if kind == "c":
            self._take()
        elif kind == "v":
            self._value, self._pieces = "".join(self._pieces or ()), None
        elif kind == "row":
            self.lines.append(_Line(self._row, self._cells, self._wrong, self._fault))
        elif kind == "f":
            self._formula, self._pieces = "".join(self._pieces or ()), None
        elif self._item is not None:
            if kind == "is":
                self._value, self._item = self._item.value, None
            else:
                self._item.end(local(name))

    def _begin(self, number: str | None) -> None:
        """Begin a row, in its place or, where it has none, after the one before."""
        self._fault, self._size, self._place = None, 0, -1
        self._cells, self._wrong = {}, {}
        self._row = self._number + 1
        if number is not None:
            found = _ROW_NUMBER.fullmatch(number)
            row = 0 if found is None else int(found[1])
            if not self._number < row <= ROWS:
                self._refuse(number, _BAD_ROW)
                return
            self._row = row
        self._number = self._row

    def _place_of(self, reference: str | None) -> int:
        """The place of a cell, after the one before where it has none."""
        if reference is None:
            place = self._place + 1
        else:
            letters = reference.rstrip("0123456789")
            place = self._places.get(letters, -1)
            if place < 0 and _LETTERS.fullmatch(letters):
                place = 0
                for letter in letters.upper():
                    place = place * 26 + ord(letter) - ord("A") + 1
                place -= 1
                if place < COLUMNS:
                    self._places[letters] = place
        if not self._place < place < COLUMNS:
            self._refuse(reference or "", _BAD_PLACE)
        return place

    def _grow(self, size: int) -> None:
        self._size += size
        self._left -= size
        if self._size > ROW_TEXT or self._left < 0:
            self._refuse("", _TOO_LONG if self._size > ROW_TEXT else _TOO_MUCH)
            self._pieces, self._item = (None if self._pieces is None else []), None

    def _refuse(self, value: str, expected: Wording) -> None:
        """Refuse the row as a whole; the first fault is the one that is reported."""
        if self._fault is None:
            self._fault = Fault("row", value[:_SHOWN], expected)

    def _take(self) -> None:
        """Take the cell that ends here."""
        if self._fault is not None:
            return
        kind, value, place = self._kind, self._value, self._place
        # The empty text is a value as well: IF(A2="";"";4) has it.
        if self._formula is not None and not value and (value is None or kind != "str"):
            self._cells[place] = f"={self._formula}"
            self._wrong[place] = _unsaved(_name(place, self._row))
        elif value:
            try:
                cell = self._readers[kind](value)
            except (ValueError, LookupError, OverflowError):
                self._cells[place] = value
                self._wrong[place] = _unreadable(_name(place, self._row))
                return
            if cell != "" and self._fault is None:
                self._cells[place] = cell

    def _shared(self, value: str) -> int | str:
        index, size = self._indices(value)
        self._grow(size)
        return index if size else ""

    def _index(self, value: str) -> tuple[int, int]:
        """Return the index of a shared text and its size in bytes."""
        if not _INDEX.fullmatch(value):
            raise ValueError(value)
        index = int(value)
        return index, self._texts.size(index)

    def _number_or_date(self, value: str) -> CellValue:
        style = self._style
        form = self._formats[int(style)] if _INDEX.fullmatch(style) else None
        value = value.strip()
        if form is None or _NUMBER.fullmatch(value) is None:
            raise ValueError(value)
        if form == "date":
            return _date(float(value), self._epoch)
        if form == "duration":
            return str(timedelta(milliseconds=round(float(value) * _MS_A_DAY)))
        return number_text(value)


def number_text(value: str) -> str:
    """A number as a cell shows it: a whole one has no decimals, for some programs write 3.0 where Excel writes 3.

    Raises:
        ValueError: it is too large.

    >>> number_text("3.0"), number_text("3.5"), number_text("007")
    ('3', '3.5', '7')
    """
    if _WHOLE.fullmatch(value):
        return str(int(value))
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return str(int(number)) if number == int(number) else str(number)


def _date(value: float, epoch: datetime) -> CellValue:
    """The date of a number of days, or the time of day of less than one."""
    days, fraction = divmod(value, 1)
    within = timedelta(milliseconds=round(fraction * _MS_A_DAY))
    if 0 <= value < 1 and not within.days:
        return (epoch + within).time().isoformat()
    if 0 < value < _LEAP and epoch is _EPOCH:
        days += 1
    return epoch + timedelta(days=days) + within


def _iso(value: str) -> CellValue:
    """The date or time of day of a text in ISO 8601; what a spreadsheet writes has no zone."""
    value = value.strip().removesuffix("Z")
    if value[:1].isdigit() and value[2:3] == ":":
        return time.fromisoformat(value).isoformat()
    read = datetime.fromisoformat(value)
    if read.tzinfo is not None:
        raise ValueError(value)
    return read if "T" in value else read.date().isoformat()


def _name(place: int, row: int) -> str:
    """The name of a cell, as `C2`."""
    letters, rest = "", place + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        letters = chr(ord("A") + last) + letters
    return f"{letters}{row}"


def _unsaved(cell: str) -> Wording:
    return Wording(
        f"une valeur ; il y a, en {cell}, une formule sans valeur enregistrée ; ouvrez le classeur dans un tableur et "
        "enregistrez-le",
        f"a value; there is, in {cell}, a formula without a stored value; open the workbook in a spreadsheet and save "
        "it",
    )


def _unreadable(cell: str) -> Wording:
    return Wording(
        f"une valeur lisible ; celle de {cell} ne va pas avec le type ou le style de la cellule ; ouvrez le classeur "
        "dans un tableur, corrigez-la et enregistrez-le",
        f"a readable value; that of {cell} does not go with the type or style of the cell; open the workbook in a "
        "spreadsheet, correct it and save it",
    )
