"""Workbooks of what the laboratory computes: the cells of the frames, French titles, definitions."""

import sys
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest
from openpyxl import load_workbook

from reclamation_core import FaultsError
from reclamation_core.laboratory import Replay, laboratory_report, replay, sweep, to_xlsx
from reclamation_core.laboratory.comparison_report import rules
from reclamation_core.laboratory.outcomes import DECIDED
from reclamation_core.laboratory.reports import value_of
from reclamation_core.reporting import ValueKind, report_bytes
from reclamation_core.simulation import METRICS, StaffingComparison, compare_staffing
from tests.typography import plain
from tests.unit.laboratory.caseloads import AS_OF, CALENDAR, CASELOAD, EDITIONS, KINDS, SEVEN
from tests.unit.laboratory.test_plots_of_staffing import NEEDED
from tests.unit.reporting.readers import read_xlsx, shown
from tests.unit.simulation.staffing.agency import SITES, complaint, steady

MADE = datetime(2026, 5, 20, 9, tzinfo=UTC)
LABELS = {
    "local": "local",
    "regional": "régional",
    "national": "national",
    "undetermined": "indéterminé",
    "to_be_clarified": "recevabilité à clarifier",
    "out_of_scope": "hors du cadre",
    "complaint": "réclamation",
}


@pytest.fixture(scope="module")
def replayed() -> Replay:
    return replay(KINDS["polars"](CASELOAD), EDITIONS, CALENDAR, as_of=AS_OF)


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    names = load_workbook(BytesIO(content)).sheetnames
    return {name: read_xlsx(content, place) for place, name in enumerate(names)}


def worded(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return shown(round(value, 4))  # for reading
    return LABELS.get(value, shown(value)) if isinstance(value, str) else shown(value)


def test_a_workbook_of_a_replay_has_the_cells_of_its_frames(replayed: Replay, tmp_path: Path) -> None:
    found = sheets(to_xlsx(replayed, tmp_path / "rejeu.xlsx", exported_at=MADE).read_bytes())
    frames = {
        "Charge par niveau": replayed.workload(),
        "Flux": replayed.flows(),
        "Charge par semaine": replayed.weeks(),
        "Respect du délai": replayed.on_time(),
        "Ancienneté": replayed.ageing(),
    }
    for name, frame in frames.items():
        assert found[name][1:] == [[worded(value) for value in row] for row in frame.rows()]
    assert list(found)[2:4] == ["Règles à l'origine", "Échéances"]
    assert found["Charge par niveau"][0] == ["Version", "Prise en charge", "Demandes", "Part", "Écart"]
    assert [row[1] for row in found["Échéances"][1:]] == [
        {"moved": "déplacée", "kept": "inchangée", "gained": "ajoutée", "lost": "supprimée", "none": "aucune"}[change]
        for change in replayed.due_dates()["change"]
    ]
    changes = found["Règles à l'origine"]
    assert [row[1] for row in changes[1:]] == [DECIDED[name].fr for name in replayed.changes()["decision"]]
    ids = [name for name in replayed.changes()["rows_after"] if name]
    numbers = replayed.editions[1].rule_numbers  # both editions have the same rows
    known = {row: number for (_, row), number in numbers.items()}
    assert all(any(f"{known[name]} : " in plain(row[5]) for row in changes) for name in " ".join(ids).split())
    assert changes[1][:2] == [SEVEN, "recevabilité"]
    assert ["Demandes", "Le nombre de demandes.", "nombre entier", "calcul du laboratoire"] in found["Définitions"]
    assert ["Demandes", "6"] in found["Filtres"]
    assert ["Situation au", "19/05/2026"] in found["Filtres"]


@pytest.mark.engines
@pytest.mark.parametrize("kind", ["pandas", "pyarrow"])
def test_a_workbook_is_the_same_for_a_caseload_of_another_kind(kind: str, replayed: Replay) -> None:
    other = replay(KINDS[kind](CASELOAD), EDITIONS, CALENDAR, as_of=AS_OF)
    first, second = (report_bytes(laboratory_report(one, exported_at=MADE), "xlsx") for one in (replayed, other))
    assert first == second


def test_a_replay_without_days_has_three_tables() -> None:
    caseload = KINDS["polars"]([{**row, "answered_on": None} for row in CASELOAD]).drop("answered_on")
    names = [table.title.fr for table in laboratory_report(replay(caseload, EDITIONS)).tables]
    assert names == ["Charge par niveau", "Flux", "Règles à l'origine"]
    dated = laboratory_report(replay(caseload, EDITIONS, CALENDAR)).tables
    assert [table.title.en for table in dated][3:] == ["Due dates", "Workload by week"]


def test_a_workbook_of_a_sweep_has_its_cells(tmp_path: Path) -> None:
    found = sweep(KINDS["polars"](CASELOAD), EDITIONS[0], CALENDAR, as_of=AS_OF, deadline_days=[8, 10])
    book = sheets(to_xlsx(found, tmp_path / "s.xlsx", exported_at=MADE, as_of=AS_OF).read_bytes())
    cells = book["Sensibilité"]
    assert cells[0][:6] == ["Paramètre", "Valeur", "Version", "Prise en charge", "Demandes", "Part"]
    assert cells[1:] == [["délai de réponse (jours)", *map(worded, row[1:])] for row in found.rows()]
    assert ["Paramètre", "délai de réponse (jours)"] in book["Filtres"]
    assert ["Situation au", worded(AS_OF)] in book["Filtres"]


@pytest.fixture(scope="module")
def compared() -> StaffingComparison:
    arrivals = [complaint(name, "2026-05-04T09:00", site="METZ") for name in "ABC"]
    scenarios = [steady(), attrs.evolve(steady(), name="=1+1")]
    return compare_staffing(arrivals, scenarios, SITES, until=date(2026, 5, 29), replications=2)


def test_a_comparison_workbook_has_estimates_and_differences(compared: StaffingComparison, tmp_path: Path) -> None:
    found = sheets(to_xlsx(compared, tmp_path / "effectifs.xlsx", exported_at=MADE).read_bytes())
    estimates = found["Estimations"]
    assert len(estimates) == len(compared.estimates) + 1
    means = [worded(one.mean) for one in compared.estimates]
    assert [row[5] for row in estimates[1:]] == means
    assert estimates[1][:5] == ["M2-1", "tous", "tous", "toutes", "demandes reçues"]
    assert found["Écarts"][1][:2] == ["=1+1", "M2-1"]
    assert {row[-1] for row in found["Écarts"][1:]} <= {"oui", "non"}
    assert len(found["Mesures"]) == len(METRICS) + 1
    assert ["Niveau de confiance", "0,95"] in found["Filtres"]
    assert ["Répliques", "2"] in found["Filtres"]


def test_a_workbook_of_staffing_warns_of_units_near_full_use(tmp_path: Path) -> None:
    # Two complaints of six hours each in a day of seven hours: 12 hours of load, 7 of them worked.
    arrivals = [complaint(name, "2026-05-04T09:00", site="METZ") for name in "AB"]
    full = steady(qualification=0, treatment=360)
    compared = compare_staffing(arrivals, [full], SITES, until=date(2026, 5, 4), replications=2)
    found = sheets(to_xlsx(compared, tmp_path / "effectifs.xlsx", exported_at=MADE).read_bytes())
    (warning,) = (row[1] for row in found["Filtres"] if row[0] == "Avertissement")
    assert warning.startswith("M2-1, centre METZ\xa0: 100\xa0% du temps est travaillé")
    assert "la charge est de 720\xa0minutes, dont 420 travaillées" in warning


def test_equal_results_are_equal_bytes_and_now_is_the_default(replayed: Replay, tmp_path: Path) -> None:
    first, second = (to_xlsx(replayed, tmp_path / name, exported_at=MADE, lang="en") for name in ("a.xlsx", "b.xlsx"))
    assert first.read_bytes() == second.read_bytes()
    assert laboratory_report(NEEDED).exported_at.tzinfo is UTC


@pytest.mark.parametrize("found", ["rejeu", None, pl.DataFrame({"a": [1]}), pl.DataFrame({"parameter": []})])
def test_another_value_is_refused_with_what_is_expected(found: object, tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="the result of replay, sweep, compare, compare_staffing or handlers_needed"):
        to_xlsx(found, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_missing_values_are_empty_and_midnights_are_days() -> None:
    assert value_of("days", float("nan"), ValueKind.INTEGER) is None
    assert value_of("days", 3.0, ValueKind.INTEGER) == 3
    assert rules(EDITIONS[0], "eligibility", "") is None  # undetermined
    assert value_of("week", datetime(2026, 5, 18), ValueKind.DATE) == datetime(2026, 5, 18).date()  # noqa: DTZ001


def test_workbooks_need_xlsxwriter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(ImportError, match="extra 'reports'"):
        to_xlsx(NEEDED, tmp_path / "a.xlsx")
