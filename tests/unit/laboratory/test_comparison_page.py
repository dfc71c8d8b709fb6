"""The comparison page: visited as a person does, against `compare` called in Python."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from reclamation_core import BusinessCalendar, m2_1
from reclamation_core.intake import RejectedRow, read
from reclamation_core.laboratory import compare, laboratory_report, what_if
from reclamation_core.policy import parse_policy
from reclamation_core.reporting import ReportFormat, report_bytes
from reclamation_core.simulation import generate_complaints, write_complaints
from tests.typography import plain
from tests.unit.laboratory.page_visitor import Visitor

CSV = "reference;received_at;channel;satisfaction;site\n"
READ, CONFIRM, COMPARE = "Lire ce fichier", "Confirmer les colonnes", "Comparer"


def files_of(tmp_path: Path, *, number: int = 60, in_french: bool = True) -> dict[str, tuple[str, bytes]]:
    path = tmp_path / "demandes.csv"
    write_complaints(path, generate_complaints(number, 3), in_french=in_french)
    return {"file": (path.name, path.read_bytes())}


def compared(files: dict[str, tuple[str, bytes]], **entered: str) -> Visitor:
    visitor = Visitor()
    visitor.press(READ, files)
    visitor.press(CONFIRM)
    visitor.press(COMPARE, **entered)
    return visitor


@pytest.mark.parametrize("in_french", [True, False])
def test_the_files_of_the_page_are_those_of_compare_cell_by_cell(tmp_path: Path, in_french: bool) -> None:
    files = files_of(tmp_path, in_french=in_french)
    visitor = compared(files, after_threshold="7", after_days_regional="15", after_closures="10/08/2026 au 14/08/2026")
    assert visitor.errors == []
    after = what_if(
        m2_1(), survey_threshold=7, deadline_by_level={"regional": 15}, closures=[["2026-08-10", "2026-08-14"]]
    )
    with read(BytesIO(files["file"][1])) as reader:
        records = [row for row in reader if not isinstance(row, RejectedRow)]
    found = compare(records, m2_1(), after, BusinessCalendar.france(), by=("site", "month"), references=100)
    report = laboratory_report(found)

    assert visitor.page.comparison == found
    for table in report.data_tables:
        content = visitor.save(f"csv:{table.name}").content
        assert content == report_bytes(report.only(table.name), ReportFormat.CSV)
    assert parse_policy(tomllib.loads(visitor.save("after").content.decode())).digest == after.digest
    assert parse_policy(tomllib.loads(visitor.save("before").content.decode())) == m2_1()
    sheets = load_workbook(BytesIO(visitor.save("xlsx").content)).sheetnames
    assert len(sheets) == len(report.data_tables) + 3
    listed = visitor.save("csv:demandes-decidees-autrement").content.decode("utf-8-sig").splitlines()[1:]
    assert len(listed) == sum(one.cases for one in found.changes if one.by == "all")
    assert [done for done, _ in visitor.progress] == sorted(done for done, _ in visitor.progress)
    assert visitor.progress[-1] == (100, 100)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_example_is_compared_and_a_case_is_shown_with_its_days(lang: str) -> None:
    english = lang == "en"
    visitor = Visitor("en" if english else "fr")
    visitor.press("Try with the example" if english else "Essayer avec l’exemple")
    visitor.press("Confirm the columns" if english else CONFIRM)
    visitor.press("Compare" if english else COMPARE, after_threshold="7", after_days="8")
    assert visitor.page.comparison is not None
    [reference, *_] = visitor.page.comparison.changes[0].references
    visitor.press("See" if english else "Voir", reference=reference)

    text = plain(visitor.root.whole())
    assert reference in text
    assert ("Why not complaint?" if english else "Pourquoi pas réclamation ?") in text
    assert len(visitor.root.all("li")) > 10
    visitor.press("Back to the results" if english else "Revenir aux résultats")
    assert visitor.response is not None
    assert visitor.response.title.startswith("The results" if english else "Les résultats")


def test_the_package_is_imported_without_what_a_browser_lacks() -> None:
    code = (
        "import sys\n"
        "for name in ('sqlalchemy', 'narwhals', 'polars', 'numpy', 'scipy', 'pandas'): sys.modules[name] = None\n"
        "from reclamation_core.laboratory.comparison_page import ComparisonPage\n"
        "assert 'Comparer' in ComparisonPage('fr').document()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
