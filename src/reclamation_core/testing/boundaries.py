"""The boundary cases of an edition or of a table: both sides of each threshold, and a case for each row."""

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
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Decision, DecisionTable, HitPolicy, Row
from reclamation_core.tables.cells import Atom, Cut, numbers
from reclamation_core.tables.domains import Line, middle
from reclamation_core.tables.facts import read_facts
from reclamation_core.tables.proof import witness
from reclamation_core.testing._arguments import expect
from reclamation_core.testing.builders import a_complaint, a_malfunction
from reclamation_core.vocabulary.facts import is_own_key
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

__all__ = ["BoundaryCase", "boundary_cases"]


_STEP: Final = Decimal("0.01")
"""The distance of decimal numbers from a threshold."""


@attrs.frozen(eq=False)
class Pick(SharedRepr):
    """Base facts picked from a table.

    Args:
        decision: the table's decision on the facts.
        shows: the threshold or the row as a text.
        row: the row; None for a threshold.
    """

    decision: Decision[Any]
    shows: Wording
    row: Row | None = None

    @property
    def facts(self) -> Mapping[str, Any]:
        """The base facts."""
        facts: Mapping[str, Any] = self.decision.facts
        return facts


def decided(table: DecisionTable[Any], facts: object) -> Decision[Any]:
    """Return a table's decision on facts, read from its cells: the rule coverage counts look-ups alone."""
    return Decision(table.cell(read_facts(facts, table.chain)), facts)


def for_rows(table: DecisionTable[Any]) -> Iterator[Pick]:
    """Yield facts for each row that ever decides, in the table's order."""
    for row in table.rows:
        facts = table.witness_for(row.id)
        facts = _deciding(table, row) if facts is None else facts
        if facts is not None:
            yield Pick(decided(table, facts), Wording(f"ligne {row.id}", f"row {row.id}"), row)


def _deciding(table: DecisionTable[Any], row: Row) -> Mapping[str, Any] | None:
    """Return facts that a row decides together with others; None for a row that is always overridden."""
    place = table.rows.index(row)
    cells = table.cells.rows[place] & table.reachable
    if not table.hit_policy.adds_up:
        cells &= table.cells.outcomes.get(row.then, 0)
    if table.hit_policy is HitPolicy.FIRST:
        cells &= ~reduce(or_, table.cells.rows[:place], 0)
    return witness(table, cells) if cells else None


def at_thresholds(table: DecisionTable[Any]) -> Iterator[Pick]:
    """Yield facts just below and just above each threshold that may change the outcome, or its rows."""
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
    at, after = above.sample, False
    if input_.source is None:
        at, after = cast(Cut, above.low)
        lower, upper = _around(domain, at, after, below, above)
        near, far = {**near, input_.name: lower}, {**near, input_.name: upper}
    fr, en = domain.label(at, "fr"), domain.label(at, "en")
    name, label = input_.name, input_.label.fr
    sides = (
        (Wording(f"{label} juste inférieure à {fr}", f"{name} just below {en}"), near),
        (Wording(f"{label} de {fr}", f"{name} from {en} on"), far),
    )
    if after and not domain.discrete:  # a threshold after a number, which a condition has as its last value
        sides = (
            (Wording(f"{label} d'au plus {fr}", f"{name} up to {en}"), near),
            (Wording(f"{label} juste supérieure à {fr}", f"{name} just above {en}"), far),
        )
    yield from (Pick(decided(table, facts), shows) for shows, facts in sides)


def _turning(table: DecisionTable[Any], below: int, apart: int) -> int:
    """Return the cells below a threshold whose neighbours above it have another outcome, or else other rows."""
    start = below & table.reachable & table.reachable >> apart

    def changing(sets: Iterable[int]) -> int:
        changed = 0
        for where in sets:
            changed |= (where ^ where >> apart) & start
        return changed

    return changing(table.cells.outcomes.values()) or changing(table.cells.rows)


def _around(domain: Line, at: Any, after: bool, below: Atom, above: Atom) -> tuple[Any, Any]:
    """Return the values below and above a threshold: neighbours; for decimal numbers, the threshold and one near it."""
    if domain.discrete:
        return domain.beneath(at), at
    if after:
        end = domain.most if above.high is None else above.high[0]
        return at, at + _STEP if above.holds(at + _STEP) else middle(at, end)
    end = domain.least if below.low is None else below.low[0]
    return at - _STEP if below.holds(at - _STEP) else middle(end, at), at


@attrs.frozen(eq=False, kw_only=True)
class BoundaryCase(SharedRepr):
    """Facts at a boundary, with a table's decision.

    Attributes:
        table: the table.
        facts: a complaint or a malfunction, with risks if the table depends on them; for a table without an edition, a
            mapping.
        outcome: the expected outcome.
        rows: the rows that decide it.
        shows: the threshold or the row as a text.
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
    """Return the boundary cases of an edition or of one table: both sides of each threshold, and one for each row.

    They test the code around the procedure: a form that must accept every case, an interface that must carry every
    fact, a report that must name the rows. The expected outcome is the table's own: properties and conformance cases
    test the table. Rule coverage does not count their generation.

    Args:
        subject: the edition, or a table.
        tables: of an edition, the names of the tables; all by default.

    Returns:
        Parameters for `pytest.mark.parametrize`: one `BoundaryCase` each, with a readable id.

    Raises:
        TypeError: the subject is not an edition or a table.
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
    """Yield the picks of a table: its thresholds, then its rows."""
    yield from at_thresholds(table)
    yield from for_rows(table)


def as_facts(base: Mapping[str, Any]) -> Any:
    """Return a complaint with these base facts, or a malfunction if they have no client; builders supply the rest.

    The facts that an edition declares itself are those named `own.NAME`; an absent value is a blank.
    """
    own = {name.partition(".")[2]: value for name, value in base.items() if is_own_key(name) and value is not ABSENT}
    given: dict[str, Any] = {name: value for name, value in base.items() if not is_own_key(name)}
    given |= {OWN: own} if own else {}
    if given.get("likelihood") is ABSENT:  # not judged yet
        given["likelihood"] = UNKNOWN
    if given.get("client_scope") is ABSENT:
        del given["client_scope"]
        return a_malfunction(**given)
    return a_complaint(**given)


def _case(table: DecisionTable[Any], pick: Pick, facts: object) -> BoundaryCase:
    decision = decided(table, facts)
    return BoundaryCase(table=table, facts=facts, outcome=decision.outcome, rows=decision.deciding, shows=pick.shows)
