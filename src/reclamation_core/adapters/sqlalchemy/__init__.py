"""The store in a database, on SQLAlchemy: SQLite and PostgreSQL."""

from reclamation_core.errors import MissingExtraError

try:
    from reclamation_core.adapters.sqlalchemy.engines import Settings, open_engine
    from reclamation_core.adapters.sqlalchemy.restoration import mark_restored
    from reclamation_core.adapters.sqlalchemy.schema import check, leave_own_tables, upgrade, write_sites
    from reclamation_core.adapters.sqlalchemy.store import SqlAlchemyStore, rebuild_projections
    from reclamation_core.adapters.sqlalchemy.tables import CASES, METADATA
except ModuleNotFoundError as error:
    raise MissingExtraError(error.name or "sqlalchemy", "sql") from None

__all__ = [
    "CASES",
    "METADATA",
    "Settings",
    "SqlAlchemyStore",
    "check",
    "leave_own_tables",
    "mark_restored",
    "open_engine",
    "rebuild_projections",
    "upgrade",
    "write_sites",
]
