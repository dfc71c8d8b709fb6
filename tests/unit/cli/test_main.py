"""The entry point: missing packages, signals and errors of the terminal."""

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from reclamation_core import cli
from reclamation_core.cli import application
from reclamation_core.documents.atomic_files import atomic_writer
from reclamation_core.errors import install_command
from reclamation_core.wording import typeset


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def find(name: str) -> ModuleSpec | None:
        return None if name == "typer" else importlib.util.find_spec(name)

    monkeypatch.setattr(cli, "find_spec", find)
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    assert capsys.readouterr().err == (
        f"reclamation : typer n'est pas installé ; installez l'extra « cli » : {install_command('cli')}\n"
    )


def test_the_command_leaves_with_its_status_and_a_signal_stays_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_: Sequence[str]) -> int:
        signal.raise_signal(signal.SIGTERM)  # as SIGHUP under nohup
        return 2

    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    monkeypatch.setattr(application, "run", run)
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert (caught.value.code, signal.signal(signal.SIGTERM, before)) == (2, signal.SIG_IGN)


@pytest.mark.parametrize("name", sorted({"SIGTERM", "SIGHUP"} & {*signal.Signals.__members__}))
def test_a_terminated_command_leaves_no_partial_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    number = signal.Signals[name]

    def run(_: Sequence[str]) -> int:
        with atomic_writer(tmp_path / "decisions.csv") as file:
            file.write("Mme Durand")
            file.flush()
            assert [part.suffix for part in tmp_path.iterdir()] == [".part"]
            signal.raise_signal(number)
        return 0

    before = signal.signal(number, signal.SIG_DFL)  # under nohup, SIGHUP is ignored
    monkeypatch.setattr(application, "run", run)
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 128 + number
    assert list(tmp_path.iterdir()) == []
    assert signal.signal(number, before) == signal.SIG_DFL


@pytest.mark.parametrize(
    ("where", "arguments"),
    [
        ("reclamation_core.cli.application._imported", ["deadline", "2026-05-02"]),
        ("importlib.metadata.version", ["--version"]),
        ("reclamation_core.cli.deadline_command.console", ["deadline", "2026-05-02"]),
    ],
    ids=["import", "arguments", "subcommand"],
)
def test_an_interruption_exits_with_130_and_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], where: str, arguments: list[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupt)
    monkeypatch.setattr(sys, "argv", ["reclamation", *arguments])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert (caught.value.code, capsys.readouterr().err) == (130, "reclamation : interrompu\n")


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_a_full_standard_output_is_named_and_a_closed_one_is_no_error(argument: str) -> None:
    command = [sys.executable, "-c", "from reclamation_core.cli import main; main()", argument]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.stderr == typeset("reclamation : sortie standard : il n'y a plus de place sur le disque\n", "fr")
    reader, closed = os.pipe()
    os.close(reader)
    ended = subprocess.run(command, check=False, stdout=closed, stderr=subprocess.PIPE, text=True)
    os.close(closed)
    assert (done.returncode, ended.returncode, ended.stderr) == (2, 0, "")


def test_the_help_loads_neither_subcommands_nor_what_they_need() -> None:
    program = "import sys; from reclamation_core.cli.application import run; run(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    loaded = {*done.stdout.split()}
    assert not {"attrs", "rich", "holidays"} & loaded
    assert {name for name in loaded if name.startswith("reclamation_core.")} == {
        "reclamation_core.cli",
        "reclamation_core.cli.application",
        "reclamation_core.lazy_names",
    }


def test_a_subcommand_loads_no_other() -> None:
    program = (
        "import sys; from reclamation_core.cli.application import run; run(['deadline', '2026-05-02']); "
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert not {f"reclamation_core.cli.{name}" for name in ("triage_command", "database_commands")} & {
        *done.stdout.split()
    }
