"""`reclamation triage --db`, `board` and `db`, as their users type them, on SQLite and PostgreSQL."""

import csv
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import attrs
import psycopg
import pytest
from sqlalchemy import URL, Pool, event

from reclamation_core.adapters.sqlalchemy.schema import head
from reclamation_core.cli import database_commands
from reclamation_core.cli.application import run
from reclamation_core.cli.database_commands import checkpoint_desk, verify_desk
from reclamation_core.desk import Desk
from reclamation_core.errors import install_command
from reclamation_core.ports import CaseQuery
from reclamation_core.simulation import shipped
from reclamation_core.vocabulary import Eligibility, Sites
from tests.databases import emptied, sqlite_file
from tests.functional.refusals import refusals
from tests.functional.test_triage_command import put
from tests.inside import lose, store_of
from tests.typography import plain
from tests.unit.desk import factories

COMPLAINTS = """reference;site;received_at;channel;formal;complainant;nature;requirement;sold_service;satisfaction;text
R1;CRE;2026-05-02;courriel;oui;stagiaire;plainte;contractual;oui;;"Bonjour,
la salle est froide"
R2;STR;2026-05-04;enquête;non;;;;;5;
R3;CRE;2026-05-05;portail;oui;financeur;demande initiale d'information;;;;=SOMME(A1)
R4;CRE;2026-05-15;courriel;oui;stagiaire;plainte;;oui;;
"""
SITES = """[sites.CRE]
name = "Créteil"
region = "Île-de-France"
[sites.STR]
name = "Strasbourg"
region = "Grand Est"
territory = "alsace-moselle"
"""
URL_ = "sqlite:///register.db"
COMMANDS = (["board", "--db"], *(["db", name, "--db"] for name in ("upgrade", "check", "verify")))
CliResult = tuple[int, str, str]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sqlite_file(tmp_path, "register.db")
    monkeypatch.delenv(database_commands.VARIABLE, raising=False)


@contextmanager
def connections() -> Iterator[list[Any]]:
    """The driver's connections that SQLAlchemy makes in here."""
    found: list[Any] = []

    def opened(connection: Any, _: object) -> None:
        found.append(connection)

    event.listen(Pool, "connect", opened)
    try:
        yield found
    finally:
        event.remove(Pool, "connect", opened)


def is_open(connection: Any) -> bool:
    """True if it still has cursors."""
    try:
        connection.cursor()
    except (sqlite3.ProgrammingError, psycopg.OperationalError):
        return False
    return True


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[..., CliResult]:
    """Run the command; return its status, its output and its errors. It leaves no connection open."""

    def tell(*arguments: str) -> CliResult:
        capsys.readouterr()
        with connections() as made:
            status = run(arguments)
        assert not any(map(is_open, made))
        said = capsys.readouterr()
        return status, said.out, said.err

    return tell


def say(statement: str) -> None:
    """Change the database directly."""
    connection = sqlite3.connect("register.db")
    with connection:
        connection.execute(statement)
    connection.close()


def words(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def as_typed(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_what_is_decided_is_registered_and_twice_adds_nothing(backend: str, told: Callable[..., CliResult]) -> None:
    url = "sqlite:///new.db" if backend == "sqlite" else as_typed(emptied())
    command = ("triage", put("plaintes.csv", COMPLAINTS), "--db", url)

    status, first, _ = told(*command)
    assert status == 0
    assert words(first)[-3:] == ["Registre", "4 enregistrées", "0 déjà enregistrée"]

    status, again, _ = told(*command)
    assert status == 0
    assert words(again)[-2:] == ["0 enregistrée", "4 déjà enregistrées"]
    with Desk.open(url) as desk:
        cases = desk.cases.find().cases
        assert [case.source for case in cases] == [f"plaintes:R{number}" for number in (1, 2, 3, 4)]
        assert [case.eligibility for case in cases] == [
            Eligibility.COMPLAINT,
            Eligibility.COMPLAINT,
            Eligibility.OUT_OF_SCOPE,
            None,
        ]
        assert [case.site for case in cases] == ["CRE", "STR", "CRE", "CRE"]
        assert [case.read(case.registration.verbatim) for case in cases] == [
            "Bonjour,\nla salle est froide",
            None,
            "=SOMME(A1)",
            None,
        ]
        assert [case.awaited_on for case in cases] == [date(2026, 5, 19), date(2026, 5, 20), None, date(2026, 6, 1)]


def test_the_calendars_are_those_of_the_sites_for_the_file_and_for_the_register(told: Callable[..., CliResult]) -> None:
    # On 3 April 2026, Good Friday, Strasbourg rests and Créteil works.
    rows = "reference,site,received_at,satisfaction\nA,CRE,2026-03-30,3\nB,STR,2026-03-30,3\n"
    assert told("triage", put("notes.csv", rows), "--sites", put("sites.toml", SITES), "--db", URL_)[0] == 0
    with Path("notes.decisions.csv").open(encoding="utf-8-sig") as file:
        decided = [row["À répondre le"] for row in csv.DictReader(file, delimiter=";")]
    with Desk.open(URL_) as desk:
        kept = [str(case.awaited_on) for case in desk.cases.find().cases]
    assert kept == ["2026-04-14", "2026-04-15"]
    assert decided == ["14/04/2026", "15/04/2026"]


def test_rows_without_a_site_are_rejected_unless_one_is_given_for_them(told: Callable[..., CliResult]) -> None:
    path = put("plaintes.csv", COMPLAINTS.replace("R2;STR", "R2;"))
    status, said, _ = told("triage", path, "--db", URL_)
    assert status == 1
    assert "Lignes rejetées (centre : 1) : plaintes.rejets.csv" in said
    assert "3 enregistrées" in words(said)
    assert "par --site" in Path("plaintes.rejets.csv").read_text(encoding="utf-8")
    status, said, _ = told("triage", path, "--db", URL_, "--site", "NAT")
    assert (status, words(said)[-2:]) == (0, ["1 enregistrée", "3 déjà enregistrées"])
    with Desk.open(URL_) as desk:
        assert desk.cases.count(CaseQuery(sites={"NAT"})) == 1


def test_a_row_that_the_register_refuses_is_rejected_in_the_words_of_the_file(told: Callable[..., CliResult]) -> None:
    path = put("plaintes.csv", COMPLAINTS.replace("2026-05-04", "2096-05-04"))
    status, said, _ = told("triage", path, "--db", URL_)
    assert status == 1
    assert "Lignes lues : 4, dont 3 traitées et 1 rejetée" in said
    with Path("plaintes.rejets.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file, delimiter=";")
    assert (row["ligne"], row["champ"], row["valeur"]) == ("4", "received_at", "2096-05-04")
    assert row["attendu"] == "un instant qui n'est pas à venir est attendu"


def test_two_files_with_one_name_are_reported_and_a_source_distinguishes_them(told: Callable[..., CliResult]) -> None:
    path = put("plaintes.csv", COMPLAINTS)
    assert told("triage", path, "--db", URL_)[0] == 0
    put("plaintes.csv", COMPLAINTS.replace("froide", "chaude").replace("2026-05-15", "2026-05-16"))
    status, said, _ = told("triage", path, "--db", URL_)
    assert status == 1
    assert "2 parmi elles, différentes dans ce fichier ; rien n'a été modifié : R-2026-000001" in " ".join(words(said))
    status, said, _ = told("triage", path, "--db", URL_, "--source", "Créteil")
    assert (status, words(said)[-2:]) == (0, ["4 enregistrées", "0 déjà enregistrée"])


def test_texts_that_were_forgotten_are_taken_for_the_same(told: Callable[..., CliResult]) -> None:
    path = put("plaintes.csv", COMPLAINTS)
    assert told("triage", path, "--db", URL_)[0] == 0
    say("DELETE FROM reclamation_case_texts")
    status, said, _ = told("triage", path, "--db", URL_)
    assert (status, words(said)[-2:]) == (0, ["0 enregistrée", "4 déjà enregistrées"])


def test_a_row_whose_case_is_damaged_is_rejected_and_the_others_are_registered(told: Callable[..., CliResult]) -> None:
    path = put("plaintes.csv", COMPLAINTS)
    assert told("triage", path, "--db", URL_)[0] == 0
    say("UPDATE reclamation_case_events SET document = '{' WHERE case_reference = 'R-2026-000002'")
    put("plaintes.csv", COMPLAINTS + "R5;CRE;2026-05-15;courriel;oui;stagiaire;plainte;;oui;;\n")
    status, said, refused = told("triage", path, "--db", URL_)
    assert (status, refused) == (1, "")
    assert words(said)[-2:] == ["1 enregistrée", "3 déjà enregistrées"]
    text = Path("plaintes.rejets.csv").read_text("utf-8-sig")
    (rejected,) = csv.DictReader(StringIO(text), delimiter=";")
    assert rejected["reference"] == "R2"
    assert "ne se lit pas ; reprenez-la d'une copie (dossier 'R-2026-000002' : événement 1 : document" in str(rejected)


def test_the_database_of_the_environment_is_used_when_asked_for(
    told: Callable[..., CliResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("register.db").unlink()
    path = put("plaintes.csv", COMPLAINTS)
    monkeypatch.setenv(database_commands.VARIABLE, URL_)
    assert "Registre" not in told("triage", path)[1]
    assert not Path("register.db").exists()
    assert "4 enregistrées" in words(told("triage", path, "--register")[1])
    assert "situation au mercredi 20 mai 2026" in told("board", "--as-of", "2026-05-20", "--until", "2026-05-20")[1]
    assert told("db", "check")[0] == 0


@pytest.mark.slow
def test_a_run_that_is_killed_is_taken_up_again_without_loss_or_doubles() -> None:
    header, *_ = COMPLAINTS.splitlines()
    lines = [f"R{number};CRE;2026-05-02;courriel;oui;stagiaire;plainte;contractual;oui;;" for number in range(1600)]
    put("plaintes.csv", "\n".join([header, *lines]))
    # The process ends at once when it has put its first batch down, as a kill would have it.
    killed = """
import os, sys
from reclamation_core.adapters.unit_of_work import BufferedUnitOfWork as Unit
from reclamation_core.cli.application import run
commit, done = Unit.commit, []
def commit_and_die(unit):
    commit(unit)
    done.append(1)
    if len(done) == 2:
        os._exit(9)
Unit.commit = commit_and_die
run(["triage", "plaintes.csv", "--db", "sqlite:///register.db"])
"""
    done = subprocess.run([sys.executable, "-c", killed], capture_output=True, check=False)
    assert done.returncode == 9, done.stderr
    with Desk.open(URL_) as desk:
        assert desk.cases.count() == 1000
    assert not Path("plaintes.decisions.csv").exists()

    assert run(["triage", "plaintes.csv", "--db", URL_]) == 0

    with Desk.open(URL_) as desk:
        assert desk.cases.count() == 1600
    connection = sqlite3.connect("register.db")
    ((sources, events),) = connection.execute(
        "SELECT (SELECT count(DISTINCT source) FROM reclamation_cases), (SELECT count(*) FROM reclamation_case_events)"
    )
    connection.close()
    assert (sources, events) == (1600, 1600)


def board(told: Callable[..., CliResult], *more: str, desk: Callable[[Desk], object] | None = None) -> CliResult:
    assert told("triage", put("plaintes.csv", COMPLAINTS), "--db", URL_)[0] == 0
    if desk is not None:
        with Desk.open(URL_) as opened:
            desk(opened.acting("Mme Roux"))
    return told("board", "--db", URL_, "--as-of", "2026-05-20", *more)


def test_the_board_is_of_a_site_a_region_or_a_day_and_says_what_it_leaves_out(told: Callable[..., CliResult]) -> None:
    _, of_site, _ = board(told, "--site", "STR")
    assert words(of_site)[1] == "sqlite:///register.db, centre STR"
    assert ("R-2026-000002" in of_site, "R-2026-000001" in of_site) == (True, False)
    _, of_region, _ = told(
        "board", "--db", URL_, "--as-of", "20/05/2026", "--region", "Île-de-France", "--sites", put("s.toml", SITES)
    )
    assert ("R-2026-000002" in of_region, "R-2026-000001" in of_region) == (False, True)
    _, until, _ = told("board", "--db", URL_, "--as-of", "2026-05-20", "--until", "2026-05-31")
    assert words(until)[4:6] == ["niveau en retard d'ici au 31/05/2026 plus tard total", "local 1 1 1 3"]
    assert "R-2026-000004" not in until

    _, said, _ = told("board", "--db", URL_, "--as-of", "2026-05-20", "--limit", "1")
    assert "… et 1 autre (tout afficher : --limit 0)" in said
    _, later, _ = told("board", "--db", URL_, "--as-of", "2026-06-02")
    assert words(later)[-4::3] == ["À clarifier (1, dont 1 en retard)", "R-2026-000004 (en retard)"]
    assert "R-2026-000002" in said
    _, said, _ = told("board", "--db", URL_, "--as-of", "2026-05-20", "--limit", "0")
    assert "autre (" not in said


def test_an_empty_register_has_an_empty_board(told: Callable[..., CliResult]) -> None:
    assert words(told("board", "--db", URL_)[1])[-1] == "Rien n'est attendu."


def test_the_question_of_an_edition_that_is_not_given_is_not_guessed(told: Callable[..., CliResult]) -> None:
    policy = put("p.toml", 'starts_from = "M2-1"\nedition = "M2-1 stricte"\n')
    assert told("triage", put("plaintes.csv", COMPLAINTS), "--db", URL_, "--policy", policy)[0] == 0
    assert "indiquez son fichier par --policy" in " ".join(
        words(told("board", "--db", URL_, "--as-of", "2026-05-20")[1])
    )
    assert "Quelle exigence" in told("board", "--db", URL_, "--as-of", "2026-05-20", "--policy", policy)[1]


def test_the_sites_are_written_for_the_views(told: Callable[..., CliResult]) -> None:
    file = shipped().sites
    assert told("db", "sites", str(file), "--db", "sqlite:///absent.db")[0] == 2
    count = len(Sites.from_toml(file))
    assert told("db", "sites", str(file), "--db", URL_) == (0, f"sqlite:///register.db : {count} centres\n", "")
    with closing(sqlite3.connect("register.db")) as connection:
        assert connection.execute("SELECT count(region) FROM reclamation_v_centres").fetchone() == (count,)


def test_what_is_missing_of_the_schema_is_told_and_restored(told: Callable[..., CliResult]) -> None:
    connection = sqlite3.connect("register.db")
    connection.executescript("DROP VIEW reclamation_v_dossiers; DROP INDEX ix_reclamation_cases_state")
    connection.close()

    status, said, _ = told("db", "check", "--db", URL_)
    assert status == 1
    assert said.startswith(
        f"sqlite:///register.db : il manque au schéma {head()} : l'index ix_reclamation_cases_state, "
        "la vue reclamation_v_dossiers ; copiez la base, puis : reclamation db upgrade"
    )
    assert told("db", "upgrade", "--db", URL_)[1] == (
        "sqlite:///register.db : rétabli : l'index ix_reclamation_cases_state, la vue reclamation_v_dossiers\n"
    )
    assert told("db", "check", "--db", URL_) == (0, "sqlite:///register.db : le schéma est à jour\n", "")


def schema(version: str) -> None:
    say(f"UPDATE reclamation_schema SET version_num = '{version}'")


def test_an_unknown_schema_is_told_with_what_to_do_and_nothing_is_changed(told: Callable[..., CliResult]) -> None:
    schema("0000")

    status, said, _ = told("db", "check", "--db", URL_)
    assert status == 1
    assert said == (
        f"sqlite:///register.db : la base a le schéma 0000, il faut le {head()} ; cette version ne le connaît pas : "
        "reprenez une copie, ou installez la version de reclamation-core qui l'a fait\n"
    )
    for command in (
        ["board", "--db"],
        ["db", "verify", "--db"],
        ["db", "upgrade", "--db"],
        ["triage", put("p.csv", COMPLAINTS), "--db"],
    ):
        status, _, refused = told(*command, URL_)
        assert (status, refused) == (2, f"reclamation : {said}")


def test_a_newer_schema_asks_for_a_newer_library(told: Callable[..., CliResult]) -> None:
    schema("9999")
    status, said, _ = told("db", "check", "--db", URL_)
    assert status == 1
    assert f"a le schéma 9999, il faut le {head()} ; il est plus récent que cette version" in said
    assert told("db", "upgrade", "--db", URL_) == (2, "", f"reclamation : {said}")


def test_a_missing_schema_is_told(told: Callable[..., CliResult]) -> None:
    put("empty.db", "")
    assert f"la base n'a pas de schéma, il faut le {head()}" in told("db", "check", "--db", "sqlite:///empty.db")[1]


@pytest.mark.parametrize(
    "url",
    [
        "mysql://ada:s3cret@db/x",
        "postgresql://ada:s3cret@db:port/x",
        "postgresql://ada:top@s3cret@db/x",
        "postgresql://ada:s3cret@db/x?port=abc",
        "sqlite://register.db",
        "sqlite://ada:s3cret@db/x.db",
        "sqlite:///x.db?password=s3cret",
        "register.db",
        "://s3cret",
    ],
)
def test_what_is_no_address_is_refused_and_never_shown(url: str, told: Callable[..., CliResult]) -> None:
    Path("register.db").unlink()
    for command in (*COMMANDS, ["triage", put("p.csv", COMPLAINTS), "--db"]):
        status, said, refused = told(*command, url)
        assert (status, said) == (2, "")
        assert refused.startswith("reclamation : adresse de base non reconnue : ")
        assert "sqlite:///" in refused or "écrivez %40 pour @" in refused
        assert refused.count("\n") == 1
        assert "s3cret" not in refused
    assert not list(Path().glob("*.db"))


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true", "sqlite:///file::memory:?uri=true"],
)
def test_a_database_in_memory_is_refused_since_it_is_gone_at_once(url: str, told: Callable[..., CliResult]) -> None:
    for command in (*COMMANDS, ["triage", put("p.csv", COMPLAINTS), "--db"]):
        status, said, refused = told(*command, url)
        assert (status, said) == (2, "")
        assert "une base en mémoire disparaît à la fin de la commande ; exemples : sqlite:///" in refused
    assert not Path("p.decisions.csv").exists()


@pytest.mark.parametrize("address", ["absent.db", "file:absent.db?uri=true", "file:absent.db?mode=rwc&uri=true"])
def test_looking_makes_no_file_however_it_is_written(address: str, told: Callable[..., CliResult]) -> None:
    for command in (["board", "--db"], ["db", "check", "--db"], ["db", "verify", "--db"], ["db", "checkpoint", "--db"]):
        status, said, refused = told(*command, f"sqlite:///{address}")
        assert (status, said, "absent.db : cette base n'existe pas" in refused) == (2, "", True)
    assert not Path("absent.db").exists()
    assert told("db", "upgrade", "--db", f"sqlite:///{address}")[0] == 0
    assert told("db", "check", "--db", f"sqlite:///{address}")[0] == 0


def test_a_server_that_does_not_answer_and_a_file_that_is_no_database_are_told(told: Callable[..., CliResult]) -> None:
    status, _, refused = told("board", "--db", "postgresql://ada:s3cret@127.0.0.1:1/register")
    assert status == 2
    assert refused.startswith("reclamation : postgresql://127.0.0.1:1/register : la base ne répond pas ; ")
    assert "s3cret" not in refused
    put("notes.txt", "ceci n'est pas une base de données, et elle est assez longue pour le voir" * 20)
    assert "ce que la base contient ne se lit pas" in told("db", "check", "--db", "sqlite:///notes.txt")[2]


@pytest.mark.parametrize(
    ("package", "url", "extra"), [("sqlalchemy", URL_, "sql"), ("psycopg", "postgresql://db/register", "postgres")]
)
def test_without_the_extra_the_command_says_which_one(package: str, url: str, extra: str) -> None:
    code = (
        f"import sys; sys.modules[{package!r}] = None; from reclamation_core.cli import main; "
        f"sys.argv = ['reclamation', 'board', '--db', {url!r}]; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert f"installez l'extra « {extra} » : {install_command(extra)}" in plain(done.stderr)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [*refusals("database"), (["triage", "p.csv", "--db", URL_, "--source", "a\nb"], "--source : « a")],
)
def test_bad_requests_are_refused_in_french(arguments: list[str], message: str, told: Callable[..., CliResult]) -> None:
    for name, content in (("p.csv", COMPLAINTS), ("s.toml", SITES), ("k", "short"), ("c.json", '{"type": "autre"}')):
        put(name, content)
    status, said, refused = told(*arguments)
    assert (status, said) == (2, "")
    assert refused.startswith(f"reclamation : {message}")


def test_verifying_and_checkpoints_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    desk, key = factories.new_desk(), b"a key of sixteen bytes or more"
    factories.closed(desk)
    factories.registered(desk)

    assert checkpoint_desk(desk, key, Path("point.json")) == 0
    assert words(capsys.readouterr().out) == ["Point de contrôle de 2 dossiers : point.json"]
    assert checkpoint_desk(desk, None, None) == 0
    assert json.loads(capsys.readouterr().out)["heads"].keys() == {"R-2026-000001", "R-2026-000002"}

    taken = desk.checkpoint(key)
    assert verify_desk(desk, "memory", taken, key) == 0
    assert words(capsys.readouterr().out) == ["memory : 2 dossiers, aucune anomalie"]

    assert verify_desk(desk, "memory", taken, b"another key of sixteen bytes") == 1
    assert words(capsys.readouterr().out)[0].startswith("le point de contrôle n'est pas scellé par cette clé")

    lose(store_of(desk), "R-2026-000002")
    assert verify_desk(desk, "memory", taken, key) == 1
    assert words(capsys.readouterr().out) == [
        "R-2026-000002 : disparu depuis le point de contrôle",
        "memory : 1 dossier, 1 anomalie",
    ]
    assert verify_desk(desk, "memory", None, None) == 0
    assert "Sans point de contrôle" in capsys.readouterr().out


def test_a_plan_that_is_gone_since_a_checkpoint_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    desk = factories.new_desk()
    factories.registered(desk)
    desk.pgaac("CRE").publish()
    desk.pgaac("STD").publish()
    assert checkpoint_desk(desk, None, Path("point.json")) == 0
    assert words(capsys.readouterr().out) == ["Point de contrôle de 1 dossier et 2 plans : point.json"]
    taken = desk.checkpoint()
    lose(store_of(desk), "site:CRE")
    assert verify_desk(desk, "memory", taken, None) == 1
    assert words(capsys.readouterr().out)[0] == "site:CRE : disparu depuis le point de contrôle"


def test_a_checkpoint_without_plans_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    desk = factories.new_desk()
    desk.pgaac("CRE").publish()
    assert verify_desk(desk, "memory", attrs.evolve(desk.checkpoint(), plan_heads=None), None) == 0
    assert "date d'avant le chaînage des plans" in words(capsys.readouterr().out)[1]


def test_what_was_altered_in_a_database_is_named_by_case_and_field(told: Callable[..., CliResult]) -> None:
    assert told("triage", put("plaintes.csv", COMPLAINTS), "--db", URL_)[0] == 0
    assert words(told("db", "verify", "--db", URL_)[1])[0] == "sqlite:///register.db : 4 dossiers, aucune anomalie"

    say("UPDATE reclamation_cases SET document = replace(document, '\"STR\"', '\"FDF\"')")
    say("UPDATE reclamation_cases SET document = '{' WHERE reference = 'R-2026-000003'")
    status, said, _ = told("db", "verify", "--db", URL_)

    assert status == 1
    assert words(said)[:5] == [
        "R-2026-000002 : le champ « Centre » (site) ne correspond pas à l'historique",
        "R-2026-000002 : le champ « Traité par » (handling_unit) ne correspond pas à l'historique",
        "R-2026-000002 : la table « reclamation_cases » ne correspond pas à l'historique",
        "R-2026-000003 : le dossier ou le plan ne se lit pas (dossier 'R-2026-000003' : état : document illisible)",
        "sqlite:///register.db : 4 dossiers, 4 anomalies",
    ]


def test_what_a_checkpoint_shows_is_told(told: Callable[..., CliResult]) -> None:
    Path("key").write_bytes(b"0123456789abcdef")
    assert told("triage", put("plaintes.csv", COMPLAINTS), "--db", URL_)[0] == 0
    assert told("db", "checkpoint", "--db", URL_, "--key-file", "key", "--output", "point.json") == (
        0,
        "Point de contrôle de 4 dossiers : point.json\n",
        "",
    )
    against = ("db", "verify", "--db", URL_, "--checkpoint", "point.json", "--key-file", "key")
    assert told(*against) == (0, "sqlite:///register.db : 4 dossiers, aucune anomalie\n", "")

    say("UPDATE reclamation_case_events SET document = replace(document, '\"CRE\"', '\"STD\"') "
        "WHERE case_reference = 'R-2026-000001'")  # fmt: skip
    for table in ("events", "sites", "texts", "search"):
        say(f"DELETE FROM reclamation_case_{table} WHERE case_reference = 'R-2026-000004'")
    say("DELETE FROM reclamation_cases WHERE reference = 'R-2026-000004'")

    status, said, _ = told(*against)
    assert status == 1
    assert "R-2026-000001, événement 1 : événement modifié" in words(said)
    assert "R-2026-000004 : disparu depuis le point de contrôle" in words(said)
    assert "disparu depuis" not in told("db", "verify", "--db", URL_)[1]


def test_a_damaged_case_is_named_on_the_board_and_the_others_are_shown(told: Callable[..., CliResult]) -> None:
    assert told("triage", put("plaintes.csv", COMPLAINTS), "--db", URL_)[0] == 0
    say("UPDATE reclamation_cases SET level = 'none' WHERE reference = 'R-2026-000001'")
    status, said, _ = told("board", "--db", URL_, "--as-of", "2026-05-20")
    assert status == 0
    assert "Illisibles, et peut-être attendus : R-2026-000001. Que faire : db verify" in words(said)
    assert "20/05/2026 aujourd'hui R-2026-000002 local enregistré STR" in words(said)
    document = json.loads(told("board", "--db", URL_, "--as-of", "2026-05-20", "--format", "json")[1])
    assert document["damaged"] == ["R-2026-000001"]


def test_a_case_whose_history_is_damaged_stays_on_the_board_and_is_named_by_verify(
    told: Callable[..., CliResult],
) -> None:
    assert told("triage", put("plaintes.csv", COMPLAINTS), "--db", URL_)[0] == 0
    say("UPDATE reclamation_cases SET document = '{' WHERE reference = 'R-2026-000001'")
    status, said, _ = told("board", "--db", URL_, "--as-of", "2026-05-20")
    assert status == 0
    assert any("R-2026-000001 local" in line for line in words(said))
    assert told("db", "verify", "--db", URL_)[0] == 1
    assert "R-2026-000001 : le dossier ou le plan ne se lit pas" in told("db", "verify", "--db", URL_)[1]
