"""The rows of an Excel workbook."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import dropwhile
from typing import Any, BinaryIO, Final
from zipfile import BadZipFile

import attrs

from reclamation_core.documents.apostrophes import unprotect
from reclamation_core.errors import Fault, FaultsError, MissingExtraError
from reclamation_core.intake.fields import FIELDS
from reclamation_core.intake.layout import names, or_elsewhere
from reclamation_core.intake.mapping import Mapping, fold
from reclamation_core.intake.records import Cell, Rejected, Row, file_fault
from reclamation_core.wording import Wording

_WORKBOOK: Final = Wording("un classeur .xlsx lisible", "a readable .xlsx workbook")
_NO_HEADER: Final = Wording(
    "une première ligne qui donne les noms des colonnes", "a first row that gives the names of the columns"
)
_TOO_WIDE: Final = Wording(
    "des cellules sous les colonnes de l'en-tête seulement", "cells under the header's columns only"
)


_PART: Final = 1 << 16
"""How many bytes of a sheet are looked at together for formulas."""

_FORMULA: Final = re.compile(rb"[<:]f[\s/>]")
_FORMULA_BUT_ONE: Final = 2

_NO_MORE: Final[tuple[int, dict[int, str]]] = (0, {})
"""No row has this number."""


@attrs.frozen
class _Line:
    """A row of a sheet.

    Args:
        number: its number in the sheet.
        cells: its cells, a formula without a stored value being its own text.
        formulas: of these, the places.
    """

    number: int
    cells: list[Cell]
    formulas: tuple[int, ...]


class WorkbookSource:
    """One sheet of an .xlsx workbook, read as a stream; the values that formulas had when it was saved.

    Programs that do not calculate write formulas without values. Such a cell is not empty, nor is its value known: a
    row where a field is read from one is at fault.

    Raises:
        MissingExtraError: openpyxl is not installed.
        FaultsError: the workbook cannot be read, has no such sheet, or the sheet has no header.
    """

    delimiter = None
    encoding = None
    unread = ()

    def __init__(self, file: BinaryIO, mapping: Mapping) -> None:
        book = _book(file)
        sheet = _sheet(book, mapping.sheet)
        self.unread_sheets = tuple(other.title for other in book.worksheets if other is not sheet and _says_any(other))
        self._lines = dropwhile(lambda line: not _is_filled(line), _lines(sheet))
        self.blank = 0
        first = next(self._lines, _Line(0, [], ()))
        if first.formulas:
            raise FaultsError(
                file_fault(str(first.cells[place]), _unsaved(first.number, place)) for place in first.formulas
            )
        cells = first.cells
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            raise FaultsError((file_fault("", or_elsewhere(_NO_HEADER, self.unread_sheets)),))
        self.header = names(cells)
        wanted = {field: mapping.column(field) for field in FIELDS if field not in mapping.constants}
        self._fields = [
            [field for field, column in wanted.items() if column == fold(unprotect(name))] for name in self.header
        ]

    def rows(self) -> Iterator[Row | Rejected]:
        width = len(self.header)
        for line in self._lines:
            cells, number = line.cells, line.number
            if not any(cells):
                self.blank += 1
            elif any(cells[width:]):
                shown = tuple(str(cell) for cell in cells)
                yield Rejected(
                    number, (Fault("row", " | ".join(shown[width:]), _TOO_WIDE),), (" | ".join(shown),), is_cut=False
                )
            else:
                # No need to look for NUL or half of a pair: XML has neither.
                row = Row(number, [*cells[:width], *[""] * (width - len(cells))])
                if line.formulas:
                    row.faults = tuple(self._faults(line))
                yield row

    def _faults(self, line: _Line) -> Iterator[Fault]:
        for place in line.formulas:
            for field in self._fields[place]:
                yield Fault(field, line.cells[place], _unsaved(line.number, place))


def _book(file: BinaryIO) -> Any:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise MissingExtraError("openpyxl", "excel") from None
    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise FaultsError((file_fault(str(error), _WORKBOOK),)) from error
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some programs state a size that is wrong, and what is beyond it would be passed over
    return book


def _sheet(book: Any, name: str | None) -> Any:
    if name is None:
        return book.worksheets[0]
    if name not in book.sheetnames:
        there = ", ".join(book.sheetnames)
        raise FaultsError((Fault("sheet", name, Wording(f"une feuille : {there}", f"a sheet: {there}")),))
    return book[name]


def _lines(sheet: Any) -> Iterator[_Line]:
    """The rows of a sheet, in order, from its first."""
    unsaved = _formulas(sheet) if _has_formulas(sheet) else iter(())
    number_of_next, formulas = next(unsaved, _NO_MORE)
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [_cell(value) for value in values]
        if number != number_of_next:
            yield _Line(number, cells, ())
            continue
        cells.extend([""] * (max(formulas) + 1 - len(cells)))
        for place, formula in formulas.items():
            cells[place] = formula
        yield _Line(number, cells, tuple(formulas))
        number_of_next, formulas = next(unsaved, _NO_MORE)


def _has_formulas(sheet: Any) -> bool:
    """Whether a sheet has formulas at all: most have none, and are spared a second reading."""
    tail = b""
    with sheet._get_source() as source:  # noqa: SLF001  openpyxl tells the value of a cell, or its formula, never both
        while part := source.read(_PART):
            part = tail + part
            if _FORMULA.search(part):
                return True
            tail = part[-_FORMULA_BUT_ONE:]
    return False


def _formulas(sheet: Any) -> Iterator[tuple[int, dict[int, str]]]:
    """The formulas without a stored value: for each row that has some, its number and their texts by their place."""
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    number = 0
    with sheet._get_source() as source:  # noqa: SLF001  as above
        for _, element in iterparse(source):
            if element.tag == f"{{{SHEET_MAIN_NS}}}row":
                number = int(float(element.get("r", number + 1)))
                formulas = dict(_unsaved_in(element, f"{{{SHEET_MAIN_NS}}}"))
                element.clear()
                if formulas:
                    yield number, formulas


def _unsaved_in(row: Any, namespace: str) -> Iterator[tuple[int, str]]:
    from openpyxl.utils.cell import coordinate_to_tuple

    column = 0
    for cell in row:
        coordinate = cell.get("r")
        column = column + 1 if coordinate is None else coordinate_to_tuple(coordinate)[1]
        formula, value = cell.find(f"{namespace}f"), cell.find(f"{namespace}v")
        # The empty text is a value as well: IF(A2="";"";4) has it.
        if formula is not None and (value is None or not (value.text or cell.get("t") == "str")):
            yield column - 1, f"={formula.text or ''}"


def _unsaved(number: int, place: int) -> Wording:
    from openpyxl.utils.cell import get_column_letter

    cell = f"{get_column_letter(place + 1)}{number}"
    return Wording(
        f"une valeur ; il y a, en {cell}, une formule sans valeur enregistrée ; ouvrez le classeur dans un tableur et "
        "enregistrez-le",
        f"a value; there is, in {cell}, a formula without a stored value; open the workbook in a spreadsheet and save "
        "it",
    )


def _is_filled(line: _Line) -> bool:
    return any(_says(cell) for cell in line.cells)


def _says_any(sheet: Any) -> bool:
    """Whether a sheet has a cell with something in it."""
    return any(_says(value) for row in sheet.iter_rows(values_only=True) for value in row) or _has_formulas(sheet)


def _says(value: Any) -> bool:
    return value is not None and str(value).strip() != ""


def _cell(value: Any) -> Cell:
    """A value of a spreadsheet in the words of a file of text; a date stays one."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)
