"""JSON Lines: one object a line, and a bad line is rejected alone."""

import json
from pathlib import Path

import pytest

from reclamation_core.intake import ColumnMapping
from reclamation_core.missing import ABSENT, UNKNOWN
from tests.unit.intake.files import read_text


def test_values_may_be_of_any_plain_type(tmp_path: Path) -> None:
    row = {
        "Reference": 12, "received_at": "2026-05-02", "formal": True, "sold_service": 0, "satisfaction": 4.5,
        "causes": 2, "channel": None, "text": "=1+1\nsuite", "humeur": "x",
    }  # fmt: skip
    (record,), _, reader = read_text(tmp_path, json.dumps(row) + "\n\n")
    assert (record.reference, record.text) == ("12", "=1+1\nsuite")
    facts = record.facts
    assert (facts.formal, facts.sold_service, facts.causes, facts.channel) == (True, False, 2, UNKNOWN)
    assert float(facts.satisfaction) == 4.5  # type: ignore[arg-type]
    assert (reader.format, reader.delimiter, reader.header, reader.missing_facts) == ("jsonl", None, (), ())
    assert (reader.unread_columns, reader.blank_lines, reader.encoding) == (("humeur",), 1, "utf-8")


def test_a_missing_key_is_a_missing_value(tmp_path: Path) -> None:
    (record,), _, _ = read_text(tmp_path, '{"reference": "A1", "received_at": "2026-05-02"}')
    assert (record.facts.channel, record.facts.satisfaction) == (UNKNOWN, ABSENT)


def test_an_apostrophe_protects_nothing_in_json(tmp_path: Path) -> None:
    (record,), _, _ = read_text(tmp_path, '{"reference": "\'-A", "received_at": "2026-05-02", "text": "\'=1"}')
    assert (record.reference, record.text) == ("'-A", "'=1")


def test_a_mapping_names_keys(tmp_path: Path) -> None:
    mapping = ColumnMapping(columns={"reference": "id"}, ignored=("humeur",), constants={"received_at": "2026-05-02"})
    (record,), _, reader = read_text(tmp_path, '{"id": "A1", "humeur": 3}', mapping)
    assert record.reference == "A1"
    assert reader.unread_columns == ()


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("{", "row"),
        ("[1]", "row"),
        ("3", "row"),
        ('{"reference": "A2", "reference": "A3", "received_at": "2026-05-02"}', "reference"),
        ('{"reference": "A2", "REFERENCE": "A3", "received_at": "2026-05-02"}', "REFERENCE"),
        ('{"reference": "A2", "received_at": "2026-05-02", "text": "\\ud800"}', "text"),
        ('{"reference": "A2", "received_at": "2026-05-02", "text": "a\\u0000b"}', "text"),
        ('{"reference": "A2", "received_at": "2026-05-02", "channel": ["email"]}', "channel"),
        ('{"reference": "A2", "received_at": "2026-05-02", "channel": {}}', "channel"),
        ('{"reference": "A2", "received_at": "2026-05-02", "satisfaction": NaN}', "row"),
        ('{"reference": "A2", "received_at": "2026-05-02", "satisfaction": 1e400}', "row"),
        ('{"reference": "A2", "received_at": "2026-05-02", "satisfaction": true}', "satisfaction"),
        ('{"reference": null, "received_at": "2026-05-02"}', "reference"),
        ('{"received_at": "2026-05-02"}', "reference"),
        ('{"reference": "A2"}', "received_at"),
        ("[" * 100_000, "row"),
        ('{"reference": "A2", "causes": ' + "9" * 10_000 + "}", "row"),
        ('{"reference": "A\0"}', "row"),
    ],
)
def test_a_bad_line_is_rejected_alone(tmp_path: Path, line: str, field: str) -> None:
    first, last = (f'{{"reference": "{name}", "received_at": "2026-05-02"}}' for name in ("A1", "A9"))
    records, (bad,), _ = read_text(tmp_path, f"{first}\n{line}\n{last}\n")
    assert [record.reference for record in records] == ["A1", "A9"]
    assert (bad.line, bad.field) == (2, field)
    assert (bad.cells, bad.is_cut) == ((line,), False)


def test_a_line_that_is_not_utf_8_is_rejected_alone(tmp_path: Path) -> None:
    good = b'{"reference": "A1", "received_at": "2026-05-02"}\n'
    (record,), (_,), _ = read_text(tmp_path, good + b'{"reference": "\xe9"}\n')
    assert record.reference == "A1"


def test_unread_keys_are_listed_up_to_a_limit(tmp_path: Path) -> None:
    row = {"reference": "A1", "received_at": "2026-05-02", "\ud800": 1} | {f"k{number}": 1 for number in range(200)}
    _, _, reader = read_text(tmp_path, json.dumps(row))
    assert (len(reader.unread_columns), reader.unread_columns[:2]) == (100, ("\ufffd", "k0"))
