"""The boundary cases of an edition or of a table: both sides of each threshold, and one for each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

from reclamation_core.errors import MissingExtraError
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import Policy
from reclamation_core.tables import Decision, DecisionTable, HitPolicy, Row
from reclamation_core.tables.cells import Atom, Cut, numbers
from reclamation_core.tables.domains import Line, middle
from reclamation_core.tables.facts import read_facts
from reclamation_core.tables.proof import witness
from reclamation_core.testing._arguments import expect
from reclamation_core.testing.builders import a_complaint, a_malfunction
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

__all__ = ["BoundaryCase", "boundary_cases"]


_STEP: Final = Decimal("0.01")
"""How near to a threshold a decimal number is."""


@attrs.frozen(eq=False)
class Pick:
    """Base facts of a table, and what they show.

    Args:
        decision: what the table says of them.
        shows: what they are picked for, in words.
        row: the row that they are picked for; None of a threshold.
    """

    decision: Decision[Any]
    shows: Wording
    row: Row | None = None

    @property
    def facts(self) -> Mapping[str, Any]:
        """The base facts."""
        facts: Mapping[str, Any] = self.decision.facts
        return facts


def decided(table: DecisionTable[Any], facts: Any) -> Decision[Any]:
    """What a table says of facts, read from its cells: not a look-up that would count as a rule exercised."""
    return Decision(table.cell(read_facts(facts, table.chain)), facts)


def for_rows(table: DecisionTable[Any]) -> Iterator[Pick]:
    """For each row, in the table's order, facts that it decides; none for a row that never decides."""
    for row in table.rows:
        facts = table.witness_for(row.id)
        facts = _deciding(table, row) if facts is None else facts
        if facts is not None:
            yield Pick(decided(table, facts), Wording(f"ligne {row.id}", f"row {row.id}"), row)


def _deciding(table: DecisionTable[Any], row: Row) -> Mapping[str, Any] | None:
    """Facts that a row decides together with others; of a row that is always overridden there are none."""
    place = table.rows.index(row)
    cells = table.cells.rows[place] & table.reachable
    if not table.hit_policy.adds_up:
        cells &= table.cells.outcomes.get(row.then, 0)
    if table.hit_policy is HitPolicy.FIRST:
        cells &= ~reduce(or_, table.cells.rows[:place], 0)
    return witness(table, cells) if cells else None


def at_thresholds(table: DecisionTable[Any]) -> Iterator[Pick]:
    """For each threshold at which the outcome, or the rows that give it, may change: facts just below it and above."""
    for place, input_ in enumerate(table.inputs):
        if isinstance(input_.domain, Line):
            atoms = [code for code, atom in enumerate(table.cells.atoms[place]) if atom.sample is not ABSENT]
            for lower, upper in pairwise(atoms):
                yield from _sides(table, place, input_.domain, (lower, upper))


def _sides(table: DecisionTable[Any], place: int, domain: Line, codes: tuple[int, int]) -> Iterator[Pick]:
    cells, input_ = table.cells, table.inputs[place]
    below, above = (cells.atoms[place][code] for code in codes)
    apart = (codes[1] - codes[0]) * cells.strides[place]
    turning = _turning(table, cells.masks[place][codes[0]], apart)
    if not turning:
        return
    number = next(numbers(turning))
    near, far = (dict(witness(table, 1 << cell)) for cell in (number, number + apart))
    at = above.sample
    if input_.source is None:
        at, after = cast(Cut, above.low)
        lower, upper = _around(domain, at, after, below, above)
        near, far = {**near, input_.name: lower}, {**near, input_.name: upper}
    fr, en = domain.label(at, "fr"), domain.label(at, "en")
    below_it = Wording(f"{input_.label.fr} juste en dessous de {fr}", f"{input_.name} just below {en}")
    from_it = Wording(f"{input_.label.fr} à partir de {fr}", f"{input_.name} from {en} on")
    yield Pick(decided(table, near), below_it)
    yield Pick(decided(table, far), from_it)


def _turning(table: DecisionTable[Any], below: int, apart: int) -> int:
    """The cells below a threshold beyond which, other things being equal, the outcome or else a row is another one."""
    start = below & table.reachable & table.reachable >> apart

    def changing(sets: Iterable[int]) -> int:
        changed = 0
        for where in sets:
            changed |= (where ^ where >> apart) & start
        return changed

    return changing(table.cells.outcomes.values()) or changing(table.cells.rows)


def _around(domain: Line, at: Any, after: bool, below: Atom, above: Atom) -> tuple[Any, Any]:
    """The value below a threshold and the one above it: neighbours; of decimal numbers, the threshold and one near."""
    if domain.discrete:
        return domain.beneath(at), at
    if after:
        end = domain.most if above.high is None else above.high[0]
        return at, at + _STEP if above.holds(at + _STEP) else middle(at, end)
    end = domain.least if below.low is None else below.low[0]
    return at - _STEP if below.holds(at - _STEP) else middle(end, at), at


@attrs.frozen(eq=False, kw_only=True)
class BoundaryCase:
    """Facts at a boundary, and what a table says of them.

    Attributes:
        table: the table.
        facts: a complaint or a malfunction, complete but for its risks unless these are the matter; of a table that is
            no edition's, the facts as a mapping.
        outcome: the outcome expected.
        rows: the rows that give it.
        shows: what the facts are picked for, in words.
    """

    table: DecisionTable[Any]
    facts: Any
    outcome: Any
    rows: tuple[Row, ...]
    shows: Wording

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of these rows, each once."""
        return tuple(dict.fromkeys(row.clause for row in self.rows if row.clause is not None))

    def __str__(self) -> str:
        return f"{self.table.name}: {self.shows.en} gives {self.outcome}"


def boundary_cases(subject: Policy | DecisionTable[Any], *tables: str) -> list[ParameterSet]:
    """The boundary cases of an edition, or of one table: both sides of each threshold, and one for each row.

    They are for holding what is built around the procedure to it: a form that must let every case through, an
    interface that must carry every fact, a report that must name the rows. The outcome expected is the table's own, so
    they say nothing of the table; that is for the properties and the conformance cases. Nothing is counted as exercised
    by making them.

    Args:
        subject: the edition, or a table.
        tables: of an edition, the names of the tables; all by default.

    Returns:
        What `pytest.mark.parametrize` takes: one `BoundaryCase` each, under an id in words.

    Raises:
        TypeError: the subject is neither an edition nor a table.
        LookupError: the edition has no table of that name.
        MissingExtraError: pytest is not installed.

    >>> from reclamation_core.policy import m2_1
    >>> for case in boundary_cases(m2_1(), "eligibility")[:2]:
    ...     print(case.id)
    eligibility: satisfaction just below 6 gives complaint
    eligibility: satisfaction from 6 on gives out_of_scope
    """
    expect("subject", subject, Policy, DecisionTable)
    try:
        import pytest
    except ModuleNotFoundError:
        raise MissingExtraError("pytest", "testing") from None
    cases: Iterable[BoundaryCase] = _of_edition(subject, tables) if isinstance(subject, Policy) else _of_table(subject)
    return [pytest.param(case, id=str(case)) for case in cases]


def _of_edition(policy: Policy, names: tuple[str, ...]) -> Iterator[BoundaryCase]:
    for name in names or tuple(policy.tables):
        if name not in policy.tables:
            raise LookupError(f"tables: {name!r} is no table of the edition, which has {', '.join(policy.tables)}")
        table = policy.tables[name]
        for pick in picks(table):
            yield _case(table, pick, as_facts(pick.facts))


def _of_table(table: DecisionTable[Any]) -> Iterator[BoundaryCase]:
    for pick in picks(table):
        yield _case(table, pick, pick.facts)


def picks(table: DecisionTable[Any]) -> Iterator[Pick]:
    """What is picked of a table: its thresholds, then its rows."""
    yield from at_thresholds(table)
    yield from for_rows(table)


def as_facts(base: Mapping[str, Any]) -> Any:
    """A complaint with these base facts, or a malfunction where they have no client; the rest as builders have it."""
    given = {name: _kept(name, value) for name, value in base.items()}
    if given.get("client_scope") is ABSENT:
        del given["client_scope"]
        return a_malfunction(**given)
    return a_complaint(**given)


def _kept(name: str, value: Any) -> Any:
    """What is absent of a likelihood is what nobody has judged yet."""
    return UNKNOWN if value is ABSENT and name == "likelihood" else value


def _case(table: DecisionTable[Any], pick: Pick, facts: Any) -> BoundaryCase:
    decision = decided(table, facts)
    return BoundaryCase(table=table, facts=facts, outcome=decision.outcome, rows=decision.deciding, shows=pick.shows)
