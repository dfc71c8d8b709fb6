"""What is picked of any table, and what is counted of it, against the naive interpreter."""

from collections import Counter
from itertools import product
from typing import Any, cast

from hypothesis import assume, given
from hypothesis import strategies as st

from reclamation_core.tables import DecisionTable
from reclamation_core.testing.boundaries import BoundaryCase, boundary_cases
from reclamation_core.testing.rules import TableCoverage
from tests.properties.tables.oracle import ADDING, Spec, Worlds, base_facts, judge
from tests.properties.tables.specs import build, chained_specs, size_of, specs, values_of


def cases_of(table: DecisionTable[Any]) -> list[BoundaryCase]:
    return [cast(BoundaryCase, param.values[0]) for param in boundary_cases(table)]


def deciding(table: DecisionTable[Any], spec: Spec, facts: dict[str, Any]) -> tuple[str, ...]:
    """The rows that give the outcome, by the naive interpreter."""
    verdict = judge(spec, facts)
    if spec.policy in ADDING:
        return verdict.rules
    winners = tuple(name for name in verdict.rules if table.row(name).then == verdict.outcome)
    return winners[:1] if spec.policy == "first" else winners


@given(st.one_of(specs(), chained_specs()))
def test_every_row_that_ever_decides_has_a_case_with_its_outcome(spec: Spec) -> None:
    table = build(spec)
    worlds = Worlds.of(spec)
    assume(size_of(spec) <= 500)
    every = [worlds.facts(code) for code in product(*(range(len(each)) for each in worlds.choices.values()))]
    ever = {row for facts in every for row in deciding(table, spec, facts)}
    cases = cases_of(table)
    for case in cases:
        assert case.outcome == judge(spec, dict(case.facts)).outcome
        assert tuple(row.id for row in case.rows) == deciding(table, spec, dict(case.facts))
    of_rows = {case.shows.en.removeprefix("row "): case for case in cases if case.shows.en.startswith("row ")}
    assert set(of_rows) == ever
    assert all(name in [row.id for row in case.rows] for name, case in of_rows.items())


@given(specs())
def test_the_two_sides_of_a_threshold_differ_by_one_fact(spec: Spec) -> None:
    sides = [case for case in cases_of(build(spec)) if not case.shows.en.startswith("row ")]
    for lower, upper in zip(sides[::2], sides[1::2], strict=True):
        (name,) = (name for name in lower.facts if lower.facts[name] != upper.facts[name])
        assert lower.facts[name] < upper.facts[name]
        domain = next(one.domain for one in lower.table.inputs if one.name == name)
        last, first = (domain.label(side.facts[name], "en") for side in (lower, upper))
        shown = (lower.shows.en.removeprefix(name), upper.shows.en.removeprefix(name))
        assert shown in {(f" just below {first}", f" from {first} on"), (f" up to {last}", f" just above {last}")}


@given(st.one_of(specs(), chained_specs()), st.data())
def test_what_is_counted_of_a_table_is_what_its_rows_gave(spec: Spec, data: st.DataObject) -> None:
    table = build(spec)
    coverage, expected = TableCoverage.of(table), Counter[str]()
    for _ in range(4):
        facts = {fact.name: data.draw(values_of(fact), label=fact.name) for fact in base_facts(spec)}
        coverage.count(table.look_up(facts))
        expected.update(deciding(table, spec, facts))
    assert +coverage.given == +expected
    assert {row.id for row in coverage.exercised} == set(expected)
    assert coverage.met & ~coverage.reachable == 0
    assert TableCoverage.read(coverage.document()).document() == coverage.document()
