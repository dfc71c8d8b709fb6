"""Files and generated records as frames, and frames as records for a simulation."""

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import narwhals
import polars as pl
import pytest

from reclamation_core import ABSENT, UNKNOWN, Desk, FaultsError, Sites, frames, m2_1
from reclamation_core.intake import ColumnMapping, RejectedRow, read
from reclamation_core.laboratory import replay
from reclamation_core.simulation import StaffingScenario, compare_staffing, generate_records, shipped
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts
from tests.unit.frames import backends
from tests.unit.frames.backends import ALL, RECEIVED
from tests.unit.frames.test_deciding import KNOWN
from tests.unit.intake.files import written
from tests.unit.policy.cases import CALENDAR, complaint, malfunction

SITES = Sites.from_toml(shipped().sites)
UNTIL = date(2026, 5, 19)
FILE = """\
N°;Centre;Reçue le;Canal;Note;Répondue le
A1;METZ;02/05/2026;enquête;4,5;12/05/2026
A2;METZ;03/05/2026;enquête;inconnu;
A3;;bientôt;enquête;;
A4;;04/05/2026;courriel;;
"""
MAPPING = ColumnMapping(columns={"reference": "N°", "satisfaction": "Note"}, decimal_comma=True)


def test_a_mapped_file_is_a_frame_in_one_call(tmp_path: Path) -> None:
    rejected: list[RejectedRow] = []

    frame = frames.from_records(read(written(tmp_path, FILE), MAPPING), keep=["Répondue le"], rejected=rejected)

    assert frame["reference"].to_list() == ["A1", "A2", "A4"]
    assert frame["site"].to_list() == ["METZ", "METZ", None]
    assert frame["satisfaction"].to_list() == [4.5, None, None]
    assert frame["satisfaction_unknown"].to_list() == [False, True, False]
    assert frame["Répondue le"].to_list() == ["12/05/2026", None, None]
    assert [row.field for row in rejected] == ["received_at"]
    decided = frames.decide(frame, m2_1(), CALENDAR)
    with read(written(tmp_path, FILE), MAPPING) as reader:
        alone = [m2_1().assess(row.facts, CALENDAR) for row in reader if not isinstance(row, RejectedRow)]
    assert decided["eligibility"].to_list() == [assessment.eligibility.outcome for assessment in alone]
    assert decided["due_date"].to_list() == [getattr(assessment.deadline, "due", None) for assessment in alone]


def test_such_a_frame_is_replayed_with_its_answers(tmp_path: Path) -> None:
    frame = frames.from_records(read(written(tmp_path, FILE), MAPPING), keep=["Répondue le"], rejected=[])
    answered = frame.with_columns(answered_on=pl.col("Répondue le").str.to_date("%d/%m/%Y"))
    found = replay(answered, [m2_1()], CALENDAR, as_of=date(2026, 6, 30))
    assert found.on_time().select("on_time", "late").sum().row(0) == (1, 2)


def test_rejected_rows_are_refused_without_a_list_for_them(tmp_path: Path) -> None:
    reader = read(written(tmp_path, FILE), MAPPING)
    with pytest.raises(FaultsError, match=r"\[line 4\].received_at: 'bientôt'"):
        frames.from_records(reader)
    assert list(reader) == []
    with pytest.raises(ValueError, match=r"keep: \['Réponse'\] are no columns of the file; choose among N°, Centre"):
        frames.from_records(read(written(tmp_path, FILE), MAPPING), keep=["Réponse"])
    with pytest.raises(TypeError, match="records: str is no record"):
        frames.from_records(["A1"])


@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow", "duckdb"])
def test_generated_records_are_a_caseload_for_every_backend(backend: str) -> None:
    records = list(generate_records(300, 7))
    decided = frames.decide(frames.from_records(records, backend=backend), m2_1(), None)
    column = narwhals.from_native(decided).lazy().collect("polars")["eligibility"]
    told = {True: "complaint", False: "out_of_scope", None: None}
    assert column.to_list() == [told[record.is_complaint] for record in records]


def test_generated_records_have_their_answers() -> None:
    records = list(generate_records(300, 7))
    frame = frames.from_records(iter(records)).with_columns(pl.col("site").fill_null("MEAUX"))
    assert frame["answered_on"].to_list() == [record.answered_on for record in records]
    assert replay(frame, [m2_1()], SITES, as_of=UNTIL).size == 300


def test_cases_of_a_desk_and_malfunctions_are_records_too() -> None:
    with Desk.in_memory() as desk:
        cases = [desk.register(complaint(satisfaction=UNKNOWN), site="Lyon"), desk.register(malfunction(), site="Lyon")]
    frame = frames.from_records(cases)
    assert frame["kind"].to_list() == ["complaint", "malfunction"]
    assert [record.facts for record in frames.to_records(frame)] == [case.facts for case in cases]
    assert frames.from_records([]).height == 0


def test_the_records_of_a_frame_are_arrivals_of_the_staffing_model() -> None:
    records = [record for record in generate_records(60, 7) if record.site]
    scenario = StaffingScenario(policy=m2_1())
    first, second = (
        compare_staffing(arrivals, [scenario], SITES, until=UNTIL, replications=2).estimates
        for arrivals in (records, frames.to_records(frames.from_records(records)))
    )
    assert first == second


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_every_kind_of_frame_is_read_as_records(make: Any) -> None:
    rows = [
        {"reference": "A1", "Centre": "METZ", **KNOWN, "satisfaction_unknown": True},
        {"reference": "A2", "Centre": None, **KNOWN, "causes": 2},
    ]
    found = sorted(frames.to_records(make(rows)), key=lambda record: record.reference)
    assert [(record.reference, record.site) for record in found] == [("A1", "METZ"), ("A2", None)]
    assert found[0].facts == ComplaintFacts(**{**KNOWN, "satisfaction": UNKNOWN})
    assert found[1].facts == ComplaintFacts(**{**KNOWN, "satisfaction": ABSENT, "causes": 2})


def test_days_begin_in_the_zone_of_the_calendar_and_rows_are_numbered() -> None:
    frame = pl.DataFrame({"received_on": [date(2026, 5, 2)], "site": ["SAINT-PIERRE"]})
    reunion = timezone(timedelta(hours=4))
    (record,) = frames.to_records(frame, SITES)
    assert (record.reference, record.site) == ("1", "SAINT-PIERRE")
    assert record.facts.received_at == datetime(2026, 5, 2, tzinfo=reunion)


def test_all_invalid_rows_are_refused_with_their_numbers() -> None:
    frame = backends.polars_frame([KNOWN, {**KNOWN, "channel": "fax", "causes": -1}, {**KNOWN, "received_at": None}])
    with pytest.raises(FaultsError, match=r"\[1\].canal: 'fax'") as caught:
        frames.to_records(frame.rename({"channel": "canal"}))
    assert [fault.path for fault in caught.value.faults] == ["[1].causes", "[1].canal", "[2].received_at"]
    with pytest.raises(FaultsError, match="a column received_at"):
        frames.to_records(frame.drop("received_at"))
    with pytest.raises(FaultsError, match="chanel"):
        frames.to_records(frame.rename({"channel": "chanel"}))


def test_malfunctions_have_the_facts_of_malfunctions() -> None:
    frame = backends.polars_frame([{"received_at": RECEIVED, "kind": "malfunction", "causes": 2, "channel": "fax"}])
    (record,) = frames.to_records(frame)
    assert record.facts == MalfunctionFacts(received_at=RECEIVED, causes=2)


def test_the_columns_that_are_read_and_those_that_are_missing_are_told() -> None:
    frame = pl.DataFrame({"Canal": ["email"], "received_on": [date(2026, 5, 2)], "couleur": ["x"], "taille": [1]})
    found = frames.input_columns(frame.lazy(), CALENDAR)
    assert (found.read, found.unread) == ({"channel": "Canal", "received_on": "received_on"}, ("couleur", "taille"))
    assert "satisfaction" in found.missing
    assert "channel" not in found.missing
    assert found.in_("fr").startswith("Sans colonne : expression formelle, ")
    assert str(found).endswith("Columns that are not read: couleur, taille.")
    with pytest.raises(FaultsError, match="a column received_at"):
        frames.input_columns(frame.drop("received_on"), CALENDAR)


@pytest.mark.parametrize("make", backends.EAGER.values(), ids=backends.EAGER)
def test_surveys_without_a_column_of_notes_are_warned_of(make: Any) -> None:
    rows = [{**KNOWN, "channel": "survey"}, KNOWN, {**KNOWN, "channel": "survey"}]
    with pytest.warns(frames.MissingColumnWarning, match="2 rows have the channel 'survey' and there is no column"):
        frames.decide(make(rows), m2_1(), CALENDAR)
    frames.decide(make([KNOWN]), m2_1(), CALENDAR)
    frames.decide(make([{**row, "satisfaction_unknown": True} for row in rows]), m2_1(), CALENDAR)
