"""What the guards cite is in the procedure and among its interpretations."""

from __future__ import annotations

from reclamation_core.cases import CommandType, Guard
from reclamation_core.cases.guards import GUARDS as CASE_GUARDS
from reclamation_core.plans import PlanCommandType
from reclamation_core.plans.guards import GUARDS as PLAN_GUARDS
from reclamation_core.policy import m2_1
from reclamation_core.policy.sources import CLAUSES, cited

GUARDS: list[Guard[CommandType] | Guard[PlanCommandType]] = [*CASE_GUARDS, *PLAN_GUARDS]


def test_every_clause_that_a_guard_cites_is_one_of_the_procedure() -> None:
    named = [guard.clause for guard in GUARDS if guard.clause is not None]

    assert named
    assert all(cited(clause) for clause in named)
    assert {clause for text in named for clause in cited(text)} <= {clause.id for clause in CLAUSES}


def test_every_interpretation_of_a_guard_is_in_the_catalogue() -> None:
    known = {interpretation.number for interpretation in m2_1().interpretations}
    named = {number for guard in GUARDS if guard.interpretation for number in guard.interpretation.split(", ")}

    assert {"I11", "I12", "I16"} <= named
    assert named <= known
