"""Print where the seconds of a run of pytest went: the sum, the folders, and the tests that take longest.

`python -m scripts.test_time [REPORT.xml]`; `make test` prints it, so that growth is seen. It has no ceiling: the same
tests take twice as many seconds on a busy machine.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from scripts.environments import BUILD
from scripts.usage import show_help

SHOWN = 8
LONG = 2.0
"""Seconds from which a test is marked `slow`; see tests/README.md."""


def durations(report: Path) -> Iterator[tuple[str, str, float]]:
    """Yield the module of each test, or the document, its name, and its seconds."""
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314  pytest wrote it a moment before
        yield case.get("classname", ""), case.get("name", ""), float(case.get("time", "0"))


def folder(module: str) -> str:
    """Return what the seconds of a module are added to: `tests.unit.desk`, `src`, `docs`."""
    parts = module.replace("/", ".").split(".")
    return ".".join(parts[:3]) if parts[0] == "tests" else parts[0]


def main(report: Path) -> None:
    """Print the figures of a report."""
    found = list(durations(report))
    by_folder: Counter[str] = Counter()
    for module, _, seconds in found:
        by_folder[folder(module)] += seconds  # type: ignore[assignment]  # a Counter adds up floats as well
    longest = sorted(found, key=lambda one: one[2], reverse=True)[:SHOWN]
    print(f"{len(found)} tests, {sum(by_folder.values()):.0f} test-seconds over all workers; mostly in")
    for name, seconds in by_folder.most_common(SHOWN):
        print(f"{seconds:7.1f} s  {name}")
    print(f"tests of more than {LONG:g} s, the rule of tests/README.md for `slow` on an idle machine:")
    for module, name, seconds in longest:
        if seconds > LONG:
            print(f"{seconds:7.1f} s  {module}::{name}")


if __name__ == "__main__":
    show_help(__doc__)
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else BUILD / "test.xml")
