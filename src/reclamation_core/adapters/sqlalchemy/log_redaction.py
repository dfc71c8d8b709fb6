"""Keep personal data out of the logs of SQLAlchemy and aiosqlite, at every level.

SQLAlchemy logs parameters at INFO unless the engine hides them, and result rows at DEBUG whatever the engine says;
aiosqlite logs statements with their parameters at DEBUG. Texts and salts are among both.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from sqlalchemy import Engine

_IS_ACTIVE: Final[ContextVar[bool]] = ContextVar("reclamation_log_redaction", default=False)
_REDACTED: Final = "[parameters hidden]"


class _EngineFilter(logging.Filter):
    """Drops result rows and hides parameters, of the statements of this library alone."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not _IS_ACTIVE.get():
            return True
        if record.levelno <= logging.DEBUG:
            return False
        if record.levelno <= logging.INFO and "%r" in str(record.msg):
            record.msg, record.args = _REDACTED, ()
        return True


class _AiosqliteFilter(logging.Filter):
    """Shows the function that a connection's thread runs by its name, without the arguments it is called with."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.args = tuple(map(_name_of, record.args or ()))
        return True


_OF_ENGINES: Final = _EngineFilter()
_OF_AIOSQLITE: Final = _AiosqliteFilter()


def _name_of(value: object) -> str:
    function = getattr(value, "func", value)
    return str(getattr(function, "__name__", type(value).__name__))


def install(engine: Engine) -> None:
    """Put the filters on the loggers that an engine and its driver write to; doing it again changes nothing."""
    logger = engine.logger if isinstance(engine.logger, logging.Logger) else engine.logger.logger
    logger.addFilter(_OF_ENGINES)
    if engine.dialect.driver == "aiosqlite":
        logging.getLogger("aiosqlite").addFilter(_OF_AIOSQLITE)


@contextmanager
def redacted() -> Iterator[None]:
    """Redact what engines log within the block."""
    token = _IS_ACTIVE.set(True)
    try:
        yield
    finally:
        _IS_ACTIVE.reset(token)
