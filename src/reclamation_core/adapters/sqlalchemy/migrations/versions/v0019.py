"""Add the list of the documents whose bytes are to be deleted after an erasure."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import TEXT

revision, down_revision = "0019", "0018"

_CASES, _DELETIONS = "reclamation_cases", "reclamation_document_deletions"


def upgrade(op: Operations) -> None:
    """Add it, unless the table of cases is missing, which is reported once all versions are applied."""
    inspector = sa.inspect(op.get_bind())
    if not inspector.has_table(_CASES) or inspector.has_table(_DELETIONS):
        return
    op.create_table(
        _DELETIONS,
        sa.Column("document_key", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("document_key", name=f"pk_{_DELETIONS}"),
    )
