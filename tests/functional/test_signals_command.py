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

QUIET = (2, 1, 0, 1, 2, 1, 1, 0) * 8


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    path = tmp_path / "nombres.csv"
    rows = [f"=1+1;{week};{count}" for week, count in enumerate((*QUIET, 9), 1) if count]
    path.write_text("\n".join(["flux;semaine;nombre", *rows]) + "\n", encoding="utf-8")
    return path


def test_rises_are_shown_and_written(counts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["signals", "--counts", str(counts)]) == 0
    screen = capsys.readouterr().out
    assert "1 flux, 65 semaines" in screen
    assert "16 semaines sans ligne, comptées pour 0" in screen
    assert "=1+1" in screen

    file = tmp_path / "hausses.csv"
    assert run(["signals", "--counts", str(counts), "--format", "csv", "--output", str(file)]) == 0
    header, row = file.read_text(encoding="utf-8-sig").splitlines()
    assert header == "Flux;Semaine;Depuis;Vue jusqu'à;Observés;Attendus;Par hasard, une fois toutes les n semaines"
    assert row.startswith("'=1+1;65;65;65;9;1,0;")
    assert int(row.rpartition(";")[2]) > 100, "a number, to be sorted by"

    assert run(["signals", "--counts", str(counts), "--format", "json", "--alarms-a-year", "0.5"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [(rise["stream"], rise["week"]) for rise in document["rises"]] == [("=1+1", "65")]
    assert {name: document[name] for name in ("streams", "weeks", "weeks_before", "filled")} == {
        "streams": 1,
        "weeks": 65,
        "weeks_before": 13,
        "filled": 16,
    }


def test_what_has_no_rise_or_too_few_weeks_says_so(counts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["signals", "--counts", str(counts), "--false-alarms", "1e-9"]) == 0
    assert "Aucune hausse." in capsys.readouterr().out
    assert run(["signals", "--counts", str(counts), "--detector", "farrington"]) == 0
    assert "Il faut plus de 263 semaines" in capsys.readouterr().out
    assert run(["signals", "--counts", str(counts), "--detector", "farrington", "--format", "csv"]) == 0
    written = capsys.readouterr()
    assert written.out.count("\n") == 1
    assert "16 semaines sans ligne, comptées pour 0\nIl faut plus de 263 semaines" in written.err


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
    assert "2026-W22" in capsys.readouterr().out
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
