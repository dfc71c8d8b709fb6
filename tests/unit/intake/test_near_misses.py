"""A column whose name is nearly that of a field is refused; what a file has no column for is reported."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import BusinessCalendar, m2_1
from reclamation_core.cli.application import run
from reclamation_core.errors import FaultsError
from reclamation_core.intake import ColumnMapping, Triage, TriageReport, read, triage_file
from reclamation_core.intake.fields import FIELDS
from reclamation_core.intake.layout import Layout
from tests.unit.intake.files import as_csv, read_text, written


def refused(folder: Path, header: str, mapping: ColumnMapping | None = None) -> list[tuple[str, object]]:
    with pytest.raises(FaultsError, match=r"is not read; rename it to .* under ignored") as caught:
        read(written(folder, f"{header}\n"), mapping)
    return [(fault.path, fault.value) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("column", "field"),
    [("recieved_at", "received_at"), ("Received At", "received_at"), ("référense", "reference"), ("chanel", "channel")],
)
def test_a_near_miss_is_refused_with_the_field(tmp_path: Path, column: str, field: str) -> None:
    header = ",".join([column, *({"reference", "received_at"} - {field})])
    assert refused(tmp_path, header) == [(f"columns.{field}", column)]


def test_all_near_misses_are_refused_at_once(tmp_path: Path) -> None:
    assert refused(tmp_path, "Référense;Received-at;satisfation;is_formal;couleur") == [
        ("columns.reference", "Référense"),
        ("columns.received_at", "Received-at"),
        ("columns.formal", "is_formal"),
        ("columns.satisfaction", "satisfation"),
    ]


@pytest.mark.parametrize(
    ("column", "field"),
    [("note de satisfation", "satisfaction"), ("Cannal", "channel"), ("score", "satisfaction"), ("Reçue", None)],
)
def test_a_near_miss_of_a_label_is_refused_with_the_field(tmp_path: Path, column: str, field: str | None) -> None:
    header = f"reference,received_at,{column}"
    if field is None:
        assert read_text(tmp_path, header)[2].unread_columns == (column,)
    else:
        assert refused(tmp_path, header) == [(f"columns.{field}", column)]


def test_the_remedy_works(tmp_path: Path) -> None:
    content = "reference,received_at,chanel\nA1,2026-05-02,fax\n"
    for mapping in (
        ColumnMapping(ignored=("Chanel",)),
        ColumnMapping(columns={"channel": "chanel"}, values={"channel": {"fax": ""}}),
    ):
        (record,), rejected, reader = read_text(tmp_path, content, mapping)
        assert (record.reference, rejected, reader.unread_columns) == ("A1", [], ())


def test_a_near_miss_of_a_mapped_column_is_refused_with_its_name(tmp_path: Path) -> None:
    mapping = ColumnMapping(columns={"received_at": "Date de réception"})
    with pytest.raises(FaultsError, match="rename it to 'Date de réception'"):
        read(written(tmp_path, "reference,Date de reception\n"), mapping)


@pytest.mark.parametrize("column", ["chanel", "Channel "])
def test_a_near_miss_of_an_existing_column_is_accepted(tmp_path: Path, column: str) -> None:
    header = ["reference", "received_at", "channel", "text", "channels"]
    _, _, reader = read_text(tmp_path, as_csv([header]))
    assert reader.unread_columns == ("channels",), column


def test_a_field_with_a_constant_has_no_near_miss(tmp_path: Path) -> None:
    _, _, reader = read_text(tmp_path, "reference,received_at,chanel\n", ColumnMapping(constants={"channel": "email"}))
    assert reader.unread_columns == ("chanel",)


def test_a_json_row_with_a_near_miss_is_rejected(tmp_path: Path) -> None:
    content = (
        '{"reference": "A1", "received_at": "2026-05-02", "chanel": "email"}\n'
        '{"reference": "A2", "received_at": "2026-05-02", "chanel": "x", "channel": "email"}\n'
    )
    (record,), (rejected,), reader = read_text(tmp_path, content)
    assert (record.reference, reader.unread_columns) == ("A2", ("chanel",))
    assert (rejected.line, rejected.field, rejected.value) == (1, "chanel", "email")


@given(st.sampled_from(sorted(FIELDS)), st.data())
def test_no_field_is_lost_by_capitals_spaces_or_hyphens(field: str, data: st.DataObject) -> None:
    """Either the column is read, or the file is refused and names the field."""
    column = "".join(data.draw(st.sampled_from([sign, sign.upper(), {"_": " "}.get(sign, sign)])) for sign in field)
    others = [name for name in ("reference", "received_at") if name != field]
    try:
        found = set(Layout((*others, column), ColumnMapping()).places)
    except FaultsError as error:
        found = {fault.path.removeprefix("columns.") for fault in error.faults}
    assert field in found


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
