import runpy
from collections import Counter
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from reclamation_core import (
    ABSENT,
    BusinessCalendar,
    ComplaintFacts,
    Eligibility,
    Level,
    MalfunctionFacts,
    Sites,
    m2_1,
    simulation,
)
from reclamation_core.intake import ColumnMapping, ComplaintRecord, read
from reclamation_core.policy import Assessment
from reclamation_core.simulation import Caseload, generate_complaints, shipped
from reclamation_core.simulation.shipped_files import NUMBER, SEED
from reclamation_core.vocabulary import Band

SITES = Sites.from_toml(shipped().sites)


@pytest.fixture(scope="module")
def records() -> list[ComplaintRecord]:
    with read(shipped().complaints, sites=SITES) as reader:
        return [record for record in reader if isinstance(record, ComplaintRecord)]


@pytest.fixture(scope="module")
def assessments(records: list[ComplaintRecord]) -> list[Assessment]:
    def calendar(record: ComplaintRecord) -> BusinessCalendar:
        return SITES[record.site].calendar() if record.site else BusinessCalendar.france()

    return [m2_1().assess(record.facts, calendar(record)) for record in records]


def shipped_malfunctions() -> list[MalfunctionFacts]:
    with read(shipped().malfunctions, sites=SITES) as reader:
        return [record.malfunction() for record in reader if isinstance(record, ComplaintRecord)]


def test_the_caseload_writes_the_shipped_files_again(tmp_path: Path) -> None:
    assert Caseload.shipped().write(tmp_path) == {"complaints.csv": 200, "survey.csv": 60, "malfunctions.csv": 30}
    for file in (shipped().complaints, shipped().survey, shipped().malfunctions):
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


def test_the_module_rewrites_the_shipped_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = shipped()
    elsewhere = attrs.evolve(
        usual,
        complaints=tmp_path / "complaints.csv",
        survey=tmp_path / "survey.csv",
        malfunctions=tmp_path / "malfunctions.csv",
    )
    monkeypatch.setattr("reclamation_core.simulation.shipped", lambda: elsewhere)

    # By its path: where the package is installed, pytest loads its modules by a loader that runpy does not know.
    runpy.run_path(str(Path(simulation.__file__).with_name("__main__.py")), run_name="__main__")

    for name in ("complaints", "survey", "malfunctions"):
        assert getattr(elsewhere, name).read_bytes() == getattr(usual, name).read_bytes()
    told = capsys.readouterr().out
    assert "200 réclamations inventées" in told
    assert "60 résultats d'enquête inventés" in told
    assert "30 dysfonctionnements inventés" in told


def test_every_row_of_every_table_fires_in_the_shipped_files(assessments: list[Assessment]) -> None:
    malfunctions = [m2_1().assess_malfunction(facts) for facts in shipped_malfunctions()]
    fired = {
        (decision.table.name, row.id)
        for one in (*assessments, *malfunctions)
        for decision in (*one.decisions, one.severity, one.likelihood, one.criticality)
        for row in decision.rows
    }
    assert fired == {(name, row.id) for name, table in m2_1().tables.items() for row in table.rows}


def test_the_malfunctions_of_the_file_are_those_of_the_generator() -> None:
    invented = Caseload.shipped().malfunctions
    assert shipped_malfunctions() == [malfunction.facts for malfunction in invented]


def test_the_survey_is_read_by_the_mapping_that_comes_with_it() -> None:
    mapping = ColumnMapping.from_toml(shipped().survey_mapping)
    with read(shipped().survey, mapping, sites=SITES) as reader:
        records = [record for record in reader if isinstance(record, ComplaintRecord)]
        assert reader.unread_columns == ()
    invented = Caseload.shipped().survey
    assert [(record.reference, record.site, record.text, record.facts) for record in records] == [
        (result.reference, result.site, result.comment, result.facts) for result in invented
    ]


def test_the_shipped_survey_has_low_notes_of_every_kind_of_author() -> None:
    results = Caseload.shipped().survey
    low = [result for result in results if isinstance(result.note, Decimal) and result.note < 6]
    assert {result.is_company for result in low} == {True, False}
    assert {result.name == "" for result in low} == {True, False}
    assert {Decimal("5.9"), Decimal(6)} <= {result.note for result in results}
    assert ABSENT in {result.note for result in results}


def test_the_shipped_file_has_every_outcome_and_undetermined_ones(assessments: list[Assessment]) -> None:
    assert {assessment.eligibility.outcome for assessment in assessments} == {*Eligibility, None}
    assert {assessment.level.outcome for assessment in assessments} == {*Level, None}
    assert {assessment.risk.outcome for assessment in assessments} == {*Band, None}


def test_about_a_third_of_what_is_not_out_of_scope_lacks_something_that_matters(assessments: list[Assessment]) -> None:
    handled = [one for one in assessments if one.eligibility.outcome is not Eligibility.OUT_OF_SCOPE]
    undetermined = [one for one in handled if None in (one.eligibility.outcome, one.level.outcome)]
    assert 0.25 <= len(undetermined) / len(handled) <= 0.4


def test_on_the_shipped_date_complaints_are_overdue_due_this_week_and_later(assessments: list[Assessment]) -> None:
    as_of = shipped().as_of
    left = [(one.deadline.due - as_of).days for one in assessments if one.deadline is not None]
    when = Counter("overdue" if days < 0 else "soon" if days < 7 else "later" for days in left)
    assert set(when) == {"overdue", "soon", "later"}
    assert min(when.values()) >= 20


def test_receipts_fall_in_evenings_on_days_of_rest_and_in_every_territory(records: list[ComplaintRecord]) -> None:
    received = [record.facts.received_at for record in records]
    territories = {SITES[record.site].territory for record in records if record.site}
    assert any(instant.weekday() >= 5 for instant in received)
    assert any(instant.date().isoformat() in ("2026-05-01", "2026-05-08", "2026-05-14") for instant in received)
    assert any(instant.hour >= 20 for instant in received)
    assert territories == {"metropole", "alsace-moselle", "guadeloupe", "martinique", "guyane", "reunion"}


def test_the_shipped_texts_hold_what_breaks_careless_readers(records: list[ComplaintRecord]) -> None:
    texts = [record.text for record in records]
    assert any(text.startswith("=") for text in texts)
    assert any('"' in text for text in texts)
    assert any("\n" in text for text in texts)
    assert any("é" in text for text in texts)
    assert b",'=>" in shipped().complaints.read_bytes() or b",\"'=>" in shipped().complaints.read_bytes()


def test_the_facts_of_the_file_are_those_of_the_generator(records: list[ComplaintRecord]) -> None:
    invented = [complaint.facts for complaint in generate_complaints(NUMBER, SEED)]
    assert [record.facts for record in records] == invented
    assert all(isinstance(facts, ComplaintFacts) for facts in invented)
