"""Add the table of what was known of cases between two recorded changes, which indicators read.

All cases are marked as computed by an older version of the library: `rebuild_projections` fills it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import INSTANT, TEXT

revision, down_revision = "0022", "0021"

_CASES, _PERIODS = "reclamation_cases", "reclamation_case_periods"


def upgrade(op: Operations) -> None:
    """Add it, unless the table of cases is missing, which is reported once all versions are applied."""
    inspector = sa.inspect(op.get_bind())
    if not inspector.has_table(_CASES) or inspector.has_table(_PERIODS):
        return
    op.create_table(
        _PERIODS,
        sa.Column("case_reference", TEXT, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.Column("ends_run", sa.Boolean(), nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("site", "unit", "state")),
        sa.Column("level", TEXT, nullable=True),
        sa.Column("admissibility", TEXT, nullable=False),
        *(
            sa.Column(name, TEXT, nullable=True)
            for name in ("channel", "complainant", "nature", "theme", "requirement", "causes")
        ),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("due_on", "acknowledged_on", "answered_on")),
        sa.Column("decision", TEXT, nullable=True),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("ended_on", "mediation_on")),
        sa.Column("can_be_acknowledged", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.SmallInteger(), nullable=False) for name in ("supports", "questions", "transfers")),
        sa.ForeignKeyConstraint(["case_reference"], [f"{_CASES}.reference"], name=f"fk_{_PERIODS}_case_reference"),
        sa.PrimaryKeyConstraint("case_reference", "since", name=f"pk_{_PERIODS}"),
    )
    op.execute(sa.text(f"UPDATE {_CASES} SET state_version = 0"))
