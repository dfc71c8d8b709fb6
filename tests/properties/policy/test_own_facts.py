"""Own facts of an edition: what is drawn is admitted, stored and read back; a raised level is that of M2-1."""

import json
from typing import Any

from hypothesis import given

from reclamation_core import BusinessCalendar, Desk
from reclamation_core.cases.documents import case_document, read_case
from reclamation_core.desk import Registration
from reclamation_core.policy import m2_1
from reclamation_core.testing.strategies import complaint_facts, malfunction_facts
from reclamation_core.vocabulary import Level, OwnText
from tests.unit.policy.own_facts import own_policy

POLICY = own_policy()
FRANCE = BusinessCalendar.france()


@given(facts=complaint_facts(policy=POLICY) | malfunction_facts(policy=POLICY))
def test_own_values_are_stored_and_read_back_as_they_were_given(facts: Any) -> None:
    desk = Desk.in_memory(policy=POLICY, clock_limit=None)
    (result,) = desk.register_many([Registration(facts=facts, site="CRE")])
    assert result.case is not None, result.refusal
    own = result.case.facts.own
    assert own.keys() == facts.own.keys()
    for name, value in own.items():
        given_value = facts.own[name]
        if isinstance(value, OwnText):
            assert result.case.read(value) == str(given_value)
        else:
            assert (value, type(value)) == (given_value, type(given_value))
    assert read_case(json.loads(json.dumps(case_document(result.case))), result.case.vault) == result.case


@given(facts=complaint_facts(policy=POLICY, unknown=False))
def test_a_subcontracted_service_is_handled_by_the_region_at_least(facts: Any) -> None:
    before = m2_1().assess(facts, FRANCE).level.possible
    after = POLICY.assess(facts, FRANCE).level.possible
    raised = {max(level, Level.REGIONAL) for level in before}
    assert after == {True: raised, False: before, None: before | raised}[facts.own.get("subcontracted")]
