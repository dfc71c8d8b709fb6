"""What was exercised of one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import attrs

from reclamation_core.missing import ABSENT
from reclamation_core.tables import Cell, DecisionTable, Row
from reclamation_core.tables.cells import Atom, numbers
from reclamation_core.tables.explanation import row_wording
from reclamation_core.wording import Lang, Wording


@attrs.frozen
class RuleRow:
    """A row, as a report names it.

    Attributes:
        id: its name in the table.
        source: the clause and the reading that it cites, in both languages; None where it cites none.
        wording: the rule as a sentence.
    """

    id: str
    source: Wording | None
    wording: Wording

    @classmethod
    def of(cls, table: DecisionTable[Any], row: Row) -> RuleRow:
        """The row of a table."""
        source = Wording(row.source("fr"), row.source("en")) if row.source("fr") else None
        return cls(row.id, source, Wording(row_wording(table, row, "fr"), row_wording(table, row, "en")))

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> RuleRow:
        """The row that a report tells."""
        source = document["source"]
        return cls(document["id"], source and Wording(**source), Wording(**document["wording"]))

    def in_(self, lang: Lang) -> str:
        """The row in a line: its name, its source, its wording."""
        source = "" if self.source is None else f" ({self.source.in_(lang)})"
        colon = " :" if lang == "fr" else ":"
        return f"{self.id}{source}{colon} {self.wording.in_(lang)}"


@attrs.define
class TableCoverage:
    """What was exercised of a table.

    A row is exercised where it gave an outcome: neither where another row overrode it, nor while the outcome was
    undetermined. A cell is exercised where the facts fell in it alone.

    Attributes:
        name: the table's name.
        title: what a reader calls it.
        rows: its rows, in its order.
        inputs: for each of its inputs, what it is called in French, and each of its atoms.
        reachable: the cells that some facts fall in, as a set of numbers.
        given: how often each row gave an outcome, by its name.
        met: the cells exercised, as a set of numbers.
    """

    name: str
    title: Wording
    rows: tuple[RuleRow, ...]
    inputs: tuple[tuple[str, tuple[str, ...]], ...]
    reachable: int
    given: Counter[str] = attrs.field(factory=Counter)
    met: int = 0

    @classmethod
    def of(cls, table: DecisionTable[Any]) -> TableCoverage:
        """Nothing of a table, so far."""
        rows = tuple(RuleRow.of(table, row) for row in table.rows)
        inputs = tuple(
            (input_.label.fr, tuple(_atom(table, place, atom) for atom in atoms))
            for place, (input_, atoms) in enumerate(zip(table.inputs, table.cells.atoms, strict=True))
        )
        return cls(table.name, table.title, rows, inputs, table.reachable)

    def record(self, cell: Cell[Any]) -> None:
        """Count a cell that was looked up."""
        self.given.update(row.id for row in cell.deciding)
        if cell.cells.bit_count() == 1:
            self.met |= cell.cells

    def add(self, other: TableCoverage) -> None:
        """Count what was counted elsewhere of the same table."""
        self.given.update(other.given)
        self.met |= other.met

    @property
    def exercised(self) -> tuple[RuleRow, ...]:
        """The rows that gave an outcome."""
        return tuple(row for row in self.rows if self.given[row.id])

    @property
    def missed(self) -> tuple[RuleRow, ...]:
        """The rows that never gave one."""
        return tuple(row for row in self.rows if not self.given[row.id])

    @property
    def missed_cell(self) -> str | None:
        """The first cell that no facts fell in, told in French; None where there is none."""
        missed = self.reachable & ~self.met
        return self._told(next(numbers(missed))) if missed else None

    def _told(self, number: int) -> str:
        told: list[str] = []
        for label, atoms in reversed(self.inputs):
            number, code = divmod(number, len(atoms))
            told.append(f"{label} : {atoms[code]}")
        return ", ".join(reversed(told))

    def document(self) -> dict[str, Any]:
        """It as plain data: `cells` and what of them was exercised as sets of numbers, in hexadecimal."""
        return {
            "name": self.name,
            "title": attrs.asdict(self.title),
            "rows": [{**attrs.asdict(row), "given": self.given[row.id]} for row in self.rows],
            "missed": [row.id for row in self.missed],
            "cells": {
                "reachable": self.reachable.bit_count(),
                "exercised": self.met.bit_count(),
                "first_missed": self.missed_cell,
                "reachable_set": f"{self.reachable:x}",
                "exercised_set": f"{self.met:x}",
                "inputs": [{"label": label, "atoms": list(atoms)} for label, atoms in self.inputs],
            },
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> TableCoverage:
        """What `document` wrote."""
        cells = document["cells"]
        return cls(
            name=document["name"],
            title=Wording(**document["title"]),
            rows=tuple(map(RuleRow.read, document["rows"])),
            inputs=tuple((input_["label"], tuple(input_["atoms"])) for input_ in cells["inputs"]),
            reachable=int(cells["reachable_set"], 16),
            given=Counter({row["id"]: row["given"] for row in document["rows"]}),
            met=int(cells["exercised_set"], 16),
        )


def _atom(table: DecisionTable[Any], place: int, atom: Atom) -> str:
    """A class of values, told by one of them."""
    if atom.sample is ABSENT:
        return "sans objet"
    return table.inputs[place].domain.label(atom.sample, "fr")
