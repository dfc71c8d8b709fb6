"""Where a database is, as a developer writes it: read strictly, shown without its credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import uuid4

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from reclamation_core.cases.checks import keepable

_IN_MEMORY: Final = "memdb"  # SQLite's own: as a file, locks and all, but in memory
DRIVERS: Final = {
    "sqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
"""What may stand before the `://`, and the driver that it means."""

AWAITED: Final = DRIVERS | {"sqlite": "sqlite+aiosqlite", "sqlite+aiosqlite": "sqlite+aiosqlite"}
"""The same, for the drivers that are awaited; psycopg is both."""


def read_address(text: str | URL, drivers: Mapping[str, str] = DRIVERS) -> URL:
    """The address of a database that this adapter knows, and the driver to use.

    Args:
        text: the address.
        drivers: the driver for each that may be named.

    Raises:
        TypeError, ValueError: it is none; the message does not repeat it, for it may hold a password.

    >>> read_address("postgres://ada@db/register").drivername
    'postgresql+psycopg'
    """
    if not isinstance(text, str | URL):
        raise TypeError(f"url: the address of a database is expected, got a {type(text).__name__}")
    examples = "write sqlite:///reclamations.db or postgresql+psycopg://user:password@host/database"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError(f"url: this is no address of a database; {examples}") from None
    if not all(keepable(part) for part in (url.database, url.host, url.username, *url.query) if part is not None):
        raise ValueError(f"url: the address holds a NUL or half of a surrogate pair; {examples}")
    if url.drivername not in drivers:
        raise ValueError(f"url: {url.drivername!r} is no database that is known here; {examples}")
    _refuse_options_left_aside(url)
    return url.set(drivername=drivers[url.drivername])


def _refuse_options_left_aside(url: URL) -> None:
    """SQLite heeds options of a `file:` address with `uri=true` alone; of another it would write all the same."""
    as_uri = url.query.get("uri") == "true" and (url.database or "").startswith("file:")
    if url.get_backend_name() == "sqlite" and url.query and not as_uri:
        raise ValueError(
            f"url: {', '.join(map(repr, url.query))} would not be heeded; leave it out, or write it as SQLite's own, "
            "such as sqlite:///file:/srv/reclamations.db?mode=ro&uri=true"
        )


def shown(url: URL) -> str:
    """The address without user, password and options.

    >>> shown(read_address("postgresql://ada:secret@db:5433/register?sslmode=require"))
    'postgresql://db:5433/register'
    """
    if url.query.get("vfs") == _IN_MEMORY:
        return "sqlite://"
    place = "" if url.host is None else url.host if url.port is None else f"{url.host}:{url.port}"
    return f"{url.get_backend_name()}://{place}/{url.database or ''}"


def settled(url: URL) -> URL:
    """The address as the driver takes it: each database in memory has a name of its own, that its connections share."""
    if url.get_backend_name() != "sqlite" or url.database not in {None, "", ":memory:"}:
        return url
    return url.set(database=f"file:/{uuid4().hex}", query={"vfs": _IN_MEMORY, "uri": "true"})


def is_in_memory(url: URL) -> bool:
    """Whether it is that of a database which is gone with its last connection."""
    if url.get_backend_name() != "sqlite":
        return False
    named = {"", ":memory:", "file:", "file::memory:"}
    return (url.database or "") in named or url.query.get("vfs") == _IN_MEMORY or url.query.get("mode") == "memory"
