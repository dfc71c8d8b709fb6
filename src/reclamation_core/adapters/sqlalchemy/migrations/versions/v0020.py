"""Add the log of the events of all cases and plans, and its checkpoints; number the events that there are, once.

The numbering proves nothing about the time before: it takes the events as they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import INSTANT, TEXT

revision, down_revision = "0020", "0019"

_CASES, _LOG, _CHECKPOINTS = "reclamation_cases", "reclamation_log", "reclamation_log_checkpoints"


def upgrade(op: Operations) -> None:
    """Add them, unless the table of cases is missing, which is reported once all versions are applied."""
    connection = op.get_bind()
    inspector = sa.inspect(connection)
    if not inspector.has_table(_CASES) or inspector.has_table(_LOG):
        return
    op.create_table(
        _LOG,
        sa.Column("log_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("link", TEXT, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("log_index", name=f"pk_{_LOG}"),
        sa.UniqueConstraint("holder", "number", name=f"uq_{_LOG}_holder"),
    )
    op.create_table(
        _CHECKPOINTS,
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("token", TEXT, nullable=True),
        sa.Column("state", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("size", name=f"pk_{_CHECKPOINTS}"),
    )
    op.execute(
        sa.text(
            f"INSERT INTO {_LOG} (log_index, holder, number, link, position) "
            "SELECT row_number() OVER (ORDER BY position) - 1, case_reference, number, link, position "
            "FROM reclamation_case_events WHERE position > 0"
        )
    )
    op.execute(
        sa.text(
            f"INSERT INTO {_LOG} (log_index, holder, number, link, position) "
            f"SELECT (SELECT count(*) FROM {_LOG}) + row_number() OVER (ORDER BY scope, number) - 1, "
            "scope, number, link, CAST(NULL AS BIGINT) FROM reclamation_plan_events"
        )
    )
