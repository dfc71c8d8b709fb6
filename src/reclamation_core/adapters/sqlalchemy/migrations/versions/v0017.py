"""Find cases by the person that they are assigned to, with an index. No case is assigned yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import TEXT

revision, down_revision = "0017", "0016"

_SEARCH = "reclamation_case_search"


def upgrade(op: Operations) -> None:
    """Add the column and its index, unless the table is missing, which is reported once all versions are applied."""
    if not sa.inspect(op.get_bind()).has_table(_SEARCH):
        return
    op.add_column(_SEARCH, sa.Column("assigned_to", TEXT, nullable=True))
    op.create_index(f"ix_{_SEARCH}_assigned_to", _SEARCH, ["assigned_to", "case_reference"])
