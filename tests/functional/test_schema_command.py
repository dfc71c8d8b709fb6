"""`reclamation schema`, as its users type it."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reclamation_core.cli.application import run
from reclamation_core.schemas import SCHEMAS, document_schema


def test_without_a_name_the_names_are_listed_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert {"case", "event", "event.registered", "plan", "analysis.five_whys", "facts.complaint", "vault"} <= set(told)
    assert told == sorted(told)


def test_the_schema_of_a_name_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "event.registered"]) == 0
    text = capsys.readouterr().out
    assert "enregistrement" in text
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    assert schema == document_schema("event.registered")


def test_a_folder_gets_the_schema_that_is_named_or_every_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["schema", "vault", "--output", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"1 schéma écrit dans {tmp_path}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["vault.schema.json"]
    folder = tmp_path / "échange" / "schémas"
    names = [*SCHEMAS, "conformance"]
    assert run(["schema", "--output", str(folder)]) == 0
    assert capsys.readouterr().out == f"{len(names)} schémas écrits dans {folder}\n"
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{name}.schema.json" for name in names)
    assert json.loads((folder / "case.schema.json").read_text(encoding="utf-8")) == document_schema("case")


def test_a_name_of_no_document_and_a_folder_that_is_a_file_are_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["schema", "poème"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("reclamation : « poème » n'est pas un document ; choisissez parmi analysis, ")
    file = tmp_path / "fichier"
    file.write_text("", encoding="utf-8")
    assert run(["schema", "--output", str(file)]) == 2
    assert capsys.readouterr().err == f"reclamation : {file} : un dossier est attendu, c'est un fichier\n"
