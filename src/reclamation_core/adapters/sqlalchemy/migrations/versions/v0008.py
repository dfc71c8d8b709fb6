"""Add the states of jobs: positions of consumers of the feed, and which jobs are running."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import INSTANT, TEXT

revision, down_revision = "0008", "0007"


def upgrade(op: Operations) -> None:
    """Create the table."""
    op.create_table(
        "reclamation_jobs",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("holder", TEXT, nullable=True),
        sa.Column("until", INSTANT, nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("parked", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_reclamation_jobs"),
    )
