"""Where a database is, as a developer writes it: read strictly, shown without its credentials."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import attrs
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from reclamation_core.cases.checks import keepable
from reclamation_core.errors import WordedError
from reclamation_core.wording import Wording

_IN_MEMORY: Final = "memdb"  # SQLite's own: as a file, locks and all, but in memory
_YES: Final = {"true", "yes", "on", "y", "t", "1"}  # as SQLAlchemy reads an option that is yes or no
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

_EXAMPLES: Final = Wording(
    "écrivez sqlite:///reclamations.db ou postgresql+psycopg://utilisateur:motdepasse@serveur/base",
    "write sqlite:///reclamations.db or postgresql+psycopg://user:password@host/database",
)


@attrs.define(eq=False)
class AddressError(WordedError, ValueError):
    """An address is none of a database that is known here; it is not repeated, for it may hold a password.

    Args:
        told: what is wrong, and what to write instead.
    """

    told: Wording

    @property
    def wording(self) -> Wording:
        return Wording(f"l'adresse de la base : {self.told.fr}", f"url: {self.told.en}")


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
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise _refusal("ce n'est pas l'adresse d'une base", "this is no address of a database") from None
    if not all(map(keepable, _parts(url))):
        raise _refusal(
            "elle contient un NUL ou la moitié d'une paire de substitution",
            "the address holds a NUL or half of a surrogate pair",
        )
    if url.drivername not in drivers:
        name = url.drivername
        raise _refusal(f"« {name} » n'est pas une base connue ici", f"{name!r} is no database that is known here")
    if url.get_backend_name() == "sqlite":
        _refuse_a_server(url)
        _refuse_options_left_aside(url)
    else:
        _refuse_stray_signs(text, url)
    return _taken_by_its_driver(url.set(drivername=drivers[url.drivername]))


def _refusal(fr: str, en: str, remedy: Wording = _EXAMPLES) -> AddressError:
    return AddressError(Wording(f"{fr} ; {remedy.fr}", f"{en}; {remedy.en}"))


def _parts(url: URL) -> Iterator[str]:
    """Every text in an address."""
    yield from (str(part) for part in (url.username, url.password, url.host, url.database) if part is not None)
    for name, value in url.query.items():
        yield from (name, value) if isinstance(value, str) else (name, *value)


def _refuse_a_server(url: URL) -> None:
    """After two slashes there is a server's name, which SQLite has none of."""
    if any(part is not None for part in (url.username, url.password, url.host, url.port)):
        raise _refusal(
            "SQLite n'a ni serveur, ni utilisateur, ni mot de passe",
            "SQLite has neither server, user nor password",
            Wording(
                "mettez trois barres devant le fichier, quatre devant un chemin absolu : sqlite:///reclamations.db, "
                "sqlite:////srv/reclamations.db",
                "put three slashes before the file, four before an absolute path: sqlite:///reclamations.db, "
                "sqlite:////srv/reclamations.db",
            ),
        )


def _refuse_options_left_aside(url: URL) -> None:
    """SQLite heeds options of a `file:` address with `uri=true` alone; of another it would write all the same."""
    if url.query and not (_is_uri(url) and (url.database or "").startswith("file:")):
        raise _refusal(
            "une de ses options resterait sans effet",
            "one of its options would not be heeded",
            Wording(
                "retirez-la, ou écrivez l'adresse comme SQLite : sqlite:///file:/srv/reclamations.db?mode=ro&uri=true",
                "leave it out, or write it as SQLite's own, such as sqlite:///file:/srv/reclamations.db?mode=ro&uri=true",
            ),
        )


def _is_uri(url: URL) -> bool:
    """Whether SQLite is to read what is named as an address of its own."""
    said = url.query.get("uri")
    return isinstance(said, str) and said.strip().lower() in _YES


def _refuse_stray_signs(text: str | URL, url: URL) -> None:
    """An @ in a password ends it where it stands: what follows would be taken for the server, and shown.

    So does a ? before it, which may begin options as well. One that is written %40 is where it belongs.
    """
    before, *after = text.split("@") if isinstance(text, str) else [""]
    stray = len(after) > (0 if url.username is None else 1) or (after and "?" in before)
    if stray or "@" in (url.host or ""):
        raise _refusal(
            "elle contient un @ ou un ? de trop",
            "the address holds an @ or a ? too many",
            Wording(
                "dans un mot de passe et partout ailleurs, écrivez %40 pour @, %3A pour :, %2F pour /, %3F pour ?",
                "in a password and anywhere else, write %40 for @, %3A for :, %2F for /, %3F for ?",
            ),
        )


def _taken_by_its_driver(url: URL) -> URL:
    """The same address, which SQLAlchemy and libpq can read.

    Raises:
        AddressError: they cannot.
    """
    unknown = _refusal("une de ses options est inconnue ou mal écrite", "one of its options is unknown or ill written")
    try:
        _, options = url.get_dialect()().create_connect_args(url)
    except (ArgumentError, ValueError, TypeError):
        raise unknown from None
    psycopg = _psycopg() if url.get_backend_name() == "postgresql" else None
    if psycopg is not None:
        try:
            psycopg.conninfo.make_conninfo(**options)
            psycopg.conninfo.timeout_from_conninfo(options)
        except psycopg.Error:
            raise unknown from None
    return url


def _psycopg() -> Any:
    """The driver, where it is installed."""
    try:
        import psycopg
    except ModuleNotFoundError:  # told when it is needed, with the extra that brings it
        return None
    return psycopg


def shown(url: URL) -> str:
    """The address without user, password and options.

    >>> shown(read_address("postgresql://ada:secret@db:5433/register?sslmode=require"))
    'postgresql://db:5433/register'
    """
    if url.query.get("vfs") == _IN_MEMORY:
        return "sqlite://"
    host = f"[{url.host}]" if ":" in (url.host or "") else url.host or ""
    place = host if url.port is None else f"{host}:{url.port}"
    return f"{url.get_backend_name()}://{place}/{url.database or ''}"


def settled(url: URL) -> URL:
    """The address as the driver takes it: each database in memory has a name of its own, that its connections share."""
    if url.get_backend_name() != "sqlite" or url.database not in {None, "", ":memory:"}:
        return url
    return url.set(database=f"file:/{uuid4().hex}", query={"vfs": _IN_MEMORY, "uri": "true"})


def is_in_memory(url: URL) -> bool:
    """Whether a database is gone with its last connection."""
    return url.get_backend_name() == "sqlite" and file_of(url) is None


def file_of(url: URL) -> Path | None:
    """The file of a database of SQLite; None where it is not in one.

    >>> file_of(read_address("sqlite:///file:/srv/r%20s.db?mode=ro&uri=true")).as_posix()
    '/srv/r s.db'
    """
    if url.get_backend_name() != "sqlite" or url.query.get("vfs") == _IN_MEMORY or url.query.get("mode") == "memory":
        return None
    name = url.database or ""
    if _is_uri(url):
        name = unquote(urlsplit(name).path)
    return None if name in {"", ":memory:"} else Path(name)


def lies_for_reading_alone(url: URL) -> bool:
    """Whether the file of a database can be read, and its folder takes none of the files that SQLite puts beside it."""
    file = file_of(url)
    return file is not None and file.is_file() and os.access(file, os.R_OK) and not os.access(file.parent, os.W_OK)


def would_be_made(url: URL) -> bool:
    """Whether connecting would make the file of a database, which is not there."""
    file = file_of(url)
    return file is not None and file.parent.is_dir() and not file.exists()
