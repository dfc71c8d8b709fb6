"""Give the events of plans an index of the few that signals are read from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "0030", "0029"

_EVENTS = "reclamation_plan_events"
_INDEX = f"ix_{_EVENTS}_signals"
_FIND = {"sqlite": "instr", "postgresql": "strpos"}


def upgrade(op: Operations) -> None:
    """Create it if it is missing, unless the table is, which is reported once all versions are applied."""
    inspector = sa.inspect(op.get_bind())
    if not inspector.has_table(_EVENTS) or _INDEX in {index["name"] for index in inspector.get_indexes(_EVENTS)}:
        return
    of_signals = sa.text(
        "type IN ('signal_continued', 'signal_dismissed', 'signal_raised') OR type = 'action_added' "
        f'AND {_FIND[op.get_bind().dialect.name]}(document, \'"origin_reference":"\') > 0'
    )
    op.create_index(_INDEX, _EVENTS, ["scope"], sqlite_where=of_signals, postgresql_where=of_signals)
