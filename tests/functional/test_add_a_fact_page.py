"""The fact of the page add-a-fact, built in a copy of the source, works everywhere with one file."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.slow  # it imports the package in a new process
ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "how-to" / "add-a-fact.md"
SOURCE: Final = ROOT / "src" / "reclamation_core"
FILE: Final = "vocabulary/facts.py"
CHECKS: Final = """
import sys
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import find

from reclamation_core import ComplaintFacts, Desk
from reclamation_core.cases import describe, facts_document, read_facts
from reclamation_core.frames import caseload
from reclamation_core.intake import read
from reclamation_core.desk.forms import FormContext, case_form
from reclamation_core.cases import CommandType
from reclamation_core.schemas import document_schema
from reclamation_core.testing import strategies

desk = Desk.in_memory()
facts = ComplaintFacts(received_at=datetime(2026, 5, 4, 9, tzinfo=UTC), channel="email")
assert "subcontracted" not in facts_document(facts)
case = desk.register(facts, site="CRE")
context = FormContext(None, None, case.zone, case=case)
fields = {field.name: field for field in case_form(CommandType.COMPLETE_FACTS, context)}
assert fields["subcontracted"].label.fr == "prestation sous-traitée"

case = desk.execute(case.reference, {"type": "complete_facts", "facts": {"subcontracted": True}})
assert case.facts.subcontracted is True
assert read_facts(facts_document(case.facts)) == case.facts
assert describe(case, case.events[-1]).endswith("prestation sous-traitée (oui)"), describe(case, case.events[-1])
assert describe(case, case.events[-1], "en") == "facts completed: subcontracted service (yes)"
schema = document_schema("facts.complaint")["properties"]["subcontracted"]
assert schema["x-label"] == {"fr": "prestation sous-traitée", "en": "subcontracted service"}

for heading, value in (("subcontracted", "true"), ("prestation sous-traitée", "oui"), ("subcontracted service", "yes")):
    file = Path(sys.argv[1], "complaints.csv")
    file.write_text(f"reference,received_at,{heading}\\nA-1,2026-05-04,{value}\\n", encoding="utf-8")
    with read(file) as reader:
        (record,) = reader
    assert record.facts.subcontracted is True, heading
assert caseload(desk)["subcontracted"].to_list() == [True]
assert find(strategies.complaint_facts(), lambda one: one.subcontracted is False)
"""


def build(folder: Path) -> None:
    """Copy the source, and add the fact of the page to its file."""
    shutil.copytree(SOURCE, folder / "reclamation_core", ignore=shutil.ignore_patterns("__pycache__"))
    field, line, key = re.findall(r"^```py\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    file = folder / "reclamation_core" / FILE
    text = file.read_text(encoding="utf-8")
    for before, addition in (
        (r"    theme: str \| Unknown = attrs\.field\((?:\n {8}.*)+\n    \)\n", field),
        (r"        theme: the code (?:.*\n)(?: {12}.*\n)*", line),
        (r"    theme: str \| Unknown \| None\n", key),
    ):
        (found,) = re.finditer(before, text)
        text = f"{text[: found.end()]}{addition}{text[found.end() :]}"
    file.write_text(text, encoding="utf-8")


def test_the_fact_of_the_page_works_everywhere_with_one_file(tmp_path: Path) -> None:
    build(tmp_path)
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", CHECKS, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
