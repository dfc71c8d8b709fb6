"""Indicators of a month: a page of a director and the whole list by unit, against one scan of the same table by hand.

The scan counts what holds on the day of the report by unit, in one statement. The rows of a million cases are those of
100,000, ten times. `memory` is by how much a list without references raises the highest memory of the process, in MB.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final

import attrs
from sqlalchemy import text

from bench._databases import Backend, backends
from bench._measure import compare, ratio_row
from bench.reports import greatest_memory
from reclamation_core.adapters import SqlAlchemyStore, open_engine
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.mapper import stored_period
from reclamation_core.adapters.sqlalchemy.statements import writer_for
from reclamation_core.adapters.sqlalchemy.tables import CASE_PERIODS
from reclamation_core.cases import AnswerDecision, CaseState
from reclamation_core.cases.periods import CasePeriod
from reclamation_core.desk import Desk
from reclamation_core.vocabulary import Channel, Level

SIZES: Final = (100_000, 1_000_000)
LIVES: Final = 100_000
"""So many different lives of cases are computed; the others are copies."""
BATCH: Final = 5_000
YEARS: Final = 5
UNITS: Final = 120
LAST: Final = date(2026, 6, 30)
MONTH: Final[dict[str, Any]] = {"since": date(2026, 6, 1), "until": LAST, "as_of": LAST, "cases": False}
DIRECTOR: Final = ("opening", "received", "ended", "closing", "on_time", "overdue", "time_to_answer_median")
_SCAN: Final = (
    f"SELECT unit, count(*), sum(CASE WHEN answered_on <= due_on THEN 1 ELSE 0 END) FROM {CASE_PERIODS.name}%s "
    "WHERE since < :instant AND (until IS NULL OR until >= :instant) "
    "AND admissibility IN ('in_scope', 'to_be_clarified') GROUP BY unit"
)
"""What a person would write: by unit, the cases, and those answered on time.

SQLite would look up each row by an index of the day, which takes six times as long as a scan.
"""


def run() -> list[dict[str, Any]]:
    """Return the rows of the table, in milliseconds."""
    with backends() as kinds:
        chosen = [kind for kind in kinds if kind.name != "SQLite NORMAL"]
        return [row for kind in chosen for cases in SIZES for row in measured(kind, cases)]


def measured(kind: Backend, cases: int, rounds: int = 5) -> list[dict[str, Any]]:
    """Return the rows of one database."""
    with closing(SqlAlchemyStore.open(kind.new(), kind.settings)) as store:
        database = Database(open_engine(store._database.engine.url))  # noqa: SLF001
        fill(database, cases)
        desk = Desk(store)
        instant = datetime.combine(LAST + timedelta(days=1), time(), UTC)
        scan = text(_SCAN % (" NOT INDEXED" if kind.is_sqlite else ""))
        hand = scan.bindparams(instant=f"{instant:%Y-%m-%d %H:%M:%S.%f}" if kind.is_sqlite else instant)
        before = greatest_memory()
        desk.indicators(**MONTH, by="unit")
        memory = greatest_memory() - before
        seconds = compare(
            {
                "hand": lambda: database.rows(hand),
                "director": lambda: desk.indicators(**MONTH, names=DIRECTOR),
                "list": lambda: desk.indicators(**MONTH),
                "by unit": lambda: desk.indicators(**MONTH, by="unit"),
            },
            rounds,
        )
        database.close()
    peer = ("a scan by hand", 1e3 * seconds["hand"])
    name = f"{kind.name}, {cases:,} cases"
    rows = [
        ratio_row(f"{name}: a director's page of a month", 1e3 * seconds["director"], peer, 3, "ms"),
        ratio_row(f"{name}: every indicator of a month", 1e3 * seconds["list"], peer, 10, "ms"),
        ratio_row(f"{name}: every indicator of a month by unit", 1e3 * seconds["by unit"], peer, 10, "ms"),
    ]
    return [{**row, "memory": memory} for row in rows]


def fill(database: Database, cases: int) -> None:
    """Write what was known of so many cases over some years; the cases themselves are not needed."""
    writer, lives = writer_for(database.backend), min(cases, LIVES)
    rows = (stored_period(row) for number in range(lives) for row in lived(number))
    free = "PRAGMA foreign_keys = OFF" if database.backend == "sqlite" else "SET session_replication_role = replica"
    table, (key, *others) = CASE_PERIODS.name, CASE_PERIODS.c.keys()
    copied = f"SELECT {key} || '-{{}}', {', '.join(others)} FROM {table} WHERE {key} NOT LIKE '%-%-%-%'"
    with database.connected() as connection:
        connection.exec_driver_sql(free)
        connection.exec_driver_sql("BEGIN")
        for batch in _batches(rows):
            for statement in writer.insert(CASE_PERIODS, batch):
                statement.execute(connection)
        for number in range(1, cases // lives):
            connection.execute(text(f"INSERT INTO {table} {copied.format(number)}"))
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("ANALYZE")


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def lived(number: int) -> tuple[CasePeriod, ...]:
    """Return the rows of a case: registered, acknowledged, answered and closed, as far as it got."""
    draw = random.Random(number)
    received = LAST - timedelta(days=draw.randrange(365 * YEARS))
    registered = datetime.combine(received, time(9), UTC) + timedelta(hours=draw.randrange(8))
    first = CasePeriod(
        reference=f"R-{received.year}-{number:08}",
        since=registered,
        site=f"S{draw.randrange(UNITS):03}",
        unit=f"S{draw.randrange(UNITS):03}",
        level=Level.LOCAL,
        channel=draw.choice(list(Channel)),
        cycle=1,
        received_on=received,
        due_on=received + timedelta(days=14),
        can_be_acknowledged=True,
        supports=draw.randrange(2),
    )
    days = sorted(min(60, int(draw.lognormvariate(2, 0.7))) for _ in range(3))
    changes: list[dict[str, Any]] = [
        {"acknowledged_on": received + timedelta(days=days[0])},
        {
            "answered_on": received + timedelta(days=days[1]),
            "decision": draw.choice(list(AnswerDecision)),
            "state": CaseState.ANSWERED,
        },
        {"ended_on": received + timedelta(days=days[2]), "state": CaseState.CLOSED},
    ]
    rows = [first]
    for day, change in zip(days, changes, strict=True):
        since = registered + timedelta(days=day, hours=len(rows))
        if since.date() <= LAST:
            rows.append(attrs.evolve(rows[-1], since=since, **change))
    return (*(attrs.evolve(row, until=later.since) for row, later in pairwise(rows)), rows[-1])
