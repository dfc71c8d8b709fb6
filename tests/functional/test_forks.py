"""A desk that was opened before a fork is used after it, in both processes, as some web servers and task queues do."""

import asyncio
import json
import os
import signal
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy import engines
from reclamation_core.adapters.sqlalchemy.engines import open_engine
from reclamation_core.desk import AsyncDesk, Desk
from reclamation_core.ports import StoreError
from tests.databases import emptied
from tests.unit.desk import factories

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks there")
ADDRESSES: dict[str, Callable[[Path], str]] = {
    "file": lambda folder: f"sqlite:///{folder}/reclamations.db",
    "memory": lambda _: "sqlite://",
    "postgresql": lambda _: emptied().render_as_string(hide_password=False),
}
READINGS = 60


@pytest.fixture(params=ADDRESSES)
def url(request: Any, tmp_path: Path) -> str:
    return ADDRESSES[request.param](tmp_path)


class Forked:
    """A process that was forked, and does something."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._ear, mouth = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that there are threads
            self._process = os.fork()
        if self._process:
            os.close(mouth)
            return
        signal.alarm(60)
        try:
            told: object = work()
        except BaseException as error:  # noqa: BLE001  any error is reported
            told = f"{type(error).__name__}: {error}"
        os.write(mouth, json.dumps(told).encode())
        os._exit(0)

    def told(self) -> Any:
        with os.fdopen(self._ear) as ear:
            said = ear.read()
        os.waitpid(self._process, 0)
        return json.loads(said)


def reading(desk: Desk, reference: str) -> list[str]:
    """Return the cases other than the requested one."""
    return [one for one in [desk.cases.get(reference).reference for _ in range(READINGS)] if one != reference]


@pytest.mark.slow
def test_each_process_reads_the_case_that_it_asks_for(url: str) -> None:
    with Desk.open(url, sites=factories.SITES) as desk:
        mine, *others = [factories.registered(desk).reference for _ in range(4)]
        children = [Forked(lambda other=other: reading(desk, other)) for other in others]  # type: ignore[misc]
        assert reading(desk, mine) == []
        assert [child.told() for child in children] == [[], [], []]
        assert desk.cases.get(mine).reference == mine


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["file", "postgresql"])
def test_what_each_process_writes_is_kept(kind: str, tmp_path: Path) -> None:
    desk = Desk.open(ADDRESSES[kind](tmp_path), sites=factories.SITES)
    factories.registered(desk)
    turn, theirs = os.pipe()

    def write() -> list[str]:
        first = factories.registered(desk).reference
        os.read(turn, 1)  # the other process has let go of what it had open by then
        return [first, factories.registered(desk).reference]

    children = [Forked(write) for _ in range(2)]
    registered = [factories.registered(desk).reference]
    desk.release()
    os.write(theirs, b"..")
    for child in children:
        registered += child.told()

    assert sorted(registered) == [f"R-2026-{number:06d}" for number in range(2, 7)]
    assert desk.cases.count() == 6
    assert list(desk.verify()) == []
    desk.release()


@pytest.mark.postgresql
def test_a_connection_of_another_process_is_left_alone_and_another_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(emptied())
    with engine.connect() as connection:
        first = connection.connection.driver_connection
    monkeypatch.setattr(engines, "getpid", lambda: -1)

    with engine.connect() as connection:
        other = connection.connection.driver_connection
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    with engine.connect() as connection:
        assert connection.connection.driver_connection is other
    assert other is not first
    assert not first.closed  # type: ignore[union-attr]
    first.close()  # type: ignore[union-attr]
    engine.dispose()


def test_a_file_is_let_go_before_a_fork_and_what_is_in_memory_is_not(tmp_path: Path) -> None:
    on_file, in_memory = open_engine(f"sqlite:///{tmp_path}/a.db"), open_engine("sqlite://")
    for engine in (on_file, in_memory):
        engine.connect().close()
    engines._close_files()
    assert (on_file.pool.checkedin(), in_memory.pool.checkedin()) == (0, 1)  # type: ignore[attr-defined]
    in_memory.dispose()


@pytest.mark.postgresql
def test_from_asyncio_a_server_is_connected_to_anew() -> None:
    async def life(desk: AsyncDesk) -> int:
        return await desk.cases.count()

    async def opened() -> AsyncDesk:
        return await AsyncDesk.open(ADDRESSES["postgresql"](Path()))

    with asyncio.Runner() as runner:
        desk = runner.run(opened())
        assert runner.run(life(desk)) == 0
        assert Forked(lambda: asyncio.run(life(desk))).told() == 0
        assert runner.run(life(desk)) == 0
        runner.run(desk.release())


@pytest.mark.slow
def test_from_asyncio_a_file_is_to_be_opened_after_the_fork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def life() -> None:
        store = await SqlAlchemyStore.open_async(f"sqlite:///{tmp_path}/a.db")
        inherited = len(engines.INHERITED)
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(engines, "getpid", lambda: -1)
            with pytest.raises(StoreError, match="opened before this process was forked; open it here"):
                await store.run_async(lambda: store.sequences.next("R-2026"))
        for left in engines.INHERITED[inherited:]:
            await left.driver_connection.close()  # type: ignore[attr-defined]
        await store.run_async(store.close)

    asyncio.run(life())
