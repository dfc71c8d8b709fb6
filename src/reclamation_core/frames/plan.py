"""How the tables of an edition are looked up in columns: the state of a decision for each combination of known values.

A key is made of one code for each input of a table, the last one counting fastest. A code stands for a set of values:
one class of values, all of them where the fact is unknown, none where the value is invalid. What follows from sets of
values is the union of what follows from each, so a table is computed for single values, from its cells, and then
widened along one axis after the other.

A table whose facts no other table reads affects the tables above it by its outcome alone: they take the set of its
possible outcomes as one code. So the severity, of six facts, is a code of eight values for the criticality. The other
tables share facts and are looked up together, by one key. A key of very many facts is made in two steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache, reduce
from math import prod
from operator import or_
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT, Missing
from reclamation_core.policy import Policy
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import HitPolicy, Input, Row
from reclamation_core.tables.cells import Atom, numbers, partition
from reclamation_core.tables.model import CompiledTable
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts
from reclamation_core.vocabulary.facts import KINDS, Fact, facts_of
from reclamation_core.wording import Wording

Sample: TypeAlias = Mapping[str, Any]
"""Values of base facts that lead to one value of an axis."""
CellAnswers: TypeAlias = list[tuple[int, int]]
"""The answers to many combinations of samples: the place of the outcome, and the rows that give it, as a set."""


@attrs.frozen
class DecisionState(SharedRepr):
    """The knowledge of a decision.

    Args:
        possible: the outcomes still possible, as a set of places in `table.outcomes`; 0 if a value is invalid.
        outcome: the outcome; None while undetermined.
        rows: the rows that decided; empty while undetermined.
    """

    possible: int
    outcome: Any
    rows: tuple[str, ...]

    @property
    def undetermined(self) -> bool:
        """True if several outcomes are possible."""
        return self.possible.bit_count() > 1


IMPOSSIBLE = DecisionState(0, None, ())
"""The state if a value is invalid."""


@attrs.frozen(eq=False)
class Singles(SharedRepr):
    """The results of single values on some axes: a set of one member for each combination.

    Args:
        found: the sets, the last axis counting fastest.
        sizes: how many single values each axis has.
    """

    found: Sequence[int]
    sizes: tuple[int, ...]

    def widened(self, choices: Sequence[Sequence[int]]) -> list[int]:
        """Return the set for each key; `choices` has, for each axis and code, its set of single values."""
        sets = list(self.found)
        for size, of_axis in zip(self.sizes, choices, strict=True):
            block = len(sets) // size
            parts = [sets[place * block : (place + 1) * block] for place in range(size)]
            sets = [0] * (block * len(of_axis))
            for code, choice in enumerate(of_axis):
                chosen = [parts[place] for place in numbers(choice)]
                if chosen:  # the axis becomes the last one, and after all of them is at its place again
                    sets[code :: len(of_axis)] = reduce(lambda a, b: list(map(or_, a, b)), chosen)
        return sets

    def halved(self) -> tuple[Singles, Singles]:
        """Return two steps: the first half of the axes, then the other axes and, last, the result of the first step.

        The first step selects one of the blocks of answers; for a maximum there are few different blocks.
        """
        middle = len(self.sizes) // 2
        length = prod(self.sizes[middle:])
        blocks = [tuple(self.found[start : start + length]) for start in range(0, len(self.found), length)]
        number_of = {block: number for number, block in enumerate(dict.fromkeys(blocks))}
        first = Singles([1 << number_of[block] for block in blocks], self.sizes[:middle])
        second = [block[place] for place in range(length) for block in number_of]
        return first, Singles(second, (*self.sizes[middle:], len(number_of)))


@attrs.frozen(eq=False, slots=False)
class Leaves(SharedRepr):
    """The answers of a table to single values on its axes, each answer once.

    Args:
        table: the table.
        answers: pairs of an outcome's place and of the rows that give it, as a set.
        singles: the answer to each combination of single values.
    """

    table: CompiledTable[Any]
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

    def state(self, found: int) -> DecisionState:
        """Return the state of the decision for a set of possible answers."""
        if not found:
            return IMPOSSIBLE
        possible = sum(1 << outcome for outcome, answers in self._by_outcome.items() if found & answers)
        if possible.bit_count() > 1:
            return DecisionState(possible, None, ())
        rows = [row.id for row, others in zip(self.table.rows, self._without, strict=True) if not found & others]
        if self.table.hit_policy is HitPolicy.FIRST:
            rows = rows[:1]
        return DecisionState(possible, self.table.outcomes[possible.bit_length() - 1], tuple(rows))

    @cached_property
    def _by_outcome(self) -> dict[int, int]:
        """The answers with each outcome, as a set of their places."""
        found: dict[int, int] = {}
        for place, (outcome, _) in enumerate(self.answers):
            found[outcome] = found.get(outcome, 0) | 1 << place
        return found

    @cached_property
    def _without(self) -> list[int]:
        """For each row, the answers that it does not give."""
        each = range(len(self.table.rows))
        return [sum(1 << place for place, (_, rows) in enumerate(self.answers) if not rows >> row & 1) for row in each]


def leaves(table: CompiledTable[Any], axes: Sequence[Sequence[Sample]], known: dict[str, CellAnswers]) -> Leaves:
    """Return the answers of a table, with samples of the single values of each axis; `known` has those of others."""
    found = _answers(table, axes, known)
    sets = {answer: 1 << place for place, answer in enumerate(dict.fromkeys(found))}  # one object for many cells
    return Leaves(table, tuple(sets), Singles([sets[answer] for answer in found], tuple(map(len, axes))))


def _answers(table: CompiledTable[Any], axes: Sequence[Sequence[Sample]], known: dict[str, CellAnswers]) -> CellAnswers:
    """Return the answer to each combination of samples: that of the cell which its facts and sources lead to."""
    if table.name not in known:
        asked, cells = list(enumerate(zip(table.inputs, table.cells.strides, strict=True))), [0]
        for axis in axes:
            facts = [(place, input_.name, stride) for place, (input_, stride) in asked if input_.name in axis[0]]
            steps = [sum(_step(table, place, sample[name], stride) for place, name, stride in facts) for sample in axis]
            cells = [cell + step for cell in cells for step in steps]
        for place, (input_, stride) in asked:
            if input_.source is not None:
                steps = [_step(table, place, outcome, stride) for outcome in input_.source.outcomes]
                given = _answers(input_.source, axes, known)
                cells = [cell + steps[outcome] for cell, (outcome, _) in zip(cells, given, strict=True)]
        known[table.name] = list(map(_by_cells(table).__getitem__, cells))
    return known[table.name]


def _step(table: CompiledTable[Any], place: int, value: object, stride: int) -> int:
    return stride * (table.atom_set(place, value).bit_length() - 1)


def _by_cells(table: CompiledTable[Any]) -> CellAnswers:
    total = table.cells.everything.bit_length()
    outcome_of, rows_of = [0] * total, [0] * total
    for place, where in enumerate(table.cells.outcomes.values()):
        for number in _members(where):
            outcome_of[number] = place
    for place, (row, where) in enumerate(zip(table.rows, table.cells.rows, strict=True)):
        for number in _members(where & _gives(table, row)):
            rows_of[number] |= 1 << place
    return list(zip(outcome_of, rows_of, strict=True))


def _members(cells: int) -> Iterable[int]:
    """Return the members of a large set from its digits; `numbers` would copy the set at each step."""
    return (number for number, digit in enumerate(reversed(f"{cells:b}")) if digit == "1")


def _gives(table: CompiledTable[Any], row: Row) -> int:
    """Return the cells in which a row that fires is among the deciding rows."""
    if table.hit_policy.adds_up:
        return table.cells.everything
    return table.cells.outcomes.get(row.then, 0)


FactsClass: TypeAlias = type[ComplaintFacts | MalfunctionFacts]

_BYTES_OF_A_KEY: Final = 128
_MOST_BYTES: Final = 1 << 31
_FEWER: Final = Wording(
    "les valeurs des informations de cette table, et les inconnues, font trop de combinaisons pour des colonnes ; "
    "partagez la table, une partie demandant l'autre",
    "the values of the facts of this table, and the unknown ones, make too many combinations for columns; split the "
    "table, one part asking for the other",
)
_MANY: Final = 4096
"""The maximum number of combinations of single values that are looked up in one step if two are possible."""


@attrs.frozen(eq=False, slots=False)
class FactColumn(SharedRepr):
    """A fact, with its values in classes: no row distinguishes the values of a class.

    Args:
        input: what the tables ask, by its field: a fact of an edition is `own.NAME`, and its column `own_NAME`.
        atoms: its atoms under all the conditions on it.
        class_of: for each atom, its class.
        null: what a null means.
        given: whether a column may have it; a malfunction never has a client.
        marker: the column that is true where it is unknown; None where a null means that.
    """

    input: Input
    atoms: tuple[Atom, ...]
    class_of: tuple[int, ...]
    null: Missing
    given: bool = attrs.field(kw_only=True)
    marker: str | None = attrs.field(default=None, kw_only=True)

    @property
    def name(self) -> str:
        """The fact's name, which is its field."""
        return self.input.name

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """One value of each class."""
        first = [self.class_of.index(number) for number in range(max(self.class_of) + 1)]
        return tuple({self.name: self.atoms[place].sample} for place in first)

    @property
    def sets(self) -> tuple[int, ...]:
        """The possible sets of classes, each once: the single classes, that of a null, and that of an unknown value."""
        singles = (1 << place for place in range(len(self.samples)))
        return tuple(dict.fromkeys((*singles, self.when_null, self.when_unknown)))

    @cached_property
    def when_null(self) -> int:
        """The set of classes of a null."""
        return self.set_of(ABSENT) if self.null is ABSENT else self.when_unknown

    @cached_property
    def when_unknown(self) -> int:
        """The set of classes of an unknown value: all of them, unless the input takes it for absent."""
        if not self.input.unknown:
            return self.set_of(ABSENT)
        return sum(1 << number for number in set(self.class_of))

    def set_of(self, value: object) -> int:
        """Return the set of the class of a value or of `ABSENT`; empty if it has none."""
        return next((1 << number for atom, number in zip(self.atoms, self.class_of) if atom.holds(value)), 0)


@attrs.frozen(eq=False, slots=False)
class Group(SharedRepr):
    """The decisions that are looked up by one key.

    Args:
        name: its name; that of its first table.
        axes: the parts of the key: facts, and groups before this one.
        leaves: the answers of the requested tables to single values.
        passed: the input of later groups from this one, as numbered classes for single values: the outcomes of its one
            table.
    """

    name: str
    axes: tuple[FactColumn | Group, ...]
    leaves: tuple[Leaves, ...]
    passed: Singles

    @cached_property
    def sets(self) -> tuple[int, ...]:
        """The sets of classes that may be passed on, with 0, the invalid one, first."""
        choices = self._within_memory([axis.sets for axis in self.axes])
        return (0, *sorted({*self.passed.widened(choices)} - {0}))

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """Samples of facts that lead to each class."""
        found = self.passed.found
        return tuple(self._sample(found.index(1 << number)) for number in range(max(found).bit_length()))

    def _sample(self, combination: int) -> Sample:
        sample: dict[str, Any] = {}
        for axis in reversed(self.axes):
            combination, place = divmod(combination, len(axis.samples))
            sample |= axis.samples[place]
        return sample

    def choices(self, codes: Mapping[str, Sequence[int]]) -> list[Sequence[int]]:
        """Return the sets of classes of the codes of each axis; `codes` has those of the facts.

        Raises:
            FaultsError: the keys and what they lead to would not fit into the memory.
        """
        return self._within_memory(
            [codes[axis.name] if isinstance(axis, FactColumn) else axis.sets for axis in self.axes]
        )

    def _within_memory(self, choices: list[Sequence[int]]) -> list[Sequence[int]]:
        keys, answers = prod(map(len, choices)), max((len(one.answers) for one in self.leaves), default=0)
        if keys * (_BYTES_OF_A_KEY + answers // 8) > _MOST_BYTES:
            raise FaultsError([Fault(f"tables.{self.name}", keys, _FEWER)])
        return choices


@attrs.frozen(eq=False)
class LookUpPlan(SharedRepr):
    """The facts that some decisions of an edition need, and the groups of tables in the order of the look-up."""

    facts: Mapping[str, FactColumn]
    groups: tuple[Group, ...]


@lru_cache(maxsize=32)
def plan_for(policy: Policy, kind: FactsClass, wanted: tuple[str, ...]) -> LookUpPlan:
    """Return the plan to look up some tables of an edition, given by their names."""
    found: dict[str, CompiledTable[Any]] = {}
    for name in wanted:
        _collect(policy.tables[name], found)
    tables = tuple(found.values())
    facts = _facts(tables, {**facts_of(kind), **{fact.key: fact for fact in facts_of_edition(policy, kind)}})
    modules: dict[str, Group] = {}
    groups: list[Group] = []
    together: list[CompiledTable[Any]] = []
    for table in tables:  # sources come first
        if _stands_alone(table, tables):
            found_groups = _groups((table,), _axes((table,), facts, modules), wanted)
            modules[table.name] = found_groups[-1]
            groups += found_groups
        elif table.name in wanted:
            together.append(table)
    for cluster in _clusters(together, facts, modules):
        groups += _groups(cluster, _axes(cluster, facts, modules), wanted)
    return LookUpPlan(facts, tuple(groups))


def facts_of_edition(policy: Policy, kind: FactsClass) -> tuple[Fact, ...]:
    """Return the facts that an edition declares itself for a kind of case."""
    name = KINDS[0] if kind is ComplaintFacts else KINDS[1]
    return tuple(fact for fact in policy.facts if name in fact.kinds)


def number_of(bound: object) -> Any:
    """Return a bound of a line as columns compare it: a day is the number of days since 1970."""
    return (bound - _EPOCH).days if isinstance(bound, date) else bound


_EPOCH: Final = date(1970, 1, 1)


def _collect(table: CompiledTable[Any], found: dict[str, CompiledTable[Any]]) -> None:
    for source in table.sources:
        _collect(source, found)
    found.setdefault(table.name, table)


def _stands_alone(table: CompiledTable[Any], tables: Sequence[CompiledTable[Any]]) -> bool:
    """Return True if the other tables depend on this one, its facts and its sources by its outcome only."""
    inside: dict[str, CompiledTable[Any]] = {}
    _collect(table, inside)
    within = {*inside, *(input_.name for one in inside.values() for input_ in one.inputs)} - {table.name}
    return not any(input_.name in within for other in tables if other.name not in inside for input_ in other.inputs)


def _axes(
    tables: Sequence[CompiledTable[Any]], facts: Mapping[str, FactColumn], modules: Mapping[str, Group]
) -> tuple[FactColumn | Group, ...]:
    """Return the axes of tables: facts in the order of the inputs, then the groups whose outcomes are inputs."""
    found: dict[str, FactColumn | Group] = {}

    def visit(table: CompiledTable[Any]) -> None:
        for input_ in table.inputs:
            if input_.source is None:
                found.setdefault(input_.name, facts[input_.name])
            elif input_.name in modules:
                found.setdefault(input_.name, modules[input_.name])
            else:
                visit(input_.source)

    for table in tables:
        visit(table)
    return tuple(sorted(found.values(), key=lambda axis: isinstance(axis, Group)))


def _clusters(
    tables: Sequence[CompiledTable[Any]], facts: Mapping[str, FactColumn], modules: Mapping[str, Group]
) -> list[tuple[CompiledTable[Any], ...]]:
    """Group tables whose axes are among those of another one with it."""
    clusters: list[tuple[set[str], list[CompiledTable[Any]]]] = []
    for table in reversed(tables):
        names = {axis.name for axis in _axes((table,), facts, modules)}
        home = next((members for axes, members in clusters if names <= axes), None)
        if home is None:
            clusters.append((names, [table]))
        else:
            home.insert(0, table)
    return [tuple(members) for _, members in clusters]


def _groups(
    tables: tuple[CompiledTable[Any], ...], axes: tuple[FactColumn | Group, ...], wanted: Sequence[str]
) -> list[Group]:
    """Return the group of some tables, after the groups that its key needs."""
    samples = [axis.samples for axis in axes]
    known: dict[str, CellAnswers] = {}
    given = [leaves(table, samples, known) for table in tables]
    name, asked = tables[0].name, tuple(one for one in given if one.table.name in wanted)
    passed = given[0].outcomes
    if asked or prod(passed.sizes) <= _MANY:
        return [Group(name, axes, asked, passed)]
    middle, (first, second) = len(axes) // 2, passed.halved()
    half = Group(f"{name} half", axes[:middle], (), first)
    return [half, Group(name, (*axes[middle:], half), (), second)]


def _facts(tables: Sequence[CompiledTable[Any]], declared: Mapping[str, Fact]) -> dict[str, FactColumn]:
    asked: dict[str, Input] = {}
    for table in tables:
        for input_ in table.inputs:
            if input_.source is None:
                asked.setdefault(input_.name, input_)
    return {name: _fact(input_, tables, declared.get(name)) for name, input_ in asked.items()}


def _fact(input_: Input, tables: Sequence[CompiledTable[Any]], declared: Fact | None) -> FactColumn:
    conditions = [
        row.when[input_.name] for table in tables for row in table.rows if row.when.get(input_.name) is not None
    ]
    atoms = partition(input_.domain, input_.absent, conditions)
    alike: dict[tuple[bool, ...], int] = {}
    class_of = tuple(
        alike.setdefault(tuple(condition.holds(atom.sample) for condition in conditions), len(alike)) for atom in atoms
    )
    null = ABSENT if declared is None else declared.null
    marker = None if declared is None else declared.marker
    return FactColumn(input_, atoms, class_of, null, given=declared is not None, marker=marker)
