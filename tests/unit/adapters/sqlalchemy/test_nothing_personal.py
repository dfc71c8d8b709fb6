"""No text of a case or of a plan, and no salt, is in a log at any level or in an error and what is chained to it."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from os import urandom
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cases import texts
from reclamation_core.desk import AsyncDesk, Desk
from reclamation_core.ports import StoreDamagedError, StoreError
from tests.chains import errors_in, shown_by
from tests.databases import emptied
from tests.hosts import HOSTS, sqlite_url
from tests.inside import store_of
from tests.unit.adapters.sqlalchemy.asking import run
from tests.unit.desk import factories

NAME: Final = "Durand-7301"
LATER: Final = factories.at(1, month=12)
_WITH: Final[dict[str, Any]] = {"sites": factories.SITES, "clock": factories.FakeClock(LATER)}
_SHOWING: Final[dict[str, Any]] = {"echo": "debug", "hide_parameters": False}
Life: TypeAlias = Callable[[Path], None]


def live(desk: Desk) -> None:
    """Write and read texts by every way that the adapter has."""
    acting = desk.acting(NAME)
    case = factories.closed(acting, complainant=f"Mme {NAME}", verbatim=f"{NAME} le dit", source="mail-1")
    desk.plan(factories.analysed(acting).reference, factories.sheet(what=f"rappeler {NAME}"))
    assert desk.personal_data_of(NAME, as_actor=True)
    desk.register_many([])
    desk.agenda(LATER.date())
    desk.sweep()
    assert desk.feed()
    desk.anonymise(case.reference)


async def live_async(desk: AsyncDesk) -> None:
    async with desk:
        case = await desk.acting(NAME).register(
            factories.facts(), site="CRE", complainant=f"Mme {NAME}", verbatim=f"{NAME} le dit"
        )
        assert await desk.personal_data_of(NAME)
        await desk.withdraw(case.reference)


def on_an_address(url: Any) -> None:
    with Desk.open(url, **_WITH) as desk:
        live(desk)


def on_an_engine(url: Any) -> None:
    engine = create_engine(url, **_SHOWING)
    live(Desk(SqlAlchemyStore(engine), **_WITH))
    engine.dispose()


def on_an_async_engine(url: Any) -> None:
    async def lived() -> None:
        engine = create_async_engine(url, **_SHOWING)
        await live_async(AsyncDesk(await SqlAlchemyStore.open_async(engine), **_WITH))
        await engine.dispose()

    asyncio.run(lived())


def on_an_async_address(url: Any) -> None:
    async def lived() -> None:
        await live_async(await AsyncDesk.open(url, **_WITH))

    asyncio.run(lived())


def on_a_host(kind: str) -> Life:
    def lived(folder: Path) -> None:
        host = HOSTS[kind](folder)
        host.begin()
        live(host.desk())
        host.rollback()
        host.close()

    return lived


def _sqlite(folder: Path, driver: str = "sqlite") -> str:
    sqlite_url(folder)
    return f"{driver}:///{folder}/application.db"


WAYS: Final[dict[str, Life]] = {
    "an address, SQLite": lambda folder: on_an_address(_sqlite(folder)),
    "an address, PostgreSQL": lambda _: on_an_address(emptied()),
    "an engine, SQLite": lambda folder: on_an_engine(_sqlite(folder)),
    "an engine, PostgreSQL": lambda _: on_an_engine(emptied()),
    "asyncio, SQLite": lambda folder: on_an_async_address(_sqlite(folder)),
    "asyncio, PostgreSQL": lambda _: on_an_async_address(emptied()),
    "an AsyncEngine, SQLite": lambda folder: on_an_async_engine(_sqlite(folder, "sqlite+aiosqlite")),
    "an AsyncEngine, PostgreSQL": lambda _: on_an_async_engine(emptied()),
    **{kind: on_a_host(kind) for kind in HOSTS},
}
QUICK: Final = {"an engine, SQLite", "an AsyncEngine, SQLite"}


@pytest.fixture
def salts(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The salts that are drawn."""
    drawn: list[bytes] = []

    def token(size: int) -> bytes:
        drawn.append(urandom(size))
        return drawn[-1]

    monkeypatch.setattr(texts, "urandom", token)
    return drawn


@pytest.mark.parametrize(
    "lived", [pytest.param(life, id=way, marks=[] if way in QUICK else pytest.mark.slow) for way, life in WAYS.items()]
)
def test_logs_hold_no_text_and_no_salt_at_any_level(
    lived: Life, salts: list[bytes], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    loggers = [logging.getLogger(name) for name in ("sqlalchemy.engine", "sqlalchemy.pool", "aiosqlite", "psycopg")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    try:
        with caplog.at_level(logging.DEBUG):
            lived(tmp_path)
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)

    assert salts
    written = "\n".join(f"{record.getMessage()} {record.args}" for record in caplog.records)
    assert NAME not in written
    assert [salt for salt in salts if salt.hex() in written] == []


def test_an_application_reads_its_own_statements_in_its_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = create_engine(_sqlite(tmp_path), **_SHOWING)
    factories.registered(Desk(SqlAlchemyStore(engine), **_WITH), complainant=f"Mme {NAME}")
    with caplog.at_level(logging.DEBUG), engine.connect() as connection:
        connection.execute(text("SELECT :mine AS mine"), {"mine": "invoice 7"})
        connection.execute(text("SELECT 8 AS mine")).all()
    assert "('invoice 7',)" in caplog.text
    assert "Row (8,)" in caplog.text
    engine.dispose()


REFUSING: Final = {
    "sqlite": (
        "CREATE TRIGGER refusing BEFORE INSERT ON reclamation_case_texts BEGIN SELECT RAISE(ABORT, 'refused'); END",
        "DROP TRIGGER refusing",
    ),
    "postgresql": (
        "ALTER TABLE reclamation_case_texts ADD CONSTRAINT refusing CHECK (text = '')",
        "ALTER TABLE reclamation_case_texts DROP CONSTRAINT refusing",
    ),
}
"""What has the database refuse a text, and PostgreSQL quote the row; what takes that away."""


def _refusals(folder: Path, way: str) -> Iterator[BaseException]:
    """The errors of a desk on a database that refuses every text."""
    of_sqlite = "SQLite" in way or "sqlite" in way
    url: Any = _sqlite(folder) if of_sqlite else emptied()
    do, undo = REFUSING["sqlite" if of_sqlite else "postgresql"]
    outside = create_engine(url)
    with outside.begin() as connection:
        connection.execute(text(do))
    host = None
    engine = create_engine(url, **_SHOWING)
    try:
        if way.startswith("an address"):
            desk = Desk.open(url, **_WITH)
        elif way.startswith("an engine"):
            desk = Desk(SqlAlchemyStore(engine), **_WITH)
        else:
            host = HOSTS[way](folder / "host")
            with host.outside.begin() as connection:
                connection.execute(text(do)) if of_sqlite else None
            host.begin()
            desk = host.desk()
        with pytest.raises(StoreError) as refused:
            factories.registered(desk, complainant=f"Mme {NAME}", verbatim=f"{NAME} le dit")
        yield refused.value
        desk.release()
    finally:
        if host is not None:
            host.rollback()
            host.close()
        engine.dispose()
        with outside.begin() as connection:
            connection.execute(text(undo))
        outside.dispose()


@pytest.mark.parametrize("way", [way for way in WAYS if "sync" not in way.casefold()])
def test_no_error_in_the_chain_of_a_refusal_shows_a_text(way: str, tmp_path: Path) -> None:
    (tmp_path / "host").mkdir()
    for error in _refusals(tmp_path, way):
        assert NAME not in shown_by(error)
        assert {type(one).__module__.partition(".")[0] for one in errors_in(error)} == {"reclamation_core"}


def test_the_chain_is_read_whole() -> None:
    """The helper sees what `raise ... from None` hides."""
    hiding = StoreError("x", "y")
    hiding.__context__, hiding.__suppress_context__ = ValueError(NAME), True
    assert NAME in shown_by(hiding)


def test_nor_does_that_of_a_damaged_event(tmp_path: Path) -> None:
    desk = Desk.open(_sqlite(tmp_path), **_WITH)
    factories.registered(desk)
    store: Any = store_of(desk)
    run(store, "UPDATE reclamation_case_events SET document = :text", text=f'{{"type": "{NAME}"}}')
    for ask in (desk.feed, desk.cases.find):
        with pytest.raises(StoreDamagedError) as damaged:
            ask()
        assert list(errors_in(damaged.value)) == [damaged.value]
        assert NAME not in shown_by(damaged.value)
    desk.release()
