"""Which fact to ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reclamation_core.tables.cells import numbers
from reclamation_core.tables.dependence import depends
from reclamation_core.tables.model import Input

if TYPE_CHECKING:
    from reclamation_core.tables.cell import Cell


def open_inputs(cell: Cell[Any]) -> tuple[Input, ...]:
    """The unknown base facts that the outcome may still depend on."""
    if len(cell.possible) < 2:
        return ()
    places = [place for place, atoms in enumerate(cell.known) if atoms.bit_count() > 1]
    return tuple(cell.table.base[place] for place in places if _matters(cell, place))


def _matters(cell: Cell[Any], place: int) -> bool:
    table = cell.table
    fact = table.base[place]
    if fact in table.inputs and fact.name not in table.chain.shared:
        return table.cells.matters(table.place(fact.name), cell.cells)
    return depends(table, cell.known, place)


def best_question(cell: Cell[Any]) -> Input | None:
    """The open fact whose knowledge settles most, its values counting equally.

    The one for which the most of its values determine the outcome; of those, the one that leaves the fewest outcomes
    possible on average; of those, the first in the table's order.
    """
    return min(cell.unknown, key=lambda input_: _left(cell, input_), default=None)


def _left(cell: Cell[Any], input_: Input) -> tuple[float, float]:
    counts = [len(outcomes) for outcomes in _answers(cell, cell.table.chain.places[input_.name])]
    return sum(count > 1 for count in counts) / len(counts), sum(counts) / len(counts)


def _answers(cell: Cell[Any], place: int) -> Iterator[set[Any]]:
    """For each value that the fact may have, the outcomes it would leave."""
    table = cell.table
    for code in numbers(cell.known[place]):
        reached = table.chain.reach((*cell.known[:place], 1 << code, *cell.known[place + 1 :]))
        yield {outcome for outcome, cells in table.cells.outcomes.items() if cells & reached}
