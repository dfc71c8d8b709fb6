"""Every rewrite of what was logged before a published checkpoint is found, and nothing is found in an honest register.

A person with the database and the key changes, deletes, cuts, inserts, moves, dates back and signs again. Honest
registers live on after their checkpoint: cases and plans of random lives, erasures, corrected dates, an upgrade from
the schema without a log before it, projections computed again after it.

The seed and the numbers may be given: `python -m soak.log_rewrites 7 1000 1000`.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from random import Random, SystemRandom
from shutil import copyfile
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from sqlalchemy import text

# The script is run by its path: the project's own folder, where `tests` is, is not looked in by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from reclamation_core.adapters import SqlAlchemyStore, open_engine, rebuild_projections, upgrade
from reclamation_core.desk import Desk
from reclamation_core.testing.builders import FakeClock
from tests.databases import sqlite_file
from tests.log_rewrites import rewrite
from tests.properties.desk.random_lives import Lives
from tests.unit.desk.factories import SITES, at
from tests.unit.reporting.test_audit_file import KEY, PRIVATE

REWRITTEN: Final = 1_000
HONEST: Final = 1_000
_ATTACKS: Final = 25
"""How many rewrites one register is copied for."""
_ORIGIN: Final = "reclamations.example.fr/registre"
_PUBLIC: Final = PRIVATE.public_key().public_bytes_raw()
_BEFORE: Final = ("DROP TABLE reclamation_log", "DROP TABLE reclamation_log_checkpoints")


class Register:
    """A register in a file, and the random lives of its cases and plans."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.url = sqlite_file(folder, f"{random.random()}.db")
        self._random, clock = random, FakeClock(at(1, month=7))
        self.store = SqlAlchemyStore.open(self.url)
        self.desk = Desk(self.store, sites=SITES, clock=clock, clock_limit=None).acting("Mme Roux", "rqr")
        self.lives = Lives(self.desk, clock, random, Counter())

    def checkpoint(self) -> tuple[str, int]:
        record = self.desk.log.write_checkpoint(KEY, origin=_ORIGIN)
        return record.note, record.size

    def upgraded(self) -> None:
        """Upgrade it from the schema that had no log."""
        with open_engine(self.url).begin() as connection:
            for statement in (*_BEFORE, "UPDATE reclamation_schema SET version_num = '0019'"):
                connection.execute(text(statement))
        upgrade(self.url)


def main() -> None:
    """Rewrite and live on; exit with what was missed and what was found wrongly."""
    given = [int(argument) for argument in sys.argv[1:]]
    seed, rewritten, honest = (*given, *(SystemRandom().randrange(1_000_000), REWRITTEN, HONEST)[len(given) :])
    start, random = perf_counter(), Random(seed)
    kinds, missed, alarms = Counter[str](), list[str](), list[str]()
    while kinds.total() < rewritten:
        with TemporaryDirectory() as name:
            for kind, is_found in _attacked(Path(name), random, min(_ATTACKS, rewritten - kinds.total())):
                kinds[kind] += 1
                missed += [] if is_found else [f"{kind}, number {kinds.total()}"]
    for number in range(honest):
        with TemporaryDirectory() as name:
            alarms += [f"honest register {number}: {found}" for found in _alarms(Path(name), random)]
    listed = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
    print(f"{rewritten} rewrites ({listed}): {len(missed)} missed")
    print(f"{honest} honest registers: {len(alarms)} alarms")
    print(f"{perf_counter() - start:.0f} s, seed {seed}")
    sys.exit("; ".join([*missed, *alarms][:20]) or 0)


def _attacked(folder: Path, random: Random, count: int) -> list[tuple[str, bool]]:
    register = Register(folder, random)
    register.lives.live()
    note, size = register.checkpoint()
    register.lives.live()
    register.checkpoint()
    register.store.close()
    found = []
    for _ in range(count):
        copyfile(register.url.removeprefix("sqlite:///"), folder / "copy.db")
        store = SqlAlchemyStore.open(f"sqlite:///{folder / 'copy.db'}")
        kind = rewrite(store, size, random, key=KEY, origin=_ORIGIN)
        found.append((kind, bool(Desk(store, sites=SITES).log.compare(note, public_key=_PUBLIC))))
        store.close()
    return found


def _alarms(folder: Path, random: Random) -> list[object]:
    register = Register(folder, random)
    register.lives.live()
    if random.random() < 1 / 4:
        register.upgraded()
    note, _ = register.checkpoint()
    register.lives.live()
    if random.random() < 1 / 4:
        rebuild_projections(register.url)
    found = register.desk.log.compare(note, register.checkpoint()[0], public_key=_PUBLIC)
    register.store.close()
    return list(found)


if __name__ == "__main__":
    main()
