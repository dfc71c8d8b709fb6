"""Says how many tests ran, read from pytest's own report: `1234 passed, 0 failed`, the last line printed.

Usage: python -m scripts.count_tests REPORT.xml
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from scripts.usage import show_help


def main(report: Path) -> None:
    """Print the line; a missing or empty report is a failure."""
    if not report.is_file():
        sys.exit(f"{report}: there is no report, so no test is known to have run")
    suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314  pytest wrote it a moment before
    counts = [
        {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")} for suite in suites
    ]
    ran = sum(count["tests"] for count in counts)
    failed = sum(count["failures"] + count["errors"] for count in counts)
    skipped = sum(count["skipped"] for count in counts)
    print(f"{ran - failed - skipped} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed or not ran else 0)


if __name__ == "__main__":
    show_help(__doc__)
    main(Path(sys.argv[1]))
