"""The database that a command works on: its address, and the desk on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

from reclamation_core import adapters
from reclamation_core.cli.refusals import CommandError
from reclamation_core.desk import Desk
from reclamation_core.policy import Policy
from reclamation_core.vocabulary import Sites

Engine: TypeAlias = Any
"""SQLAlchemy's, which only the adapter knows."""

VARIABLE: Final = "RECLAMATION_DB"
"""The environment variable that gives the address where the command line does not: there, everybody may read it."""

_EXAMPLES: Final = "écrivez sqlite:///reclamations.db ou postgresql+psycopg://utilisateur:motdepasse@serveur/base"


def address(given: str | None) -> str:
    """The address that was typed, or that of the environment.

    Raises:
        CommandError: there is none.
    """
    found = given or os.environ.get(VARIABLE)
    if not found:
        raise CommandError(f"quelle base ? donnez son adresse, ou mettez-la dans {VARIABLE} ; {_EXAMPLES}")
    return found


@contextmanager
def engine_at(url: str) -> Iterator[Engine]:
    """An engine on the database at an address, which need not be there yet; it leaves no connection behind.

    Raises:
        ValueError: it is no address; what was typed is not shown, for it may hold a password.
        CommandError: it is that of a database in memory.
    """
    engine = adapters.open_engine(url)
    if is_in_memory(engine):
        raise CommandError(f"une base en mémoire n'est plus là quand la commande se termine ; {_EXAMPLES}")
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def existing(url: str) -> Iterator[Engine]:
    """The same on a database that is there: looking at one must not make it.

    Raises:
        ValueError: it is no address.
        CommandError: it is that of a database in memory, or of a file that is not there.
    """
    with engine_at(url) as engine:
        file = file_of(engine)
        if file is not None and not file.exists():
            raise CommandError(f"{file} : cette base n'existe pas ; vérifiez l'adresse")
        yield engine


def is_in_memory(engine: Engine) -> bool:
    """Whether the database is gone when the command ends."""
    from reclamation_core.adapters.sqlalchemy import addresses

    return addresses.is_in_memory(engine.url)


def file_of(engine: Engine) -> Path | None:
    """The file of a database; None where it is not in one."""
    from reclamation_core.adapters.sqlalchemy import addresses

    return addresses.file_of(engine.url)


def name_of(engine: Engine) -> str:
    """The address as it may be shown."""
    from reclamation_core.adapters.sqlalchemy.addresses import shown

    return shown(engine.url)


def desk_on(engine: Engine, policy: Policy | None = None, sites: Sites | None = None) -> Desk:
    """A desk on a database whose schema is up to date.

    Raises:
        SchemaError: it is not.
    """
    return Desk(adapters.SqlAlchemyStore(engine), policy=policy, sites=sites)
