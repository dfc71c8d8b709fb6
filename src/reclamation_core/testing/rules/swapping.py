"""Counting look-ups in the place of the compiled ones: what decides in production knows nothing of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from types import MappingProxyType
from typing import Any, Final

from reclamation_core.cases.codes import CommandType
from reclamation_core.cases.guards import guard_table
from reclamation_core.frames import deciding
from reclamation_core.plans.codes import PlanCommandType
from reclamation_core.plans.guards import plan_guard_table
from reclamation_core.policy import Policy
from reclamation_core.tables import Cell, Decision, DecisionTable
from reclamation_core.testing.rules.coverage import Owner, RuleCoverage
from reclamation_core.wording import Wording

_OWNER: Final = "_owner_of_its_rules"
"""Where a table keeps whose it is while it is counted: beside what it works out about itself."""

_TABLES: Final = "_tables_that_are_counted"
"""Where an edition keeps its copies of the tables, likewise."""

_UNCOUNTED: Final = ContextVar("uncounted", default=False)
_WRITTEN: Final = ContextVar("written", default=False)
"""Whether an edition is being written, which needs its tables as they are: its copies are not made yet."""

_GUARDS: Final = (
    (CommandType, guard_table, "guards of cases", Wording("gardes des dossiers", "guards of cases")),
    (PlanCommandType, plan_guard_table, "guards of plans", Wording("gardes des plans", "guards of plans")),
)


@contextmanager
def counting(coverage: RuleCoverage | None = None) -> Iterator[RuleCoverage]:
    """Count every decision of the block: by an edition, by its tables, by the guards; those they rest on included.

    What whole columns decide (`frames.decide`) is noted and not counted: their rows are read off the cells at once.
    A table's look-up that was taken out of it before the block (`decide = table.decide`) is not counted, nor is a
    decision that is refused. Blocks may be nested.

    Args:
        coverage: what to count in; a new one by default.
    """
    counted = RuleCoverage() if coverage is None else coverage
    swapped: tuple[tuple[Any, str, Callable[[Any], Any]], ...] = (
        (deciding, "_answered", lambda plain: _noting(plain, counted)),
        (DecisionTable, "look_up", lambda plain: _counted(plain, lambda cell: cell, counted)),
        (DecisionTable, "decide", lambda plain: _counted(plain, lambda decision: decision.cell, counted)),
        (Policy, "tables", _owned),
        # An edition keeps the look-ups of these two; they are asked for anew.
        (Policy, "_eligibility", lambda _: property(lambda policy: policy.tables["eligibility"].look_up)),
        (Policy, "_complexity", lambda _: property(lambda policy: policy.tables["complexity"].look_up)),
    )
    plain = [(where, name, vars(where)[name]) for where, name, _ in swapped]
    try:
        for where, name, swap in swapped:
            setattr(where, name, swap(vars(where)[name]))
        yield counted
    finally:
        for where, name, original in plain:
            setattr(where, name, original)


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


def _noting(plain: Callable[..., Any], coverage: RuleCoverage) -> Callable[..., Any]:
    def noted(*given: Any) -> Any:
        if not _UNCOUNTED.get():
            coverage.record_frame()
        return plain(*given)

    return noted


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
        if _WRITTEN.get():
            return plain.__get__(policy, Policy)
        if _TABLES not in known:
            shared = plain.__get__(policy, Policy)
            tables = dict(zip(shared, deepcopy(tuple(shared.values())), strict=True))
            label = Wording(f"édition {policy.edition}", f"edition {policy.edition}")
            owner = Owner(f"edition {policy.edition} {_mark(policy)}", label, tables.values)
            for table in tables.values():
                table.__dict__[_OWNER] = owner
            known[_TABLES] = MappingProxyType(tables)
        return known[_TABLES]

    return property(get)


def _mark(policy: Policy) -> str:
    """What tells an edition from others of its name, in every process: of the edition as it is written."""
    token = _WRITTEN.set(True)
    try:
        return hashlib.sha256(policy.to_json().encode()).hexdigest()[:16]
    finally:
        _WRITTEN.reset(token)


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
