"""The difference of two tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeAlias

import attrs

from reclamation_core.tables.cell import Decision
from reclamation_core.tables.conditions import Condition
from reclamation_core.tables.errors import FactsError
from reclamation_core.tables.model import Input, Row
from reclamation_core.tables.table import DecisionTable

Conditions: TypeAlias = tuple[tuple[Input, Condition], ...]
"""Inputs and a condition of each, which all hold."""


class RowChangeKind(StrEnum):
    """What became of a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    """Its conditions or its outcome are others."""
    REWORDED = "reworded"
    """Only its wording, its clause or its reading are others."""


@attrs.frozen
class RowChange:
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
class OutcomeChange:
    """Facts that are decided otherwise, all in the same way.

    The conditions are read among the facts that had the outcome before: of these they hold, save for the exceptions,
    where the outcome becomes the one after, and nowhere else. Of facts with another outcome before they say nothing.

    Attributes:
        before: the outcome of the one table; None where it refuses the facts.
        after: the outcome of the other, likewise.
        conditions: which of the facts that had the outcome before: pairs of an input and its condition, which all hold;
            of an input that is the outcome of another table the values are pairs, of its outcome before and after.
            Empty where it is all of them. Facts that were refused before are told among all facts.
        exceptions: which of those do not change in this way, likewise: where that is told in fewer words.
        inputs: the base facts that either table depends on.
        witness: for each of them a value, or `ABSENT`: one case of this kind.
        cells: how many cells it concerns.
        decided_before: the decision of the one table on the witness, ready to explain itself; where it refuses the
            witness, the error that says why.
        decided_after: that of the other, likewise.
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
        names = {name for said in (self.decided_before, self.decided_after) for name in _read(said, asked)}
        return tuple(input_ for input_ in self.inputs if input_.name in names)


def _read(said: Decision[Any] | FactsError, asked: Iterable[str] = ()) -> Iterator[str]:
    """The facts that are asked for, refused, or read by deciding rows; of outcomes of other tables what led to them."""
    if isinstance(said, FactsError):
        yield from (*asked, *(fault.path for fault in said.faults))
        return
    requires = said.requires
    for name in {*asked, *(name for row in said.deciding for name in row.when)}:
        if name in requires:
            yield from _read(requires[name])
        else:
            yield name


@attrs.frozen
class TableDifference:
    """What two tables decide otherwise, and how their rows differ. It is true where some facts are decided otherwise.

    Attributes:
        before: the one table.
        after: the other.
        changes: the facts that are decided otherwise; none where the two decide alike.
        rows: the rows that differ, whether that changes a decision or not.
    """

    before: DecisionTable[Any]
    after: DecisionTable[Any]
    changes: tuple[OutcomeChange, ...]
    rows: tuple[RowChange, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def of_kind(self, kind: RowChangeKind) -> tuple[RowChange, ...]:
        """The rows of which the same became."""
        return tuple(row for row in self.rows if row.kind is kind)


def row_changes(before: DecisionTable[Any], after: DecisionTable[Any]) -> Iterator[RowChange]:
    """The rows that are not the same in both tables."""
    old, new = ({row.id: row for row in table.rows} for table in (before, after))
    for name in dict.fromkeys((*old, *new)):
        change = RowChange(old.get(name), new.get(name))
        if change.before != change.after:
            yield change
