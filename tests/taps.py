"""Listeners for the statements that an engine's driver executes, from the adapter or from SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from sqlalchemy import Engine

Hear: TypeAlias = Callable[[str, Any], object]
"""What hears a statement, or the word COMMIT, and on which connection; what it raises is raised in its place."""


def _nobody(_: str, __: Any) -> None:
    """Hear nothing."""


@contextmanager
def tapped(engine: Engine, before: Hear = _nobody, after: Hear = _nobody) -> Iterator[list[Cursor]]:
    """Listen to the statements of connections opened in this block, before and after execution; yield the cursors."""
    cursors: list[Cursor] = []
    plain = tap(engine, before, after, cursors)
    try:
        yield cursors
    finally:
        engine.raw_connection = plain  # type: ignore[method-assign]


def tap(
    engine: Engine, before: Hear = _nobody, after: Hear = _nobody, cursors: list[Cursor] | None = None
) -> Callable[..., Any]:
    """Listen permanently, with the cursors in a list; return the former factory of connections."""
    plain, taken = engine.raw_connection, [] if cursors is None else cursors
    engine.raw_connection = lambda: _Connection(plain(), before, after, taken)  # type: ignore[assignment,method-assign,return-value]
    return plain


def lose(connection: Any) -> None:
    """Lose a connection, and have its driver say so."""
    connection.driver_connection.close()
    connection.cursor().execute("SELECT 1")


class _Connection:
    """A connection of the pool."""

    def __init__(self, plain: Any, before: Hear, after: Hear, cursors: list[Cursor]) -> None:
        self._plain, self._before, self._after, self._cursors = plain, before, after, cursors

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)

    def cursor(self, *how: Any, **more: Any) -> Cursor:
        self._cursors.append(Cursor(self, self._plain.cursor(*how, **more)))
        return self._cursors[-1]

    def commit(self) -> None:
        self.said(self._plain.commit, "COMMIT")

    def said(self, say: Callable[..., Any], word: str, *given: Any) -> Any:
        """What the driver answers to a word."""
        self._before(word, self._plain)
        answer = say(*given)
        self._after(word, self._plain)
        return answer


class Cursor:
    """A cursor of such a connection."""

    def __init__(self, connection: _Connection, plain: Any) -> None:
        self._connection, self._plain = connection, plain
        self.is_closed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)

    def close(self) -> None:
        self._plain.close()
        self.is_closed = True

    def execute(self, sql: Any, *given: Any) -> Any:
        return self._connection.said(self._plain.execute, str(sql), sql, *given)

    def executemany(self, sql: Any, *given: Any) -> Any:
        return self._connection.said(self._plain.executemany, str(sql), sql, *given)
