"""`reclamation nightly`, as a scheduler runs it."""

import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from reclamation_core import Policy, PolicyBook, m2_1
from reclamation_core.adapters import FsspecDocumentStore, InMemoryDocumentStore
from reclamation_core.adapters.document_stores import document_store
from reclamation_core.calendars import DeadlineRule
from reclamation_core.cases import NewDocument
from reclamation_core.cli.application import run
from reclamation_core.cli.nightly_command import publication_to
from reclamation_core.desk import Desk
from reclamation_core.policy import Parameters
from reclamation_core.ports import JobState, ParkedEvent, StoreUnreachableError
from reclamation_core.testing.builders import a_complaint
from tests.databases import sqlite_file
from tests.inside import store_of
from tests.unit.desk.factories import FakeClock, exclusive
from tests.unit.reporting.test_audit_file import KEY

URL = "sqlite:///register.db"
ONE_DAY = timedelta(days=1)
FIVE_DAYS = Policy(edition="five days", parameters=Parameters(deadline=DeadlineRule(days=5)))


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Desk.open(sqlite_file(tmp_path, "register.db")) as desk:
        desk.register(a_complaint(received_at=datetime.now(UTC) - timedelta(days=40)), site="CRE")


def test_a_night_is_reported_as_text_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    Path("themes.toml").write_text('version = "2026"\n[themes]\ntrainer = ["formateur"]\n', encoding="utf-8")
    status = run(["nightly", "--db", URL, "--verify", "--report", "night.json", "--themes", "themes.toml"])
    assert (status, capsys.readouterr().out.splitlines()[:3]) == (
        0,
        [URL, "Dossiers et plans recalculés : 0", "Alertes émises : 3"],
    )
    report = json.loads(Path("night.json").read_text(encoding="utf-8"))
    assert (report["discrepancies"], report["themes"]) == ([], [])


def test_documents_are_in_the_folder_that_commands_name(capsys: pytest.CaptureFixture[str]) -> None:
    documents = document_store("documents")
    with Desk.open(URL, documents=documents) as desk:
        cases = [desk.register(a_complaint(received_at=datetime.now(UTC)), site="CRE") for _ in range(2)]
        for case in cases:
            document = NewDocument(name="a.txt", content=case.reference.encode())
            desk.add_support(case.reference, kind="letter", title="la lettre", documents=[document])
        desk.withdraw(case.reference)
        desk.close(case.reference, reason="withdrawn")
    with Desk.open(URL, documents=InMemoryDocumentStore()) as elsewhere:
        elsewhere.anonymise(case.reference)  # the bytes of the folder are left

    assert run(["nightly", "--db", URL, "--documents", "documents"]) == 0
    assert "Documents supprimés : 0" in capsys.readouterr().out
    assert run(["report", "audit", "--db", URL, "--documents", "documents", "-o", "preuves"]) == 0
    assert [path.read_bytes() for path in Path("preuves/pieces").rglob("*.txt")] == [cases[0].reference.encode()]
    assert isinstance(document_store("memory://documents"), FsspecDocumentStore)


def test_each_alert_is_given_to_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    Path("receive.py").write_text("import sys; open('received', 'a').write(sys.stdin.read())")
    assert run(["nightly", "--db", URL, "--publish", f"'{sys.executable}' receive.py"]) == 0
    assert "Transmission des alertes : 3" in capsys.readouterr().out
    received = [json.loads(line) for line in Path("received").read_text().splitlines()]
    assert [event["data"]["type"] for event in received] == ["alerted"] * 3


def test_a_night_under_several_editions_does_as_a_book(capsys: pytest.CaptureFixture[str]) -> None:
    today, last = datetime.now(UTC), (datetime.now(UTC) - timedelta(days=700)).date()
    before = attrs.evolve(m2_1(), in_force_until=last)
    after = attrs.evolve(FIVE_DAYS, in_force_from=last + ONE_DAY, in_force_until=date(2098, 12, 31))
    book = PolicyBook([after, before])
    for days, closes in ((1010, True), (705, False), (560, True), (15, False)):  # two have expired
        received = today - timedelta(days=days)
        with Desk.open(URL, policy=book, clock=FakeClock(received)) as desk:
            reference = desk.register(a_complaint(received_at=received), site="CRE").reference
            if closes:
                desk.withdraw(reference)
                desk.close(reference, reason="withdrawn")
    Path("M2-1.toml").write_text(f'starts_from = "M2-1"\nedition = "M2-1"\nin_force_until = {last}\n', encoding="utf-8")
    Path("five days.toml").write_text(after.to_toml(), encoding="utf-8")
    later = 'starts_from = "five days"\nedition = "later"\nin_force_from = 2099-01-01\n'
    Path("later.toml").write_text(later, encoding="utf-8")
    copyfile("register.db", "copy.db")
    with Desk.open("sqlite:///copy.db", policy=book) as desk:
        expected = desk.maintenance.nightly(verify=True).to_document()
    assert (len(expected["forgotten"]), len({alert["case"] for alert in expected["alerts"]})) == (2, 5)
    both = ["--policy", "M2-1.toml", "--policy", "five days.toml"]

    copyfile("register.db", "one.db")
    assert run(["nightly", "--db", "sqlite:///one.db", "--policy", "M2-1.toml"]) == 1
    options = [*both, "--policy", "later.toml", "--verify", "--report", "night.json"]
    assert run(["nightly", "--db", URL, *options]) == 0
    report = json.loads(Path("night.json").read_text(encoding="utf-8"))
    assert {**report, "started_at": 0, "ended_at": 0} == {**expected, "started_at": 0, "ended_at": 0}
    capsys.readouterr()
    assert run(["nightly", "--db", URL, *both, *both]) == 2
    assert "--policy : [« M2-1 », « M2-1 », « five days », « five days »] ; indiquez un nom" in capsys.readouterr().err


def test_the_digest_of_the_day_is_written_for_each_centre_and_for_all() -> None:
    Path("centres.toml").write_text('[sites.CRE]\nname = "Créteil"\nregion = "Île-de-France"\n', encoding="utf-8")
    for _ in range(2):  # each night writes into the same folder
        assert run(["nightly", "--db", URL, "--digest", "digests", "--sites", "centres.toml"]) == 0
    texts = {path.name: path.read_text(encoding="utf-8") for path in Path("digests").iterdir()}
    assert texts.keys() == {"ensemble.txt", "centre-CRE.txt"}
    assert texts["centre-CRE.txt"] == texts["ensemble.txt"]
    assert "Réponses en retard : 1\n- R-" in texts["ensemble.txt"]


def test_the_checkpoints_of_two_nights_are_in_one_folder() -> None:
    Path("key").write_bytes(KEY)
    published = publication_to(Path("points"), Path("key"), None, None)
    stamped = publication_to(Path("points"), Path("key"), None, "http://localhost:1/tsa")
    assert published is not None
    assert stamped is not None
    assert (published.authority, callable(stamped.authority)) == (None, True)
    for size in (7, 12):
        record: Any = SimpleNamespace(size=size, note=f"note {size}", token=b"token" if size == 12 else None)
        published.publish(record)
    assert {path.name: path.read_text(encoding="utf-8").strip() for path in Path("points").iterdir()} == {
        "point-de-controle-000000000007.txt": "note 7",
        "point-de-controle-000000000012.txt": "note 12",
        "point-de-controle-000000000012.tsr": "token",
    }


def test_what_cannot_be_run_or_written_is_refused_before_the_night(capsys: pytest.CaptureFixture[str]) -> None:
    Path("key").write_bytes(KEY)
    Path("wrong").write_bytes(KEY[:-40])
    Path("taken/point-de-controle.txt").mkdir(parents=True)
    outputs = ["--publish="], ["--publish='"], ["--report=none/night.json"], ["--digest=register.db"]
    signed = [[f"--checkpoint={name}", "--key=key"] for name in ("register.db", "taken")]
    for options in (*outputs, *signed, ["--checkpoint=points", "--key=wrong"]):
        assert run(["nightly", "--db", URL, *options]) == 2
    refused = capsys.readouterr()
    assert (refused.err.count("commande est attendue"), refused.err.count("dossier"), refused.out) == (2, 5, "")
    assert "une clé privée Ed25519 sans mot de passe" in refused.err


def test_a_night_during_another_one_ends_with_a_status_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    with Desk.open(URL) as desk, exclusive(desk, "nightly"):
        assert run(["nightly", "--db", URL]) == 3
    assert "la tâche « nightly » est déjà en cours" in capsys.readouterr().err


def test_a_night_that_finds_something_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    import sqlite3

    run(["nightly", "--db", URL])
    with sqlite3.connect("register.db") as connection:
        connection.execute("UPDATE reclamation_cases SET site = 'STR'")
    connection.close()
    assert run(["nightly", "--db", URL, "--verify"]) == 1
    assert "Contrôle d'intégrité (écarts) : 0" not in capsys.readouterr().out.splitlines()[-1]


def test_a_night_that_an_outage_ended_ends_with_a_status_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreachable(_: object) -> int:
        raise StoreUnreachableError("sqlite:///register.db", "08006")

    monkeypatch.setattr("reclamation_core.adapters.SqlAlchemyStore.rebuild_in_batches", unreachable)
    monkeypatch.setattr("reclamation_core.adapters.SqlAlchemyStore.pause", lambda *_: None)
    assert run(["nightly", "--db", URL, "--report", "night.json"]) == 4
    assert "Commencé, puis interrompu à l'étape" in capsys.readouterr().out
    assert json.loads(Path("night.json").read_text(encoding="utf-8"))["interrupted"] == "rebuild"
    with Desk.open(URL) as desk:
        assert [job.is_taken for job in desk.maintenance.jobs()] == [False]


def test_a_night_that_is_stopped_by_a_signal_releases_its_lock(capsys: pytest.CaptureFixture[str]) -> None:
    Path("stop.py").write_text("import os, signal; os.kill(os.getppid(), signal.SIGTERM)")
    assert run(["nightly", "--db", URL, "--publish", f"'{sys.executable}' stop.py"]) == 4
    assert "commencé, puis interrompu à la demande" in capsys.readouterr().err
    assert run(["nightly", "--db", URL]) == 0


def test_a_job_of_a_killed_run_is_listed_and_freed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["db", "free", "--db", URL]) == 0
    with Desk.open(URL) as desk:
        until = datetime.now(UTC) + timedelta(minutes=5)
        store_of(desk).jobs.save("nightly", JobState(holder="killed", until=until))
        store_of(desk).jobs.save("feed:e-mail", JobState(parked=(ParkedEvent(1, "R-2026-000001"),)))

    assert run(["db", "free", "--db", URL]) == 0
    assert run(["db", "free", "nightly", "--db", URL]) == 0
    assert run(["db", "free", "nightly", "--db", URL]) == 0
    assert run(["db", "free", "nightyl", "--db", URL]) == 2

    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert lines[:2] == ["aucune tâche n'a encore été lancée", "feed:e-mail : libre, 1 événement de côté"]
    assert lines[2].startswith("nightly : prise jusqu'au ")
    assert lines[3:] == ["nightly : libérée", "nightly : personne ne la tenait"]
    assert "nightyl : aucune tâche de ce nom" in told.err
    assert run(["nightly", "--db", URL]) == 0
