"""A set of an input's atoms as a condition that a reader understands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from reclamation_core.missing import ABSENT
from reclamation_core.tables.cells import numbers
from reclamation_core.tables.conditions import (
    Condition,
    above,
    all_but,
    at_least,
    at_most,
    below,
    between,
    is_,
    is_in,
    is_not,
)
from reclamation_core.tables.domains import Line
from reclamation_core.tables.model import Input
from reclamation_core.tables.partition import Atom, Cut


def condition_of(input_: Input, atoms: tuple[Atom, ...], chosen: int) -> Condition:
    """The condition that the chosen atoms of an input meet, and no others; some are chosen, and not all."""
    if isinstance(input_.domain, Line):
        return is_in(*_ranges(input_.domain, atoms, chosen))
    values = [atoms[code].sample for code in numbers(chosen)]
    left = [atom.sample for code, atom in enumerate(atoms) if not chosen >> code & 1]
    if len(left) == 1 < len(values) and left[0] is not ABSENT and input_.source is None:
        return all_but(*left) if input_.absent else is_not(*left)
    return is_in(*values)


def without_gaps(input_: Input, atoms: tuple[Atom, ...], met: int, allowed: int) -> int:
    """The atoms that are met and, on a line, the allowed ones between them: one range is told sooner than two."""
    values = met & ~(1 << len(atoms) - 1) if atoms[-1].sample is ABSENT else met
    if not isinstance(input_.domain, Line) or not values:
        return met
    between_them = (1 << values.bit_length()) - (values & -values)
    return met | allowed & between_them


def _ranges(domain: Line, atoms: tuple[Atom, ...], chosen: int) -> Iterator[Any]:
    for first, last in _runs(numbers(chosen)):
        run = [atom for atom in atoms[first : last + 1] if atom.sample is not ABSENT]
        if run:
            yield _range(domain, run[0].low, run[-1].high)
        if atoms[last].sample is ABSENT:
            yield ABSENT


def _runs(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of consecutive codes."""
    found: list[tuple[int, int]] = []
    for code in codes:
        if found and code == found[-1][1] + 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    yield from found


def _range(domain: Line, low: Cut | None, high: Cut | None) -> Condition:
    """What lies between two cuts; the ends of the domain itself are not worth a word."""
    if high is not None and domain.discrete and not high[1]:
        high = (domain.beneath(high[0]), True)
    if low is not None and high is not None and low[0] == high[0]:
        return is_(low[0])
    from_start = low is None or low == (domain.minimum, False)
    to_end = high is None or high == (domain.maximum, True)
    match low, high:
        case (value, after), _ if to_end and not from_start:
            return above(value) if after else at_least(value)
        case _, (value, after) if from_start and not to_end:
            return at_most(value) if after else below(value)
        case (first, after_first), (last, after_last) if not from_start:
            return between(first, last, low_included=not after_first, high_included=after_last)
    return is_not(ABSENT)
