from __future__ import annotations

from pathlib import Path

from reclamation_core import Sites
from reclamation_core.intake import Record, read
from reclamation_core.simulation import CaseloadProfile, generate_complaints, shipped, write_complaints


def test_what_is_written_is_read_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "inventées.csv"
    complaints = list(generate_complaints(300, 3, profile=CaseloadProfile(awkward=0.3)))

    written = write_complaints(path, complaints)
    with read(path, sites=Sites.from_toml(shipped().sites)) as reading:
        records = [record for record in reading if isinstance(record, Record)]

    assert written == 300
    assert [(record.reference, record.site, record.text, record.facts) for record in records] == [
        (complaint.reference, complaint.site, complaint.text, complaint.facts) for complaint in complaints
    ]


def test_no_cell_is_a_formula_to_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "inventées.csv"

    write_complaints(path, generate_complaints(50, 3, profile=CaseloadProfile(awkward=1)))

    assert b",\"'=> Voir" in path.read_bytes() or b",'=> Voir" in path.read_bytes()
    assert b",=> Voir" not in path.read_bytes()


def test_a_caseload_of_none_is_a_header(tmp_path: Path) -> None:
    path = tmp_path / "rien.csv"

    assert write_complaints(path, []) == 0
    assert path.read_text(encoding="utf-8").startswith("reference,site,received_at,channel,formal,complainant,nature,")
    assert path.read_bytes().count(b"\n") == 1
