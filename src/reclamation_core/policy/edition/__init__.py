"""The tables of the procedure M2-1, made of its text, of the numbered readings and of an edition's parameters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from reclamation_core.policy.edition.complexity import complexity_table
from reclamation_core.policy.edition.eligibility import eligibility_table
from reclamation_core.policy.edition.level import level_table
from reclamation_core.policy.edition.risk import band_table, criticality_table, likelihood_table, severity_table
from reclamation_core.policy.parameters import Parameters
from reclamation_core.tables import DecisionTable

__all__ = ["m2_1_tables"]


def m2_1_tables(parameters: Parameters) -> Mapping[str, DecisionTable[Any]]:
    """The tables by name: a table comes after those whose outcomes it asks for."""
    level = level_table()
    severity = severity_table()
    likelihood = likelihood_table(parameters.risk)
    criticality = criticality_table(severity, likelihood)
    band = band_table(parameters.risk, criticality, severity)
    complexity = complexity_table(parameters.complexity, band, level)
    tables = (eligibility_table(parameters.survey), level, severity, likelihood, criticality, band, complexity)
    return MappingProxyType({table.name: table for table in tables})
