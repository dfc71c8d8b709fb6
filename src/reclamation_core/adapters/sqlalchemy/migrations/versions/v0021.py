"""Add indexes of the cases that wait for an acknowledgement and of those with a question: a worklist counts them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "0021", "0020"

_CASES = "reclamation_cases"
_CONDITIONS = {
    "unacknowledged_since": sa.text("unacknowledged_since IS NOT NULL"),
    "requested_on": sa.text("unclear_facts IS NOT NULL OR requested_on IS NOT NULL"),
}


def upgrade(op: Operations) -> None:
    """Add them, unless the table is missing, which is reported once all versions are applied."""
    inspector = sa.inspect(op.get_bind())
    if not inspector.has_table(_CASES):
        return
    present = {index["name"] for index in inspector.get_indexes(_CASES)}
    for column, condition in _CONDITIONS.items():
        name = f"ix_{_CASES}_{column}"
        if name not in present:
            op.create_index(name, _CASES, [column], sqlite_where=condition, postgresql_where=condition)
