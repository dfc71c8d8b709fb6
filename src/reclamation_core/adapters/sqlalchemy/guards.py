"""The guards in a table: one row each, compared and advanced by the transaction that writes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from reclamation_core.adapters.pending_writes import Noted
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.tables import GUARDS
from reclamation_core.ports import Guards


class SqlAlchemyGuards(Guards):
    """The guards that a unit of work holds, each with its version when it was held first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.held = Noted()

    def hold(self, *keys: str) -> None:
        versions = self.held.versions
        new = [key for key in keys if key not in versions]
        if new:
            rows: list[Any] = self._database.rows(select(GUARDS).where(GUARDS.c.name.in_(new)))
            versions.update(dict.fromkeys(new, 0) | {row.name: row.version for row in rows})
