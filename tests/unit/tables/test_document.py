import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.tables import (
    Boolean,
    DecisionTable,
    HitPolicy,
    Input,
    Integer,
    Number,
    Row,
    TableDefinitionError,
    TableProofError,
    below,
    between,
    is_in,
)
from tests.unit.tables.samples import Level, both, every_domain, level_table, one_input, scope_table


def _chained() -> DecisionTable[int]:
    return DecisionTable(
        "top",
        [Input.outcome_of(both("agree", "a", "b")), Input.outcome_of(scope_table())],
        Integer(),
        [Row("y", {"agree": True}, 1), Row("n", {"in_scope": False}, 0), Row("o", {}, 2)],
        HitPolicy.FIRST,
    )


def test_the_values_read_back_are_members_of_the_enumerations_given() -> None:
    text = level_table().to_json()
    facts = {"client": "national", "service": "one_centre", "mobilisation": "local"}
    assert type(DecisionTable.from_json(text).decide(facts).outcome) is str
    typed = DecisionTable.from_json(text, {"Level": Level})
    assert typed.decide(facts).outcome is Level.NATIONAL
    assert typed == level_table()


def test_equal_tables_are_written_alike_however_their_numbers_and_rows_were_given() -> None:
    assert _written({"x": {"in": (0.5,)}}, 2.0) == _written({"x": {"in": ("0.50",)}}, 2)


def _written(when: dict[str, Any], then: Any) -> str:
    (values,) = when["x"].values()
    condition = is_in(*(Decimal(value) if isinstance(value, str) else value for value in values))
    table: DecisionTable[Any] = DecisionTable(
        "t",
        [Input("x", Number(0, 1.0))],
        Number(),
        [Row("r", {"x": condition}, then), Row("o", {}, 1)],
        HitPolicy.FIRST,
    )
    return table.to_json()


def test_a_document_is_plain_json() -> None:
    document = json.loads(scope_table().to_json())
    assert document["rows"][0] == {
        "clause": "M2-1 §1.4",
        "id": "low-note",
        "interpretation": None,
        "plain": None,
        "then": True,
        "when": {"note": {"operator": "below", "values": [6]}},
        "wording": {"en": "a note below 6 is a complaint", "fr": "une note inférieure à 6 est une réclamation"},
    }
    absent: DecisionTable[int] = DecisionTable(
        "t", [Input("a", Boolean(), absent=True)], Integer(), [Row("r", {"a": [True, ABSENT]}, 1), Row("o", {}, 0)],
        HitPolicy.FIRST,
    )  # fmt: skip
    assert json.loads(absent.to_json())["rows"][0]["when"]["a"]["values"] == [True, {"missing": "absent"}]
    assert DecisionTable.from_json(absent.to_json()).decide({"a": ABSENT}).outcome == 1


Edit = Callable[[dict[str, Any]], None]


def _edited(*edits: Edit, table: DecisionTable[Any] | None = None) -> str:
    document = json.loads((table or every_domain()).to_json())
    for edit in edits:
        edit(document)
    return json.dumps(document)


def _put(path: str, value: Any) -> Edit:
    *parents, last = (int(step) if step.isdigit() else step for step in path.split("."))

    def edit(document: Any) -> None:
        for step in parents:
            document = document[step]
        document[last] = value

    return edit


def test_all_faults_of_a_document_and_its_sources_are_reported_at_once() -> None:
    edits = [
        _put("inputs.0.source.rows.0.then", 1),
        _put("inputs.0.source.output.kind", "colour"),
        _put("inputs.1.source.rows.0.when.note.values", ["six"]),
        _put("rows.0.when.agree.values", ["x"]),
        _put("rows.1.when.in_scope.values", ["y"]),
        _put("rows.2.then", "z"),
    ]
    with pytest.raises(FaultsError, match=r"(?s)colour.*six.*z") as caught:
        DecisionTable.from_json(_edited(*edits, table=_chained()))
    assert {fault.path for fault in caught.value.faults} == {
        "$.inputs[0].source.output.kind",
        "$.inputs[1].source.rows[0].when.note.values[0]",
        "$.rows[2].then",
    }


def test_the_domain_of_an_outcome_is_that_of_its_table() -> None:
    with pytest.raises(FaultsError, match="the domain must be that of the source's outcome") as caught:
        DecisionTable.from_json(_edited(_put("inputs.0.domain", {"kind": "integer"}), table=_chained()))
    assert {fault.path for fault in caught.value.faults} == {"$.inputs[0].domain", "$.rows[0].when.agree.values[0]"}


def test_a_code_that_the_enumeration_given_does_not_have_is_refused() -> None:
    edit = _put("inputs.0.domain.values", ["local", "regional", "worldwide"])
    with pytest.raises(FaultsError, match="'worldwide'; one of local, regional, national") as caught:
        DecisionTable.from_json(_edited(edit), {"Level": Level})
    assert "$.inputs[0].domain.values[2]" in {fault.path for fault in caught.value.faults}


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"name": "a", "name": "b"}', '{"name": NaN}', "3", "\0"])
def test_a_text_that_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(FaultsError, match=r"expected|only once|required"):
        DecisionTable.from_json(text)


def test_a_table_read_is_proved_like_any_other() -> None:
    with pytest.raises(TableProofError, match="no row fires"):
        DecisionTable.from_json(every_domain().without("otherwise").to_json())
    with pytest.raises(TableDefinitionError, match="'unheard' is not an input"):
        DecisionTable.from_json(_edited(_put("rows.0.when.unheard", {"operator": "any", "values": []})))
    edit = _put("inputs.0.source.rows", json.loads(both("agree", "a", "b").to_json())["rows"][:2])
    with pytest.raises(TableProofError, match="table 'agree' is refused"):
        DecisionTable.from_json(_edited(edit, table=_chained()))


def test_ranges_in_a_list_are_read_back_and_their_faults_reported() -> None:
    listed = is_in(below(2), between(4, 5, high_included=False), 7)
    table = one_input(Number(0, 10), (listed, 1), absent=True)
    text = table.to_json()
    assert DecisionTable.from_json(text) == table
    with pytest.raises(FaultsError, match="values"):
        DecisionTable.from_json(text.replace('"values":[2]', '"values":[2],"more":1'))
    with pytest.raises(FaultsError, match="11"):
        DecisionTable.from_json(text.replace('"values":[2]', '"values":[11]'))
