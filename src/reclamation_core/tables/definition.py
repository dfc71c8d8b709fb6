"""Whether the parts of a table fit together, before anything is proved about its rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import prod
from typing import Any

from reclamation_core.tables.cells import LARGEST, MOST_BITS
from reclamation_core.tables.conditions import Condition, Operator, fits
from reclamation_core.tables.domains import Integer, Number, OpenEnumeration
from reclamation_core.tables.errors import TableDefinitionError
from reclamation_core.tables.model import CompiledTable, Input, own_atoms
from reclamation_core.tables.rules import ORDERED, HitPolicy, Row

DEEPEST = 50
"""How many tables may ask for each other in a chain: tables are compared, written and copied level by level."""
MOST_COMPARISONS = 1 << 22
"""How many comparisons of a condition's value with a class of values may be needed to compile a table."""
MOST_STATES = 1 << 18
"""How many combinations of shared facts and outcomes a chain of tables may go through."""


def check_definition(table: CompiledTable[Any]) -> None:
    """Raise TableDefinitionError for the first part that does not fit."""
    for part, reason in _misfits(table):
        raise TableDefinitionError(table.name, part, reason)


def _misfits(table: CompiledTable[Any]) -> Iterator[tuple[str, str]]:
    if not table.name.isidentifier():
        yield "name", f"{table.name!r} is not an identifier; a table's name is the name of the input it gives"
    if not table.inputs:
        yield "inputs", "there is none; give at least one"
    if not table.rows:
        yield "rows", "there is none; give at least one"
    yield from _repeated("input", [input_.name for input_ in table.inputs])
    yield from _repeated("row", [row.id for row in table.rows])
    for row in table.rows:
        yield from _row_misfits(table, row)
    yield from _output_misfits(table)
    yield from _promise_misfits(table)
    for input_ in table.inputs:
        yield from _source_misfits(input_)
    yield from _oversize(table)
    yield from _promise_cost(table)
    if table.hit_policy.adds_up:
        yield from _total_misfits(table)


def _total_misfits(table: CompiledTable[Any]) -> Iterator[tuple[str, str]]:
    try:
        totals = table.cells.outcomes
    except ValueError as error:
        yield "rows", str(error)
    else:
        for total in totals:
            yield from _outcome_misfit(table, "output", total)


def _oversize(table: CompiledTable[Any]) -> Iterator[tuple[str, str]]:
    """What would take too long, or too much memory, to compile."""
    remedy = "split the table, one part asking for the other"
    if table.depth > DEEPEST:
        yield "inputs", f"{table.depth} tables ask for each other in a chain, more than {DEEPEST}; join some of them"
    atoms = [len(own_atoms(input_, table.rows)) for input_ in table.inputs]
    cells = prod(atoms)
    if cells > LARGEST:
        yield "inputs", f"they make {cells} cells, more than {LARGEST}; {remedy}"
    bits, comparisons = size_of(table)
    if bits > MOST_BITS:
        yield (
            "rows",
            f"{len(table.rows)} rows in {cells} cells are too many ({bits} bits, at most {MOST_BITS}); {remedy}",
        )
    if comparisons > MOST_COMPARISONS:
        yield "rows", f"their conditions need {comparisons} comparisons, more than {MOST_COMPARISONS}; {remedy}"
    if table.sources and table.chain.states > MOST_STATES:
        states = f"{table.chain.states} combinations, more than {MOST_STATES}"
        yield "inputs", f"the tables that it asks for share facts of {states}; let fewer tables ask for the same facts"


def size_of(table: CompiledTable[Any]) -> tuple[int, int]:
    """How many bits its sets of cells have in all, and how many comparisons it takes to compile it."""
    atoms = [len(own_atoms(input_, table.rows)) for input_ in table.inputs]
    comparisons = sum(
        count * _compared(row.when[input_.name])
        for input_, count in zip(table.inputs, atoms, strict=True)
        for row in table.rows
        if input_.name in row.when
    )
    return prod(atoms) * (len(table.rows) + sum(atoms)), comparisons


def _promise_cost(table: CompiledTable[Any]) -> Iterator[tuple[str, str]]:
    """Proving a promise compares each pair of classes of its input for each pair of outcomes."""
    for promise in table.monotone:
        pairs = len(own_atoms(table.inputs[table.index_of(promise.input)], table.rows)) * len(
            {row.then for row in table.rows}
        )
        if pairs**2 > MOST_COMPARISONS:
            yield "monotone", f"{promise.input!r} has too many classes of values to be proved; leave the promise out"


def _compared(condition: Condition) -> int:
    if condition.operator is Operator.IS_IN and not condition.compares:
        return 0  # found by its values, without a comparison
    return sum(_compared(value) if isinstance(value, Condition) else 1 for value in condition.values)


def _source_misfits(input_: Input) -> Iterator[tuple[str, str]]:
    source = input_.source
    if source is None:
        return
    if not source.validate:
        yield f"input {input_.name}", "its table was not proved; build it with validate=True"
    if (input_.name, input_.domain, input_.absent) != (source.name, source.output, False):
        yield f"input {input_.name}", f"is not the outcome of {source.name!r} as it is; use Input.outcome_of(table)"


def _repeated(what: str, names: list[str]) -> Iterator[tuple[str, str]]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"{what} {name}", f"is given {times} times; give each {what} a name of its own"


def _row_misfits(table: CompiledTable[Any], row: Row) -> Iterator[tuple[str, str]]:
    inputs = {input_.name: input_ for input_ in table.inputs}
    for name, condition in row.when.items():
        if name not in inputs:
            yield f"row {row.id}", f"{name!r} is not an input; the inputs are {', '.join(inputs)}"
        elif (reason := fits(condition, inputs[name].domain, inputs[name].absent)) is not None:
            yield f"row {row.id}", f"its condition on {name!r} cannot be asked: {reason}"
    yield from _outcome_misfit(table, f"row {row.id}", row.then)


def _outcome_misfit(table: CompiledTable[Any], part: str, outcome: Any) -> Iterator[tuple[str, str]]:
    try:
        table.output.check(outcome)
    except ValueError as error:
        yield part, f"its outcome is not of the table's output: {error}"


def _output_misfits(table: CompiledTable[Any]) -> Iterator[tuple[str, str]]:
    for outcome in (*table.priority, *(outcome for outcome, _ in table.statements)):
        yield from _outcome_misfit(table, "priority or statements", outcome)
    if table.hit_policy is HitPolicy.PRIORITY:
        given = {row.then for row in table.rows}
        if not given <= set(table.priority) or len(set(table.priority)) != len(table.priority):
            expected = ", ".join(sorted(map(str, given)))
            yield "priority", f"{list(table.priority)!r} must list once each outcome that rows give: {expected}"
    elif table.priority:
        yield "priority", f"is for the hit policy PRIORITY, not {table.hit_policy.value}; leave it out"
    if isinstance(table.output, OpenEnumeration):
        yield "output", "cannot be any text; use an Enumeration of the outcomes"
    if table.hit_policy in ORDERED and not table.output.ordered:
        yield "output", f"has no order, which {table.hit_policy.value} needs"
    if table.hit_policy is HitPolicy.COLLECT_COUNT and not isinstance(table.output, Integer):
        yield "output", "must be an Integer where rows are counted"
    if table.hit_policy is HitPolicy.COLLECT_SUM and not isinstance(table.output, Integer | Number):
        yield "output", "must be an Integer or a Number where outcomes are added up"


def _promise_misfits(table: CompiledTable[Any]) -> Iterator[tuple[str, str]]:
    inputs = {input_.name: input_ for input_ in table.inputs}
    for promise in table.monotone:
        if promise.input not in inputs:
            yield "monotone", f"{promise.input!r} is not an input; the inputs are {', '.join(inputs)}"
        elif not inputs[promise.input].domain.ordered or not table.output.ordered:
            yield "monotone", f"{promise.input!r} and the output must both be ordered"
