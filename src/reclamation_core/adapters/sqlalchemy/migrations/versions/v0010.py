"""Drop the indexes of the unit and of the day of receipt, which no query needs; add that of admissibility.

A unit is found by the sites of its cases, a day of receipt by the instants around it. A board counts cases by
admissibility without reading them. The index of erasures has the closed cases alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "0010", "0009"

_CASES = "reclamation_cases"
_FORGET = f"ix_{_CASES}_forget_on"
_IS_TO_FORGET = sa.text("forget_on IS NOT NULL")


def upgrade(op: Operations) -> None:
    """Change them, unless the table is missing, which is reported once all versions are applied."""
    inspector = sa.inspect(op.get_bind())
    if not inspector.has_table(_CASES):
        return
    present = {index["name"] for index in inspector.get_indexes(_CASES)}
    for name in (f"ix_{_CASES}_handling_unit", f"ix_{_CASES}_received_on", _FORGET):
        if name in present:
            op.drop_index(name, _CASES)
    op.create_index(_FORGET, _CASES, ["forget_on"], sqlite_where=_IS_TO_FORGET, postgresql_where=_IS_TO_FORGET)
    op.create_index(f"ix_{_CASES}_kind", _CASES, ["kind", "eligibility", "reference"])
