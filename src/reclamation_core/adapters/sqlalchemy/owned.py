"""A database by an engine that nobody else has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from reclamation_core.adapters.sqlalchemy.asynchronous import entered
from reclamation_core.adapters.sqlalchemy.database import BEGIN, Database, Question
from reclamation_core.adapters.sqlalchemy.steps import Step


class OwnedDatabase(Database):
    """An engine of this adapter's own: no listener of an application's hears what is said on it.

    So what is asked by a key and what is kept are said to the driver itself, which is several times as fast; what is
    kept, to psycopg in one go. SQLAlchemy's own way is that of what is tried again, for it lets every other connection
    go where one is lost; and of what meets something that is there already, for it says one thing after the other.
    """

    def _asked(self, question: Question, given: Mapping[str, str | None], tried: int) -> Any:
        if tried:
            return super()._asked(question, given, tried)
        with self._driven() as connection:
            cursor = connection.cursor()
            cursor.execute(question.sql, question.arguments(given))
            row = cursor.fetchone()
            cursor.close()
        return row

    def _attempt(self, steps: Sequence[Step], is_done: Callable[[Connection], bool], tried: int) -> None:
        if tried:
            super()._attempt(steps, is_done, tried)
            return
        try:
            self._say(steps)
        except DBAPIError as error:
            if not isinstance(error.orig, self.dialect.loaded_dbapi.IntegrityError):
                raise
            super()._attempt(steps, is_done, tried)

    def _say(self, steps: Sequence[Step]) -> None:
        with self._driven() as connection:
            said = [(step, connection.cursor()) for step in steps]
            with self._in_one_go(connection.driver_connection):
                connection.cursor().execute(BEGIN[self.backend])
                for step, cursor in said:
                    step.say(cursor)
            for step, cursor in said:
                step.look(cursor.rowcount)
            connection.commit()

    def _in_one_go(self, driver: Any) -> AbstractContextManager[Any]:
        """A block in which nothing waits for its answer, where the driver has such a thing."""
        if self.backend != "postgresql" or not self.dialect.loaded_dbapi.Pipeline.is_supported():
            return nullcontext()
        pipeline: Any = driver.pipeline()
        return entered(pipeline) if self.dialect.is_async else pipeline

    @contextmanager
    def _driven(self) -> Iterator[Any]:
        """A connection of the driver, given back when the block ends; what it has not committed by then is undone."""
        self._begin()
        connection: Any = None
        try:
            connection = self.engine.raw_connection()
            yield connection
        except self.dialect.loaded_dbapi.Error as error:
            gone = connection is not None and self.dialect.is_disconnect(error, connection, None)
            if gone:
                connection.invalidate(error)
            raise DBAPIError(None, None, error, hide_parameters=True, connection_invalidated=gone) from None
        finally:
            if connection is not None:
                connection.close()
