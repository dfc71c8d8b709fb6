"""The ids of the rows that a policy file edits: all their faults at once, and one word each."""

import pytest

from tests.unit.policy.test_edits import faults_of


def test_a_fault_in_a_row_hides_none_of_the_ids() -> None:
    bad = {"when": {"mobilisation": "[1..2]"}, "then": "local"}
    found = faults_of(
        {
            "level": {
                "add": [{**bad, "id": "one-centre"}, {**bad, "id": "one-centre"}],
                "replace": [{"id": "nope", **bad}],
            },
            "eligibility": {"remove": ["x", 5]},
            "complexity": {"remove": ["simpel"], "keep": []},
        }
    )

    conditions = [f"tables.level.{row}.when.mobilisation" for row in ("add[0]", "add[1]", "replace[0]")]
    assert [path for path, _ in found] == [
        "tables.eligibility.remove[1]",
        "tables.eligibility.remove[0]",
        *conditions,
        "tables.level.add[1].id",
        "tables.level.replace[0].id",
        "tables.level.add[0].id",
        "tables.level.add[1].id",
        "tables.complexity.keep",
        "tables.complexity.remove[0]",
    ]


@pytest.mark.parametrize("id_", ["a b", "a\n", " a", "a\u00a0b", "\t", ""])
def test_an_id_is_one_word_so_that_ids_can_stand_side_by_side(id_: str) -> None:
    tables = {"level": {"add": [{"id": id_, "then": "local", "when": {}}]}}
    assert faults_of(tables) == [("tables.level.add[0].id", "a name without whitespace is expected")]


def test_an_id_that_is_refused_is_refused_once() -> None:
    tables = {"level": {"replace": [{"when": {}, "then": "local", **id_} for id_ in ({"id": " "}, {"id": 3}, {})]}}
    assert [path for path, _ in faults_of(tables)] == [f"tables.level.replace[{place}].id" for place in range(3)]
