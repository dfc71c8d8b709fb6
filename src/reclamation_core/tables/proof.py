"""The proof of a table: a scan of its cells for gaps, overlaps, rows and inputs that serve nothing, broken promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from reclamation_core.missing import ABSENT
from reclamation_core.tables.cells import outcomes_of, union
from reclamation_core.tables.domains import Enumeration
from reclamation_core.tables.errors import Finding, FindingKind
from reclamation_core.tables.model import CompiledTable, Known
from reclamation_core.tables.rules import HitPolicy, Monotone, Row, outcome_order
from reclamation_core.wording import Wording


def errors(table: CompiledTable[Any]) -> tuple[Finding, ...]:
    """What refuses the table: gaps, contradictions that its hit policy forbids, broken promises."""
    return (*_gaps(table), *_contradictions(table), *_broken_promises(table))


def warnings(table: CompiledTable[Any]) -> tuple[Finding, ...]:
    """What serves nothing: rows, outcomes and inputs."""
    return (*_idle_rows(table), *_idle_outcomes(table), *_idle_inputs(table))


def witness(table: CompiledTable[Any], cells: int) -> Mapping[str, Any]:
    """Base facts that fall in one of these cells, which some facts must reach: the first found in the atoms' order."""
    return _facts(table, _witness(table, cells))


def _witness(table: CompiledTable[Any], cells: int) -> Known:
    known = table.chain.nothing_known
    for place, atoms in enumerate(table.chain.atoms):
        tried = ((*known[:place], 1 << code, *known[place + 1 :]) for code in range(len(atoms)))
        known = next(choice for choice in tried if table.chain.reach(choice) & cells)
    return known


def _facts(table: CompiledTable[Any], known: Known) -> Mapping[str, Any]:
    chosen = zip(table.chain.base, table.chain.atoms, known, strict=True)
    return {input_.name: atoms[atom.bit_length() - 1].sample for input_, atoms, atom in chosen}


def _finding(
    table: CompiledTable[Any], about: tuple[FindingKind, str], cells: int, shown: int, message: Wording
) -> Finding:
    known = _witness(table, shown)
    cell = table.chain.reach(known)
    rows = tuple(row.id for row, where in zip(table.rows, table.cells.rows, strict=True) if where & cell)
    return Finding(*about, cells.bit_count(), _facts(table, known), rows, message)


def _gaps(table: CompiledTable[Any]) -> Iterator[Finding]:
    gap = table.reachable
    for cells in table.cells.outcomes.values():
        gap &= ~cells
    if gap:
        count = _cells(gap)
        fr = f"aucune règle ne s'applique dans {count.fr} ; ajoutez une règle"
        en = f"no row fires in {count.en}; add a row"
        yield _finding(table, (FindingKind.GAP, ""), gap, gap, Wording(fr, en))


def _cells(cells: int) -> Wording:
    count = cells.bit_count()
    return Wording("1 cellule", "1 cell") if count == 1 else Wording(f"{count} cellules", f"{count} cells")


def _contradictions(table: CompiledTable[Any]) -> Iterator[Finding]:
    if table.hit_policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
        return
    unique = table.hit_policy is HitPolicy.UNIQUE
    together: dict[Any, int] = {}
    for row, cells in _fired(table):
        key = row.id if unique else row.then
        together[key] = together.get(key, 0) | cells
    both = taken = 0
    for cells in together.values():
        both |= taken & cells
        taken |= cells
    if both:
        count = _cells(both)
        kind = FindingKind.OVERLAP if unique else FindingKind.CONFLICT
        what = ("plusieurs règles s'appliquent", "several rows fire")
        if not unique:
            what = ("des règles donnent des résultats différents", "rows give different outcomes")
        remedy = (
            "resserrez les règles ou choisissez un autre mode de sélection",
            "narrow the rows or choose another hit policy",
        )
        fr = f"{what[0]} ensemble dans {count.fr} ; {remedy[0]}"
        en = f"{what[1]} together in {count.en}; {remedy[1]}"
        yield _finding(table, (kind, ""), both, both, Wording(fr, en))


def _fired(table: CompiledTable[Any]) -> list[tuple[Row, int]]:
    return [(row, cells & table.reachable) for row, cells in zip(table.rows, table.cells.rows, strict=True)]


def _broken_promises(table: CompiledTable[Any]) -> Iterator[Finding]:
    for promise in table.monotone:
        broken = _drops(table, promise)
        if broken:
            way = ("croît", "rises") if promise.rising else ("décroît", "falls")
            count = _cells(broken)
            label = table.inputs[table.index_of(promise.input)].label.fr
            fr = f"le résultat baisse alors que « {label} » {way[0]}, dans {count.fr}"
            en = f"the outcome falls where {promise.input} {way[1]}, in {count.en}"
            yield _finding(table, (FindingKind.NOT_MONOTONE, promise.input), broken, broken, Wording(fr, en))


def _drops(table: CompiledTable[Any], promise: Monotone) -> int:
    """The cells from which the outcome drops as the input alone goes to some later atom."""
    place = table.index_of(promise.input)
    cells = table.cells
    ranked = sorted(cells.outcomes, key=table.output.rank, reverse=not promise.rising)
    present = [code for code, atom in enumerate(cells.atoms[place]) if atom.sample is not ABSENT]
    dropping = 0
    for before, after in combinations(present, 2):
        shift = (after - before) * cells.strides[place]
        for lower, higher in combinations(ranked, 2):
            start = cells.outcomes[higher] & cells.masks[place][before] & table.reachable
            dropping |= start & (cells.outcomes[lower] & table.reachable) >> shift
    return dropping


def _idle_rows(table: CompiledTable[Any]) -> Iterator[Finding]:
    for row, cells in _fired(table):
        if not cells:
            yield _never_fires(table, row)
        elif not changed_without(table, row):
            fr = f"la règle {row.id} n'est jamais décisive : une autre donne toujours le même résultat, ou l'emporte"
            en = f"row {row.id} fires but never changes the outcome, which others override or give already"
            yield _finding(table, (FindingKind.ALWAYS_MASKED, row.id), cells, cells, Wording(fr, en))


def changed_without(table: CompiledTable[Any], row: Row) -> int:
    """The cells whose outcome would be another, or none, without the row."""
    rest = [(other, where) for other, where in zip(table.rows, table.cells.rows, strict=True) if other.id != row.id]
    rows, row_cells = tuple(other for other, _ in rest), tuple(where for _, where in rest)
    order = outcome_order(table.output, table.hit_policy, table.priority, table.rows)
    without = outcomes_of(rows, row_cells, table.hit_policy, order, table.cells.everything)
    changed = 0
    for outcome in {*table.cells.outcomes, *without}:
        changed |= table.cells.outcomes.get(outcome, 0) ^ without.get(outcome, 0)
    return changed & table.reachable


def _never_fires(table: CompiledTable[Any], row: Row) -> Finding:
    cells = table.reachable
    for name, condition in row.when.items():
        place = table.index_of(name)
        holding = sum(1 << code for code, atom in enumerate(table.cells.atoms[place]) if condition.holds(atom.sample))
        cells = (cells & union(table.cells.masks[place], holding)) or cells
    fr = f"la règle {row.id} ne s'applique jamais : aucune information ne remplit toutes ses conditions"
    en = f"row {row.id} never fires: no facts meet all its conditions"
    return _finding(table, (FindingKind.NEVER_FIRES, row.id), 0, cells, Wording(fr, en))


def _idle_outcomes(table: CompiledTable[Any]) -> Iterator[Finding]:
    declared = table.output.values if isinstance(table.output, Enumeration) else ()
    named = dict.fromkeys([*declared, *table.priority, *(row.then for row in table.rows)])
    given = {outcome for outcome, cells in table.cells.outcomes.items() if cells & table.reachable}
    if table.hit_policy.adds_up:
        return
    for outcome in named:
        if outcome not in given:
            label = table.outcome_label(outcome)
            naming = [cells for row, cells in _fired(table) if row.then == outcome and cells]
            fr = f"le résultat {label.fr} n'est jamais donné"
            en = f"the outcome {label.en} is never given"
            shown = naming[0] if naming else table.reachable
            yield _finding(table, (FindingKind.OUTCOME_NEVER_GIVEN, str(outcome)), 0, shown, Wording(fr, en))


def _idle_inputs(table: CompiledTable[Any]) -> Iterator[Finding]:
    for place, input_ in enumerate(table.inputs):
        if not table.cells.matters(place, table.reachable):
            fr = f"l'entrée {input_.name} ne change jamais le résultat"
            en = f"the input {input_.name} never changes the outcome"
            yield _finding(table, (FindingKind.INPUT_NEVER_MATTERS, input_.name), 0, table.reachable, Wording(fr, en))
