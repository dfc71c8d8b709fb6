"""Counting look-ups in the place of the compiled ones: what decides in production knows nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from types import MappingProxyType
from typing import Any, Final

from reclamation_core.cases.codes import Verb
from reclamation_core.cases.guards import guard_table
from reclamation_core.cases.plans.codes import PlanVerb
from reclamation_core.cases.plans.guards import plan_guard_table
from reclamation_core.policy import Policy
from reclamation_core.tables import Cell, Decision, DecisionTable
from reclamation_core.testing.rules.coverage import Owner, RuleCoverage
from reclamation_core.wording import Wording

_OWNER: Final = "_owner_of_its_rules"
"""Where a table keeps whose it is while it is counted: beside what it works out about itself."""

_TABLES: Final = "_tables_that_are_counted"
"""Where an edition keeps its copies of the tables, likewise."""

_UNCOUNTED: Final = ContextVar("uncounted", default=False)

_GUARDS: Final = (
    (Verb, guard_table, "guards of cases", Wording("gardes des dossiers", "guards of cases")),
    (PlanVerb, plan_guard_table, "guards of plans", Wording("gardes des plans", "guards of plans")),
)


@contextmanager
def counting(coverage: RuleCoverage | None = None) -> Iterator[RuleCoverage]:
    """Count every decision of the block: by an edition, by its tables, by the guards; those they rest on included.

    A table's look-up that was taken out of it before the block (`decide = table.decide`) is not counted, nor is a
    decision that is refused. Blocks may be nested.

    Args:
        coverage: what to count in; a new one by default.
    """
    counted = RuleCoverage() if coverage is None else coverage
    swapped: tuple[tuple[type[Any], str, Callable[[Any], property]], ...] = (
        (DecisionTable, "look_up", lambda plain: _counted(plain, lambda cell: cell, counted)),
        (DecisionTable, "decide", lambda plain: _counted(plain, lambda decision: decision.cell, counted)),
        (Policy, "tables", _owned),
        # An edition keeps the look-ups of these two; they are asked for anew.
        (Policy, "_eligibility", lambda _: property(lambda policy: policy.tables["eligibility"].look_up)),
        (Policy, "_complexity", lambda _: property(lambda policy: policy.tables["complexity"].look_up)),
    )
    plain = [(cls, name, vars(cls)[name]) for cls, name, _ in swapped]
    try:
        for cls, name, swap in swapped:
            setattr(cls, name, swap(vars(cls)[name]))
        yield counted
    finally:
        for cls, name, original in plain:
            setattr(cls, name, original)


@contextmanager
def uncounted() -> Iterator[None]:
    """Let a block decide without being counted: what looks at the rules themselves says nothing of an application.

    The conformance cases do so.
    """
    token = _UNCOUNTED.set(True)
    try:
        yield
    finally:
        _UNCOUNTED.reset(token)


def _counted(plain: Any, cell_of: Callable[[Any], Cell[Any]], coverage: RuleCoverage) -> property:
    def get(table: DecisionTable[Any]) -> Callable[[Any], Any]:
        ask = plain.__get__(table, DecisionTable)

        def counted(facts: Any) -> Any:
            given: Cell[Any] | Decision[Any] = ask(facts)
            if not _UNCOUNTED.get():
                _record(cell_of(given), coverage)
            return given

        return counted

    return property(get)


def _record(cell: Cell[Any], coverage: RuleCoverage) -> None:
    owner = _owner(cell.table)
    if owner is not None:
        coverage.record(owner, cell)
    for source in cell.requires.values():
        _record(source, coverage)


def _owned(plain: Any) -> property:
    """The tables of an edition, each knowing whose it is: copies, since editions that are alike in one share it."""

    def get(policy: Policy) -> Any:
        known: dict[str, Any] = policy.__dict__
        if _TABLES not in known:
            shared = plain.__get__(policy, Policy)
            tables = dict(zip(shared, deepcopy(tuple(shared.values())), strict=True))
            label = Wording(f"édition {policy.edition}", f"edition {policy.edition}")
            key = f"edition {policy.edition} {policy.parameters!r} {policy.edits!r}"
            owner = Owner(key, label, tables.values)
            for table in tables.values():
                table.__dict__[_OWNER] = owner
            known[_TABLES] = MappingProxyType(tables)
        return known[_TABLES]

    return property(get)


def _owner(table: DecisionTable[Any]) -> Owner | None:
    """Whose a table is; None where it is neither an edition's nor guards."""
    known = vars(table)
    if _OWNER not in known:
        known[_OWNER] = next(_guarding(table), None)
    owner: Owner | None = known[_OWNER]
    return owner


def _guarding(table: DecisionTable[Any]) -> Iterator[Owner]:
    for verbs, table_of, key, label in _GUARDS:
        for verb in verbs:
            if table.name == f"may_{verb.value}" and table_of(verb) is table:
                yield Owner(key, label, _all(verbs, table_of))


def _all(verbs: Iterable[Any], table_of: Callable[[Any], DecisionTable[Any]]) -> Callable[[], list[DecisionTable[Any]]]:
    return lambda: [table_of(verb) for verb in verbs]
