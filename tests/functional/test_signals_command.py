"""`reclamation signals`, as its users type it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reclamation_core import ComplaintFacts, Desk
from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cli.application import run
from reclamation_core.testing.builders import FakeClock
from tests.functional.refusals import refusals


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    path = tmp_path / "nombres.csv"
    path.write_text("flux;semaine;nombre\n" + "".join(f"A;{week};1\n" for week in range(65)), encoding="utf-8")
    return path


@pytest.mark.parametrize(("options", "message"), refusals("signals"))
def test_a_wrong_argument_is_refused(
    counts: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    assert run(["signals", "--counts", str(counts), *options]) == 2
    assert message in capsys.readouterr().err.replace("\N{NO-BREAK SPACE}", " ").replace("’", "'")


@pytest.mark.slow
def test_without_a_file_streams_are_those_of_the_register(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = SqlAlchemyStore.open(f"sqlite:///{tmp_path / 'register.db'}")
    desk = Desk(store, clock=FakeClock(datetime(2026, 6, 30, tzinfo=UTC)))
    for week in range(30):
        for number in range(8 if week == 25 else week % 2):
            received = datetime(2025, 12, 1, 9, tzinfo=UTC) + timedelta(weeks=week, hours=number)
            desk.register(ComplaintFacts(received_at=received, theme="restauration"), site="CRE")
    store.close()
    command = ["signals", "--db", f"sqlite:///{tmp_path / 'register.db'}", "--as-of", "2026-06-30"]

    assert run(command) == 0
    assert "semaine 22 semaine 22 semaine 22 8" in " ".join(capsys.readouterr().out.split())
    assert run([*command, "--format", "json"]) == 0
    rises = json.loads(capsys.readouterr().out)["rises"]
    assert [(rise["kind"], rise["rise"]["week"]) for rise in rises] == [("site_theme", "2026-W22")]
    assert all(len(rise["cases"]) == rise["rise"]["observed"] for rise in rises)
    assert rises[0]["kind"]
    assert run(["nightly", "--db", command[2], "--signals"]) in {0, 1}
    capsys.readouterr()
    assert run(command) == 0
    assert "non inscrite" in capsys.readouterr().out
    assert run([*command, "--alarms-a-year", "0.0001"]) == 0
    assert "Aucune hausse." in capsys.readouterr().out
    assert run([*command, "--alarms-a-year", "0"]) == 2
    assert run([*command, "--false-alarms", "0.1"]) == 2
    assert "--false-alarms : ne s" in capsys.readouterr().err
