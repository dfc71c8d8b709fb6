"""Conformance cases written from an edition: its rows and thresholds, the readings, the dates, the guards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from reclamation_core.cases.codes import CommandType
from reclamation_core.cases.guards import guard_table
from reclamation_core.missing import ABSENT
from reclamation_core.plans.codes import PlanCommandType
from reclamation_core.plans.guards import plan_guard_table
from reclamation_core.policy import Policy, m2_1
from reclamation_core.policy.clauses import cited
from reclamation_core.tables import Row
from reclamation_core.tables.explanation import row_wording
from reclamation_core.testing._arguments import expect
from reclamation_core.testing.boundaries.cases import as_facts, picks
from reclamation_core.testing.boundaries.picking import Pick, for_rows
from reclamation_core.testing.conformance.cases import Act, Assessed, Conformance, ConformanceCase, Judged, Permitted
from reclamation_core.testing.conformance.deciding import expected_of
from reclamation_core.testing.conformance.readings import dates, parameters, readings
from reclamation_core.testing.rules import without_rule_coverage
from reclamation_core.wording import Wording


def conformance_cases(policy: Policy | None = None) -> Conformance:
    """The conformance cases of an edition, with what it decides as what is expected.

    There is one for each row of its tables that ever decides and two for each threshold; those that show the readings;
    the dates to agree with; and one for each guard of an act. What no facts can decide (the labels of I18) has none.

    Args:
        policy: the edition; `m2_1()` by default.

    Raises:
        TypeError: it is no edition.
    """
    edition = m2_1() if policy is None else policy
    expect("policy", edition, Policy)
    cases = (*_of_tables(edition), *readings(edition), *dates(), *parameters(edition), *_of_guards())
    with without_rule_coverage():
        return Conformance(edition=edition.edition, cases=tuple(_filled_in(case, edition) for case in cases))


def _filled_in(case: Any, policy: Policy) -> Any:
    """The case with what an edition says of it as what is expected."""
    return attrs.evolve(case, expected=expected_of(case, policy))


def _of_tables(policy: Policy) -> Iterator[ConformanceCase]:
    for table in policy.tables.values():
        for pick in picks(table):
            yield Assessed(
                id=f"{table.name}/{pick.shows.en}",
                shows=_shows(pick),
                **_sources(pick),
                facts=as_facts(pick.facts),
                expected=Judged(),
            )


def _of_guards() -> Iterator[Act]:
    acts: tuple[tuple[str, Iterable[Any], Callable[[Any], Any]], ...] = (
        ("case", CommandType, guard_table),
        ("plan", PlanCommandType, plan_guard_table),
    )
    for of, verbs, table_of in acts:
        for verb in verbs:
            for pick in for_rows(table_of(verb)):
                situation = {name: value for name, value in pick.facts.items() if value is not ABSENT}
                yield Act(
                    id=f"{of}/{verb.value}/{pick.shows.en}",
                    shows=_shows(pick),
                    **_sources(pick),
                    of=of,
                    verb=verb.value,
                    situation={
                        name: str(value) if isinstance(value, str) else value for name, value in situation.items()
                    },
                    expected=Permitted(allowed=False),
                )


def _shows(pick: Pick) -> Wording:
    if pick.row is None:
        return pick.shows
    table = pick.decision.table
    return Wording(row_wording(table, pick.row, "fr"), row_wording(table, pick.row, "en"))


def _sources(pick: Pick) -> dict[str, Any]:
    """The clauses and the readings of what decides."""
    rows: tuple[Row, ...] = pick.decision.deciding if pick.row is None else (pick.row,)
    found = [number for row in rows for number in (row.reading or "").split(", ") if number]
    clauses = dict.fromkeys(clause for row in rows for clause in cited(row.clause))
    return {"clauses": tuple(clauses), "readings": tuple(dict.fromkeys(found))}
