"""A snapshot of a database: the connection that it used is as before, and a host's is left to its host."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from reclamation_core.adapters.sqlalchemy import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.desk import AsyncDesk, Desk
from reclamation_core.ports import CaseQuery, Store, StoreError
from tests.asgi import immediate_engine
from tests.databases import sqlite_file
from tests.inside import database_of, engine_of
from tests.unit.desk import factories
from tests.unit.desk.factories import SITES, FakeClock, at, registered


def desk_on(store: Store) -> Desk:
    return Desk(store, sites=SITES, clock=FakeClock(at(30)))


def count(store: Store) -> int:
    with store.unit_of_work() as unit:
        return unit.cases.count(CaseQuery())


@pytest.mark.parametrize("opened", [SqlAlchemyStore.open, lambda url: SqlAlchemyStore(immediate_engine(url))])
def test_the_connection_of_a_snapshot_writes_again_after_it(opened: Any, tmp_path: Path) -> None:
    url = sqlite_file(tmp_path, "a.db")
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("PRAGMA journal_mode = delete")  # open() sets another
    store = opened(url)
    desk = desk_on(store)
    with store.snapshot() as moment, moment.snapshot() as again:
        assert count(again) == 0
        with pytest.raises(StoreError):
            registered(desk_on(again))
    registered(desk)
    assert count(store) == 1
    assert engine_of(store).pool.checkedout() == 0  # type: ignore[attr-defined]
    store.close()


def disconnect(store: Any) -> None:
    with database_of(store).connected() as connection:
        database_of(store).driver_of(connection).close()


def test_a_connection_that_is_lost_during_a_snapshot_is_not_used_again(tmp_path: Path) -> None:
    store = SqlAlchemyStore.open(sqlite_file(tmp_path, "a.db"))
    desk = desk_on(store)
    with pytest.raises(StoreError), store.snapshot() as moment:
        disconnect(moment)
    registered(desk)
    assert count(store) == 1
    store.close()


@pytest.mark.parametrize("mode", ["wal", "delete"])
@pytest.mark.parametrize("isolation", [None, "", "IMMEDIATE"])
def test_a_host_connection_without_a_transaction_reads_one_moment(
    mode: str, isolation: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    if mode == "delete":
        monkeypatch.setattr("reclamation_core.adapters.sqlalchemy.schema.write_ahead", lambda _: None)
    other = SqlAlchemyStore.open(url)
    desk = desk_on(other)
    registered(desk)
    host = sqlite3.connect(tmp_path / "a.db", isolation_level=isolation)
    assert host.execute("PRAGMA journal_mode").fetchone() == (mode,)
    with SqlAlchemyStore.from_connection(host).snapshot() as moment:
        assert count(moment) == 1
        registered(desk)
        assert count(moment) == 1
    assert not host.in_transaction
    assert count(SqlAlchemyStore.from_connection(host)) == count(other) == 2
    host.close()
    other.close()


def test_a_transaction_of_a_host_is_used_as_it_is(tmp_path: Path) -> None:
    SqlAlchemyStore.open(sqlite_file(tmp_path, "a.db")).close()
    host = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    host.execute("BEGIN")
    store = SqlAlchemyStore.from_connection(host)
    with store.snapshot() as moment:
        assert moment is store
    assert host.in_transaction
    host.rollback()
    host.close()


@pytest.mark.parametrize("name", ["file", "memory"])
def test_an_asynchronous_database_is_read_at_one_moment(name: str, tmp_path: Path) -> None:
    async def exported() -> list[str]:
        url = sqlite_file(tmp_path) if name == "file" else "sqlite://"
        async with AsyncDesk.open(url, sites=SITES, clock=FakeClock(at(3))) as desk:
            await desk.register(factories.facts(), site="CRE", occurred_at=at(2))
            first, _ = await asyncio.gather(
                desk.reports.audit(tmp_path / "a"), desk.register(factories.facts(), site="CRE", occurred_at=at(2))
            )
            second = await desk.reports.audit(tmp_path / "b")
            return [first.sha256, second.sha256]

    assert len(set(asyncio.run(exported()))) <= 2
    assert len(list((tmp_path / "b" / "dossiers").iterdir())) == 2


def test_a_driver_error_in_a_snapshot_is_that_of_the_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SqlAlchemyStore.open(sqlite_file(tmp_path, "a.db"))

    def lost(*_: object) -> Any:
        raise OperationalError("", {}, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr(Database, "driver_of", lost)
    with pytest.raises(StoreError), store.snapshot():
        pass
    monkeypatch.undo()
    store.close()
