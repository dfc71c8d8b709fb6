"""Add guards: named versions of what decisions read and do not write.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import TEXT

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade(op: Operations) -> None:
    """Create the table."""
    op.create_table(
        "reclamation_guards",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_reclamation_guards"),
    )
