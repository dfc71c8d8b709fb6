"""`reclamation intake mail`: what it prints and writes, and the decisions of a person."""

import csv
import json
import mailbox
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest

from reclamation_core.cli.application import run as main
from reclamation_core.desk import Desk
from tests.databases import sqlite_file


def mail(identifier: int, subject: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Message-ID"] = "Zoé Durand <zoe@ex.org>", f"<{identifier}@ex.org>"
    for name, value in {"Date": "Mon, 04 May 2026 09:12:00 +0200", **headers}.items():
        message[name.replace("_", "-")] = value
    message["Subject"] = subject
    message.set_content("Le formateur est absent depuis trois semaines")
    return message


@pytest.fixture
def box(tmp_path: Path) -> Path:
    path = tmp_path / "boite.mbox"
    file = mailbox.mbox(path)
    first = mail(1, "Réclamation")
    first.add_attachment(b"MZ\x90\x00" * 9, maintype="application", subtype="pdf", filename="contrat.pdf")
    for message in (
        first,
        mail(2, "Re: Réclamation", In_Reply_To="<1@ex.org>"),
        mail(3, "Absence", Auto_Submitted="auto-replied"),
        mail(4, "Sans date", Date="hier"),
        mail(5, "Réclamation"),
    ):
        file.add(message)
    file.close()
    return path


@pytest.fixture
def register(tmp_path: Path) -> str:
    return sqlite_file(tmp_path, "register.db")


def run(*arguments: object) -> int:
    return main(["intake", "mail", *map(str, arguments)])


def refused(capsys: pytest.CaptureFixture[str], arguments: Sequence[object]) -> str:
    capsys.readouterr()
    assert run(*arguments) == 2
    return capsys.readouterr().err


def test_a_mailbox_is_registered_once_and_a_person_decides_the_rest(
    box: Path, register: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = (box, "--db", register, "--site", "CRE", "--documents", tmp_path / "documents")
    assert run(*options, "--register") == 1
    out = capsys.readouterr().out
    assert "Enregistrées : 2" in out
    assert "non versée" in out
    assert "doublon possible : R-2026-000001 (même auteur, mots proches)" in out

    output = tmp_path / "boite.csv"
    assert run(*options, "--format", "csv", "--output", output) == 1
    rows = list(csv.DictReader(output.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert [(row["Suite"], row["Dossier"], row["Dossiers proposés"]) for row in rows] == [
        ("déjà au registre", "R-2026-000001", ""),
        ("réponse, à classer dans un dossier", "", "R-2026-000001"),
        ("automatique, à part", "", ""),
        ("rejeté", "", ""),
        ("déjà au registre", "R-2026-000002", ""),
    ]
    keys = [row["Clé"] for row in rows]

    decided = ("--as", "Mme Roux", "--file", f"{keys[1]}=R-2026-000001", "--new", f"mail:{keys[2]}")
    assert run(*options, *decided) == 1
    out = capsys.readouterr().out
    assert "Classées dans un dossier : 1" in out
    assert "R-2026-000003" in out
    with Desk.open(register) as desk:
        case = desk.cases.get("R-2026-000001")
        assert case.read(case.events[-1].by) == "Mme Roux"


def test_an_answer_ends_the_shown_request(register: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "1.eml").write_bytes(mail(1, "Réclamation").as_bytes())
    options = ("--db", register, "--site", "CRE")
    assert run(tmp_path / "1.eml", *options, "--register") == 0
    with Desk.open(register) as desk:
        desk.acting("Mme Roux").request_information("R-2026-000001", "nature")
    (tmp_path / "2.eml").write_bytes(mail(2, "Re: Réclamation", References="<1@ex.org>").as_bytes())
    assert run(tmp_path / "2.eml", *options) == 0
    out = capsys.readouterr().out
    proposed = "dossier proposé : R-2026-000001 (fil de la conversation, demande de précisions en attente)"
    assert proposed in " ".join(out.split())

    [line] = [line for line in out.splitlines() if "Re: Réclamation" in line]
    assert run(tmp_path / "2.eml", *options, "--answer", f"{line.split()[0]}=R-2026-000001", "--as", "Mme Roux") == 0
    with Desk.open(register) as desk:
        assert desk.cases.get("R-2026-000001").open_request is None

    assert run(tmp_path / "2.eml", *options, "--format", "jsonl") == 0
    document = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (document["status"], document["case"]) == ("known", "R-2026-000001")
    assert document["text"].startswith("Le formateur")


def test_refusals_have_the_remedy(box: Path, register: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    options = [box, "--db", register, "--site", "CRE"]
    for arguments, words in (
        ([box, "--format", "xml"], "choisissez csv ou jsonl"),
        ([box, "--output", "x"], "indiquez aussi --format"),
        ([box, "--db", register], "indiquez le centre"),
        ([*options, "--new", "86c5402dea"], "--as"),
        ([*options, "--as", "x", "--new", "86c5"], "10 caractères"),
        ([*options, "--as", "x", "--file", "86c5402dea"], "CLÉ=DOSSIER"),
        ([*options, "--as", "x", "--file", "0000000000=R-2026-000001"], "aucun des messages lus"),
        ([*options, "--as", "x", "--file", "86c5402dea=R-2026-000009"], "R-2026-000009"),
        ([tmp_path / "absent"], "introuvable"),
        ([box, "--largest", "0"], "--largest : 0"),
        ([box, "--to", "metz=METZ"], "ADRESSE=CENTRE"),
    ):
        assert words in refused(capsys, arguments), arguments


def test_another_text_of_an_identifier_is_shown(
    register: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, options = tmp_path / "1.eml", ("--db", register, "--site", "CRE")
    path.write_bytes(mail(1, "Réclamation").as_bytes())
    assert run(path, *options, "--register") == 0
    path.write_bytes(mail(1, "Tout autre chose").as_bytes())
    assert run(path, *options) == 0
    assert "motif : un autre message a le même identifiant" in capsys.readouterr().out
