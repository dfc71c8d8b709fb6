"""Nothing is found wrong with a sound register: random lives of every verb, then `verify` and `examine`.

The seed and the number of lives on each database may be given: `python soak/verify_lives.py 7 2000`. Each database
lives a few lives at a time, so that a plan has many events, and its two halves are on both sides of a checkpoint.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random, SystemRandom
from time import perf_counter
from typing import Final

# The script is run by its path: the project's own folder, where `tests` is, is not looked in by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.testing.builders import FakeClock
from tests.databases import postgresql_store, stop
from tests.properties.desk.differential import a_desk
from tests.properties.desk.random_lives import live_and_verify
from tests.unit.desk.factories import at

LIVES: Final = 10_000
TOGETHER: Final = 10
STORES: Final[dict[str, Callable[[], SqlAlchemyStore]]] = {
    "SQLite": lambda: SqlAlchemyStore.open("sqlite://"),
    "PostgreSQL": postgresql_store,
}


def main() -> None:
    """Live on each database; exit with what was found wrong."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else SystemRandom().randrange(1_000_000)
    lives = int(sys.argv[2]) if len(sys.argv) > 2 else LIVES
    alarms: list[str] = []
    try:
        for kind, new in STORES.items():
            alarms += lived(kind, new, seed, lives)
    finally:
        stop()
    sys.exit("; ".join(alarms[:20]) or 0)


def lived(kind: str, new: Callable[[], SqlAlchemyStore], seed: int, lives: int) -> list[str]:
    """Live on databases of one kind; return the false alarms."""
    alarms: list[str] = []
    done: Counter[str] = Counter()
    start = perf_counter()
    for first in range(0, lives, TOGETHER):
        clock, store = FakeClock(at(1)), new()
        try:
            found = live_and_verify(a_desk(store, clock), clock, Random(f"{seed}.{first}"), TOGETHER, done)
        finally:
            store.close()
        alarms += [f"{kind}, lives from {first} of seed {seed}: {one}" for one in found]
    many = ", ".join(f"{verb} {count}" for verb, count in sorted(done.items()))
    print(f"{kind}: {lives} lives in {perf_counter() - start:.0f} s, {len(alarms)} false alarms; accepted: {many}")
    return alarms


if __name__ == "__main__":
    main()
