"""Tries the test kit as a stranger does: a small application, installed from the wheel in an environment of its own."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from scripts.environments import ROOT, Environment, attempt, build_wheel

APPLICATION = ROOT / "tests" / "functional" / "application"


def main() -> None:
    """Build the wheel, install it with the application, run the application's tests alone and in parallel."""
    wheel = build_wheel()
    folder = Path(tempfile.mkdtemp())
    try:
        application = folder / "application"
        shutil.copytree(APPLICATION, application, ignore=shutil.ignore_patterns("__pycache__"))
        environment = Environment.make("application")
        environment.install(f"reclamation-core[sql,testing] @ {wheel.as_uri()}", f"{application}[test]")
        for workers in ([], ["--numprocesses=2"]):
            try_tests(environment, application, workers)
            print(f"{wheel.name}: the application's tests pass {' '.join(workers)}".rstrip(), flush=True)
    finally:
        shutil.rmtree(folder)


def try_tests(environment: Environment, application: Path, workers: list[str]) -> None:
    """The tests pass, the rules that they reach are counted, and the lines of the package are measured."""
    lines, rules = application / "lines.json", application / "rules.json"
    told = run_tests(
        environment,
        application,
        *workers,
        "--cov=reclamation_core.policy",
        f"--cov-report=json:{lines}",
        "--reclamation-coverage-fail-under=10",
        f"--reclamation-coverage-json={rules}",
    )
    measured = json.loads(lines.read_text(encoding="utf-8"))["files"]
    rows = next(found for name, found in measured.items() if Path(name).parts[-2:] == ("edition", "level.py"))
    expect(rows["summary"]["percent_covered"] == 100, f"lines that ran were not measured: {rows['missing_lines']}")
    counted = json.loads(rules.read_text(encoding="utf-8"))
    level = next(table for table in counted["sets"][0]["tables"] if table["name"] == "level")
    expect(level["missed"] == [], f"rows that decided were not counted: {level['missed']}")
    expect("édition M2-1 : " in told, f"the report is missing: {told}")


def run_tests(environment: Environment, application: Path, *arguments: str) -> str:
    """What pytest says of the application's tests; they must pass."""
    done = attempt([environment.command("python"), "-m", "pytest", *arguments], folder=application)
    expect(done.returncode == 0, f"its tests fail:\n{done.stdout}{done.stderr}")
    return done.stdout


def expect(truth: bool, complaint: str) -> None:
    """Stop with a complaint unless it is unfounded."""
    if not truth:
        sys.exit(f"the application: {complaint}")


if __name__ == "__main__":
    main()
