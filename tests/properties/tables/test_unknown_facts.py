"""What is announced where facts are unknown, against every way they may turn out."""

from types import SimpleNamespace
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables import DecisionTable, Input
from tests.properties.tables.oracle import Spec, Worlds
from tests.properties.tables.specs import build, chained_specs, size_of, specs

Known = tuple[int | None, ...]


def worlds_of(spec: Spec, most: int = 1500) -> Worlds:
    assume(size_of(spec) <= most)
    return Worlds.of(spec)


def draw_known(data: st.DataObject, worlds: Worlds) -> Known:
    """The class of each fact, None where it is unknown."""
    options = [st.none() | st.integers(0, len(groups) - 1) for groups in worlds.choices.values()]
    known: Known = data.draw(st.tuples(*options), label="classes known")
    return known


def draw_facts(data: st.DataObject, worlds: Worlds, known: Known) -> dict[str, Any]:
    """Facts of these classes; one that is unknown is None, UNKNOWN or not given at all."""
    facts = {}
    for (name, groups), place in zip(worlds.choices.items(), known, strict=True):
        if place is not None:
            facts[name] = data.draw(st.sampled_from(groups[place]), label=name)
        elif data.draw(st.booleans(), label=f"{name} given"):
            facts[name] = data.draw(st.sampled_from([None, UNKNOWN]), label=name)
    return facts


@given(st.one_of(specs(), chained_specs()), st.data())
def test_the_outcomes_announced_are_exactly_those_of_the_completions(spec: Spec, data: st.DataObject) -> None:
    worlds = worlds_of(spec)
    known = draw_known(data, worlds)
    facts = draw_facts(data, worlds, known)
    verdicts = [worlds.verdicts[code] for code in worlds.completions(known)]
    possible = {verdict.outcome for verdict in verdicts}
    names = worlds.choices
    table = build(spec)
    for given_facts in (facts, SimpleNamespace(**{name: facts.get(name) for name in names})):
        decision = table.decide(given_facts)
        assert decision.possible == possible
        assert decision.outcome == (next(iter(possible)) if len(possible) == 1 else None)
        always = [rule.id for rule in spec.rules if all(rule.id in verdict.rules for verdict in verdicts)]
        sometimes = {rule for verdict in verdicts for rule in verdict.rules} - set(always)
        assert [row.id for row in decision.rows] == always
        assert [row.id for row in decision.may_fire] == [rule.id for rule in spec.rules if rule.id in sometimes]


@given(chained_specs(), st.data())
def test_required_decisions_are_those_of_the_source_tables(spec: Spec, data: st.DataObject) -> None:
    worlds = worlds_of(spec)
    known = draw_known(data, worlds)
    facts = draw_facts(data, worlds, known)
    decision = build(spec).decide(facts)
    values = [worlds.verdicts[code].values for code in worlds.completions(known)]
    for input_ in spec.inputs:
        possible = {value[input_.name] for value in values}
        if isinstance(input_, Spec):
            assert decision.requires[input_.name].possible == possible
            outcome = decision.requires[input_.name].outcome
            assert decision.value(decision.table.inputs[decision.table.index_of(input_.name)]) == (
                UNKNOWN if len(possible) > 1 else outcome
            )


@given(st.one_of(specs(), chained_specs()), st.data())
def test_learning_a_fact_never_adds_an_outcome_nor_takes_a_row_away(spec: Spec, data: st.DataObject) -> None:
    worlds = worlds_of(spec)
    known = draw_known(data, worlds)
    unknown = [place for place, mine in enumerate(known) if mine is None]
    assume(unknown)
    learnt = data.draw(st.sampled_from(unknown))
    code = data.draw(st.integers(0, len(list(worlds.choices.values())[learnt]) - 1))
    table = build(spec)
    before = table.decide(draw_facts(data, worlds, known))
    after = table.decide(draw_facts(data, worlds, (*known[:learnt], code, *known[learnt + 1 :])))
    assert after.possible <= before.possible
    assert set(before.rows) <= set(after.rows)
    assert set(after.may_fire) <= set(before.may_fire)


@given(st.one_of(specs(), chained_specs()), st.data())
def test_a_fact_never_unknown_is_read_as_absent(spec: Spec, data: st.DataObject) -> None:
    table = build(spec)
    optional = [input_ for input_ in table.inputs if input_.absent]
    assume(optional and all(input_.source is None for input_ in table.inputs))
    chosen = data.draw(st.sampled_from(optional))
    inputs = [
        Input(input_.name, input_.domain, absent=True, unknown=False) if input_ is chosen else input_
        for input_ in table.inputs
    ]
    settled: DecisionTable[Any] = DecisionTable(
        table.name, inputs, table.output, table.rows, table.hit_policy, priority=table.priority
    )
    worlds = worlds_of(spec)
    known = draw_known(data, worlds)
    facts = draw_facts(data, worlds, known) | {chosen.name: data.draw(st.sampled_from([None, UNKNOWN, ABSENT]))}
    assert settled.look_up(facts).possible == table.look_up(facts | {chosen.name: ABSENT}).possible
