"""The desk from asyncio, on SQLite and on PostgreSQL: many tasks at once, conflicts, tasks that are cancelled."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from reclamation_core.adapters import Settings, SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.engines import open_async_engine
from reclamation_core.cases import SupportKind
from reclamation_core.desk import AsyncDesk
from reclamation_core.ports import ConcurrentChangeError, SchemaError, StoreBusyError
from reclamation_core.vocabulary import Role
from tests import inside
from tests.databases import emptied, new_database
from tests.hosts import TABLE, sqlite_url
from tests.taps import tap
from tests.unit.desk import factories

ADDRESSES: dict[str, Callable[[Path], str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder}/new.db",
    "sqlite in memory": lambda _: "sqlite://",
    "aiosqlite": lambda folder: sqlite_url(folder).set(drivername="sqlite+aiosqlite").render_as_string(),
    "postgresql": lambda _: emptied().set(drivername="postgresql").render_as_string(hide_password=False),
}


@pytest.fixture(params=ADDRESSES)
def url(request: Any, tmp_path: Path) -> str:
    return ADDRESSES[request.param](tmp_path)


def opened(url: str) -> Any:
    return AsyncDesk.open(url, sites=factories.SITES, clock=factories.FakeClock(factories.at(1, month=7)))


def engine_of(desk: AsyncDesk) -> Engine:
    store = inside.store_of_async(desk)
    assert isinstance(store, SqlAlchemyStore)
    return inside.engine_of(store)


def checked_out(desk: AsyncDesk) -> int:
    """How many connections are not back."""
    return int(engine_of(desk).pool.checkedout())  # type: ignore[attr-defined]


async def registered(desk: AsyncDesk, **given: Any) -> Any:
    return await desk.acting("Mme Roux", Role.RQR).register(
        factories.facts(), site="CRE", occurred_at=factories.at(1), **given
    )


def test_a_desk_is_opened_used_and_let_go(url: str) -> None:
    async def life() -> None:
        async with opened(url) as desk:
            case = await registered(desk, verbatim="La salle est froide")
            assert await desk.cases.get(case.reference) == case
            await desk.pgaac("CRE").add(factories.sheet())
            assert (await desk.pgaac("CRE").actions())[0].reference == "A-1"
            assert [item.position for item in await desk.feed()] == [1]
        assert checked_out(desk) == 0

    asyncio.run(life())


def test_a_desk_may_be_awaited_and_let_go_later(tmp_path: Path) -> None:
    async def life() -> None:
        desk = await AsyncDesk.open(f"sqlite:///{tmp_path}/new.db")
        case = await registered(desk)
        await desk.release()
        async with AsyncDesk.open(f"sqlite:///{tmp_path}/new.db") as other:
            assert await other.cases.get(case.reference) == case

    asyncio.run(life())


@pytest.mark.postgresql
def test_a_database_that_cannot_be_opened_is_told_and_nothing_is_left_open() -> None:
    async def life() -> None:
        url = new_database()
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.execute(text(TABLE))
        with pytest.raises(SchemaError):
            async with AsyncDesk.open(url.render_as_string(hide_password=False)):
                pass
        with pytest.raises(SchemaError):
            await SqlAlchemyStore.open_async(engine)

    asyncio.run(life())


def test_tasks_at_once_lose_nothing_and_give_each_number_once(url: str) -> None:
    async def life() -> None:
        async with opened(url) as desk:
            cases = await asyncio.gather(*(registered(desk) for _ in range(12)))
            assert sorted(case.reference for case in cases) == [f"R-2026-{number:06d}" for number in range(1, 13)]
            assert await desk.cases.count() == 12
            assert [item.position for item in await desk.feed()] == list(range(1, 13))
        assert checked_out(desk) == 0

    asyncio.run(life())


def test_of_tasks_that_change_the_same_case_each_is_kept_once_or_refused(url: str) -> None:
    async def life() -> None:
        async with opened(url) as desk:
            case = await registered(desk)

            async def act(number: int) -> bool:
                try:
                    await desk.add_support(case.reference, kind=SupportKind.EMAIL, title=f"pièce {number}")
                except ConcurrentChangeError:
                    return False
                return True

            kept = await asyncio.gather(*(act(number) for number in range(12)))
            assert (await desk.cases.get(case.reference)).version == 1 + sum(kept)
            assert any(kept)

    asyncio.run(life())


class Cancelling:
    """Cancels a task while its n-th statement is on the way to the database.

    Args:
        engine: what the task uses.
        twice: whether it is cancelled once more while it clears up.
    """

    def __init__(self, engine: Engine, *, twice: bool) -> None:
        self._left = 0
        self._twice = twice
        tap(engine, self._heard)

    async def run(self, work: Coroutine[Any, Any, Any], words: int) -> bool:
        """Run work until its n-th statement; return True if it ended before."""
        self._left = words
        self._task = asyncio.create_task(work)
        await asyncio.wait([self._task])
        self._left = 0
        return not self._task.cancelled() and self._task.result() is not None

    def _heard(self, *_: object) -> None:
        self._left -= 1
        if self._left == 0:
            self._task.cancel()
            if self._twice:
                loop = asyncio.get_running_loop()
                loop.call_soon(lambda: loop.call_soon(self._task.cancel))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("twice", [False, True])
def test_a_task_that_is_cancelled_leaves_nothing_half_written(kind: str, twice: bool, tmp_path: Path) -> None:
    async def life() -> None:
        async with opened(ADDRESSES[kind](tmp_path)) as desk:
            cancelling = Cancelling(engine_of(desk), twice=twice)
            words, whole, gained = 0, False, set[int]()
            while not whole:
                words += 1
                before = await desk.cases.count()
                whole = await cancelling.run(registered(desk, verbatim="La salle est froide"), words)
                page = await desk.cases.find()
                gained.add(len(page.cases) - before)
                assert len(await desk.feed()) == len(page.cases)
                assert checked_out(desk) == 0
            assert gained == {0, 1}
            assert words > 6

    asyncio.run(life())


def test_opening_that_is_cancelled_leaves_no_connection_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engines: list[AsyncEngine] = []

    def made(*given: Any) -> AsyncEngine:
        engines.append(open_async_engine(*given))
        return engines[-1]

    async def life() -> None:
        monkeypatch.setattr("reclamation_core.adapters.sqlalchemy.store.open_async_engine", made)
        opening = asyncio.create_task(SqlAlchemyStore.open_async(f"sqlite:///{tmp_path}/new.db"))
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert [engine.pool.checkedin() for engine in engines] == [0]  # type: ignore[attr-defined]
        assert [engine.pool.checkedout() for engine in engines] == [0]  # type: ignore[attr-defined]

    asyncio.run(life())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_whoever_waits_for_a_connection_lets_the_others_go_on_and_is_told(kind: str, tmp_path: Path) -> None:
    async def life() -> None:
        store = await SqlAlchemyStore.open_async(ADDRESSES[kind](tmp_path), Settings(connections=1, wait=0.05))
        desk = AsyncDesk(store)
        engine = AsyncEngine(inside.engine_of(store))
        async with engine.connect():
            waiting = asyncio.create_task(desk.cases.count())
            await asyncio.sleep(0)
            assert not waiting.done()
            with pytest.raises(StoreBusyError, match="every connection is in use"):
                await waiting
        assert await desk.cases.count() == 0
        await desk.release()

    asyncio.run(life())


ENGINES: dict[str, Callable[[Path], AsyncEngine]] = {
    "sqlite": lambda folder: create_async_engine(
        sqlite_url(folder).set(drivername="sqlite+aiosqlite"), poolclass=NullPool
    ),
    "postgresql": lambda _: create_async_engine(emptied(), poolclass=NullPool),
}


@pytest.mark.parametrize("kind", ENGINES)
def test_a_host_keeps_its_rows_and_ours_in_one_commit(kind: str, tmp_path: Path) -> None:
    async def life() -> None:
        engine = await with_invoices(ENGINES[kind](tmp_path))
        async with AsyncSession(engine) as session:
            connection = await session.connection()
            desk = AsyncDesk.from_connection(connection)
            await session.execute(text("INSERT INTO invoices VALUES (7)"))
            case = await registered(desk)
            assert await desk.cases.get(case.reference) == case
            await session.rollback()
        assert await found(engine) == ([], [])

        async with engine.begin() as connection:
            case = await registered(AsyncDesk.from_connection(connection))
            await connection.execute(text("INSERT INTO invoices VALUES (8)"))
        assert await found(engine) == ([8], [case.reference])

    asyncio.run(life())


@pytest.mark.parametrize("kind", ENGINES)
def test_a_task_cancelled_within_a_transaction_leaves_it_as_it_was(kind: str, tmp_path: Path) -> None:
    async def life() -> None:
        engine = await with_invoices(ENGINES[kind](tmp_path))
        cancelling = Cancelling(engine.sync_engine, twice=False)
        async with engine.begin() as connection:
            desk = AsyncDesk.from_connection(connection)
            kept, words, whole = [(await registered(desk)).reference], 0, False
            while not whole:
                words += 1
                whole = await cancelling.run(registered(desk), words)
                now = [case.reference for case in (await desk.cases.find()).cases]
                assert now[: len(kept)] == kept
                assert len(now) - len(kept) in {0, 1}
                kept = now
            assert words > 6
        assert (await found(engine))[1] == kept

    asyncio.run(life())


async def with_invoices(engine: AsyncEngine) -> AsyncEngine:
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE IF EXISTS invoices"))
        await connection.execute(text(TABLE))
    return engine


async def found(engine: AsyncEngine) -> tuple[list[int], list[str]]:
    async with engine.connect() as connection:
        invoices = await connection.execute(text("SELECT number FROM invoices"))
        cases = await connection.execute(text("SELECT reference FROM reclamation_cases ORDER BY reference"))
        return list(invoices.scalars()), list(cases.scalars())
