"""Create the views again: instants are named in UTC, and columns by the words of the lexicon."""

from __future__ import annotations

from alembic.operations import Operations

revision, down_revision = "0007", "0006"


def upgrade(op: Operations) -> None:
    """Change nothing of the tables: each upgrade of the schema creates the views again."""
