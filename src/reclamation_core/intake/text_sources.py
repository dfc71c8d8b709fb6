"""Files of text: physical lines, CSV rows of which none can swallow its neighbours, and JSON Lines."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from functools import partial
from io import StringIO
from itertools import chain
from typing import IO, Any, BinaryIO, Final, TypeAlias

import attrs

from reclamation_core.codes import fold_label
from reclamation_core.documents import parse_json
from reclamation_core.documents.csv_text import escape_csv_formula, replace_unstorable
from reclamation_core.errors import Fault, FaultCollector, FaultsError, quoted
from reclamation_core.intake.layout import column_names, nearly_named
from reclamation_core.intake.mapping import DELIMITERS, ColumnMapping, fold
from reclamation_core.intake.rows import FileRow, RejectedRow, file_fault
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import STORABLE, is_storable
from reclamation_core.vocabulary.column_names import folded_labels, labelled_columns, nearly_named_columns
from reclamation_core.wording import Wording

LINE_LIMIT: Final = 1 << 20
"""The longest physical line that is read, in bytes, its end included."""

_UTF_8_MARK: Final = b"\xef\xbb\xbf"

_NUL = Wording("un fichier de texte : cette ligne a un caractère nul", "a text file: this line has a NUL character")
_LONG_LINE = Wording(f"une ligne de moins de {LINE_LIMIT} octets", f"a line of fewer than {LINE_LIMIT} bytes")


@attrs.frozen
class BadLine(SharedRepr):
    """A physical line that cannot be decoded as text.

    Args:
        text: the part of it that can be shown.
        expected: a description of a readable line.
    """

    text: str
    expected: Wording


PhysicalLine: TypeAlias = str | BadLine


@attrs.define
class TextLines(SharedRepr):
    r"""Iterates over the physical lines of a binary file, line ends included.

    A line ends with LF (or CR LF) alone: the other separators of Unicode are text. Unless the encoding is forced, the
    first line that is not ASCII decides: UTF-8 where that line is valid UTF-8, else Windows-1252. A later line that
    does not decode is a `BadLine`, as is one with a NUL or one that is too long.

    Args:
        file: opened in binary mode, at its start.
        encoding: one of `ENCODINGS`, or None to detect it.

    Attributes:
        encoding: the encoding detected; None as long as every line was ASCII.

    >>> from io import BytesIO
    >>> list(TextLines(BytesIO(b"a\xc2\x85b\r\nc")))
    ['a\x85b\r\n', 'c']
    """

    _file: IO[bytes]
    encoding: str | None = None

    def __iter__(self) -> Iterator[PhysicalLine]:
        # Until the encoding is known, UTF-8 decodes ASCII as any other does. The loop is hot: a million lines.
        codec = self.encoding or "utf-8"
        is_known = self.encoding is not None
        first = True
        for raw in iter(partial(self._file.readline, LINE_LIMIT), b""):
            line = raw
            if first:
                first = False
                if line.startswith(_UTF_8_MARK):
                    codec, is_known, line = "utf-8", True, line[len(_UTF_8_MARK) :]
                    self.encoding = codec
            if not is_known and not line.isascii():
                codec, is_known = _detect(line), True
                self.encoding = codec
            if len(raw) == LINE_LIMIT and not raw.endswith(b"\n"):
                yield self._skip(line, codec)
                continue
            try:
                text = line.decode(codec)
            except UnicodeDecodeError:
                yield BadLine(line.decode(codec, "replace"), _decodable(codec))
                continue
            if "\0" in text:
                yield BadLine(text, _NUL)
                continue
            yield text

    def _skip(self, start: bytes, codec: str) -> BadLine:
        for part in iter(partial(self._file.readline, LINE_LIMIT), b""):
            if part.endswith(b"\n"):
                break
        return BadLine(start[:2000].decode(codec, "replace") + " […]", _LONG_LINE)


def _detect(line: bytes) -> str:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _decodable(codec: str) -> Wording:
    return Wording(
        f"une ligne en {codec}, comme le début du fichier ; enregistrez-le en UTF-8 ou forcez son encodage",
        f"a line in {codec}, as the file began; save it in UTF-8 or force its encoding",
    )


RECORD_LIMIT: Final = 1 << 20
"""The longest record that is read, in characters, over all its physical lines."""

_LONG_RECORD = Wording(
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
    """The current record cannot be completed."""

    def __init__(self, expected: Wording) -> None:
        self.expected = expected


@attrs.define
class _Held(SharedRepr):
    """A row of several lines, held back until the next row shows that it contains no neighbour.

    Args:
        row: the row.
        lines: its physical lines.
        blank: the blank lines after it.
    """

    row: FileRow
    lines: list[PhysicalLine]
    blank: list[PhysicalLine] = attrs.field(factory=list)


class CsvRows:
    """Iterates over the rows of a CSV file.

    A record may span several physical lines. Where the text from a line on is not a record (a quote that is never
    closed or closed badly, a line that cannot be decoded, a record too long, one of several lines without the cells of
    the header), that first line alone is rejected and reading resumes at the next physical line. So is the first line
    of a valid record of several lines if the row after it is invalid, but valid together with the last of these lines:
    a quote left open was closed by the one that opens the neighbour's text.

    Args:
        lines: the physical lines.
        delimiter: the separator of cells.
        width: how many cells a row has; None to use the first row's.
        skipped: how many physical lines were taken from the file before.

    Attributes:
        blank: how many blank lines were skipped so far.
    """

    def __init__(
        self, lines: Iterable[PhysicalLine], delimiter: str, *, width: int | None = None, skipped: int = 0
    ) -> None:
        self.blank = 0
        self.width = width
        self._delimiter = delimiter
        self._lines = iter(lines)
        self._pushed_back: deque[PhysicalLine] = deque()
        self._pending: list[PhysicalLine] = []
        self._finished = skipped
        self._held: _Held | None = None
        self._whole = _whole_record(delimiter)

    def __iter__(self) -> Iterator[FileRow | RejectedRow]:
        pending = self._pending
        while True:
            expected = _STRAY_QUOTE
            try:
                for cells in csv.reader(self._feed(), delimiter=self._delimiter, strict=True):
                    if len(cells) == self.width and len(pending) == 1 and self._held is None:
                        self._finished += 1
                        pending.clear()
                        yield FileRow(self._finished, cells)
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

    def _unusual(self, cells: list[str]) -> Iterator[FileRow | RejectedRow]:
        """Handle a record of several lines, one after such a record, or one of another width."""
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
        row = FileRow(line, cells)
        if len(lines) == 1:
            yield row
        else:
            self._held = _Held(row, lines)

    def _released(self) -> Iterator[FileRow]:
        held, self._held = self._held, None
        if held is not None:
            yield held.row

    def _broken(self, line: PhysicalLine, shown: str, expected: Wording) -> Iterator[FileRow | RejectedRow]:
        """Reject a line that is not a row, after the row held back, unless that one contains its beginning."""
        if self._had_been_begun(line):
            yield self._taken_back(line)
            return
        yield from self._released()
        yield _rejected(self._finished, line, shown, expected)

    def _had_been_begun(self, line: PhysicalLine) -> bool:
        """Return True if the row held back contains the beginning of the row that this line continues."""
        held = self._held
        # A first cell that begins with a line break is the end of a text that ends with one, not a row.
        if held is None or _text(held.lines[-1]).startswith('"'):
            return False
        return self._is_one_row([held.lines[-1], *held.blank, line])

    def _taken_back(self, line: PhysicalLine) -> RejectedRow:
        """Reject the first line of the row held back, and push back its other lines and this one."""
        held, self._held = self._held, None
        assert held is not None  # noqa: S101  (the caller checks it)
        self._pushed_back.extendleft(reversed([*held.lines[1:], *held.blank, line]))
        self._finished = held.row.line
        self.blank -= len(held.blank)
        return _rejected(held.row.line, held.lines[0], _shown(held.lines[0]), _STRAY_QUOTE)

    def _is_one_row(self, lines: list[PhysicalLine]) -> bool:
        """Return True if these lines, with the following ones where needed, are a row; the latter are pushed back."""
        count, taken = len(lines), lines[:]

        def text_lines() -> Iterator[str]:
            for line in chain(lines, self._next_lines(taken)):
                if isinstance(line, BadLine):
                    return
                yield line

        reader = csv.reader(text_lines(), delimiter=self._delimiter, strict=True)
        try:
            cells = next(reader, [])
        except csv.Error:
            cells = []
        self._pushed_back.extendleft(reversed(taken[count:]))
        return reader.line_num >= count and len(cells) == self.width and self._is_plain(taken[: reader.line_num])

    def _next_lines(self, taken: list[PhysicalLine]) -> Iterator[PhysicalLine]:
        size = 0
        while size <= RECORD_LIMIT:
            line = self._pushed_back.popleft() if self._pushed_back else next(self._lines, None)
            if line is None:
                return
            taken.append(line)
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
                        raise _BrokenError(_LONG_RECORD)
                yield line
                if pushed_back:  # lines were pushed back while this one was read: they come before the next
                    break
            else:
                return

    def _is_one_record(self, cells: list[str]) -> bool:
        # The csv module accepts a quote inside an unquoted cell. The text of one row may so close the quote that
        # another left open: a record of several lines must therefore be well formed in every cell.
        return (self.width is None or len(cells) == self.width) and self._is_plain(self._pending)

    def _is_plain(self, lines: list[PhysicalLine]) -> bool:
        return self._whole.fullmatch("".join(map(_text, lines))) is not None


def _drained(lines: deque[PhysicalLine]) -> Iterator[PhysicalLine]:
    while lines:
        yield lines.popleft()


def _text(line: PhysicalLine) -> str:
    return line.text if isinstance(line, BadLine) else line


def _bare(line: PhysicalLine) -> str:
    return _text(line).rstrip("\r\n")


def _shown(line: PhysicalLine) -> str:
    return _bare(line)[:80]


def _rejected(number: int, line: PhysicalLine, shown: str, expected: Wording) -> RejectedRow:
    return RejectedRow(number, (Fault("row", shown, expected),), (_bare(line),), is_cut=False)


def _whole_record(delimiter: str) -> re.Pattern[str]:
    """Return the pattern of a record of RFC 4180: a cell is quoted from end to end, or has no quote."""
    cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"\r\n{re.escape(delimiter)}]*+)'
    return re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*+(?:\r?\n)?")


def _explained(message: str) -> Wording:
    for sign, wording in _CSV_ERRORS.items():
        if sign in message:
            return wording
    return Wording(f"une ligne CSV lisible ({message})", f"a readable CSV line ({message})")


SAMPLE: Final = 1 << 16
"""How many bytes are read to detect the delimiter."""

_NO_HEADER: Final = Wording(
    "une première ligne avec les noms des colonnes", "a first line with the names of the columns"
)


class CsvSource:
    """A CSV file; its delimiter and encoding are detected unless the mapping forces them.

    Raises:
        FaultsError: it has no header.
    """

    unread = ()
    unread_sheets = ()

    def __init__(self, file: BinaryIO, mapping: ColumnMapping) -> None:
        head = file.read(SAMPLE)
        file.seek(0)
        declared = _declared_delimiter(head)
        self.delimiter = mapping.delimiter or declared or _detected_delimiter(_sample(head), mapping)
        self._lines = TextLines(file, mapping.encoding)
        lines = iter(self._lines)
        if declared is not None:
            next(lines)
        self._rows = CsvRows(lines, self.delimiter, skipped=0 if declared is None else 1)
        self._rest = iter(self._rows)
        first = next(self._rest, None)
        if not isinstance(first, FileRow):
            shown = "" if first is None else first.cells[0]
            raise FaultsError((file_fault(shown, first.expected if first else _NO_HEADER),))
        self.header = column_names(first.cells)

    @property
    def encoding(self) -> str | None:
        return self._lines.encoding

    @property
    def blank(self) -> int:
        return self._rows.blank

    def rows(self) -> Iterator[FileRow | RejectedRow]:
        return self._rest


def _sample(head: bytes) -> str:
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError:
        return head.decode("windows-1252", "replace")


def _declared_delimiter(head: bytes) -> str | None:
    """Return the delimiter of the line `sep=;` that Excel writes and reads before the header."""
    line = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].rstrip(b"\r")
    delimiter = line[4:].decode("latin-1")
    return delimiter if line[:4].lower() == b"sep=" and delimiter in DELIMITERS else None


def _detected_delimiter(sample: str, mapping: ColumnMapping) -> str:
    """Return the delimiter with which the header has most columns of fields, then most columns."""
    expected = {mapping.column(field) for field in mapping.fields}
    fields = [field for field in mapping.fields if field not in mapping.columns]

    def score(delimiter: str) -> tuple[int, int]:
        try:
            header = next(filter(None, csv.reader(StringIO(sample, newline="\n"), delimiter=delimiter)), [])
        except csv.Error:
            return (0, 0)
        known = expected.intersection(map(fold, header)), labelled_columns(header, fields, mapping.own_labels)
        return sum(map(len, known)), len(header)

    return max(DELIMITERS, key=score)


_UNREAD_LIMIT: Final = 100
_NEAR_LIMIT: Final = 1000

_OBJECT: Final = Wording("un objet JSON par ligne", "one JSON object a line")
_KEY_TWICE: Final = Wording("une clé donnée une seule fois, à la casse près", "a key given once, case aside")
_PLAIN_VALUE: Final = Wording("un texte, un nombre, true, false ou null", "a text, a number, true, false or null")


class JsonSource:
    """A JSON Lines file, in UTF-8 unless the mapping forces an encoding.

    Its columns are the keys of the fields; `unread` lists the other keys, a hundred at most.
    """

    delimiter = None
    unread_sheets = ()

    def __init__(self, file: BinaryIO, mapping: ColumnMapping) -> None:
        self._lines = TextLines(file, mapping.encoding or "utf-8")
        columns = dict.fromkeys(mapping.column(field) for field in mapping.fields if field not in mapping.constants)
        self.header = tuple(columns)
        self._places = {column: place for place, column in enumerate(columns)}
        named = (field for field in mapping.fields if field not in mapping.constants)
        self._names = {field: mapping.columns.get(field, field) for field in named}
        own = self._own = mapping.own_labels
        self._labels = {
            label: self._places[fold(name)]
            for field, name in self._names.items()
            if field not in mapping.columns
            for label in folded_labels(field, own.get(field))
        }
        self._near: dict[str, str | None] = {}
        self._ignored = {fold(name) for name in mapping.ignored}
        self._unread: dict[str, None] = {}
        self.blank = 0

    @property
    def encoding(self) -> str | None:
        return self._lines.encoding

    @property
    def unread(self) -> tuple[str, ...]:
        return tuple(self._unread)

    def rows(self) -> Iterator[FileRow | RejectedRow]:
        for number, line in enumerate(self._lines, start=1):
            if isinstance(line, BadLine):
                yield _rejected_object(number, line.text, Fault("row", line.text[:80], line.expected))
            elif line.strip():
                yield self._object_row(number, line.rstrip("\r\n"))
            else:
                self.blank += 1

    def _object_row(self, number: int, line: str) -> FileRow | RejectedRow:
        try:
            document = parse_json(line)
        except FaultsError as error:
            # The fault of a repeated key has its name; that of a text that is not JSON concerns the whole row.
            return _rejected_object(
                number, line, *(fault if fault.path != "$" else _no_object(line) for fault in error.faults)
            )
        if not isinstance(document, dict):
            return _rejected_object(number, line, _no_object(line))
        faults = FaultCollector()
        cells = self._cells(document, faults)
        if faults:
            return _rejected_object(number, line, *faults)
        return FileRow(number, cells, line)

    def _cells(self, document: dict[str, Any], faults: FaultCollector) -> list[str]:
        """Return the cells of an object; a key that is a label is read where the field's own key is not there."""
        named: dict[int, tuple[str, Any]] = {}
        labelled: dict[int, tuple[str, Any]] = {}
        near: dict[str, Fault] = {}
        for key, value in document.items():
            place, found = self._places.get(fold(key)), named
            if place is None and fold(key) not in self._ignored:
                place, found = self._labels.get(fold_label(key)), labelled
            if place is not None and place in found:
                faults.append(Fault(key, value, _KEY_TWICE))
            elif place is not None:
                found[place] = key, value
            elif (column := self._skip_key(key)) is not None:
                near[column] = Fault(
                    key, value if isinstance(value, str) else str(value)[:80], nearly_named(quoted(column))
                )
        for place in labelled.keys() & named.keys():
            self._skip_key(labelled[place][0])
        read, cells = labelled | named, [""] * len(self.header)
        for place, (key, value) in read.items():
            cells[place] = _json_cell(key, value, faults)
        faults += (fault for column, fault in near.items() if self._places[column] not in read)
        return cells

    def _skip_key(self, key: str) -> str | None:
        """List a key as unread; return the column whose name is nearly the same, if there is one."""
        if fold(key) in self._ignored:
            return None
        if len(self._unread) < _UNREAD_LIMIT:
            self._unread[replace_unstorable(key)] = None
        if key not in self._near:
            if len(self._near) >= _NEAR_LIMIT:
                self._near.clear()
            found = nearly_named_columns([key], self._names, self._own)
            self._near[key] = next((fold(self._names[field]) for _, field in found), None)
        return self._near[key]


def _json_cell(key: str, value: object, faults: FaultCollector) -> str:
    """Return a JSON value as the text of a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if not is_storable(value):
            faults.append(Fault(key, replace_unstorable(value), STORABLE))
        return escape_csv_formula(value)  # the layout unescapes every cell, and JSON escapes none
    if isinstance(value, int | float):
        return repr(value)
    faults.append(Fault(key, str(value)[:80], _PLAIN_VALUE))
    return ""


def _rejected_object(number: int, line: str, *faults: Fault) -> RejectedRow:
    return RejectedRow(number, faults, (line.rstrip("\r\n"),), is_cut=False)


def _no_object(line: str) -> Fault:
    return Fault("row", line[:80], _OBJECT)
