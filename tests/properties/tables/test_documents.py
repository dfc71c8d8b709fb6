"""Tables written as JSON and read back."""

import json

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.tables import DecisionTable
from tests.properties.tables.oracle import Spec, base_facts, judge
from tests.properties.tables.specs import build, chained_specs, specs, values_of


@given(st.one_of(specs(), chained_specs()), st.data())
def test_a_table_read_back_is_equal_and_decides_alike(spec: Spec, data: st.DataObject) -> None:
    table = build(spec)
    text = table.to_json()
    again = DecisionTable.from_json(text)
    assert (again, again.to_json()) == (table, text)
    assert json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False) == text
    facts = {fact.name: data.draw(values_of(fact), label=fact.name) for fact in base_facts(spec)}
    assert again.decide(facts) == table.decide(facts)
    assert again.look_up(facts).outcome == judge(spec, facts).outcome
