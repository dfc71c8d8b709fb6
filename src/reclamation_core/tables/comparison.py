"""Differences of two tables: the facts that they decide differently, exactly, in few conditions with examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property, reduce
from operator import or_
from typing import Any, TypeAlias

import attrs

from reclamation_core.missing import ABSENT
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.cells import Atom, Cells, Cut, compile_cells, numbers, outcomes_of, union
from reclamation_core.tables.conditions import (
    Condition,
    above,
    all_but,
    at_least,
    at_most,
    below,
    between,
    is_,
    is_in,
    is_not,
)
from reclamation_core.tables.decision import Decision, decide
from reclamation_core.tables.domains import Domain, Enumeration, Line, OpenEnumeration
from reclamation_core.tables.errors import FactsError, TableDefinitionError
from reclamation_core.tables.facts import read_facts
from reclamation_core.tables.model import CompiledTable, Input
from reclamation_core.tables.proof import witness
from reclamation_core.tables.rules import HitPolicy, Row, outcome_order
from reclamation_core.wording import Lang, Wording

Box: TypeAlias = tuple[int, ...]
"""For each input, the set of its atoms that are in the box."""


def boxes_with_exceptions(cells: Cells, target: int, asked_about: int) -> Iterator[tuple[Box, tuple[Box, ...]]]:
    """Boxes that, without their exceptions, cover the target and no other cell of the universe.

    There are exceptions only where one box around the target, without them, takes fewer boxes in all.

    Args:
        cells: the cells of the table.
        target: the cells to cover, as a set.
        asked_about: the cells to separate the target from, the target included; all others are free.
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
    """Boxes that cover the target and otherwise only free cells; few, not always a minimum.

    Args:
        cells: the cells of the table.
        target: the cells to cover, as a set.
        free: cells that may be covered too.
    """
    found: list[tuple[Box, int]] = []
    left = target
    while left:
        box, covered = _largest(cells, next(numbers(left)), target | free, left)
        found.append((box, covered & target))
        left &= ~covered
    return tuple(_needed(found))


def _largest(cells: Cells, number: int, allowed: int, left: int) -> tuple[Box, int]:
    """The box grown from a cell that covers most of the remaining target, then the shortest to describe."""
    places = range(len(cells.atoms))
    orders = [[*places[turn:], *places[:turn]] for turn in places]
    grown = [_grow(cells, number, allowed, order[::step]) for order in orders for step in (1, -1)]
    return max(grown, key=lambda found: ((found[1] & left).bit_count(), _unasked(cells, found[0])))


def _unasked(cells: Cells, box: Box) -> int:
    """How many inputs a box leaves unconstrained."""
    return sum(chosen == (1 << len(atoms)) - 1 for atoms, chosen in zip(cells.atoms, box, strict=True))


def _grow(cells: Cells, number: int, allowed: int, order: Sequence[int]) -> tuple[Box, int]:
    box = [1 << (number // stride % len(atoms)) for atoms, stride in zip(cells.atoms, cells.strides, strict=True)]
    covered = 1 << number
    for place in order:
        stride = cells.strides[place]
        first = covered >> (box[place].bit_length() - 1) * stride  # the box as grown so far, at the input's first atom
        for code in range(len(cells.atoms[place])):
            moved = first << code * stride
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


@attrs.frozen
class Pairs(Domain):
    """The outcomes of a table and of its counterpart, as pairs; None where one of them refuses the facts."""

    before: Domain
    after: Domain
    ordered = False

    @property
    def expected(self) -> Wording:
        return Wording("un résultat de chaque table", "an outcome of each table")

    def check(self, value: Any) -> Any:
        return value

    def label(self, value: Any, lang: Lang) -> str:
        before, after = (
            refused(lang) if outcome is None else domain.label(outcome, lang)
            for domain, outcome in zip((self.before, self.after), value, strict=True)
        )
        return before if value[0] == value[1] else f"{before} → {after}"

    def rank(self, value: Any) -> Any:
        sides = zip((self.before, self.after), value, strict=True)
        return tuple((outcome is not None, 0 if outcome is None else domain.rank(outcome)) for domain, outcome in sides)


def refused(lang: Lang) -> str:
    """The outcome of facts that are outside the table's domains."""
    return "faits refusés" if lang == "fr" else "facts refused"


def join(table: str, before: Input, after: Input) -> Input:
    """An input with the values of either of two, in the wording of the later one.

    Raises:
        TableDefinitionError: the two are not of one kind, so that nothing can be compared.
    """
    domain = _either(before.domain, after.domain)
    if domain is None:
        raise not_comparable(table, after.name)
    return Input(
        after.name,
        domain,
        after.label,
        question=after.question,
        absent=before.absent or after.absent,
        plain_question=after.plain_question,
    )


def not_comparable(table: str, name: str) -> TableDefinitionError:
    """What is raised for an input that is a fact of one kind here, and of another kind or an outcome there."""
    reason = Wording(
        "n'est pas du même genre dans les deux tables, qui ne peuvent être comparées",
        "is not of one kind in both; such tables cannot be compared",
    )
    return TableDefinitionError(table, f"inputs.{name}", reason)


def _either(before: Domain, after: Domain) -> Domain | None:
    if type(before) is not type(after):
        return None
    if isinstance(before, OpenEnumeration) and isinstance(after, OpenEnumeration):
        return OpenEnumeration.from_codes(after.name, dict.fromkeys((*before.values[:-1], *after.values[:-1])))
    if isinstance(before, Enumeration) and isinstance(after, Enumeration):
        both = dict(zip((*before.values, *after.values), (*before.labels, *after.labels), strict=True))
        return Enumeration(after.name, tuple(both), tuple(both.values()), after.ordered)
    if isinstance(before, Line) and isinstance(after, Line):
        lows, highs = (before.minimum, after.minimum), (before.maximum, after.maximum)
        return type(after)(  # type: ignore[call-arg]
            None if None in lows else min(lows), None if None in highs else max(highs)
        )
    return after


def bounds(inputs: Iterable[Input]) -> Iterable[tuple[str, Condition]]:
    """Conditions that separate the values that each input accepts."""
    for input_ in inputs:
        if isinstance(input_.domain, Line):
            if input_.domain.minimum is not None:
                yield input_.name, at_least(input_.domain.minimum)
            if input_.domain.maximum is not None:
                yield input_.name, at_most(input_.domain.maximum)


def accepts(input_: Input, value: Any) -> bool:
    """Whether an input can be a value, or `ABSENT`."""
    if value is ABSENT:
        return input_.absent
    try:
        input_.domain.check(value)
    except ValueError:
        return False
    return True


def condition_of(input_: Input, atoms: tuple[Atom, ...], chosen: int) -> Condition:
    """The condition that the chosen atoms of an input meet, and no others; some are chosen, and not all."""
    if isinstance(input_.domain, Line):
        return is_in(*_ranges(input_.domain, atoms, chosen))
    values = [atoms[code].sample for code in numbers(chosen)]
    left = [atom.sample for code, atom in enumerate(atoms) if not chosen >> code & 1]
    if len(left) == 1 < len(values) and left[0] is not ABSENT and input_.source is None:
        return all_but(*left) if input_.absent else is_not(*left)
    return is_in(*values)


def without_gaps(input_: Input, atoms: tuple[Atom, ...], met: int, allowed: int) -> int:
    """The atoms that are met and, on a line, the allowed ones between them: one range is shorter to write than two."""
    values = met & ~(1 << len(atoms) - 1) if atoms[-1].sample is ABSENT else met
    if not isinstance(input_.domain, Line) or not values:
        return met
    between_them = (1 << values.bit_length()) - (values & -values)
    return met | allowed & between_them


def _ranges(domain: Line, atoms: tuple[Atom, ...], chosen: int) -> Iterator[Any]:
    for first, last in _runs(numbers(chosen)):
        run = [atom for atom in atoms[first : last + 1] if atom.sample is not ABSENT]
        if run:
            yield _range(domain, run[0].low, run[-1].high)
        if atoms[last].sample is ABSENT:
            yield ABSENT


def _runs(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of consecutive codes."""
    found: list[tuple[int, int]] = []
    for code in codes:
        if found and code == found[-1][1] + 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    yield from found


def _range(domain: Line, low: Cut | None, high: Cut | None) -> Condition:
    """What lies between two cuts; the ends of the domain itself are not worth a word."""
    if high is not None and domain.discrete and not high[1]:
        high = (domain.beneath(high[0]), True)
    if low is not None and high is not None and low[0] == high[0]:
        return is_(low[0])
    from_start = low is None or low == (domain.minimum, False)
    to_end = high is None or high == (domain.maximum, True)
    match low, high:
        case (value, after), _ if to_end and not from_start:
            return above(value) if after else at_least(value)
        case _, (value, after) if from_start and not to_end:
            return at_most(value) if after else below(value)
        case (first, after_first), (last, after_last) if not from_start:
            return between(first, last, low_included=not after_first, high_included=after_last)
    return is_not(ABSENT)


Conditions: TypeAlias = tuple[tuple[Input, Condition], ...]
"""Inputs and a condition of each, which all hold."""


class RowChangeKind(StrEnum):
    """What became of a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    """Its conditions or its outcome are others."""
    REWORDED = "reworded"
    """Only its wording, its clause or its interpretation are others."""


@attrs.frozen
class RowChange(SharedRepr):
    """A row that is not the same in both tables; None on the side where there is none."""

    before: Row | None
    after: Row | None

    @property
    def id(self) -> str:
        """The row's name."""
        return next(row.id for row in (self.after, self.before) if row is not None)

    @property
    def kind(self) -> RowChangeKind:
        """What became of it."""
        if self.before is None:
            return RowChangeKind.ADDED
        if self.after is None:
            return RowChangeKind.REMOVED
        same = (self.before.when, self.before.then) == (self.after.when, self.after.then)
        return RowChangeKind.REWORDED if same else RowChangeKind.CHANGED


@attrs.frozen
class OutcomeChange(SharedRepr):
    """Facts whose outcome differs, all in the same way.

    The conditions are read among the facts that had the outcome before: of these they hold, save for the exceptions,
    where the outcome becomes the one after, and nowhere else. Of facts with another outcome before they say nothing.

    Attributes:
        before: the outcome of the one table; None where it refuses the facts.
        after: the outcome of the other; None if it refuses the facts.
        conditions: which of the facts that had the outcome before: pairs of an input and its condition, which all hold;
            of an input that is the outcome of another table the values are pairs, of its outcome before and after.
            Empty for all facts. Facts that the first table refused are described among all facts.
        exceptions: the facts among these that do not change in this way, where this makes the description shorter.
        inputs: the base facts that either table depends on.
        witness: for each of them a value, or `ABSENT`: one case of this kind.
        cells: how many cells it concerns.
        decided_before: the decision of the one table on the witness, ready to explain itself; where it refuses the
            witness, the error with the reason.
        decided_after: the decision of the other table, or its error.
    """

    before: Any
    after: Any
    conditions: Conditions
    exceptions: tuple[Conditions, ...]
    inputs: tuple[Input, ...]
    witness: Mapping[str, Any] = attrs.field(hash=False)
    cells: int
    decided_before: Decision[Any] | FactsError = attrs.field(eq=False)
    decided_after: Decision[Any] | FactsError = attrs.field(eq=False)

    @property
    def read(self) -> tuple[Input, ...]:
        """Of the base facts those that the conditions and the deciding rows read: what matters of the witness."""
        asked = {input_.name for input_, _ in self.conditions}
        names = {name for decided in (self.decided_before, self.decided_after) for name in _read(decided, asked)}
        return tuple(input_ for input_ in self.inputs if input_.name in names)


def _read(decided: Decision[Any] | FactsError, asked: Iterable[str] = ()) -> Iterator[str]:
    """The facts that are required, refused, or read by deciding rows, those of the source tables included."""
    if isinstance(decided, FactsError):
        yield from (*asked, *(fault.path for fault in decided.faults))
        return
    requires = decided.requires
    for name in {*asked, *(name for row in decided.deciding for name in row.when)}:
        if name in requires:
            yield from _read(requires[name])
        else:
            yield name


@attrs.frozen
class TableDifference(SharedRepr):
    """The facts on which two tables differ, and how their rows differ. It is true if the outcome of some facts differs.

    Attributes:
        before: the one table.
        after: the other.
        changes: the facts whose outcome differs; empty if the two tables decide alike.
        rows: the rows that differ, whether that changes a decision or not: each with its `id`, the row `before` and
            `after`, and its `kind` ("added", "removed", "changed", "reworded").
    """

    before: CompiledTable[Any]
    after: CompiledTable[Any]
    changes: tuple[OutcomeChange, ...]
    rows: tuple[RowChange, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)


def row_changes(before: CompiledTable[Any], after: CompiledTable[Any]) -> Iterator[RowChange]:
    """The rows that are not the same in both tables."""
    old, new = ({row.id: row for row in table.rows} for table in (before, after))
    for name in dict.fromkeys((*old, *new)):
        change = RowChange(old.get(name), new.get(name))
        if change.before != change.after:
            yield change


@attrs.frozen(slots=False, eq=False)
class Twin(CompiledTable[Any]):
    """Two tables as one.

    Attributes:
        before: the one.
        after: the other; the pairs are of outcomes before and after.
    """

    before: CompiledTable[Any] = attrs.field(kw_only=True)
    after: CompiledTable[Any] = attrs.field(kw_only=True)

    @cached_property
    def cells(self) -> Cells:
        """The cells, and for each pair of outcomes those it is given in."""
        grid = compile_cells([input_.name for input_ in self.inputs], self._atoms, (), HitPolicy.UNIQUE, ())
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

    def possible(self, facts: object) -> frozenset[tuple[Any, Any]]:
        """Return the pairs of outcomes that some facts allow, of which any may be unknown.

        Raises:
            FactsError: a value is outside of the domains of both tables.
        """
        known = read_facts(facts, self.chain)
        if known not in self.met:
            cells = self.chain.reach(known)
            self.met[known] = frozenset(pair for pair, where in self.cells.outcomes.items() if where & cells)
        found: frozenset[tuple[Any, Any]] = self.met[known]
        return found

    def had(self, before: object) -> int:
        """The reachable cells in which one of the tables has an outcome."""
        given = (cells for pair, cells in self.cells.outcomes.items() if pair[0] == before)
        return reduce(or_, given, 0) & self.reachable

    def plainest(self, cells: int) -> int:
        """Of these cells some in which as few rows fire as can be avoided: the example then shows what matters."""
        for side, table in enumerate((self.before, self.after)):
            for row in table.rows:
                cells = cells & ~self._fires(self.cells, side, row) or cells
        return cells

    def _outcomes(self, grid: Cells, side: int, table: CompiledTable[Any]) -> dict[Any, int]:
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

    def _accepted(self, grid: Cells, side: int, table: CompiledTable[Any]) -> int:
        cells = grid.everything
        for input_ in table.inputs:
            place = self.index_of(input_.name)
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
class Twins(SharedRepr):
    """Makes the twins of tables that share facts, each pair once."""

    facts: dict[str, Input] = attrs.field(factory=dict)
    _bounds: dict[str, list[Input]] = attrs.field(factory=dict)
    _made: dict[str, Twin] = attrs.field(factory=dict)

    @classmethod
    def of_facts(cls, tables: Iterable[CompiledTable[Any]]) -> Twins:
        """Ready to make twins of these tables; a fact that several of them ask for is joined from all."""
        twins = cls()
        for table in tables:
            for fact in table.base:
                met = twins.facts.get(fact.name, fact)
                twins.facts[fact.name] = met if met == fact else join(table.name, met, fact)
                twins._bounds.setdefault(fact.name, []).append(fact)
        return twins

    def twin(self, before: CompiledTable[Any], after: CompiledTable[Any]) -> Twin:
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

    def _input(self, before: CompiledTable[Any], after: CompiledTable[Any], name: str) -> Input:
        asked = [input_ for table in (before, after) for input_ in table.inputs if input_.name == name]
        sources = [input_.source for input_ in asked if input_.source is not None]
        if not sources:
            return self.facts[name]
        if len(sources) < len(asked):
            raise not_comparable(after.name, name)
        return Input.outcome_of(self.twin(sources[0], sources[-1]), asked[-1].label)


def compare_tables(pairs: Iterable[tuple[CompiledTable[Any], CompiledTable[Any]]]) -> Iterator[TableDifference]:
    """The difference of each pair of tables; pairs that ask for the outcomes of others follow these along.

    Raises:
        ValueError: a table was not proved.
        TableDefinitionError: an input is not of one kind in both tables of a pair.
    """
    compared = tuple(pairs)
    for table in (table for pair in compared for table in pair):
        if not table.validate:
            raise ValueError(f"table {table.name!r} was not proved, and may decide nothing; prove it, then compare")
    twins = Twins.of_facts(table for pair in compared for table in pair)
    for before, after in compared:
        changes = tuple(_changes(twins.twin(before, after)))
        yield TableDifference(before, after, changes, tuple(row_changes(before, after)))


def _changes(twin: Twin) -> Iterator[OutcomeChange]:
    for (before, after), where in twin.changed.items():
        # Only facts with the same outcome before are distinguished; refused facts are distinguished among all facts.
        asked_about = twin.reachable if before is None else twin.had(before)
        for box, beside in boxes_with_exceptions(twin.cells, where, asked_about):
            inside = twin.cells.allowed(enumerate(box)) & where
            facts = witness(twin, twin.plainest(inside))
            decided = (_decision_or_fault(table, facts) for table in (twin.before, twin.after))
            conditions = _conditions(twin, box, where)
            exceptions = tuple(_conditions(twin, exception, asked_about & ~where) for exception in beside)
            yield OutcomeChange(before, after, conditions, exceptions, twin.base, facts, inside.bit_count(), *decided)


def _decision_or_fault(table: CompiledTable[Any], facts: Mapping[str, Any]) -> Decision[Any] | FactsError:
    try:
        return decide(table, facts)
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
