"""Applications with a database that holds a table of theirs and ours, by each kind of connection."""

import sqlite3
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, Final

import django
import psycopg
from django import conf
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.rows import dict_row
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, text

from reclamation_core.adapters import upgrade
from reclamation_core.desk import Desk
from reclamation_core.vocabulary import Role
from tests.databases import emptied
from tests.unit.desk import factories

TABLE: Final = "CREATE TABLE IF NOT EXISTS invoices (number INTEGER)"


class Host(ABC):
    """An application connected to its database.

    Args:
        url: the database, as SQLAlchemy names it; the schema is made.
    """

    connection: Any

    def __init__(self, url: URL) -> None:
        self.url = url
        self.outside = create_engine(url)
        with self.outside.begin() as connection:
            connection.execute(text(TABLE))
            connection.execute(text("DELETE FROM invoices"))

    def desk(self) -> Desk:
        """A desk within the transaction of the application."""
        desk = Desk.from_connection(
            self.connection, sites=factories.SITES, clock=factories.FakeClock(factories.at(1, month=7))
        )
        return desk.acting("Mme Roux", Role.RQR)

    @abstractmethod
    def say(self, sql: str) -> list[tuple[Any, ...]]:
        """The application executes a statement."""

    def begin(self) -> None:  # noqa: B027  most need not say so
        """The application begins, where it has to say so."""

    @abstractmethod
    def driver(self) -> Any:
        """The driver's own connection."""

    def in_transaction(self) -> bool:
        driver = self.driver()
        return bool(driver.in_transaction if isinstance(driver, sqlite3.Connection) else driver.info.transaction_status)

    def settings(self) -> dict[str, Any]:
        """How the connection is set, in the driver and in the database."""
        driver = self.driver()
        names: tuple[str, ...]
        if isinstance(driver, sqlite3.Connection):
            names = ("isolation_level", "row_factory", "text_factory")
            asked = [f"PRAGMA {name}" for name in ("foreign_keys", "synchronous", "busy_timeout", "journal_mode")]
        else:
            names = ("autocommit", "row_factory", "cursor_factory", "isolation_level", "prepare_threshold")
            told = ("search_path", "lock_timeout", "statement_timeout", "transaction_isolation", "TimeZone")
            asked = [f"SHOW {name}" for name in told]
        return {name: getattr(driver, name) for name in names} | {sql: self.say(sql) for sql in asked}

    @abstractmethod
    def commit(self) -> None: ...

    @abstractmethod
    def rollback(self) -> None: ...

    def close(self) -> None:
        """The application ends."""
        self.connection.close()
        self.outside.dispose()

    def invoice(self, number: int) -> None:
        self.say(f"INSERT INTO invoices VALUES ({number})")

    def invoices(self) -> list[int]:
        return [row[0] for row in self.say("SELECT number FROM invoices ORDER BY number")]

    def kept(self) -> tuple[list[int], dict[str, int]]:
        """What another connection reads: the invoices, and the number of events of each case."""
        with self.outside.connect() as connection:
            invoices = connection.execute(text("SELECT number FROM invoices ORDER BY number")).scalars().all()
            cases = connection.execute(text("SELECT reference, version FROM reclamation_cases")).all()
            events = connection.execute(
                text("SELECT case_reference, count(*) FROM reclamation_case_events GROUP BY case_reference")
            ).all()
        assert sorted(tuple(row) for row in cases) == sorted(tuple(row) for row in events)
        return list(invoices), {row[0]: row[1] for row in cases}


class RawHost(Host):
    """An application that uses the driver; what its rows and its text are like is its own affair."""

    def say(self, sql: str) -> list[tuple[Any, ...]]:
        cursor = self.connection.execute(sql)
        if cursor.description is None:
            return []
        return [tuple(row.values() if isinstance(row, dict) else row) for row in cursor.fetchall()]

    def driver(self) -> Any:
        return self.connection

    def commit(self) -> None:
        self.connection.commit()

    def rollback(self) -> None:
        self.connection.rollback()


class SqliteHost(RawHost):
    def __init__(self, url: URL) -> None:
        super().__init__(url)
        self.connection = sqlite3.connect(str(url.database))


class OddSqliteHost(RawHost):
    """It executes BEGIN itself, has rows by name, text as bytes, and dates converted by the names of types."""

    def __init__(self, url: URL) -> None:
        super().__init__(url)
        detecting = sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES
        self.connection = sqlite3.connect(str(url.database), isolation_level=None, detect_types=detecting)
        self.connection.row_factory = sqlite3.Row
        self.connection.text_factory = bytes

    def begin(self) -> None:
        self.say("BEGIN")


class PsycopgHost(RawHost):
    def __init__(self, url: URL) -> None:
        super().__init__(url)
        self.connection = psycopg.connect(conninfo(url))


class OddPsycopgHost(RawHost):
    """It is in autocommit, executes BEGIN itself, has rows as dictionaries and a cursor class of its own."""

    def __init__(self, url: URL) -> None:
        super().__init__(url)
        self.connection = psycopg.connect(
            conninfo(url), autocommit=True, row_factory=dict_row, cursor_factory=psycopg.ClientCursor
        )

    def begin(self) -> None:
        self.say("BEGIN")


class SqlAlchemyHost(Host):
    def __init__(self, url: URL) -> None:
        super().__init__(url)
        self.connection: Connection = create_engine(url, poolclass=NullPool).connect()

    def say(self, sql: str) -> list[tuple[Any, ...]]:
        result = self.connection.execute(text(sql))
        return [tuple(row) for row in result] if result.returns_rows else []

    def driver(self) -> Any:
        return self.connection.connection.driver_connection

    def commit(self) -> None:
        self.connection.commit()

    def rollback(self) -> None:
        self.connection.rollback()


def beginning(url: URL | str, **options: Any) -> Engine:
    """An engine configured for SQLite as in SQLAlchemy's documentation: BEGIN is executed as a transaction begins."""
    engine = create_engine(url, **options)

    @event.listens_for(engine, "connect")
    def quiet(connection: Any, _: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def say_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


class BeginningSqlAlchemyHost(SqlAlchemyHost):
    """It executes BEGIN on SQLite as SQLAlchemy begins, so that savepoints work."""

    def __init__(self, url: URL) -> None:
        super().__init__(url)
        self.connection.close()
        self.connection = beginning(url, poolclass=NullPool).connect()


class DjangoHost(Host):
    """It has its transactions by `transaction.atomic`, or by hand as here."""

    def __init__(self, url: URL) -> None:
        super().__init__(url)
        self.django = django_connection(url)

    @property
    def connection(self) -> Any:
        self.django.ensure_connection()
        return self.django.connection

    def say(self, sql: str) -> list[tuple[Any, ...]]:
        with self.django.cursor() as cursor:
            cursor.execute(sql)
            return [] if cursor.description is None else [tuple(row) for row in cursor.fetchall()]

    def driver(self) -> Any:
        return self.connection

    def begin(self) -> None:
        self.django.set_autocommit(autocommit=False)

    def commit(self) -> None:
        self.django.commit()

    def rollback(self) -> None:
        self.django.rollback()

    def close(self) -> None:
        self.django.close()
        self.outside.dispose()


def conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _addresses() -> ModuleType:
    """The addresses of the application: board, API, admin. Django has to be set up before they are imported."""
    from django.contrib import admin
    from django.urls import include, path

    module = ModuleType("tests.addresses_of_django")
    board = path("reclamations/", include("reclamation_core.integrations.django.urls"))
    api = path("api/", include("reclamation_core.integrations.django.api"))
    module.urlpatterns = [board, api, path("admin/", admin.site.urls)]  # type: ignore[attr-defined]
    return module


def django_connection(url: URL, alias: str = DEFAULT_DB_ALIAS) -> Any:
    """Django's connection to a database, under an alias; a process has one Django, which is configured again."""
    if not conf.settings.configured:
        conf.settings.configure(
            ALLOWED_HOSTS=["testserver"],
            DATABASES={},
            INSTALLED_APPS=[
                "django.contrib.admin",
                "django.contrib.auth",
                "django.contrib.contenttypes",
                "django.contrib.messages",
                "django.contrib.sessions",
                "reclamation_core.integrations.django",
            ],
            LANGUAGE_CODE="fr",
            LOGGING_CONFIG=None,
            MIDDLEWARE=[
                "django.contrib.sessions.middleware.SessionMiddleware",
                "django.middleware.csrf.CsrfViewMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware",
            ],
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
            ROOT_URLCONF="tests.addresses_of_django",
            SECRET_KEY="of the tests",  # noqa: S106
            TEMPLATES=[
                {
                    "BACKEND": "django.template.backends.django.DjangoTemplates",
                    "APP_DIRS": True,
                    "OPTIONS": {
                        "context_processors": [
                            "django.template.context_processors.request",
                            "django.contrib.auth.context_processors.auth",
                            "django.contrib.messages.context_processors.messages",
                        ]
                    },
                }
            ],
            TIME_ZONE="UTC",
            USE_TZ=True,
        )
        django.setup()
        sys.modules["tests.addresses_of_django"] = _addresses()
    name = {"sqlite": "sqlite3", "postgresql": "postgresql"}[url.get_backend_name()]
    where = {"USER": url.username or "", "HOST": url.host or url.query.get("host", "")}
    told = {"ENGINE": f"django.db.backends.{name}", "NAME": url.database, **where}
    connections.close_all()
    connections.settings.update(connections.configure_settings({alias: told, DEFAULT_DB_ALIAS: told}))
    if any(one.alias == alias for one in connections.all(initialized_only=True)):
        del connections[alias]
    return connections[alias]


@cache
def _with_schema() -> bytes:
    """A file of SQLite that has the schema and no row."""
    with TemporaryDirectory() as folder:
        upgrade(f"sqlite:///{folder}/empty.db")
        return Path(folder, "empty.db").read_bytes()


def sqlite_url(folder: Path) -> URL:
    """The address of a new file with the schema and no row."""
    file = folder / "application.db"
    file.write_bytes(_with_schema())
    return URL.create("sqlite+pysqlite", database=str(file))


HOSTS: Final[dict[str, Callable[[Path], Host]]] = {
    "sqlite3": lambda folder: SqliteHost(sqlite_url(folder)),
    "sqlite3, odd": lambda folder: OddSqliteHost(sqlite_url(folder)),
    "psycopg": lambda _: PsycopgHost(emptied()),
    "psycopg, odd": lambda _: OddPsycopgHost(emptied()),
    "SQLAlchemy on SQLite": lambda folder: SqlAlchemyHost(sqlite_url(folder)),
    "SQLAlchemy on SQLite, beginning": lambda folder: BeginningSqlAlchemyHost(sqlite_url(folder)),
    "SQLAlchemy on PostgreSQL": lambda _: SqlAlchemyHost(emptied()),
    "Django on SQLite": lambda folder: DjangoHost(sqlite_url(folder)),
    "Django on PostgreSQL": lambda _: DjangoHost(emptied()),
}
