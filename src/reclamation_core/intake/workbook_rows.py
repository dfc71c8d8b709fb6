"""The rows of an Excel workbook."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import dropwhile
from typing import Any, BinaryIO, Final
from zipfile import BadZipFile

from reclamation_core.errors import Fault, FaultsError, MissingExtraError
from reclamation_core.intake.layout import names
from reclamation_core.intake.mapping import Mapping
from reclamation_core.intake.records import Cell, Rejected, Row, file_fault
from reclamation_core.wording import Wording

_WORKBOOK: Final = Wording("un classeur .xlsx lisible", "a readable .xlsx workbook")
_NO_HEADER: Final = Wording(
    "une première ligne qui donne les noms des colonnes", "a first row that gives the names of the columns"
)
_TOO_WIDE: Final = Wording(
    "des cellules sous les colonnes de l'en-tête seulement", "cells under the header's columns only"
)


class WorkbookSource:
    """One sheet of an .xlsx workbook, read as a stream; the values that formulas had when it was saved.

    Raises:
        MissingExtraError: openpyxl is not installed.
        FaultsError: the workbook cannot be read, has no such sheet, or the sheet has no header.
    """

    delimiter = None
    encoding = None
    unread = ()

    def __init__(self, file: BinaryIO, mapping: Mapping) -> None:
        self._sheet = _sheet(file, mapping.sheet)
        numbered = enumerate(self._sheet.iter_rows(values_only=True), start=1)
        self._rows = dropwhile(lambda row: not any(_is_filled(cell) for cell in row[1]), numbered)
        self.blank = 0
        _, first = next(self._rows, (0, ()))
        cells = [_cell(value) for value in first]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            raise FaultsError((file_fault("", _NO_HEADER),))
        self.header = names(cells)

    def rows(self) -> Iterator[Row | Rejected]:
        width = len(self.header)
        for number, values in self._rows:
            cells = [_cell(value) for value in values]
            if not any(cells):
                self.blank += 1
            elif any(cells[width:]):
                shown = tuple(str(cell) for cell in cells)
                yield Rejected(
                    number, (Fault("row", " | ".join(shown[width:]), _TOO_WIDE),), (" | ".join(shown),), is_cut=False
                )
            else:
                # No need to look for NUL or half of a pair: XML has neither.
                yield Row(number, [*cells[:width], *[""] * (width - len(cells))])


def _sheet(file: BinaryIO, name: str | None) -> Any:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise MissingExtraError("openpyxl", "excel") from None
    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise FaultsError((file_fault(str(error), _WORKBOOK),)) from error
    if name is None:
        return book.worksheets[0]
    if name not in book.sheetnames:
        there = ", ".join(book.sheetnames)
        raise FaultsError((Fault("sheet", name, Wording(f"une feuille : {there}", f"a sheet: {there}")),))
    return book[name]


def _is_filled(value: Any) -> bool:
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
