"""Compare the branch coverage of each package with its floor in `[tool.coverage-floors]` of pyproject.toml.

`python -m scripts.coverage_floors RUN FILE` reads what Slipcover wrote; RUN names a table of floors, `test` or `whole`.
It prints of each file of a package below its floor the first lines and branches that no test ran; with `--raise`, the
floors that the file holds.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from scripts.environments import ROOT
from scripts.usage import show_help

COUNTED = ("covered_lines", "missing_lines", "covered_branches", "missing_branches")
SHOWN = 10


def package(name: str) -> str:
    """Return the package of a file; modules outside any package count as `common`."""
    below = Path(name).parts[Path(name).parts.index("reclamation_core") + 1 :]
    return below[0] if len(below) > 1 else "common"


def percent(counts: Counter[str]) -> float:
    """Return the percentage of lines and branches that ran, rounded down to a tenth."""
    covered = counts["covered_lines"] + counts["covered_branches"]
    return covered * 1000 // (counts.total() or 1) / 10


def main(run: str, file: Path, *, raising: bool = False) -> int:
    """Print each package with its coverage and its floor; return 1 if one is below, or has no floor."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    floors: dict[str, float] = project["tool"]["coverage-floors"][run]
    files: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["files"]
    counts: dict[str, Counter[str]] = {}
    for name, measured in files.items():
        counts.setdefault(package(name), Counter()).update({key: measured["summary"][key] for key in COUNTED})
    low = {one for one in floors.keys() | counts if percent(counts.get(one, Counter())) < floors.get(one, 100)}
    for one in sorted(floors.keys() | counts):
        reached = percent(counts.get(one, Counter()))
        print(f"{one:<14} {reached:>5} %{f'  BELOW its floor of {floors.get(one, 100)} %' if one in low else ''}")
    for name, measured in sorted(files.items()):
        lines, branches = measured["missing_lines"], measured["missing_branches"]
        if package(name) in low and (lines or branches):
            print(f"{name}: {len(lines)} lines {lines[:SHOWN]}, {len(branches)} branches {branches[:SHOWN]}")
    if raising:
        print(*(f"{one} = {percent(counts[one])}" for one in sorted(counts)), sep="\n")
    return int(bool(low))


if __name__ == "__main__":
    show_help(__doc__)
    which, path = (each for each in sys.argv[1:] if not each.startswith("-"))
    sys.exit(main(which, Path(path), raising="--raise" in sys.argv))
