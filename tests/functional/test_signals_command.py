"""`reclamation signals`, as its users type it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reclamation_core import ComplaintFacts, Desk
from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cli.application import run
from reclamation_core.ports.store import SystemClock
from reclamation_core.testing.builders import FakeClock
from tests.approvals import approved
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


def test_without_a_file_streams_are_those_of_the_register(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now, address = datetime(2026, 6, 30, tzinfo=UTC), "sqlite:///register.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    store = SqlAlchemyStore.open(address)
    desk = Desk(store, clock=FakeClock(now))
    for week in range(30):
        for number in range(8 if week == 25 else week % 2):
            received = datetime(2025, 12, 1, 9, tzinfo=UTC) + timedelta(weeks=week, hours=number)
            desk.register(ComplaintFacts(received_at=received, theme="restauration"), site="CRE")
    store.close()
    command = ["signals", "--db", address, "--as-of", "2026-06-30"]

    monkeypatch.setattr(SystemClock, "now", lambda _: now)
    assert run(command) == 0
    assert run(["nightly", "--db", address, "--signals"]) in {0, 1}
    for more in ("", "--format csv", "--format json", "--alarms-a-year 0.0001", "--as-of 2026-05-01"):
        assert run([*command, *more.split()]) == 0
    assert run([*command, "--alarms-a-year", "0"]) == run([*command, "--false-alarms", "0.1"]) == 2
    approved("signals.txt", [re.sub(r"(\.\d{6})\d+", r"\1", text) for text in capsys.readouterr()])
