"""Addresses of databases: parsed by SQLAlchemy, checked strictly, displayed without credentials."""

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

from reclamation_core.errors import ErrorKind, WordedError
from reclamation_core.validators import is_storable
from reclamation_core.wording import Wording

_IN_MEMORY: Final = "memdb"  # SQLite's VFS for memory, with the locks of a file
_TRUE: Final = {"true", "yes", "on", "y", "t", "1"}  # as SQLAlchemy reads a boolean option
DRIVERS: Final = {
    "sqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
"""The supported schemes and their drivers."""

ASYNC_DRIVERS: Final = DRIVERS | {"sqlite": "sqlite+aiosqlite", "sqlite+aiosqlite": "sqlite+aiosqlite"}
"""The supported schemes and their asynchronous drivers; psycopg is both."""

_EXAMPLES: Final = Wording(
    "exemples : sqlite:///reclamations.db ou postgresql+psycopg://utilisateur:motdepasse@serveur/base",
    "write sqlite:///reclamations.db or postgresql+psycopg://user:password@host/database",
)


@attrs.define
class AddressError(WordedError, ValueError):
    """An address is not supported; the message does not repeat it, since it may hold a password.

    Args:
        fault: what is wrong, and what to write instead.
    """

    code = "invalid_address"
    kind = ErrorKind.INVALID
    argument = "url"

    fault: Wording

    @property
    def wording(self) -> Wording:
        return Wording(f"adresse de base non reconnue : {self.fault.fr}", f"url: {self.fault.en}")


def read_address(text: str | URL, drivers: Mapping[str, str] = DRIVERS) -> URL:
    """Return the address of a supported database, with its driver.

    Args:
        text: the address.
        drivers: the supported schemes and their drivers.

    Raises:
        TypeError, ValueError: it is not supported; the message does not repeat it, since it may hold a password.

    >>> read_address("postgres://ada@db/register").drivername
    'postgresql+psycopg'
    """
    if not isinstance(text, str | URL):
        raise TypeError(f"url: the address of a database is expected, got a {type(text).__name__}")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise _refusal("ce texte n'est pas une adresse", "this is not the address of a database") from None
    if not all(map(is_storable, _parts(url))):
        raise _refusal("elle contient un caractère illisible", "the address contains a NUL or a lone surrogate")
    if url.drivername not in drivers:
        name = url.drivername
        raise _refusal(f"« {name} » n'est pas une base connue ici", f"unsupported database {name!r}")
    if url.get_backend_name() == "sqlite":
        _refuse_a_server(url)
        _refuse_ignored_options(url)
        _refuse_ignored_logs(url)
    else:
        _refuse_stray_signs(text, url)
    return _taken_by_its_driver(url.set(drivername=drivers[url.drivername]))


def _refusal(fr: str, en: str, remedy: Wording = _EXAMPLES) -> AddressError:
    return AddressError(Wording(f"{fr} ; {remedy.fr}", f"{en}; {remedy.en}"))


def _parts(url: URL) -> Iterator[str]:
    """Yield every text in an address."""
    yield from (str(part) for part in (url.username, url.password, url.host, url.database) if part is not None)
    for name, value in url.query.items():
        yield from (name, value) if isinstance(value, str) else (name, *value)


def _refuse_a_server(url: URL) -> None:
    """Refuse a host, a user or a password: after two slashes comes a host, which SQLite does not have."""
    if any(part is not None for part in (url.username, url.password, url.host, url.port)):
        raise _refusal(
            "SQLite n'a ni serveur, ni utilisateur, ni mot de passe",
            "SQLite has no server, user or password",
            Wording(
                "mettez trois barres devant le fichier, quatre devant un chemin absolu : sqlite:///reclamations.db, "
                "sqlite:////srv/reclamations.db",
                "put three slashes before the file, four before an absolute path: sqlite:///reclamations.db, "
                "sqlite:////srv/reclamations.db",
            ),
        )


def _refuse_ignored_options(url: URL) -> None:
    """Refuse options that SQLite would ignore: it reads those of a `file:` address with `uri=true` alone."""
    if url.query and not (_is_on(url, "uri") and (url.database or "").startswith("file:")):
        raise _refusal(
            "une de ses options resterait sans effet",
            "one of its options would have no effect",
            Wording(
                "retirez-la, ou écrivez l'adresse comme SQLite : sqlite:///file:/srv/reclamations.db?mode=ro&uri=true",
                "remove it, or write the address as SQLite does: sqlite:///file:/srv/reclamations.db?mode=ro&uri=true",
            ),
        )


def _refuse_ignored_logs(url: URL) -> None:
    """Refuse an immutable file with a log: SQLite would not read it, and so miss the last commits."""
    file = file_of(url)
    if file is not None and _is_on(url, "immutable"):
        logs = (file.with_name(f"{file.name}{end}") for end in ("-wal", "-journal"))
        if any(log.is_file() and log.stat().st_size for log in logs):
            raise _refusal(
                "avec immutable=1, le -wal ou le -journal du fichier ne serait pas lu, ni les dernières opérations",
                "with immutable=1, the -wal or -journal of the file would not be read, nor the last commits",
                Wording(
                    "copiez-les ensemble dans un dossier où vous pouvez écrire, et ouvrez la copie sans options",
                    "copy them together to a folder that you may write to, and open the copy without options",
                ),
            )


def _is_on(url: URL, option: str) -> bool:
    """Return True if an option of SQLite is on, such as `uri`: the name is to be read as a URI."""
    value = url.query.get(option)
    return isinstance(value, str) and value.strip().lower() in _TRUE


def _refuse_stray_signs(text: str | URL, url: URL) -> None:
    """Refuse an unescaped @ or ? in a password: what follows would be taken for the host, and displayed."""
    before, *after = text.split("@") if isinstance(text, str) else [""]
    stray = len(after) > (0 if url.username is None else 1) or (after and "?" in before)
    if stray or "@" in (url.host or ""):
        raise _refusal(
            "elle contient un @ ou un ? de trop",
            "the address contains an unescaped @ or ?",
            Wording(
                "dans un mot de passe et partout ailleurs, écrivez %40 pour @, %3A pour :, %2F pour /, %3F pour ?",
                "in a password and anywhere else, write %40 for @, %3A for :, %2F for /, %3F for ?",
            ),
        )


def _taken_by_its_driver(url: URL) -> URL:
    """Return the address if SQLAlchemy and libpq accept its options.

    Raises:
        AddressError: they do not.
    """
    unknown = _refusal("une de ses options est inconnue ou mal écrite", "one of its options is unknown or malformed")
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
    """Return the driver if it is installed."""
    try:
        import psycopg
    except ModuleNotFoundError:  # reported when an engine is opened, with the extra to install
        return None
    return psycopg


def display_url(url: URL) -> str:
    """Return the address without user, password and options.

    >>> display_url(read_address("postgresql://ada:secret@db:5433/register?sslmode=require"))
    'postgresql://db:5433/register'
    """
    if url.query.get("vfs") == _IN_MEMORY:
        return "sqlite://"
    host = f"[{url.host}]" if ":" in (url.host or "") else url.host or ""
    place = host if url.port is None else f"{host}:{url.port}"
    return f"{url.get_backend_name()}://{place}/{url.database or ''}"


def with_name_in_memory(url: URL) -> URL:
    """Return the address for the driver: each database in memory gets a unique name, which its connections share."""
    if url.get_backend_name() != "sqlite" or url.database not in {None, "", ":memory:"}:
        return url
    return url.set(database=f"file:/{uuid4().hex}", query={"vfs": _IN_MEMORY, "uri": "true"})


def is_in_memory(url: URL) -> bool:
    """Return True if the database disappears with its last connection."""
    return url.get_backend_name() == "sqlite" and file_of(url) is None


def file_of(url: URL) -> Path | None:
    """Return the file of an SQLite database; None if it has none.

    >>> file_of(read_address("sqlite:///file:/srv/r%20s.db?mode=ro&uri=true")).as_posix()
    '/srv/r s.db'
    """
    if url.get_backend_name() != "sqlite" or url.query.get("vfs") == _IN_MEMORY or url.query.get("mode") == "memory":
        return None
    name = url.database or ""
    if _is_on(url, "uri"):
        name = unquote(urlsplit(name).path)
    return None if name in {"", ":memory:"} else Path(name)


def is_read_only_file(url: URL) -> bool:
    """Return True if the file of a database is readable in a folder where SQLite cannot create its log files."""
    file = file_of(url)
    return file is not None and file.is_file() and os.access(file, os.R_OK) and not os.access(file.parent, os.W_OK)


def would_create_file(url: URL) -> bool:
    """Return True if connecting would create the missing file of a database."""
    file = file_of(url)
    return file is not None and file.parent.is_dir() and not file.exists()
