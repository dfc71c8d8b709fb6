"""Runs pytest as an application's developer does: in a folder of its own, with the plugin that is installed."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import attrs


@attrs.frozen
class Run:
    """The output of a run, and its exit status."""

    status: int
    told: str


def run_pytest(folder: Path, files: Mapping[str, str], *arguments: str, python: str = sys.executable) -> Run:
    """Write these files into a folder and run pytest there; warnings are errors."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(dedent(text), encoding="utf-8")
    # The plugin of Schemathesis imports Hypothesis, and with it this package, before a test runs.
    plugins = ("-p", "no:cacheprovider", "-p", "no:schemathesis")
    command = [python, "-m", "pytest", *plugins, "-W", "error", *arguments]
    # What measures the outer run is not to measure the inner one, nor to say which worker it is.
    ours = ("COVERAGE_", "PYTEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        command, cwd=folder, env=environment | {"PYTHONUTF8": "1"}, capture_output=True, text=True, check=False
    )
    return Run(done.returncode, done.stdout + done.stderr)
