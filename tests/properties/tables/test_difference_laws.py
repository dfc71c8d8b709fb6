"""The difference of two tables against every case there is, each decided twice by the naive interpreter."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from reclamation_core.missing import ABSENT
from reclamation_core.tables import Decision, TableDifference, TableProofError
from reclamation_core.tables.comparison import Conditions, OutcomeChange, compare_tables
from tests.properties.tables.oracle import Fact, Rule, Spec, Verdict, base_facts, classes, judge, tables_of
from tests.properties.tables.specs import OUTCOMES, build, chained_specs, conditions, facts_asked, specs

MOST_CASES = 2000


@st.composite
def changed(draw: st.DrawFn, spec: Spec) -> Spec:
    """The same table, or one with another rule somewhere along its chain. Shrinks towards the same table."""
    names = sorted({table.name for table in tables_of(spec)})
    return _changed_in(draw, spec, draw(st.sampled_from(["", *names])), {})


def _changed_in(draw: st.DrawFn, spec: Spec, name: str, met: dict[str, Spec]) -> Spec:
    if spec.name not in met:
        inputs = tuple(
            _changed_in(draw, input_, name, met) if isinstance(input_, Spec) else input_ for input_ in spec.inputs
        )
        rules = spec.rules
        if spec.name == name:
            at = draw(st.integers(0, len(rules) - 1))
            rules = (*rules[:at], draw(_another(spec, rules[at])), *rules[at + 1 :])
        met[spec.name] = replace(spec, inputs=inputs, rules=rules)
    return met[spec.name]


def _another(spec: Spec, rule: Rule) -> st.SearchStrategy[Rule]:
    asked = st.sampled_from(spec.inputs)
    outcomes = spec.priority or OUTCOMES[spec.output]
    others = [
        st.sampled_from(outcomes).map(lambda then: replace(rule, then=then)),
        asked.flatmap(lambda input_: conditions(input_).map(lambda test: (input_.name, test))).map(
            lambda pair: replace(rule, when={**rule.when, pair[0]: pair[1]})
        ),
    ]
    return st.one_of(others)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Spec, Spec]:
    """Two tables that share facts: often alike, sometimes nothing alike. Shrinks towards the same table twice."""
    if draw(st.booleans()):
        spec = draw(st.one_of(specs(), chained_specs()))
        return spec, draw(changed(spec))
    pool = tuple(draw(facts_asked(name=f"f{number}")) for number in range(draw(st.integers(1, 3))))
    some: st.SearchStrategy[Any] = st.lists(st.sampled_from(pool), min_size=1, unique=True).map(tuple)
    return draw(specs(inputs=some)), draw(specs(inputs=some))


def cases(before: Spec, after: Spec) -> Iterator[dict[str, Any]]:
    """A case for each combination of values that either table or one of its sources distinguishes."""
    facts: dict[str, Fact] = {fact.name: fact for spec in (before, after) for fact in base_facts(spec)}
    tests: dict[str, list[Any]] = {name: [] for name in facts}
    for table in (table for spec in (before, after) for table in tables_of(spec)):
        for rule in table.rules:
            for name, test in rule.when.items():
                if name in facts:
                    tests[name].append(test)
    groups = [[group[0] for group in classes(facts[name], tests[name])] for name in facts]
    count = 1
    for group in groups:
        count *= len(group)
    assume(count <= MOST_CASES)
    for values in product(*groups):
        yield dict(zip(facts, values, strict=True))


def differing(pair: tuple[Spec, Spec]) -> TableDifference:
    before = build(pair[0])
    try:
        after = build(pair[1])
    except TableProofError:
        assume(False)
    return before.diff(after)


def applies(change: OutcomeChange, facts: dict[str, Any], one: Verdict, other: Verdict) -> bool:
    """Whether the conditions hold of facts, and none of the exceptions does."""
    if not hold(change.conditions, facts, one, other):
        return False
    return not any(hold(exception, facts, one, other) for exception in change.exceptions)


def hold(conditions: Conditions, facts: dict[str, Any], one: Verdict, other: Verdict) -> bool:
    for input_, condition in conditions:
        value = facts.get(input_.name)
        if input_.source is not None:
            sides = [side.values[input_.name] for side in (one, other) if input_.name in side.values]
            value = (sides[0], sides[-1])
        elif value is not ABSENT:
            value = input_.domain.check(value)
        if not condition.holds(value):
            return False
    return True


@given(pairs())
def test_the_conditions_of_changes_select_exactly_what_is_decided_otherwise(pair: tuple[Spec, Spec]) -> None:
    found = differing(pair)
    assert bool(found) is any(judge(pair[0], facts).outcome != judge(pair[1], facts).outcome for facts in cases(*pair))
    for facts in cases(*pair):
        one, other = judge(pair[0], facts), judge(pair[1], facts)
        asked = [change for change in found.changes if change.before == one.outcome]
        told = {change.after for change in asked if applies(change, facts, one, other)}
        assert told == ({other.outcome} if one.outcome != other.outcome else set())


@given(pairs())
def test_the_witness_of_each_change_is_decided_as_described(pair: tuple[Spec, Spec]) -> None:
    for change in differing(pair).changes:
        facts = dict(change.witness)
        one, other = judge(pair[0], facts), judge(pair[1], facts)
        assert (one.outcome, other.outcome) == (change.before, change.after)
        assert change.before != change.after
        assert applies(change, facts, one, other)
        assert change.cells > 0
        assert {input_.name for input_ in change.read} <= facts.keys()
        for said, verdict in ((change.decided_before, one), (change.decided_after, other)):
            assert (said.outcome if isinstance(said, Decision) else None) == verdict.outcome


@given(pairs())
def test_the_way_back_undoes_the_way_there(pair: tuple[Spec, Spec]) -> None:
    there = differing(pair)
    back = next(compare_tables([(there.after, there.before)]))
    assert bool(back) is bool(there)
    assert {(change.after, change.before) for change in back.changes} == {
        (change.before, change.after) for change in there.changes
    }
    assert {change.id for change in back.rows} == {change.id for change in there.rows}
