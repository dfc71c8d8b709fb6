"""Looking behind a store: its tables as they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from reclamation_core.adapters import SqlAlchemyStore


def rows(store: SqlAlchemyStore, sql: str, **given: Any) -> list[tuple[Any, ...]]:
    """What a SELECT gives."""
    with store._database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql), given)]


def run(store: SqlAlchemyStore, sql: str, **given: Any) -> None:
    """Do something to the tables, as nobody should."""
    with store._database.engine.connect() as connection:
        connection.execute(text(sql), given)
