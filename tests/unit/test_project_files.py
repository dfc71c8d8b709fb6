"""The files around the code agree: pre-commit, the Makefile, the workflows and the lock file."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINS = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()[1:]


def test_pre_commit_runs_the_tools_that_make_check_runs() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"entry: \.venv/bin/([a-z-]+(?: (?:check|format))?)", hooks)
    commands = re.findall(r"^\t\$\(BIN\)/([a-z-]+(?: (?:check|format))?)", MAKEFILE, re.MULTILINE)
    assert entries == ["ruff check", "ruff format", "codespell", "lint-imports", "mypy"]
    assert set(entries) <= set(commands)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_calls_targets_of_the_makefile(workflow: Path) -> None:
    called = re.findall(r"run: make ([a-z-]+)", workflow.read_text(encoding="utf-8"))
    assert called != []
    assert set(called) <= TARGETS


def test_the_workflow_runs_on_every_python_of_the_classifiers() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = re.findall(r":: (3\.\d+)'", repr(project["classifiers"]))
    matrix = re.search(r"python: \[(.*)\]", (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert matrix is not None
    assert re.findall(r'"(.*?)"', matrix[1]) == versions


def test_the_lock_file_pins_versions_and_names_no_address() -> None:
    assert sorted(PINS, key=lambda line: re.split("==", line)[0]) == PINS
    assert [line for line in PINS if not re.fullmatch(r"[a-z0-9.-]+==[\w.+!-]+(?: ; .+)?", line)] == []
