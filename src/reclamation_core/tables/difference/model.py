"""The difference of two tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import attrs

from reclamation_core.tables.conditions import Condition
from reclamation_core.tables.model import Input, Row
from reclamation_core.tables.table import DecisionTable


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

    Attributes:
        before: the outcome of the one table; None where it refuses the facts.
        after: the outcome of the other, likewise.
        conditions: which facts: pairs of an input and its condition, which all hold; of an input that is the outcome of
            another table the values are pairs, of its outcome before and after. Empty where it is all facts.
        inputs: the base facts that either table depends on.
        witness: for each of them a value, or `ABSENT`: one case of this kind.
        cells: how many cells it concerns.
    """

    before: Any
    after: Any
    conditions: tuple[tuple[Input, Condition], ...]
    inputs: tuple[Input, ...]
    witness: Mapping[str, Any] = attrs.field(hash=False)
    cells: int


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
