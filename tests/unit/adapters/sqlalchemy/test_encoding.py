"""A database in another encoding than UTF-8 is refused by every entry point, before a read or write."""

import asyncio
import gc
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, Engine, NullPool, create_engine, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from reclamation_core.adapters import SqlAlchemyStore, check, open_engine, rebuild_projections, upgrade
from reclamation_core.desk import AsyncDesk, Desk
from reclamation_core.ports import StoreEncodingError
from tests.databases import emptied, new_database
from tests.hosts import conninfo
from tests.unit.desk import factories

pytestmark = pytest.mark.slow
OTHERS = ("UTF-16le", "UTF-16be")


def within_sqlite3(
    file: Path, use: Callable[[Any], object] = lambda it: Desk.from_connection(it).cases.count()
) -> None:
    with closing(sqlite3.connect(file)) as connection:
        use(connection)


def within_sqlalchemy(file: Path) -> None:
    with create_engine(f"sqlite:///{file}", poolclass=NullPool).connect() as connection:
        Desk.from_connection(connection).cases.count()


def on_an_engine(file: Path) -> None:
    SqlAlchemyStore(create_engine(f"sqlite:///{file}", poolclass=NullPool))


def opened_from_asyncio(file: Path) -> None:
    asyncio.run(SqlAlchemyStore.open_async(f"sqlite:///{file}"))


def within_from_asyncio(file: Path) -> None:
    async def life() -> None:
        async with create_async_engine(f"sqlite+aiosqlite:///{file}", poolclass=NullPool).connect() as connection:
            await AsyncDesk.from_connection(connection).cases.count()

    asyncio.run(life())


def at_postgresql(url: URL, use: Callable[[Any], object], **how: Any) -> None:
    with psycopg.connect(conninfo(url), **how) as connection:
        use(connection)


@pytest.fixture(autouse=True)
def _left_open() -> Iterator[None]:
    """Older versions of SQLAlchemy close no connection that they cannot ask for its version; psycopg warns of that."""
    gc.freeze()  # what was there before the test takes a second to look through
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@contextmanager
def engine_on(url: URL) -> Iterator[Engine]:
    engine = create_engine(url, poolclass=NullPool)
    yield engine
    engine.dispose()


def on_an_engine_of_postgresql(url: URL, use: Callable[[Engine], object]) -> None:
    with engine_on(url) as engine:
        use(engine)


def within_sqlalchemy_on_postgresql(url: URL) -> None:
    with engine_on(url.update_query_dict({"client_encoding": "utf8"})) as engine, engine.connect() as connection:
        Desk.from_connection(connection).cases.count()


def within_psycopg_from_asyncio(url: URL) -> None:
    async def life() -> None:
        engine = create_async_engine(url.update_query_dict({"client_encoding": "utf8"}), poolclass=NullPool)
        async with engine.connect() as connection:
            await AsyncDesk.from_connection(connection).cases.count()

    asyncio.run(life())


OF_POSTGRESQL: dict[str, Callable[[URL], object]] = {
    "open": SqlAlchemyStore.open,
    "open_async": lambda url: asyncio.run(SqlAlchemyStore.open_async(url)),
    "an engine": lambda url: on_an_engine_of_postgresql(url, SqlAlchemyStore),
    "upgrade": upgrade,
    "upgrade on an engine": lambda url: on_an_engine_of_postgresql(url, upgrade),
    "upgrade within": lambda url: at_postgresql(url, upgrade),
    "check": check,
    "check within": lambda url: at_postgresql(url, check),
    "rebuild_projections": rebuild_projections,
    "within psycopg": lambda url: at_postgresql(url, lambda it: Desk.from_connection(it).cases.count()),
    "within psycopg, in autocommit": lambda url: at_postgresql(
        url, lambda it: Desk.from_connection(it).cases.count(), autocommit=True
    ),
    "within SQLAlchemy": within_sqlalchemy_on_postgresql,
    "within from asyncio": within_psycopg_from_asyncio,
}
DOORS: dict[str, Callable[[Path], object]] = {
    "open": lambda file: SqlAlchemyStore.open(f"sqlite:///{file}"),
    "open_async": opened_from_asyncio,
    "an engine": on_an_engine,
    "upgrade": lambda file: upgrade(f"sqlite:///{file}"),
    "upgrade within": lambda file: within_sqlite3(file, upgrade),
    "check": lambda file: check(f"sqlite:///{file}"),
    "check within": lambda file: within_sqlite3(file, check),
    "rebuild_projections": lambda file: rebuild_projections(f"sqlite:///{file}"),
    "within sqlite3": within_sqlite3,
    "within SQLAlchemy": within_sqlalchemy,
    "within from asyncio": within_from_asyncio,
}


def kept_in(encoding: str, file: Path) -> Path:
    """A file of another application, without a table, in an encoding."""
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(f"PRAGMA encoding = '{encoding}'; CREATE TABLE one (x); DROP TABLE one")
    return file


@pytest.mark.parametrize("encoding", OTHERS)
@pytest.mark.parametrize("enter", DOORS.values(), ids=DOORS)
def test_it_is_refused_and_left_as_it_is(enter: Callable[[Path], object], encoding: str, tmp_path: Path) -> None:
    file = kept_in(encoding, tmp_path / "old.db")
    before = file.read_bytes()
    with pytest.raises(StoreEncodingError, match=rf"\| sqlite3 NEW\.db \({encoding}\)$"):
        enter(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("encoding", OTHERS)
def test_its_copy_is_taken(encoding: str, tmp_path: Path) -> None:
    old = kept_in(encoding, tmp_path / "old.db")
    with closing(sqlite3.connect(old)) as connection, closing(sqlite3.connect(tmp_path / "new.db")) as copy:
        connection.executescript("CREATE TABLE people (name); INSERT INTO people VALUES ('Éva')")
        copy.executescript("\n".join(connection.iterdump()))
        upgrade(copy)
        case = factories.registered(Desk.from_connection(copy))
        copy.commit()
    engine = open_engine(f"sqlite:///{tmp_path}/new.db")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM people").scalar() == "Éva"
    assert Desk(SqlAlchemyStore(engine)).cases.get(case.reference) == case
    engine.dispose()


@pytest.fixture(scope="module", params=["LATIN1", "SQL_ASCII"])
def kept_otherwise(request: pytest.FixtureRequest) -> tuple[str, URL]:
    """An encoding, and a PostgreSQL database in it without a table."""
    return request.param, new_database(request.param)


@pytest.mark.parametrize("enter", OF_POSTGRESQL.values(), ids=OF_POSTGRESQL)
def test_of_postgresql_it_is_refused_with_what_to_do_and_left_as_it_is(
    enter: Callable[[URL], object], kept_otherwise: tuple[str, URL]
) -> None:
    encoding, url = kept_otherwise
    with pytest.raises(StoreEncodingError, match=rf"createdb -E UTF8 .* \| psql NEW \(.*{encoding}\)$") as refused:
        enter(url)
    assert "pg_dump -E UTF8 ANCIENNE | psql NOUVELLE" in refused.value.wording.fr
    assert not refused.value.of_connection
    with engine_on(url.update_query_dict({"client_encoding": "utf8"})) as engine:
        assert inspect(engine).get_table_names() == []


def test_a_connection_that_does_not_speak_utf_8_is_refused_and_stays_usable() -> None:
    with psycopg.connect(conninfo(emptied()), client_encoding="latin1") as connection:
        for use in (upgrade, check, lambda it: factories.registered(Desk.from_connection(it))):
            with pytest.raises(
                StoreEncodingError, match=r"with client_encoding=utf8 \(client_encoding LATIN1\)$"
            ) as no:
                use(connection)
            assert no.value.of_connection
            assert "ouvrez-la avec client_encoding=utf8" in no.value.wording.fr
        assert connection.execute("SELECT count(*) FROM reclamation_cases").fetchone() == (0,)


def test_an_address_with_another_encoding_is_refused() -> None:
    with pytest.raises(StoreEncodingError, match="open it with client_encoding=utf8") as refused:
        SqlAlchemyStore.open(emptied().update_query_dict({"client_encoding": "latin1"}))
    assert refused.value.of_connection


def test_an_address_uses_utf_8_in_every_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "latin1")
    store = SqlAlchemyStore.open(emptied())
    case = factories.registered(Desk(store, sites=factories.SITES), verbatim="« Élève » – œuvre, 5 €")
    assert Desk(store).cases.get(case.reference) == case
    store.close()
