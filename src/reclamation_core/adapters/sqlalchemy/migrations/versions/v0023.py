"""Add site, channel, nature and theme to the index of the columns by which cases are counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "0023", "0022"

_CASES = "reclamation_cases"
_INDEX = f"ix_{_CASES}_facets"
_FACETS = (
    *("kind", "eligibility", "state", "level_rank", "band_rank", "awaited_on", "handling_unit"),
    *("site", "channel", "nature", "theme", "reference"),
)


def upgrade(op: Operations) -> None:
    """Create it again, unless a column is missing, which is reported once all versions are applied."""
    inspector = sa.inspect(op.get_bind())
    if not inspector.has_table(_CASES) or {*_FACETS} - {column["name"] for column in inspector.get_columns(_CASES)}:
        return
    if _INDEX in {index["name"] for index in inspector.get_indexes(_CASES)}:
        op.drop_index(_INDEX, _CASES)
    op.create_index(_INDEX, _CASES, list(_FACETS))
