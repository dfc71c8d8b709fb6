from pathlib import Path

from reclamation_core import Sites, simulation
from reclamation_core.intake import ColumnMapping, ComplaintRecord, read

SITES = Sites.from_toml(simulation.shipped().sites)


def test_what_is_written_is_read_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "inventées.csv"
    complaints = list(simulation.generate_complaints(300, 3, profile=simulation.CaseloadProfile(awkward=0.3)))
    written = simulation.write_complaints(path, complaints)
    with read(path, sites=Sites.from_toml(simulation.shipped().sites)) as reader:
        records = [record for record in reader if isinstance(record, ComplaintRecord)]
    assert written == 300
    assert [(record.reference, record.site, record.text, record.facts) for record in records] == [
        (complaint.reference, complaint.site, complaint.text, complaint.facts) for complaint in complaints
    ]


def test_the_file_of_an_agent_is_read_back_as_it_was_without_a_mapping(tmp_path: Path) -> None:
    path, complaints = tmp_path / "demandes.csv", list(simulation.generate_complaints(400, 11))
    sites = Sites.from_toml(simulation.shipped().sites)

    assert simulation.write_complaints(path, complaints, in_french=True) == 400

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
    path, malfunctions = tmp_path / "dysfonctionnements.csv", list(simulation.generate_malfunctions(100, 11))
    assert simulation.write_malfunctions(path, malfunctions, in_french=True) == 100
    assert path.read_bytes().decode().startswith("\ufeffRéférence;Centre;Reçue le;Périmètre de la prestation;")
    with read(path, sites=Sites.from_toml(simulation.shipped().sites)) as reader:
        records = [record for record in reader if isinstance(record, ComplaintRecord)]
    assert reader.unread_columns == ()
    assert [(record.reference, record.text, record.malfunction()) for record in records] == [
        (one.reference, one.text, one.facts) for one in malfunctions
    ]


def test_no_cell_is_a_formula_to_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "inventées.csv"
    simulation.write_complaints(
        path, simulation.generate_complaints(50, 3, profile=simulation.CaseloadProfile(awkward=1))
    )
    assert b",\"'=> Voir" in path.read_bytes() or b",'=> Voir" in path.read_bytes()
    assert b",=> Voir" not in path.read_bytes()


def test_a_caseload_of_none_is_a_header(tmp_path: Path) -> None:
    path = tmp_path / "rien.csv"
    assert simulation.write_complaints(path, []) == 0
    assert path.read_text(encoding="utf-8").startswith("reference,site,received_at,channel,formal,complainant,nature,")
    assert path.read_bytes().count(b"\n") == 1


def test_malfunctions_are_read_back_as_they_were(tmp_path: Path) -> None:
    malfunctions = tuple(simulation.generate_malfunctions(200, 3))
    written = simulation.Caseload(complaints=(), survey=(), malfunctions=malfunctions).write(tmp_path)
    assert written == {"complaints.csv": 0, "survey.csv": 0, "malfunctions.csv": 200}
    with read(tmp_path / "malfunctions.csv", sites=SITES) as reader:
        records = [record for record in reader if isinstance(record, ComplaintRecord)]
    assert [(record.reference, record.site, record.text, record.malfunction()) for record in records] == [
        (one.reference, one.site, one.text, one.facts) for one in malfunctions
    ]


def test_survey_results_are_read_back_as_they_were(tmp_path: Path) -> None:
    results = tuple(simulation.generate_survey_results(300, 3))
    assert simulation.Caseload(complaints=(), survey=results, malfunctions=()).write(tmp_path)["survey.csv"] == 300
    with read(
        tmp_path / "survey.csv", ColumnMapping.from_toml(simulation.shipped().survey_mapping), sites=SITES
    ) as reader:
        records = [record for record in reader if isinstance(record, ComplaintRecord)]
    assert [(record.reference, record.site, record.text, record.facts) for record in records] == [
        (one.reference, one.site, one.comment, one.facts) for one in results
    ]
