"""Parquet files are decided from file to file in as much memory, be it four million rows or forty million."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import polars as pl

from reclamation_core import BusinessCalendar, frames, m2_1

# The script is run by its path: the project's own folder, where `bench` is, is not looked in by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.columns import complaints

ROWS: Final = 1_000_000
FEW, MANY = 4, 40
"""How many rows a file has, and how many files are decided."""
GROWTH: Final = 1.5
"""How many times the memory of the few files the many may take."""


def stream(folder: Path) -> None:
    """Decide the files of a folder into one, in this process; say how many megabytes it took at most."""
    given = pl.scan_parquet(folder / "in-*.parquet")
    frames.decide(given, m2_1(), BusinessCalendar.france()).sink_parquet(folder / "out.parquet")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    sys.stdout.write(f"{peak}\n")


def streamed(complaint_rows: pl.DataFrame, files: int) -> float:
    """The megabytes that so many files take at most, in a process of their own."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(files):
            complaint_rows.write_parquet(folder / f"in-{number}.parquet")
        start = perf_counter()
        done = subprocess.run([sys.executable, __file__, name], check=True, capture_output=True, text=True)
        seconds, peak = perf_counter() - start, float(done.stdout)
        found = pl.scan_parquet(folder / "out.parquet")
        invalid = pl.col("invalid").is_not_null().sum()
        counted = found.select(pl.len(), invalid).collect(engine="streaming").row(0)
    sys.stdout.write(f"{counted[0]:,} rows in {seconds:.0f} s, at most {peak:.0f} MB\n")
    if counted != (files * ROWS, 0):
        sys.exit(f"{files * ROWS:,} rows, none of them invalid, are expected; found {counted}")
    return peak


def main() -> None:
    """Stream few, stream many, compare."""
    rows = complaints(ROWS)
    few, many = streamed(rows, FEW), streamed(rows, MANY)
    if many > GROWTH * few:
        sys.exit(f"{MANY} files took {many:.0f} MB, {FEW} took {few:.0f}; at most {GROWTH} times that is expected")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        stream(Path(sys.argv[1]))
    else:
        main()
