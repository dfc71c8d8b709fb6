"""Each script of the project starts."""

import re
import runpy
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from scripts import try_bounds

ROOT = Path(__file__).parents[2]
SCRIPTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "scripts").glob("*.py"))}
STARTED = [name for name, text in SCRIPTS.items() if 'if __name__ == "__main__":' in text]


@pytest.mark.slow  # some scripts import packages of `make check`
@pytest.mark.parametrize("name", STARTED)
def test_scripts_print_help(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "scripts" / f"{name}.py"), run_name="__main__")
    assert not ended.value.code
    assert len(capsys.readouterr().out) > 20


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SCRIPTS.keys() - set(STARTED)))
def test_a_module_of_scripts_is_imported(name: str) -> None:
    assert import_module(f"scripts.{name}").__doc__


def test_the_bounds_of_each_dependency_are_tried_by_tests_that_use_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    used = [extras[name] for name in extras.keys() - {"all", "dev", "dev-tests", "docs"}]
    stated = {re.split(r"[^a-z0-9-]", each)[0] for each in sum(used, project["dependencies"])}
    assert {name for names in try_bounds.TESTS for name in names.split()} == stated - {"reclamation-core"}
    assert all(
        (ROOT / "tests" / file.split("::")[0]).exists() for files in try_bounds.TESTS.values() for file in files.split()
    )
