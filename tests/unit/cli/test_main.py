"""The command says what to install when what it needs is not there."""

from __future__ import annotations

import importlib.util
import sys
from importlib.machinery import ModuleSpec

import pytest

from reclamation_core import cli


def test_without_its_extra_the_command_says_which_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def find(name: str) -> ModuleSpec | None:
        return None if name == "typer" else importlib.util.find_spec(name)

    monkeypatch.setattr(cli, "find_spec", find)
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    assert "pip install 'reclamation-core[cli]'" in capsys.readouterr().err


def test_the_command_leaves_with_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["reclamation", "deadline", "2026-05-02"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 0
