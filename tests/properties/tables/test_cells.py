"""The compiled table against the naive interpreter, every fact being known, and tables read back from JSON."""

import json
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.tables import DecisionTable
from tests.properties.tables.oracle import ADDING, Spec, base_facts, judge
from tests.properties.tables.specs import build, chained_specs, specs, values_of


def _agrees(spec: Spec, data: st.DataObject) -> None:
    table = build(spec)
    for _ in range(4):
        facts: dict[str, Any] = {fact.name: data.draw(values_of(fact), label=fact.name) for fact in base_facts(spec)}
        expected = judge(spec, facts)
        for _ in range(2):  # the first time a fact is met the tree of cells grows, the second time it is walked
            for given_facts in (facts, SimpleNamespace(**facts)):
                cell, decision = table.look_up(given_facts), table.decide(given_facts)
                assert (cell.outcome, cell.possible) == (expected.outcome, frozenset([expected.outcome]))
                assert (decision.outcome, decision.possible) == (cell.outcome, cell.possible)
                assert tuple(row.id for row in cell.rows) == expected.rules
                assert (decision.rows, decision.may_fire) == (cell.rows, ())
                assert decision.facts is given_facts
                assert (decision.question, cell.unknown) == (None, ())


@given(st.one_of(specs(), chained_specs()), st.data())
def test_a_table_decides_as_its_rows_and_those_of_its_sources_say(spec: Spec, data: st.DataObject) -> None:
    _agrees(spec, data)


@given(st.one_of(specs(), chained_specs()), st.data())
def test_the_rows_that_decide_give_the_outcome(spec: Spec, data: st.DataObject) -> None:
    facts = {fact.name: data.draw(values_of(fact), label=fact.name) for fact in base_facts(spec)}
    decision = build(spec).decide(facts)
    fired = judge(spec, facts).rules
    deciding = tuple(row.id for row in decision.deciding)
    if spec.policy in ADDING:
        assert deciding == fired
    else:
        winners = tuple(name for name in fired if build(spec).row(name).then == decision.outcome)
        assert deciding == (winners[:1] if spec.policy == "first" else winners)


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
