"""Reading a story whole: the row, the events and the texts in one statement, so that they are of one moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, FromClause, ScalarSelect, Table, Text, cast, func, literal_column, select


def events_of(table: Table, owner: Column[Any], key: Any, backend: str) -> ScalarSelect[Any]:
    """The documents of the events of a story, separated by commas.

    Args:
        table: the events.
        owner: the column that says whose they are.
        key: whose are wanted: a column of the statement around.
        backend: `sqlite` or `postgresql`, which name their functions differently.
    """
    story = select(table.c.document).where(owner == key).order_by(table.c.number).correlate(_around(key)).subquery()
    joined: Any = func.group_concat if backend == "sqlite" else func.string_agg
    return select(joined(story.c.document, literal_column("','"))).scalar_subquery()


def texts_of(table: Table, owner: Column[Any], key: Any, backend: str) -> ScalarSelect[Any]:
    """The texts of a story as a JSON list of digest, salt and text, in the order in which they came.

    Args:
        table: the texts.
        owner: the column that says whose they are.
        key: whose are wanted: a column of the statement around.
        backend: `sqlite` or `postgresql`, which name their functions differently.
    """
    wanted = (table.c.digest, table.c.salt, table.c.text)
    order = (table.c.version, table.c.place)
    kept = select(*wanted).where(owner == key).order_by(*order).correlate(_around(key)).subquery()
    if backend == "sqlite":
        return select(func.json_group_array(func.json_array(*kept.c))).scalar_subquery()
    return select(cast(func.json_agg(func.json_build_array(*kept.c)), Text)).scalar_subquery()


def _around(key: Any) -> FromClause:
    around: FromClause = key.table
    return around
