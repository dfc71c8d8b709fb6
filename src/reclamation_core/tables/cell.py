"""The cell of a decision table that facts fall in, and the decision on these facts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from reclamation_core.missing import UNKNOWN
from reclamation_core.tables.cells import numbers
from reclamation_core.tables.chain import Known
from reclamation_core.tables.model import HitPolicy, Input, Row
from reclamation_core.wording import Lang

if TYPE_CHECKING:
    from reclamation_core.tables.change import WhyNot
    from reclamation_core.tables.table import DecisionTable

O_co = TypeVar("O_co", covariant=True)


class Cell(Generic[O_co]):
    """Where some facts fall in a table: one cell, or, facts being unknown, the set of cells still possible.

    Attributes:
        table: the table.
        known: for each base fact, the set of its atoms that are still possible.
        cells: the cells still possible, as a set of numbers.
        outcome: the outcome, or None while several are possible.
        possible: the outcomes still possible.
        rows: the rows that fire for every value of the unknown facts, in the table's order.
        may_fire: the rows that fire for some of them and not for others.
        requires: the cells of the source tables, by name.
    """

    # No __slots__: a table caches its few cells, and each cell caches its derived properties.

    def __init__(self, table: DecisionTable[O_co], known: Known, cells: int, requires: Mapping[str, Cell[Any]]) -> None:
        self.table = table
        self.known = known
        self.cells = cells
        self.requires = requires
        given = table.cells
        self.possible: frozenset[O_co] = frozenset(o for o, where in given.outcomes.items() if where & cells)
        self.outcome: O_co | None = next(iter(self.possible)) if len(self.possible) == 1 else None
        fired = [(row, where & cells) for row, where in zip(table.rows, given.rows, strict=True)]
        self.rows: tuple[Row, ...] = tuple(row for row, where in fired if where == cells)
        self.may_fire: tuple[Row, ...] = tuple(row for row, where in fired if where and where != cells)

    @property
    def deciding(self) -> tuple[Row, ...]:
        """Of the rows that fire, those that give the outcome: all under a sum or a count, none while undetermined."""
        policy = self.table.hit_policy
        if self.outcome is None or policy.adds_up:
            return self.rows if self.outcome is not None else ()
        winners = tuple(row for row in self.rows if row.then == self.outcome)
        return winners[:1] if policy is HitPolicy.FIRST else winners

    @cached_property
    def unknown(self) -> tuple[Input, ...]:
        """The base facts that are not known and on which the outcome may still depend, in the table's order."""
        from reclamation_core.tables.explanation import open_inputs

        return open_inputs(self)

    @cached_property
    def question(self) -> Input | None:
        """The base fact to ask for: the one whose knowledge settles most. None once the outcome is determined."""
        from reclamation_core.tables.explanation import best_question

        return best_question(self)

    def atoms_left(self, input_: Input) -> int:
        """The atoms of one of the table's own inputs that are still possible, as a set."""
        return self.table.cells.atoms_left(self.table.index_of(input_.name), self.cells)

    def __repr__(self) -> str:
        rows = ", ".join(row.id for row in self.rows)
        outcome = repr(self.outcome) if self.outcome is not None else f"one of {sorted(map(str, self.possible))}"
        return (
            f"<Cell of {self.table.name!r}: {outcome}, rows {rows or 'none'}, {len(list(numbers(self.cells)))} cells>"
        )


class Decision(Generic[O_co]):
    """A cell and the facts that led to it: what was decided, and why.

    Decisions are equal when they come of equal tables and facts of the same meaning.
    """

    __slots__ = ("cell", "facts")

    def __init__(self, cell: Cell[O_co], facts: Any) -> None:
        self.cell = cell
        self.facts = facts

    @property
    def table(self) -> DecisionTable[O_co]:
        """The table that decided."""
        return self.cell.table

    @property
    def outcome(self) -> O_co | None:
        """The outcome; None while it is undetermined."""
        return self.cell.outcome

    @property
    def possible(self) -> frozenset[O_co]:
        """The outcomes still possible; of one element once the outcome is determined."""
        return self.cell.possible

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that fired for every value of the unknown facts, in the table's order."""
        return self.cell.rows

    @property
    def deciding(self) -> tuple[Row, ...]:
        """The rows with the outcome."""
        return self.cell.deciding

    @property
    def may_fire(self) -> tuple[Row, ...]:
        """The rows that unknown facts may still make fire."""
        return self.cell.may_fire

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of the rows with the outcome, without repetition."""
        return tuple(dict.fromkeys(row.clause for row in self.deciding if row.clause is not None))

    @property
    def question(self) -> Input | None:
        """The one fact to ask for, None once the outcome is determined; its `question` is the sentence to say."""
        return self.cell.question

    @property
    def requires(self) -> Mapping[str, Decision[Any]]:
        """The decisions this one rests on, by table."""
        return {name: Decision(cell, self.facts) for name, cell in self.cell.requires.items()}

    def value(self, input_: Input) -> Any:
        """What an input of the table was: a value, `UNKNOWN` or `ABSENT`; an outcome of another table if it is one."""
        if input_.source is not None:
            outcome = self.cell.requires[input_.name].outcome
            return UNKNOWN if outcome is None else outcome
        return self.cell.table.read(self.facts, input_)

    def explain(self, lang: Lang = "fr") -> str:
        """The decision in sentences, one a line: what was decided, by which rules, on which facts, what is missing."""
        from reclamation_core.tables.explanation import explain

        return explain(self, lang)

    def why_not(self, outcome: Any) -> WhyNot[O_co]:
        """Why another outcome was not given, row by row, and the smallest change of facts that would give it.

        Raises:
            OutcomeError: no row of the table has that outcome.
        """
        from reclamation_core.tables.change import why_not

        return why_not(self, outcome)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decision):
            return NotImplemented
        return self.table == other.table and self.cell.known == other.cell.known and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((self.table.name, self.cell.known))

    def _values(self) -> tuple[Any, ...]:
        return tuple(self.table.read(self.facts, input_) for input_ in self.table.base)

    def __repr__(self) -> str:
        return f"<Decision of {self.table.name!r}: {self.outcome!r}, rows {[row.id for row in self.rows]}>"

    def _repr_html_(self) -> str:
        from reclamation_core.tables.rendering import decision_card

        return decision_card(self)
