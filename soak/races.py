"""Decisions that read each other's cases and plans, started 0 to 20 ms apart: 2,000 races of each kind, 0 misses.

Half of the races of each kind are between threads, half between processes; all on SQLite, and again on PostgreSQL. The
seed of the draws is shown, and may be given: `python soak/races.py 7`. How often each thing is done, too, as a factor:
`python soak/races.py 7 0.1`; then the kinds, where not all are wanted: `python soak/races.py 7 1 "two duplicates"`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

# The script is run by its path: the project's own folder, where `soak` and `tests` are, is not looked in by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.databases import new_database, stop
from tests.faults.racing import KINDS, Tally, raced

RACES: Final = 2000
A_DATABASE: Final = 100
"""How many races of each kind, and how many on one database before a new one is taken."""


def run(backend: str, new: Callable[[], str], kinds: list[str], random: Random, factor: float) -> int:
    """Run the races on one kind of database, and count the misses."""
    broken = 0
    for kind in kinds:
        start, tally = perf_counter(), Tally()
        left = [round(RACES * factor / 2)] * 2
        while any(left):
            processes = left[1] > left[0]
            many = min(left[processes], A_DATABASE)
            tally.add(raced(new(), kind, many, random, processes=processes))
            left[processes] -= many
        print(f"{backend}, {kind}: {perf_counter() - start:.0f} s: {tally.line()}", flush=True)
        broken += tally.broken
    return broken


def _postgresql() -> str:
    return new_database().render_as_string(hide_password=False)


def main() -> None:
    """Run them all, and tell the figures."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else SystemRandom().randrange(1_000_000)
    factor = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    kinds = sys.argv[3:] or list(KINDS)
    print(f"seed {seed}", flush=True)
    with TemporaryDirectory() as folder:
        numbers = count()
        broken = run("SQLite", lambda: f"sqlite:///{folder}/{next(numbers)}.db", kinds, Random(seed), factor)
    try:
        broken += run("PostgreSQL", _postgresql, kinds, Random(seed), factor)
    finally:
        stop()
    sys.exit(f"{broken} misses" if broken else 0)


if __name__ == "__main__":
    main()
