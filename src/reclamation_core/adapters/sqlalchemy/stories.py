"""Reading a story whole: the row, the events and the texts in one statement, so that they are of one moment.

SQLite keeps whatever bytes it is given in a column of text, and its driver reads none of a page where one of them is no
text: so text comes as bytes from it, and is decoded here, where what is damaged can be named.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    LargeBinary,
    Table,
    Text,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
)


def raw(text: ColumnElement[Any], backend: str) -> ColumnElement[Any]:
    """Some text as it is stored, to be decoded by `decoded`, whether or not it is text.

    Args:
        text: a column of text.
        backend: `sqlite`, or `postgresql`, which keeps text only.
    """
    return cast(text, LargeBinary).label(text.name) if backend == "sqlite" else text


def raw_instant(column: Column[Any], backend: str) -> ColumnElement[Any]:
    """An instant as it is stored: the bytes of a text on SQLite, whatever that is."""
    return raw(type_coerce(column, Text).label(column.name), backend) if backend == "sqlite" else column


def decoded(stored: bytes | str) -> str:
    """The text that is stored.

    Raises:
        UnicodeDecodeError: it is none.
    """
    return stored.decode() if isinstance(stored, bytes) else stored


def shown(stored: bytes | str, errors: str = "surrogateescape") -> str:
    """What is stored where text belongs, whatever it is; `errors` says what a byte comes as that is none of a text."""
    return stored.decode(errors=errors) if isinstance(stored, bytes) else stored


def events_of(
    table: Table, owner: Column[Any], key: Any, backend: str, *only: ColumnElement[bool]
) -> ColumnElement[Any]:
    """The documents of the events of a story, separated by commas.

    Args:
        table: the events.
        owner: the column that says whose they are.
        key: whose are wanted: a column of the statement around.
        backend: `sqlite` or `postgresql`, which name their functions differently.
        only: which of them, in any order; by default all, in theirs.
    """
    wanted = select(table.c.document).where(owner == key, *only)
    if not only:  # with an order, SQLite would go through the whole story by its key to find a few events
        wanted = wanted.order_by(table.c.number)
    story = wanted.correlate(_around(key)).subquery()
    joined: Any = func.group_concat if backend == "sqlite" else func.string_agg
    told = select(joined(story.c.document, literal_column("','"))).scalar_subquery().label("events")
    return raw(told, backend)


def texts_of(
    table: Table, owner: Column[Any], key: Any, backend: str, *only: ColumnElement[bool]
) -> ColumnElement[Any]:
    """The texts of a story as a JSON list of digest, salt and text, in the order in which they came.

    Args:
        table: the texts.
        owner: the column that says whose they are.
        key: whose are wanted: a column of the statement around, or a parameter.
        backend: `sqlite` or `postgresql`, which name their functions differently.
        only: which of them; all by default.
    """
    wanted = (table.c.digest, table.c.salt, table.c.text)
    order = (table.c.version, table.c.place)
    told_apart = select(*wanted).where(owner == key, *only).order_by(*order)
    kept = (told_apart.correlate(_around(key)) if isinstance(key, Column) else told_apart).subquery()
    if backend == "sqlite":
        as_text = (cast(column, Text) for column in kept.c)  # JSON takes no bytes
        told = select(func.json_group_array(func.json_array(*as_text))).scalar_subquery()
        return raw(told.label("texts"), backend)
    return select(cast(func.json_agg(func.json_build_array(*kept.c)), Text)).scalar_subquery()


def _around(key: Any) -> FromClause:
    around: FromClause = key.table
    return around
