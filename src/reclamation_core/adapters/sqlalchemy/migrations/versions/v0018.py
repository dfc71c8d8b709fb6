"""Add the table of the facts that editions declare themselves, by which cases are found.

The cases with such facts are marked as computed by an older version of the library: `rebuild_projections` fills it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import TEXT

revision, down_revision = "0018", "0017"

_CASES, _FACTS = "reclamation_cases", "reclamation_case_facts"


def upgrade(op: Operations) -> None:
    """Add it, unless the table of cases is missing, which is reported once all versions are applied."""
    inspector = sa.inspect(op.get_bind())
    if not inspector.has_table(_CASES) or inspector.has_table(_FACTS):
        return
    op.create_table(
        _FACTS,
        sa.Column("case_reference", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_reference"], [f"{_CASES}.reference"], name=f"fk_{_FACTS}_case_reference"),
        sa.PrimaryKeyConstraint("case_reference", "name", name=f"pk_{_FACTS}"),
    )
    op.create_index(f"ix_{_FACTS}_name", _FACTS, ["name", "value", "case_reference"])
    op.execute(sa.text(f"UPDATE {_CASES} SET state_version = 0 WHERE document LIKE '%\"own\":%'"))
