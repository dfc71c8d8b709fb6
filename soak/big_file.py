"""A file of a million complaints, some of them unreadable, is triaged within 300 MB and to the last row."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.intake import Triage, triage_file
from reclamation_core.policy import m2_1

ROWS: Final = 1_000_000
EVERY: Final = 1_000
LIMIT: Final = 300
"""How many rows, one in how many is spoiled, and how many megabytes may be used at most."""

_SPOILERS: Final = (
    lambda line: line.replace("R-", '"R-', 1),
    lambda line: line.replace("R-", "\0R-", 1),
    lambda line: line + ",",
    lambda line: line.replace("202", "hier 202", 1),
    lambda line: "R-0000001" + line[9:],
)
"""A quote never closed, a NUL, a cell too many, no date, a reference already seen."""


def write(path: Path) -> int:
    """Write the file; gives how many rows were spoiled."""
    # The script is run by its path: the project's own folder, where `bench` is, is not looked in by itself.
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from bench.triage import HEADER, rows

    spoiled = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(HEADER) + "\n")
        for number, row in enumerate(rows(ROWS)):
            line = ",".join(cell if "," not in cell else f'"{cell}"' for cell in row)
            if number % EVERY == EVERY - 1:
                line = _SPOILERS[spoiled % len(_SPOILERS)](line)
                spoiled += 1
            file.write(line + "\n")
    return spoiled


def main() -> None:
    """Triage, count, measure."""
    with TemporaryDirectory() as folder:
        path, output = Path(folder, "complaints.csv"), Path(folder, "decisions.csv")
        spoiled = write(path)
        start = perf_counter()
        done = triage_file(path, Triage(m2_1(), BusinessCalendar.france()), output)
        seconds = perf_counter() - start
        with output.open(encoding="utf-8") as file:
            written = sum(1 for _ in file) - 1
        assert done.rejected_path is not None
        with done.rejected_path.open(encoding="utf-8-sig") as file:
            rejected = sum(1 for _ in file) - 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    summary = done.summary
    sys.stdout.write(
        f"{summary.read} read = {summary.decided} decided + {summary.rejected} rejected; "
        f"{peak:.0f} MB at most; {summary.read / seconds:,.0f} rows/s\n"
    )
    problems = [
        f"{name}: {found}, expected {expected}"
        for name, found, expected in (
            ("read", summary.read, ROWS),
            ("rejected", summary.rejected, spoiled),
            ("lines of decisions", written, ROWS - spoiled),
            ("lines of rejected rows", rejected, spoiled),
        )
        if found != expected
    ]
    if peak > LIMIT:
        problems.append(f"memory: {peak:.0f} MB, at most {LIMIT} expected")
    sys.exit("; ".join(problems) or 0)


if __name__ == "__main__":
    main()
