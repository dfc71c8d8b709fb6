"""Show in the view of the cases the admissibility that the register shows; each upgrade creates the views again."""

from __future__ import annotations

from alembic.operations import Operations

revision, down_revision = "0028", "0027"


def upgrade(op: Operations) -> None:
    """Leave the tables as they are."""
