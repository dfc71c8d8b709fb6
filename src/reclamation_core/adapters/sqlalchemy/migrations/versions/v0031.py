"""Search words within sites: the row that a case is searched by has its sites too, in hexadecimal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy import word_index

revision, down_revision = "0031", "0030"

_SEARCH, _SITES = "reclamation_case_search", "reclamation_case_sites"
_JOINED = {
    "sqlite": ("group_concat(entry, ' ')", "lower(hex(site))"),
    "postgresql": ("string_agg(entry, ' ')", "encode(convert_to(site, 'UTF8'), 'hex')"),
}


def upgrade(op: Operations) -> None:
    """Add them, unless a table is missing, which is reported once all versions are applied."""
    connection = op.get_bind()
    inspector = sa.inspect(connection)
    if not (inspector.has_table(_SEARCH) and inspector.has_table(_SITES)):
        return
    word_index.remove(connection)  # to change it row by row would take many times as long
    joined, code = _JOINED[connection.dialect.name]
    of_case = f"SELECT DISTINCT '~~' || {code} AS entry FROM {_SITES} WHERE case_reference = {_SEARCH}.case_reference"
    entries = f"(SELECT {joined} || ' ' FROM ({of_case} ORDER BY 1) AS entries)"
    op.execute(sa.text(f"UPDATE {_SEARCH} SET words = words || coalesce({entries}, '')"))
    if word_index.is_supported(connection):
        word_index.create(connection)
