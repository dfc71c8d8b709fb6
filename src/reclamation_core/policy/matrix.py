"""The matrix clause, carrier, test: what carries each clause, and the case that would change without a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from reclamation_core.policy.clauses import CLAUSES, Clause, cited
from reclamation_core.policy.policy import Policy
from reclamation_core.tables import DecisionTable, Row

REDUNDANT: Mapping[tuple[str, str], str] = {
    (
        "level",
        "local-client",
    ): "le texte le dit deux fois : où le client est local, l'étendue de la prestation donne déjà "
    "le niveau local ou un niveau plus élevé ; la ligne est citée, elle ne décide jamais seule",
}
"""Rows of the text that never decide alone, by table and row, and why they stay."""


@attrs.frozen
class RowTest:
    """A case that shows what a row is for.

    Attributes:
        table: the row's table.
        row: the row.
        facts: the case, as base facts.
        given: the outcome with the row.
        otherwise: the outcome without it; None where no other row fires.
    """

    table: DecisionTable[Any]
    row: Row
    facts: Mapping[str, Any]
    given: Any
    otherwise: Any


@attrs.frozen
class Carrier:
    """A parameter that carries a clause: its path, the clause it cites, its reading."""

    path: str
    clause: str | None
    reading: str | None


def row_test(table: DecisionTable[Any], row: Row) -> RowTest | None:
    """A case whose decision changes when the row is removed, found and then checked by removing it; None if none is."""
    facts = table.case_for(row.id)
    if facts is None:
        return None
    given, otherwise = table.decide(facts).outcome, table.without(row.id).decide(facts).outcome
    return None if given == otherwise else RowTest(table, row, facts, given, otherwise)


def parameter_carriers(policy: Policy) -> tuple[Carrier, ...]:
    """The parameters of an edition with their sources, in their order."""
    return tuple(_carriers(policy.parameters, ""))


def _carriers(group: Any, prefix: str) -> Iterator[Carrier]:
    for field in attrs.fields(type(group)):
        path = f"{prefix}{field.name}"
        if "clause" in field.metadata:
            yield Carrier(path, field.metadata["clause"], field.metadata["reading"])
        elif attrs.has(type(getattr(group, field.name))):
            yield from _carriers(getattr(group, field.name), f"{path}.")


def faults(policy: Policy) -> tuple[str, ...]:
    """What is wrong with the traceability of an edition; empty when every row and clause is accounted for.

    A row must cite a clause that exists, its readings must exist, and it must have a test, unless it is stated to be
    redundant. A clause must have a carrier, or say what is to carry it.
    """
    return (*_row_faults(policy), *_clause_faults(policy))


def _row_faults(policy: Policy) -> Iterator[str]:
    clauses = {clause.id for clause in CLAUSES}
    readings = {reading.number for reading in policy.readings}
    for table in policy.tables.values():
        for row in table.rows:
            name = f"{table.name}/{row.id}"
            if not cited(row.clause) or not clauses.issuperset(cited(row.clause)):
                yield f"{name}: cites {row.clause!r}, which is not a clause"
            if row.reading is not None and not readings.issuperset(row.reading.split(", ")):
                yield f"{name}: cites the reading {row.reading!r}, which is not known"
            if row.wording is None:
                yield f"{name}: has no wording"
            if (row_test(table, row) is None) is not ((table.name, row.id) in REDUNDANT):
                yield f"{name}: no case changes without it, or it is stated to be redundant and is not"


def _clause_faults(policy: Policy) -> Iterator[str]:
    carried = {clause for table in policy.tables.values() for row in table.rows for clause in cited(row.clause)}
    carried |= {clause for carrier in parameter_carriers(policy) for clause in cited(carrier.clause)}
    for clause in CLAUSES:
        if not (clause.id in carried or clause.objects or clause.to_come):
            yield f"{clause.id}: nothing carries it, and it does not say what will"


def rows_of(policy: Policy, clause: Clause) -> tuple[tuple[DecisionTable[Any], Row], ...]:
    """The rows of an edition that carry a clause, table by table."""
    return tuple(
        (table, row) for table in policy.tables.values() for row in table.rows if clause.id in cited(row.clause)
    )
