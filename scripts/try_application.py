"""Tries the test kit as a stranger does: a small application, installed from the wheel in an environment of its own."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import attrs

from scripts.environments import ROOT, Environment, attempt, build_wheel, run
from scripts.usage import show_help

APPLICATION = ROOT / "tests" / "functional" / "application"


@attrs.frozen
class Application:
    """The application, as it is installed.

    Args:
        folder: its own copy of itself.
        environment: where it is installed, with the library.
    """

    folder: Path
    environment: Environment

    def pytest(self, *arguments: str, status: int = 0) -> str:
        """What pytest says of the application's tests, which end so."""
        done = attempt([self.environment.command("python"), "-m", "pytest", *arguments], folder=self.folder)
        expect(done.returncode == status, f"pytest ends with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def read(self, name: str) -> Any:
        """A JSON document that a run wrote."""
        return json.loads((self.folder / name).read_text(encoding="utf-8"))


def expect(truth: bool, complaint: str) -> None:
    """Stop with a complaint unless it is unfounded."""
    if not truth:
        sys.exit(f"the application: {complaint}")


def try_tests(application: Application) -> None:
    """All tests pass, the lines that they run are measured, and the contract rules of its store reported."""
    told = try_rules(application, "--cov=guichet", "--reclamation-report", "--reclamation-report-json=contracts.json")
    expect("TestLoggedStore" in told, f"the report of the contract rules is missing: {told}")
    (store,) = application.read("contracts.json")["stores"]
    outcomes = {result["outcome"] for result in store["results"]}
    expect(outcomes == {"satisfied", "unsupported"}, f"the store of the application: {outcomes}")
    expect(len(measured(application, "guichet")) == 4, "modules of the application are not measured")


def try_rules(application: Application, *arguments: str) -> str:
    """Tests pass, the rules that they reach are counted, and the lines of the library's rows are measured."""
    told = application.pytest(
        *arguments,
        "--cov=reclamation_core.policy.m2_1_tables",
        "--cov-report=json:lines.json",
        "--reclamation-coverage-fail-under=8",
        "--reclamation-coverage-json=rules.json",
    )
    expect("édition M2-1 : " in told, f"the report of the rules is missing: {told}")
    level = next(table for table in application.read("rules.json")["sets"][0]["tables"] if table["name"] == "level")
    expect(level["missed"] == [], f"rows that decided were not counted: {level['missed']}")
    tables = [
        told for name, told in application.read("lines.json")["files"].items() if Path(name).name == "m2_1_tables.py"
    ]
    percents = [told["summary"]["percent_covered"] for told in tables]
    expect(len(percents) == 1 and percents[0] > 95, f"the rows of the tables are not measured: {percents}")
    return told


def measured(application: Application, part: str) -> list[str]:
    """The modules measured whose path has a part; each whole, what runs when it is imported too."""
    files = {name: told for name, told in application.read("lines.json")["files"].items() if part in Path(name).parts}
    for name, told in files.items():
        expect(told["missing_lines"] == [], f"{name}: lines {told['missing_lines']} ran and were not measured")
    return list(files)


def try_failures(application: Application) -> None:
    """What fails says why: the values of what the kit asserts, the history, and the rule that a store breaks."""
    told = application.pytest("trials", "--reclamation-report-json=broken.json", status=1)
    for detail in ("assert 1 > 1", "Étant donné le dossier R-2025-000001", "attendu"):
        expect(detail in told, f"the failures do not show {detail!r}:\n{told}")
    (store,) = application.read("broken.json")["stores"]
    broken = {result["port"]: result["rule"] for result in store["results"] if result["outcome"] == "broken"}
    expected = {"SequenceGenerator": "a_number_that_its_taker_does_not_use_is_never_given_again"}
    expect(broken == expected, f"the report names {broken}")


def try_conformance(application: Application) -> None:
    """The conformance cases of the application's edition are written, and its edition is checked against them."""
    command = [application.environment.command("reclamation"), "conformance"]
    edition = f"--policy={application.folder / 'src' / 'guichet' / 'edition.toml'}"
    run([*command, "write", "-o", "ours.json", edition], folder=application.folder)
    run([*command, "check", "ours.json", edition], folder=application.folder)


def main() -> None:
    """Build the wheel, install it with the application, try; then try what is shown of an editable install."""
    wheel = build_wheel("dist-application")  # the trial of the wheel runs at the same time
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "application"
        shutil.copytree(APPLICATION, folder, ignore=shutil.ignore_patterns("__pycache__"))
        application = Application(folder, Environment.make("application"))
        application.environment.install(f"reclamation-core[cli,sql,testing] @ {wheel.as_uri()}", f"{folder}[test]")
        try_tests(application)
        try_conformance(application)
        print(f"{wheel.name}: the application's tests pass", flush=True)
        try_rules(application, "--numprocesses=1", "tests/test_counter.py")
        print(f"{wheel.name}: what a worker reaches is counted and measured", flush=True)
        try_failures(application)
        application.environment.install("--no-deps", "--editable", str(ROOT))
        try_failures(application)
        print(f"{wheel.name}: what fails says why, in an editable install too", flush=True)


if __name__ == "__main__":
    show_help(__doc__)
    main()
