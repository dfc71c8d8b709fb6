"""`reclamation serve`: the board on this machine."""

import asyncio
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from reclamation_core.cli import demonstration, serve_command
from reclamation_core.cli.application import run
from reclamation_core.desk import Desk
from reclamation_core.integrations.board import ActingRole, Board
from reclamation_core.simulation import seed_register
from tests.databases import sqlite_file
from tests.functional.refusals import refusals
from tests.typography import plain
from tests.unit.desk import factories

DB = ("--db", "sqlite:///register.db")
SIGNING_KEY = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register of one case, in the current folder."""
    monkeypatch.chdir(tmp_path)
    with Desk.open(sqlite_file(tmp_path, "register.db"), clock=factories.FakeClock(factories.at(20))) as desk:
        desk.register(factories.facts(factories.at(1)), site="CRE", occurred_at=factories.at(1))
    return tmp_path


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[httpx.Response]:
    """The pages that are asked of the application instead of serving it: the first one and a case."""
    found: list[httpx.Response] = []

    async def ask(application: Any) -> None:
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            listed = await client.get("/dossiers")
            case = re.search(r"/dossiers/R-\d{4}-\d{6}", listed.text)
            assert case is not None, listed.text
            found.extend([await client.get(path) for path in ("/", case[0], f"{case[0]}/courriers")])

    def serve(self: uvicorn.Server, sockets: Any = None) -> None:
        assert self.config.host == "127.0.0.1"
        assert [one.getsockname()[0] for one in sockets] == ["127.0.0.1"]
        asyncio.run(ask(self.config.app))

    monkeypatch.setattr(uvicorn.Server, "run", serve)
    return found


@pytest.mark.usefixtures("register")
def test_the_board_is_in_the_language_of_the_option(pages: list[httpx.Response]) -> None:
    assert run(["serve", *DB, "--port", "0", "--lang", "en"]) == 0
    assert [page.headers["content-language"] for page in pages] == ["en"] * 3


@pytest.mark.usefixtures("register")
def test_the_board_shows_the_stored_cases(pages: list[httpx.Response], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", *DB, "--port", "0", "--user", "Mme Roux", "--role", "rqr"]) == 0
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "Mme Roux" in pages[0].text
    assert re.findall(r'<option value="(\w+)"( selected)?>', pages[0].text)[:3] == [
        ("rqr", " selected"),
        ("handling_unit", ""),
        ("aq", ""),
    ]
    assert re.fullmatch(
        r"Tableau de bord : http://127\.0\.0\.1:\d+/ \(Ctrl-C pour arrêter\)\n", capsys.readouterr().out
    )


def test_the_board_names_the_sites_of_the_file(register: Path, pages: list[httpx.Response]) -> None:
    (register / "centres.toml").write_text('[sites.CRE]\nname = "Le Mont-Mesly"\nregion = "Île-de-France"\n', "utf-8")
    assert run(["serve", *DB, "--port", "0", "--sites", "centres.toml"]) == 0
    assert "Le Mont-Mesly" in pages[1].text


def test_the_board_is_limited_to_a_site_or_a_region(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (register / "centres.toml").write_text(
        '[sites.CRE]\nname = "Créteil"\nregion = "Île-de-France"\n'
        '[sites.STR]\nname = "Strasbourg"\nregion = "Grand Est"\n',
        "utf-8",
    )
    seen: list[list[int]] = []
    case = "R-2026-000001"

    def application(desk: Desk, _: Board, user: str, roles: list[ActingRole]) -> None:
        seen.append([role.desk(desk, user).cases.count() for role in roles])
        assert len(next(one.choices for one in desk.form("analyse", case).fields if one.name == "causes")) == 21

    monkeypatch.setattr(serve_command, "application_for", application)
    monkeypatch.setattr(serve_command, "_run", lambda *_: None)
    for unit in (["--site", "CRE"], ["--region", "Grand Est"], ["--region", "Île-de-France"]):
        assert run(["serve", *DB, "--sites", "centres.toml", *unit]) == 0

    assert seen == [[1, 1, 1], [0, 0, 0], [1, 1, 1]]


@pytest.mark.slow
def test_the_demonstration_fills_a_database_that_the_board_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: list[httpx.Response], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(demonstration, "seed_register", partial(seed_register, number=20))
    assert run(["demo", "--db", "sqlite:///demo.db"]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"sqlite:///demo.db : \d+ dossiers inventés", first)
    _, _, command = last.partition(" : reclamation ")
    assert run([*shlex.split(command), "--port", "0"]) == 0
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "éponses en retard" in plain(pages[0].text)
    assert "le nom de l'organisme" not in plain(pages[2].text)
    assert run(["demo", "--db", "sqlite:///demo.db"]) == 2
    assert "cette base a des dossiers ; indiquez une base nouvelle" in capsys.readouterr().err


def test_audit_files_are_signed(register: Path, pages: list[httpx.Response], monkeypatch: pytest.MonkeyPatch) -> None:
    (register / "cle").write_bytes(SIGNING_KEY)
    boards: list[Board] = []
    make = serve_command.application_for

    def application(desk: Desk, board: Board, *person: Any) -> Any:
        boards.append(board)
        return make(desk, board, *person)

    monkeypatch.setattr(serve_command, "application_for", application)
    Path("textes.toml").write_text('[[blocks]]\nname = "a"\ntitle = "A"\ntext = "{received}"\n', encoding="utf-8")
    assert run(["serve", *DB, "--port", "0", "--key", "cle", "--text-blocks", "textes.toml"]) == 0
    assert [board.signing_key for board in boards] == [SIGNING_KEY]
    assert [one.name for board in boards for one in board.text_blocks] == ["a"]
    assert pages


@pytest.mark.parametrize(("options", "expected"), refusals("serve"))
@pytest.mark.usefixtures("register")
def test_a_wrong_option_is_refused(options: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", *DB, *options]) == 2
    assert expected in capsys.readouterr().err


@pytest.mark.parametrize(("package", "extra"), [("fastapi", "serve"), ("uvicorn", "serve"), ("puremagic", "documents")])
@pytest.mark.usefixtures("register")
def test_a_missing_package_is_named_with_its_extra(
    package: str, extra: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "reclamation_core.integrations.fastapi", raising=False)
    assert run(["serve", *DB, "--port", "0", "--documents", "pieces"]) == 2
    error = capsys.readouterr().err
    assert (package in error.casefold(), f"« {extra} »" in error) == (True, True)


@pytest.mark.slow
def test_a_browser_is_answered_until_ctrl_c(register: Path) -> None:
    command = [sys.executable, "-c", "from reclamation_core.cli import main; main()", "serve", *DB, "--port", "0"]
    with subprocess.Popen(command, cwd=register, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = re.search(r"http://\S+", process.stdout.readline())
            assert address is not None
            with urllib.request.urlopen(address[0], timeout=20) as page:  # noqa: S310  the address that was printed
                assert "À faire" in page.read().decode()
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
        finally:
            process.kill()
