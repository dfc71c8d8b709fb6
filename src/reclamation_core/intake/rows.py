"""The rows of a file: as they are cut, as they are read, and as they are rejected."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeAlias, TypeVar

import attrs

from reclamation_core.desk.arguments import NOT_OF_MALFUNCTIONS
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import LONGEST_NAME
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts
from reclamation_core.wording import Lang, Wording

CellValue: TypeAlias = str | datetime
"""The value of a cell: text, or the date of a spreadsheet."""

_K = TypeVar("_K")
_V = TypeVar("_V")

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def file_fault(value: str, expected: Wording) -> Fault:
    """Return the fault of a file as a whole; its path is `$`."""
    return Fault("$", value, Wording(f"attendu : {expected.fr}", f"expected: {expected.en}"))


def is_one_line(text: str) -> bool:
    """Return True if a text is one short line, as a reference or the code of a site is."""
    # A printable text has no control character, and `isprintable` is four times as fast as the search.
    return len(text) <= LONGEST_NAME and (text.isprintable() or _CONTROLS.search(text) is None)


@attrs.define
class FileRow(SharedRepr):
    """A row cut into cells, before its cells are read.

    Args:
        line: the number of the physical line on which it begins, from 1.
        cells: one for each column of the header.
        original: the text of the row where the file has no cells of its own, as in JSON Lines.
        reference: its reference, once that is known to be unique.
        faults: the faults of its cells found while the row was cut, each under the name of a field.
    """

    line: int
    cells: Sequence[CellValue]
    original: str | None = None
    reference: str = ""
    faults: tuple[Fault, ...] = ()

    def original_cells(self) -> tuple[str, ...]:
        """Return the original cells, as text."""
        return (self.original,) if self.original is not None else tuple(str(cell) for cell in self.cells)


@attrs.frozen
class ComplaintRecord(SharedRepr):
    """A complaint read from a row.

    Args:
        line: the number of the physical line on which the row begins, from 1.
        reference: its identifier in the file; never empty, never repeated.
        site: the code of the site, or "" without one.
        text: the complainant's words, or "".
        facts: its facts.
        cells: the original cells, or the one line they came from.
    """

    line: int
    reference: str
    site: str
    text: str
    facts: ComplaintFacts
    cells: tuple[str, ...]

    def malfunction(self) -> MalfunctionFacts:
        """Return the facts of a row of a register of internal malfunctions (dysfonctionnements internes).

        Such a register is read like a file of complaints; it has no column for the facts of a complaint alone.

        Raises:
            FaultsError: the row has a fact that no malfunction has: a channel, a complainant, a note.

        Source: M2-1 §7, as interpreted (I5, I22).
        """
        shared = {field.name for field in attrs.fields(MalfunctionFacts)}
        others = [field for field in attrs.fields(ComplaintFacts) if field.name not in shared]
        values = attrs.asdict(self.facts, recurse=False)
        given = (field for field in others if values[field.name] != field.default)
        faults = [Fault(field.name, values[field.name], NOT_OF_MALFUNCTIONS) for field in given]
        if faults:
            raise FaultsError(faults)
        return MalfunctionFacts(**{name: values[name] for name in shared})


@attrs.frozen
class RejectedRow(SharedRepr):
    """A row that could not be read, in full.

    Args:
        line: the number of the physical line on which it begins, from 1.
        faults: all its faults, never empty; a fault's path is the field's name, `row` for the whole row.
        cells: the original cells; where the row could not be cut into the cells of the header, its text alone.
        is_cut: whether `cells` are those of the header.
    """

    line: int
    faults: tuple[Fault, ...]
    cells: tuple[str, ...]
    is_cut: bool = True

    @property
    def field(self) -> str:
        """The field of the first fault."""
        return self.faults[0].path

    @property
    def value(self) -> object:
        """The value of the first fault."""
        return self.faults[0].value

    @property
    def expected(self) -> Wording:
        """What was expected instead of that value."""
        return self.faults[0].expected

    def in_(self, lang: Lang) -> str:
        """Return the line and its faults, in one sentence."""
        line, between = (f"ligne {self.line} : ", " ; ") if lang == "fr" else (f"line {self.line}: ", "; ")
        return line + between.join(fault.in_(lang) for fault in self.faults)


class BoundedCache(dict[_K, _V]):
    """A dictionary that is emptied once it is full, and may compute the value of a missing key.

    Args:
        limit: how many keys it holds at most.
        make: computes the value of a missing key; an error that it raises is not cached.
    """

    def __init__(self, limit: int, make: Callable[[_K], _V] | None = None) -> None:
        super().__init__()
        self._limit = limit
        self._make = make

    def __missing__(self, key: _K) -> _V:
        if self._make is None:
            raise KeyError(key)
        return self.add(key, self._make(key))

    def add(self, key: _K, value: _V) -> _V:
        """Set the value of a missing key, and return it."""
        if len(self) >= self._limit:
            self.clear()
        self[key] = value
        return value
