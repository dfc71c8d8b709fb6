"""Compare the branch coverage of each package with its floor in `[tool.coverage-floors]` of pyproject.toml.

`python -m scripts.coverage_floors [RUN]` reads the data of the last run of pytest; RUN names a table of floors: `test`,
the default, or `whole`. `--raise` prints the floors that the data would hold.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from scripts.environments import ROOT
from scripts.usage import show_help

COUNTED = ("num_statements", "covered_lines", "num_branches", "covered_branches")


def measured() -> dict[str, Counter[str]]:
    """Return the counts of coverage.py by package; modules outside any package count as `common`."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        subprocess.run(
            [sys.executable, "-m", "coverage", "json", "--quiet", "--fail-under=0", "-o", report], cwd=ROOT, check=True
        )
        files: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))["files"]
    counts: dict[str, Counter[str]] = {}
    for name, measures in files.items():
        parts = Path(name).parts
        below = parts[parts.index("reclamation_core") + 1 :]
        package = below[0] if len(below) > 1 else "common"
        counts.setdefault(package, Counter()).update({key: measures["summary"][key] for key in COUNTED})
    return counts


def percent(counts: Counter[str]) -> float:
    """Return the percentage of statements and branches that ran, rounded down to a tenth."""
    covered = counts["covered_lines"] + counts["covered_branches"]
    return covered * 1000 // ((counts["num_statements"] + counts["num_branches"]) or 1) / 10


def main(arguments: list[str]) -> int:
    """Print each package with its coverage and its floor; return 1 if one is below, or has no floor."""
    run = next((each for each in arguments if not each.startswith("-")), "test")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    floors: dict[str, float] = project["tool"]["coverage-floors"][run]
    counts = measured()
    below = 0
    for package in sorted(floors.keys() | counts):
        reached, floor = percent(counts.get(package, Counter())), floors.get(package, 100)
        if reached < floor:
            below += 1
        note = f"  BELOW its floor of {floor} %: see coverage report --show-missing" if reached < floor else ""
        print(f"{package:<14} {reached:>5} %{note}")
    if "--raise" in arguments:
        print(*(f"{package} = {percent(counts[package])}" for package in sorted(counts)), sep="\n")
    return int(below > 0)


if __name__ == "__main__":
    show_help(__doc__)
    sys.exit(main(sys.argv[1:]))
