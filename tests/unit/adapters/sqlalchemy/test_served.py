"""What cannot be served is refused with what can, and never fails for another reason later."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, Engine, NullPool, StaticPool
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from reclamation_core.adapters import SqlAlchemyStore, check, rebuild_projections, upgrade
from reclamation_core.desk import AsyncDesk, Desk
from tests.databases import emptied
from tests.hosts import conninfo, sqlite_url
from tests.unit.desk import factories


def by(driver: str) -> Engine:
    """An engine whose driver is not installed: no query may reach it."""
    url = URL.create(driver)
    nothing: Any = object
    return Engine(StaticPool(nothing, reset_on_return=None), url.get_dialect()(), url)


def opened_from_asyncio(engine: Engine) -> None:
    asyncio.run(SqlAlchemyStore.open_async(AsyncEngine(engine)))


DOORS: dict[str, Callable[[Engine], object]] = {
    "an engine": SqlAlchemyStore,
    "within": lambda engine: Desk.from_connection(engine.connect()),
    "upgrade": upgrade,
    "upgrade within": lambda engine: upgrade(engine.connect()),
    "check": check,
    "check within": lambda engine: check(engine.connect()),
    "rebuild_projections": rebuild_projections,
}


@pytest.mark.parametrize("driver", ["postgresql+psycopg2", "postgresql+pg8000", "postgresql+asyncpg", "mysql+pymysql"])
@pytest.mark.parametrize("enter", DOORS.values(), ids=DOORS)
def test_a_driver_that_is_not_known_is_refused(enter: Callable[[Engine], object], driver: str) -> None:
    dialect, name = driver.split("+")
    with pytest.raises(TypeError, match=rf"{dialect} by {name} is not supported; .* psycopg 3, as in create_engine\("):
        enter(by(driver))


@pytest.mark.parametrize(
    "enter",
    [
        opened_from_asyncio,
        lambda engine: AsyncDesk.from_connection(AsyncConnection(AsyncEngine(engine), engine.connect())),
    ],
    ids=["open_async", "within"],
)
def test_nor_is_one_that_is_awaited(enter: Callable[[Engine], object]) -> None:
    with pytest.raises(TypeError, match=r"(engine|connection): postgresql by asyncpg is not supported"):
        enter(by("postgresql+asyncpg"))


def awaited(kind: str, folder: Path) -> AsyncEngine:
    url = emptied() if kind == "postgresql" else sqlite_url(folder).set(drivername="sqlite+aiosqlite")
    return create_async_engine(url, poolclass=NullPool)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_awaited_is_refused_by_a_desk_that_is_not_and_stays_usable(kind: str, tmp_path: Path) -> None:
    async def life() -> None:
        engine = awaited(kind, tmp_path)
        store = await SqlAlchemyStore.open_async(engine)
        async with engine.connect() as connection:
            for desk in (Desk(store), Desk.from_connection(connection)):
                for use in (desk.cases.count, desk.feed, lambda on=desk: factories.registered(on)):
                    with pytest.raises(TypeError, match=r"^store: its database is asynchronous; use an AsyncDesk"):
                        use()
            for other in (AsyncDesk(store), AsyncDesk.from_connection(connection)):
                assert await other.cases.count() == 0

    asyncio.run(life())


@pytest.mark.parametrize("ask", [SqlAlchemyStore, check, upgrade, rebuild_projections])
def test_so_is_the_engine_beneath_one_that_is_awaited(ask: Callable[[Any], object], tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"^store: its database is asynchronous; use an AsyncDesk"):
        ask(awaited("sqlite", tmp_path).sync_engine)


@pytest.mark.postgresql
@pytest.mark.parametrize("known", [False, True])
def test_a_connection_in_a_pipeline_is_refused_and_taken_after_it(known: bool) -> None:
    with psycopg.connect(conninfo(emptied())) as connection:
        desk = Desk.from_connection(connection, sites=factories.SITES)
        if known:
            desk.cases.count()
        asked: list[Callable[[], object]] = [
            desk.cases.count,
            desk.feed,
            lambda: factories.registered(desk),
            lambda: upgrade(connection),
            lambda: check(connection),
        ]
        with connection.pipeline():
            for ask in asked:
                with pytest.raises(TypeError, match="connection: psycopg pipeline mode is not supported; leave"):
                    ask()
        case = factories.registered(desk)
        assert desk.cases.get(case.reference) == case
