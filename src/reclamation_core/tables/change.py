"""Why not another outcome: the conditions that failed, and the smallest change of facts that would give it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from copy import copy
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from reclamation_core.missing import ABSENT
from reclamation_core.tables.cells import numbers
from reclamation_core.tables.chain import Known
from reclamation_core.tables.conditions import Condition, absent
from reclamation_core.tables.errors import OutcomeError
from reclamation_core.tables.model import Input, Row
from reclamation_core.wording import Lang

if TYPE_CHECKING:
    from reclamation_core.tables.cell import Decision
    from reclamation_core.tables.table import DecisionTable

O = TypeVar("O")  # noqa: E741 the outcome


@attrs.frozen
class FailedCondition:
    """A condition of a row that the facts do not meet, or, where they are unknown, may not meet."""

    input: Input
    condition: Condition
    value: Any
    """What the input was: a value, `ABSENT`, or `UNKNOWN`, which may turn out to meet it."""


@attrs.frozen
class Miss:
    """A row with the outcome and the conditions that prevent it from firing; none if it fires and is overridden."""

    row: Row
    failed: tuple[FailedCondition, ...]


@attrs.frozen
class Change:
    """One base fact to change: what it is, and a value that would do. Every value of the same class would."""

    input: Input
    before: Any
    after: Any


@attrs.frozen
class WhyNot(Generic[O]):
    """The answer to "why not this outcome?".

    Attributes:
        outcome: the outcome in question.
        misses: the rows that give it, in the table's order; where rows are counted, those that may not fire. Rows that
            no facts of this class could meet are left out.
        changes: a smallest set of base facts whose change leads to it; empty if it is the outcome already; None if no
            facts of their class give it.
    """

    decision: Decision[O]
    outcome: O
    misses: tuple[Miss, ...]
    changes: tuple[Change, ...] | None

    def apply(self) -> Any:
        """The facts with the changes made: a new object of the same class, or a new dict if they were a mapping.

        Raises:
            ValueError: no change of facts leads to the outcome.
        """
        if self.changes is None:
            raise ValueError(f"no facts give the outcome {self.outcome!r}")
        values = {change.input.name: change.after for change in self.changes}
        facts = self.decision.facts
        if isinstance(facts, Mapping):
            return {**facts, **values}
        if attrs.has(type(facts)):
            return attrs.evolve(facts, **values)
        if is_dataclass(facts):
            return replace(facts, **values)  # type: ignore[type-var]  # an instance: a class holds no facts
        changed = copy(facts)
        for name, value in values.items():
            setattr(changed, name, value)
        return changed

    def explain(self, lang: Lang = "fr") -> str:
        """The answer in sentences, one a line."""
        from reclamation_core.tables.explanation import explain_why_not

        return explain_why_not(self, lang)

    def _repr_html_(self) -> str:
        from reclamation_core.tables.rendering import why_not_card

        return why_not_card(self)


def why_not(decision: Decision[O], outcome: Any) -> WhyNot[O]:
    """Answer "why not `outcome`?"; raises OutcomeError if no row has it."""
    table = decision.table
    try:
        given = table.output.check(outcome) in table.cells.outcomes
    except ValueError:
        given = False
    if not given:
        raise OutcomeError(table.name, outcome, table.outcomes)
    changeable = _changeable(decision)
    fixed = {input_.name for place, input_ in enumerate(table.base) if place not in changeable}
    found = (Miss(row, tuple(_failed(decision, row))) for row in _missing(decision, outcome))
    misses = tuple(miss for miss in found if all(_may_be_met(decision, failed, fixed) for failed in miss.failed))
    nearest = _nearest(table, decision.cell.known, outcome, changeable)
    changes = None if nearest is None else tuple(_changes(decision, nearest))
    return WhyNot(decision, outcome, misses, changes)


def _missing(decision: Decision[Any], outcome: Any) -> Iterator[Row]:
    counted = decision.table.hit_policy.adds_up
    for row in decision.table.rows:
        if row not in decision.rows if counted else row.then == outcome:
            yield row


def _failed(decision: Decision[Any], row: Row) -> Iterator[FailedCondition]:
    table, cell = decision.table, decision.cell
    for place, input_ in enumerate(table.inputs):
        condition = row.when.get(input_.name)
        left = cell.atoms_left(input_)
        if condition and not all(condition.holds(table.cells.atoms[place][code].sample) for code in numbers(left)):
            yield FailedCondition(input_, condition, decision.value(input_))


def _may_be_met(decision: Decision[Any], failed: FailedCondition, fixed: Collection[str]) -> bool:
    """Return False if a constant of the facts' class contradicts the condition."""
    if failed.input.name in fixed:
        return False
    if failed.condition != absent() or not attrs.has(type(decision.facts)):
        return True
    try:
        attrs.evolve(decision.facts, **{failed.input.name: ABSENT})
    except (TypeError, ValueError):  # a complaint has a client, who is not absent but unknown
        return False
    return True


def _changes(decision: Decision[Any], nearest: Known) -> Iterator[Change]:
    chain = decision.table.chain
    for input_, atoms, before, after in zip(chain.base, chain.atoms, decision.cell.known, nearest, strict=True):
        if before != after:
            value = atoms[after.bit_length() - 1].sample
            yield Change(input_, decision.table.read(decision.facts, input_), value)


def _changeable(decision: Decision[Any]) -> list[int]:
    """The base facts that can change: the fields of an object, not the constants of its class."""
    cls = type(decision.facts)
    fields = None
    if attrs.has(cls):
        fields = {field.name for field in attrs.fields(cls) if field.init}
    elif is_dataclass(cls):
        fields = {field.name for field in dataclass_fields(cls) if field.init}
    base = enumerate(decision.table.base)
    return [place for place, input_ in base if fields is None or input_.name in fields]


def _nearest(table: DecisionTable[Any], known: Known, outcome: Any, changeable: list[int]) -> Known | None:
    """The facts that differ in the fewest places and make the outcome certain; earlier places are changed first."""
    for size in range(len(changeable) + 1):
        for places in combinations(changeable, size):
            found = _assign(table, known, places, outcome)
            if found is not None:
                return found
    return None


def _assign(table: DecisionTable[Any], known: Known, places: tuple[int, ...], outcome: Any) -> Known | None:
    """Values for these facts that make the outcome certain, the others staying as they are."""
    free = list(known)
    for place in places:
        free[place] = (1 << len(table.chain.atoms[place])) - 1
    reached = table.chain.reach(tuple(free))
    target = table.cells.outcomes[outcome]
    if not reached & target:
        return None
    if not places:
        others = (cells for other, cells in table.cells.outcomes.items() if other != outcome)
        return tuple(free) if not reached & ~target and not any(reached & cells for cells in others) else None
    first, rest = places[0], places[1:]
    for code in numbers(free[first]):
        if 1 << code != known[first]:
            found = _assign(table, (*free[:first], 1 << code, *known[first + 1 :]), rest, outcome)
            if found is not None:
                return found
    return None
