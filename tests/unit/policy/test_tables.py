from __future__ import annotations

from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from reclamation_core.missing import ABSENT
from reclamation_core.policy import m2_1
from reclamation_core.tables import DecisionTable, Enumeration
from reclamation_core.tables.errors import FindingKind
from reclamation_core.vocabulary import (
    Band,
    Channel,
    ClientScope,
    Complainant,
    Complexity,
    Eligibility,
    Level,
    Mobilisation,
    Nature,
    Requirement,
    ServiceReach,
)
from tests.unit.policy.cases import complaint

VOCABULARIES: dict[str, type[StrEnum]] = {
    vocabulary.__name__: vocabulary
    for vocabulary in (
        Band,
        Channel,
        ClientScope,
        Complainant,
        Complexity,
        Eligibility,
        Level,
        Mobilisation,
        Nature,
        Requirement,
        ServiceReach,
    )
}
TABLES = list(m2_1().tables.values())
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def test_each_table_has_the_cells_that_its_facts_make() -> None:
    assert {table.name: table.cells.everything.bit_count() for table in TABLES} == {
        "eligibility": 7 * 2 * 6 * 3 * 4 * 2 * 3,
        "level": 4 * 3 * 3,
        "severity": 5**6,
        "retained_likelihood": 5 * 4,
        "criticality": 4 * 4,
        "band": 9 * 4,
        "complexity": 4 * 2 * 2 * 3,
    }


@each_table
def test_the_tables_have_no_error_and_one_warning(table: DecisionTable[Any]) -> None:
    found = [(finding.kind, finding.subject) for finding in table.check()]

    assert found == ([(FindingKind.ALWAYS_MASKED, "local-client")] if table.name == "level" else [])


def test_the_remark_on_the_redundant_row_has_a_witness_where_it_fires() -> None:
    (finding,) = m2_1().tables["level"].check()

    assert not finding.is_error
    assert finding.witness["client_scope"] == "local"
    assert "local-client" in finding.rows


@each_table
def test_a_table_read_back_from_its_json_equals_it_with_its_vocabularies(table: DecisionTable[Any]) -> None:
    again = DecisionTable.from_json(table.to_json(), VOCABULARIES)

    assert again == table
    assert again.to_json() == table.to_json()
    assert again.decide(complaint()).outcome is table.decide(complaint()).outcome


@each_table
def test_a_table_names_its_parts_in_both_languages(table: DecisionTable[Any]) -> None:
    assert table.title.fr != table.title.en
    for input_ in table.base:
        assert input_.question.fr.endswith(" ?")
        assert input_.question.en.endswith("?")
    for row in table.rows:
        assert row.wording is not None
        assert not row.wording.fr.endswith(".")


def test_the_promises_of_monotonicity_are_those_that_make_sense() -> None:
    assert {table.name: [promise.input for promise in table.monotone] for table in TABLES} == {
        "eligibility": [],
        "level": ["client_scope", "service_reach", "mobilisation"],
        "severity": [
            f"severity_{name}" for name in ("safety", "legal", "contract", "financial", "relation", "training")
        ],
        "retained_likelihood": ["likelihood", "recurrences"],
        "criticality": ["severity", "retained_likelihood"],
        "band": ["criticality", "severity"],
        "complexity": ["band", "causes", "recurrences", "level"],
    }


def rank(table: DecisionTable[Any], outcome: Any) -> int:
    if isinstance(table.output, Enumeration):
        return list(table.output.values).index(outcome)
    return int(outcome)


@pytest.mark.parametrize("fact", ["client_scope", "service_reach", "mobilisation"])
def test_a_wider_client_reach_or_mobilisation_never_lowers_the_level(fact: str) -> None:
    table = m2_1().tables["level"]
    values: dict[str, list[Any]] = {
        "client_scope": [*ClientScope, ABSENT],
        "service_reach": list(ServiceReach),
        "mobilisation": list(Mobilisation),
    }
    rising = [value for value in values.pop(fact) if value is not ABSENT]
    for others in product(*values.values()):
        facts = dict(zip(values, others))
        levels = [rank(table, table.decide({**facts, fact: value}).outcome) for value in rising]

        assert levels == sorted(levels)


def test_a_graver_or_likelier_problem_never_lowers_severity_criticality_or_band() -> None:
    tables = m2_1().tables
    grid: dict[tuple[int, ...], tuple[Any, ...]] = {}
    for severity, likelihood in product(range(5), range(1, 5)):
        facts = {f"severity_{name}": 0 for name in ("safety", "legal", "contract", "financial", "relation", "training")}
        facts |= {"severity_financial": severity, "likelihood": likelihood, "recurrences": 0}
        grid[severity, likelihood] = (
            tables["severity"].decide(facts).outcome,
            tables["criticality"].decide(facts).outcome,
            rank(tables["band"], tables["band"].decide(facts).outcome),
        )
    for (severity, likelihood), here in grid.items():
        for neighbour in ((severity + 1, likelihood), (severity, likelihood + 1)):
            if neighbour in grid:
                assert all(mine <= theirs for mine, theirs in zip(here, grid[neighbour]))


def test_more_recurrences_never_lower_the_likelihood() -> None:
    table = m2_1().tables["retained_likelihood"]
    likelihoods: list[Any] = [table.decide({"recurrences": count}).outcome for count in range(12)]

    assert likelihoods == sorted(likelihoods)


def test_more_causes_recurrences_or_level_never_make_a_complex_case_simple() -> None:
    table = m2_1().tables["complexity"]
    facts = {f"severity_{name}": 0 for name in ("safety", "legal", "contract", "financial", "relation", "training")}
    facts |= {"likelihood": 1}
    ranked: dict[tuple[int, ...], int] = {
        (causes, recurrences, client.rank): rank(
            table,
            table.decide(
                {
                    **facts,
                    "causes": causes,
                    "recurrences": recurrences,
                    "client_scope": client,
                    "service_reach": "one_centre",
                    "mobilisation": "local",
                }
            ).outcome,
        )
        for causes, recurrences, client in product(range(4), range(3), ClientScope)
    }
    for here, outcome in ranked.items():
        for place in range(3):
            above = tuple(value + (index == place) for index, value in enumerate(here))
            assert outcome <= ranked.get(above, outcome)
