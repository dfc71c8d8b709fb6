import json
from datetime import date, time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reclamation_core.calendars import DayRange
from reclamation_core.errors import FaultsError
from reclamation_core.policy import Policy, m2_1, parse_policy, read_policy
from reclamation_core.policy.documents import edition_schema
from reclamation_core.policy.policy_file import policy_schema
from reclamation_core.tables import Row

DERIVED = parse_policy(
    {
        "starts_from": "M2-1",
        "edition": "dérivée",
        "in_force_from": date(2027, 1, 1),
        "in_force_until": date(2027, 12, 31),
        "closures": [date(2027, 5, 7)],
        "survey": {"scale": [0, 20], "threshold": 12.5},
        "deadline": {"cut_off": time(17)},
        "roles": {"qualifying": ["rqr"]},
        "tables": {
            "level": {
                "replace": [
                    {"id": "several-regions", "when": {"service_reach": "several_regions"}, "then": "regional"}
                ],
                "remove": ["local-client"],
            },
            "eligibility": {
                "add": [
                    {
                        "id": "odd",
                        "when": {
                            "satisfaction": "]13.25..14[, null, > 19",
                            "channel": 'not("email")',
                            "formal": "true",
                        },
                        "then": "complaint",
                        "clause": "Note 3",
                        "wording": {"fr": "é", "en": "e"},
                    }
                ]
            },
        },
    }
)


@pytest.mark.parametrize("policy", [m2_1(), DERIVED], ids=lambda policy: policy.edition)
def test_an_edition_is_read_back_equal(policy: Policy) -> None:
    text = policy.to_json()
    again = Policy.from_json(text)
    assert again == policy
    assert hash(again) == hash(policy)
    assert (again.to_json(), again.tables) == (text, policy.tables)
    assert again.parameters.closures == policy.parameters.closures
    jsonschema.validate(json.loads(text), edition_schema())


def test_the_document_has_its_type_its_version_and_conditions_in_s_feel() -> None:
    document = json.loads(DERIVED.to_json())
    assert (document["type"], document["version"]) == ("policy", 1)
    assert document["tables"]["eligibility"]["add"][0]["when"] == {
        "satisfaction": "(13.25..14),null,> 19", "channel": 'not("email")', "formal": "true",
    }  # fmt: skip
    assert document["tables"]["level"]["remove"] == ["local-client"]


def test_what_is_left_out_is_as_m2_1_has_it() -> None:
    assert Policy.from_json('{"type":"policy","version":1,"edition":"M2-1"}') == m2_1()


def faults(**changes: Any) -> list[str]:
    document = {**json.loads(DERIVED.to_json()), **changes}
    with pytest.raises(FaultsError) as error:
        Policy.from_json(json.dumps(document))
    return [fault.path for fault in error.value.faults]


def test_all_faults_of_a_document_are_reported_with_their_paths() -> None:
    assert (faults(type="poulicy"), faults(version=2)) == (["$.type"], ["$.version"])
    assert faults(more=1, tables={"level": {"remove": ["nowhere"]}, "levl": {}}) == [
        "$.more",
        "$.tables.levl",
        "$.tables.level.remove[0]",
    ]
    assert faults(edition=" ") == ["edition"]
    assert "$.parameters.deadline.days" in faults(parameters={"deadline": {"days": "x"}})
    for text in ("", "[]", "3"):
        with pytest.raises(FaultsError):
            Policy.from_json(text)


def test_a_policy_file_may_be_such_a_document(tmp_path: Path) -> None:
    path = tmp_path / "edition.json"
    path.write_text(DERIVED.to_json(), encoding="utf-8")
    assert read_policy(path) == DERIVED
    path.write_bytes(b"\xff")
    with pytest.raises(FaultsError, match="a JSON file in UTF-8 is expected"):
        read_policy(path)


def test_the_schema_of_the_file_knows_the_rows() -> None:
    document = {
        "starts_from": "M2-1",
        "edition": "x",
        "tables": {"level": {"add": [{"id": "a", "then": "local", "when": {"client_scope": "-"}}]}},
    }
    jsonschema.validate(document, policy_schema())
    wrongs: list[Any] = [{"level": {"keep": []}}, {"level": {"add": [{"then": "local"}]}}, {"level": 3}]
    for wrong in wrongs:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**document, "tables": wrong}, policy_schema())


def test_rows_of_every_table_are_read_back() -> None:
    policy = m2_1()
    for name, table in m2_1().tables.items():
        policy = policy.with_rows(
            name, replace=[Row(row.id, row.when, row.then, "Note 1", row.wording) for row in table.rows]
        )
    assert Policy.from_json(policy.to_json()) == policy
    assert not policy.diff(m2_1())
    assert DayRange(date(2027, 5, 7), date(2027, 5, 7)) in DERIVED.parameters.closures
