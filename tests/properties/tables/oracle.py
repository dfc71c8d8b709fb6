"""Decision tables as plain data, interpreted naively: row by row, condition by condition.

Written from DMN's definitions of the hit policies and from the promises of the package, without its code: a value is
compared as the number that it is written as, a class of values is what lies between two thresholds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise, product
from typing import Any, TypeAlias

from reclamation_core.missing import ABSENT

Test: TypeAlias = tuple[str, tuple[Any, ...]]
"""A condition: the name of its operator and its values."""

ADDING = ("collect_count", "collect_sum")
"""The hit policies under which each rule that fires counts for the outcome."""

SCALE = ("low", "middle", "high")


@dataclass(frozen=True)
class Fact:
    """A base fact: its kind, the codes of an enumeration, the bounds of a line, whether it may be absent."""

    name: str
    kind: str
    codes: tuple[str, ...] = ()
    low: Any = None
    high: Any = None
    absent: bool = False


@dataclass(frozen=True)
class Rule:
    id: str
    when: Mapping[str, Test]
    then: Any


@dataclass(frozen=True)
class Spec:
    """A table; an input is a fact or another table, whose outcome it is."""

    name: str
    inputs: tuple[Fact | Spec, ...]
    rules: tuple[Rule, ...]
    policy: str
    output: str
    priority: tuple[Any, ...] = ()
    monotone: tuple[tuple[str, bool], ...] = ()


def size(value: Any) -> Any:
    """A key that compares as the value is meant: the float 0.1 is one tenth; words of the scale by their place."""
    if isinstance(value, str):
        return SCALE.index(value) if value in SCALE else value
    return value if isinstance(value, date | bool) else Fraction(str(value))


def meets(test: Test, value: Any) -> bool:
    operator, values = test
    if operator == "any":
        return True
    if operator == "in":
        return any((value is item) if ABSENT in (value, item) else size(value) == size(item) for item in values)
    if value is ABSENT:
        return False
    here, bounds = size(value), [size(item) for item in values]
    answers: dict[str, Callable[[], bool]] = {
        "not": lambda: here not in bounds,
        "below": lambda: here < bounds[0],
        "at_most": lambda: here <= bounds[0],
        "at_least": lambda: here >= bounds[0],
        "above": lambda: here > bounds[0],
        "between": lambda: bounds[0] <= here <= bounds[1],
    }
    return answers[operator]()


def firing(spec: Spec, values: Mapping[str, Any]) -> list[Rule]:
    return [rule for rule in spec.rules if all(meets(test, values[name]) for name, test in rule.when.items())]


def settle(spec: Spec, fired: list[Rule]) -> frozenset[Any]:
    """The outcome under the hit policy: none of it is a gap, several are a contradiction."""
    given = [rule.then for rule in fired]
    if spec.policy == "collect_count":
        return frozenset([len(fired)])
    if not given or spec.policy in {"unique", "any"}:
        return frozenset(given)
    winners: dict[str, Callable[[list[Any]], Any]] = {
        "first": lambda outcomes: outcomes[0],
        "priority": lambda outcomes: min(outcomes, key=spec.priority.index),
        "collect_max": lambda outcomes: max(outcomes, key=size),
        "collect_min": lambda outcomes: min(outcomes, key=size),
        "collect_sum": sum,
    }
    return frozenset([winners[spec.policy](given)])


@dataclass(frozen=True)
class Verdict:
    """The evaluation of a table: input values, outcomes (one if the table is sound), and the rules that fire."""

    values: Mapping[str, Any]
    outcomes: frozenset[Any]
    rules: tuple[str, ...]

    @property
    def outcome(self) -> Any:
        (only,) = self.outcomes
        return only


def judge(spec: Spec, facts: Mapping[str, Any]) -> Verdict:
    values = {
        input_.name: facts[input_.name] if isinstance(input_, Fact) else judge(input_, facts).outcome
        for input_ in spec.inputs
    }
    fired = firing(spec, values)
    return Verdict(values, settle(spec, fired), tuple(rule.id for rule in fired))


def tables_of(spec: Spec) -> Iterator[Spec]:
    for input_ in spec.inputs:
        if isinstance(input_, Spec):
            yield from tables_of(input_)
    yield spec


def base_facts(spec: Spec) -> list[Fact]:
    """The base facts in the order in which the table and its sources name them."""
    found: dict[str, Fact] = {}
    for input_ in spec.inputs:
        found.update(
            {input_.name: found.get(input_.name, input_)}
            if isinstance(input_, Fact)
            else {fact.name: found.get(fact.name, fact) for fact in base_facts(input_)}
        )
    return list(found.values())


def classes(fact: Fact, tests: Iterable[Test]) -> list[list[Any]]:
    """The classes of values that tests distinguish, each as a few of its values, least first, the absence last."""
    if fact.kind == "enumeration":
        groups: list[list[Any]] = [[code] for code in fact.codes]
    elif fact.kind == "boolean":
        groups = [[False], [True]]
    else:
        groups = _between_thresholds(fact, list(tests))
    return [*groups, [ABSENT]] if fact.absent else groups


def class_of(fact: Fact, tests: Iterable[Test], value: Any) -> int:
    """The place of a value among these classes."""
    tests = list(tests)
    if value is ABSENT or fact.kind in {"enumeration", "boolean"}:
        return next(place for place, group in enumerate(classes(fact, tests)) if group[0] is value or group[0] == value)
    sides = _sides(fact, tests)
    return sorted(_by_side(fact, sides)).index(_passed(sides, _number(value)))


def _between_thresholds(fact: Fact, tests: list[Test]) -> list[list[Any]]:
    groups = _by_side(fact, _sides(fact, tests))
    return [groups[passed] for passed in sorted(groups)]


def _sides(fact: Fact, tests: list[Test]) -> set[tuple[Fraction, bool]]:
    """Where a class ends and the next begins: just before a number, or just after it."""
    sides: set[tuple[Fraction, bool]] = set()
    for operator, values in tests:
        for place, mark in enumerate([_number(value) for value in values if value is not ABSENT]):
            if operator in {"below", "at_least", "in", "not"} or (operator == "between" and place == 0):
                sides.add((mark, False))
            if operator in {"at_most", "above", "in", "not"} or (operator == "between" and place == 1):
                sides.add((mark, True))
    if fact.kind == "number":
        return sides
    # Of whole numbers, just after n is just before n + 1.
    return {(mark + 1, False) if after else (mark, False) for mark, after in sides}


def _by_side(fact: Fact, sides: set[tuple[Fraction, bool]]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for point in _points(fact, {mark for mark, _ in sides}):
        groups.setdefault(_passed(sides, point), []).append(_value(fact, point))
    return groups


def _passed(sides: set[tuple[Fraction, bool]], point: Fraction) -> int:
    return sum(mark < point or (mark == point and not after) for mark, after in sides)


def _number(value: Any) -> Fraction:
    return Fraction(value.toordinal()) if isinstance(value, date) else Fraction(str(value))


def _value(fact: Fact, point: Fraction) -> Any:
    if fact.kind == "day":
        return date.fromordinal(int(point))
    if fact.kind == "integer":
        return int(point)
    return float(point) if Fraction(str(float(point))) == point else int(point)


def _points(fact: Fact, marks: set[Fraction]) -> list[Fraction]:
    """Every mark and bound, the places half-way between, and beyond both ends; what the bounds allow of these."""
    low, high = (None if end is None else _number(end) for end in (fact.low, fact.high))
    ends = sorted(marks | {end for end in (low, high) if end is not None}) or [Fraction(730_000)]
    found = {*ends, ends[0] - 1, ends[-1] + 1}
    if fact.kind == "number":
        found |= {(one + other) / 2 for one, other in pairwise(ends)}
    else:
        found |= {end + step for end in ends for step in (-1, 1)}
    return sorted(point for point in found if (low is None or low <= point) and (high is None or point <= high))


def choices(spec: Spec) -> dict[str, list[list[Any]]]:
    """For each base fact, the classes that the tables of the chain distinguish together."""
    tests: dict[str, list[Test]] = {fact.name: [] for fact in base_facts(spec)}
    for table in {table.name: table for table in tables_of(spec)}.values():
        for rule in table.rules:
            for name, test in rule.when.items():
                if any(isinstance(input_, Fact) and input_.name == name for input_ in table.inputs):
                    tests[name].append(test)
    return {fact.name: classes(fact, tests[fact.name]) for fact in base_facts(spec)}


@dataclass(frozen=True)
class Worlds:
    """Every combination of classes of the base facts, with the table's evaluation."""

    spec: Spec
    choices: dict[str, list[list[Any]]]
    verdicts: dict[tuple[int, ...], Verdict]

    @classmethod
    def of(cls, spec: Spec) -> Worlds:
        options = choices(spec)
        codes = product(*(range(len(groups)) for groups in options.values()))
        verdicts = {
            code: judge(spec, {name: options[name][place][0] for name, place in zip(options, code, strict=True)})
            for code in codes
        }
        return cls(spec, options, verdicts)

    def facts(self, code: tuple[int, ...]) -> dict[str, Any]:
        return {name: self.choices[name][place][0] for name, place in zip(self.choices, code, strict=True)}

    def completions(self, known: tuple[int | None, ...]) -> list[tuple[int, ...]]:
        """The ways that agree with what is known: the class of each fact, None where it is unknown."""
        return list(
            product(
                *(
                    range(len(groups)) if mine is None else (mine,)
                    for groups, mine in zip(self.choices.values(), known, strict=True)
                )
            )
        )

    def outcomes(self, known: tuple[int | None, ...]) -> set[Any]:
        return {self.verdicts[code].outcome for code in self.completions(known)}
