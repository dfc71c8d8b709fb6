"""Give the own facts of cases the indexes of their numbers and days, which filters compare."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "0027", "0026"

_FACTS = "reclamation_case_facts"


def upgrade(op: Operations) -> None:
    """Create those that are missing, unless the table is, which is reported once all versions are applied."""
    inspector = sa.inspect(op.get_bind())
    if not inspector.has_table(_FACTS):
        return
    present = {index["name"] for index in inspector.get_indexes(_FACTS)}
    for column in ("number", "day"):
        if f"ix_{_FACTS}_{column}" not in present:
            has_value = sa.text(f"{column} IS NOT NULL")
            columns = ["name", column, "case_reference"]
            op.create_index(
                f"ix_{_FACTS}_{column}", _FACTS, columns, sqlite_where=has_value, postgresql_where=has_value
            )
