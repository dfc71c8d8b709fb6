"""Columns of the facts that an edition declares itself, in files of every format, by name or label."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reclamation_core import BusinessCalendar, Desk, FaultsError
from reclamation_core.intake import ColumnMapping, RegistrationTarget, RejectedRow, Triage, read, triage_file
from reclamation_core.missing import UNKNOWN
from reclamation_core.vocabulary.own_facts import NO_OWN_FACTS
from tests.unit.policy.own_facts import own_policy

POLICY = own_policy()
HEADER = (
    "reference;received_at;own_subcontracted;Financeur;Priority;own_group_size;own_hours;own_started;session;own_born"
)
ROW = "A1;2026-05-02;oui;droit individuel;high;12;7,5;02/05/2026;12 b;1990-02-01"
OWN: dict[str, Any] = {
    "subcontracted": True,
    "funder": "opco",
    "priority": "high",
    "group_size": 12,
    "hours": Decimal("7.5"),
    "started": date(2026, 5, 2),
    "session": "12 b",
    "born": date(1990, 2, 1),
}


def rows(path: Path, text: str, **options: Any) -> list[Any]:
    path.write_text(text, encoding="utf-8")
    with read(path, own=POLICY.facts, **options) as reader:
        return list(reader)


def test_own_columns_are_read_by_their_names_and_by_labels_in_both_languages(tmp_path: Path) -> None:
    row = ROW.replace("droit individuel", "OPCO")
    (record,) = rows(tmp_path / "a.csv", f"{HEADER}\n{row}\n")
    assert dict(record.facts.own) == OWN
    document = dict(zip(HEADER.split(";"), row.split(";"), strict=True)) | {"own_group_size": 12}
    (record,) = rows(tmp_path / "a.jsonl", json.dumps(document))
    assert dict(record.facts.own) == OWN


def test_blank_cells_are_what_the_declaration_says(tmp_path: Path) -> None:
    text = "reference;received_at;own_hours;own_group_size\nA1;2026-05-02;;\nA2;2026-05-02;inconnu;inconnu\n"
    first, second = rows(tmp_path / "a.csv", text)
    assert first.facts.own is NO_OWN_FACTS
    assert dict(second.facts.own) == {"hours": UNKNOWN}


def test_a_cell_that_the_edition_does_not_declare_is_rejected_with_its_column(tmp_path: Path) -> None:
    (rejected,) = rows(tmp_path / "a.csv", f"{HEADER}\n{ROW.replace('12;7,5', '31;-1').replace('12 b', 'x' * 21)}\n")
    assert isinstance(rejected, RejectedRow)
    assert [fault.path for fault in rejected.faults] == ["own_funder", "own_group_size", "own_hours", "own_session"]
    assert rejected.faults[1].expected.fr.endswith(", ou rien")
    codes = "opco (OPCO), region (Région)"  # without the code that is no longer given
    assert rejected.faults[0].expected.fr == f"l'une de ces valeurs, ou rien : {codes}"


def test_a_mapping_reads_own_columns_with_decimal_commas(tmp_path: Path) -> None:
    text = "reference;received_at;own_hours\nA1;2026-05-02;1,250\n"
    (rejected,) = rows(tmp_path / "a.csv", text)
    (record,) = rows(tmp_path / "a.csv", text, mapping=ColumnMapping(decimal_comma=True))
    assert isinstance(rejected, RejectedRow)
    assert record.facts.own == {"hours": Decimal("1.25")}


MAPPING = """
date_formats = ["%d/%m/%Y"]
[columns]
own_hours = "Durée"
own_started = "Début du stage"
[values.own_funder]
"OPCO Santé" = "opco"
"*" = ""
[values.own_hours]
"NR" = "inconnu"
[constants]
own_subcontracted = true
own_group_size = 12
"""


def test_a_mapping_file_names_and_translates_own_columns(tmp_path: Path) -> None:
    file = tmp_path / "mapping.toml"
    file.write_text(MAPPING, encoding="utf-8")
    text = "reference;received_at;Durée;Début du stage;financeur\nA1;02/05/2026;NR;01/04/2026;OPCO Santé\n"
    (record,) = rows(tmp_path / "a.csv", text, mapping=ColumnMapping.from_toml(file))
    assert dict(record.facts.own) == {
        "subcontracted": True, "funder": "opco", "group_size": 12, "hours": UNKNOWN, "started": date(2026, 4, 1)
    }  # fmt: skip


def test_a_mapping_of_a_fact_that_no_edition_declares_is_refused_with_the_fields(tmp_path: Path) -> None:
    def refused(own: Any, **parts: Any) -> dict[str, str]:
        mapping = ColumnMapping(**parts)
        with pytest.raises(FaultsError) as caught, read(tmp_path / "a.csv", mapping, own=own):
            pass
        return {fault.path: fault.expected.en for fault in caught.value.faults}

    (tmp_path / "a.csv").write_text("reference;received_at\nA1;2026-05-02\n", encoding="utf-8")
    for own, count in ((POLICY.facts, 1), ((), 0)):
        found = refused(own, columns={"own_contract": "x"}, constants={"own_contrat": "y"})
        assert list(found) == ["columns.own_contract", "constants.own_contrat"]
        assert found["columns.own_contract"].count("own_subcontracted") == count
    found = refused(POLICY.facts, constants={"own_group_size": 31}, values={"own_funder": {"x": "DIF"}})
    assert list(found) == ["values.own_funder.x", "constants.own_group_size"]
    with pytest.raises(FaultsError, match=r"columns\.owned"):
        ColumnMapping(columns={"owned": "x"})


def test_a_column_marks_the_rows_whose_value_is_unknown(tmp_path: Path) -> None:
    cells = "A1;2026-05-02;;oui\nA2;2026-05-02;7;non\nA3;2026-05-02;7;oui\n"
    first, second, third = rows(tmp_path / "a.csv", f"reference;received_at;own_hours;own_hours_unknown\n{cells}")
    assert (first.facts.own, second.facts.own) == ({"hours": UNKNOWN}, {"hours": 7})
    assert [fault.path for fault in third.faults] == ["own_hours_unknown"]


@pytest.mark.parametrize("heading", ["own_subcontratced", "Prestation sous-traitee s", "Subcontracted  services"])
def test_a_heading_that_is_nearly_that_of_an_own_fact_is_refused_with_its_name(tmp_path: Path, heading: str) -> None:
    with pytest.raises(FaultsError, match="rename it to 'own_subcontracted'"):
        rows(tmp_path / "a.csv", f"reference;received_at;{heading}\nA1;2026-05-02;oui\n")
    document = {"reference": "A1", "received_at": "2026-05-02", heading: True}
    (rejected,) = rows(tmp_path / "a.jsonl", json.dumps(document))
    assert "rename it to 'own_subcontracted'" in rejected.faults[0].expected.en


def test_without_an_edition_own_columns_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    with read(path) as reader:
        (record,) = reader
        assert "own_subcontracted" in reader.unread_columns
    assert not isinstance(record, RejectedRow)
    assert record.facts.own is NO_OWN_FACTS


@pytest.mark.parametrize("given", ["oui", "non", ""])
def test_a_triage_decides_and_registers_own_facts(tmp_path: Path, given: str) -> None:
    path = tmp_path / "a.csv"
    head = "reference;received_at;client_scope;service_reach;mobilisation;own_subcontracted;own_session"
    path.write_text(f"{head}\nA1;2026-05-02;local;one_centre;local;{given};12 b\n", encoding="utf-8")
    desk = Desk.in_memory(policy=POLICY)
    triage = Triage(POLICY, BusinessCalendar.france())
    triage_file(path, triage, tmp_path / "b.jsonl", target=RegistrationTarget(desk, "a"), default_site="CRE")
    (case,) = desk.cases.find().cases
    decided = json.loads((tmp_path / "b.jsonl").read_text(encoding="utf-8"))
    level = {"oui": "regional", "non": "local", "": None}[given]
    assert decided["level"] == level, decided
    assert case.read(case.facts.own["session"]) == "12 b"
    assert case.facts.own.get("subcontracted") is {"oui": True, "non": False, "": None}[given]


def test_a_table_of_the_edition_is_a_column_of_the_decisions(tmp_path: Path) -> None:
    service = {
        "title": {"fr": "niveau", "en": "level"},  # the title of a column of M2-1
        "inputs": ["own.funder"],
        "outcomes": ["finance", "training"],
        "labels": {"finance": {"fr": "service financier", "en": "finance"}},
        "hit_policy": "first",
        "rows": [
            {"id": "a", "when": {"own.funder": '"opco"'}, "then": "finance"},
            {"id": "b", "when": {}, "then": "training"},
        ],
    }
    triage = Triage(own_policy(tables={"service": service}), BusinessCalendar.france())
    known = {
        "received_at": "2026-05-02",
        "satisfaction": 5,
        "client_scope": "local",
        "service_reach": "one_centre",
        "mobilisation": "local",
        "likelihood": 1,
        "recurrences": 0,
        **{f"severity_{domain}": 1 for domain in ("safety", "legal", "contract", "financial", "relation", "training")},
    }
    funders: list[Any] = [None, "opco", "region", None]
    given = [known | {"reference": f"A{place}", "own_funder": funder} for place, funder in enumerate(funders)]
    path, codes, french = (tmp_path / name for name in ("a.jsonl", "b.jsonl", "b.csv"))
    outside = known | {"reference": "B", "satisfaction": 9, "channel": "survey", "own_funder": "opco"}
    path.write_text("\n".join(map(json.dumps, [*given, outside])), encoding="utf-8")
    triage_file(path, triage, codes)
    decided = list(map(json.loads, codes.read_text(encoding="utf-8").splitlines()))

    assert [one["table_service"] for one in decided] == [None, "finance", "training", None, None]
    assert [one["question"] for one in decided] == ["financeur ?", None, None, "financeur ?", None]
    assert list(decided[0])[-3:] == ["reason", "table_service", "calendar"]
    triage_file(path, triage, french)
    head, _, first, *_ = french.read_text(encoding="utf-8-sig").splitlines()
    assert head.split(";")[-2:] == ["Niveau (table_service)", "Jours fériés"]
    assert first.split(";")[-2:] == ["service financier", "métropole"]
