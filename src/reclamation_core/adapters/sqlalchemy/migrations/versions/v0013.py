"""Add the table of epochs: one row for each time that the database was restored from a backup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import INSTANT, TEXT

revision, down_revision = "0013", "0012"

_EPOCHS = "reclamation_epochs"


def upgrade(op: Operations) -> None:
    """Add it."""
    op.create_table(
        _EPOCHS,
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("identity", TEXT, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name=f"pk_{_EPOCHS}"),
    )
