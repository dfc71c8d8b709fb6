"""Whether an outcome depends on one base fact, the tables between the two being gone through twice at once.

What a fact leaves possible for each of its values cannot tell: where two unknown facts must agree, each value of the
first leaves every outcome possible, and yet it matters. So two worlds that differ in that fact alone are followed
through the chain together, and what counts is whether they can end with different outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, TypeAlias

from reclamation_core.tables.cells import numbers
from reclamation_core.tables.chain import Chain, Known, Step

if TYPE_CHECKING:
    from reclamation_core.tables.table import DecisionTable

Both: TypeAlias = dict[str, tuple[Any, Any]]
"""For the shared facts and the outcomes that later tables need, their value in the one world and in the other."""


def depends(table: DecisionTable[Any], known: Known, place: int) -> bool:
    """Whether two completions of what is known that differ in one base fact alone have different outcomes."""
    # Where two values of the fact lead apart, two neighbours between them do.
    return any(
        _part(table.chain, _with(known, place, first), _with(known, place, second))
        for first, second in pairwise(numbers(known[place]))
    )


def _with(known: Known, place: int, code: int) -> Known:
    return (*known[:place], 1 << code, *known[place + 1 :])


def _part(chain: Chain, here: Known, there: Known) -> bool:
    states: list[Both] = [{}]
    for step in chain.steps[:-1]:
        found = {
            tuple(sorted((name, pair) for name, pair in state.items() if name not in step.forgotten)): None
            for before in _introduce(chain, step, states, here, there)
            for state in _through(chain, step, before, here, there)
        }
        states = [dict(items) for items in found]
    last = chain.steps[-1]
    return any(
        first != second
        for state in _introduce(chain, last, states, here, there)
        for first, second in _outcomes(chain, last.table, state, here, there)
    )


def _introduce(chain: Chain, step: Step, states: list[Both], here: Known, there: Known) -> Iterator[Both]:
    names = [chain.base[place].name for place in step.introduced]
    choices = [zip(numbers(here[place]), numbers(there[place]), strict=True) for place in step.introduced]
    for pairs in product(*choices):
        for state in states:
            yield {**state, **dict(zip(names, pairs, strict=True))}


def _through(chain: Chain, step: Step, state: Both, here: Known, there: Known) -> Iterator[Both]:
    for outcomes in _outcomes(chain, step.table, state, here, there):
        yield {**state, step.table.name: outcomes}


def _outcomes(
    chain: Chain, table: DecisionTable[Any], state: Both, here: Known, there: Known
) -> Iterator[tuple[Any, Any]]:
    """The outcomes that a table can have in the two worlds at once."""
    one = chain.choices(table, {name: pair[0] for name, pair in state.items()}, here)
    other = chain.choices(table, {name: pair[1] for name, pair in state.items()}, there)
    # An input is known in both worlds or the same set in both: a cell and its counterpart are always as far apart.
    apart = sum(
        (theirs.bit_length() - mine.bit_length()) * stride
        for mine, theirs, stride in zip(one, other, table.cells.strides, strict=True)
    )
    here_cells, there_cells = table.cells.allowed(enumerate(one)), table.cells.allowed(enumerate(other))
    for first, mine in table.cells.outcomes.items():
        for second, theirs in table.cells.outcomes.items():
            counterparts = there_cells & theirs
            if here_cells & mine & (counterparts >> apart if apart > 0 else counterparts << -apart):
                yield first, second
