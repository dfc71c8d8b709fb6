"""The rows of a JSON Lines file: one object a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from reclamation_core.documents import parse_json
from reclamation_core.documents.csv_text import STORABLE, escape_csv_formula, is_storable, replace_unstorable
from reclamation_core.documents.similar_names import near_misses
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake.fields import FIELDS
from reclamation_core.intake.layout import nearly_named
from reclamation_core.intake.lines import BadLine, TextLines
from reclamation_core.intake.mapping import Mapping, fold
from reclamation_core.intake.records import Rejected, Row
from reclamation_core.wording import Wording

_UNREAD_LIMIT: Final = 100
_NEAR_LIMIT: Final = 1000

_OBJECT: Final = Wording("un objet JSON par ligne", "one JSON object a line")
_TWICE: Final = Wording("une clé donnée une seule fois, à la casse près", "a key given once, case aside")
_PLAIN: Final = Wording("un texte, un nombre, true, false ou null", "a text, a number, true, false or null")


class JsonSource:
    """A JSON Lines file, in UTF-8 unless the mapping forces an encoding.

    Its columns are the keys that the fields are read from; other keys are told in `unread`, a hundred at most.
    """

    delimiter = None
    unread_sheets = ()

    def __init__(self, file: BinaryIO, mapping: Mapping) -> None:
        self._lines = TextLines(file, mapping.encoding or "utf-8")
        columns = dict.fromkeys(mapping.column(field) for field in FIELDS if field not in mapping.constants)
        self.header = tuple(columns)
        self._places = {column: place for place, column in enumerate(columns)}
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

    def rows(self) -> Iterator[Row | Rejected]:
        for number, line in enumerate(self._lines, start=1):
            if isinstance(line, BadLine):
                yield _rejected(number, line.text, Fault("row", line.text[:80], line.expected))
            elif line.strip():
                yield self._row(number, line.rstrip("\r\n"))
            else:
                self.blank += 1

    def _row(self, number: int, line: str) -> Row | Rejected:
        try:
            document = parse_json(line)
        except FaultsError as error:
            # A repeated key has a name; what is no JSON at all has none, and that is the row's fault.
            return _rejected(
                number, line, *(fault if fault.path != "$" else _no_object(line) for fault in error.faults)
            )
        if not isinstance(document, dict):
            return _rejected(number, line, _no_object(line))
        cells, faults, given, near = [""] * len(self.header), [], set(), {}
        for key, value in document.items():
            place = self._places.get(fold(key))
            if place is None:
                column = self._pass_over(key)
                if column is not None:
                    near[column] = Fault(
                        key, value if isinstance(value, str) else str(value)[:80], nearly_named(column)
                    )
            elif place in given:
                faults.append(Fault(key, value, _TWICE))
            else:
                given.add(place)
                cells[place] = _cell(key, value, faults)
        faults += [fault for column, fault in near.items() if self._places[column] not in given]
        if faults:
            return _rejected(number, line, *faults)
        return Row(number, cells, line)

    def _pass_over(self, key: str) -> str | None:
        """Take note of a key that is not read; return the column whose name is nearly the same, if there is one."""
        if fold(key) in self._ignored:
            return None
        if len(self._unread) < _UNREAD_LIMIT:
            self._unread[replace_unstorable(key)] = None
        if key not in self._near:
            if len(self._near) >= _NEAR_LIMIT:
                self._near.clear()
            self._near[key] = next((column for _, column in near_misses([key], self.header)), None)
        return self._near[key]


def _cell(key: str, value: Any, faults: list[Fault]) -> str:
    """A JSON value in the words of a file of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if not is_storable(value):
            faults.append(Fault(key, replace_unstorable(value), STORABLE))
        return escape_csv_formula(value)  # the layout takes protection off, and in JSON there is none
    if isinstance(value, int | float):
        return repr(value)
    faults.append(Fault(key, str(value)[:80], _PLAIN))
    return ""


def _rejected(number: int, line: str, *faults: Fault) -> Rejected:
    return Rejected(number, faults, (line.rstrip("\r\n"),), is_cut=False)


def _no_object(line: str) -> Fault:
    return Fault("row", line[:80], _OBJECT)
