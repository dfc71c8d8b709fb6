"""A file whose text is not kept in UTF-8 is refused at every door, before anything is read or written."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from reclamation_core.adapters import SqlAlchemyStore, check, fold_again, open_engine, upgrade
from reclamation_core.desk import AsyncDesk, Desk
from reclamation_core.ports import StoreEncodingError
from tests.unit.desk import making

OTHERS = ("UTF-16le", "UTF-16be")


def within_sqlite3(file: Path, use: Callable[[Any], object] = lambda it: Desk.within(it).cases.count()) -> None:
    with closing(sqlite3.connect(file)) as connection:
        use(connection)


def within_sqlalchemy(file: Path) -> None:
    with create_engine(f"sqlite:///{file}", poolclass=NullPool).connect() as connection:
        Desk.within(connection).cases.count()


def on_an_engine(file: Path) -> None:
    SqlAlchemyStore(create_engine(f"sqlite:///{file}", poolclass=NullPool))


def opened_from_asyncio(file: Path) -> None:
    asyncio.run(SqlAlchemyStore.open_async(f"sqlite:///{file}"))


def within_from_asyncio(file: Path) -> None:
    async def life() -> None:
        async with create_async_engine(f"sqlite+aiosqlite:///{file}", poolclass=NullPool).connect() as connection:
            await AsyncDesk.within(connection).cases.count()

    asyncio.run(life())


DOORS: dict[str, Callable[[Path], object]] = {
    "open": lambda file: SqlAlchemyStore.open(f"sqlite:///{file}"),
    "open_async": opened_from_asyncio,
    "an engine": on_an_engine,
    "upgrade": lambda file: upgrade(f"sqlite:///{file}"),
    "upgrade within": lambda file: within_sqlite3(file, upgrade),
    "check": lambda file: check(f"sqlite:///{file}"),
    "check within": lambda file: within_sqlite3(file, check),
    "fold_again": lambda file: fold_again(f"sqlite:///{file}"),
    "within sqlite3": within_sqlite3,
    "within SQLAlchemy": within_sqlalchemy,
    "within from asyncio": within_from_asyncio,
}


def kept_in(encoding: str, file: Path) -> Path:
    """A file of somebody's, without a table, whose text is kept in an encoding."""
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(f"PRAGMA encoding = '{encoding}'; CREATE TABLE one (x); DROP TABLE one")
    return file


@pytest.mark.parametrize("encoding", OTHERS)
@pytest.mark.parametrize("enter", DOORS.values(), ids=DOORS)
def test_it_is_refused_with_what_to_do_and_left_as_it_is(
    enter: Callable[[Path], object], encoding: str, tmp_path: Path
) -> None:
    file = kept_in(encoding, tmp_path / "old.db")
    before = file.read_bytes()

    with pytest.raises(StoreEncodingError, match=rf"\| sqlite3 NEW\.db \({encoding}\)$") as refused:
        enter(file)

    assert "sqlite3 ANCIENNE.db .dump" in refused.value.wording.fr
    assert file.read_bytes() == before


@pytest.mark.parametrize("encoding", OTHERS)
def test_its_copy_is_taken(encoding: str, tmp_path: Path) -> None:
    old = kept_in(encoding, tmp_path / "old.db")
    with closing(sqlite3.connect(old)) as connection, closing(sqlite3.connect(tmp_path / "new.db")) as copy:
        connection.executescript("CREATE TABLE people (name); INSERT INTO people VALUES ('Éva')")
        copy.executescript("\n".join(connection.iterdump()))
        upgrade(copy)
        case = making.registered(Desk.within(copy))
        copy.commit()

    engine = open_engine(f"sqlite:///{tmp_path}/new.db")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM people").scalar() == "Éva"
    assert Desk.on(SqlAlchemyStore(engine)).cases.get(case.reference) == case
    engine.dispose()
