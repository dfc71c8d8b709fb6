from typing import Any

import pytest

from reclamation_core.policy import m2_1
from reclamation_core.tables import DecisionTable
from reclamation_core.tables.errors import FindingKind
from tests.unit.policy.cases import complaint
from tests.unit.vocabulary.test_enumerations import LISTS

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
    again = DecisionTable.from_json(table.to_json(), {list_.__name__: list_ for list_ in LISTS})
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
