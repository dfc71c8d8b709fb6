"""The faults of traceability of an edition: rows, parameters and clauses that nothing accounts for."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from reclamation_core.policy import Policy, row_test
from reclamation_core.policy.parameters import parameter_carriers
from reclamation_core.policy.sources import CLAUSES, cited, interpretation_numbers
from reclamation_core.tables import DecisionTable
from scripts.matrix import REDUNDANT


def faults(policy: Policy) -> tuple[str, ...]:
    """What is wrong with the traceability of an edition; empty when every row and clause is accounted for.

    A row must cite a clause that exists, its interpretations must exist, and it must have a test, unless it is stated
    to be redundant. A parameter must cite a clause or an interpretation. A clause must have a carrier, or say what is
    to carry it.
    """
    return (*_row_faults(policy), *_parameter_faults(policy), *_clause_faults(policy))


def _row_faults(policy: Policy) -> Iterator[str]:
    for table in policy.tables.values():
        for row in table.rows:
            name = f"{table.name}/{row.id}"
            if not cited(row.clause):
                yield f"{name}: cites no clause"
            yield from _citation_faults(policy, name, row.clause, row.interpretation)
            if row.wording is None:
                yield f"{name}: has no wording"
            idle, stated = row.id in _idle_rows(table), (table.name, row.id) in REDUNDANT
            if idle and not stated:
                yield f"{name}: no case changes without it"
            if stated and not idle:
                yield f"{name}: is stated to be redundant, and a case changes without it"


@cache
def _idle_rows(table: DecisionTable[Any]) -> frozenset[str]:
    """Return the rows that no case needs; a changed edition has most of its tables from the default one."""
    return frozenset(row.id for row in table.rows if row_test(table, row) is None)


def _parameter_faults(policy: Policy) -> Iterator[str]:
    for carrier in parameter_carriers(policy.parameters):
        if carrier.clause is None and carrier.interpretation is None:
            yield f"{carrier.path}: cites neither a clause nor an interpretation"
        yield from _citation_faults(policy, carrier.path, carrier.clause, carrier.interpretation)


def _citation_faults(policy: Policy, name: str, clause: str | None, interpretation: str | None) -> Iterator[str]:
    clauses = {clause.id for clause in CLAUSES}
    for wrong in set(cited(clause)) - clauses:
        yield f"{name}: cites {wrong!r}, which is not a clause"
    known = {interpretation.number for interpretation in policy.interpretations}
    for number in interpretation_numbers(interpretation):
        if number not in known:
            yield f"{name}: cites the interpretation {number!r}, which is not known"


def _clause_faults(policy: Policy) -> Iterator[str]:
    carried = {clause for table in policy.tables.values() for row in table.rows for clause in cited(row.clause)}
    carried |= {clause for carrier in parameter_carriers(policy.parameters) for clause in cited(carrier.clause)}
    for clause in CLAUSES:
        if clause.id not in carried and not clause.objects:
            yield f"{clause.id}: nothing carries it"
