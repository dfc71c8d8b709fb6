"""Add the columns and indexes of lists: theme, answers, requests, and the next days of sweeps and erasures.

The cases are marked as computed by an older version of the library: `rebuild_projections` fills the new columns. Until
then a sweep examines every case, and an erasure every closed one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import TEXT

revision, down_revision = "0009", "0008"

_CASES = "reclamation_cases"
_COLUMNS = (
    ("theme", TEXT),
    ("answered_on", sa.Date()),
    ("requested_on", sa.Date()),
    ("requested_facts", TEXT),
    ("unclear_facts", TEXT),
    ("next_on", sa.Date()),
    ("forget_on", sa.Date()),
)
_INDEXES = {
    "awaited_on": ["awaited_on", "reference"],
    "due_on": ["due_on", "reference"],
    "received_at": ["received_at", "reference"],
    "level_rank": ["level_rank", "reference"],
    "band_rank": ["band_rank", "reference"],
    "next_on": ["next_on"],
    "forget_on": ["forget_on"],
}


def upgrade(op: Operations) -> None:
    """Add them, unless the table is missing, which is reported once all versions are applied."""
    inspector = sa.inspect(op.get_bind())
    if not inspector.has_table(_CASES):
        return
    for name, kind in _COLUMNS:
        op.add_column(_CASES, sa.Column(name, kind, nullable=True))
    op.execute(sa.text(f"UPDATE {_CASES} SET next_on = received_on, state_version = 0"))
    op.execute(
        sa.text(f"UPDATE {_CASES} SET forget_on = received_on WHERE closed_at IS NOT NULL AND anonymised_at IS NULL")
    )
    present = {index["name"] for index in inspector.get_indexes(_CASES)}
    for name, columns in _INDEXES.items():
        if f"ix_{_CASES}_{name}" in present:
            op.drop_index(f"ix_{_CASES}_{name}", _CASES)
        op.create_index(f"ix_{_CASES}_{name}", _CASES, columns)
