"""Rename tables and columns by the words of the field: state version, normalized text, published plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "0005", "0004"

_TABLES = {
    "reclamation_editions": "reclamation_published_plans",
    "reclamation_edition_lines": "reclamation_published_lines",
}
_COLUMNS = (
    ("reclamation_cases", "fold", "state_version"),
    ("reclamation_case_texts", "folded", "normalized_text"),
    ("reclamation_series", "last", "last_number"),
    ("reclamation_feed_lock", "one", "id"),
)


def upgrade(op: Operations) -> None:
    """Rename what is there; what is missing is restored, or reported, once all versions are applied."""
    connection = op.get_bind()
    inspector = sa.inspect(connection)
    names = set(inspector.get_table_names())
    for table, old, new in _COLUMNS:
        if table in names and old in {column["name"] for column in inspector.get_columns(table)}:
            op.execute(sa.text(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}"))
    for old, new in _TABLES.items():
        if old in names:
            op.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))
    if connection.dialect.name == "postgresql":
        _rename_constraints(op, names)
        op.execute(sa.text("ALTER SEQUENCE IF EXISTS reclamation_writing RENAME TO reclamation_write_order"))


def _rename_constraints(op: Operations, names: set[str]) -> None:
    """Rename the keys that are named after a table; SQLite cannot, and no statement names them."""
    inspector = sa.inspect(op.get_bind())
    for old, new in _TABLES.items():
        if old in names:
            keys = [inspector.get_pk_constraint(new)["name"], *(key["name"] for key in inspector.get_foreign_keys(new))]
            for key in keys:
                if key is not None and old in key:
                    op.execute(sa.text(f"ALTER TABLE {new} RENAME CONSTRAINT {key} TO {key.replace(old, new)}"))
