"""Gathering cells into boxes: for each input a set of its atoms, the box being every combination of these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from reclamation_core.tables.cells import Cells, numbers

Box: TypeAlias = tuple[int, ...]
"""For each input, the set of its atoms that are in the box."""


def boxes_with_exceptions(cells: Cells, target: int, asked_about: int) -> Iterator[tuple[Box, tuple[Box, ...]]]:
    """Boxes that cover the target and nothing else that is asked about, once the exceptions of each are taken away.

    There are exceptions only where one box around the target, without them, takes fewer boxes in all.

    Args:
        cells: the cells of the table.
        target: the cells to cover, as a set.
        asked_about: the cells to tell the target from, itself included; of the others nothing is said.
    """
    alone = boxes(cells, target, cells.everything & ~asked_about)
    around = tuple(cells.atoms_left(place, target) for place in range(len(cells.atoms)))
    beside = cells.allowed(enumerate(around)) & asked_about & ~target
    exceptions = boxes(cells, beside, cells.everything & ~target)
    if 1 + len(exceptions) < len(alone):
        yield around, exceptions
    else:
        yield from ((box, ()) for box in alone)


def boxes(cells: Cells, target: int, free: int) -> tuple[Box, ...]:
    """Boxes that cover the target, and beside it nothing but free cells; few, though not always the fewest.

    Args:
        cells: the cells of the table.
        target: the cells to cover, as a set.
        free: cells that may be covered too, for it does not matter what is said of them.
    """
    found: list[tuple[Box, int]] = []
    left = target
    while left:
        box, covered = _largest(cells, next(numbers(left)), target | free, left)
        found.append((box, covered & target))
        left &= ~covered
    return tuple(_needed(found))


def _largest(cells: Cells, number: int, allowed: int, left: int) -> tuple[Box, int]:
    """The box around a cell that covers the most of what is left, then the most simply told, of those grown from it."""
    places = range(len(cells.atoms))
    orders = [[*places[turn:], *places[:turn]] for turn in places]
    grown = [_grow(cells, number, allowed, order[::step]) for order in orders for step in (1, -1)]
    return max(grown, key=lambda found: ((found[1] & left).bit_count(), _unasked(cells, found[0])))


def _unasked(cells: Cells, box: Box) -> int:
    """How many inputs a box says nothing of."""
    return sum(chosen == (1 << len(atoms)) - 1 for atoms, chosen in zip(cells.atoms, box, strict=True))


def _grow(cells: Cells, number: int, allowed: int, order: Sequence[int]) -> tuple[Box, int]:
    box = [1 << (number // stride % len(atoms)) for atoms, stride in zip(cells.atoms, cells.strides, strict=True)]
    covered = 1 << number
    for place in order:
        here = box[place].bit_length() - 1
        slab = covered  # the box as far as it has grown, which has one atom of this input
        for code in range(len(cells.atoms[place])):
            apart = (code - here) * cells.strides[place]
            moved = slab << apart if apart >= 0 else slab >> -apart
            if not moved & ~allowed:
                box[place] |= 1 << code
                covered |= moved
    return tuple(box), covered


def _needed(found: list[tuple[Box, int]]) -> Iterator[Box]:
    """The boxes without those whose cells the others cover."""
    kept = list(found)
    for item in found:
        others = 0
        for other in kept:
            if other is not item:
                others |= other[1]
        if not item[1] & ~others:
            kept.remove(item)
    yield from (box for box, _ in kept)
