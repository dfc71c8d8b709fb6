"""What comes out of a file: a record, or a row that was rejected and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts
from reclamation_core.wording import Lang, Wording

Cell: TypeAlias = str | datetime
"""A cell as its file gives it: text, or the date of a spreadsheet."""

_NOTHING: Final = Wording(
    "rien n'est attendu ici : un dysfonctionnement interne n'a ni client, ni canal, ni note",
    "nothing is expected here: an internal malfunction has neither client nor channel nor note",
)


def file_fault(value: str, expected: Wording) -> Fault:
    """What is wrong with a file as a whole; its path is `$`."""
    return Fault("$", value, Wording(f"attendu : {expected.fr}", f"expected: {expected.en}"))


@attrs.define
class Row:
    """A row cut into cells, of which nothing has been understood yet.

    Args:
        line: the number of the physical line on which it begins, from 1.
        cells: one for each column of the header.
        original: the text of the row where the file has no cells of its own, as in JSON Lines.
        reference: what identifies it, once that is known to be its own.
        faults: what is wrong with its cells already, each under the name of a field.
    """

    line: int
    cells: Sequence[Cell]
    original: str | None = None
    reference: str = ""
    faults: tuple[Fault, ...] = ()

    def as_read(self) -> tuple[str, ...]:
        """The original cells, as text."""
        return (self.original,) if self.original is not None else tuple(str(cell) for cell in self.cells)


@attrs.frozen
class Record:
    """One complaint, read.

    Args:
        line: the number of the physical line on which it begins, from 1.
        reference: what identifies it in its file; never empty, never repeated.
        site: the code of the site, or "" where the file says none.
        text: the complainant's words, or "".
        facts: what is known of it.
        cells: the original cells, or the one line they came from.
    """

    line: int
    reference: str
    site: str
    text: str
    facts: ComplaintFacts
    cells: tuple[str, ...]

    def malfunction(self) -> MalfunctionFacts:
        """What the row says where its file is a register of internal malfunctions (dysfonctionnements internes).

        Such a register is read like a file of complaints; it has no column for what only a complaint has.

        Raises:
            FaultsError: the row says something that no malfunction has: a channel, a complainant, a note.

        Source: M2-1 §7, as read (I5, I22).
        """
        shared = {field.name for field in attrs.fields(MalfunctionFacts)}
        others = [field for field in attrs.fields(ComplaintFacts) if field.name not in shared]
        said = {field.name: getattr(self.facts, field.name) for field in others}
        faults = [
            Fault(field.name, said[field.name], _NOTHING) for field in others if said[field.name] != field.default
        ]
        if faults:
            raise FaultsError(faults)
        return MalfunctionFacts(**{name: getattr(self.facts, name) for name in shared})


@attrs.frozen
class Rejected:
    """One row that could not be read, in full.

    Args:
        line: the number of the physical line on which it begins, from 1.
        faults: all that is wrong with it, never empty; a fault's path is the field's name, `row` for the whole row.
        cells: the original cells; where the row could not be cut into the cells of the header, its text alone.
        is_cut: whether `cells` are those of the header.
    """

    line: int
    faults: tuple[Fault, ...]
    cells: tuple[str, ...]
    is_cut: bool = True

    @property
    def field(self) -> str:
        """The first field refused."""
        return self.faults[0].path

    @property
    def value(self) -> object:
        """The value refused there."""
        return self.faults[0].value

    @property
    def expected(self) -> Wording:
        """What was expected there."""
        return self.faults[0].expected

    def in_(self, lang: Lang) -> str:
        """The line and its faults, in one sentence."""
        line, between = (f"ligne {self.line} : ", " ; ") if lang == "fr" else (f"line {self.line}: ", "; ")
        return line + between.join(fault.in_(lang) for fault in self.faults)
