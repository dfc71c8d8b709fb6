"""Strategies for tables told as plain data, for facts, and how such a table is built with the library."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from reclamation_core.tables import (
    ABSENT,
    Boolean,
    Condition,
    Day,
    DecisionTable,
    Domain,
    Enumeration,
    HitPolicy,
    Input,
    Integer,
    Monotone,
    Number,
    Row,
    above,
    any_value,
    at_least,
    at_most,
    below,
    between,
    is_in,
    is_not,
)
from reclamation_core.wording import Wording
from tests.properties.tables.oracle import SCALE, Fact, Rule, Spec, Test, choices, size

CODES = ("red", "green", "blue")
THRESHOLDS: dict[str, tuple[Any, ...]] = {
    "integer": (-1, 0, 1, 3, 4, 10),
    "number": (0, 0.1, Decimal("0.3"), 1, Decimal("2.50"), 6.0, 5.999999),
    "day": (date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2025, 1, 1)),
}
BOUNDS: dict[str, tuple[Any, Any]] = {
    "integer": (-1, 10),
    "number": (0, Decimal("10.5")),
    "day": (date(2023, 12, 31), date(2025, 1, 1)),
}
OPERATORS: dict[str, Callable[..., Condition]] = {
    "in": is_in,
    "not": is_not,
    "below": below,
    "at_most": at_most,
    "at_least": at_least,
    "above": above,
    "between": between,
    "any": any_value,
}
POLICIES = [policy.value for policy in HitPolicy]
OUTCOMES: dict[str, tuple[Any, ...]] = {"scale": SCALE, "integer": (0, 1, 2), "boolean": (False, True)}


@st.composite
def facts_asked(draw: st.DrawFn, *, name: str) -> Fact:
    """Base facts of any kind, with bounds or not, that may be absent or not. Shrinks towards a boolean."""
    kind = draw(st.sampled_from(["boolean", "enumeration", "integer", "number", "day"]))
    low, high = BOUNDS.get(kind, (None, None))
    return Fact(
        name,
        kind,
        CODES if kind == "enumeration" else (),
        low if draw(st.booleans()) else None,
        high if draw(st.booleans()) else None,
        draw(st.booleans()),
    )


def _listed(values: tuple[Any, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)


def conditions(input_: Fact | Spec) -> st.SearchStrategy[Test]:
    """Conditions that the input can be asked. Shrinks towards any value."""
    if isinstance(input_, Spec):
        return _conditions(input_.output, False, OUTCOMES[input_.output])
    values: tuple[Any, ...] = {"boolean": (False, True), "enumeration": CODES, **THRESHOLDS}[input_.kind]
    return _conditions(input_.kind, input_.absent, values)


@cache
def _conditions(kind: str, absent: bool, values: tuple[Any, ...]) -> st.SearchStrategy[Test]:
    found: list[st.SearchStrategy[Test]] = [
        st.just(("any", ())),
        _listed((*values, ABSENT) if absent else values).map(lambda items: ("in", items)),
        _listed(values).map(lambda items: ("not", items)),
    ]
    if kind in THRESHOLDS:
        operators = st.sampled_from(["below", "at_most", "at_least", "above"])
        found.append(st.tuples(operators, st.sampled_from(values).map(lambda value: (value,))))
        found.append(_listed(values).map(lambda items: ("between", (min(items, key=size), max(items, key=size)))))
    return st.one_of(found)


@st.composite
def rules(draw: st.DrawFn, inputs: tuple[Fact | Spec, ...], *, output: str, most: int = 5) -> tuple[Rule, ...]:
    """A few rules that may overlap and leave gaps. Shrinks towards one rule without conditions."""
    found = []
    for number in range(draw(st.integers(1, most))):
        asked = [input_ for input_ in inputs if draw(st.booleans())]
        when = {input_.name: draw(conditions(input_)) for input_ in asked}
        found.append(Rule(f"r{number}", when, draw(st.sampled_from(OUTCOMES[output]))))
    return tuple(found)


@st.composite
def disjoint_rules(draw: st.DrawFn, inputs: tuple[Fact | Spec, ...], *, output: str) -> tuple[Rule, ...]:
    """Rules of which exactly one fires: the leaves of a tree of questions. Shrinks towards one rule."""
    leaves: list[dict[str, Test]] = [{}]
    for input_ in inputs:
        leaves = [
            {**leaf, input_.name: test}
            for leaf in leaves
            for test in (draw(partitions(input_)) if len(leaves) < 6 and draw(st.booleans()) else [("any", ())])
        ]
    return tuple(
        Rule(f"r{number}", leaf, draw(st.sampled_from(OUTCOMES[output]))) for number, leaf in enumerate(leaves)
    )


@st.composite
def partitions(draw: st.DrawFn, input_: Fact | Spec) -> list[Test]:
    """Conditions of which each value of the input meets exactly one."""
    kind = input_.output if isinstance(input_, Spec) else input_.kind
    absent = isinstance(input_, Fact) and input_.absent
    if kind in THRESHOLDS and isinstance(input_, Fact):
        mark = draw(st.sampled_from(THRESHOLDS[kind]))
        sides = draw(st.sampled_from([("below", "at_least"), ("at_most", "above"), ("in", "not")]))
        found: list[Test] = [(side, (mark,)) for side in sides]
        return [*found, ("in", (ABSENT,))] if absent else found
    values = (*(CODES if kind == "enumeration" else OUTCOMES[kind]), *([ABSENT] if absent else []))
    first = draw(st.integers(1, len(values) - 1))
    # A count may be more than the outcomes that conditions name.
    rest: Test = ("not", values[:first]) if isinstance(input_, Spec) else ("in", values[first:])
    return [("in", values[:first]), rest]


@st.composite
def specs(
    draw: st.DrawFn,
    *,
    name: str = "top",
    inputs: st.SearchStrategy[tuple[Fact | Spec, ...]] | None = None,
    policies: tuple[str, ...] = tuple(POLICIES),
    sound: bool = True,
) -> Spec:
    """Tables of any hit policy over one to three inputs; sound ones have neither gap nor contradiction.

    Shrinks towards one rule on one boolean.
    """
    if inputs is None:
        inputs = st.integers(1, 3).flatmap(lambda count: st.tuples(*(facts_asked(name=f"f{i}") for i in range(count))))
    asked = draw(inputs)
    policy = draw(st.sampled_from(policies))
    output = "integer" if policy == "collect_count" else draw(st.sampled_from(sorted(OUTCOMES)))
    if output == "boolean" and policy in {"collect_max", "collect_min"}:
        output = "scale"
    if sound and policy in {"unique", "any"}:
        found = draw(disjoint_rules(asked, output=output))
        if policy == "any":
            again = draw(st.lists(st.sampled_from(found), max_size=2, unique_by=lambda rule: rule.id))
            found = (*found, *(Rule(f"{rule.id}_again", rule.when, rule.then) for rule in again))
    else:
        found = draw(rules(asked, output=output))
        if sound and policy != "collect_count":
            found = (*found, Rule("otherwise", {}, draw(st.sampled_from(OUTCOMES[output]))))
    given_ = tuple(dict.fromkeys(rule.then for rule in found))
    priority = tuple(draw(st.permutations(given_))) if policy == "priority" else ()
    return Spec(name, asked, found, policy, output, priority)


@st.composite
def chained_specs(draw: st.DrawFn, *, sound: bool = True) -> Spec:
    """Tables on the outcomes of one or two others that may share facts, one of which may itself ask another.

    Shrinks towards a table that hands on the outcome of another.
    """
    pool = tuple(draw(facts_asked(name=f"f{number}")) for number in range(draw(st.integers(1, 4))))
    some = st.lists(st.sampled_from(pool), min_size=1, max_size=2, unique=True)
    some_facts: st.SearchStrategy[tuple[Fact | Spec, ...]] = some.map(tuple)
    first = draw(specs(name="first", inputs=some_facts))
    deeper = draw(st.booleans())
    with_first = some_facts.map(lambda facts: (first, *facts)) if deeper else some_facts
    second = draw(specs(name="second", inputs=with_first))
    sources: tuple[Spec, ...] = draw(st.sampled_from([(first,), (second,), (first, second)]))
    own = draw(st.lists(st.sampled_from(pool), max_size=1))
    together: list[Fact | Spec] = [*sources, *own]
    asked = tuple(draw(st.permutations(together)))
    return draw(specs(inputs=st.just(asked), sound=sound))


def size_of(spec: Spec) -> int:
    total = 1
    for groups in choices(spec).values():
        total *= len(groups)
    return total


def domain_of(kind: str, fact: Fact | None = None) -> Domain:
    if kind == "scale":
        return Enumeration("Scale", SCALE, tuple(Wording(code, code) for code in SCALE), ordered=True)
    if kind == "enumeration":
        return Enumeration("Colour", CODES, tuple(Wording(code, code) for code in CODES))
    if kind == "boolean":
        return Boolean()
    low, high = (None, None) if fact is None else (fact.low, fact.high)
    lines: dict[str, Callable[[Any, Any], Domain]] = {"integer": Integer, "number": Number, "day": Day}
    return lines[kind](low, high)


def build(spec: Spec, *, proved: bool = True) -> DecisionTable[Any]:
    return _build(spec, proved, {})


def _build(spec: Spec, proved: bool, built: dict[str, DecisionTable[Any]]) -> DecisionTable[Any]:
    inputs = []
    for input_ in spec.inputs:
        if isinstance(input_, Fact):
            inputs.append(Input(input_.name, domain_of(input_.kind, input_), absent=input_.absent))
        else:
            if input_.name not in built:
                built[input_.name] = _build(input_, True, built)
            inputs.append(Input.outcome_of(built[input_.name]))
    rows = [
        Row(
            rule.id,
            {name: condition(test) for name, test in rule.when.items()},
            rule.then,
            f"§{rule.id}",
            reading="L1" if len(rule.when) % 2 else None,
        )
        for rule in spec.rules
    ]
    return DecisionTable(
        spec.name,
        inputs,
        domain_of(spec.output),
        rows,
        HitPolicy(spec.policy),
        priority=spec.priority,
        monotone=[Monotone(name, rising) for name, rising in spec.monotone],
        proved=proved,
    )


def condition(test: Test) -> Condition:
    operator, values = test
    return OPERATORS[operator](*values)


@st.composite
def values_of(draw: st.DrawFn, fact: Fact) -> Any:
    """Values of a fact, often on a threshold or next to it. Shrinks towards the first threshold."""
    if fact.absent and draw(st.integers(0, 4)) == 0:
        return ABSENT
    if fact.kind == "boolean":
        return draw(st.booleans())
    if fact.kind == "enumeration":
        return draw(st.sampled_from(CODES))
    return draw(_line_values(fact))


@cache
def _line_values(fact: Fact) -> st.SearchStrategy[Any]:
    marks: st.SearchStrategy[Any] = st.sampled_from(THRESHOLDS[fact.kind])
    close: st.SearchStrategy[Any]
    if fact.kind == "day":
        close = st.builds(
            lambda day, step: date.fromordinal(day.toordinal() + step), marks, st.sampled_from([0, -1, 1, 400, -400])
        )
    elif fact.kind == "integer":
        close = st.builds(int.__add__, marks, st.sampled_from([0, -1, 1, 10**20]))
    else:
        steps = st.sampled_from([0, Decimal("0.000001"), Decimal("-0.000001"), Decimal("0.05"), 1, -1])
        exact = st.builds(lambda mark, step: Decimal(str(mark)) + step, marks, steps)
        close = st.one_of(exact, exact.map(float), exact.filter(lambda number: number == int(number)).map(int))
    low, high = fact.low, fact.high
    return close.filter(
        lambda value: (low is None or size(low) <= size(value)) and (high is None or size(value) <= size(high))
    )
