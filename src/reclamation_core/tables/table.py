"""Decision tables: rules as rows, proved when they are built, evaluated by look-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from reclamation_core.tables.cell import Cell, Decision
from reclamation_core.tables.cells import Atom, Cells, compile_cells, own_atoms, set_of
from reclamation_core.tables.chain import Chain, Known, make_chain
from reclamation_core.tables.definition import check_definition, outcome_order
from reclamation_core.tables.domains import Domain, exact
from reclamation_core.tables.errors import TableProofError
from reclamation_core.tables.facts import read_fact, read_facts
from reclamation_core.tables.look_up import LARGEST_TREE, compile_look_up
from reclamation_core.tables.model import HitPolicy, Input, Monotone, Row
from reclamation_core.tables.proof import changed_without, errors, warnings, witness
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    from reclamation_core.tables.comparison import TableDifference
    from reclamation_core.tables.errors import Finding

O = TypeVar("O")  # noqa: E741 the outcome


def _monotone(promises: Iterable[str | Monotone]) -> tuple[Monotone, ...]:
    return tuple(promise if isinstance(promise, Monotone) else Monotone(promise) for promise in promises)


def _statements(statements: Mapping[Any, Wording] | Iterable[tuple[Any, Wording]]) -> tuple[tuple[Any, Wording], ...]:
    pairs = statements.items() if isinstance(statements, Mapping) else statements
    return tuple((exact(outcome), wording) for outcome, wording in pairs)


def _inputs(inputs: Iterable[Input]) -> tuple[Input, ...]:
    return tuple(inputs)


def _rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(rows)


def _outcomes(outcomes: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(map(exact, outcomes))


@attrs.frozen(slots=False)
class DecisionTable(Generic[O]):
    """Rules as rows, compiled to cells and proved when the table is built.

    Args:
        name: the table's name; as a source of other tables, also the name of their input.
        inputs: facts, and outcomes of source tables.
        output: the domain of the outcomes.
        rows: the rules.
        hit_policy: what happens when several rows fire.
        title: what a reader calls it; the name by default.
        priority: the outcomes, the one that wins first; for PRIORITY.
        monotone: inputs along which the outcome never falls: their names, or `Monotone`.
        statements: for an outcome, the sentence without its full stop that announces it.
        validate: False builds a table that has errors, to study them; where no row fires its outcome is None and
            nothing is possible, where rows contradict each other several outcomes are.

    Attributes:
        owner: what the table is part of, such as an edition of the procedure; see `owned_by`.

    Raises:
        TableDefinitionError: the parts do not fit together.
        TableProofError: the table leaves gaps, contradicts itself or breaks a promise; each finding has a witness.

    >>> from reclamation_core.tables import Boolean, Integer, at_least, below
    >>> fare = DecisionTable("fare", (Input("age", Integer(0, 120)), Input("student", Boolean())), Integer(), (
    ...     Row("child", {"age": below(12)}, 0), Row("student", {"age": at_least(12), "student": True}, 5),
    ...     Row("full", {"age": at_least(12), "student": False}, 10)), HitPolicy.UNIQUE)
    >>> fare.decide({"age": 30, "student": True}).outcome
    5
    >>> sorted(fare.decide({"age": 30}).possible), fare.decide({"age": 30}).question.name
    ([5, 10], 'student')
    """

    name: str
    inputs: tuple[Input, ...] = attrs.field(converter=_inputs)
    output: Domain
    rows: tuple[Row, ...] = attrs.field(converter=_rows)
    hit_policy: HitPolicy = HitPolicy.UNIQUE
    title: Wording = attrs.field(default=attrs.Factory(lambda self: Wording(self.name, self.name), takes_self=True))
    priority: tuple[O, ...] = attrs.field(default=(), converter=_outcomes, kw_only=True)
    monotone: tuple[Monotone, ...] = attrs.field(default=(), converter=_monotone, kw_only=True)
    statements: tuple[tuple[O, Wording], ...] = attrs.field(default=(), converter=_statements, kw_only=True)
    validate: bool = attrs.field(default=True, kw_only=True, eq=False, repr=False)
    owner: Any = attrs.field(default=None, init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        check_definition(self)
        if self.validate:
            found = errors(self)
            if found:
                raise TableProofError(self.name, found)

    @cached_property
    def look_up(self) -> Callable[[Any], Cell[O]]:
        """`look_up(facts)`: the cell that facts fall in. A few dictionary look-ups; no rule is interpreted.

        Args:
            facts: an object with an attribute for each base fact, or a mapping; a key that is missing, or None, is
                the input's `none`.

        Raises:
            FactsError: values that are not of their input's domain, all at once.
        """
        return self._asked[0]

    @cached_property
    def decide(self) -> Callable[[Any], Decision[O]]:
        """`decide(facts)`: the cell with the facts, ready to explain itself. Takes and raises what `look_up` does."""
        return self._asked[1]

    @cached_property
    def _asked(self) -> tuple[Callable[[Any], Cell[O]], Callable[[Any], Decision[O]]]:
        # Functions of the instance, not methods: they are generated for this table, and called without a detour.
        chain = self.chain
        return compile_look_up(chain.base, chain.atoms, lambda facts: self.cell(read_facts(facts, chain)), Decision)

    def owned_by(self, owner: object) -> DecisionTable[O]:
        """Return the table as a part of something, for observers; what was compiled of its cells is shared.

        Args:
            owner: what it is part of; neither compared, nor pickled, nor taken over by what is derived of the table.
        """
        table = copy(self)
        own = {"owner": owner, "_met": {}}
        table.__dict__.update(self.__dict__, **own)
        for name in ("look_up", "decide", "_asked"):  # functions that return cells of this table, not of its copy
            table.__dict__.pop(name, None)
        return table

    def check(self) -> tuple[Finding, ...]:
        """Everything that the proof of the table found, errors first; a validated table has warnings only."""
        return (*errors(self), *warnings(self))

    def without(self, row_id: str) -> DecisionTable[O]:
        """The table without one row, not proved: what would be lost.

        Raises:
            LookupError: no row has that id.
        """
        self.row(row_id)
        return attrs.evolve(self, rows=[row for row in self.rows if row.id != row_id], validate=False)

    def diff(self, other: DecisionTable[Any]) -> TableDifference:
        """The facts on which another table differs, in few conditions with an example each, and the rows that differ.

        It is false exactly where the two decide all facts alike; facts that one of them refuses, the other not, are
        decided differently. The tables may have different inputs.

        Raises:
            ValueError: a table was not proved.
            TableDefinitionError: an input is a fact in one table and not in the other, or not of the same kind in both.
        """
        from reclamation_core.tables import compare_tables

        return next(compare_tables([(self, other)]))

    def witness_for(self, row_id: str) -> Mapping[str, Any] | None:
        """Base facts whose outcome would be another, or none, without a row; None where there are none.

        Raises:
            LookupError: no row has that id.
        """
        cells = changed_without(self, self.row(row_id))
        return witness(self, cells) if cells else None

    def row(self, row_id: str) -> Row:
        """The row with an id; raises LookupError where there is none."""
        for row in self.rows:
            if row.id == row_id:
                return row
        raise LookupError(f"table {self.name!r} has no row {row_id!r}; it has {', '.join(row.id for row in self.rows)}")

    def index_of(self, name: str) -> int:
        """The index of an input among the table's own inputs; raises LookupError if there is none."""
        return self._places[name]

    @property
    def base(self) -> tuple[Input, ...]:
        """The facts that the outcome depends on: the table's own, and those of its sources."""
        return self.chain.base

    @cached_property
    def sources(self) -> tuple[DecisionTable[Any], ...]:
        """The tables whose outcomes are inputs of this one."""
        return tuple(input_.source for input_ in self.inputs if input_.source is not None)

    @cached_property
    def depth(self) -> int:
        """The length of the longest path down the sources; 1 for a table with facts alone."""
        return 1 + max((source.depth for source in self.sources), default=0)

    @property
    def outcomes(self) -> tuple[O, ...]:
        """The outcomes that some facts reach."""
        return tuple(self.cells.outcomes)

    def outcome_label(self, outcome: Any) -> Wording:
        """An outcome of the table for a reader."""
        return Wording(self.output.label(outcome, "fr"), self.output.label(outcome, "en"))

    def read(self, facts: Any, input_: Input) -> Any:
        """The value of a base fact, `UNKNOWN` or `ABSENT`; raises FactsError where it is not of the domain."""
        return read_fact(facts, input_)

    @cached_property
    def cells(self) -> Cells:
        """The table's own cells."""
        order = outcome_order(self.output, self.hit_policy, self.priority, self.rows)
        return compile_cells(self.inputs, self._atoms, self.rows, self.hit_policy, order)

    @cached_property
    def chain(self) -> Chain:
        """The table and its sources."""
        return make_chain(self)

    @cached_property
    def reachable(self) -> int:
        """The cells that some facts fall in: all of them, unless inputs are outcomes that exclude each other."""
        return self.cells.everything if len(self.chain.steps) == 1 else self.chain.reach(self.chain.nothing_known)

    def atom_set(self, place: int, value: Any) -> int:
        """The set of one atom of an input: that of a value, or of `ABSENT`."""
        return set_of(self._atoms[place], value)

    def cell(self, known: Known) -> Cell[O]:
        """The cell, or set of cells, where each base fact is limited to some of its atoms."""
        found = self._met.get(known)
        if found is None:
            if len(self._met) >= LARGEST_TREE:
                self._met.clear()
            found = self._met[known] = self._find(known)
        return found

    def _find(self, known: Known) -> Cell[O]:
        chain = self.chain
        requires = {source.name: source.cell(chain.known_to(source, known)) for source in self.sources}
        if any(cell.outcome is None for cell in requires.values()):
            return Cell(self, known, chain.reach(known), requires)
        outcomes = {name: cell.outcome for name, cell in requires.items()}
        return Cell(self, known, chain.cells_of(self, outcomes, known), requires)

    @cached_property
    def _met(self) -> dict[Known, Cell[O]]:
        return {}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {input_.name: place for place, input_ in enumerate(self.inputs)}

    @cached_property
    def _atoms(self) -> tuple[tuple[Atom, ...], ...]:
        return tuple(own_atoms(input_, self.rows) for input_ in self.inputs)

    def __getstate__(self) -> dict[str, Any]:
        # What was worked out about the table holds generated code; it is worked out again where the table arrives.
        return {field.name: getattr(self, field.name) for field in attrs.fields(type(self)) if field.init}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state, owner=None)

    def to_markdown(self, lang: Lang = "fr") -> str:
        """The table as Markdown: one line a row, with its source and its wording."""
        from reclamation_core.tables.rendering import table_markdown

        return table_markdown(self, lang)

    def to_html(self, lang: Lang = "fr") -> str:
        """The table as an HTML fragment, every text escaped."""
        from reclamation_core.tables.rendering import table_html

        return table_html(self, lang)

    def _repr_html_(self) -> str:
        from reclamation_core.tables.rendering import table_card

        return table_card(self)

    def to_dmn(self) -> str:
        """The table and its sources as a DMN 1.3 document, for decision editors.

        Absent is null; unknown is not written. `reclamation_core.tables.from_dmn` reads it back.

        Raises:
            ValueError: a text holds a character that XML cannot write.
        """
        from reclamation_core.tables import to_dmn

        return to_dmn([self], self.name)

    def to_json(self) -> str:
        """The table with its sources as canonical JSON; equal tables have equal texts."""
        from reclamation_core.tables import table_to_json

        return table_to_json(self)

    @staticmethod
    def from_json(text: str, enumerations: Mapping[str, type[StrEnum]] | None = None) -> DecisionTable[Any]:
        """Return the table that a JSON text describes; see `reclamation_core.tables.table_from_json`."""
        from reclamation_core.tables import table_from_json

        return table_from_json(text, enumerations)
