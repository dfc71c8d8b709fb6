"""Two tables as one: on the cells that either can tell apart, the pair of their outcomes.

A twin is a table like another, its inputs being facts and the pairs of twins that it asks for; so what can be reached,
and by which facts, is worked out along the chain as for any table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, reduce
from operator import or_
from typing import Any

import attrs

from reclamation_core.tables.cells import Cells, compile_cells, outcomes_of, union
from reclamation_core.tables.definition import outcome_order
from reclamation_core.tables.difference.joining import Pairs, accepts, bounds, join, not_comparable
from reclamation_core.tables.model import HitPolicy, Input, Row
from reclamation_core.tables.table import DecisionTable


@attrs.frozen(slots=False, eq=False)
class Twin(DecisionTable[Any]):
    """Two tables as one.

    Attributes:
        before: the one.
        after: the other; the pairs are of outcomes before and after.
    """

    before: DecisionTable[Any] = attrs.field(kw_only=True)
    after: DecisionTable[Any] = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        pass  # both were proved; what they make together is no table to be asked

    @cached_property
    def cells(self) -> Cells:
        """The cells, and for each pair of outcomes those it is given in."""
        grid = compile_cells(self.inputs, self._atoms, (), HitPolicy.UNIQUE, ())
        sides = [self._outcomes(grid, side, table) for side, table in enumerate((self.before, self.after))]
        pairs = {(one, other): mine & theirs for one, mine in sides[0].items() for other, theirs in sides[1].items()}
        return attrs.evolve(grid, outcomes={pair: cells for pair, cells in pairs.items() if cells})

    @property
    def outcomes(self) -> tuple[Any, ...]:
        """The pairs of outcomes that some facts get."""
        return tuple(pair for pair, cells in self.cells.outcomes.items() if cells & self.reachable)

    @property
    def changed(self) -> Mapping[tuple[Any, Any], int]:
        """For each pair of different outcomes, the cells that facts can fall in and that get it."""
        given = {pair: cells & self.reachable for pair, cells in self.cells.outcomes.items() if pair[0] != pair[1]}
        return {pair: cells for pair, cells in given.items() if cells}

    def had(self, before: Any) -> int:
        """The cells that facts can fall in and to which the one table gives an outcome."""
        given = (cells for pair, cells in self.cells.outcomes.items() if pair[0] == before)
        return reduce(or_, given, 0) & self.reachable

    def plainest(self, cells: int) -> int:
        """Of these cells some in which as few rows fire as can be avoided: the example then shows what matters."""
        for side, table in enumerate((self.before, self.after)):
            for row in table.rows:
                cells = cells & ~self._fires(self.cells, side, row) or cells
        return cells

    def _outcomes(self, grid: Cells, side: int, table: DecisionTable[Any]) -> dict[Any, int]:
        row_cells = tuple(self._fires(grid, side, row) for row in table.rows)
        order = outcome_order(table.output, table.hit_policy, table.priority, table.rows)
        accepted = self._accepted(grid, side, table)
        given = outcomes_of(table.rows, row_cells, table.hit_policy, order, grid.everything)
        return {None: grid.everything & ~accepted, **{outcome: cells & accepted for outcome, cells in given.items()}}

    def _fires(self, grid: Cells, side: int, row: Row) -> int:
        cells = grid.everything
        for place, input_ in enumerate(self.inputs):
            condition = row.when.get(input_.name)
            if condition is not None:
                samples = self._samples(grid, place, side)
                holding = sum(1 << code for code, sample in enumerate(samples) if condition.holds(sample))
                cells &= union(grid.masks[place], holding)
        return cells

    def _accepted(self, grid: Cells, side: int, table: DecisionTable[Any]) -> int:
        cells = grid.everything
        for input_ in table.inputs:
            place = self.place(input_.name)
            samples = self._samples(grid, place, side)
            accepted = sum(
                1 << code
                for code, sample in enumerate(samples)
                if (sample is not None if input_.source is not None else accepts(input_, sample))
            )
            cells &= union(grid.masks[place], accepted)
        return cells

    def _samples(self, grid: Cells, place: int, side: int) -> list[Any]:
        of_pair = self.inputs[place].source is not None
        return [atom.sample[side] if of_pair else atom.sample for atom in grid.atoms[place]]


@attrs.define(eq=False)
class Twins:
    """Makes the twins of tables that share facts, each pair once."""

    facts: dict[str, Input] = attrs.field(factory=dict)
    _bounds: dict[str, list[Input]] = attrs.field(factory=dict)
    _made: dict[str, Twin] = attrs.field(factory=dict)

    @classmethod
    def of_facts(cls, tables: Iterable[DecisionTable[Any]]) -> Twins:
        """Ready to make twins of these tables; a fact that several of them ask for is joined from all."""
        twins = cls()
        for table in tables:
            for fact in table.base:
                met = twins.facts.get(fact.name, fact)
                twins.facts[fact.name] = met if met == fact else join(table.name, met, fact)
                twins._bounds.setdefault(fact.name, []).append(fact)
        return twins

    def twin(self, before: DecisionTable[Any], after: DecisionTable[Any]) -> Twin:
        """The twin of two tables, and those of the tables that they ask for."""
        if before.name not in self._made:
            inputs = {
                input_.name: self._input(before, after, input_.name)
                for table in (before, after)
                for input_ in table.inputs
            }
            limits = (bound for name in inputs for bound in bounds(self._bounds.get(name, ())))
            marks = (Row("", {name: condition}, None) for name, condition in limits)
            self._made[before.name] = Twin(
                before.name,
                inputs.values(),
                Pairs(before.output, after.output),
                (*before.rows, *after.rows, *marks),
                title=after.title,
                before=before,
                after=after,
            )
        return self._made[before.name]

    def _input(self, before: DecisionTable[Any], after: DecisionTable[Any], name: str) -> Input:
        asked = [input_ for table in (before, after) for input_ in table.inputs if input_.name == name]
        sources = [input_.source for input_ in asked if input_.source is not None]
        if not sources:
            return self.facts[name]
        if len(sources) < len(asked):
            raise not_comparable(after.name, name)
        return Input.outcome_of(self.twin(sources[0], sources[-1]), asked[-1].label)
