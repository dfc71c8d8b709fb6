"""Comparing tables: what they decide otherwise, exactly, gathered into few conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from reclamation_core.tables.conditions import Condition
from reclamation_core.tables.difference.boxes import Box, boxes
from reclamation_core.tables.difference.model import OutcomeChange, TableDifference, row_changes
from reclamation_core.tables.difference.regions import condition_of
from reclamation_core.tables.difference.twin import Twin, Twins
from reclamation_core.tables.model import Input
from reclamation_core.tables.proof import witness
from reclamation_core.tables.table import DecisionTable


def compare(pairs: Iterable[tuple[DecisionTable[Any], DecisionTable[Any]]]) -> Iterator[TableDifference]:
    """The difference of each pair of tables; pairs that ask for the outcomes of others follow these along.

    Raises:
        ValueError: a table was not proved.
        TableDefinitionError: an input is not of one kind in both tables of a pair.
    """
    compared = tuple(pairs)
    for table in (table for pair in compared for table in pair):
        if not table.proved:
            raise ValueError(f"table {table.name!r} was not proved, and may decide nothing; prove it, then compare")
    twins = Twins.of_facts(table for pair in compared for table in pair)
    for before, after in compared:
        changes = tuple(_changes(twins.twin(before, after)))
        yield TableDifference(before, after, changes, tuple(row_changes(before, after)))


def _changes(twin: Twin) -> Iterator[OutcomeChange]:
    free = twin.cells.everything & ~twin.reachable
    for (before, after), where in twin.changed.items():
        for box in boxes(twin.cells, where, free):
            inside = twin.cells.allowed(enumerate(box)) & where
            conditions = tuple(_conditions(twin, box, inside))
            yield OutcomeChange(before, after, conditions, twin.base, witness(twin, inside), inside.bit_count())


def _conditions(twin: Twin, box: Box, inside: int) -> Iterator[tuple[Input, Condition]]:
    cells = twin.cells
    for place, (input_, atoms, grown) in enumerate(zip(twin.inputs, cells.atoms, box, strict=True)):
        if grown != (1 << len(atoms)) - 1:
            # Of outcomes of other tables those that cannot come together with the rest are not worth a word.
            chosen = grown if input_.source is None else cells.atoms_left(place, inside)
            yield input_, condition_of(input_, atoms, chosen)
