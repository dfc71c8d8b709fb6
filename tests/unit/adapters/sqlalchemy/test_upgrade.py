"""The schema is created on an application's connection, within its transaction, with every driver."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections, transaction
from sqlalchemy import URL, NullPool, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from reclamation_core.adapters import Settings, SqlAlchemyStore, check, open_engine, rebuild_projections, upgrade
from reclamation_core.adapters.sqlalchemy import database, schema
from reclamation_core.adapters.sqlalchemy.host_connection import HostConnection
from reclamation_core.desk import Desk
from reclamation_core.ports import SchemaError, StoreReadOnlyError, StoreUnreachableError
from tests.databases import emptied, new_database, sqlite_file
from tests.hosts import conninfo, django_connection
from tests.inside import database_of, engine_of, store_of
from tests.unit.desk import factories


def file(folder: Path) -> URL:
    return URL.create("sqlite+pysqlite", database=f"{folder}/application.db")


BARE: dict[str, Callable[[Path], Any]] = {
    "sqlite3": lambda folder: sqlite3.connect(str(file(folder).database)),
    "sqlite3, immediate": lambda folder: sqlite3.connect(str(file(folder).database), isolation_level="IMMEDIATE"),
    "psycopg": lambda _: psycopg.connect(conninfo(new_database())),
    "SQLAlchemy on SQLite": lambda folder: create_engine(file(folder), poolclass=NullPool).connect(),
    "SQLAlchemy on PostgreSQL": lambda _: create_engine(new_database(), poolclass=NullPool).connect(),
}
AT_ONCE: dict[str, Callable[[Path], Any]] = {
    "sqlite3": lambda folder: sqlite3.connect(str(file(folder).database), isolation_level=None),
    "psycopg": lambda _: psycopg.connect(conninfo(new_database()), autocommit=True),
}


@pytest.fixture(params=BARE)
def connection(request: Any, tmp_path: Path) -> Iterator[HostConnection]:
    """A connection of an application whose database is empty."""
    connection = BARE[request.param](tmp_path)
    yield connection
    connection.close()


def test_the_schema_is_committed_by_the_application(connection: Any) -> None:
    upgrade(connection)
    check(connection)
    connection.commit()
    upgrade(connection)
    factories.registered(Desk.from_connection(connection))
    connection.rollback()
    check(connection)
    assert Desk.from_connection(connection).cases.count() == 0


def test_and_gone_when_it_rolls_back(connection: Any) -> None:
    upgrade(connection)
    connection.rollback()
    with pytest.raises(SchemaError, match="no schema"):
        check(connection)


@pytest.mark.parametrize("open_", AT_ONCE.values(), ids=AT_ONCE)
def test_in_autocommit_the_schema_is_committed_at_once(open_: Callable[[Path], Any], tmp_path: Path) -> None:
    connection = open_(tmp_path)
    upgrade(connection)
    connection.rollback()
    check(connection)
    assert Desk.from_connection(connection).cases.count() == 0
    connection.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_migrations_of_django_may_make_it(kind: str, tmp_path: Path) -> None:
    django = django_connection(file(tmp_path) if kind == "sqlite" else new_database())

    class MindChangedError(Exception):
        pass

    def migration(*, fails: bool) -> None:
        with django.schema_editor(atomic=True) as editor:
            editor.execute("CREATE TABLE invoices (number INTEGER)")
            upgrade(editor.connection.connection)
            if fails:
                raise MindChangedError

    with pytest.raises(MindChangedError):
        migration(fails=True)
    assert django.introspection.table_names() == []
    migration(fails=False)
    with transaction.atomic():
        case = factories.registered(Desk.from_connection(django.connection))
    assert Desk.from_connection(django.connection).cases.get(case.reference) == case
    connections.close_all()


def test_from_asyncio_the_connection_runs_it(tmp_path: Path) -> None:
    async def life() -> None:
        engine = create_async_engine(file(tmp_path).set(drivername="sqlite+aiosqlite"), poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
        async with engine.connect() as connection:
            await connection.run_sync(check)
            for awaited in (connection, engine):
                with pytest.raises(TypeError, match=r"is asynchronous; use await connection\.run_sync\(upgrade\)"):
                    upgrade(awaited)  # type: ignore[arg-type]

    asyncio.run(life())
    SqlAlchemyStore.open(file(tmp_path)).close()


@pytest.mark.parametrize("given", [None, 7, object()])
def test_what_is_no_database_is_refused(given: Any) -> None:
    for ask in (check, upgrade, rebuild_projections):
        with pytest.raises(TypeError, match=f"database: an address, an Engine or .* got {type(given).__name__}"):
            ask(given)


def test_uncommitted_changes_of_the_application_are_visible(tmp_path: Path) -> None:
    engine = create_engine(file(tmp_path), poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE invoices (number INTEGER)")
        connection.exec_driver_sql("INSERT INTO invoices VALUES (7)")
        upgrade(connection)
        connection.rollback()
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM invoices").scalar() == 0
        with pytest.raises(SchemaError):
            check(connection)


@pytest.mark.parametrize(("takes_others", "kind"), [(True, StoreUnreachableError), (False, StoreReadOnlyError)])
@pytest.mark.parametrize("ask", [check, upgrade, SqlAlchemyStore.open])
def test_a_file_that_is_there_and_whose_folder_takes_no_other_is_for_reading_alone(
    ask: Callable[[str], object],
    takes_others: bool,
    kind: type[Exception],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A read-only medium, where SQLite cannot create its log, and has no precise error."""
    upgrade(file(tmp_path))
    may = os.access
    monkeypatch.setattr(os, "access", lambda of, how: may(of, how) if of != tmp_path else takes_others)

    def refused(*_: object) -> None:
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorname = "SQLITE_CANTOPEN"
        raise OperationalError("SELECT", {}, error)

    monkeypatch.setattr(schema, "version_of", refused)
    with pytest.raises(kind, match="SQLITE_CANTOPEN"):
        ask(f"sqlite:///{tmp_path}/application.db")


def look_by_an_engine(url: URL) -> None:
    engine = open_engine(url)
    try:
        SqlAlchemyStore(engine)
    finally:
        engine.dispose()


@pytest.mark.parametrize("look", [check, look_by_an_engine])
def test_looking_at_a_file_that_is_not_there_makes_none(look: Callable[[URL], object], tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="has no schema"):
        look(file(tmp_path))
    with pytest.raises(StoreUnreachableError):
        look(file(tmp_path / "nowhere"))
    assert list(tmp_path.iterdir()) == []


_WITH: dict[str, Any] = {"sites": factories.SITES, "clock": factories.FakeClock(factories.at(1, month=7))}


def _later(url: URL | str) -> None:
    """Mark the schema as that of a later version, as its upgrade does."""
    engine = open_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("UPDATE reclamation_schema SET version_num = '9999'")
    engine.dispose()


def _refused(desk: Desk) -> None:
    count = desk.cases.count()
    with pytest.raises(SchemaError, match=r"has schema version 9999, version .* is needed") as refused:
        factories.registered(desk)
    assert "9999" in refused.value.in_("fr")
    assert desk.cases.count() == count


def test_a_desk_opened_before_an_upgrade_writes_nothing_after_it(tmp_path: Path) -> None:
    url = sqlite_file(tmp_path)
    with Desk.open(url, **_WITH) as desk:
        factories.registered(desk)
        _later(url)
        _refused(desk)
        _refused(desk)


@pytest.mark.postgresql
@pytest.mark.parametrize("when", ["after a minute", "after a reconnection"])
def test_a_desk_on_a_server_notices_an_upgrade(when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = emptied()
    with Desk(SqlAlchemyStore.open(url), **_WITH) as desk:
        factories.registered(desk)
        try:
            _later(url)
            if when == "after a minute":
                monkeypatch.setattr(database, "_SCHEMA_INTERVAL", -1)
            else:
                engine_of(store_of(desk)).dispose()  # type: ignore[arg-type]
            _refused(desk)
            _refused(desk)
        finally:
            _as_before(url)


def _as_before(url: URL) -> None:
    engine = open_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"UPDATE reclamation_schema SET version_num = '{schema.head()}'")
    engine.dispose()


EXCLUSIVE = "BEGIN; LOCK TABLE reclamation_schema IN ACCESS EXCLUSIVE MODE"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_upgrade_waits_for_a_writer(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = sqlite_file(tmp_path) if kind == "sqlite" else emptied()
    monkeypatch.setattr(database, "_SCHEMA_INTERVAL", -1)
    store, other = SqlAlchemyStore.open(url), open_engine(url, Settings(wait=0.1))
    with database_of(store).transaction() as connection:
        connection.exec_driver_sql("DELETE FROM reclamation_jobs")
        locked = "BEGIN IMMEDIATE" if kind == "sqlite" else EXCLUSIVE
        with other.connect() as upgrading, pytest.raises(OperationalError):
            upgrading.exec_driver_sql(locked)
    other.dispose()
    store.close()
