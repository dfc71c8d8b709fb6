"""Every document of a desk: the same bytes in two folders and time zones, nothing personal around it, sound PDF."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pypdf
import pytest

from reclamation_core import Desk, Nature, Requirement, reporting
from reclamation_core.cases import AnswerDecision, ClosingReason
from reclamation_core.reporting import Letter, LetterKind, Report
from tests.inside import desk_with
from tests.properties.desk.differential import salts
from tests.unit.desk import factories
from tests.unit.desk.factories import at, new_desk
from tests.unit.reporting.test_audit_file import KEY
from tests.unit.reporting.test_letters import COMPLAINANT, SETTINGS


def written() -> tuple[Desk, str, list[Report], dict[LetterKind, Letter]]:
    """Return a desk, the reference of an answered case, reports of every kind, and every letter."""
    desk = desk_with(new_desk(at(30)), salt=salts())
    case = factories.analysed(desk, "organisation", complainant=COMPLAINANT)
    desk.plan(case.reference, factories.sheet(what="tenir un vivier"))
    plan = desk.pgaac("CRE")
    factories.judged(plan)
    plan.publish()
    desk.reports.send_plan("CRE", 1, b"x", recipients=["Direction"])
    reference = case.reference
    letters = {reporting.LetterKind.ACKNOWLEDGEMENT: desk.reports.letter(reference, "acknowledgement", SETTINGS)}
    desk.request_information(reference, question="Quel jour ?", occurred_at=at(3))
    letters[reporting.LetterKind.INFORMATION_REQUEST] = desk.reports.letter(reference, "information_request", SETTINGS)
    desk.answer(
        reference, decision=AnswerDecision.FOUNDED, text="un formateur absent", recourse=True, occurred_at=at(12)
    )
    letters[reporting.LetterKind.ANSWER] = desk.reports.letter(reference, "answer", SETTINGS)
    facts = factories.facts(nature=Nature.INITIAL_INFORMATION_REQUEST, requirement=Requirement.NONE)
    other = desk.register(facts, site="CRE", complainant=COMPLAINANT, occurred_at=at(1)).reference
    letters[reporting.LetterKind.REDIRECTION] = desk.reports.letter(
        other, "redirection", SETTINGS, redirected_to="Accueil"
    )
    desk.withdraw(factories.qualified(desk, complainant=COMPLAINANT).reference, occurred_at=at(13))
    withdrawn = desk.cases.find().cases[-1].reference
    desk.close(withdrawn, reason=ClosingReason.WITHDRAWN, occurred_at=at(14))
    letters[reporting.LetterKind.CLOSING] = desk.reports.letter(withdrawn, "closing", SETTINGS)
    assert set(letters) == set(reporting.LetterKind)
    reports = [desk.reports.register(), desk.reports.plan("CRE"), desk.reports.plan("CRE", 1)]
    return desk, reference, [*reports, *(desk.reports.case(reference, texts=texts) for texts in (False, True))], letters


def documents(folder: Path) -> Iterator[tuple[str, str]]:
    """Write every kind of document in every format and language; yield the name and the SHA-256 of each file."""
    desk, reference, reports, letters = written()
    for number, report in enumerate(reports):
        for report_format in reporting.ReportFormat:
            path = reporting.save_report(report, folder / f"{number}-{report.name}.{report_format.value}")
            assert path.read_bytes() == reporting.report_bytes(report, report_format)
        reporting.save_report(report, folder / f"{number}-{report.name}-en.pdf", lang="en")
    for kind, letter in letters.items():
        for letter_format in reporting.LetterFormat:
            path = reporting.save_letter(letter, folder / f"{kind.value}.{letter_format.value}")
            assert path.read_bytes() == reporting.letter_bytes(letter, letter_format)
    calendar = desk.reports.calendar(ended_since=date(2026, 1, 1))
    assert reporting.save_calendar(calendar, folder / "a.ics").read_bytes() == reporting.calendar_bytes(calendar)
    desk.reports.audit(folder / "preuves", case=reference, key=KEY, texts=True)
    desk.reports.audit(folder / "preuves.zip", received_from=date(2026, 1, 1), key=KEY)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()


SCRIPT = """
import sys
from pathlib import Path
from tests.unit.reporting.test_same_bytes import documents
for name, digest in documents(Path.cwd()):
    print(name, digest)
"""


@pytest.mark.soak
def test_every_document_is_the_same_bytes_in_other_folders_time_zones_and_processes(tmp_path: Path) -> None:
    here = Path(__file__).parents[3]
    found = []
    for zone, seed in (("America/Cayenne", "1"), ("Pacific/Auckland", "2")):
        folder = tmp_path / zone
        folder.mkdir(parents=True)
        paths = os.pathsep.join([str(here / "src"), str(here)])
        environment = {**os.environ, "PYTHONPATH": paths, "TZ": zone, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", SCRIPT]
        done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
        found.append(done.stdout.splitlines())
    assert found[0] == found[1]
    assert len(found[0]) > 5 * 6 + 5 * 4 + 10


PERSONS = ("Durand", "Awa", "Tilleuls", "Roux", "Petit")
"""The complainant, and those who act on the desk and answer for an action."""


def around(path: Path) -> Iterator[str]:
    """Yield the metadata of a file: its properties, not its content."""
    if path.suffix == ".pdf":
        reader = pypdf.PdfReader(path)
        yield from map(str, (reader.metadata or {}).values())
        root: Any = reader.trailer["/Root"]
        yield root["/Metadata"].get_object().get_data().decode()
    elif path.suffix in {".docx", ".xlsx"}:
        with ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.startswith("docProps/") and name.endswith(".xml")]
            yield from (archive.read(name).decode() for name in names)
    elif path.suffix == ".html":
        yield path.read_text(encoding="utf-8").partition("</head>")[0]


@pytest.mark.slow
def test_nothing_personal_is_in_names_metadata_and_logs_and_each_pdf_is_accessible(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The checker of PDF/UA looks at the rules that need no person and no rendering: 16 of 106."""
    caplog.set_level(0)
    names = [name for name, _ in documents(tmp_path)]
    letter = (tmp_path / "answer.txt").read_text(encoding="utf-8")
    assert "Durand" in letter  # the content has it
    texts = [*names, caplog.text, *(text for name in names for text in around(tmp_path / name))]
    assert not [(person, text) for person in PERSONS for text in texts if person in text]
    files = [tmp_path / name for name in names if name.endswith(".pdf")]
    assert len(files) > 10
    checked = subprocess.run(
        [sys.executable, "-m", "pdfua", "check", *map(str, files)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
