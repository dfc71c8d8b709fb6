"""The tables of the procedure M2-1, built from its text, its interpretations and the parameters of an edition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from reclamation_core.policy.m2_1_tables.complexity import complexity_table
from reclamation_core.policy.m2_1_tables.eligibility import eligibility_table
from reclamation_core.policy.m2_1_tables.level import level_table
from reclamation_core.policy.m2_1_tables.risk import band_table, criticality_table, likelihood_table, severity_table
from reclamation_core.policy.parameters import Parameters
from reclamation_core.tables import DecisionTable
from reclamation_core.wording import Wording

__all__ = ["TABLES", "known_tables", "m2_1_tables"]

Edit: TypeAlias = Callable[[DecisionTable[Any]], DecisionTable[Any]]

TABLES = ("eligibility", "level", "severity", "retained_likelihood", "criticality", "band", "complexity")
"""The names of the tables; a table comes after those whose outcomes it asks for."""


def known_tables() -> Wording:
    """What the name of a table must be."""
    listed = ", ".join(TABLES)
    return Wording(f"le nom d'une table est attendu : {listed}", f"the name of a table is expected: {listed}")


def _as_it_is(table: DecisionTable[Any]) -> DecisionTable[Any]:
    return table


def m2_1_tables(parameters: Parameters, edit: Edit = _as_it_is) -> Mapping[str, DecisionTable[Any]]:
    """The tables by name: a table comes after those whose outcomes it asks for.

    Args:
        parameters: what the edition sets.
        edit: makes of each table that the parameters give the one of the edition, which later tables then ask.
    """
    eligibility = edit(eligibility_table(parameters.survey))
    level = edit(level_table())
    severity = edit(severity_table())
    likelihood = edit(likelihood_table(parameters.risk))
    criticality = edit(criticality_table(severity, likelihood))
    band = edit(band_table(parameters.risk, criticality, severity))
    complexity = edit(complexity_table(parameters.complexity, band, level))
    tables = (eligibility, level, severity, likelihood, criticality, band, complexity)
    return MappingProxyType(dict(zip(TABLES, tables, strict=True)))
