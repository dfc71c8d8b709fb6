"""Decision tables: rules as rows, proved when they are built, evaluated by look-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from reclamation_core.tables.decision import Cell, Decision, cell_of
from reclamation_core.tables.definition import check_definition
from reclamation_core.tables.errors import Finding, TableProofError
from reclamation_core.tables.facts import read_facts
from reclamation_core.tables.look_up import CompiledLookUp
from reclamation_core.tables.model import CompiledTable, Known
from reclamation_core.tables.proof import changed_without, errors, warnings, witness
from reclamation_core.tables.rendering import table_card, table_html, table_markdown
from reclamation_core.wording import Lang

if TYPE_CHECKING:
    from reclamation_core.tables.comparison import TableDifference

O = TypeVar("O")  # noqa: E741 the outcome


@attrs.frozen(slots=False)
class DecisionTable(CompiledTable[O]):
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
        plain_statements: the same in plain words, for the person concerned by the outcome; empty if the outcomes of the
            table are internal.
        validate: False builds a table that has errors, to study them; where no row fires its outcome is None and
            nothing is possible, where rows contradict each other several outcomes are.

    Raises:
        TableDefinitionError: the parts do not fit together.
        TableProofError: the table leaves gaps, contradicts itself or breaks a promise; each finding has a witness.

    >>> from reclamation_core.tables import Boolean, HitPolicy, Input, Integer, Row, at_least, below
    >>> fare = DecisionTable("fare", (Input("age", Integer(0, 120)), Input("student", Boolean())), Integer(), (
    ...     Row("child", {"age": below(12)}, 0), Row("student", {"age": at_least(12), "student": True}, 5),
    ...     Row("full", {"age": at_least(12), "student": False}, 10)), HitPolicy.UNIQUE)
    >>> fare.decide({"age": 30, "student": True}).outcome
    5
    >>> sorted(fare.decide({"age": 30}).possible), fare.decide({"age": 30}).question.name
    ([5, 10], 'student')
    """

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
        look_up = CompiledLookUp(chain.base, chain.atoms, lambda facts: self.cell(read_facts(facts, chain)), Decision)
        return look_up.functions

    def owned_by(self, owner: object) -> DecisionTable[O]:
        """Return the table as a part of something, for observers; what was compiled of its cells is shared.

        Args:
            owner: what it is part of; neither compared, nor pickled, nor taken over by what is derived of the table.
        """
        table = copy(self)
        own = {"owner": owner, "met": {}}
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
        from reclamation_core.tables.comparison import compare_tables

        return next(compare_tables([(self, other)]))

    def witness_for(self, row_id: str) -> Mapping[str, Any] | None:
        """Base facts whose outcome would be another, or none, without a row; None where there are none.

        Raises:
            LookupError: no row has that id.
        """
        cells = changed_without(self, self.row(row_id))
        return witness(self, cells) if cells else None

    def cell(self, known: Known) -> Cell[O]:
        """The cell, or set of cells, where each base fact is limited to some of its atoms."""
        return cell_of(self, known)

    def __getstate__(self) -> dict[str, Any]:
        # What was worked out about the table holds generated code; it is worked out again where the table arrives.
        return attrs.asdict(self, recurse=False, filter=lambda field, _: field.init)

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state, owner=None)

    def to_markdown(self, lang: Lang = "fr") -> str:
        """The table as Markdown: one line a row, with its source and its wording."""
        return table_markdown(self, lang)

    def to_html(self, lang: Lang = "fr") -> str:
        """The table as an HTML fragment, every text escaped."""
        return table_html(self, lang)

    def _repr_html_(self) -> str:
        return table_card(self)

    def to_json(self) -> str:
        """The table with its sources as canonical JSON; equal tables have equal texts."""
        from reclamation_core.tables.document import table_to_json

        return table_to_json(self)

    @classmethod
    def from_json(cls, text: str, enumerations: Mapping[str, type[StrEnum]] | None = None) -> DecisionTable[Any]:
        """The table that a JSON text describes, proved as any table is.

        Args:
            text: what `to_json` wrote, or the like.
            enumerations: the `StrEnum` to use for an enumeration of that name; where none is given the values are plain
                strings, which are equal to the members of a `StrEnum`.

        Raises:
            FaultsError: the document is not one of a table: all its faults, with their paths.
            TableDefinitionError: its parts do not fit together.
            TableProofError: the table is refused.
        """
        from reclamation_core.tables.document import table_from_json

        return table_from_json(text, enumerations or {}, cls)
