"""What a table says for every combination of what may be known: its cells, laid out for a look-up by number.

A key is made of one code for each thing that the table depends on (the last counting fastest). A code stands for a set
of values: one class of them, or all where the fact is unknown, or none where the value cannot be. What can follow from
sets of values is the union of what follows from each, so the table is laid out for single values, from its cells, and
then widened along one axis after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import product
from math import prod
from operator import or_
from typing import Any, TypeAlias

import attrs

from reclamation_core.tables import DecisionTable, HitPolicy, Row
from reclamation_core.tables.cells import numbers, set_of

Sample: TypeAlias = Mapping[str, Any]
"""Values of base facts that lead to one value of an axis."""


@attrs.frozen
class State:
    """What is known of a decision.

    Args:
        possible: the outcomes still possible, as a set of places in `table.outcomes`; 0 where a value cannot be.
        outcome: the outcome; None while undetermined.
        rows: the rows that decided; empty while undetermined.
    """

    possible: int
    outcome: Any
    rows: tuple[str, ...]

    @property
    def undetermined(self) -> bool:
        """Whether several outcomes are possible."""
        return self.possible.bit_count() > 1


IMPOSSIBLE = State(0, None, ())
"""The state where a value cannot be."""


@attrs.frozen(eq=False)
class Singles:
    """What follows from single values on some axes: for each combination of them, a set of one member.

    Args:
        found: the sets, the last axis counting fastest.
        sizes: how many single values each axis has.
    """

    found: Sequence[int]
    sizes: tuple[int, ...]

    def widened(self, choices: Sequence[Sequence[int]]) -> list[int]:
        """The set for each key; `choices` has, for each axis and code, the set of single values it stands for."""
        sets, sizes = list(self.found), list(self.sizes)
        for place, of_axis in enumerate(choices):
            sets = _widened(sets, prod(sizes[place + 1 :]), sizes[place], of_axis)
            sizes[place] = len(of_axis)
        return sets

    def halved(self) -> tuple[Singles, Singles]:
        """The same in two steps: the first half of the axes, then the others with what the first step gave, last.

        What follows from the first axes is which of the blocks of answers they leave; a maximum leaves few.
        """
        middle = len(self.sizes) // 2
        length = prod(self.sizes[middle:])
        blocks = [tuple(self.found[start : start + length]) for start in range(0, len(self.found), length)]
        number_of = {block: number for number, block in enumerate(dict.fromkeys(blocks))}
        first = Singles([1 << number_of[block] for block in blocks], self.sizes[:middle])
        second = [block[place] for place in range(length) for block in number_of]
        return first, Singles(second, (*self.sizes[middle:], len(number_of)))


def _widened(sets: list[int], block: int, size: int, choices: Sequence[int]) -> list[int]:
    widened: list[int] = []
    for start in range(0, len(sets), block * size):
        parts = [sets[start + place * block : start + (place + 1) * block] for place in range(size)]
        for choice in choices:
            chosen = [parts[place] for place in numbers(choice)]
            widened += reduce(lambda a, b: list(map(or_, a, b)), chosen) if chosen else [0] * block
    return widened


@attrs.frozen(eq=False)
class Leaves:
    """What a table gives for single values on its axes, each answer once.

    Args:
        table: the table.
        answers: pairs of an outcome's place and of the rows that give it, as a set.
        singles: the answer to each combination of single values.
    """

    table: DecisionTable[Any]
    answers: tuple[tuple[int, int], ...]
    singles: Singles

    @property
    def outcomes(self) -> Singles:
        """The outcomes alone, numbered as they are met."""
        number_of: dict[int, int] = {}
        of_answer = {
            1 << place: 1 << number_of.setdefault(outcome, len(number_of))
            for place, (outcome, _) in enumerate(self.answers)
        }
        return Singles([of_answer[found] for found in self.singles.found], self.singles.sizes)

    def state(self, found: int) -> State:
        """What is known of the decision where a set of answers is possible."""
        if not found:
            return IMPOSSIBLE
        answers = [self.answers[place] for place in numbers(found)]
        possible = reduce(or_, (1 << outcome for outcome, _ in answers))
        if possible.bit_count() > 1:
            return State(possible, None, ())
        sure = reduce(int.__and__, (rows for _, rows in answers))
        rows = [self.table.rows[place].id for place in numbers(sure)]
        if self.table.hit_policy is HitPolicy.FIRST:
            rows = rows[:1]
        return State(possible, self.table.outcomes[answers[0][0]], tuple(rows))


def leaves(table: DecisionTable[Any], axes: Sequence[Sequence[Sample]]) -> Leaves:
    """What a table gives, each axis being the samples of its single values."""
    known: dict[tuple[int, int], int] = {}
    asked = [None if input_.source else input_.name for input_ in table.inputs]
    answered = _by_cells if asked == [name for axis in axes for name in axis[0]] else _one_by_one
    found = [1 << known.setdefault(answer, len(known)) for answer in answered(table, axes)]
    return Leaves(table, tuple(known), Singles(found, tuple(map(len, axes))))


def _by_cells(table: DecisionTable[Any], axes: Sequence[Sequence[Sample]]) -> Iterable[tuple[int, int]]:
    """The answers of a table whose axes are its inputs: read off its sets of cells, all at once."""
    cells = table.cells
    total = cells.everything.bit_length()
    outcome_of, rows_of = [0] * total, [0] * total
    for place, where in enumerate(cells.outcomes.values()):
        for number in _members(where):
            outcome_of[number] = place
    for place, (row, where) in enumerate(zip(table.rows, cells.rows, strict=True)):
        for number in _members(where & _gives(table, row)):
            rows_of[number] |= 1 << place
    offsets = [
        [stride * (table.atom_set(place, sample[input_.name]).bit_length() - 1) for sample in axis]
        for place, (input_, axis, stride) in enumerate(zip(table.inputs, axes, cells.strides, strict=True))
    ]
    return ((outcome_of[sum(steps)], rows_of[sum(steps)]) for steps in product(*offsets))


def _members(cells: int) -> Iterable[int]:
    """The numbers of a large set, read off its digits: `numbers` copies the set at each step."""
    return (number for number, digit in enumerate(reversed(f"{cells:b}")) if digit == "1")


def _gives(table: DecisionTable[Any], row: Row) -> int:
    """The cells where a row that fires is one of those that decide."""
    if table.hit_policy.adds_up:
        return table.cells.everything
    return table.cells.outcomes.get(row.then, 0)


def _one_by_one(table: DecisionTable[Any], axes: Sequence[Sequence[Sample]]) -> Iterable[tuple[int, int]]:
    places = {outcome: place for place, outcome in enumerate(table.outcomes)}
    numbered = {row.id: place for place, row in enumerate(table.rows)}
    chain = table.chain
    for samples in product(*axes):
        facts = {name: value for sample in samples for name, value in sample.items()}
        cell = table.cell(
            tuple(set_of(atoms, facts[input_.name]) for input_, atoms in zip(chain.base, chain.atoms, strict=True))
        )
        given = cell.rows if table.hit_policy.adds_up else [r for r in cell.rows if r.then == cell.outcome]
        yield places[cell.outcome], sum(1 << numbered[row.id] for row in given)
