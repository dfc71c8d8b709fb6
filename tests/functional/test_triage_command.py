"""The command `reclamation`, as its users type it."""

import csv
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
import typer
from openpyxl import Workbook

from reclamation_core.cli.application import application, run
from tests.functional.refusals import refusals
from tests.typography import plain

COMPLAINTS = """reference;site;received_at;channel;formal;complainant;nature;requirement;sold_service;satisfaction;text
R1;;2026-05-02;courriel;oui;stagiaire;plainte;contractual;oui;;"Bonjour,
la salle est froide"
R2;;2026-05-04;enquête;non;;;;;5;
R3;;2026-05-05;portail;oui;financeur;demande initiale d'information;;;;=SOMME(A1)
R4;;2026-05-15;courriel;oui;stagiaire;plainte;;oui;;
"""
BAD = COMPLAINTS + 'R5;;hier;fax;;;;;;;\nR6;;2026-05-18;"courriel;;;;;;;\nR7;;2026-05-18;courriel;;;;;;;\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, content: str) -> str:
    Path(name).write_text(content, encoding="utf-8")
    return name


def rows(name: str) -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";", strict=True))


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert all(line.startswith("reclamation : ") for line in told.err.splitlines())
    return told.err.removeprefix("reclamation : ").rstrip("\n")


ENGLISH = {"Show", "this", "and", "exit", "default", "required"}
ENGLISH |= {"FILE", "FOLDER", "NAME", "OUT", "COMMAND", "ARGS", "TEXT", "PATH"}
"""Words that click writes in a help text where nobody replaced them."""


def test_a_file_is_triaged_and_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["triage", put("plaintes.csv", COMPLAINTS), "--as-of", "2026-05-20"]) == 0
    told = lines(capsys)
    assert told[:2] == [
        "plaintes.csv, procédure M2-1, situation au mercredi 20 mai 2026",
        "Lignes lues : 4, dont 4 traitées et 0 rejetée",
    ]
    assert {"2 réclamation", "1 hors du cadre", "1 à clarifier"} <= set(told)
    # Received on 2 and 4 May, due on 19 and 20 May; on 15 May, due on 1 June (25 May is Whit Monday).
    assert {"1 dépassées au 20/05/2026", "1 d'ici au dimanche 24 mai 2026", "1 plus tard"} <= set(told)
    assert told[-1] == "Décisions : plaintes.decisions.csv"

    decided = rows("plaintes.decisions.csv")
    assert [(row["Référence"], row["Recevabilité"], row["À répondre le"]) for row in decided] == [
        ("R1", "réclamation", "19/05/2026"),
        ("R2", "réclamation", "20/05/2026"),
        ("R3", "hors du cadre", ""),
        ("R4", "à clarifier", "01/06/2026"),
    ]
    assert decided[3]["Question à poser"].startswith("Quelle exigence")
    assert len(Path("plaintes.decisions.csv").read_text(encoding="utf-8").splitlines()) == 5


def test_rejected_rows_give_status_1_and_a_file_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["triage", put("plaintes.csv", BAD), "--output", "out.csv", "--as-of", "2026-05-20"]) == 1
    told = lines(capsys)
    assert "Lignes lues : 7, dont 5 traitées et 2 rejetées" in told
    assert "Lignes rejetées (date de réception : 1, ligne entière : 1) : out.rejets.csv" in told
    assert [row["Référence"] for row in rows("out.csv")] == ["R1", "R2", "R3", "R4", "R7"]
    date, quote = rows("out.rejets.csv")
    assert (date["ligne"], date["champ"], date["valeur"], date["reference"]) == ("7", "received_at", "hier", "R5")
    assert (quote["ligne"], quote["ligne entière"]) == ("8", 'R6;;2026-05-18;"courriel;;;;;;;')


def test_options_reach_the_triage(capsys: pytest.CaptureFixture[str]) -> None:
    put("c.csv", "N°|Reçue le|centre|note\n1|20/12/2024|STR|6,5\n2|20/12/2024|MEL|6,5\n")
    columns = 'reference = "N°"\nreceived_at = "Reçue le"\nsite = "centre"\nsatisfaction = "note"\n'
    put("m.toml", f'date_formats = ["%d/%m/%Y"]\ndecimal_comma = true\n[columns]\n{columns}')
    put("s.toml", '[sites.STR]\nname = "Strasbourg"\nregion = "Grand Est"\nterritory = "alsace-moselle"\n'
        '[sites.MEL]\nname = "Melun"\nregion = "Île-de-France"\n')  # fmt: skip
    put("p.toml", 'starts_from = "M2-1"\nedition = "M2-1 stricte"\n[survey]\nthreshold = 7\n')
    options = ["--mapping", "m.toml", "--sites", "s.toml", "--policy", "p.toml", "--delimiter", "tab"]
    assert run(["triage", "c.csv", *options, "--format", "jsonl", "--as-of", "08/01/2025"]) == 0
    assert lines(capsys)[0] == "c.csv, procédure M2-1 stricte, situation au mercredi 8 janvier 2025"
    first, second = map(json.loads, Path("c.decisions.jsonl").read_text(encoding="utf-8").splitlines())
    assert (first["eligibility"], first["due_date"]) == ("complaint", "2025-01-08")
    assert (second["eligibility"], second["due_date"]) == ("complaint", "2025-01-07")


def test_a_territory_has_its_own_holidays(capsys: pytest.CaptureFixture[str]) -> None:
    path = put("c.csv", "reference,received_at,satisfaction\nA1,2024-12-20,3\n")
    assert run(["triage", path, "--territory", "alsace-moselle"]) == 0
    assert rows("c.decisions.csv")[0]["À répondre le"] == "08/01/2025"
    assert "Lignes lues : 1, dont 1 traitée et 0 rejetée" in lines(capsys)


def test_unread_sheets_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    book = Workbook()
    for title in ("Mai", "Avril"):
        book.create_sheet(title, 0).append(["reference", "received_at"])
    book.save("registre.xlsx")
    assert run(["triage", "registre.xlsx"]) == 0
    assert "Feuilles non lues : « Mai » (clé « sheet » de la correspondance)" in lines(capsys)


def test_blank_lines_and_unread_columns_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    extra = [f"colonne {number}" for number in range(23)]
    assert run(["triage", put("c.csv", f"reference,received_at,{','.join(extra)}\n\nA1,2026-05-02,{',' * 22}\n")]) == 0
    told = capsys.readouterr().out
    assert "Lignes vides passées : 1" in told
    assert "Colonnes non lues : « colonne 0 », " in told
    assert "« colonne 19 » et 3 autres" in told


@pytest.mark.parametrize(("arguments", "message"), refusals("triage"))
def test_errors_of_a_user_are_in_french(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    put("c.csv", "reference,received_at\nA1,2026-05-02\n")
    put("empty.csv", "")
    put("header.csv", "a,b\n")
    put("bad.toml", "a = [")
    os.mkfifo("fifo")
    assert message in refusal(capsys, *arguments)


def test_all_the_faults_of_a_mapping_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    put("c.csv", "reference,received_at\n")
    put("m.toml", 'tim_zone = "x"\n[columns]\ncanal = "a"\n')
    told = refusal(capsys, "triage", "c.csv", "--mapping", "m.toml").splitlines()
    assert [line.split(" : ")[:2] for line in told] == [["m.toml", "ligne 1, tim_zone"], ["reclamation", "m.toml"]]
    assert "columns.canal" in told[1]


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"1.2.3 ({name})")
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == "reclamation 1.2.3 (reclamation-core)\n"


def test_sources_that_are_installed_nowhere_have_no_version(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", find)
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == "reclamation sans version : le paquet n'est pas installé\n"


def test_a_missing_key_is_reported_without_python_terms(capsys: pytest.CaptureFixture[str]) -> None:
    put("p.toml", 'starts_from = "M2-1"\n')
    assert refusal(capsys, "policy", "check", "p.toml") == "p.toml : edition : cette clé est obligatoire ; indiquez-la"


@pytest.mark.parametrize("arguments", [[], ["policy"]])
def test_without_arguments_the_command_shows_its_help(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(arguments) == 2
    assert "Usage : reclamation" in capsys.readouterr().err


def test_every_help_is_french_throughout(capsys: pytest.CaptureFixture[str]) -> None:
    def below(command: Any, path: list[str]) -> Iterator[list[str]]:
        yield path
        for name, one in getattr(command, "commands", {}).items():
            yield from below(one, [*path, name])

    groups = ["policy", "conformance", "report", "db"]
    commands = list(below(typer.main.get_command(application(groups)), []))
    assert len(commands) > 10

    for path in commands:
        assert run([*path, "--help"]) == 0
        shown = capsys.readouterr().out
        assert shown.startswith(f"Usage : {' '.join(['reclamation', *path])} [OPTIONS]")
        assert "Options :\n" in shown
        assert shown.rstrip().endswith("Afficher cette aide.") or "Commandes :\n" in shown
        assert not ENGLISH & {*re.findall(r"\w+", shown)}
        assert not re.search(r"Usage:|\w:$|[<{]|\[\[", shown, flags=re.MULTILINE)
        assert not re.search(r"^  \w+ .*…$", shown, flags=re.MULTILINE)  # the list of commands cuts no sentence


def test_a_deadline_comes_with_its_ledger_by_territory_and_policy(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["deadline", "2026-05-02"]) == 0
    told = lines(capsys)
    assert "vendredi 8 mai 2026 jour férié : 8 mai (Victoire de 1945)" in told
    assert "jeudi 14 mai 2026 jour férié : Ascension" in told
    assert told[-1] == "mardi 19 mai 2026 10 jour ouvré"
    put("p.toml", 'starts_from = "M2-1"\nedition = "x"\n[deadline]\ndays = 5\n')
    assert run(["deadline", "20/12/2024", "--territory", "alsace-moselle"]) == 0
    assert "À répondre au plus tard le mercredi 8 janvier 2025" in lines(capsys)
    front_page = (Path(__file__).parents[2] / "docs/index.md").read_text(encoding="utf-8")
    assert run(["deadline", "2026-05-02", "--territory", "alsace-moselle"]) == 0
    assert capsys.readouterr().out.startswith(front_page.split("```text\n")[1].split("```")[0])
    assert run(["deadline", "2026-05-02", "--policy", "p.toml"]) == 0
    assert "À répondre au plus tard le lundi 11 mai 2026" in lines(capsys)
    monkeypatch.setattr(sys, "stdout", None)
    assert run(["deadline", "2026-05-02"]) == 0


def test_the_policy_is_shown_with_its_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "show"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("Règles de la version M2-1\n")
    assert "R1.4   réclamation    à l'enquête de fin de formation, le niveau de satisfaction\n" in page
    assert not set("|#\\`").intersection(page)
    assert "&gt;" not in page
    assert "low-survey-note" not in page
    assert max(map(len, page.splitlines())) <= 80

    assert run(["policy", "show", "--format", "markdown"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("#")
    assert "low-survey-note" in page
    assert run(["policy", "show", "--format", "html"]) == 2


@pytest.mark.slow
def test_the_demonstration_triages_the_shipped_file_and_leaves_it_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo"]) == 0
    told = lines(capsys)
    assert told[0] == "Demandes inventées, procédure M2-1, situation au mercredi 20 mai 2026"
    assert "Lignes lues : 200, dont 200 traitées et 0 rejetée" in told
    assert f"Décisions : {Path('reclamation-demo', 'decisions.csv')}" in told
    assert len(rows("reclamation-demo/decisions.csv")) == 200
    decided = Path("reclamation-demo/decisions.csv").read_text(encoding="utf-8")
    sites = ["--sites", "reclamation-demo/centres.toml"]
    assert run(["triage", "reclamation-demo/demandes.csv", *sites, "--as-of", "2026-05-20"]) == 0
    assert Path("reclamation-demo/demandes.decisions.csv").read_text(encoding="utf-8") == decided
    assert "--sites" not in capsys.readouterr().out


def test_unknown_sites_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    told = "Les centres ne sont pas connus : calendrier « métropole » pour tous ; indiquez --sites"
    assert run(["triage", put("c.csv", "reference,site,received_at\nA1,,2026-05-02\nA2,STR,2026-05-02\n")]) == 0
    assert told in lines(capsys)
    assert run(["triage", put("d.csv", "reference,site,received_at\nA1,,2026-05-02\n")]) == 0
    assert told not in lines(capsys)


def test_printed_lines_have_no_trailing_space_and_are_not_cut(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["triage", put("c.csv", COMPLAINTS), "--as-of", "2026-05-20"]) == 0
    assert run(["deadline", "2026-05-02"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if line != line.rstrip()] == []
    question = rows("c.decisions.csv")[3]["Question à poser"]
    assert len(question) >= 80
    assert plain(question) in " ".join(" ".join(told).split())
    assert max(map(len, told)) <= 80


def test_a_terminal_that_writes_no_accent_is_no_reason_to_fail() -> None:
    put("c.csv", COMPLAINTS)
    command = [sys.executable, "-c", "from reclamation_core.cli import main; main()", "triage", "c.csv"]
    done = subprocess.run(command, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"dont 4 trait?es et 0 rejet?e" in done.stdout


@pytest.mark.parametrize("arguments", [["policy", "show"], ["triage", "c.csv"]])
def test_a_closed_output_ends_the_command_without_a_message(arguments: list[str]) -> None:
    put("c.csv", COMPLAINTS)
    command = [sys.executable, "-c", "from reclamation_core.cli import main; main()", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == (b"", 0)
    process.stderr.close()
    assert "triage" not in arguments or len(rows("c.decisions.csv")) == 4


def test_a_terminal_shows_a_laid_out_page() -> None:
    controller, terminal = pty.openpty()
    command = [sys.executable, "-c", "from reclamation_core.cli import main; main()", "policy", "show"]
    process = subprocess.Popen(command, stdout=terminal, env={**os.environ, "TERM": "xterm"})
    os.close(terminal)
    shown = b""
    try:
        while part := os.read(controller, 1 << 16):
            shown += part
    except OSError:  # the other end is closed: that is how a terminal says it on Linux
        pass
    os.close(controller)
    assert process.wait() == 0
    assert b"\x1b[" in shown
    page = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode())
    assert "à l’enquête de fin de formation" in page
    assert "│" not in page
