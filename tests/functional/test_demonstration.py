"""`reclamation demo`, as its users see it: the screen, the files, and that both say what the desk knows."""

import csv
import os
import pty
import re
import subprocess
import sys
from codecs import BOM_UTF8
from collections import Counter
from datetime import date
from itertools import takewhile
from pathlib import Path
from shutil import copytree

import openpyxl
import pytest

from reclamation_core import CaseState, Level
from reclamation_core.cases import Admissibility, DeadlineKind, Threshold
from reclamation_core.cli.application import run
from reclamation_core.codes import LabelledEnum
from reclamation_core.intake.file_triage import REJECTED_COLUMNS
from reclamation_core.intake.triage import FRENCH_COLUMNS
from reclamation_core.plans import ActionStatus, ActionType, PlanScope
from reclamation_core.simulation import Caseload
from tests.typography import plain
from tests.unit.reporting.tampering import verify
from tests.unit.simulation.scenario.stage import Stage
from tests.unit.simulation.scenario.stage import run as run_stage

pytestmark = pytest.mark.slow
FOLDER = Path("reclamation-demo")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def stage() -> Stage:
    return run_stage(Caseload.shipped())


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder after the command, and what it showed where its output is piped at 80 columns."""
    place = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-c", "from reclamation_core.cli import main; main()", "demo"]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    environment.pop("COLUMNS", None)
    done = subprocess.run(command, cwd=place, capture_output=True, check=True, encoding="utf-8", env=environment)
    assert done.stderr == ""
    return place / FOLDER, plain(done.stdout)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";", strict=True))


def first_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a report before its second table, which follows an empty line."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(takewhile(bool, csv.reader(file, delimiter=";", strict=True)))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def shown(text: str, heading: str) -> list[str]:
    """The lines below a heading, up to the next blank line."""
    lines = text.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith(heading))
    below = lines[place + 1 :]
    return below[: below.index("")] if "" in below else below


def counted(line: str) -> tuple[int, str]:
    number, label = line.split(maxsplit=1)
    return int(number), label


def test_one_letter_is_written(demonstrated: tuple[Path, str]) -> None:
    [letter] = (demonstrated[0] / "courriers").iterdir()
    assert letter.read_bytes().startswith(b"%PDF")
    assert (demonstrated[0] / "dossiers" / f"{letter.name.removesuffix('-accuse-de-reception.pdf')}.html").exists()


def test_every_message_is_counted_as_a_case(demonstrated: tuple[Path, str], stage: Stage) -> None:
    events = sum(case.version for case in stage.cases)
    told = re.sub(r"(?<=\d) (?=\d{3}\b)", "", demonstrated[1])
    assert "La vie des dossiers, du lundi 13 avril 2026 au mercredi 20 mai 2026" in told
    assert f"290 dossiers (260 demandes de clients, 30 dysfonctionnements), {events} opérations" in told


@pytest.mark.parametrize(
    ("vocabulary", "of"),
    [
        (CaseState, lambda case: case.state),
        (Admissibility, lambda case: case.admissibility),
        (Level, lambda case: case.level),
    ],
)
def test_the_counts_shown_are_those_of_the_desk_and_sum_to_all(
    demonstrated: tuple[Path, str], stage: Stage, vocabulary: type[LabelledEnum], of: object
) -> None:
    assert callable(of)
    table = "\n".join(shown(demonstrated[1], "Par état"))
    values = [value for case in stage.cases if (value := of(case)) is not None]  # out of scope there is no level
    expected = Counter(value.label("fr") for value in values)
    found = {
        member.label("fr"): int(re.search(rf"(\d+)  {re.escape(member.label('fr'))}(?:  |$)", table, re.MULTILINE)[1])  # type: ignore[index]
        for member in vocabulary
    }
    assert +Counter(found) == expected
    assert sum(found.values()) == len(values)


def test_the_indicators_shown_are_those_of_the_desk(demonstrated: tuple[Path, str], stage: Stage) -> None:
    lines = shown(demonstrated[1], "Indicateurs des deux mois")
    until = date(2026, 5, 20)
    of_desk = stage.desk.indicators(since=date(2026, 3, 21), until=until, as_of=until, names=["on_time"])
    figure = of_desk.figure("on_time")
    due = {case.reference: case.deadline.due for case in stage.cases if case.deadline is not None}
    reopened = {case.reference for case in stage.cases if len(case.answer_cycles) > 1}
    assert all(due[reference] <= until for reference in {*(figure.of or ())} - reopened)
    found = next(line for line in lines if line.startswith("réponses dans les délais"))
    share = f"{100 * (figure.count or 0) / (figure.total or 1):.1f}".replace(".", ",")
    assert found.split()[-1] == str(figure.total)
    assert f"{share} %" in found


def test_the_agenda_shown_is_that_of_the_desk(demonstrated: tuple[Path, str], stage: Stage) -> None:
    agenda, today = stage.desk.agenda(date(2026, 6, 3)), date(2026, 5, 20)
    for title, awaited in (("Réponses à donner", agenda.answers), ("Efficacité à évaluer", agenda.checks)):
        lines = shown(demonstrated[1], title)
        overdue = sum(one.due < today for one in awaited)
        assert f"({len(awaited)}" in next(line for line in demonstrated[1].splitlines() if line.startswith(title))
        coming = f"{next(one.due for one in awaited if one.due >= today):%d/%m/%Y}"
        assert re.match(rf"{overdue} \w+ en retard : ", lines[0])
        assert next(line for line in lines if line[:1].isdigit() and "/" in line[:3]).startswith(coming)


def test_the_alerts_shown_are_those_of_the_desk(demonstrated: tuple[Path, str], stage: Stage) -> None:
    raised = Counter((alert.clock, alert.threshold) for case in stage.cases for alert in case.alerts)
    found = {label: number for number, label in map(counted, shown(demonstrated[1], "Alertes"))}
    labels = {
        (clock, threshold): f"{clock.label('fr')}, {threshold.label('fr')}"
        for clock in DeadlineKind
        for threshold in Threshold
    }
    assert found == {labels[pair]: number for pair, number in raised.items()}


def test_actions_shown_by_type_and_status_are_those_of_the_plans(demonstrated: tuple[Path, str], stage: Stage) -> None:
    lines = shown(demonstrated[1], "PGAAC : ")
    table = {cells[0]: [int(cell) for cell in cells[1:]] for cells in map(str.split, lines[1 : len(ActionType) + 2])}
    expected = Counter((action.type, action.status) for action in stage.actions)
    for kind in ActionType:
        numbers = [expected[kind, status] for status in ActionStatus]
        assert table[kind.label("fr")] == [*numbers, sum(numbers)]
    assert table["total"][-1] == len(stage.actions)


def test_one_case_is_shown_from_its_registration_to_its_closing(demonstrated: tuple[Path, str], stage: Stage) -> None:
    folder, text = demonstrated
    reference = re.search(r"Un dossier, du début à la fin : (R-2026-\d{6})", text)
    assert reference is not None
    case = stage.desk.cases.get(reference[1])
    told = text[reference.start() :]
    page = (folder / "dossiers" / f"{case.reference}.html").read_text(encoding="utf-8")

    assert case.state is CaseState.CLOSED
    assert case.actions
    for shown_in in (told, page):
        for word in ("enregistré à", "qualifié", "causes analysées", "actions décidées", "répondu", "clos"):
            assert word in shown_in
    assert "M2-1, point 5" in told
    assert case.deadline is not None
    assert f"{case.deadline.due.day} mai 2026 : 10 jours ouvrés" in told
    assert all(line.action in page for line in case.actions)


def test_every_page_of_a_case_is_a_whole_html_page(demonstrated: tuple[Path, str]) -> None:
    pages = sorted((demonstrated[0] / "dossiers").iterdir())
    assert len(pages) > 8
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith('<!doctype html>\n<html lang="fr"><meta charset="utf-8">')
        assert f"Dossier {page.stem}" in text
        assert re.findall(r"<(h\d)\b", text) == ["h1", "h2", "h2"]
        assert "Commitment" not in text


def test_refused_commands_are_shown_with_their_reasons(demonstrated: tuple[Path, str]) -> None:
    told = " ".join(shown(demonstrated[1], "Refus provoqués"))
    assert "Opération refusée : qualifier" in told.replace("\xa0", " ")
    assert "L'appel n'est pas transcrit" in told
    assert "Opération refusée : clôturer" in told.replace("\xa0", " ")
    assert "M2-1, point 4 ; interprétation n° 27" in " ".join(told.split())


def test_the_register_has_a_row_for_each_case_with_french_labels(demonstrated: tuple[Path, str], stage: Stage) -> None:
    register = rows(demonstrated[0] / "registre.csv")
    assert [row["Dossier"] for row in register] == [case.reference for case in stage.cases]
    assert [row["Identifiant du message"] for row in register] == [case.source for case in stage.cases]
    assert [row["État"] for row in register] == [case.state.label("fr") for case in stage.cases]
    due = ["" if case.deadline is None else f"{case.deadline.due:%d/%m/%Y}" for case in stage.cases]
    assert [row["À répondre le"] for row in register] == due
    assert any(row["Anonymisé le"] for row in register)


def test_no_cell_of_any_file_is_a_formula_to_a_spreadsheet(demonstrated: tuple[Path, str]) -> None:
    folder, _ = demonstrated
    for path in (folder / "registre.csv", *sorted((folder / "pgaac").glob("*.csv"))):
        sheet = openpyxl.Workbook().active
        assert sheet is not None
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file, delimiter=";", strict=True):
                sheet.append(row)
        assert sheet.max_row > 1
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_files_for_a_spreadsheet_begin_with_the_byte_order_mark(demonstrated: tuple[Path, str]) -> None:
    folder, _ = demonstrated
    marked = {path for path in folder.rglob("*") if path.is_file() and path.read_bytes().startswith(BOM_UTF8)}
    names = ("demandes.csv", "dysfonctionnements.csv", "registre.csv", "registre-totaux.csv", "decisions.csv")
    assert marked == {*{folder / name for name in names}, *(folder / "pgaac").glob("*.csv")}
    assert not any("\ufeff" in path.read_text(encoding="utf-8-sig") for path in marked)


def test_plans_of_a_site_its_region_and_the_nation_are_written(demonstrated: tuple[Path, str], stage: Stage) -> None:
    folder, text = demonstrated
    site = re.search(r"Évolution du PGAAC, centre (\S+), édition n° (\d)", text)
    assert site is not None
    plan = stage.desk.pgaac(site[1].upper())
    nation = stage.desk.pgaac(PlanScope.nation())
    assert len(plan.published_plans) == int(site[2]) >= 2
    for edition in plan.published_plans:
        lines = first_table(folder / "pgaac" / f"{site[1].casefold()}-{edition.number}.csv")
        assert {line["N°"] for line in lines} == {line.action.reference for line in edition.lines}
    latest = folder / "pgaac" / f"national-{len(nation.published_plans)}.csv"
    assert len(first_table(latest)) == len(nation.published_plans[-1].lines) > 100
    assert rows(latest.with_name(f"{latest.stem}-evolution.csv"))[0]["Évolution"] == "inscrite"


def test_the_screen_reads_well_at_80_columns_through_a_pipe(demonstrated: tuple[Path, str]) -> None:
    life = demonstrated[1].partition("La vie des dossiers")[2].splitlines()
    assert [line for line in life if line != line.rstrip()] == []
    assert [line for line in life if len(line) > 80] == []
    assert not any("\x1b" in line for line in life)


def test_the_files_listed_at_the_end_are_those_of_the_folder(demonstrated: tuple[Path, str]) -> None:
    folder, text = demonstrated
    listed = " ".join(text.partition("Fichiers écrits dans")[2].split())
    for path in folder.rglob("*"):
        if path.is_file():
            assert path.stem in listed, path
            assert path.suffix in listed


@pytest.mark.slow
def test_a_second_run_in_the_same_folder_leaves_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demonstrated: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    copytree(demonstrated[0], FOLDER)
    assert run(["demo"]) == 0
    capsys.readouterr()
    again, first = contents(FOLDER), contents(demonstrated[0])
    proofs = Path("dossier-de-preuves.zip")  # the hashes of events depend on the salts of texts, which are random
    assert len(again.pop(proofs)) == len(first.pop(proofs))
    assert again == first


def contents(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_audit_file_of_the_demonstration_is_verified(demonstrated: tuple[Path, str]) -> None:
    status, told = verify(demonstrated[0] / "dossier-de-preuves.zip")
    assert (status, told.startswith("Intact mais NON SIGNÉ : l'origine n'est pas prouvée ; ")) == (3, True)
    assert list((demonstrated[0] / "pgaac").glob("*.html"))


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial/first-triage.md"])
def test_the_outputs_in_the_pages_are_those_of_the_demonstration(page: str, demonstrated: tuple[Path, str]) -> None:
    blocks = re.findall(r"```text\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        assert block in demonstrated[1]


def test_the_numbers_of_invented_messages_in_the_pages_are_those_that_are_shipped() -> None:
    load = Caseload.shipped()
    counts = list(map(len, (load.complaints, load.survey, load.malfunctions)))
    page = (ROOT / "docs/how-to/command.md").read_text(encoding="utf-8")
    named = (f"| {counts[0]} invented complaints", f"| {counts[1]} results", f"| {counts[2]} internal malfunctions")
    assert [one in page for one in (*named, f"the {sum(counts)} cases of the shipped")] == [True] * 4
    assert all(title in page for title in (*FRENCH_COLUMNS.values(), *(one.fr for one in REJECTED_COLUMNS)))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"triages {counts[0]} invented complaints, then handles {sum(counts)} cases" in readme


@pytest.mark.soak
def test_on_a_terminal_headings_are_bold_and_nothing_is_cut(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from reclamation_core.cli import main; main()", "demo"]
    primary, secondary = pty.openpty()
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=secondary,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"},
    ) as process:
        os.close(secondary)
        written = bytearray()
        while True:
            try:
                part = os.read(primary, 65_536)
            except OSError:  # the terminal is closed: all was written
                break
            if not part:
                break
            written += part
        assert process.wait() == 0
    os.close(primary)
    text = written.decode("utf-8")

    assert "\x1b[1mLa vie des dossiers" in text
    assert "…" not in text
