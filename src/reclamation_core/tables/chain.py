"""A table with its source tables, and which facts an outcome depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from reclamation_core.tables.cells import Atom, numbers, partition, set_of, union
from reclamation_core.tables.errors import TableDefinitionError
from reclamation_core.tables.model import Input

if TYPE_CHECKING:
    from reclamation_core.tables.table import DecisionTable


Both: TypeAlias = dict[str, tuple[Any, Any]]
"""For the shared facts and the outcomes that later tables need, their value in the one world and in the other."""


def depends(table: DecisionTable[Any], known: Known, place: int) -> bool:
    """Whether two completions of what is known that differ in one base fact alone have different outcomes."""
    # Where two values of the fact lead apart, two neighbours between them do.
    return any(
        _part(table.chain, _with(known, place, first), _with(known, place, second))
        for first, second in pairwise(numbers(known[place]))
    )


def _with(known: Known, place: int, code: int) -> Known:
    return (*known[:place], 1 << code, *known[place + 1 :])


def _part(chain: Chain, here: Known, there: Known) -> bool:
    states: list[Both] = [{}]
    for step in chain.steps[:-1]:
        found = {
            tuple(sorted((name, pair) for name, pair in state.items() if name not in step.forgotten)): None
            for before in _introduce(chain, step, states, here, there)
            for state in _through(chain, step, before, here, there)
        }
        states = [dict(items) for items in found]
    last = chain.steps[-1]
    return any(
        first != second
        for state in _introduce(chain, last, states, here, there)
        for first, second in _outcomes(chain, last.table, state, here, there)
    )


def _introduce(chain: Chain, step: ChainStep, states: list[Both], here: Known, there: Known) -> Iterator[Both]:
    names = [chain.base[place].name for place in step.introduced]
    choices = [zip(numbers(here[place]), numbers(there[place]), strict=True) for place in step.introduced]
    for pairs in product(*choices):
        for state in states:
            yield {**state, **dict(zip(names, pairs, strict=True))}


def _through(chain: Chain, step: ChainStep, state: Both, here: Known, there: Known) -> Iterator[Both]:
    for outcomes in _outcomes(chain, step.table, state, here, there):
        yield {**state, step.table.name: outcomes}


def _outcomes(
    chain: Chain, table: DecisionTable[Any], state: Both, here: Known, there: Known
) -> Iterator[tuple[Any, Any]]:
    """The outcomes that a table can have in the two worlds at once."""
    one = chain.choices(table, {name: pair[0] for name, pair in state.items()}, here)
    other = chain.choices(table, {name: pair[1] for name, pair in state.items()}, there)
    # An input is known in both worlds or the same set in both: a cell and its counterpart are always as far apart.
    apart = sum(
        (theirs.bit_length() - mine.bit_length()) * stride
        for mine, theirs, stride in zip(one, other, table.cells.strides, strict=True)
    )
    here_cells, there_cells = table.cells.allowed(enumerate(one)), table.cells.allowed(enumerate(other))
    for first, mine in table.cells.outcomes.items():
        for second, theirs in table.cells.outcomes.items():
            counterparts = there_cells & theirs
            if here_cells & mine & (counterparts >> apart if apart > 0 else counterparts << -apart):
                yield first, second


Known: TypeAlias = tuple[int, ...]
"""For each base fact, the set of its atoms that are still possible."""

State: TypeAlias = dict[str, Any]


@attrs.frozen(eq=False)
class ChainStep:
    """One table of the chain: the shared base facts met first here, and what no later table needs."""

    table: DecisionTable[Any]
    introduced: tuple[int, ...]
    forgotten: frozenset[str]


@attrs.frozen(eq=False)
class Chain:
    """What one table depends on.

    Attributes:
        base: the base facts, in the order in which the table and its sources name them.
        atoms: for each base fact, its atoms under the conditions of all the tables of the chain.
        places: the index of each base fact in `base`.
        steps: the tables, sources first, the table itself last.
        shared: the base facts that several tables of the chain ask for.
        codes: for a table and an input of it, what each atom of the base fact is among the input's own atoms.
        translations: for each source table and each of its base facts, the index here and the atoms.
    """

    base: tuple[Input, ...]
    atoms: tuple[tuple[Atom, ...], ...]
    places: dict[str, int]
    steps: tuple[ChainStep, ...]
    shared: frozenset[str]
    codes: dict[tuple[str, str], tuple[int, ...]]
    translations: dict[str, tuple[tuple[int, tuple[int, ...]], ...]]

    @property
    def nothing_known(self) -> Known:
        """Every atom of every base fact."""
        return tuple((1 << len(atoms)) - 1 for atoms in self.atoms)

    @property
    def states(self) -> int:
        """How many combinations of shared facts and outcomes `reach` may have to go through at once, at most."""
        sizes: dict[str, int] = {}
        most = 1
        for step in self.steps:
            sizes.update({self.base[place].name: len(self.atoms[place]) for place in step.introduced})
            most = max(most, prod(sizes.values()))
            if step is not self.steps[-1]:
                sizes[step.table.name] = len(step.table.cells.outcomes)
            sizes = {name: size for name, size in sizes.items() if name not in step.forgotten}
        return most

    def reach(self, known: Known) -> int:
        """The cells of the table that some completion of what is known falls in."""
        states: list[State] = [{}]
        for step in self.steps[:-1]:
            found = {
                tuple(sorted((name, value) for name, value in state.items() if name not in step.forgotten)): None
                for state in self._through(step, states, known)
            }
            states = [dict(items) for items in found]
        last = self.steps[-1]
        cells = 0
        for state in self._introduce(last, states, known):
            cells |= self.cells_of(last.table, state, known)
        return cells

    def _through(self, step: ChainStep, states: list[State], known: Known) -> Iterator[State]:
        outcomes = step.table.cells.outcomes.items()
        for state in self._introduce(step, states, known):
            cells = self.cells_of(step.table, state, known)
            for outcome, given in outcomes:
                if cells & given:
                    yield {**state, step.table.name: outcome}

    def _introduce(self, step: ChainStep, states: list[State], known: Known) -> Iterator[State]:
        names = [self.base[place].name for place in step.introduced]
        for codes in product(*(tuple(numbers(known[place])) for place in step.introduced)):
            for state in states:
                yield {**state, **dict(zip(names, codes, strict=True))}

    def cells_of(self, table: DecisionTable[Any], state: State, known: Known) -> int:
        """The cells of a table of the chain that agree with the source outcomes and the shared facts in `state`."""
        return table.cells.allowed(enumerate(self.choices(table, state, known)))

    def choices(self, table: DecisionTable[Any], state: State, known: Known) -> list[int]:
        """For each input of a table of the chain, the atoms of its own that `state` and what is known leave."""
        return [self._own_atoms(table, place, input_, state, known) for place, input_ in enumerate(table.inputs)]

    def _own_atoms(self, table: DecisionTable[Any], place: int, input_: Input, state: State, known: Known) -> int:
        if input_.source is not None:
            return table.atom_set(place, state[input_.name])
        codes = self.codes[table.name, input_.name]
        if input_.name in state:
            return codes[state[input_.name]]
        return union(codes, known[self.places[input_.name]])

    def known_to(self, source: DecisionTable[Any], known: Known) -> Known:
        """The known facts in the atoms of a source table, which may distinguish fewer values."""
        return tuple(union(codes, known[place]) for place, codes in self.translations[source.name])


def make_chain(table: DecisionTable[Any]) -> Chain:
    """Find what a table depends on.

    Raises:
        TableDefinitionError: two tables of the chain share a name, or ask for different facts under one name.
    """
    tables = _sources_first(table)
    askers: dict[str, list[DecisionTable[Any]]] = {}
    base: dict[str, Input] = {}
    for asker in tables:
        for input_ in asker.inputs:
            if input_.source is None:
                if base.setdefault(input_.name, input_) != input_:
                    raise TableDefinitionError(
                        table.name, input_.name, "is asked for in two different ways along the chain"
                    )
                askers.setdefault(input_.name, []).append(asker)
    clash = next((name for name in base if name in {asker.name for asker in tables}), None)
    if clash is not None:
        raise TableDefinitionError(table.name, clash, "names both a fact and a table of the chain; rename one of them")
    ordered = _base_order(table)
    atoms = tuple(_common_atoms(input_, askers[input_.name]) for input_ in ordered)
    places = {input_.name: place for place, input_ in enumerate(ordered)}
    codes = {
        (asker.name, name): tuple(asker.atom_set(asker.index_of(name), atom.sample) for atom in atoms[places[name]])
        for name, asking in askers.items()
        for asker in asking
    }
    shared = frozenset(name for name, asking in askers.items() if len(asking) > 1)
    translations = {
        source.name: tuple(
            (places[fact.name], tuple(set_of(theirs, atom.sample) for atom in atoms[places[fact.name]]))
            for fact, theirs in zip(source.chain.base, source.chain.atoms, strict=True)
        )
        for source in table.sources
    }
    return Chain(tuple(ordered), atoms, places, _steps(tables, shared, places), shared, codes, translations)


def _sources_first(table: DecisionTable[Any]) -> tuple[DecisionTable[Any], ...]:
    found: dict[str, DecisionTable[Any]] = {}

    def visit(visited: DecisionTable[Any]) -> None:
        if found.get(visited.name) is visited:
            return
        for source in visited.sources:
            visit(source)
        if found.setdefault(visited.name, visited) != visited:
            raise TableDefinitionError(table.name, visited.name, "names two different tables of the chain")

    visit(table)
    return tuple(found.values())


def tables_of(tables: Iterable[DecisionTable[Any]]) -> tuple[DecisionTable[Any], ...]:
    """Tables and their sources without repetition, each table after its sources.

    Raises:
        TableDefinitionError: two different tables share a name.
    """
    found: dict[str, DecisionTable[Any]] = {}
    for table in tables:
        for part in _sources_first(table):
            if found.setdefault(part.name, part) != part:
                raise TableDefinitionError(table.name, part.name, "names two different tables; rename one of them")
    return tuple(found.values())


def _base_order(table: DecisionTable[Any]) -> list[Input]:
    """The base facts, in the order in which the table and its sources name them."""
    order: dict[str, Input] = {}
    for input_ in table.inputs:
        asked = [input_] if input_.source is None else input_.source.base
        order.update({fact.name: fact for fact in asked if fact.name not in order})
    return list(order.values())


def _common_atoms(input_: Input, askers: list[DecisionTable[Any]]) -> tuple[Atom, ...]:
    conditions = [row.when[input_.name] for asker in askers for row in asker.rows if input_.name in row.when]
    return partition(input_.domain, input_.absent, conditions)


def _steps(
    tables: tuple[DecisionTable[Any], ...], shared: frozenset[str], places: dict[str, int]
) -> tuple[ChainStep, ...]:
    last_use = {input_.name: number for number, table in enumerate(tables) for input_ in table.inputs}
    steps = []
    met: set[str] = set()
    for number, table in enumerate(tables):
        new = [input_.name for input_ in table.inputs if input_.name in shared and input_.name not in met]
        met.update(new)
        forgotten = frozenset(name for name, last in last_use.items() if last <= number)
        steps.append(ChainStep(table, tuple(places[name] for name in new), forgotten))
    return tuple(steps)
