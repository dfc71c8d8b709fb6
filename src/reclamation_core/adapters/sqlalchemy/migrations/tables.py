"""Changes of a table that SQLite has no statement for."""

from __future__ import annotations

import sqlalchemy as sa


def create_again(connection: sa.Connection, table: str, changes: dict[str, str]) -> None:
    """Create a table of SQLite again with parts of its definition replaced: it is copied, dropped, created and filled.

    Its rows, its indexes, and the rows that refer to it are unchanged.
    """
    definitions = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type = 'table'"
    *others, definition = connection.exec_driver_sql(definitions, (table,)).scalars().all()
    for old, new in changes.items():
        definition = definition.replace(old, new)
    for statement in (
        "PRAGMA defer_foreign_keys = ON",  # until the end of the transaction
        f"CREATE TABLE {table}_copy AS SELECT * FROM {table}",
        f"DROP TABLE {table}",
        definition,
        f"INSERT INTO {table} SELECT * FROM {table}_copy",
        f"DROP TABLE {table}_copy",
        *others,
    ):
        connection.exec_driver_sql(statement)
