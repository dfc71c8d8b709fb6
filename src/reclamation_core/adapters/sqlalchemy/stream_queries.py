"""Event streams read whole: the row, its events and its texts in one statement, so that they are of one moment.

SQLite stores any bytes in a text column, and its driver fails on a whole page where one value is not UTF-8. So text is
read as bytes from SQLite and decoded here, where the corrupt event or text can be named.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    FromClause,
    LargeBinary,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
)


def raw(text: ColumnElement[Any], backend: str) -> ColumnElement[Any]:
    """Return a text column as it is stored, valid text or not, for `decode`.

    Args:
        text: the column.
        backend: `sqlite`, or `postgresql`, which stores valid text only.
    """
    return cast(text, LargeBinary).label(text.name) if backend == "sqlite" else text


def raw_instant(column: Column[Any], backend: str) -> ColumnElement[Any]:
    """Return an instant as it is stored: on SQLite the bytes of a text."""
    return raw(type_coerce(column, Text).label(column.name), backend) if backend == "sqlite" else column


def decode(stored: bytes | str) -> str:
    """Return a stored text.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """
    return stored.decode() if isinstance(stored, bytes) else stored


def decode_lossy(stored: bytes | str, errors: str = "surrogateescape") -> str:
    """Return a stored text whose invalid bytes are replaced as `bytes.decode(errors=...)` does."""
    return stored.decode(errors=errors) if isinstance(stored, bytes) else stored


def events_of(
    table: Table, owner: Column[Any], key: Any, backend: str, *only: ColumnElement[bool]
) -> ColumnElement[Any]:
    """Return the documents of a stream's events, separated by commas.

    Args:
        table: the events.
        owner: the column with the key of their case or plan.
        key: the key wanted: a column of the enclosing statement.
        backend: `sqlite` or `postgresql`, which name their functions differently.
        only: conditions that select some events, in any order; all in their order by default.
    """
    wanted = select(table.c.document).where(owner == key, *only)
    if not only:  # with an order, SQLite would scan the whole stream by its key to find a few events
        wanted = wanted.order_by(table.c.number)
    stream = wanted.correlate(_enclosing(key)).subquery()
    joined: Any = func.group_concat if backend == "sqlite" else func.string_agg
    documents = select(joined(stream.c.document, literal_column("','"))).scalar_subquery().label("events")
    return raw(documents, backend)


def texts_of(
    table: Table, owner: Column[Any], key: Any, backend: str, *only: ColumnElement[bool]
) -> ColumnElement[Any]:
    """Return the texts of a stream as a JSON list of digest, salt and text, in the order in which they were written.

    Args:
        table: the texts.
        owner: the column with the key of their case or plan.
        key: the key wanted: a column of the enclosing statement, or a parameter.
        backend: `sqlite` or `postgresql`, which name their functions differently.
        only: conditions that select some texts; all by default.
    """
    columns = (table.c.digest, table.c.salt, table.c.text)
    wanted = select(*columns).where(owner == key, *only).order_by(table.c.version, table.c.place)
    texts = (wanted.correlate(_enclosing(key)) if isinstance(key, Column) else wanted).subquery()
    if backend == "sqlite":
        as_text = (cast(column, Text) for column in texts.c)  # SQLite's JSON functions refuse blobs
        grouped = select(func.json_group_array(func.json_array(*as_text))).scalar_subquery()
        return raw(grouped.label("texts"), backend)
    return select(cast(func.json_agg(func.json_build_array(*texts.c)), Text)).scalar_subquery()


def is_among(column: Column[Any], name: str, backend: str) -> ColumnElement[bool]:
    """Return the condition that a column is among the texts of a JSON list, given as a parameter of this name."""
    given = bindparam(name, type_=Text())
    if backend == "sqlite":
        return column.in_(select(literal_column("value")).select_from(func.json_each(given)))
    texts = select(func.json_array_elements_text(cast(given, JSON))).scalar_subquery()
    return column == any_(func.array(texts))  # an array uses the index; a subquery would be joined to all the rows


def _enclosing(key: Any) -> FromClause:
    enclosing: FromClause = key.table
    return enclosing
