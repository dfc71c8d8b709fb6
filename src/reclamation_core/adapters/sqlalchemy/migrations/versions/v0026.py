"""Give the events of plans a position in the feed, and name their column of an action or a signal for what it holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "0026", "0025"

_CASES, _PLANS, _EPOCHS = "reclamation_case_events", "reclamation_plan_events", "reclamation_epochs"
_LAST = " UNION ALL ".join(f"SELECT max(position) AS place FROM {table}" for table in (_CASES, _EPOCHS))
# Events of a plan are recorded in their order; those of several plans get the order of their recordings.
_ASSIGN = (
    f"UPDATE {_PLANS} AS e SET position = n.place FROM (SELECT scope, number, "
    f"(SELECT coalesce(max(place), 0) FROM ({_LAST}) AS ends) "
    f"+ row_number() OVER (ORDER BY recorded_at, scope, number) AS place FROM {_PLANS}) AS n "
    "WHERE e.scope = n.scope AND e.number = n.number"
)


def upgrade(op: Operations) -> None:
    """Add it after all positions, unless a table is missing, which is reported once all versions are applied."""
    inspector = sa.inspect(op.get_bind())
    if not all(map(inspector.has_table, (_CASES, _PLANS, _EPOCHS))):
        return
    columns = {column["name"] for column in inspector.get_columns(_PLANS)}
    indexes = {index["name"] for index in inspector.get_indexes(_PLANS)}
    if f"ix_{_PLANS}_action" in indexes:
        op.drop_index(f"ix_{_PLANS}_action", _PLANS)
    if "action" in columns:
        op.execute(sa.text(f"ALTER TABLE {_PLANS} RENAME COLUMN action TO subject"))
        op.create_index(f"ix_{_PLANS}_subject", _PLANS, ["scope", "subject", "number"])
    if "position" not in columns:
        op.add_column(_PLANS, sa.Column("position", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
        op.execute(sa.text(_ASSIGN))
        op.create_index(f"ix_{_PLANS}_position", _PLANS, ["position"], unique=True)
