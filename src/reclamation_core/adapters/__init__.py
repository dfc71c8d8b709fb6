"""Adapters of the ports: the stores in memory and in a database, and the parts to write another store with.

SQLAlchemy is imported at the first use of a name that needs it; it comes with the extra `sql`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reclamation_core.adapters.memory import InMemoryStore
from reclamation_core.adapters.unit_of_work import BufferedUnitOfWork, CommittedState
from reclamation_core.errors import MissingExtraError
from reclamation_core.ports.repositories import Changes, ReadSet

if TYPE_CHECKING:
    from reclamation_core.adapters.sqlalchemy import (
        CASES,
        METADATA,
        Settings,
        SqlAlchemyStore,
        check,
        leave_own_tables,
        mark_restored,
        open_engine,
        rebuild_projections,
        upgrade,
    )

__all__ = [
    "CASES",
    "METADATA",
    "BufferedUnitOfWork",
    "Changes",
    "CommittedState",
    "InMemoryStore",
    "ReadSet",
    "Settings",
    "SqlAlchemyStore",
    "check",
    "leave_own_tables",
    "mark_restored",
    "open_engine",
    "rebuild_projections",
    "upgrade",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from reclamation_core.adapters import sqlalchemy
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "sqlalchemy", "sql") from None
    return getattr(sqlalchemy, name)
