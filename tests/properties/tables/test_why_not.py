"""Why not another outcome, against every set of facts that could be changed."""

from itertools import combinations, product
from types import SimpleNamespace
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from reclamation_core.missing import UNKNOWN, Missing
from tests.properties.tables.oracle import ADDING, Spec, Worlds, firing, size
from tests.properties.tables.specs import build, chained_specs, specs
from tests.properties.tables.test_unknown_facts import Known, draw_facts, draw_known, worlds_of


def _fewest_changes(worlds: Worlds, known: Known, outcome: object) -> int | None:
    """The least number of facts to change for the outcome to be certain; None if no change leads to it."""
    sizes = [range(len(groups)) for groups in worlds.choices.values()]
    for count in range(len(known) + 1):
        for places in combinations(range(len(known)), count):
            for codes in product(*(sizes[place] for place in places)):
                changed = list(known)
                for place, code in zip(places, codes, strict=True):
                    changed[place] = code
                if worlds.outcomes(tuple(changed)) == {outcome}:
                    return count
    return None


def _same(one: Any, other: Any) -> bool:
    return one is other if isinstance(one, Missing) or isinstance(other, Missing) else bool(size(one) == size(other))


@given(st.one_of(specs(), chained_specs()), st.data())
def test_the_change_leads_to_the_outcome_and_is_minimal(spec: Spec, data: st.DataObject) -> None:
    worlds = worlds_of(spec, most=120)
    known = draw_known(data, worlds)
    facts = draw_facts(data, worlds, known)
    table = build(spec)
    outcome = data.draw(st.sampled_from(table.outcomes))
    for given_facts in (facts, SimpleNamespace(**{name: facts.get(name) for name in worlds.choices})):
        answer = table.decide(given_facts).why_not(outcome)
        fewest = _fewest_changes(worlds, known, outcome)
        assert (answer.changes is None) == (fewest is None)
        if answer.changes is None:
            continue
        assert len(answer.changes) == fewest
        changed = answer.apply()
        assert type(changed) is type(given_facts)
        assert table.look_up(changed).outcome == outcome
        after = changed if isinstance(changed, dict) else vars(changed)
        for change in answer.changes:
            before = facts.get(change.input.name)
            assert _same(change.before, UNKNOWN if before is None else before)
            assert after[change.input.name] == change.after != change.before
        untouched = set(facts) - {change.input.name for change in answer.changes}
        assert all(after[name] is facts[name] for name in untouched)


@given(st.one_of(specs(), chained_specs()), st.data())
def test_the_current_outcome_needs_no_change(spec: Spec, data: st.DataObject) -> None:
    worlds = worlds_of(spec)
    decision = build(spec).decide(draw_facts(data, worlds, draw_known(data, worlds)))
    assume(decision.outcome is not None)
    answer = decision.why_not(decision.outcome)
    assert (answer.changes, answer.apply()) == ((), decision.facts)


@given(st.one_of(specs(), chained_specs()), st.data())
def test_rows_that_do_not_fire_list_their_failed_conditions(spec: Spec, data: st.DataObject) -> None:
    worlds = worlds_of(spec)
    known = draw_known(data, worlds)
    table = build(spec)
    decision = table.decide(draw_facts(data, worlds, known))
    outcome = data.draw(st.sampled_from(table.outcomes))
    verdicts = [worlds.verdicts[code] for code in worlds.completions(known)]
    answer = decision.why_not(outcome)
    counted = spec.policy in ADDING
    certain = {row.id for row in decision.rows}
    expected = [rule.id for rule in spec.rules if (rule.id not in certain if counted else rule.then == outcome)]
    assert [miss.row.id for miss in answer.misses] == expected
    for miss in answer.misses:
        rule = next(rule for rule in spec.rules if rule.id == miss.row.id)
        failing = {
            name
            for name, test in rule.when.items()
            if any(not firing(_alone(spec, rule.id, name), verdict.values) for verdict in verdicts)
        }
        assert {failed.input.name for failed in miss.failed} == failing
        assert all(failed.condition == miss.row.when[failed.input.name] for failed in miss.failed)
        assert (not miss.failed) == (miss.row.id in certain)


def _alone(spec: Spec, rule_id: str, name: str) -> Spec:
    """The table with one condition of one rule, nothing else."""
    rule = next(rule for rule in spec.rules if rule.id == rule_id)
    only = type(rule)(rule.id, {name: rule.when[name]}, rule.then)
    return Spec(spec.name, spec.inputs, (only,), "any", spec.output)
