"""Engines: how each database is entered, and with which settings.

Every connection is in the driver's autocommit: what is read is one statement and needs no transaction; what is written
opens its own (`Database.transaction`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any, Final

import attrs
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, QueuePool

from reclamation_core.adapters.sqlalchemy.addresses import AWAITED, read_address, settled, shown
from reclamation_core.adapters.sqlalchemy.encoding import refuse_of_driver
from reclamation_core.adapters.sqlalchemy.forks import guard
from reclamation_core.errors import MissingExtraError

_WAIT: Final = "reclamation_wait"
_LONGEST_KEPT_ALIVE: Final = 32_767  # seconds that Linux counts to


def _seconds(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 86_400:
        raise ValueError(f"{attribute.name}: {value!r}; give seconds, more than 0 and at most a day")


def _size(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if type(value) is not int or value < 1:
        raise ValueError(f"{attribute.name}: {value!r}; give a whole number, at least 1")


def _yes_or_no(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if type(value) is not bool:
        raise ValueError(f"{attribute.name}: {value!r}; give True or False")


@attrs.frozen(kw_only=True)
class Settings:
    """How a database is used.

    Args:
        wait: seconds to wait for somebody else's lock, and for a connection to be free; then StoreBusyError. So long a
            server of PostgreSQL is waited for that does not answer when it is connected to, at least 2 seconds for each
            of its addresses, and three times as long one that is gone without a word; then StoreUnreachableError.
            `connect_timeout`, `keepalives_idle` and the like in the address come first.
        statement_timeout: seconds that PostgreSQL gives one statement; then StoreBusyError.
        connections: how many connections are kept open at most.
        durable: whether SQLite waits at each commit until it is on the disk (`synchronous` FULL). Without it the last
            commits may be lost when the power fails; nothing is ever half written.

    Raises:
        ValueError: a value is refused.
    """

    wait: float = attrs.field(default=10.0, validator=_seconds)
    statement_timeout: float = attrs.field(default=60.0, validator=_seconds)
    connections: int = attrs.field(default=10, validator=_size)
    durable: bool = attrs.field(default=True, validator=_yes_or_no)


def open_engine(url: str | URL, settings: Settings | None = None) -> Engine:
    """An engine on a database, with the settings that this adapter works with; nothing is connected yet.

    Raises:
        TypeError, ValueError: the address is none that is known here, or the settings are none.
        MissingExtraError: the driver is not installed.
    """
    address, how = settled(read_address(url)), _given(settings)
    with _installed():
        engine = create_engine(address, poolclass=QueuePool, **_options(address, how))
    return _set_up(engine, how)


def open_async_engine(url: str | URL, settings: Settings | None = None) -> AsyncEngine:
    """The same for asyncio: `sqlite://` is entered by aiosqlite, PostgreSQL by psycopg.

    Raises:
        TypeError, ValueError: the address is none that is known here, or the settings are none.
        MissingExtraError: the driver is not installed.
    """
    address, how = settled(read_address(url, AWAITED)), _given(settings)
    with _installed():
        engine = create_async_engine(address, poolclass=AsyncAdaptedQueuePool, **_options(address, how))
    _set_up(engine.sync_engine, how)
    return engine


def _given(settings: Settings | None) -> Settings:
    if settings is not None and not isinstance(settings, Settings):
        raise TypeError(f"settings: Settings(...) is expected, got a {type(settings).__name__}")
    return settings or Settings()


def _set_up(engine: Engine, how: Settings) -> Engine:
    engine.update_execution_options(**{_WAIT: how.wait})
    event.listen(engine, "connect", _saying(_statements(engine.url, how)))
    if engine.dialect.name == "postgresql":
        # Before SQLAlchemy asks anything itself: of a database in no encoding it would be given bytes.
        event.listen(engine, "connect", _in_utf8(shown(engine.url)), insert=True)
    guard(engine)
    return engine


def wait_of(engine: Engine) -> float | None:
    """The seconds that an engine was told to wait for others; None where its settings are somebody else's."""
    wait: float | None = engine.get_execution_options().get(_WAIT)
    return wait


def _options(address: URL, how: Settings) -> dict[str, Any]:
    return {
        "pool_size": how.connections,
        "max_overflow": 0,
        "pool_timeout": how.wait,
        "isolation_level": "AUTOCOMMIT",
        "hide_parameters": True,
        "connect_args": _arguments(address, how),
    }


@contextmanager
def _installed() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "psycopg", "postgres") from None


def _arguments(address: URL, how: Settings) -> dict[str, Any]:
    """What the driver is given with each connection."""
    if address.get_backend_name() == "sqlite":
        return {"check_same_thread": False, "timeout": how.wait}
    seconds = ceil(how.wait)
    idle = min(seconds, _LONGEST_KEPT_ALIVE)
    asked = {
        "application_name": "reclamation_core",
        "client_encoding": "utf8",
        "connect_timeout": seconds,
        # Of a server that is gone without a word, nothing would ever be heard otherwise.
        "keepalives_idle": idle,
        "keepalives_interval": idle,
        "keepalives_count": 2,
        "tcp_user_timeout": 3000 * seconds,
    }
    return {name: value for name, value in asked.items() if name not in address.query}


def _statements(address: URL, how: Settings) -> tuple[str, ...]:
    """What is said once on each new connection."""
    if address.get_backend_name() == "sqlite":
        return (
            f"PRAGMA busy_timeout = {_milliseconds(how.wait)}",
            f"PRAGMA synchronous = {'FULL' if how.durable else 'NORMAL'}",
            "PRAGMA foreign_keys = ON",
            "PRAGMA secure_delete = ON",
        )
    wait, statement = _milliseconds(how.wait), _milliseconds(how.statement_timeout)
    return (
        f"SET lock_timeout = {wait}",
        f"SET statement_timeout = {statement}",
        f"SET idle_in_transaction_session_timeout = {statement}",
    )


def _milliseconds(seconds: float) -> int:
    """At least 1: by 0 databases understand no limit at all, or no waiting."""
    return max(1, round(seconds * 1000))


def _in_utf8(name: str) -> Callable[[Any, Any], None]:
    def look(connection: Any, _: Any) -> None:
        try:
            refuse_of_driver(getattr(connection, "driver_connection", connection), name)
        except BaseException:
            connection.close()  # the pool does not know it yet
            raise

    return look


def _saying(statements: tuple[str, ...]) -> Callable[[Any, Any], None]:
    def say(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        try:
            for statement in statements:
                cursor.execute(statement)
        except BaseException:
            connection.close()  # the pool does not know it yet
            raise
        cursor.close()

    return say
