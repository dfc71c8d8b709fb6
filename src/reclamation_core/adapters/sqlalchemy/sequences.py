"""The reference numbers: each given by one statement of its own, whatever becomes of its taker."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, text

from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.kept import as_kept, whole
from reclamation_core.adapters.sqlalchemy.tables import SERIES
from reclamation_core.ports import SequenceGenerator

_NEXT = text(
    f"INSERT INTO {SERIES} (series, last) VALUES (:series, :count) "
    f"ON CONFLICT (series) DO UPDATE SET last = {SERIES}.last + :count RETURNING last"
)


class SqlAlchemySequences(SequenceGenerator):
    """Counters in a table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next(self, series: str, count: int = 1) -> int:
        # Done again after a connection was lost, it may lose numbers, and never gives one twice.
        return int(self._database.row_of(_NEXT, {"series": series, "count": count})[0]) - count + 1

    def find_inconsistencies(self, series: str, used: int) -> tuple[str, ...]:
        last = as_kept(SERIES.c.last, self._database.backend)
        rows: list[Any] = self._database.rows(select(last).where(SERIES.c.series == series))
        given = next((whole(row[0]) for row in rows), None)
        return () if given is not None and given >= used else (f"{SERIES.name}.last",)
