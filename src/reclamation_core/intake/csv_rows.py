"""The rows of a CSV file, none of which can swallow its neighbours."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from reclamation_core.errors import Fault
from reclamation_core.intake.lines import BadLine, Line
from reclamation_core.intake.records import Rejected, Row
from reclamation_core.wording import Wording

RECORD_LIMIT: Final = 1 << 20
"""The longest record that is read, in characters, over all its physical lines."""

_TOO_LONG = Wording(
    f"un guillemet refermé dans les {RECORD_LIMIT} caractères", f"a quote closed within {RECORD_LIMIT} characters"
)
_STRAY_QUOTE = Wording(
    "des guillemets qui se répondent : celui qu'ouvre cette ligne ne se referme pas proprement",
    "quotes that match: the one that this line opens is not closed properly",
)
_CSV_ERRORS: Final = {
    "unexpected end of data": Wording(
        "un guillemet refermé : celui qu'ouvre cette ligne ne l'est jamais",
        "a closing quote: the one that this line opens has none",
    ),
    "expected after": Wording(
        "un séparateur après un guillemet fermant ; un guillemet dans un texte s'écrit deux fois",
        "a delimiter after a closing quote; a quote inside a text is written twice",
    ),
    "field limit": Wording("une cellule plus courte", "a shorter cell"),
    "new-line character": Wording(
        "des lignes terminées par LF ou CR LF ; un CR seul se met entre guillemets",
        "lines ended by LF or CR LF; a CR alone goes between quotes",
    ),
}


class _BrokenError(Exception):
    """The record under way cannot be finished."""

    def __init__(self, expected: Wording) -> None:
        self.expected = expected


class CsvRows:
    """Iterates over the rows of a CSV file.

    A record may span several physical lines. Where the text from a line on is no record (a quote that is never closed
    or closed badly, a line that is no text, a record too long, one that spans lines and has not the cells of the
    header), that first line alone is rejected and reading resumes at the next physical line.

    Args:
        lines: the physical lines.
        delimiter: what separates the cells.
        width: how many cells a row has; None to take the first row's.
        skipped: how many physical lines were taken from the file already.

    Attributes:
        blank: how many blank lines were passed over so far.
    """

    def __init__(self, lines: Iterable[Line], delimiter: str, *, width: int | None = None, skipped: int = 0) -> None:
        self.blank = 0
        self.width = width
        self._delimiter = delimiter
        self._lines = iter(lines)
        self._pushed_back: deque[Line] = deque()
        self._pending: list[Line] = []
        self._finished = skipped
        self._whole = _whole_record(delimiter)

    def __iter__(self) -> Iterator[Row | Rejected]:
        pending = self._pending
        while True:
            expected = _STRAY_QUOTE
            try:
                for cells in csv.reader(self._feed(), delimiter=self._delimiter, strict=True):
                    if len(pending) > 1 and not self._is_one_record(cells):
                        break
                    line = self._finished + 1
                    self._finished += len(pending)
                    if len(cells) == self.width:
                        pending.clear()
                        yield Row(line, cells)
                    else:
                        yield from self._other_row(line, cells)
                        pending.clear()
                else:
                    return
            except csv.Error as error:
                expected = _explained(str(error))
            except _BrokenError as error:
                expected = error.expected if len(pending) == 1 else _STRAY_QUOTE
            yield self._reject_first(expected)

    def _feed(self) -> Iterator[str]:
        pending, pushed_back, lines = self._pending, self._pushed_back, self._lines
        size = 0
        while True:
            line = pushed_back.popleft() if pushed_back else next(lines, None)
            if line is None:
                return
            pending.append(line)
            if isinstance(line, BadLine):
                raise _BrokenError(line.expected)
            if len(pending) == 1:
                size = 0
            else:
                size += len(line)
                if size > RECORD_LIMIT:
                    raise _BrokenError(_TOO_LONG)
            yield line

    def _is_one_record(self, cells: list[str]) -> bool:
        # The reader lets a quote stand in an unquoted cell. That is how the text of one row closes the quote that
        # another left open, so a record of several lines must be plain in every cell.
        right_width = self.width is None or len(cells) == self.width
        return right_width and self._whole.fullmatch("".join(map(_text, self._pending))) is not None

    def _other_row(self, line: int, cells: list[str]) -> Iterator[Row | Rejected]:
        if not cells or (len(cells) == 1 and not cells[0].strip()):
            self.blank += 1
        elif self.width is None:
            self.width = len(cells)
            yield Row(line, cells)
        else:
            expected = Wording(f"{self.width} cellules, comme l'en-tête", f"{self.width} cells, as in the header")
            shown = f"{len(cells)}"
            yield Rejected(line, (Fault("row", shown, expected),), (_bare(self._pending[0]),), is_cut=False)

    def _reject_first(self, expected: Wording) -> Rejected:
        first = _bare(self._pending[0])
        self._pushed_back.extendleft(reversed(self._pending[1:]))
        self._pending.clear()
        self._finished += 1
        return Rejected(self._finished, (Fault("row", first[:80], expected),), (first,), is_cut=False)


def _text(line: Line) -> str:
    return line.text if isinstance(line, BadLine) else line


def _bare(line: Line) -> str:
    return _text(line).rstrip("\r\n")


def _whole_record(delimiter: str) -> re.Pattern[str]:
    """A record as RFC 4180 has it: a cell is quoted from end to end, or holds no quote."""
    cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"\r\n{re.escape(delimiter)}]*+)'
    return re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*+(?:\r?\n)?")


def _explained(message: str) -> Wording:
    for sign, wording in _CSV_ERRORS.items():
        if sign in message:
            return wording
    return Wording(f"une ligne CSV lisible ({message})", f"a readable CSV line ({message})")
