"""Commands for a person's data, for snapshots of another version, and for sealed checkpoints."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, get_args, get_origin

import attrs
import pytest

from reclamation_core.adapters import upgrade
from reclamation_core.cases.texts import marked, parts_of
from reclamation_core.cli import database_commands
from reclamation_core.cli.application import run
from reclamation_core.desk import Desk
from reclamation_core.vocabulary import Role
from tests.databases import sqlite_file
from tests.unit.desk import factories

URL_ = "sqlite:///register.db"
CliResult = tuple[int, str, str]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(database_commands.VARIABLE, raising=False)


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[..., CliResult]:
    def run_(*arguments: str) -> CliResult:
        status = run(arguments)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run_


def lived() -> None:
    """Two cases, of which the first is about a person, and a plan whose edition was sent to a person."""
    with Desk.open(sqlite_file(Path(), "register.db"), sites=factories.SITES) as opened:
        desk = opened.acting("Mme Roux", Role.RQR)
        factories.registered(desk, complainant="DUPONT Jean", verbatim="La salle est froide")
        factories.registered(desk, complainant="Mme Leroy")
        plan = desk.pgaac("CRE")
        plan.add(factories.sheet())
        plan.publish(recipients=("M. Dupont, Jean", "PCS"))


def say(statement: str) -> None:
    """Change the database directly."""
    with closing(sqlite3.connect("register.db", isolation_level=None)) as connection:
        connection.execute(statement)


def test_what_is_held_on_a_person_is_given_as_json(told: Callable[..., CliResult]) -> None:
    lived()

    status, said, _ = told("person", "jean dupont", "--db", URL_, "--format", "json")

    document = json.loads(said)
    assert (status, document["person"]) == (0, "jean dupont")
    assert [(one["holder"], one["field"], one["kind"], one["text"]) for one in document["held"]] == [
        ("R-2026-000001", "complainant", "personal", "DUPONT Jean"),
        ("R-2026-000001", "verbatim", "free", "La salle est froide"),
        ("site:CRE", "recipients", "personal", "M. Dupont, Jean"),
    ]


def test_every_text_of_an_event_has_a_french_name() -> None:
    for name, cls in database_commands.EVENTS.items():
        for field in (*texts_of(cls), "by"):
            assert database_commands.field_in_french(name, field) != field or field == "cause"


def texts_of(cls: Any) -> Iterator[str]:
    """The fields of an event, or of its parts, that hold a text."""
    yield from marked(cls)
    for part in parts_of(cls):
        held = getattr(attrs.fields(attrs.resolve_types(cls)), part).type
        yield from texts_of(get_args(held)[0] if get_origin(held) is tuple else held)


def test_what_is_held_on_a_person_is_written_where_it_is_wanted(told: Callable[..., CliResult]) -> None:
    lived()
    assert told("person", "roux", "--db", URL_, "--output", "held.json") == (0, "0 texte : held.json\n", "")
    assert told("person", "roux", "--db", URL_, "--as-actor", "--output", "held.json")[1] == "4 textes : held.json\n"
    assert len(json.loads(Path("held.json").read_text())["held"]) == 4


def test_whom_nobody_names_and_what_cannot_be_read_are_refused(told: Callable[..., CliResult]) -> None:
    lived()
    assert told("person", "...", "--db", URL_) == (
        2,
        "",
        "reclamation : NOM : indiquez un nom, une adresse, ou quelques mots de l'un ou de l'autre\n",
    )
    say("UPDATE reclamation_cases SET document = '{' WHERE reference = 'R-2026-000001'")
    status, said, refused = told("person", "dupont", "--db", URL_)
    assert (status, said) == (2, "")
    assert "ce que la base contient ne se lit pas" in refused


def test_an_upgrade_folds_again_what_another_version_folded(told: Callable[..., CliResult]) -> None:
    lived()
    say("UPDATE reclamation_cases SET state_version = 1, level = 'national'")
    assert told("db", "upgrade", "--db", URL_)[1].splitlines() == [
        "sqlite:///register.db : le schéma est déjà à jour",
        "sqlite:///register.db : 2 dossiers ou plans d'une autre version, relus",
    ]
    assert told("db", "verify", "--db", URL_)[0] == 0
    assert told("db", "upgrade", "--db", URL_)[1] == "sqlite:///register.db : le schéma est déjà à jour\n"


def test_a_sealed_checkpoint_without_its_key_is_told(told: Callable[..., CliResult]) -> None:
    lived()
    Path("key").write_bytes(b"0123456789abcdef")
    assert told("db", "checkpoint", "--db", URL_, "--key-file", "key", "--output", "point.json")[0] == 0
    against = ("db", "verify", "--db", URL_, "--checkpoint", "point.json")
    assert told(*against, "--key-file", "key")[0] == 0
    status, said, _ = told(*against)
    assert status == 1
    assert said.startswith("point de contrôle signé : sans --key-file, son authenticité ne peut pas être vérifiée")
    assert "1 anomalie" in said
    assert told("db", "checkpoint", "--db", URL_, "--output", "plain.json")[0] == 0
    assert told("db", "verify", "--db", URL_, "--checkpoint", "plain.json")[0] == 0


def test_a_checkpoint_that_is_nested_without_end_is_refused(told: Callable[..., CliResult]) -> None:
    upgrade(URL_)
    Path("point.json").write_text("[" * 200_000)
    status, _, refused = told("db", "verify", "--db", URL_, "--checkpoint", "point.json")
    assert status == 2
    assert refused.startswith("reclamation : point.json : ce n'est pas un point de contrôle")
