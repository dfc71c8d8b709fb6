"""What the proof of a table finds, against a count of all its cells."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.missing import ABSENT
from reclamation_core.tables import TableProofError
from reclamation_core.tables.errors import Finding, FindingKind
from tests.properties.tables.oracle import ADDING, SCALE, Fact, Rule, Spec, Test, Worlds, class_of, judge, meets, size
from tests.properties.tables.specs import build, chained_specs, specs
from tests.properties.tables.test_unknown_facts import worlds_of

Code: TypeAlias = tuple[Any, ...]
Told: TypeAlias = set[tuple[FindingKind, str, int]]
ERRORS = (FindingKind.GAP, FindingKind.OVERLAP, FindingKind.CONFLICT, FindingKind.NOT_MONOTONE)


class Count:
    """The cells that some facts reach, one by one: for each the outcomes and the rules that fire."""

    def __init__(self, spec: Spec, worlds: Worlds) -> None:
        self.spec = spec
        self.cells: dict[Code, tuple[frozenset[Any], tuple[str, ...]]] = {}
        for verdict in worlds.verdicts.values():
            self.cells[self.code(verdict.values)] = (verdict.outcomes, verdict.rules)

    def code(self, values: Mapping[str, Any]) -> Code:
        return tuple(self._place(input_, values[input_.name]) for input_ in self.spec.inputs)

    def _place(self, input_: Fact | Spec, value: Any) -> Any:
        if isinstance(input_, Spec):
            return size(value)
        return class_of(input_, _tests(self.spec, input_.name), value)

    def neighbours(self, place: int) -> Iterator[tuple[Code, Code]]:
        """Pairs of cells that differ in one input alone, the lesser first."""
        for one, other in combinations(sorted(self.cells), 2):
            if (one[:place], one[place + 1 :]) == (other[:place], other[place + 1 :]):
                yield one, other


def _tests(spec: Spec, name: str) -> list[Test]:
    return [rule.when[name] for rule in spec.rules if name in rule.when]


def _dropping(spec: Spec, count: Count, name: str, rising: bool) -> set[Code]:
    """The cells from which the outcome falls (or, where it is to fall, rises) as one input alone rises."""
    place = [input_.name for input_ in spec.inputs].index(name)
    input_ = spec.inputs[place]
    absent = class_of(input_, _tests(spec, name), ABSENT) if isinstance(input_, Fact) and input_.absent else None
    found = set()
    for lesser, greater in count.neighbours(place):
        before, after = ([size(outcome) for outcome in count.cells[code][0]] for code in (lesser, greater))
        falls = any(b < a if rising else b > a for a in before for b in after)
        if falls and absent not in {lesser[place], greater[place]}:
            found.add(lesser)
    return found


def _expected_errors(spec: Spec, count: Count) -> Told:
    found: Told = set()
    cells = count.cells.values()
    gaps = sum(not outcomes for outcomes, _ in cells)
    if gaps:
        found.add((FindingKind.GAP, "", gaps))
    overlaps = sum(len(rules) > 1 for _, rules in cells)
    if spec.policy == "unique" and overlaps:
        found.add((FindingKind.OVERLAP, "", overlaps))
    conflicts = sum(len(outcomes) > 1 for outcomes, _ in cells)
    if spec.policy == "any" and conflicts:
        found.add((FindingKind.CONFLICT, "", conflicts))
    for name, rising in spec.monotone:
        dropping = _dropping(spec, count, name, rising)
        if dropping:
            found.add((FindingKind.NOT_MONOTONE, name, len(dropping)))
    return found


def _without(spec: Spec, rule: Rule) -> Spec:
    return replace(spec, rules=tuple(other for other in spec.rules if other.id != rule.id))


def _expected_warnings(spec: Spec, worlds: Worlds, count: Count) -> Told:
    found: Told = set()
    for rule in spec.rules:
        fires = [code for code, (_, rules) in count.cells.items() if rule.id in rules]
        less = _without(spec, rule)
        if not fires:
            found.add((FindingKind.NEVER_FIRES, rule.id, 0))
        elif all(judge(less, worlds.facts(code)).outcomes == said.outcomes for code, said in worlds.verdicts.items()):
            found.add((FindingKind.ALWAYS_MASKED, rule.id, len(fires)))
    given_somewhere = {outcome for outcomes, _ in count.cells.values() for outcome in outcomes}
    if spec.policy not in ADDING:
        named = {*(SCALE if spec.output == "scale" else ()), *(rule.then for rule in spec.rules)}
        found |= {(FindingKind.OUTCOME_NEVER_GIVEN, str(outcome), 0) for outcome in named - given_somewhere}
    for place, input_ in enumerate(spec.inputs):
        pairs = count.neighbours(place)
        if all(count.cells[one][0] == count.cells[other][0] for one, other in pairs):
            found.add((FindingKind.INPUT_NEVER_MATTERS, input_.name, 0))
    return found


def _told(findings: tuple[Finding, ...]) -> Told:
    told = {(finding.kind, finding.subject, finding.cells) for finding in findings}
    assert len(told) == len(findings)
    return told


@st.composite
def promising_specs(draw: st.DrawFn) -> Spec:
    """Tables of any kind, sound or not, alone or on the outcomes of others, with promises of monotonicity."""
    sound = draw(st.booleans())
    spec = draw(st.one_of(specs(sound=sound), chained_specs(sound=sound)))
    if spec.output == "boolean":
        return spec
    ordered = [
        input_.name
        for input_ in spec.inputs
        if (input_.output != "boolean" if isinstance(input_, Spec) else input_.kind not in {"boolean", "enumeration"})
    ]
    promised = [name for name in ordered if draw(st.booleans())]
    return replace(spec, monotone=tuple((name, draw(st.booleans())) for name in promised))


@given(promising_specs())
def test_every_error_and_every_remark_is_found_and_nothing_else(spec: Spec) -> None:
    worlds = worlds_of(spec, most=400)
    count = Count(spec, worlds)
    findings = build(spec, validate=False).check()
    expected = _expected_errors(spec, count)
    assert _told(findings) == expected | _expected_warnings(spec, worlds, count)
    assert [finding.is_error for finding in findings] == [True] * len(expected) + [False] * (
        len(findings) - len(expected)
    )
    if expected:
        with pytest.raises(TableProofError, match="is refused") as caught:
            build(spec)
        assert (caught.value.table, _told(caught.value.findings)) == (spec.name, expected)
    else:
        build(spec)


@given(promising_specs())
def test_every_witness_shows_what_was_found(spec: Spec) -> None:
    worlds = worlds_of(spec, most=400)
    count = Count(spec, worlds)
    for finding in build(spec, validate=False).check():
        said = judge(spec, finding.witness)
        assert finding.rows == said.rules
        _shows(finding, spec, worlds, count)


def _shows(finding: Finding, spec: Spec, worlds: Worlds, count: Count) -> None:
    said = judge(spec, finding.witness)
    match finding.kind:
        case FindingKind.GAP:
            assert said.rules == ()
        case FindingKind.OVERLAP:
            assert len(said.rules) > 1
        case FindingKind.CONFLICT:
            assert len(said.outcomes) > 1
        case FindingKind.NOT_MONOTONE:
            dropping = _dropping(spec, count, finding.subject, dict(spec.monotone)[finding.subject])
            assert count.code(said.values) in dropping
        case FindingKind.NEVER_FIRES:
            rule = next(rule for rule in spec.rules if rule.id == finding.subject)
            met = _met(rule, said.values)
            assert met != set(rule.when)
            assert not any(met < _met(rule, other.values) for other in worlds.verdicts.values())
        case FindingKind.ALWAYS_MASKED:
            assert finding.subject in said.rules
            rule = next(rule for rule in spec.rules if rule.id == finding.subject)
            assert judge(_without(spec, rule), finding.witness).outcomes == said.outcomes
        case FindingKind.OUTCOME_NEVER_GIVEN:
            assert finding.subject not in {str(outcome) for outcome in said.outcomes}
            naming = {rule.id for rule in spec.rules if str(rule.then) == finding.subject}
            firing = {rule for verdict in worlds.verdicts.values() for rule in verdict.rules}
            assert set(said.rules) & naming or not firing & naming
        case FindingKind.INPUT_NEVER_MATTERS:
            assert set(finding.witness) == set(worlds.choices)


def _met(rule: Rule, values: Mapping[str, Any]) -> set[str]:
    return {name for name, test in rule.when.items() if meets(test, values[name])}


@given(st.one_of(specs(), chained_specs()), st.data())
def test_the_witness_of_a_row_is_decided_differently_without_it(spec: Spec, data: st.DataObject) -> None:
    worlds = worlds_of(spec)
    rule = data.draw(st.sampled_from(spec.rules))
    less = _without(spec, rule)
    case = build(spec).witness_for(rule.id)
    decides = [
        code for code, said in worlds.verdicts.items() if judge(less, worlds.facts(code)).outcomes != said.outcomes
    ]
    assert (case is None) == (not decides)
    if case is not None:
        assert judge(less, case).outcomes != judge(spec, case).outcomes
