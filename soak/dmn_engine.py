"""Asks another engine about every cell of every table of M2-1, from the DMN that the tables write."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from reclamation_core.policy import m2_1
from tests.engines.independent import disagreements

WORKERS = os.cpu_count() or 1


def _part(name: str, first: int) -> tuple[int, int]:
    asked, found = disagreements(m2_1().tables[name], first=first, every=WORKERS)
    for facts, ours, theirs in found[:5]:
        print(f"{name}: {facts}: {ours}, the engine says {theirs}")
    return asked, len(found)


def main() -> None:
    """Ask about all of them; fail where the engine disagrees once."""
    wrong = 0
    with ProcessPoolExecutor(WORKERS) as pool:
        for name in m2_1().tables:
            started = time.monotonic()
            parts = list(pool.map(_part, [name] * WORKERS, range(WORKERS)))
            asked, found = sum(part[0] for part in parts), sum(part[1] for part in parts)
            print(f"{name}: {asked} cells, {found} disagreements ({time.monotonic() - started:.0f} s)", flush=True)
            wrong += found
    sys.exit("the engine disagrees" if wrong else 0)


if __name__ == "__main__":
    main()
