"""Boundary cases, ready for `pytest.mark.parametrize`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from reclamation_core.errors import MissingExtraError
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import Policy
from reclamation_core.tables import DecisionTable, Row
from reclamation_core.testing._arguments import expect
from reclamation_core.testing.boundaries.picking import Pick, at_thresholds, decided, for_rows
from reclamation_core.testing.builders import a_complaint, a_malfunction
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet


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
    they say nothing of the table; that is for the laws, and for the conformance cases. Nothing is counted as exercised
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
