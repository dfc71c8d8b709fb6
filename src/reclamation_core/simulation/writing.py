"""A file of invented complaints."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from reclamation_core.intake import protect
from reclamation_core.simulation.complaint import COLUMNS, InventedComplaint


def write_complaints(path: str | Path, complaints: Iterable[InventedComplaint]) -> int:
    """Write complaints as a CSV file that `intake.read` reads without a mapping.

    UTF-8, comma-separated, lines ended by LF. A cell that a spreadsheet would take for a formula gets an apostrophe.

    Args:
        path: the file; one that exists is replaced.
        complaints: what to write.

    Returns:
        How many were written.

    Raises:
        OSError: the file cannot be written.
    """
    count = 0
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for complaint in complaints:
            writer.writerow(protect(cell) for cell in complaint.cells().values())
            count += 1
    return count
