"""A checkpoint of the log of all events, beside hashing the same leaves; and the next one from the stored right edge.

The log is that of a file of SQLite. The clock of the processor measures both: a busy machine would decide otherwise.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench._measure import compare, ratio_row
from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cases.log import LogState
from reclamation_core.desk import Desk, Registration
from reclamation_core.testing.builders import FakeClock, a_complaint

CASES: Final = 10_000
NEW: Final = 50
MOST: Final = 2.5
NEXT: Final = 0.05


def run(cases: int = CASES) -> list[dict[str, Any]]:
    """The rows of the table."""
    with TemporaryDirectory() as folder:
        store = SqlAlchemyStore.open(f"sqlite:///{Path(folder, 'register.db')}")
        clock = FakeClock(a_complaint().received_at)
        desk = Desk(store, clock=clock, clock_limit=None)
        _register(desk, cases)
        store.log.extend()
        entries = tuple(store.log.entries())
        each = compare(
            {"ours": lambda: LogState.of(entries).checkpoint("bench"), "leaves": lambda: [one.hash for one in entries]},
            rounds=5,
            clock=process_time,
        )
        name = f"a checkpoint of {len(entries):,} events"
        rows = [ratio_row(name, each["ours"], ("hashing its leaves", each["leaves"]), MOST)]
        secret = Ed25519PrivateKey.generate()
        key = secret.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        desk.log.write_checkpoint(key)
        _register(desk, NEW)
        store.log.extend()
        start = process_time()
        desk.log.write_checkpoint(key)
        seconds = process_time() - start
        rows.append(ratio_row(f"the next one, {NEW} events later", seconds, ("the target", NEXT), 1.0))
        store.close()
        return rows


def _register(desk: Desk, count: int) -> None:
    facts = a_complaint()
    for _ in desk.register_many(Registration(facts=facts, site="CRE") for _ in range(count)):
        pass
