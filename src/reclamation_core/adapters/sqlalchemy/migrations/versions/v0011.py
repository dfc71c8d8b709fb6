"""Create the views again: each row has a key."""

from __future__ import annotations

from alembic.operations import Operations

revision, down_revision = "0011", "0010"


def upgrade(op: Operations) -> None:
    """Change nothing of the tables: each upgrade of the schema creates the views again."""
