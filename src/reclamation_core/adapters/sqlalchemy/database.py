"""A database in use: reading one statement at a time, writing in one short transaction; again where that is safe."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import Any, Final, TypeVar

import attrs
from sqlalchemy import Connection, Engine, Executable, Row
from sqlalchemy.exc import DBAPIError

from reclamation_core.adapters.sqlalchemy import asynchronous
from reclamation_core.adapters.sqlalchemy.addresses import shown
from reclamation_core.adapters.sqlalchemy.drivers import Mode, mode_of
from reclamation_core.adapters.sqlalchemy.errors import again, reason_of, told
from reclamation_core.adapters.sqlalchemy.identity import Ask, Identity
from reclamation_core.adapters.sqlalchemy.log_redaction import install, redacted
from reclamation_core.adapters.sqlalchemy.steps import Step
from reclamation_core.cases.checks import keepable

T = TypeVar("T")
Work = Callable[[Connection, int], T]
"""What is done in one transaction, given how often it was tried before: 0 at first."""

_LOG: Final = logging.getLogger("reclamation_core.adapters.sqlalchemy")
_TRIES: Final = 4
_PAUSE: Final = 0.02
BEGIN: Final = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN ISOLATION LEVEL READ COMMITTED"}


@attrs.frozen
class Question:
    """A statement with text parameters, compiled once: what is asked for again and again costs what the driver costs.

    Args:
        statement: what is asked.
        sql: the same, as the driver takes it.
        fixed: the parameters that are the statement's own.
        names: its parameters in their order, where the driver takes them by place; else None.
    """

    statement: Executable
    sql: str
    fixed: Mapping[str, Any]
    names: tuple[str, ...] | None

    def arguments(self, given: Mapping[str, str | None]) -> Any:
        """The parameters as the driver takes them."""
        whole = {**self.fixed, **given}
        return whole if self.names is None else [whole[name] for name in self.names]


def asked_on(connection: Connection) -> Ask:
    """Return what runs a statement on a connection and returns the first row."""
    return lambda statement: connection.exec_driver_sql(statement).first()


def _asked_by(cursor: Any, statement: str) -> Any:
    cursor.execute(statement)
    return next(iter(cursor.fetchall()), None)


def are_names(given: Mapping[str, object]) -> bool:
    """Whether something may have these names: nothing has one that no database keeps.

    Asked for one all the same, PostgreSQL would refuse, and break off the transaction of a host.
    """
    return all(value is None or (isinstance(value, str) and keepable(value)) for value in given.values())


class Database:
    """An engine, and how this adapter uses it.

    Args:
        engine: the engine; each of its connections is in the driver's autocommit.
        is_own: whether nobody else has it, so that no listener on it misses what is said to the driver itself: what is
            asked by a key, and what is kept. That takes less time than SQLAlchemy's own way, which is left to what is
            tried again: it lets every other connection go where one is lost.
    """

    def __init__(self, engine: Engine, *, is_own: bool = False) -> None:
        self.engine = engine
        self._is_own = is_own
        self.dialect = engine.dialect
        self.name = shown(engine.url)
        self.backend = engine.dialect.name
        self.identity: Identity | None = None
        install(engine)

    def identify(self) -> None:
        """Remember which database this is: from now on a commit refuses another one in its place."""
        with told(self.name), self.connected() as connection:
            self.identity = Identity.of(self.name, self.engine.url, asked_on(connection))

    def verify_identity(self, ask: Ask, info: dict[Any, Any]) -> None:
        """Refuse another database in the place of this one, before a commit.

        Args:
            ask: runs a statement on the connection that is about to commit.
            info: what is remembered of that connection as long as it is open.

        Raises:
            StoreReplacedError: it is another one.
        """
        if self.identity is not None:
            self.identity.verify(ask, info)

    def _observe(self, info: dict[Any, Any]) -> None:
        if self.identity is not None:
            self.identity.observe(info)

    @property
    def ends_transactions(self) -> bool:
        """Whether what is written is committed here, and not by a host."""
        return True

    def question(self, statement: Any) -> Question:
        """A statement, compiled for this database."""
        compiled = statement.compile(dialect=self.dialect)
        names = tuple(compiled.positiontup) if compiled.positional else None
        return Question(statement, str(compiled), compiled.params, names)

    def ask(self, question: Question, given: Mapping[str, str | None]) -> Any:
        """The first row of an answer; None where there is none."""
        if not are_names(given):
            return None
        return self._tried(lambda tried: self._asked(question, given, tried))

    def _asked(self, question: Question, given: Mapping[str, str | None], tried: int) -> Any:
        if tried or not self._is_own:
            return next(iter(self._rows(question.statement, given)), None)
        with self._driven() as connection, closing(connection.cursor()) as cursor:
            cursor.execute(question.sql, question.arguments(given))
            return cursor.fetchone()

    def rows(self, statement: Executable, given: Mapping[str, Any] | None = None) -> list[Row[Any]]:
        """The rows of an answer, of what is committed."""
        return self._tried(lambda _: self._rows(statement, given))

    def _rows(self, statement: Executable, given: Mapping[str, Any] | None) -> list[Row[Any]]:
        with self.connected() as connection:
            return list(connection.execute(statement, given).all())

    def row_of(self, statement: Executable, given: Mapping[str, Any]) -> Row[Any]:
        """The row that a statement gives which changes something by itself, and is kept at once."""
        return self.rows(statement, given)[0]

    def write(self, work: Work[T]) -> T:
        """Do something in one transaction: all of it or nothing.

        It is done again where the database says that this may succeed, and after a connection was lost.
        """

        def attempt(tried: int) -> T:
            with self.transaction() as connection:
                return work(connection, tried)

        return self._tried(attempt)

    def run(self, steps: Sequence[Step], is_done: Callable[[Connection], bool] = lambda _: False) -> None:
        """Run steps in one transaction, and again as `write` does.

        Args:
            steps: what is to be run.
            is_done: whether it was done before it is tried again: of a commit, only the answer may have been lost.

        Raises:
            StaleDataError: something that was to be written is not as it was expected to be.
        """
        self._tried(lambda tried: self._attempt(steps, is_done, tried))

    def _attempt(self, steps: Sequence[Step], is_done: Callable[[Connection], bool], tried: int) -> None:
        if tried or not self._is_own:
            with self.transaction() as connection:
                if not (tried and is_done(connection)):
                    for step in steps:
                        step.run(connection)
            return
        with self._driven() as connection, closing(connection.cursor()) as cursor:
            cursor.execute(BEGIN[self.backend])
            for step in steps:
                step.run_by(cursor)
            self.verify_identity(partial(_asked_by, cursor), connection.info)
            connection.commit()

    @contextmanager
    def _driven(self) -> Iterator[Any]:
        """A connection of the driver, given back when the block ends; what it has not committed by then is undone."""
        self._begin()
        connection: Any = None
        failure: DBAPIError | None = None
        try:
            connection = self.engine.raw_connection()
            yield connection
            self._observe(connection.info)
        except self.dialect.loaded_dbapi.Error as error:
            gone = connection is not None and self.dialect.is_disconnect(error, connection, None)
            if gone:
                connection.invalidate(error)
            failure = DBAPIError(None, None, error, hide_parameters=True, connection_invalidated=gone)
        finally:
            if connection is not None:
                connection.close()
        if failure is not None:
            raise failure

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection in which nothing is begun, given back when the block ends."""
        self._begin()
        with self.engine.connect() as connection, redacted():
            connection.begin()  # an engine of the application's own may have BEGIN said then
            if mode_of(connection.connection.driver_connection) is Mode.OPEN:
                connection.exec_driver_sql("ROLLBACK")
            yield connection
            self._observe(connection.info)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection in a transaction that ends with the block: kept, or undone where an error leaves it."""
        with self.connected() as connection:
            connection.exec_driver_sql(BEGIN[self.backend])
            yield connection
            self.verify_identity(asked_on(connection), connection.info)
            connection.commit()

    def _tried(self, attempt: Callable[[int], T]) -> T:
        with told(self.name):
            for tried in range(_TRIES - 1):
                try:
                    return attempt(tried)
                except DBAPIError as error:
                    if not again(error):
                        raise
                    _LOG.warning("%s: tried again after %s", self.name, reason_of(error))
                    self.pause(_PAUSE * tried)
            return attempt(_TRIES - 1)

    def _begin(self) -> None:
        """Whatever is about to be done can still be left."""
        if self.dialect.is_async:
            asynchronous.begin_nothing_more()

    def pause(self, seconds: float) -> None:
        """Wait before something is done again."""
        if self.dialect.is_async:
            asynchronous.pause(seconds)
        else:
            time.sleep(seconds)

    def sees_commits(self) -> bool:
        """Whether each statement of a transaction sees what others committed before it."""
        return True

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
