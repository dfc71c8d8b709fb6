"""The page on the tables and views of a database, from the tables that the code itself works on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table, create_engine, make_url

from reclamation_core.adapters import upgrade
from reclamation_core.adapters.sqlalchemy.tables import METADATA, VERSION
from reclamation_core.adapters.sqlalchemy.views import DESCRIPTIONS, VIEWS

_DIALECTS = [make_url(f"{name}://").get_dialect()() for name in ("sqlite", "postgresql+psycopg")]


def _type(column: Column[Any]) -> str:
    kinds = [str(column.type.compile(dialect=dialect)) for dialect in _DIALECTS]
    return " / ".join(dict.fromkeys(kind.removesuffix(' COLLATE "C"').lower() for kind in kinds))


def _table(table: Table) -> Iterator[str]:
    yield from (f"### {table.name}", "", str(table.comment), "", "| column | type | what |", "|---|---|---|")
    for column in table.columns:
        key = "key; " if column.primary_key else ""
        yield f"| `{column.name}` | {_type(column)} | {key}{column.comment} |"
    indexes = [", ".join(column.name for column in index.columns) for index in table.indexes]
    if indexes:
        yield from ("", f"Indexes: {'; '.join(f'`{names}`' for names in sorted(indexes))}.")
    yield ""


def _views() -> Iterator[str]:
    engine = create_engine("sqlite://")
    upgrade(engine)
    with engine.connect() as connection:
        for view in VIEWS:
            names = connection.exec_driver_sql(f"SELECT * FROM {view}").keys()  # noqa: S608  a name of ours
            yield f"| `{view}` | {DESCRIPTIONS[view]} | {', '.join(f'`{name}`' for name in names)} |"
    engine.dispose()


def pages() -> dict[str, str]:
    """The page on tables and views."""
    lines = ["# Tables and views", "", "The same on SQLite and on PostgreSQL, where the comments are kept too.", ""]
    lines += ["What is ordered has its rank beside its code. Texts compare by code point; instants are in UTC.", ""]
    lines += [f"`{VERSION}` holds the version of the schema and the identity of the database.", "", "## Tables", ""]
    for table in METADATA.sorted_tables:
        lines += _table(table)
    lines += [
        "## Views",
        "",
        (
            "For reading, in French. A code is shown by its label; a family of causes of one's own by its code. "
            "Instants are in UTC, and named so."
        ),
        "",
    ]
    lines += ["| view | rows | columns |", "|---|---|---|", *_views()]
    return {"reference/database.md": "\n".join(lines) + "\n"}
