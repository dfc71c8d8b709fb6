"""The values of one input, grouped by what conditions can tell apart.

A class of values is an `Atom`: one member of an enumeration, one boolean, the absence of a value, or one interval
between two thresholds. All values of an atom meet the same conditions, so one of them stands for all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from reclamation_core.missing import ABSENT
from reclamation_core.tables.conditions import Condition, Operator
from reclamation_core.tables.domains import Domain, Enumeration, Line
from reclamation_core.tables.exact import middle

if TYPE_CHECKING:
    from reclamation_core.tables.model import Input, Row

Cut: TypeAlias = tuple[Any, bool]
"""A place on a line: just before a value (False) or just after it (True)."""


@attrs.frozen
class Atom:
    """One class of values; `sample` is one of them. An interval has its ends, None for no end."""

    sample: Any
    interval: bool = False
    low: Cut | None = None
    high: Cut | None = None

    def holds(self, value: Any) -> bool:
        """Whether a value of the domain, or `ABSENT`, is in this class."""
        if value is ABSENT or self.sample is ABSENT:
            return value is self.sample
        if not self.interval:
            return bool(value == self.sample)
        return _after(value, self.low) and _before(value, self.high)


def _after(value: Any, cut: Cut | None) -> bool:
    return cut is None or bool(value > cut[0] or (value == cut[0] and not cut[1]))


def _before(value: Any, cut: Cut | None) -> bool:
    return cut is None or bool(value < cut[0] or (value == cut[0] and cut[1]))


def partition(domain: Domain, absent: bool, conditions: Iterable[Condition]) -> tuple[Atom, ...]:
    """The atoms of a domain under these conditions, in the domain's order, the absence last."""
    if isinstance(domain, Enumeration):
        atoms = [Atom(value) for value in domain.values]
    elif isinstance(domain, Line):
        atoms = _intervals(domain, conditions)
    else:
        atoms = [Atom(False), Atom(True)]
    return (*atoms, Atom(ABSENT)) if absent else tuple(atoms)


def own_atoms(input_: Input, rows: Iterable[Row]) -> tuple[Atom, ...]:
    """The atoms of a table's input: of a fact, what the rows tell apart; of another table's outcome, what it gives."""
    if input_.source is not None:
        return tuple(Atom(outcome) for outcome in sorted(input_.source.outcomes, key=input_.domain.rank))
    return partition(input_.domain, input_.absent, [row.when[input_.name] for row in rows if input_.name in row.when])


def set_of(atoms: tuple[Atom, ...], value: Any) -> int:
    """The set of the one atom that a value, or `ABSENT`, is in; raises LookupError where it is in none."""
    if atoms[0].interval and value is not ABSENT:
        end = len(atoms) - (atoms[-1].sample is ABSENT)
        code = bisect_right(atoms, (value, False), 1, end, key=lambda atom: atom.low or (value, False)) - 1
        candidates = [(code, atoms[code])]
    else:
        candidates = list(enumerate(atoms))
    for code, atom in candidates:
        if atom.holds(value):
            return 1 << code
    raise LookupError(f"{value!r} is in none of the classes of this input")


def _intervals(domain: Line, conditions: Iterable[Condition]) -> list[Atom]:
    least, most = (domain.least, False), _cut(domain, domain.most, True)
    cuts = {cut for condition in conditions for cut in _cuts(domain, condition)}
    inside = sorted(cut for cut in cuts if least < cut < most)
    ends = [None if domain.minimum is None else least, *inside, None if domain.maximum is None else most]
    return [Atom(_sample(domain, low, high), True, low, high) for low, high in pairwise(ends)]


def _cut(domain: Line, value: Any, after: bool) -> Cut:
    next_one = after and domain.discrete and value < domain.highest
    return (domain.above(value), False) if next_one else (value, after)


def _cuts(domain: Line, condition: Condition) -> list[Cut]:
    values = [value for value in condition.values if value is not ABSENT]
    if condition.included is not None:
        from_low, to_high = condition.included
        return [_cut(domain, values[0], not from_low), _cut(domain, values[1], to_high)]
    match condition.operator:
        case Operator.BELOW | Operator.AT_LEAST:
            return [_cut(domain, values[0], False)]
        case Operator.AT_MOST | Operator.ABOVE:
            return [_cut(domain, values[0], True)]
    return [cut for value in values for cut in _cuts_of_item(domain, value)]


def _cuts_of_item(domain: Line, item: Any) -> list[Cut]:
    if isinstance(item, Condition):
        return _cuts(domain, item)
    return [_cut(domain, item, False), _cut(domain, item, True)]


def _sample(domain: Line, low: Cut | None, high: Cut | None) -> Any:
    """A plain value of the interval, close to the threshold that bounds it where there is one."""
    near_low = [] if low is None else [low[0], domain.above(low[0])]
    near_high = [] if high is None else [high[0], domain.beneath(high[0])]
    only_high = low is None or low == (domain.minimum, False)
    candidates = [*near_high, *near_low] if only_high else [*near_low, *near_high]
    for value in candidates:
        if _after(value, low) and _before(value, high):
            return value
    return domain.origin if low is None or high is None else middle(low[0], high[0])
