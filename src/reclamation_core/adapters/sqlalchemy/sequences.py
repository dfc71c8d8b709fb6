"""Number sequences in a table: one statement of its own takes each number, so that a rollback never gives it again."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.tables import SERIES
from reclamation_core.ports import SequenceGenerator, StoreDamagedError

_NEXT: Final = text(
    f"INSERT INTO {SERIES} (series, last) VALUES (:series, :count) "
    f"ON CONFLICT (series) DO UPDATE SET last = {SERIES}.last + :count RETURNING last"
)
_LAST: Final = text(f"SELECT last FROM {SERIES} WHERE series = :series")


class SqlAlchemySequences(SequenceGenerator):
    """The sequences of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next(self, series: str, count: int = 1) -> int:
        # A retry after a lost connection may skip numbers, and never gives one twice.
        return int(self._database.row_of(_NEXT, {"series": series, "count": count})[0]) - count + 1

    def find_inconsistencies(self, series: str, used: int) -> tuple[str, ...]:
        try:
            row = self._database.first(_LAST, {"series": series})
        except StoreDamagedError:  # it is not even text
            row = None
        is_ahead = row is not None and isinstance(row[0], int) and row[0] >= used
        return () if is_ahead else (SERIES.name,)
