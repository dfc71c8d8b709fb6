"""The proof of a table by z3, an SMT solver: random tables, and where its answers differ from those of the table.

Conditions, domains and hit policies are translated to formulas over facts, without the cells that a table compiles to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any, Final

import attrs
import z3

from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.tables import (
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
    OpenEnumeration,
    Row,
    above,
    absent,
    all_but,
    any_value,
    at_least,
    at_most,
    below,
    between,
    is_in,
    is_not,
)
from reclamation_core.tables.conditions import Operator
from reclamation_core.tables.errors import Finding, FindingKind
from reclamation_core.tables.model import CompiledTable
from reclamation_core.wording import Wording

# Random tables

_WORDS: Final = ("red", "green", "blue", "black")
_FIRST_DAY: Final = date(2024, 2, 27)
_POLICIES: Final = (*HitPolicy, HitPolicy.FIRST, HitPolicy.UNIQUE, HitPolicy.ANY)


def _enumeration(*, ordered: bool) -> Enumeration:
    return Enumeration("Words", _WORDS, tuple(Wording(word, word) for word in _WORDS), ordered=ordered)


def _marks(domain: Domain) -> list[Any]:
    """Return the values that conditions name."""
    match domain:
        case Boolean():
            return [False, True]
        case OpenEnumeration():
            return list(domain.values[:-1])
        case Enumeration():
            return list(domain.values)
        case Integer():
            found: list[Any] = list(range(-2, 5))
        case Number():
            found = [Decimal(part) / 4 for part in range(-4, 9)]
        case _:
            found = [_FIRST_DAY + timedelta(days=step) for step in range(6)]
    low, high = _bounds(domain)
    return [one for one in found if (low is None or one >= low) and (high is None or one <= high)]


def _bounds(domain: Domain) -> tuple[Any, Any]:
    return (domain.minimum, domain.maximum) if isinstance(domain, Integer | Number | Day) else (None, None)


def _domain(chance: Random) -> Domain:
    line: Any = chance.choice([Integer, Number, Day])
    low: Any
    high: Any
    low, high = chance.choice([(None, None), (0, None), (None, 3), (0, 3), (2, 2)])
    if line is Day:
        low, high = (None if end is None else _FIRST_DAY + timedelta(days=end) for end in (low, high))
    kinds = (
        Boolean(),
        _enumeration(ordered=False),
        _enumeration(ordered=True),
        OpenEnumeration.from_codes("Open", _WORDS[:2]),
    )
    chosen: Domain = chance.choice([*kinds, line(low, high), line(low, high), line(low, high)])
    return chosen


def _condition(chance: Random, input_: Input) -> Condition:
    marks = _marks(input_.domain)
    some = chance.sample(marks, chance.randint(1, min(2, len(marks))))
    made = [any_value(), is_in(*some), is_not(*some)]
    if input_.absent:
        made += [absent(), all_but(*some), is_in(*some, absent()), is_not(ABSENT)]
    if isinstance(input_.domain, Integer | Number | Day) and input_.source is None:
        low, high = sorted(chance.choices(marks, k=2))
        ends = {
            "low_included": chance.random() < 0.5 or low == high,
            "high_included": chance.random() < 0.5 or low == high,
        }
        ranges = [make(chance.choice(marks)) for make in (below, at_most, at_least, above)]
        ranges.append(between(low, high, **ends))
        made += [*ranges, chance.choice(ranges), is_in(chance.choice(ranges), *some), is_not(chance.choice(ranges))]
    return chance.choice(made)


def _rows(chance: Random, inputs: list[Input], outcomes: list[Any]) -> list[Row]:
    rows = []
    for number in range(chance.randint(1, 6)):
        when = {input_.name: _condition(chance, input_) for input_ in inputs if chance.random() < 0.7}
        rows.append(Row(f"r{number}", when, chance.choice(outcomes), f"§{number}"))
    if chance.random() < 0.5:
        rows.append(Row("otherwise", {}, chance.choice(outcomes), "§"))
    return rows


def random_table(chance: Random) -> DecisionTable[Any]:
    """Return a table of one to three facts, of which one in four requires another; gaps and overlaps are frequent."""
    while True:
        try:
            return _table(chance)
        except FaultsError:  # a condition that no value meets is refused when it is made, and so is a table with it
            continue


def _table(chance: Random) -> DecisionTable[Any]:
    facts = [
        Input(f"own.f{number}", _domain(chance), absent=chance.random() < 0.4) for number in range(chance.randint(1, 3))
    ]
    inputs = list(facts)
    if chance.random() < 0.25:
        level = _enumeration(ordered=True)
        rows = [*_rows(chance, facts, list(_WORDS[:3])), Row("rest", {}, _WORDS[0], "§")]
        inputs.append(Input.outcome_of(DecisionTable("level", facts, level, rows, HitPolicy.FIRST)))
    policy = chance.choice(_POLICIES)
    output: Domain = chance.choice([Boolean(), Integer(), _enumeration(ordered=True)])
    if policy.adds_up:
        output = Integer()
    elif policy in {HitPolicy.COLLECT_MAX, HitPolicy.COLLECT_MIN}:
        output = chance.choice([Integer(), _enumeration(ordered=True)])
    outcomes = _marks(output)[:3]
    rows = _rows(chance, inputs, outcomes)
    priority: tuple[Any, ...] = ()
    if policy is HitPolicy.PRIORITY:
        found = list(dict.fromkeys(row.then for row in rows))
        priority = tuple(chance.sample(found, len(found)))
    ordered = [one for one in facts if one.domain.ordered] if output.ordered and len(inputs) == len(facts) else []
    promises = [Monotone(chance.choice(ordered).name, rising=chance.random() < 0.5)] if ordered else []
    return DecisionTable("own", inputs, output, rows, policy, priority=priority, monotone=promises, validate=False)


# The formulas


def _code(domain: Domain, value: Any) -> Any:
    """Return the number that stands for a value."""
    if isinstance(domain, Boolean):
        return int(value)
    if isinstance(domain, Enumeration):
        return domain.values.index(value)
    if isinstance(value, date):
        return value.toordinal()
    return z3.RealVal(str(value)) if isinstance(domain, Number) else int(value)


@attrs.frozen
class Variable:
    """A fact: its value, and whether it is absent."""

    input: Input
    value: Any
    absent: Any

    @classmethod
    def of(cls, input_: Input) -> Variable:
        """Return the variable of an input."""
        sort: Any = z3.Real if isinstance(input_.domain, Number) else z3.Int
        missing = z3.Bool(f"{input_.name} absent") if input_.absent else z3.BoolVal(False)
        return cls(input_, sort(input_.name), missing)

    def limits(self) -> Iterator[Any]:
        """Yield the formulas of the domain."""
        domain = self.input.domain
        low, high = _bounds(domain)
        if isinstance(domain, Boolean):
            low, high = False, True
        elif isinstance(domain, Enumeration):
            low, high = domain.values[0], domain.values[-1]
        elif isinstance(domain, Day):
            low, high = low or date.min, high or date.max
        if low is not None:
            yield self.value >= _code(domain, low)
        if high is not None:
            yield self.value <= _code(domain, high)

    def meets(self, condition: Condition) -> Any:
        """Return the formula of a condition."""
        present, operator, values = z3.Not(self.absent), condition.operator, condition.values
        if operator is Operator.ANY:
            return z3.BoolVal(True)
        if operator in {Operator.IS_IN, Operator.IS_NOT, Operator.ALL_BUT}:
            named = z3.Or([self._is(value) for value in values])
            if operator is Operator.IS_IN:
                return named
            return z3.And(present, z3.Not(named)) if operator is Operator.IS_NOT else z3.Not(named)
        first, last = (_code(self.input.domain, values[place]) for place in (0, -1))
        at = self.value
        comparison = {
            Operator.BELOW: at < first,
            Operator.AT_MOST: at <= first,
            Operator.AT_LEAST: at >= first,
            Operator.ABOVE: at > first,
            Operator.BETWEEN: z3.And(first <= at, at <= last),
            Operator.ABOVE_TO: z3.And(first < at, at <= last),
            Operator.FROM_BELOW: z3.And(first <= at, at < last),
            Operator.ABOVE_BELOW: z3.And(first < at, at < last),
        }
        return z3.And(present, comparison[operator])

    def _is(self, value: object) -> Any:
        if isinstance(value, Condition):
            return self.meets(value)
        return (
            self.absent
            if value is ABSENT
            else z3.And(z3.Not(self.absent), self.value == _code(self.input.domain, value))
        )

    def given(self, value: object) -> list[tuple[Any, Any]]:
        """Return the substitution of a value."""
        missing = [(self.absent, z3.BoolVal(value is ABSENT))] if self.input.absent else []
        code = _code(self.input.domain, self.input.domain.check(value)) if value is not ABSENT else 0
        number = z3.RealVal(code) if isinstance(self.input.domain, Number) else z3.IntVal(code)
        return [*missing, (self.value, number)]

    def read(self, model: Any) -> Any:
        """Return the value in a model."""
        if z3.is_true(model.eval(self.absent, model_completion=True)):
            return ABSENT
        found, domain = model.eval(self.value, model_completion=True), self.input.domain
        if isinstance(domain, Number):
            fraction = Fraction(found.numerator_as_long(), found.denominator_as_long())
            return Decimal(fraction.numerator) / Decimal(fraction.denominator)
        number = found.as_long()
        if isinstance(domain, Day):
            return date.fromordinal(number)
        if isinstance(domain, Boolean):
            return bool(number)
        return domain.values[number] if isinstance(domain, Enumeration) else number


class Formulas:
    """The formulas of a table."""

    def __init__(self, table: CompiledTable[Any]) -> None:
        self.table = table
        self.base = {one.name: Variable.of(one) for one in table.base}
        self.fires: dict[str, Any] = {}
        variables = dict(self.base)
        for input_ in table.inputs:
            if input_.source is not None:
                source = Formulas(input_.source)
                variables[input_.name] = Variable(input_, source.outcome()[1], z3.BoolVal(False))
        for row in table.rows:
            met = [variables[name].meets(condition) for name, condition in row.when.items()]
            self.fires[row.id] = z3.And([z3.BoolVal(True), *met])

    def outcome(self, without: str = "") -> tuple[Any, Any]:
        """Return whether there is an outcome, and its code; without a row."""
        table = self.table
        rows = [row for row in table.rows if row.id != without]
        fires = [self.fires[row.id] for row in rows]
        codes = [_code(table.output, row.then) for row in rows]
        some = z3.Or([z3.BoolVal(False), *fires])
        if table.hit_policy is HitPolicy.COLLECT_COUNT:
            return z3.BoolVal(True), z3.Sum([z3.IntVal(0), *(z3.If(one, 1, 0) for one in fires)])
        if table.hit_policy is HitPolicy.COLLECT_SUM:
            return some, z3.Sum([z3.IntVal(0), *(z3.If(one, code, 0) for one, code in zip(fires, codes, strict=True))])
        ranked = list(zip(codes, fires, strict=True))
        if table.hit_policy is HitPolicy.PRIORITY:
            ranked.sort(key=lambda one: [_code(table.output, value) for value in table.priority].index(one[0]))
        elif table.hit_policy in {HitPolicy.COLLECT_MAX, HitPolicy.COLLECT_MIN}:
            ranked.sort(key=lambda one: one[0], reverse=table.hit_policy is HitPolicy.COLLECT_MAX)
        code: Any = z3.IntVal(0)
        for rank, one in reversed(ranked):
            code = z3.If(one, rank, code)
        return some, z3.If(some, code, 0)

    def at(self, formula: Any, facts: Mapping[str, Any]) -> Any:
        """Return the value of a formula for facts."""
        given = [pair for name, variable in self.base.items() for pair in variable.given(facts[name])]
        return z3.simplify(z3.substitute(formula, *given))


def disagreements(table: DecisionTable[Any]) -> list[str]:
    """Return where z3 and the proof of a table differ; nothing where they agree."""
    return list(_Comparison(table).differences())


class _Comparison:
    def __init__(self, table: DecisionTable[Any]) -> None:
        self.table, self.formulas = table, Formulas(table)
        self.findings = table.check()
        self.found = {(finding.kind, finding.subject): finding for finding in self.findings}
        self.solver = z3.Solver()
        for variable in self.formulas.base.values():
            self.solver.add(*variable.limits())
        self.defined, self.code = self.formulas.outcome()

    def model(self, *formulas: Any) -> Any:
        """Return a model of formulas; None if there is none."""
        self.solver.push()
        self.solver.add(*formulas)
        answer = self.solver.check()
        assert answer != z3.unknown
        model = self.solver.model() if answer == z3.sat else None
        self.solver.pop()
        return model

    def differences(self) -> Iterator[str]:
        gap, contradiction = z3.Not(self.defined), self._contradiction()
        kind = FindingKind.OVERLAP if self.table.hit_policy is HitPolicy.UNIQUE else FindingKind.CONFLICT
        yield from self._agree(FindingKind.GAP, "", gap)
        yield from self._agree(kind, "", contradiction)
        for row in self.table.rows:
            never = (FindingKind.NEVER_FIRES, row.id) in self.found
            if never is (self.model(self.formulas.fires[row.id]) is not None):
                yield f"{row.id} never fires: {never}"
        if (kind, "") not in self.found:
            yield from self._of_outcomes()
        for finding in self.findings:
            yield from self._shown(finding)

    def _contradiction(self) -> Any:
        if self.table.hit_policy not in {HitPolicy.UNIQUE, HitPolicy.ANY}:
            return z3.BoolVal(False)
        is_unique, fires = self.table.hit_policy is HitPolicy.UNIQUE, self.formulas.fires
        pairs = combinations(self.table.rows, 2)
        return z3.Or(
            [z3.And(fires[one.id], fires[other.id]) for one, other in pairs if is_unique or one.then != other.then]
        )

    def _agree(self, kind: FindingKind, subject: str, formula: Any) -> Iterator[str]:
        """Yield a difference unless the finding is there where a formula can hold; both sides show it."""
        finding, model = self.found.get((kind, subject)), self.model(formula)
        if (finding is None) is not (model is None):
            yield f"{kind} {subject}: z3 {model}, found {finding}"
        elif finding is not None and not z3.is_true(self.formulas.at(formula, finding.witness)):
            yield f"{kind} {subject}: the witness {finding.witness} does not show it"

    def _of_outcomes(self) -> Iterator[str]:
        """Yield the differences about outcomes, of a table whose rows do not contradict each other."""
        for row in self.table.rows:
            defined, code = self.formulas.outcome(without=row.id)
            changed = z3.Or(defined != self.defined, z3.And(defined, code != self.code))
            model, witness = self.model(changed), self.table.witness_for(row.id)
            idle = {(kind, row.id) for kind in (FindingKind.NEVER_FIRES, FindingKind.ALWAYS_MASKED)} & self.found.keys()
            if not (bool(idle) is (model is None) is (witness is None)):
                yield f"{row.id} is idle: z3 {model}, witness {witness}, found {idle}"
            elif witness is not None and not z3.is_true(self.formulas.at(changed, witness)):
                yield f"{row.id}: the witness {witness} does not show that it decides"
            if model is not None:
                yield from self._looked_up(model)
        if not self.table.hit_policy.adds_up:
            for outcome in {*getattr(self.table.output, "values", ()), *(row.then for row in self.table.rows)}:
                never = (FindingKind.OUTCOME_NEVER_GIVEN, str(outcome)) in self.found
                given = self.model(self.defined, self.code == _code(self.table.output, outcome))
                if never is (given is not None):
                    yield f"outcome {outcome} is never given: {never}"
        if len(self.table.inputs) == len(self.formulas.base):
            yield from self._of_pairs()

    def _of_pairs(self) -> Iterator[str]:
        """Yield the differences about facts that differ in one input alone."""
        for name, variable in self.formulas.base.items():
            other = Variable.of(attrs.evolve(variable.input, name=f"{name}_other"))
            renamed = [(variable.value, other.value)]
            renamed += [(variable.absent, other.absent)] if variable.input.absent else []
            defined, code = (z3.substitute(one, *renamed) for one in (self.defined, self.code))
            differs = z3.Or(defined != self.defined, z3.And(defined, code != self.code))
            never = (FindingKind.INPUT_NEVER_MATTERS, name) in self.found
            if never is (self.model(*other.limits(), differs) is not None):
                yield f"input {name} never matters: {never}"
            for promise in self.table.monotone:
                if promise.input == name:
                    drop = code < self.code if promise.rising else code > self.code
                    greater = [other.value > variable.value, z3.Not(variable.absent), z3.Not(other.absent)]
                    broken = z3.And([*other.limits(), *greater, self.defined, defined, drop])
                    yield from self._promise(name, broken)

    def _promise(self, name: str, broken: Any) -> Iterator[str]:
        finding, model = self.found.get((FindingKind.NOT_MONOTONE, name)), self.model(broken)
        if (finding is None) is not (model is None):
            yield f"not monotone in {name}: z3 {model}, found {finding}"
        elif finding is not None and self.model(self.formulas.at(broken, finding.witness)) is None:
            yield f"not monotone in {name}: the witness {finding.witness} does not show it"

    def _looked_up(self, model: Any) -> Iterator[str]:
        """Yield a difference unless the table has the outcome of a model."""
        facts = {name: variable.read(model) for name, variable in self.formulas.base.items()}
        found = self.table.look_up(facts).outcome
        is_defined, code = (self.formulas.at(one, facts) for one in (self.defined, self.code))
        expected = code.as_long() if z3.is_true(is_defined) else None
        if expected != (None if found is None else _code(self.table.output, found)):
            yield f"{facts}: z3 {expected}, looked up {found}"

    def _shown(self, finding: Finding) -> Iterator[str]:
        """Yield a difference unless the rows of a finding fire for its witness, and no others."""
        fired = (
            row.id
            for row in self.table.rows
            if z3.is_true(self.formulas.at(self.formulas.fires[row.id], finding.witness))
        )
        if tuple(fired) != finding.rows:
            yield f"{finding.kind} {finding.subject}: other rows than {finding.rows} fire for {finding.witness}"
