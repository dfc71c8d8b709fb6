"""A store in a database, by SQLAlchemy: SQLite and PostgreSQL."""

from reclamation_core.adapters.sqlalchemy.engines import Settings, open_engine
from reclamation_core.adapters.sqlalchemy.refolding import fold_again
from reclamation_core.adapters.sqlalchemy.store import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.upgrading import check, upgrade

__all__ = ["Settings", "SqlAlchemyStore", "check", "fold_again", "open_engine", "upgrade"]
