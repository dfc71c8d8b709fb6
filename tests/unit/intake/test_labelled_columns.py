"""Columns that bear the labels of the library, and the column that marks a note as unknown."""

import json
from datetime import date
from pathlib import Path

import pytest

from reclamation_core import ABSENT, UNKNOWN, BusinessCalendar, m2_1
from reclamation_core.errors import FaultsError
from reclamation_core.intake import ColumnMapping, ComplaintRecord, Triage, read
from reclamation_core.intake.fields import FIELDS
from reclamation_core.vocabulary import FACTS
from tests.unit.intake.files import as_csv, read_text, written

AGENT = """\
Référence;Centre;Reçue le;Canal;Expression formelle;Qualité de l'auteur;Nature de la demande;Note de satisfaction;Texte
A1;Metz;02/05/2026 09:30;courriel;oui;stagiaire;mécontentement;;Bonjour
A2;Metz;04/05/2026;enquête;non;stagiaire;;4,5;
"""


def test_the_template_of_an_agent_is_read_without_a_mapping(tmp_path: Path) -> None:
    (first, second), rejected, reader = read_text(tmp_path, b"\xef\xbb\xbf" + AGENT.encode())
    assert (rejected, reader.unread_columns, reader.delimiter) == ([], (), ";")
    assert (first.reference, first.site, first.text) == ("A1", "Metz", "Bonjour")
    assert first.facts.received_at.isoformat() == "2026-05-02T09:30:00+02:00"
    assert (first.facts.channel, first.facts.formal, first.facts.nature) == ("email", True, "grievance")
    assert (first.facts.complainant, first.facts.satisfaction) == ("trainee", ABSENT)
    assert (second.facts.channel, float(second.facts.satisfaction)) == ("survey", 4.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("form", ["csv", "jsonl", "upper"])
def test_every_label_of_a_field_is_read_in_both_languages(tmp_path: Path, lang: str, form: str) -> None:
    labels = {name: getattr(field.label, lang) for name, field in FIELDS.items()}
    if form == "upper":
        labels = {name: label.upper() for name, label in labels.items()}
    values = {"reference": "A1", "received_at": "2026-05-02"}
    cells = {labels[name]: values.get(name, "") for name in FIELDS}
    content = json.dumps(cells) if form == "jsonl" else as_csv([[*cells], [*cells.values()]], ";")
    (record,), rejected, reader = read_text(tmp_path, content)
    assert (record.reference, rejected, reader.unread_columns) == ("A1", [], ())
    assert len(set(labels.values())) == len(FIELDS)


def test_a_column_of_the_fields_own_name_goes_before_one_of_its_label(tmp_path: Path) -> None:
    (record,), _, reader = read_text(tmp_path, "reference,received_at,canal,channel\nA1,2026-05-02,x,email\n")
    assert (record.facts.channel, reader.unread_columns) == ("email", ("canal",))


def test_a_column_of_days_beside_that_of_the_instant_is_refused_until_one_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "reference,received_at,Received_on\nA1,2026-05-02T10:00,2026-05-03\n")
    with pytest.raises(FaultsError, match=r"columns.Received_on: 'Received_on'; received_at is read as well: drop one"):
        read(path)
    for mapping, day in (
        (ColumnMapping(ignored=("received_on",)), 2),
        (ColumnMapping(columns={"received_at": "received_at"}), 2),
        (ColumnMapping(columns={"received_at": "received_on"}), 3),
    ):
        with read(path, mapping) as reader:
            (record,) = reader
        assert isinstance(record, ComplaintRecord)
        assert record.facts.received_at.date() == date(2026, 5, day)


def test_two_columns_of_one_label_are_refused_until_one_is_ignored(tmp_path: Path) -> None:
    path = written(tmp_path, "reference,reçue le,Received on\nA1,2026-05-02,2026-05-03\n")
    with pytest.raises(FaultsError, match=r"columns.received_at: 'reçue le, Received on'; one column with that label"):
        read(path)
    (record,), _, _ = read_text(tmp_path, path.read_bytes(), ColumnMapping(ignored=("Received on",)))
    assert record.facts.received_at.day == 2


def test_a_json_key_that_is_a_label_is_read_where_the_own_key_is_missing(tmp_path: Path) -> None:
    content = (
        '{"reference": "A1", "received_at": "2026-05-02", "canal": "courriel"}\n'
        '{"reference": "A2", "received_at": "2026-05-02", "canal": "x", "channel": "phone"}\n'
        '{"reference": "A3", "reçue le": "2026-05-02", "received on": "2026-05-03"}\n'
    )
    (first, second), (third,), _ = read_text(tmp_path, content)
    assert (first.facts.channel, second.facts.channel) == ("email", "phone")
    assert (third.line, third.field) == (3, "received on")


UNKNOWN_NOTES = """\
reference,received_at,channel,satisfaction,satisfaction_unknown
A1,2026-05-02,survey,,oui
A2,2026-05-02,survey,,
A3,2026-05-02,survey,unknown,true
A4,2026-05-02,survey,unknown,
A5,2026-05-02,survey,7,non
A6,2026-05-02,survey,7,oui
A7,2026-05-02,survey,,peut-être
"""


def test_a_column_marks_the_rows_whose_note_is_unknown(tmp_path: Path) -> None:
    records, rejected, _ = read_text(tmp_path, UNKNOWN_NOTES)
    assert [record.facts.satisfaction for record in records[:4]] == [UNKNOWN, ABSENT, UNKNOWN, UNKNOWN]
    assert float(records[4].facts.satisfaction) == 7  # type: ignore[arg-type]
    assert [(row.line, row.field, row.value) for row in rejected] == [
        (7, "satisfaction_unknown", "oui"),
        (8, "satisfaction_unknown", "peut-être"),
    ]


def test_a_triage_with_a_cache_reads_the_mark_as_one_without_does(tmp_path: Path) -> None:
    path, triage = written(tmp_path, UNKNOWN_NOTES), Triage(m2_1(), BusinessCalendar.france())
    outcomes = []
    for size in (0, 100):
        with read(path) as reader:
            results = list(triage.run(reader, cache_size=size))
        outcomes.append([result.columns["eligibility"] for result in results if hasattr(result, "columns")])
    assert outcomes[0] == outcomes[1] == ["", "out_of_scope", "", "", "out_of_scope"]


def test_the_mark_may_be_mapped_translated_or_constant(tmp_path: Path) -> None:
    mapping = ColumnMapping(
        columns={"satisfaction_unknown": "Note"}, values={"satisfaction_unknown": {"illisible": "oui", "*": "non"}}
    )
    records, _, _ = read_text(
        tmp_path, "reference,received_at,Note\nA1,2026-05-02,illisible\nA2,2026-05-02,x\n", mapping
    )
    assert [record.facts.satisfaction for record in records] == [UNKNOWN, ABSENT]
    (record,), _, _ = read_text(
        tmp_path, "reference,received_at\nA1,2026-05-02\n", ColumnMapping(constants={"satisfaction_unknown": "oui"})
    )
    assert record.facts.satisfaction is UNKNOWN


def test_only_facts_whose_null_means_nothing_have_a_mark() -> None:
    assert [fact.marker for fact in FACTS.values() if fact.marker] == ["satisfaction_unknown"]
