"""Random tables as plain data for the oracle, and their construction with the library."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from reclamation_core import tables
from reclamation_core.tables.conditions import Operator
from reclamation_core.tables.model import CompiledTable
from reclamation_core.testing.strategies import chained_tables, decision_tables
from reclamation_core.testing.strategies.table import conditions as conditions_asked
from reclamation_core.testing.strategies.table import input_values, table_inputs
from reclamation_core.wording import Wording
from tests.properties.tables.oracle import SCALE, Fact, Rule, Spec, Test, choices

OPERATORS = {
    "in": Operator.IS_IN,
    "not": Operator.IS_NOT,
    **{operator.value: operator for operator in Operator if operator not in {Operator.IS_IN, Operator.IS_NOT}},
}
NAMES = {operator: name for name, operator in OPERATORS.items()}
KINDS: dict[type[tables.Domain], str] = {
    tables.Boolean: "boolean",
    tables.Enumeration: "enumeration",
    tables.Integer: "integer",
    tables.Number: "number",
    tables.Day: "day",
}
OUTCOMES: dict[str, tuple[Any, ...]] = {"scale": SCALE, "integer": (0, 1, 2), "boolean": (False, True)}


def facts_asked(*, name: str) -> st.SearchStrategy[Fact]:
    """Base facts of any kind, with bounds or not, that may be absent or not. Shrinks towards a boolean."""
    return table_inputs(name=name).map(_fact)


def conditions(input_: Fact | Spec) -> st.SearchStrategy[Test]:
    """Conditions that fit the input. Shrinks towards any value."""
    asked = _input(input_) if isinstance(input_, Fact) else tables.Input.outcome_of(build(input_, validate=False))
    return conditions_asked(asked).map(_test)


def _test(condition: tables.Condition) -> Test:
    return NAMES[condition.operator], condition.values


def condition(test: Test) -> tables.Condition:
    return tables.Condition(OPERATORS[test[0]], test[1])


def specs(*, inputs: st.SearchStrategy[tuple[Fact, ...]] | None = None, sound: bool = True) -> st.SearchStrategy[Spec]:
    """Tables of any hit policy on one to three facts. Shrinks towards one rule on one boolean."""
    asked = None if inputs is None else inputs.map(lambda facts: list(map(_input, facts)))
    return decision_tables(name="top", inputs=asked, sound=sound).map(spec_of)


def chained_specs(*, sound: bool = True) -> st.SearchStrategy[Spec]:
    """Tables on the outcomes of others. Shrinks towards a table that hands on the outcome of another."""
    return chained_tables(sound=sound).map(spec_of)


def spec_of(table: CompiledTable[Any]) -> Spec:
    return Spec(
        table.name,
        tuple(_fact(input_) if input_.source is None else spec_of(input_.source) for input_ in table.inputs),
        tuple(Rule(row.id, {name: _test(test) for name, test in row.when.items()}, row.then) for row in table.rows),
        table.hit_policy.value,
        "scale" if isinstance(table.output, tables.Enumeration) else KINDS[type(table.output)],
        table.priority,
    )


def _fact(input_: tables.Input) -> Fact:
    kind, domain = KINDS[type(input_.domain)], input_.domain
    codes = domain.values if isinstance(domain, tables.Enumeration) else ()
    low, high = getattr(domain, "minimum", None), getattr(domain, "maximum", None)
    return Fact(input_.name, kind, tuple(codes), low, high, input_.absent)


def size_of(spec: Spec) -> int:
    total = 1
    for groups in choices(spec).values():
        total *= len(groups)
    return total


def domain_of(kind: str, fact: Fact | None = None) -> tables.Domain:
    if kind == "scale":
        return tables.Enumeration("Scale", SCALE, tuple(Wording(code, code) for code in SCALE), ordered=True)
    if fact is not None and kind == "enumeration":
        return tables.Enumeration("Colour", fact.codes, tuple(Wording(code, code) for code in fact.codes))
    if kind == "boolean":
        return tables.Boolean()
    low, high = (None, None) if fact is None else (fact.low, fact.high)
    lines: dict[str, Callable[[Any, Any], tables.Domain]] = {
        "integer": tables.Integer,
        "number": tables.Number,
        "day": tables.Day,
    }
    return lines[kind](low, high)


def build(spec: Spec, *, validate: bool = True) -> tables.DecisionTable[Any]:
    return _build(spec, validate, {})


def _build(spec: Spec, validate: bool, built: dict[str, tables.DecisionTable[Any]]) -> tables.DecisionTable[Any]:
    inputs = []
    for input_ in spec.inputs:
        if isinstance(input_, Fact):
            inputs.append(_input(input_))
        else:
            if input_.name not in built:
                built[input_.name] = _build(input_, True, built)
            inputs.append(tables.Input.outcome_of(built[input_.name]))
    rows = [
        tables.Row(
            rule.id,
            {name: condition(test) for name, test in rule.when.items()},
            rule.then,
            f"§{rule.id}",
            interpretation="L1" if len(rule.when) % 2 else None,
            plain=Wording(f"règle {rule.id}", f"rule {rule.id}") if len(rule.when) % 2 else None,
        )
        for rule in spec.rules
    ]
    return tables.DecisionTable(
        spec.name,
        inputs,
        domain_of(spec.output),
        rows,
        tables.HitPolicy(spec.policy),
        priority=spec.priority,
        monotone=[tables.Monotone(name, rising) for name, rising in spec.monotone],
        validate=validate,
    )


def _input(fact: Fact) -> tables.Input:
    return tables.Input(fact.name, domain_of(fact.kind, fact), absent=fact.absent)


def values_of(fact: Fact) -> st.SearchStrategy[Any]:
    """Values of a fact, often on a threshold or next to it. Shrinks towards the first of its domain."""
    return input_values(_input(fact))
