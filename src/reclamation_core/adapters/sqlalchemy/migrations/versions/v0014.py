"""Make the source of a case unique for the site that registers it, rather than in the whole register.

SQLite cannot change a constraint: the table of cases is copied, created again and filled. Its rows, and the rows that
refer to them, are unchanged.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "0014", "0013"

_CASES, _COPY = "reclamation_cases", "reclamation_cases_copy"
_NAME = f"uq_{_CASES}_source"
_STATEMENTS = f"SELECT sql FROM sqlite_master WHERE tbl_name = '{_CASES}' AND sql IS NOT NULL ORDER BY type = 'table'"
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
    *others, table = connection.exec_driver_sql(_STATEMENTS).scalars().all()
    for statement in (
        "PRAGMA defer_foreign_keys = ON",  # until the end of the transaction
        f"CREATE TABLE {_COPY} AS SELECT * FROM {_CASES}",
        f"DROP TABLE {_CASES}",
        table.replace(_OLD, _NEW),
        f"INSERT INTO {_CASES} SELECT * FROM {_COPY}",
        f"DROP TABLE {_COPY}",
        *others,
    ):
        connection.exec_driver_sql(statement)
