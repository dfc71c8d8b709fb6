"""The columns that `decide` adds, and the values of their codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Any, Final

import attrs

from reclamation_core.frames.plan import DecisionState, Group, LookUpPlan
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.cells import numbers
from reclamation_core.tables.domains import Enumeration
from reclamation_core.tables.model import CompiledTable
from reclamation_core.vocabulary import Eligibility, Level

DECISIONS: Final = ("eligibility", "level", "criticality", "band", "complexity")
"""The tables whose outcomes are columns, in order."""

LEVEL: Final = "level"
"""The table whose outcome a message out of scope does not have."""

COLUMNS: Final = (
    *(name for decision in DECISIONS for name in (decision, f"{decision}_rows")),
    "undetermined",
    "due_date",
)
"""The columns that `decide` adds, in order; the optional `invalid` follows them."""


LEVEL_SETS: Final = tuple(
    " ".join(level for place, level in enumerate(Level) if bits >> place & 1) for bits in range(1 << len(Level))
)
"""The codes of the levels of each set of levels, by the sum of their powers of two, in order with a space between."""


class ClockState(IntEnum):
    """Whether a complaint must be answered: not if it is out of scope; unknown if a value is invalid."""

    STOPPED = 0
    RUNNING = 1
    IMPOSSIBLE = 2


@attrs.frozen(eq=False)
class Look(SharedRepr):
    """A column to look up by a group's state.

    Args:
        values: what may be found, in order.
        places: for each state, the place of what is found in `values`; None for nothing.
        text: whether the values are codes, and not numbers.
    """

    values: tuple[Any, ...]
    places: tuple[int | None, ...]
    text: bool = True


@attrs.frozen(eq=False)
class Looks(SharedRepr):
    """The look-up tables of one group: the state by key, and everything else by state, for keys are many, states few.

    Args:
        states: for each key, the number of its state.
        columns: the columns of its decisions.
        passed: for a group that others depend on, its code for them, by state; else empty.
        undetermined: the decisions that are not determined, as a sum of powers of two, by state.
        clock: for the eligibility, whether an answer is due, by state.
        levels: for the level, the levels still possible, by state, as a sum of powers of two; 0 if a value is invalid.
    """

    states: tuple[int, ...]
    columns: Mapping[str, Look]
    passed: tuple[int, ...]
    undetermined: tuple[int, ...]
    clock: tuple[ClockState, ...]
    levels: tuple[int, ...] = ()


def looks(
    plan: LookUpPlan, codes: Mapping[str, Sequence[int]], decisions: Sequence[str], own: Sequence[str] = ()
) -> dict[str, Looks]:
    """Return the look-up tables by group.

    Args:
        plan: the plan.
        codes: for each fact, the set of classes of each code.
        decisions: the decisions that have columns.
        own: the tables of the edition that have columns; they are not among the `undetermined` decisions.
    """
    frozen = tuple((name, tuple(of_fact)) for name, of_fact in codes.items())
    return _looks(plan, frozen, tuple(decisions), tuple(own))


@lru_cache(maxsize=16)
def _looks(
    plan: LookUpPlan, codes: tuple[tuple[str, tuple[int, ...]], ...], decisions: tuple[str, ...], own: tuple[str, ...]
) -> dict[str, Looks]:
    of_fact = dict(codes)
    asked = {axis.name for group in plan.groups for axis in group.axes}
    return {
        group.name: _of_group(group, group.choices(of_fact), (decisions, own), passes=group.name in asked)
        for group in plan.groups
    }


def _of_group(
    group: Group, choices: Sequence[Sequence[int]], shown: tuple[tuple[str, ...], tuple[str, ...]], *, passes: bool
) -> Looks:
    """Lay out one group.

    A key leads to one set of cells for each table of the group, and to the set of codes for the next group, if any.
    """
    decisions, own = shown
    singles = [*(of_table.singles for of_table in group.leaves), *([group.passed] if passes else [])]
    by_key = list(zip(*(single.widened(choices) for single in singles), strict=True))
    different = dict.fromkeys(by_key)
    state_of = [
        {found: of_table.state(found) for found in {sets[place] for sets in different}}
        for place, of_table in enumerate(group.leaves)
    ]

    def is_open(sets: Sequence[int]) -> bool:
        """Return True if a decision has no outcome; such states come last, so that nulls are together."""
        return any(states[found].outcome is None for states, found in zip(state_of, sets, strict=False))

    number_of = {found: number for number, found in enumerate(sorted(different, key=is_open))}
    by_state = tuple(zip(*number_of, strict=True))
    columns: dict[str, Look] = {}
    undetermined = [0] * len(number_of)
    clock: tuple[ClockState, ...] = ()
    levels: tuple[int, ...] = ()
    for of_table, known, found in zip(group.leaves, state_of, by_state, strict=False):
        states = tuple(known[one] for one in found)
        name = of_table.table.name
        if name in decisions or name in own:
            columns[name] = _outcomes(of_table.table, states)
            columns[f"{name}_rows"] = _rows(states)
        if name in decisions:
            bit = 1 << decisions.index(name)
            undetermined = [bits + bit * state.undetermined for bits, state in zip(undetermined, states, strict=True)]
        if name == "eligibility":
            clock = tuple(map(_clock, states))
        if name == LEVEL:
            levels = tuple(_level_set(of_table.table, state) for state in states)
    place_of = {possible: place for place, possible in enumerate(group.sets)} if passes else {}
    passed = tuple(place_of[possible] for possible in by_state[-1]) if passes else ()
    return Looks(tuple(number_of[found] for found in by_key), columns, passed, tuple(undetermined), clock, levels)


def _clock(eligibility: DecisionState) -> ClockState:
    if eligibility.possible:
        return ClockState.STOPPED if eligibility.outcome == Eligibility.OUT_OF_SCOPE else ClockState.RUNNING
    return ClockState.IMPOSSIBLE


def _level_set(table: CompiledTable[Any], state: DecisionState) -> int:
    levels = list(Level)
    return sum(1 << levels.index(table.outcomes[place]) for place in numbers(state.possible))


def _outcomes(table: CompiledTable[Any], states: Sequence[DecisionState]) -> Look:
    text = isinstance(table.output, Enumeration)
    values = tuple(map(str, table.output.values)) if isinstance(table.output, Enumeration) else table.outcomes
    place_of = {value: place for place, value in enumerate(values)}
    return Look(values, tuple(None if state.outcome is None else place_of[state.outcome] for state in states), text)


def _rows(states: Sequence[DecisionState]) -> Look:
    place_of: dict[str, int] = {}
    places = tuple(
        None if state.outcome is None else place_of.setdefault(" ".join(state.rows), len(place_of)) for state in states
    )
    return Look(tuple(place_of), places)


@lru_cache(maxsize=8)
def undetermined_names(decisions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values of the column `undetermined`, by the sum of the decisions' powers of two."""
    return tuple(
        " ".join(name for place, name in enumerate(decisions) if bits >> place & 1)
        for bits in range(1 << len(decisions))
    )
