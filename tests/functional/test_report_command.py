"""`reclamation report`: the files it writes, and how each wrong option is refused."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openpyxl import load_workbook

from reclamation_core.cli import report_command
from reclamation_core.cli.application import run
from reclamation_core.desk import Desk
from reclamation_core.policy import read_policy
from reclamation_core.reporting import ReportFormat
from tests.databases import sqlite_file
from tests.fragments import Page
from tests.functional.refusals import refusals
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.reporting.tampering import verify


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register of two cases, in the current folder."""
    monkeypatch.chdir(tmp_path)
    with Desk.open(sqlite_file(tmp_path, "register.db"), clock=factories.FakeClock(factories.at(20))) as desk:
        for day, site in ((1, "CRE"), (10, "STD")):
            desk.register(factories.facts(factories.at(day)), site=site, occurred_at=factories.at(day))
    return tmp_path


DB = ("--db", "sqlite:///register.db")
SITES = (
    '[sites.CRE]\nname = "Créteil"\nregion = "Île-de-France"\n[sites.STD]\nname = "Stains"\nregion = "Île-de-France"\n'
)


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_a_workbook_is_written_by_default(register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "register", *DB]) == 0
    sheet = load_workbook(BytesIO((register / "registre.xlsx").read_bytes())).worksheets[0]
    assert (sheet.max_row, sheet.max_column) == (3, 52)
    assert capsys.readouterr().out == "registre.xlsx : 2 dossiers\n"


@pytest.mark.parametrize("command", [["register", "-o", "r.html"], ["audit", "-o", "preuves.zip"]])
@pytest.mark.usefixtures("register")
def test_a_progress_bar_counts_the_cases(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    @contextmanager
    def progress(size: int) -> Iterator[Callable[[int], None]]:
        assert size == 2
        yield seen.append

    monkeypatch.setattr(report_command, "progress", progress)
    assert run(["report", *command, *DB]) == 0
    assert seen == [1, 2]


@pytest.mark.parametrize("report_format", ReportFormat)
def test_each_format_is_written_by_name_or_by_suffix(register: Path, report_format: ReportFormat) -> None:
    assert run(["report", "register", *DB, "--format", report_format.value, "-o", "sortie"]) == 0
    assert run(["report", "register", *DB, "-o", f"sortie.{report_format.value}"]) == 0
    assert (register / "sortie").stat().st_size
    assert (register / f"sortie.{report_format.value}").stat().st_size


def test_the_columns_of_a_page_are_those_of_a_reader_or_named(register: Path) -> None:
    for options, count in ((["--reader", "auditeur"], 12), (["--shown", "dossier, etat"], 2), ([], 12)):
        assert run(["report", "register", *DB, *options, "--texts", "-o", "r.html"]) == 0
        tables = Page((register / "r.html").read_text(encoding="utf-8")).tables
        assert {len(table[0]) for table in tables[1:-1]} == {count}, options
    assert run(["report", "register", *DB, "-o", "r.csv"]) == 0
    assert [line[0] for line in lines(register / "r-totaux.csv")][:2] == ["Mesure", "Dossiers"]


def test_lines_and_columns_are_selected(register: Path) -> None:
    (register / "sites.toml").write_text(SITES, encoding="utf-8")
    options = ["--columns", "dossier, centre,recu_le", "--from", "05/06/2026", "--until", "2026-06-30"]
    assert run(["report", "register", *DB, *options, "--sites", "sites.toml", "-o", "r.csv"]) == 0
    assert lines(register / "r.csv") == [["Dossier", "Centre", "Reçu le"], ["R-2026-000002", "Stains", "10/06/2026"]]
    assert run(["report", "register", *DB, "--columns", "dossier", "--site", "CRE", "-o", "r.csv"]) == 0
    assert lines(register / "r.csv") == [["Dossier"], ["R-2026-000001"]]


LETTERS = """organisation = "Afpa"
address = "12 rue de l'Exemple"
signatory = "Jeanne Martin"
signatory_title = "directrice"
data_protection = "dpo@example.org"
legal_basis = "l'exécution du contrat"
recipients = "le centre"
"""


@pytest.fixture
def named(register: Path) -> Path:
    """A case of a known complainant, and the settings of letters."""
    (register / "courriers.toml").write_text(LETTERS, encoding="utf-8")
    with Desk.open("sqlite:///register.db", clock=factories.FakeClock(factories.at(20))) as desk:
        facts = factories.facts(factories.at(19))
        desk.register(facts, site="CRE", complainant="Awa Durand", occurred_at=factories.at(19))
    return register


def test_a_letter_is_written_under_the_name_of_its_case(named: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "letter", "R-2026-000003", *DB]) == 0
    assert capsys.readouterr().out == "R-2026-000003-accuse.pdf\n"
    assert (named / "R-2026-000003-accuse.pdf").read_bytes().startswith(b"%PDF")
    assert run(["report", "letter", "R-2026-000003", *DB, "-o", "lettre.txt"]) == 0
    assert "Awa Durand" in (named / "lettre.txt").read_text(encoding="utf-8")
    assert run(["report", "letter", "R-2026-000003", *DB, "--format", "html"]) == 0
    assert (named / "R-2026-000003-accuse.html").exists()


@pytest.mark.parametrize(("options", "message"), refusals("report"))
def test_what_cannot_be_written_is_refused_with_the_remedy(
    named: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", *options, *(() if "--db" in options else DB)]) == 2
    assert message in capsys.readouterr().err.replace("\xa0", " ")
    assert sorted(path.suffix for path in named.iterdir()) == [".db", ".toml"]


def test_a_calendar_is_written_for_a_scope(register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "calendar", *DB]) == 0
    assert capsys.readouterr().out == "echeances.ics : 2 échéances\n"
    assert run(["report", "calendar", *DB, "--site", "STD", "--domain", "example.org", "-o", "stains.ics"]) == 0
    assert capsys.readouterr().out == "stains.ics : 1 échéance\n"
    content = (register / "stains.ics").read_text(encoding="utf-8")
    assert "R-2026-000002" in content
    assert "@example.org" in content
    assert run(["report", "calendar", *DB, "--ended-since", "01/06/2026"]) == 0


# PGAAC, case file, audit file


@pytest.fixture
def planned(register: Path) -> Path:
    """The register with an action, published once."""
    with Desk.open("sqlite:///register.db", clock=factories.FakeClock(factories.at(20))) as desk:
        desk.pgaac("CRE").add(factories.sheet())
        desk.pgaac("CRE").publish()
    return register


def test_a_plan_is_written_and_its_sending_is_recorded(planned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "plan", "CRE", *DB, "-o", "plan.csv"]) == 0
    sent = ["--sent-to", "Tous les PCS; Direction", "--actor", "Mme Roux"]
    assert run(["report", "plan", "site:CRE", *DB, "--number", "1", "-o", "plan-1.csv", *sent]) == 0
    assert lines(planned / "plan.csv")[1][0] == "A-1 (centre CRE)"
    with Desk.open("sqlite:///register.db") as desk:
        [export] = desk.reports.exports()
    assert (export.recipients, export.actor, export.subject) == (
        ("Tous les PCS", "Direction"),
        "Mme Roux",
        "site:CRE 1",
    )
    assert capsys.readouterr().out.splitlines() == [
        "plan.csv : 1 action",
        "plan-1.csv : 1 action",
        f"Envoi n° 1 noté, empreinte SHA-256 {export.sha256}",
    ]
    assert run(["report", "plan", "national", *DB, "--number", "1"]) == 2
    assert "édition" in capsys.readouterr().err
    assert run(["report", "plan", "CREE", *DB, "-o", "plan-2.csv"]) == 2
    assert "le plan « CREE » est introuvable" in plain(capsys.readouterr().err)
    assert not (planned / "plan-2.csv").exists()


def test_the_effect_of_an_action_is_written_and_said(planned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "effect", "CRE", "A-1", *DB]) == 2
    assert "action : « A-1 »" in plain(capsys.readouterr().err)
    with Desk.open("sqlite:///register.db", clock=factories.FakeClock(factories.at(21))) as desk:
        desk.pgaac("CRE").finish("A-1", evidence="la facture")
    assert run(["report", "effect", "CRE", "A-1", *DB, "-o", "effet.csv"]) == 0
    assert [row[0] for row in lines(planned / "effet.csv")] == ["Période", "Depuis l’action"]
    assert plain(capsys.readouterr().out).startswith("effet.csv : Trop peu de réclamations avant l'action")
    for place, action, named in (("CRE", "A-9", "A-9"), ("centre:CRE", "A-1", "centre:CRE"), ("STD", "A-1", "A-1")):
        assert run(["report", "effect", place, action, *DB]) == 2
        assert named in plain(capsys.readouterr().err)


def test_the_file_of_a_case_is_written_under_its_reference(register: Path) -> None:
    assert run(["report", "case", "R-2026-000001", *DB]) == 0
    assert "<h1>Dossier R-2026-000001</h1>" in (register / "R-2026-000001.html").read_text(encoding="utf-8")
    assert run(["report", "case", "R-2026-000009", *DB]) == 2


def test_an_audit_file_is_written_signed_verified_and_recorded(
    planned: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "roux")
    key = Ed25519PrivateKey.generate()
    (planned / "cle").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    (planned / "cle.pub").write_bytes(key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH))
    period = ["--from", "2026-06-01", "--to", "30/06/2026"]
    assert run(["report", "audit", *DB, *period, "--key", "cle", "-o", "preuves.zip"]) == 0
    assert verify(planned / "preuves.zip", "--key", planned / "cle.pub")[0] == 0
    with Desk.open("sqlite:///register.db") as desk:
        [export] = desk.reports.exports()
    assert (export.actor, export.subject) == ("roux", "2026-06-01/2026-06-30")
    assert capsys.readouterr().out.splitlines() == [
        "preuves.zip : 2 dossiers, export n° 1",
        f"Empreinte SHA-256 du manifeste : {export.sha256}",
    ]
    assert run(["report", "audit", *DB, "--case", "R-2026-000001", "--site", "CRE", "-o", "un"]) == 0
    assert "Non signé" in capsys.readouterr().out
    assert run(["report", "audit", *DB, "--site", "CRE", "--region", "Île-de-France"]) == 2
    assert run(["report", "audit", *DB, "--from", "2026-06-02", "--to", "2026-06-01"]) == 2
    assert "--until : 2026-06-01 ; un jour qui ne précède pas le début, 02/06/2026," in capsys.readouterr().err
    assert run(["report", "audit", *DB, "--key", "register.db"]) == 2
    assert "clé privée Ed25519" in capsys.readouterr().err


EDITION = """starts_from = "M2-1"
edition = "propre"
[[facts]]
name = "online"
label = { fr = "à distance", en = "online" }
type = "boolean"
question_to_complainant = { fr = "Était-ce à distance ?", en = "Was it online?" }
[[facts]]
name = "funder"
label = { fr = "financeur", en = "funder" }
type = "codes"
codes = [{ code = "opco", label = { fr = "OPCO", en = "skills operator" } }]
[[facts]]
name = "tutor"
label = { fr = "tuteur", en = "tutor" }
type = "text"
personal = true
[[facts]]
name = "born"
label = { fr = "naissance", en = "birthday" }
type = "day"
personal = true
[tables.service]
inputs = ["own.funder"]
outcomes = ["finance"]
rows = [{ id = "any", when = {}, then = "finance" }]
"""


def test_own_facts_have_the_labels_of_the_edition(named: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (named / "edition.toml").write_text(EDITION, encoding="utf-8")
    options = [*DB, "--policy", "edition.toml"]
    with Desk.open("sqlite:///register.db", policy=read_policy(named / "edition.toml"), clock_limit=None) as desk:
        facts = factories.facts(factories.at(19), own={"funder": "opco", "tutor": "Mme Zola", "born": "1990-02-01"})
        reference = desk.register(facts, site="CRE", complainant="Awa Durand", occurred_at=factories.at(19)).reference
        desk.request_information(reference, "own.online")
        desk.correct(reference, reason="erreur", own={"born": "1991-02-01"})
    assert run(["report", "register", *options, "-o", "r.csv"]) == 0
    assert run(["report", "audit", *options, "--case", reference, "-o", "preuves"]) == 0
    for file in ("r.csv", "preuves/registre.csv"):
        found = lines(named / file)
        assert (found[0][-2:], found[-1][-2:]) == (["Financeur", "Service"], ["OPCO", "finance"])
    assert run(["report", "case", reference, *options, "-o", "c.html"]) == 0
    page = (named / "c.html").read_text(encoding="utf-8")
    assert "Financeur" in page
    assert "OPCO" in page
    assert not capsys.readouterr().err
    assert run(["report", "case", reference, *DB, "-o", "c.html"]) == 0
    assert "la version « propre » de la procédure manque" in plain(capsys.readouterr().err)
    assert run(["report", "letter", reference, *options, "--kind", "precisions", "-o", "l.txt"]) == 0
    assert "Était-ce à distance ?" in plain((named / "l.txt").read_text(encoding="utf-8"))
    assert run(["person", "Awa Durand", *options]) == 0
    held = plain(capsys.readouterr().out)
    assert held.count("tuteur : Mme Zola") == 1  # the correction has it too, with the same commitment
    assert "naissance : 01/02/1991" in held
