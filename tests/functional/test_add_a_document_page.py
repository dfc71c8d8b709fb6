"""The document and the page of the guides, built in a copy of the source: two files each, and nothing else."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.slow  # each build imports the package in a new process
ROOT: Final = Path(__file__).parents[2]
GUIDES: Final = ROOT / "docs" / "how-to"
SOURCE: Final = ROOT / "src" / "reclamation_core"
CASES: Final = """
from datetime import UTC, date, datetime

from reclamation_core import ComplaintFacts, Desk, Site, Sites
from reclamation_core.testing.builders import FakeClock

sites = Sites([Site(code="CRE", name="Créteil", region="Île-de-France")])
desk = Desk.in_memory(sites=sites, clock=FakeClock(datetime(2026, 5, 20, 9, tzinfo=UTC)))
for day in (4, 5, 6):
    facts = ComplaintFacts(received_at=datetime(2026, 5, day, 9, tzinfo=UTC), channel="email", nature="general_opinion")
    desk.register(facts, site="CRE")
"""
DOCUMENT: Final = f"""{CASES}
import csv, io, json

from reclamation_core.reporting import ReportFormat, report_bytes

report = desk.reports.signals(since=date(2026, 5, 1), until=date(2026, 5, 31))
rows = list(csv.reader(io.StringIO(report_bytes(report, "csv").decode("utf-8-sig")), delimiter=";"))
assert rows == [["Centre", "Messages", "Dernier message"], ["CRE", "3", "06/05/2026"]], rows
assert list(csv.reader(io.StringIO(report_bytes(report, "csv", "en").decode("utf-8-sig"))))[0][0].startswith("Site")
assert "06/05/2026" in report_bytes(report, "html").decode()
assert json.loads(report_bytes(report, "json"))
for suffix in ReportFormat:
    assert report_bytes(report, suffix)
"""
PAGE: Final = f"""{CASES}
from reclamation_core.integrations.board import Board, BoardRequest

board = Board(sites=sites, clock=FakeClock(datetime(2026, 5, 20, 9, tzinfo=UTC)))
answer = board.respond(desk, BoardRequest(path="/recurrences"))
page = answer.body.decode()
assert (answer.status, "<h1>Récurrences</h1>" in page) == (200, True), page
assert "Créteil" in page and 'data-label="Messages">3<' in page, page
empty = board.respond(Desk.in_memory(sites=sites), BoardRequest(path="/recurrences"))
assert "n\u2019est récurrente" in empty.body.decode().replace("'", "\u2019"), empty.body.decode()
"""


def blocks(name: str, language: str = "py") -> list[str]:
    """Return the blocks of a guide that are to be copied."""
    page = (GUIDES / name).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def edit(file: Path, **additions: str) -> None:
    """Add a text behind the only place where each pattern is found; its functions are new in the file."""
    text = file.read_text(encoding="utf-8")
    for before, addition in additions.items():
        assert not [name for name in re.findall(r"    def \w+\(", addition) if name in text]
        (found,) = re.finditer(before, text, re.MULTILINE)
        text = f"{text[: found.end()]}{addition}{text[found.end() :]}"
    file.write_text(text, encoding="utf-8")


def write_new(file: Path, text: str) -> None:
    with file.open("x", encoding="utf-8") as opened:
        opened.write(text)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(SOURCE, tmp_path / "reclamation_core", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "reclamation_core"


def changed_files(copy: Path) -> list[str]:
    """Return the files of the copy that the source has otherwise, or has not."""
    files = (path.relative_to(copy) for path in copy.rglob("*") if path.suffix in {".py", ".html"})
    return sorted(
        str(file)
        for file in files
        if not (SOURCE / file).is_file() or (SOURCE / file).read_bytes() != (copy / file).read_bytes()
    )


def run(copy: Path, program: str) -> str:
    environment = {"PYTHONPATH": str(copy.parent), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=copy.parent)
    return done.stderr


def test_the_document_of_the_guide_has_every_format_with_two_files(copy: Path) -> None:
    module, imported, method = blocks("add-a-document.md")
    write_new(copy / "reporting" / "signals.py", module)
    edit(
        copy / "desk" / "reports.py",
        **{
            r"^from reclamation_core\.reporting\.register import .*\n": imported,
            r"^from reclamation_core\.desk\.queries import CasesView$": ", QueryService",
            r"^        self\._context = context\n(?=\n    def register\()": f"\n{method}",
        },
    )
    assert (run(copy, DOCUMENT), changed_files(copy)) == ("", ["desk/reports.py", "reporting/signals.py"])


def test_the_page_of_the_guide_is_on_the_board_with_two_files(copy: Path) -> None:
    method, address = blocks("add-a-page.md")
    (template,) = blocks("add-a-page.md", "html")
    board = copy / "integrations" / "board"
    write_new(board / "templates" / "recurrences.html", template)
    edit(
        board / "pages.py",
        **{r"^    # Documents\n\n(?=    def documents\()": f"{method}\n", r'^        \(r"/questions", .*\n': address},
    )
    assert run(copy, PAGE) == ""
    assert changed_files(copy) == ["integrations/board/pages.py", "integrations/board/templates/recurrences.html"]
