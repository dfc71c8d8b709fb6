"""What a file has no column for is reported, and surveys without notes are counted."""

from pathlib import Path

import pytest

from reclamation_core import BusinessCalendar, m2_1
from reclamation_core.cli.application import run
from reclamation_core.intake import ColumnMapping, Triage, TriageReport, triage_file
from tests.unit.intake.files import written

SURVEYS = "reference,received_at,channel{}\nA1,2026-05-02,survey{}\nA2,2026-05-02,enquête{}\nA3,2026-05-02,email{}\n"


def triaged(folder: Path, content: str, mapping: ColumnMapping | None = None) -> TriageReport:
    triage = Triage(m2_1(), BusinessCalendar.france())
    return triage_file(written(folder, content), triage, folder / "out.csv", mapping=mapping)


def test_facts_without_a_column_are_reported(tmp_path: Path) -> None:
    report = triaged(tmp_path, SURVEYS.format("", "", "", ""), ColumnMapping(constants={"formal": "oui"}))
    assert report.missing_facts[:3] == ("complainant", "nature", "requirement")
    assert "satisfaction" in report.missing_facts
    assert not {"channel", "formal", "received_at"} & set(report.missing_facts)


@pytest.mark.parametrize(
    ("content", "mapping", "number"),
    [
        (SURVEYS.format("", "", "", ""), None, 2),
        (SURVEYS.format("", "", "", ""), ColumnMapping(constants={"satisfaction_unknown": "oui"}), 0),
        (SURVEYS.format(",satisfaction", ",4", ",", ","), None, 0),
        (SURVEYS.format(",satisfaction_unknown", ",oui", ",", ","), None, 0),
        ("reference,received_at\nA1,2026-05-02\n", ColumnMapping(constants={"channel": "survey"}), 1),
        ("reference,received_at\nA1,2026-05-02\n", None, 0),
        ('{"reference": "A1", "received_at": "2026-05-02", "channel": "survey"}\n', None, 0),
    ],
)
def test_surveys_without_a_column_of_notes_are_counted(
    tmp_path: Path, content: str, mapping: ColumnMapping | None, number: int
) -> None:
    assert triaged(tmp_path, content, mapping).survey_rows_without_note == number


def test_the_command_prints_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, SURVEYS.format("", "", "", ""))
    assert run(["triage", str(path), "--as-of", "2026-05-20", "--output", str(tmp_path / "out.csv")]) == 0
    told = " ".join(capsys.readouterr().out.replace("’", "'").split())
    assert "Informations sans colonne : « expression formelle », « qualité de l'auteur »" in told
    assert "2 réponses à l'enquête, sans note : le fichier n'a pas de colonne « note de satisfaction »" in told
