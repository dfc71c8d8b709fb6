"""Looking behind a store: its tables as they are."""

from typing import Any, Final

from sqlalchemy import text

from reclamation_core.adapters import SqlAlchemyStore
from tests.inside import database_of, engine_of

_UNGUARDED: Final = {"sqlite": "PRAGMA foreign_keys = {}", "postgresql": "SET session_replication_role = {}"}
_OFF: Final = {"sqlite": ("OFF", "ON"), "postgresql": ("replica", "origin")}


def rows(store: SqlAlchemyStore, sql: str, **given: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a SELECT."""
    with engine_of(store).connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql), given)]


def run(store: SqlAlchemyStore, sql: str, **given: Any) -> None:
    """Change the tables directly."""
    with engine_of(store).connect() as connection:
        connection.execute(text(sql), given)


def unguarded(store: SqlAlchemyStore, sql: str) -> None:
    """Change the tables directly, without foreign keys."""
    database = database_of(store)
    off, on = _OFF[database.backend]
    with database.engine.connect() as connection:
        connection.exec_driver_sql(_UNGUARDED[database.backend].format(off))
        connection.exec_driver_sql(sql)
        connection.exec_driver_sql(_UNGUARDED[database.backend].format(on))
