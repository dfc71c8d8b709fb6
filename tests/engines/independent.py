"""pyDMNrules, an independent engine, evaluates every cell of a table from the DMN document of the table.

Labels and the stated ranges of numbers, which are no rules, are taken out of the document first: the engine takes a
label for the name of the fact, and finds no number in a range within a list. So rows with such a range are left out
too; tests/properties/tables/test_sfeel_laws.py proves what they mean.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

from reclamation_core.missing import ABSENT
from reclamation_core.tables import DecisionTable, to_dmn
from reclamation_core.tables.cells import numbers
from reclamation_core.tables.proof import witness

_LABEL = re.compile(r' (?:outputLabel|label)="[^"]*"')
_RANGE = re.compile(r"<inputValues>\s*<text>(?:\[|&gt;|&lt;|null).*?</inputValues>", re.DOTALL)


class Engine:
    """The engine with one table and the tables that this one needs."""

    def __init__(self, table: DecisionTable[Any]) -> None:
        # It computes its parser when it is imported, which would take each worker ten seconds.
        from pyDMNrules import DMN

        self.table = table
        self._rules = DMN()
        status = self._rules.useXML(_RANGE.sub("", _LABEL.sub("", to_dmn(table))))
        assert status == {}, status

    def decide(self, facts: dict[str, Any]) -> Any:
        """Return the outcome of the engine: a text, or a number."""
        asked = {name: None if value is ABSENT else _plain(value) for name, value in facts.items()}
        status, decided = self._rules.decide(asked)
        assert status == {}, (facts, status)
        last = decided[-1] if isinstance(decided, list) else decided
        return last["Result"][self.table.name]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, str) else value


def witnesses(table: DecisionTable[Any], step: int = 1) -> Iterator[dict[str, Any]]:
    """A case in each cell that facts can fall in, or in each `step`-th."""
    cells = table.cells
    if table.sources:
        for number in list(numbers(table.reachable))[::step]:
            yield dict(witness(table, 1 << number))
        return
    names = [input_.name for input_ in table.inputs]
    samples = product(*([atom.sample for atom in atoms] for atoms in cells.atoms))
    for place, values in enumerate(samples):
        if place % step == 0:
            yield dict(zip(names, values, strict=True))


def disagreements(table: DecisionTable[Any], step: int = 1, first: int = 0, every: int = 1) -> tuple[int, list[Any]]:
    """Return the number of cases evaluated, and the cases in which engine and table differ."""
    engine = Engine(table)
    cases = list(witnesses(table, step))[first::every]
    found = []
    for facts in cases:
        ours, theirs = table.decide(facts).outcome, engine.decide(facts)
        if ours != theirs:
            found.append((facts, ours, theirs))
    return len(cases), found
