"""Stores that the ports ask for: in memory, and in a database; and what a store of one's own is made with.

What needs SQLAlchemy is loaded when it is first used; the extra `sql` brings it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reclamation_core.adapters.committed import Committed, ReadSet, Written
from reclamation_core.adapters.memory import InMemoryStore
from reclamation_core.adapters.unit_of_work import WaitingUnitOfWork
from reclamation_core.errors import MissingExtraError

if TYPE_CHECKING:
    from reclamation_core.adapters.sqlalchemy import Settings, SqlAlchemyStore, check, fold_again, open_engine, upgrade

__all__ = [
    "Committed",
    "InMemoryStore",
    "ReadSet",
    "Settings",
    "SqlAlchemyStore",
    "WaitingUnitOfWork",
    "Written",
    "check",
    "fold_again",
    "open_engine",
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
