"""Add the indexes by which indicators read what was known of cases: the days that they count, and the open cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "0025", "0024"

_PERIODS = "reclamation_case_periods"
_INDEXES = {
    "since": ("since",),
    "received_on": ("received_on",),
    "due_on": ("due_on",),
    "ended_on": ("ended_on", "until", "since"),
    "answered_on": ("answered_on",),
    "mediation_on": ("mediation_on",),
}
_PARTIAL = ("answered_on", "mediation_on")


def upgrade(op: Operations) -> None:
    """Add those that are missing, unless the table is, which is reported once all versions are applied."""
    inspector = sa.inspect(op.get_bind())
    if not inspector.has_table(_PERIODS):
        return
    there = {index["name"] for index in inspector.get_indexes(_PERIODS)}
    for name, columns in _INDEXES.items():
        index = f"ix_{_PERIODS}_{name}"
        if index not in there:
            where = sa.text(f"{name} IS NOT NULL") if name in _PARTIAL else None
            op.create_index(index, _PERIODS, list(columns), sqlite_where=where, postgresql_where=where)
