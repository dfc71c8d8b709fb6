"""Runs every benchmark, prints the figures as a table and writes them to build/bench.json.

A benchmark is a module of this folder with a function `run() -> list[dict]`. Each row has `name`, `ours`, `peer`,
`ratio` (ours divided by the peer's), `unit`, `peer_name` and `target` (the ratio that is aimed at, or None).
Usage: python -m bench [MODULE ...]
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from pathlib import Path
from typing import Any

import bench

COLUMNS = ("name", "ours", "peer", "unit", "peer_name", "ratio", "target", "met")
FIGURES = Path("build/bench.json")


def modules() -> list[str]:
    """The names of the benchmarks."""
    return sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_"))


def measure(names: list[str]) -> list[dict[str, Any]]:
    """The rows of the benchmarks of these names; the measures that serve several are not benchmarks."""
    found = [importlib.import_module(f"bench.{name}") for name in names]
    return [row for module in found if hasattr(module, "run") for row in module.run()]


def cell(value: object) -> str:
    """A value as the table shows it."""
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as aligned text."""
    lines = [list(COLUMNS)] + [[cell(row.get(column)) for column in COLUMNS] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def main() -> None:
    """Measure, write, print."""
    rows = measure(sys.argv[1:] or modules())
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for row in rows:
        row["met"] = None if row["target"] is None else ("yes" if row["ratio"] <= row["target"] else "no")
    print(table(rows))


if __name__ == "__main__":
    main()
