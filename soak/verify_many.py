"""Time `Desk.verify` on an SQLite file of many cases, and show that it still finds what was altered.

The number of cases may be given: `python soak/verify_many.py 50000`. Each case has five events and ten texts. The time
of the process is shown beside that of the clock, since other processes slow down the latter only. The script exits with
an error if a case takes longer than 0.7 ms of the process, or if an alteration is not found.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

# The script is run by its path: the project's own folder, where `bench` is, is not searched by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from bench._cases import lived, replay
from reclamation_core.adapters import Settings, SqlAlchemyStore
from reclamation_core.desk import Desk
from reclamation_core.ports import CaseQuery
from tests.unit.adapters.sqlalchemy.asking import run

CASES: Final = 50_000
BATCH: Final = 500
_FIRST: Final = CaseQuery(limit=1)
MAX_MILLISECONDS: Final = 0.7
ALTERATIONS: Final = {
    "reclamation_cases": "UPDATE reclamation_cases SET level_rank = level_rank + 1 WHERE reference = :case",
    "reclamation_case_sites": "UPDATE reclamation_case_sites SET site = 'XYZ' WHERE case_reference = :case",
    "reclamation_case_events": "UPDATE reclamation_case_events SET role = 'x' WHERE case_reference = :case",
    "reclamation_case_search": "UPDATE reclamation_case_search SET words = 'x' WHERE case_reference = :case",
}


def main() -> None:
    """Fill a register, verify it, alter it and verify it again."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with tempfile.TemporaryDirectory() as folder:
        store = SqlAlchemyStore.open(f"sqlite:///{folder}/reclamations.db", Settings(durable=False))
        try:
            _fill(store, count)
            milliseconds = _timed(store, count)
            missed = [table for table, sql in ALTERATIONS.items() if not _is_found(store, table, sql)]
        finally:
            store.close()
    if milliseconds > MAX_MILLISECONDS or missed:
        sys.exit(f"{milliseconds:.2f} ms a case; not found: {missed}")


def _fill(store: SqlAlchemyStore, count: int) -> None:
    cases = islice(replay(lived(5)), count)
    while batch := list(islice(cases, BATCH)):
        with store.unit_of_work() as unit:
            unit.cases.add(*batch)
            unit.commit()
    store.sequences.next("R-2026", count)


def _timed(store: SqlAlchemyStore, count: int) -> float:
    clock, process = perf_counter(), process_time()
    found = list(Desk(store).verify())
    clock, process = perf_counter() - clock, process_time() - process
    print(f"{count:,} cases: {clock:.1f} s, {process:.1f} s of the process, {1000 * process / count:.2f} ms a case")
    if found:
        sys.exit(f"false alarms: {found[:5]}")
    return 1000 * process / count


def _is_found(store: SqlAlchemyStore, table: str, sql: str) -> bool:
    with store.unit_of_work() as unit:
        case = unit.cases.find(_FIRST).cases[0].reference
    run(store, sql, case=case)
    found = [(one.holder, one.field) for one in Desk(store).verify()]
    print(f"altered {table}: {found}")
    return (case, table) in found


if __name__ == "__main__":
    main()
