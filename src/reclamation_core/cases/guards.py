"""What each act asks of a case: guards as data, one decision table for each verb.

A guard is a row that refuses. The table of a verb has its guards and, beneath them, a row that allows: so a refusal
tells every guard that is not met at once, explains itself, and says what would be enough.
"""

from __future__ import annotations

from functools import cache

from reclamation_core.cases.closing_guards import CLOSING_GUARDS
from reclamation_core.cases.codes import Permission, Verb
from reclamation_core.cases.common_guards import COMMON_GUARDS
from reclamation_core.cases.guard import Guard
from reclamation_core.cases.guard_inputs import INPUTS
from reclamation_core.cases.handling_guards import HANDLING_GUARDS
from reclamation_core.tables import DecisionTable, Enumeration, HitPolicy, Row
from reclamation_core.wording import Wording

__all__ = ["GUARDS", "Guard", "guard_table"]

GUARDS: tuple[Guard, ...] = (*COMMON_GUARDS, *HANDLING_GUARDS, *CLOSING_GUARDS)
"""Every guard, the common ones first."""


@cache
def guard_table(verb: Verb) -> DecisionTable[Permission]:
    """The table that allows or refuses an act; its rows that refuse are the guards of the verb."""
    guards = [guard for guard in GUARDS if verb in guard.verbs]
    asked = {name for guard in guards for name in guard.when}
    refusals = [
        Row(guard.id, guard.when, Permission.REFUSED, guard.clause, guard.wording, reading=guard.reading)
        for guard in guards
    ]
    nothing = Wording("rien ne s'y oppose", "nothing stands against it")
    return DecisionTable(
        f"may_{verb.value}",
        tuple(input_ for input_ in INPUTS if input_.name in asked),
        Enumeration.of(Permission),
        (*refusals, Row("allowed", {}, Permission.ALLOWED, None, nothing)),
        HitPolicy.PRIORITY,
        verb.wording,
        priority=(Permission.REFUSED, Permission.ALLOWED),
    )
