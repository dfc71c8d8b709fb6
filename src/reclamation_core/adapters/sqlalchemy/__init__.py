"""The store in a database, on SQLAlchemy: SQLite and PostgreSQL."""

from reclamation_core.adapters.sqlalchemy.engines import Settings, open_engine
from reclamation_core.adapters.sqlalchemy.schema import check, upgrade
from reclamation_core.adapters.sqlalchemy.store import SqlAlchemyStore, rebuild_projections

__all__ = ["Settings", "SqlAlchemyStore", "check", "open_engine", "rebuild_projections", "upgrade"]
