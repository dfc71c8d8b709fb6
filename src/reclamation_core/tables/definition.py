"""Whether the parts of a table fit together, before anything is proved about its rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from math import prod
from typing import Any, TypeAlias

from reclamation_core.tables.cells import LARGEST, MOST_BITS, TooManySumsError
from reclamation_core.tables.conditions import Condition, Operator, misfit
from reclamation_core.tables.domains import Integer, Number, OpenEnumeration, refusal
from reclamation_core.tables.errors import TableDefinitionError
from reclamation_core.tables.model import CompiledTable, Input, own_atoms
from reclamation_core.tables.rules import ORDERED, HitPolicy, Row
from reclamation_core.validators import NONE_GIVEN
from reclamation_core.wording import Wording

DEEPEST = 50
"""How many tables may ask for each other in a chain: tables are compared, written and copied level by level."""
MOST_COMPARISONS = 1 << 22
"""How many comparisons of a condition's value with a class of values may be needed to compile a table."""
MOST_STATES = 1 << 18
"""How many combinations of shared facts and outcomes a chain of tables may go through."""


Misfit: TypeAlias = tuple[str, Wording]
"""A part of a table that does not fit, as a path, and why."""


def check_definition(table: CompiledTable[Any]) -> None:
    """Raise TableDefinitionError for the first part that does not fit."""
    for part, reason in _misfits(table):
        raise TableDefinitionError(table.name, part, reason)


def _part(part: str, fr: str, en: str) -> Misfit:
    return part, Wording(fr, en)


def _misfits(table: CompiledTable[Any]) -> Iterator[Misfit]:
    if not table.name.isidentifier():
        yield _part(
            "name",
            f"« {table.name} » n'est pas un identifiant ; une table donne son nom à l'entrée des tables suivantes",
            f"{table.name!r} is not an identifier; a table's name is the name of the input it gives",
        )
    if not table.inputs:
        yield "inputs", NONE_GIVEN
    if not table.rows:
        yield "rows", NONE_GIVEN
    yield from _repeated("inputs", [input_.name for input_ in table.inputs])
    yield from _repeated("rows", [row.id for row in table.rows])
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


def _total_misfits(table: CompiledTable[Any]) -> Iterator[Misfit]:
    try:
        totals = table.cells.outcomes
    except TooManySumsError as error:
        yield "rows", error.wording
    else:
        for total in totals:
            yield from _outcome_misfit(table, "output", total)


def _oversize(table: CompiledTable[Any]) -> Iterator[Misfit]:
    """What would take too long, or too much memory, to compile."""
    remedy = Wording(
        "partagez la table, une partie demandant l'autre", "split the table, one part asking for the other"
    )
    if table.depth > DEEPEST:
        yield _part(
            "inputs",
            f"{table.depth} tables se suivent, et {DEEPEST} au plus le peuvent ; réunissez-en",
            f"{table.depth} tables ask for each other in a chain, more than {DEEPEST}; join some of them",
        )
    atoms = [len(own_atoms(input_, table.rows)) for input_ in table.inputs]
    cells = prod(atoms)
    if cells > LARGEST:
        yield _part(
            "inputs",
            f"elles font {cells} cellules, plus de {LARGEST} ; {remedy.fr}",
            f"they make {cells} cells, more than {LARGEST}; {remedy.en}",
        )
    bits, comparisons = size_of(table)
    if bits > MOST_BITS:
        yield _part(
            "rows",
            f"{len(table.rows)} lignes dans {cells} cellules sont trop "
            f"({bits} bits, {MOST_BITS} au plus) ; {remedy.fr}",
            f"{len(table.rows)} rows in {cells} cells are too many ({bits} bits, at most {MOST_BITS}); {remedy.en}",
        )
    if comparisons > MOST_COMPARISONS:
        yield _part(
            "rows",
            f"leurs conditions demandent {comparisons} comparaisons, plus de {MOST_COMPARISONS} ; {remedy.fr}",
            f"their conditions need {comparisons} comparisons, more than {MOST_COMPARISONS}; {remedy.en}",
        )
    if table.sources and table.chain.states > MOST_STATES:
        states = table.chain.states
        yield _part(
            "inputs",
            f"les tables demandées partagent des faits de {states} combinaisons, plus de {MOST_STATES} ; "
            "que moins de tables demandent les mêmes faits",
            f"the tables that it asks for share facts of {states} combinations, more than {MOST_STATES}; "
            "let fewer tables ask for the same facts",
        )


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


def _promise_cost(table: CompiledTable[Any]) -> Iterator[Misfit]:
    """Proving a promise compares each pair of classes of its input for each pair of outcomes."""
    for promise in table.monotone:
        pairs = len(own_atoms(table.inputs[table.index_of(promise.input)], table.rows)) * len(
            {row.then for row in table.rows}
        )
        if pairs**2 > MOST_COMPARISONS:
            yield _part(
                "monotone",
                f"« {promise.input} » a trop de classes de valeurs pour une preuve ; retirez cette promesse",
                f"{promise.input!r} has too many classes of values to be proved; leave the promise out",
            )


def _compared(condition: Condition) -> int:
    if condition.operator is Operator.IS_IN and not condition.compares:
        return 0  # found by its values, without a comparison
    return sum(_compared(value) if isinstance(value, Condition) else 1 for value in condition.values)


def _source_misfits(input_: Input) -> Iterator[Misfit]:
    source = input_.source
    if source is None:
        return
    if not source.validate:
        yield _part(
            f"inputs.{input_.name}",
            "sa table n'est pas prouvée",
            "its table was not proved; build it with validate=True",
        )
    if (input_.name, input_.domain, input_.absent) != (source.name, source.output, False):
        yield _part(
            f"inputs.{input_.name}",
            f"n'est pas le résultat de « {source.name} » tel quel : mêmes nom et domaine, sans absence",
            f"is not the outcome of {source.name!r} as it is; use Input.outcome_of(table)",
        )


def _repeated(list_: str, names: list[str]) -> Iterator[Misfit]:
    for name, times in Counter(names).items():
        if times > 1:
            yield _part(
                f"{list_}.{name}",
                f"donné {times} fois ; chaque nom sert une fois",
                f"is given {times} times; once is enough",
            )


def _row_misfits(table: CompiledTable[Any], row: Row) -> Iterator[Misfit]:
    inputs = {input_.name: input_ for input_ in table.inputs}
    for name, condition in row.when.items():
        if name not in inputs:
            yield f"rows.{row.id}", _not_an_input(name, inputs)
        elif (reason := misfit(condition, inputs[name].domain, inputs[name].absent)) is not None:
            yield _part(
                f"rows.{row.id}",
                f"sa condition sur « {name} » ne peut être posée : {reason.fr}",
                f"its condition on {name!r} cannot be asked: {reason.en}",
            )
    yield from _outcome_misfit(table, f"rows.{row.id}", row.then)


def _not_an_input(name: str, inputs: Iterable[str]) -> Wording:
    listed = ", ".join(inputs)
    return Wording(
        f"« {name} » n'est pas une entrée ; les entrées sont {listed}",
        f"{name!r} is not an input; the inputs are {listed}",
    )


def _outcome_misfit(table: CompiledTable[Any], part: str, outcome: object) -> Iterator[Misfit]:
    try:
        table.output.check(outcome)
    except ValueError:
        refused = refusal(table.output, outcome)
        yield _part(
            part,
            f"son résultat n'est pas de ceux de la table : {refused.fr}",
            f"its outcome is not of the table's output: {refused.en}",
        )


def _output_misfits(table: CompiledTable[Any]) -> Iterator[Misfit]:
    for outcome in (*table.priority, *(outcome for outcome, _ in (*table.statements, *table.plain_statements))):
        yield from _outcome_misfit(table, "priority or statements", outcome)
    if table.hit_policy is HitPolicy.PRIORITY:
        given = {row.then for row in table.rows}
        if not given <= set(table.priority) or len(set(table.priority)) != len(table.priority):
            listed, expected = ", ".join(map(str, table.priority)), ", ".join(sorted(map(str, given)))
            yield _part(
                "priority",
                f"{listed or 'rien'} : chaque résultat des lignes est attendu une fois : {expected}",
                f"{listed or 'nothing'} must list once each outcome that rows give: {expected}",
            )
    elif table.priority:
        yield _part(
            "priority",
            f"ne sert qu'à la politique PRIORITY, et celle-ci est {table.hit_policy.value} ; retirez-le",
            f"is for the hit policy PRIORITY, not {table.hit_policy.value}; leave it out",
        )
    if isinstance(table.output, OpenEnumeration):
        yield _part(
            "output",
            "un texte quelconque n'est pas un résultat ; indiquez une énumération",
            "cannot be any text; use an Enumeration of the outcomes",
        )
    if table.hit_policy in ORDERED and not table.output.ordered:
        yield _part(
            "output",
            f"n'a pas d'ordre, et {table.hit_policy.value} en demande un",
            f"has no order, which {table.hit_policy.value} needs",
        )
    if table.hit_policy is HitPolicy.COLLECT_COUNT and not isinstance(table.output, Integer):
        yield _part(
            "output", "doit être un nombre entier pour compter des lignes", "must be an Integer where rows are counted"
        )
    if table.hit_policy is HitPolicy.COLLECT_SUM and not isinstance(table.output, Integer | Number):
        yield _part(
            "output",
            "doit être un nombre pour additionner des résultats",
            "must be an Integer or a Number where outcomes are added up",
        )


def _promise_misfits(table: CompiledTable[Any]) -> Iterator[Misfit]:
    inputs = {input_.name: input_ for input_ in table.inputs}
    for promise in table.monotone:
        if promise.input not in inputs:
            yield "monotone", _not_an_input(promise.input, inputs)
        elif not inputs[promise.input].domain.ordered or not table.output.ordered:
            yield _part(
                "monotone",
                f"« {promise.input} » et le résultat doivent avoir un ordre",
                f"{promise.input!r} and the output must both be ordered",
            )
