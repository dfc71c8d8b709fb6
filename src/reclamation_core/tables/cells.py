"""Partition of the inputs into atoms, and compilation of the rows of a table to cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from math import prod
from typing import Any, TypeAlias

import attrs

from reclamation_core.missing import ABSENT
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.conditions import Condition, Operator
from reclamation_core.tables.domains import Domain, Enumeration, Line, middle, plus
from reclamation_core.tables.rules import HitPolicy, Row
from reclamation_core.wording import Wording

Cut: TypeAlias = tuple[Any, bool]
"""A place on a line: just before a value (False) or just after it (True)."""


@attrs.frozen
class Atom(SharedRepr):
    """One class of values; `sample` is one of them. An interval has its ends, None for no end."""

    sample: Any
    interval: bool = False
    low: Cut | None = None
    high: Cut | None = None

    def holds(self, value: object) -> bool:
        """Whether a value of the domain, or `ABSENT`, is in this class."""
        if value is ABSENT or self.sample is ABSENT:
            return value is self.sample
        if not self.interval:
            return bool(value == self.sample)
        return _after(value, self.low) and _before(value, self.high)


def _after(value: object, cut: Cut | None) -> bool:
    return cut is None or bool(value > cut[0] or (value == cut[0] and not cut[1]))


def _before(value: object, cut: Cut | None) -> bool:
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


def set_of(atoms: tuple[Atom, ...], value: object) -> int:
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


def sets_of(atoms: tuple[Atom, ...]) -> Callable[[Any], int]:
    """Return `set_of` for many values of the same atoms: their samples, such as codes, are looked up."""
    codes = {atom.sample: 1 << code for code, atom in enumerate(atoms)}
    return lambda value: codes.get(value) or set_of(atoms, value)


def _intervals(domain: Line, conditions: Iterable[Condition]) -> list[Atom]:
    least, most = (domain.least, False), _cut(domain, domain.most, True)
    cuts = {cut for condition in conditions for cut in _cuts(domain, condition)}
    inside = sorted(cut for cut in cuts if least < cut < most)
    ends = [None if domain.minimum is None else least, *inside, None if domain.maximum is None else most]
    return [Atom(_sample(domain, low, high), True, low, high) for low, high in pairwise(ends)]


def _cut(domain: Line, value: object, after: bool) -> Cut:
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


def _cuts_of_item(domain: Line, item: object) -> list[Cut]:
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


LARGEST = 1 << 22
"""The most cells a table may have; beyond it the sets of cells are slow to make."""
MOST_BITS = 1 << 29
"""How many bits the sets of cells of a table may have in all: 64 MB."""


class TooManySumsError(ValueError):
    """The outcomes of a table have too many different sums."""

    @property
    def wording(self) -> Wording:
        """How many, and what to do."""
        return Wording(
            f"leurs résultats ont plus de {self.args[0]} sommes ; indiquez moins de résultats différents",
            f"their outcomes have more than {self.args[0]} sums; give fewer different outcomes",
        )


@attrs.frozen(eq=False)
class Cells(SharedRepr):
    """The cells of one table.

    Attributes:
        atoms: for each input, its atoms.
        strides: for each input, how far apart two cells are that differ by one atom.
        masks: for each input and atom, the cells that have that atom.
        rows: for each row, the cells it fires in.
        outcomes: for each outcome given somewhere, the cells it is given in.
        everything: all the cells.
    """

    atoms: tuple[tuple[Atom, ...], ...]
    strides: tuple[int, ...]
    masks: tuple[tuple[int, ...], ...]
    rows: tuple[int, ...]
    outcomes: Mapping[Any, int]
    everything: int

    def allowed(self, choices: Iterable[tuple[int, int]]) -> int:
        """The cells left when inputs are limited to some atoms: pairs of an input's place and a set of atoms."""
        cells = self.everything
        for place, atoms in choices:
            masks = self.masks[place]
            if atoms != (1 << len(masks)) - 1:
                cells &= union(masks, atoms)
        return cells

    def atoms_left(self, place: int, cells: int) -> int:
        """The atoms of an input that occur in a set of cells."""
        return sum(1 << code for code, mask in enumerate(self.masks[place]) if mask & cells)

    def matters(self, place: int, within: int) -> bool:
        """Whether two cells of a set that differ in this input alone have different outcomes."""
        masks, stride = self.masks[place], self.strides[place]
        for first, second in combinations(range(len(masks)), 2):
            shift = (second - first) * stride
            pairs = masks[first] & within & (within & masks[second]) >> shift
            if any((where ^ where >> shift) & pairs for where in self.outcomes.values()):
                return True
        return False


def union(masks: Sequence[int], members: int) -> int:
    """The union of the masks whose places are in a set."""
    if members and not members & (members - 1):
        return masks[members.bit_length() - 1]  # one member, as where a fact is known
    total = 0
    for place, mask in enumerate(masks):
        if members >> place & 1:
            total |= mask
    return total


def numbers(cells: int) -> Iterator[int]:
    """The numbers of a set, ascending."""
    while cells:
        lowest = cells & -cells
        yield lowest.bit_length() - 1
        cells ^= lowest


def compile_cells(
    inputs: Sequence[str],
    atoms: tuple[tuple[Atom, ...], ...],
    rows: tuple[Row, ...],
    hit_policy: HitPolicy,
    order: Sequence[Any],
) -> Cells:
    """Compile a table.

    Args:
        inputs: the names of its inputs.
        atoms: for each input, its atoms.
        rows: its rows.
        hit_policy: its hit policy.
        order: the outcomes, the one that wins first; used by PRIORITY and the COLLECT policies.
    """
    sizes = [len(of_input) for of_input in atoms]
    total = prod(sizes)
    strides = tuple(prod(sizes[place + 1 :]) for place in range(len(sizes)))
    masks = tuple(_masks(size, stride, total) for size, stride in zip(sizes, strides, strict=True))
    everything = (1 << total) - 1
    codes = ({atom.sample: code for code, atom in enumerate(of_input)} for of_input in atoms)
    columns = tuple(zip(inputs, atoms, masks, codes, strict=True))
    row_cells = tuple(_row_cells(row, columns, everything) for row in rows)
    outcomes = outcomes_of(rows, row_cells, hit_policy, order, everything)
    return Cells(atoms, strides, masks, row_cells, {key: cells for key, cells in outcomes.items() if cells}, everything)


def _masks(size: int, stride: int, total: int) -> tuple[int, ...]:
    # A block of `stride` ones, repeated every `size * stride` bits: doubled until it is long enough.
    repeated, width, whole = (1 << stride) - 1, size * stride, (1 << total) - 1
    while width < total:
        repeated |= repeated << width
        width *= 2
    return tuple(repeated << code * stride & whole for code in range(size))


_Column: TypeAlias = tuple[str, tuple[Atom, ...], tuple[int, ...], Mapping[Any, int]]
"""The name of an input, its atoms, their masks, and the place of each atom by its sample."""


def _row_cells(row: Row, columns: Sequence[_Column], everything: int) -> int:
    cells = everything
    for name, atoms, masks, codes in columns:
        condition = row.when.get(name)
        if condition is not None:
            held = 0
            for code in _holding(condition, atoms, codes):
                held |= masks[code]
            cells &= held
    return cells


def _holding(condition: Condition, atoms: tuple[Atom, ...], codes: Mapping[Any, int]) -> list[int]:
    if condition.operator is Operator.IS_IN and not condition.compares:
        # Fast path: each value that a condition names is the sample of its own atom.
        return [codes[value] for value in condition.values if value in codes]
    return [code for code, atom in enumerate(atoms) if condition.holds(atom.sample)]


def outcomes_of(
    rows: tuple[Row, ...], row_cells: tuple[int, ...], hit_policy: HitPolicy, order: Sequence[Any], everything: int
) -> dict[Any, int]:
    """For each outcome the cells it is given in: none where no row fires, several where rows contradict each other."""
    if hit_policy is HitPolicy.COLLECT_COUNT:
        return _counts(row_cells, everything)
    if hit_policy is HitPolicy.COLLECT_SUM:
        return _sums(rows, row_cells, everything)
    outcomes: dict[Any, int] = {}
    taken = 0
    if hit_policy is HitPolicy.FIRST:
        for row, cells in zip(rows, row_cells, strict=True):
            outcomes[row.then] = outcomes.get(row.then, 0) | (cells & ~taken)
            taken |= cells
        return outcomes
    for row, cells in zip(rows, row_cells, strict=True):
        outcomes[row.then] = outcomes.get(row.then, 0) | cells
    if hit_policy in (HitPolicy.UNIQUE, HitPolicy.ANY):
        return outcomes
    for outcome in order:
        cells = outcomes.get(outcome, 0)
        outcomes[outcome] = cells & ~taken
        taken |= cells
    return outcomes


def _counts(row_cells: tuple[int, ...], everything: int) -> dict[Any, int]:
    counts = {0: everything}
    for cells in row_cells:
        stay = {count: having & ~cells for count, having in counts.items()}
        for count, having in counts.items():
            stay[count + 1] = stay.get(count + 1, 0) | (having & cells)
        counts = stay
    return counts


def _sums(rows: tuple[Row, ...], row_cells: tuple[int, ...], everything: int) -> dict[Any, int]:
    sums: dict[Any, int] = {}
    nothing = everything
    for row, cells in zip(rows, row_cells, strict=True):
        found: dict[Any, int] = {}
        for total, having in ((0, nothing), *sums.items()):
            with_row = having & cells
            if with_row:
                more = plus(total, row.then)
                found[more] = found.get(more, 0) | with_row
        for total, having in sums.items():
            without = having & ~cells
            if without:
                found[total] = found.get(total, 0) | without
        nothing &= ~cells
        sums = found
        if len(sums) * everything.bit_length() > MOST_BITS:
            raise TooManySumsError(len(sums))
    return sums
