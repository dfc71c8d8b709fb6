"""Add the table of sites, from which views take the region of a case; each upgrade creates the views again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import TEXT

revision, down_revision = "0024", "0023"

_SITES = "reclamation_sites"


def upgrade(op: Operations) -> None:
    """Add it, unless it is there."""
    if not sa.inspect(op.get_bind()).has_table(_SITES):
        op.create_table(
            _SITES,
            *(sa.Column(name, TEXT, nullable=False) for name in ("code", "name", "region")),
            sa.PrimaryKeyConstraint("code", name=f"pk_{_SITES}"),
        )
