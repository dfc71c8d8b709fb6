"""The simplest value of each strategy, towards which it shrinks, approved whole."""

import re
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from _reclamation_core_hypothesis import strategies_by_type
from reclamation_core.cases import Admissibility, Case, CaseKind, CaseState
from reclamation_core.plans import Pgaac
from reclamation_core.policy import m2_1
from reclamation_core.tables import DecisionTable
from reclamation_core.testing import strategies as s
from reclamation_core.testing._code import code_of
from reclamation_core.testing.strategies import calendar, command, invalid, plan, table
from reclamation_core.vocabulary import Sites
from tests.approvals import approved

OPTIONS: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
    **{
        f"{kind} until {state}": partial(s.command_sequences, state=state, kind=kind)
        for state, kind in product([None, *CaseState], CaseKind)
        if (state, kind) != (CaseState.ANSWERED, CaseKind.MALFUNCTION)
    },
    **{
        f"facts {one}": partial(s.complaint_facts, admissibility=one)
        for one in [*Admissibility][:3]
    },
    **{f"invalid {cls.__name__}": partial(s.invalid_arguments, of=cls) for cls in invalid.INVALID},
    **{f"texts {option}": partial(s.texts, **{option: True}) for option in ("emoji", "long", "hostile")},
    "instants in Paris": lambda: s.instants(zone="Europe/Paris"),
    "rules by level": lambda: s.deadline_rules(by_level=True),
    "high notes": lambda: s.notes(low=False),
    "day types": calendar.countable_day_types,
    "invalid texts": s.invalid_texts,
    "steps": lambda: command.command_steps(data=st.just("data")),
    "busy plans": plan.busy_pgaacs,
    "inputs": table.table_inputs,
    "chained tables": s.chained_tables,
    "unsound tables": lambda: s.decision_tables(sound=False),
    "facts of a table": lambda: s.table_facts(m2_1().tables["level"], unknown=True),
}  # fmt: skip


def shown(value: Any) -> str:
    if isinstance(value, Case | Pgaac):
        return f"{type(value).__name__} {[event.data.event_type.name for event in value.events]}"
    if isinstance(value, DecisionTable):
        return f"DecisionTable {[value.hit_policy.value, value.inputs, value.rows]}"
    return re.sub(r"digest='\w+'", "digest=...", " ".join(code_of(value, {}).split()))  # salts are random


def test_the_simplest_value_of_each_strategy() -> None:
    """A list of sites apart: Hypothesis draws unique values by chance."""
    every: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
        cls.__name__: partial(st.from_type, cls) for cls in strategies_by_type() if cls is not Sites
    }
    approved("simplest.txt", (f"{name}: {shown(simplest(one()))}" for name, one in (every | OPTIONS).items()))


def simplest(strategy: st.SearchStrategy[Any]) -> Any:
    """Return the first example, of which each choice is the simplest."""
    return find(strategy, lambda _: True, settings=settings(database=None, phases=[Phase.generate], deadline=None))
