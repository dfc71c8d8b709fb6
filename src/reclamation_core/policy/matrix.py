"""The matrix clause, carrier, test: what carries each clause, and the case that would change without a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from reclamation_core.policy.parameters import parameter_carriers
from reclamation_core.policy.policy import Policy
from reclamation_core.policy.sources import CLAUSES, Clause, cited, interpretation_numbers
from reclamation_core.tables import DecisionTable, Row

REDUNDANT: Mapping[tuple[str, str], str] = {
    (
        "level",
        "local-client",
    ): "le texte le dit deux fois : quand le client est local, l'étendue de la prestation donne déjà "
    "le niveau local ou un niveau plus élevé ; cette règle est citée mais n'est jamais déterminante à elle seule",
}
"""Rows of the text that never decide alone, by table and row, and why they stay."""


@attrs.frozen
class RowTest:
    """A case that shows what a row is for.

    Attributes:
        table: the row's table.
        row: the row.
        facts: the case, as base facts.
        outcome: the outcome with the row.
        outcome_without: the outcome without it; None where no other row fires.
    """

    table: DecisionTable[Any]
    row: Row
    facts: Mapping[str, Any]
    outcome: Any
    outcome_without: Any


def row_test(table: DecisionTable[Any], row: Row) -> RowTest | None:
    """A case whose decision changes when the row is removed, found and then checked by removing it; None if none is."""
    facts = table.witness_for(row.id)
    if facts is None:
        return None
    outcome, without = table.decide(facts).outcome, table.without(row.id).decide(facts).outcome
    return None if outcome == without else RowTest(table, row, facts, outcome, without)


def faults(policy: Policy) -> tuple[str, ...]:
    """What is wrong with the traceability of an edition; empty when every row and clause is accounted for.

    A row must cite a clause that exists, its readings must exist, and it must have a test, unless it is stated to be
    redundant. A parameter must cite a clause or a reading. A clause must have a carrier, or say what is to carry it.
    """
    return (*_row_faults(policy), *_parameter_faults(policy), *_clause_faults(policy))


def _row_faults(policy: Policy) -> Iterator[str]:
    for table in policy.tables.values():
        for row in table.rows:
            name = f"{table.name}/{row.id}"
            if not cited(row.clause):
                yield f"{name}: cites no clause"
            yield from _citation_faults(policy, name, row.clause, row.reading)
            if row.wording is None:
                yield f"{name}: has no wording"
            idle, stated = row_test(table, row) is None, (table.name, row.id) in REDUNDANT
            if idle and not stated:
                yield f"{name}: no case changes without it"
            if stated and not idle:
                yield f"{name}: is stated to be redundant, and a case changes without it"


def _parameter_faults(policy: Policy) -> Iterator[str]:
    for carrier in parameter_carriers(policy.parameters):
        if carrier.clause is None and carrier.reading is None:
            yield f"{carrier.path}: cites neither a clause nor a reading"
        yield from _citation_faults(policy, carrier.path, carrier.clause, carrier.reading)


def _citation_faults(policy: Policy, name: str, clause: str | None, reading: str | None) -> Iterator[str]:
    clauses = {clause.id for clause in CLAUSES}
    for wrong in set(cited(clause)) - clauses:
        yield f"{name}: cites {wrong!r}, which is not a clause"
    known = {reading.number for reading in policy.interpretations}
    for number in interpretation_numbers(reading):
        if number not in known:
            yield f"{name}: cites the reading {number!r}, which is not known"


def _clause_faults(policy: Policy) -> Iterator[str]:
    carried = {clause for table in policy.tables.values() for row in table.rows for clause in cited(row.clause)}
    carried |= {clause for carrier in parameter_carriers(policy.parameters) for clause in cited(carrier.clause)}
    for clause in CLAUSES:
        if clause.id not in carried and not clause.objects:
            yield f"{clause.id}: nothing carries it"


def rows_of(policy: Policy, clause: Clause) -> tuple[tuple[DecisionTable[Any], Row], ...]:
    """The rows of an edition that carry a clause, table by table."""
    return tuple(
        (table, row) for table in policy.tables.values() for row in table.rows if clause.id in cited(row.clause)
    )
