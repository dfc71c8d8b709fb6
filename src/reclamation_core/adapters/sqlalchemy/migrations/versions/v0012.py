"""Add the table of searches, one row a case, and the index of the columns that boards count by.

A search reads the texts of each case together, rather than a column of each text.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import TEXT

revision, down_revision = "0012", "0011"

_CASES, _TEXTS, _SEARCH = "reclamation_cases", "reclamation_case_texts", "reclamation_case_search"
_FACETS = ["kind", "eligibility", "state", "level_rank", "band_rank", "awaited_on", "handling_unit", "reference"]
_JOIN = {"sqlite": "group_concat(normalized_text, char(768))", "postgresql": "string_agg(normalized_text, chr(768))"}
_ORDERED = (
    f"SELECT DISTINCT case_reference, normalized_text FROM {_TEXTS} WHERE normalized_text IS NOT NULL ORDER BY 1, 2"
)


def upgrade(op: Operations) -> None:
    """Add them, unless a table is missing, which is reported once all versions are applied."""
    connection = op.get_bind()
    inspector = sa.inspect(connection)
    if not (inspector.has_table(_CASES) and inspector.has_table(_TEXTS)):
        return
    present = {index["name"] for index in inspector.get_indexes(_CASES)}
    if f"ix_{_CASES}_kind" in present:
        op.drop_index(f"ix_{_CASES}_kind", _CASES)
    op.create_index(f"ix_{_CASES}_facets", _CASES, _FACETS)
    op.create_table(
        _SEARCH,
        sa.Column("case_reference", TEXT, nullable=False),
        sa.Column("normalized_text", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["case_reference"], [f"{_CASES}.reference"], name=f"fk_{_SEARCH}_case_reference"),
        sa.PrimaryKeyConstraint("case_reference", name=f"pk_{_SEARCH}"),
    )
    joined = _JOIN[connection.dialect.name]
    op.execute(sa.text(f"INSERT INTO {_SEARCH} SELECT case_reference, {joined} FROM ({_ORDERED}) AS texts GROUP BY 1"))
    op.execute(sa.text(f"ALTER TABLE {_TEXTS} DROP COLUMN normalized_text"))
