"""A store in a database, by SQLAlchemy: SQLite and PostgreSQL."""

from reclamation_core.adapters.sqlalchemy.engines import Settings, open_engine
from reclamation_core.adapters.sqlalchemy.rebuilding import rebuild_projections
from reclamation_core.adapters.sqlalchemy.store import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.upgrading import check, upgrade

__all__ = ["Settings", "SqlAlchemyStore", "check", "open_engine", "rebuild_projections", "upgrade"]
