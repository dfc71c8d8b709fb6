"""Add an identity to each database, by which a replaced database is recognised."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "0004", "0003"


def upgrade(op: Operations) -> None:
    """Add the identity to the row with the version of the schema."""
    op.add_column("reclamation_schema", sa.Column("identity", sa.Text(), nullable=True))
    op.execute(sa.text("UPDATE reclamation_schema SET identity = :identity").bindparams(identity=uuid4().hex))
