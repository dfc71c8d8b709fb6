"""Show a dismissed signal that was seen again as one that waits; each upgrade creates the views again."""

from __future__ import annotations

from alembic.operations import Operations

revision, down_revision = "0029", "0028"


def upgrade(op: Operations) -> None:
    """Leave the tables as they are."""
