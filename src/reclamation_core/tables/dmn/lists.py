"""Tables of DMN whose outcome is a list: the outputs of the rules that fire, in an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.decision import Decision
from reclamation_core.tables.facts import given_value
from reclamation_core.tables.model import Input
from reclamation_core.tables.rules import Row
from reclamation_core.tables.table import DecisionTable
from reclamation_core.wording import Wording


@attrs.frozen
class DmnListDecision(SharedRepr):
    """The decision of a table of lists on facts.

    Args:
        rules: the decision of the table that counts the rules.
        outcome: the outputs of the rules that fire, in the order of the hit policy, empty if none fires; None while an
            unknown fact decides whether a rule fires. Of several outputs each is a mapping by name.
    """

    rules: Decision[int]
    outcome: tuple[Any, ...] | None

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rules that fire for every value of the unknown facts, in the table's order."""
        return self.rules.rows

    @property
    def may_fire(self) -> tuple[Row, ...]:
        """The rules that unknown facts may still make fire."""
        return self.rules.may_fire


@attrs.frozen(eq=False)
class DmnListTable(SharedRepr):
    """A table of DMN under RULE ORDER, OUTPUT ORDER or COLLECT without an operator.

    It is no `DecisionTable`: a list is no outcome that other tables, columns of frames or proofs of gaps have.

    Args:
        hit_policy: `RULE ORDER`, `OUTPUT ORDER` or `COLLECT`, whose lists have no order in DMN and that of rules here.
        rules: the rules as a table under COLLECT_COUNT: which of them fire.
        outputs: the output of each rule, by its id, in the order of the list: a value, the input that has it, or, of
            several outputs, a mapping by name.
        default: the only item of the list where no rule fires; None for an empty list.
    """

    hit_policy: str
    rules: DecisionTable[int]
    outputs: Mapping[str, Any]
    default: Any = None

    @property
    def name(self) -> str:
        """The identifier of the table."""
        return self.rules.name

    @property
    def title(self) -> Wording:
        """What a reader calls it."""
        return self.rules.title

    @property
    def base(self) -> tuple[Input, ...]:
        """The facts that the table and those that it requires ask for."""
        return self.rules.base

    def decide(self, facts: object) -> DmnListDecision:
        """Return the decision on facts; takes and raises what `DecisionTable.decide` does."""
        found = self.rules.decide(facts)
        return DmnListDecision(found, None if found.may_fire else self._outcome(found))

    def _outcome(self, found: Decision[int]) -> tuple[Any, ...] | None:
        fired = {row.id for row in found.rows}
        items = [_item(output, found) for id_, output in self.outputs.items() if id_ in fired]
        if not items and self.default is not None:
            items = [self.default]
        return None if UNKNOWN in items else tuple(items)


def _item(output: object, found: Decision[int]) -> Any:
    if isinstance(output, Mapping):
        items = {name: _item(one, found) for name, one in output.items()}
        return UNKNOWN if UNKNOWN in items.values() else items
    if not isinstance(output, Input):
        return output
    value, facts = found.value(output), found.facts
    if value is UNKNOWN or value is ABSENT:
        return value
    # As it was given: a table reads every text that it does not name as one.
    return given_value(facts, output)
