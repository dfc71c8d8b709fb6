"""What each act asks of a case: guards as data, one decision table for each verb."""

from __future__ import annotations

from functools import cache

from reclamation_core.cases.closing_guards import CLOSING_GUARDS
from reclamation_core.cases.codes import CommandType, Permission
from reclamation_core.cases.common_guards import COMMON_GUARDS
from reclamation_core.cases.guard import Guard, permissions
from reclamation_core.cases.guard_inputs import INPUTS
from reclamation_core.cases.handling_guards import HANDLING_GUARDS
from reclamation_core.tables import DecisionTable

__all__ = ["GUARDS", "Guard", "guard_table"]

GUARDS: tuple[Guard[CommandType], ...] = (*COMMON_GUARDS, *HANDLING_GUARDS, *CLOSING_GUARDS)
"""Every guard, the common ones first."""


@cache
def guard_table(verb: CommandType) -> DecisionTable[Permission]:
    """The table that allows or refuses an act; its rows that refuse are the guards of the verb."""
    return permissions(verb, GUARDS, INPUTS)
