"""The rows of a CSV file, none of which can swallow its neighbours."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

import attrs

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


@attrs.define
class _Held:
    """A row of several lines, kept back until the next row shows that it took no neighbour.

    Args:
        row: the row.
        lines: its physical lines.
        blank: the blank lines after it.
    """

    row: Row
    lines: list[Line]
    blank: list[Line] = attrs.field(factory=list)


class CsvRows:
    """Iterates over the rows of a CSV file.

    A record may span several physical lines. Where the text from a line on is no record (a quote that is never closed
    or closed badly, a line that is no text, a record too long, one that spans lines and has not the cells of the
    header), that first line alone is rejected and reading resumes at the next physical line. The same where a record of
    several lines is sound but the row after it is not, and would be, read with the last of these lines: a quote left
    open had been closed by the one that opens the neighbour's text.

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
        self._held: _Held | None = None
        self._whole = _whole_record(delimiter)

    def __iter__(self) -> Iterator[Row | Rejected]:
        pending = self._pending
        while True:
            expected = _STRAY_QUOTE
            try:
                for cells in csv.reader(self._feed(), delimiter=self._delimiter, strict=True):
                    if len(cells) == self.width and len(pending) == 1 and self._held is None:
                        self._finished += 1
                        pending.clear()
                        yield Row(self._finished, cells)
                    elif len(pending) > 1 and not self._is_one_record(cells):
                        break
                    else:
                        yield from self._unusual(cells)
                else:
                    yield from self._released()
                    return
            except csv.Error as error:
                expected = _explained(str(error))
            except _BrokenError as error:
                expected = error.expected if len(pending) == 1 else _STRAY_QUOTE
            first = pending[0]
            self._pushed_back.extendleft(reversed(pending[1:]))
            pending.clear()
            self._finished += 1
            yield from self._broken(first, _shown(first), expected)

    def _unusual(self, cells: list[str]) -> Iterator[Row | Rejected]:
        """A record that is of several lines, or follows one, or has not the width of the others."""
        lines, line = self._pending[:], self._finished + 1
        self._pending.clear()
        self._finished += len(lines)
        if not cells or (len(cells) == 1 and not cells[0].strip()):
            self.blank += 1
            if self._held is not None:
                self._held.blank += lines
            return
        self.width = self.width or len(cells)
        if len(cells) != self.width:
            expected = Wording(f"{self.width} cellules, comme l'en-tête", f"{self.width} cells, as in the header")
            yield from self._broken(lines[0], str(len(cells)), expected)
            return
        if len(lines) == 1 and not self._is_plain(lines) and self._had_been_begun(lines[0]):
            yield self._taken_back(lines[0])
            return
        yield from self._released()
        row = Row(line, cells)
        if len(lines) == 1:
            yield row
        else:
            self._held = _Held(row, lines)

    def _released(self) -> Iterator[Row]:
        held, self._held = self._held, None
        if held is not None:
            yield held.row

    def _broken(self, line: Line, shown: str, expected: Wording) -> Iterator[Row | Rejected]:
        """One line that is no row, after the row kept back, unless that one had taken its beginning."""
        if self._had_been_begun(line):
            yield self._taken_back(line)
            return
        yield from self._released()
        yield _rejected(self._finished, line, shown, expected)

    def _had_been_begun(self, line: Line) -> bool:
        """Whether the row kept back had taken the beginning of the row that this line goes on with."""
        held = self._held
        # A row whose first cell would begin with a line break is none: that is how a text ends that ends with one.
        if held is None or _text(held.lines[-1]).startswith('"'):
            return False
        return self._is_one_row([held.lines[-1], *held.blank, line])

    def _taken_back(self, line: Line) -> Rejected:
        """The first line of the row kept back, rejected; the others, and this one, are to be read again."""
        held, self._held = self._held, None
        assert held is not None  # noqa: S101  (asked just before)
        self._pushed_back.extendleft(reversed([*held.lines[1:], *held.blank, line]))
        self._finished = held.row.line
        self.blank -= len(held.blank)
        return _rejected(held.row.line, held.lines[0], _shown(held.lines[0]), _STRAY_QUOTE)

    def _is_one_row(self, lines: list[Line]) -> bool:
        """Whether these lines, and as many more as it takes, are a row; the lines looked at are pushed back."""
        given, seen = len(lines), lines[:]

        def text_lines() -> Iterator[str]:
            for line in chain(lines, self._looked_at(seen)):
                if isinstance(line, BadLine):
                    return
                yield line

        reader = csv.reader(text_lines(), delimiter=self._delimiter, strict=True)
        try:
            cells = next(reader, [])
        except csv.Error:
            cells = []
        self._pushed_back.extendleft(reversed(seen[given:]))
        return reader.line_num >= given and len(cells) == self.width and self._is_plain(seen[: reader.line_num])

    def _looked_at(self, seen: list[Line]) -> Iterator[Line]:
        size = 0
        while size <= RECORD_LIMIT:
            line = self._pushed_back.popleft() if self._pushed_back else next(self._lines, None)
            if line is None:
                return
            seen.append(line)
            size += len(_text(line))
            yield line

    def _feed(self) -> Iterator[str]:
        pending, pushed_back = self._pending, self._pushed_back
        size = 0
        while True:
            for line in chain(_drained(pushed_back), self._lines):
                is_first = not pending
                pending.append(line)
                if isinstance(line, BadLine):
                    raise _BrokenError(line.expected)
                if is_first:
                    size = 0
                else:
                    size += len(line)
                    if size > RECORD_LIMIT:
                        raise _BrokenError(_TOO_LONG)
                yield line
                if pushed_back:  # lines were pushed back while this one was read: they come before the next
                    break
            else:
                return

    def _is_one_record(self, cells: list[str]) -> bool:
        # The reader lets a quote stand in an unquoted cell. That is how the text of one row closes the quote that
        # another left open, so a record of several lines must be plain in every cell.
        return (self.width is None or len(cells) == self.width) and self._is_plain(self._pending)

    def _is_plain(self, lines: list[Line]) -> bool:
        return self._whole.fullmatch("".join(map(_text, lines))) is not None


def _drained(lines: deque[Line]) -> Iterator[Line]:
    while lines:
        yield lines.popleft()


def _text(line: Line) -> str:
    return line.text if isinstance(line, BadLine) else line


def _bare(line: Line) -> str:
    return _text(line).rstrip("\r\n")


def _shown(line: Line) -> str:
    return _bare(line)[:80]


def _rejected(number: int, line: Line, shown: str, expected: Wording) -> Rejected:
    return Rejected(number, (Fault("row", shown, expected),), (_bare(line),), is_cut=False)


def _whole_record(delimiter: str) -> re.Pattern[str]:
    """A record as RFC 4180 has it: a cell is quoted from end to end, or holds no quote."""
    cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"\r\n{re.escape(delimiter)}]*+)'
    return re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*+(?:\r?\n)?")


def _explained(message: str) -> Wording:
    for sign, wording in _CSV_ERRORS.items():
        if sign in message:
            return wording
    return Wording(f"une ligne CSV lisible ({message})", f"a readable CSV line ({message})")
