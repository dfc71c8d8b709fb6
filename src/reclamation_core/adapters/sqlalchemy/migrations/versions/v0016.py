"""Allow cases without a level: a message out of scope has none, unless it was imposed.

The cases out of scope are marked as computed by an older version of the library: `rebuild_projections` empties their
level.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.migrations.tables import create_again

revision, down_revision = "0016", "0015"

_CASES = "reclamation_cases"
_TYPES = {"level": "TEXT", "level_rank": "SMALLINT"}


def upgrade(op: Operations) -> None:
    """Change the columns, unless the table is missing, which is reported once all versions are applied."""
    connection = op.get_bind()
    if not sa.inspect(connection).has_table(_CASES):
        return
    if connection.dialect.name == "postgresql":
        for column in _TYPES:
            op.execute(sa.text(f"ALTER TABLE {_CASES} ALTER COLUMN {column} DROP NOT NULL"))
    else:
        changes = {f"{column} {kind} NOT NULL": f"{column} {kind}" for column, kind in _TYPES.items()}
        create_again(connection, _CASES, changes)
    op.execute(sa.text(f"UPDATE {_CASES} SET state_version = 0 WHERE eligibility = 'out_of_scope'"))
