"""Comparing tables: what they decide otherwise, exactly, gathered into few conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reclamation_core.tables.cell import Decision
from reclamation_core.tables.conditions import Condition
from reclamation_core.tables.difference.boxes import Box, boxes_with_exceptions
from reclamation_core.tables.difference.model import Conditions, OutcomeChange, TableDifference, row_changes
from reclamation_core.tables.difference.regions import condition_of, without_gaps
from reclamation_core.tables.difference.twin import Twin, Twins
from reclamation_core.tables.errors import FactsError
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
    for (before, after), where in twin.changed.items():
        # What had another outcome before is not asked about. Of facts refused before nobody knows which they were.
        asked_about = twin.reachable if before is None else twin.had(before)
        for box, beside in boxes_with_exceptions(twin.cells, where, asked_about):
            inside = twin.cells.allowed(enumerate(box)) & where
            facts = witness(twin, twin.plainest(inside))
            said = (_said(table, facts) for table in (twin.before, twin.after))
            conditions = _conditions(twin, box, where)
            exceptions = tuple(_conditions(twin, exception, asked_about & ~where) for exception in beside)
            yield OutcomeChange(before, after, conditions, exceptions, twin.base, facts, inside.bit_count(), *said)


def _said(table: DecisionTable[Any], facts: Mapping[str, Any]) -> Decision[Any] | FactsError:
    try:
        return table.decide(facts)
    except FactsError as error:
        return error


def _conditions(twin: Twin, box: Box, meant: int) -> Conditions:
    return tuple(_asked(twin, box, twin.cells.allowed(enumerate(box)) & meant))


def _asked(twin: Twin, box: Box, inside: int) -> Iterator[tuple[Input, Condition]]:
    cells = twin.cells
    for place, (input_, atoms, grown) in enumerate(zip(twin.inputs, cells.atoms, box, strict=True)):
        if grown != (1 << len(atoms)) - 1:
            # Values that none of the facts that are meant have are not worth a word.
            met = cells.atoms_left(place, inside)
            yield input_, condition_of(input_, atoms, without_gaps(input_, atoms, met, grown))
