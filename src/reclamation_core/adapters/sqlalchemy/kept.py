"""What a column holds, exactly as it is kept: SQLite keeps whatever it is given, whatever the column is for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Dialect, Text, func, type_coerce

from reclamation_core.adapters.sqlalchemy.stories import raw

_WHOLE = b"integer:"


def as_kept(column: Column[Any], backend: str) -> ColumnElement[Any]:
    """A column as it is kept, which can be read whatever that is.

    Args:
        column: the column.
        backend: `sqlite`, or `postgresql`, where a column holds what it is for.
    """
    if backend != "sqlite":
        return column
    return raw(func.typeof(column).concat(":").concat(type_coerce(column, Text)).label(column.name), backend)


def to_be_kept(column: Column[Any], value: Any, dialect: Dialect) -> Any:
    """What `as_kept` gives where a value was written into a column."""
    if dialect.name != "sqlite":
        return value
    turn = column.type.dialect_impl(dialect).bind_processor(dialect)
    written = value if turn is None else turn(value)
    if written is None:
        return None
    return _WHOLE + str(written).encode() if isinstance(written, int) else f"text:{written}".encode()


def whole(kept: Any) -> int | None:
    """The whole number that `as_kept` gave; None where it is none."""
    if isinstance(kept, bytes):
        return int(kept.removeprefix(_WHOLE)) if kept.startswith(_WHOLE) else None
    return kept if isinstance(kept, int) else None
