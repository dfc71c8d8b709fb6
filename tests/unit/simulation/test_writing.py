from pathlib import Path

from reclamation_core import Sites
from reclamation_core.intake import ColumnMapping, ComplaintRecord, read
from reclamation_core.simulation import (
    Caseload,
    CaseloadProfile,
    generate_complaints,
    generate_malfunctions,
    generate_survey_results,
    shipped,
    write_complaints,
    write_malfunctions,
)

SITES = Sites.from_toml(shipped().sites)


def test_what_is_written_is_read_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "inventées.csv"
    complaints = list(generate_complaints(300, 3, profile=CaseloadProfile(awkward=0.3)))
    written = write_complaints(path, complaints)
    with read(path, sites=Sites.from_toml(shipped().sites)) as reader:
        records = [record for record in reader if isinstance(record, ComplaintRecord)]
    assert written == 300
    assert [(record.reference, record.site, record.text, record.facts) for record in records] == [
        (complaint.reference, complaint.site, complaint.text, complaint.facts) for complaint in complaints
    ]


def test_the_file_of_an_agent_is_read_back_as_it_was_without_a_mapping(tmp_path: Path) -> None:
    path, complaints = tmp_path / "demandes.csv", list(generate_complaints(400, 11))
    sites = Sites.from_toml(shipped().sites)

    assert write_complaints(path, complaints, in_french=True) == 400

    text = path.read_bytes().decode()
    assert text.startswith("\ufeffRéférence;Centre;Reçue le;Canal;Expression formelle;")
    assert {"courriel", "stagiaire", "mécontentement", "oui", "non", "inconnu"} <= set(
        text.replace("\n", ";").split(";")
    )
    with read(path, sites=sites) as reader:
        read_back = list(reader)
    assert reader.unread_columns == ()
    for found, complaint in zip(read_back, complaints, strict=True):
        assert isinstance(found, ComplaintRecord)
        assert (found.reference, found.site, found.text) == (complaint.reference, complaint.site, complaint.text)
        assert found.facts == complaint.facts


def test_the_malfunctions_of_an_agent_are_read_back_as_they_were_without_a_mapping(tmp_path: Path) -> None:
    path, malfunctions = tmp_path / "dysfonctionnements.csv", list(generate_malfunctions(100, 11))
    assert write_malfunctions(path, malfunctions, in_french=True) == 100
    assert path.read_bytes().decode().startswith("\ufeffRéférence;Centre;Reçue le;Périmètre de la prestation;")
    with read(path, sites=Sites.from_toml(shipped().sites)) as reader:
        records = [record for record in reader if isinstance(record, ComplaintRecord)]
    assert reader.unread_columns == ()
    assert [(record.reference, record.text, record.malfunction()) for record in records] == [
        (one.reference, one.text, one.facts) for one in malfunctions
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


def test_malfunctions_are_read_back_as_they_were(tmp_path: Path) -> None:
    malfunctions = tuple(generate_malfunctions(200, 3))
    written = Caseload(complaints=(), survey=(), malfunctions=malfunctions).write(tmp_path)
    assert written == {"complaints.csv": 0, "survey.csv": 0, "malfunctions.csv": 200}
    with read(tmp_path / "malfunctions.csv", sites=SITES) as reader:
        records = [record for record in reader if isinstance(record, ComplaintRecord)]
    assert [(record.reference, record.site, record.text, record.malfunction()) for record in records] == [
        (one.reference, one.site, one.text, one.facts) for one in malfunctions
    ]


def test_survey_results_are_read_back_as_they_were(tmp_path: Path) -> None:
    results = tuple(generate_survey_results(300, 3))
    assert Caseload(complaints=(), survey=results, malfunctions=()).write(tmp_path)["survey.csv"] == 300
    with read(tmp_path / "survey.csv", ColumnMapping.from_toml(shipped().survey_mapping), sites=SITES) as reader:
        records = [record for record in reader if isinstance(record, ComplaintRecord)]
    assert [(record.reference, record.site, record.text, record.facts) for record in records] == [
        (one.reference, one.site, one.comment, one.facts) for one in results
    ]
