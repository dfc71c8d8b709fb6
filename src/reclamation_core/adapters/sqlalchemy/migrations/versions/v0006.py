"""Add the log of exports: which documents left the register, and the hash of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import INSTANT, TEXT

revision, down_revision = "0006", "0005"


def upgrade(op: Operations) -> None:
    """Create the tables."""
    op.create_table(
        "reclamation_exports",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("kind", "subject", "sha256")),
        sa.Column("exported_at", INSTANT, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("role", "place", "recipients")),
        sa.PrimaryKeyConstraint("number", name="pk_reclamation_exports"),
    )
    op.create_table(
        "reclamation_export_actors",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_reclamation_export_actors"),
        sa.ForeignKeyConstraint(["number"], ["reclamation_exports.number"], name="fk_reclamation_export_actors_number"),
    )
