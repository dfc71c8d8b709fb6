"""Make the source of a case unique for the site that registers it, rather than in the whole register."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.migrations.tables import create_again

revision, down_revision = "0014", "0013"

_CASES = "reclamation_cases"
_NAME = f"uq_{_CASES}_source"
_OLD, _NEW = f"CONSTRAINT {_NAME} UNIQUE (source)", f"CONSTRAINT {_NAME} UNIQUE (source, site)"


def upgrade(op: Operations) -> None:
    """Change it, unless the table is missing, which is reported once all versions are applied."""
    connection = op.get_bind()
    if not sa.inspect(connection).has_table(_CASES):
        return
    if connection.dialect.name == "postgresql":
        op.execute(sa.text(f"ALTER TABLE {_CASES} DROP CONSTRAINT IF EXISTS {_NAME}"))
        op.execute(sa.text(f"ALTER TABLE {_CASES} ADD {_NEW}"))
        return
    create_again(connection, _CASES, {_OLD: _NEW})
