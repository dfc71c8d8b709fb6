import asyncio
import builtins
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import URL
from sqlalchemy.exc import OperationalError

from reclamation_core.adapters import Settings, SqlAlchemyStore, open_engine, upgrade
from reclamation_core.errors import MissingExtraError
from reclamation_core.ports import StoreUnreachableError
from tests.databases import emptied


def asked(url: str | URL, settings: Settings | None, *questions: str) -> list[Any]:
    engine = open_engine(url, settings)
    upgrade(engine)
    with engine.connect() as connection:
        answers = [connection.exec_driver_sql(question).scalar() for question in questions]
    engine.dispose()
    return answers


SQLITE = ("PRAGMA journal_mode", "PRAGMA synchronous", "PRAGMA busy_timeout", "PRAGMA foreign_keys",
          "PRAGMA secure_delete")  # fmt: skip
POSTGRESQL = ("SHOW lock_timeout", "SHOW statement_timeout", "SHOW idle_in_transaction_session_timeout")


def test_an_sqlite_file_checks_its_keys_and_waits_as_its_settings_say(tmp_path: Path) -> None:
    assert asked(f"sqlite:///{tmp_path}/a.db", None, *SQLITE) == ["wal", 2, 10_000, 1, 1]
    hasty = Settings(durable=False, wait=0.5)
    assert asked(f"sqlite:///{tmp_path}/a.db", hasty, *SQLITE) == ["wal", 1, 500, 1, 1]


@pytest.mark.postgresql
def test_the_setting_of_waiting_applies_to_postgresql() -> None:
    assert asked(emptied(), None, *POSTGRESQL) == ["10s", "1min", "1min"]
    assert asked(emptied(), Settings(wait=1, statement_timeout=2), *POSTGRESQL) == ["1s", "2s", "2s"]
    assert asked(emptied(), None, "SHOW application_name") == ["reclamation_core"]


@pytest.mark.postgresql
def test_however_short_a_wait_is_it_is_one_and_no_waiting_without_end(tmp_path: Path) -> None:
    brief = Settings(wait=0.0004, statement_timeout=0.0004)
    assert asked(emptied(), Settings(wait=0.0004), "SHOW lock_timeout") == ["1ms"]
    engine = open_engine(emptied(), Settings(statement_timeout=0.0004))
    with engine.connect() as connection, pytest.raises(OperationalError, match="statement timeout"):
        connection.exec_driver_sql("SELECT pg_sleep(1)")
    engine.dispose()
    assert asked(f"sqlite:///{tmp_path}/a.db", brief, "PRAGMA busy_timeout") == [1]


@pytest.mark.parametrize("wait", [0, -1, True, "10", 100_000, float("nan")])
def test_a_time_to_wait_is_some_seconds(wait: Any) -> None:
    with pytest.raises(ValueError, match=r"wait: .*; give seconds, more than 0"):
        Settings(wait=wait)


@pytest.mark.parametrize("settings", [{"wait": 1}, 2])
def test_settings_are_settings(settings: Any) -> None:
    with pytest.raises(TypeError, match=f"settings: Settings.* is expected, got a {type(settings).__name__}"):
        open_engine("sqlite://", settings)


@contextmanager
def silent() -> Iterator[int]:
    """A server that accepts connections and never answers; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.slow
@pytest.mark.parametrize("options", ["", "?connect_timeout=2"])
def test_a_silent_server_raises_unreachable_after_the_set_time(options: str) -> None:
    settings = Settings() if options else Settings(wait=1.5)
    begun = time.monotonic()
    with silent() as port, pytest.raises(StoreUnreachableError, match=f"postgresql://127.0.0.1:{port}/register"):
        SqlAlchemyStore.open(f"postgresql://ada:secret@127.0.0.1:{port}/register{options}", settings)
    assert 1 < time.monotonic() - begun < 8


@pytest.mark.slow
def test_nor_from_asyncio() -> None:
    async def life(port: int) -> None:
        with pytest.raises(StoreUnreachableError):
            await SqlAlchemyStore.open_async(f"postgresql://127.0.0.1:{port}/register", Settings(wait=0.5))

    begun = time.monotonic()
    with silent() as port:
        asyncio.run(life(port))
    assert time.monotonic() - begun < 8


def test_a_server_may_be_waited_for_as_long_as_settings_take() -> None:
    """The system refuses a keep-alive time that is too large."""
    heard: list[bytes] = []

    def hang_up(listening: socket.socket) -> None:
        with listening.accept()[0] as caller:
            heard.append(caller.recv(1))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        answering = Thread(target=hang_up, args=[listening])
        answering.start()
        with pytest.raises(StoreUnreachableError):
            SqlAlchemyStore.open(f"postgresql://127.0.0.1:{listening.getsockname()[1]}/x", Settings(wait=86_400))
        answering.join()

    assert heard


def test_a_missing_driver_raises_with_the_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    load = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "psycopg":
            raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")
        return load(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"\[postgres\]") as refused:
        open_engine("postgresql://db/register")
    assert (refused.value.package, refused.value.extra) == ("psycopg", "postgres")
