"""A file that is deleted or replaced under an open desk: no act is acknowledged that is lost."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from reclamation_core.adapters import Settings, SqlAlchemyStore, upgrade
from reclamation_core.desk import AsyncDesk, Desk
from reclamation_core.ports import StoreReplacedError
from tests.databases import new_database
from tests.hosts import sqlite_url
from tests.inside import engine_of, store_of
from tests.unit.desk import factories

pytestmark = pytest.mark.slow
_WITH: Final[dict[str, Any]] = {"sites": factories.SITES, "clock": factories.FakeClock(factories.at(1, month=7))}


def backup(file: Path) -> Path:
    """A copy of the file as it is now, log and all."""
    copy = file.with_suffix(".copy")
    with sqlite3.connect(file) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    return copy


def delete(file: Path) -> None:
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()


def delete_alone(file: Path) -> None:
    file.unlink()


def begin_anew(file: Path) -> None:
    delete(file)
    SqlAlchemyStore.open(f"sqlite:///{file}").close()


def restore(file: Path) -> None:
    backup(file).replace(file)


def restore_without_log(file: Path) -> None:
    """In place, and the log taken away, as the page on restoring says; but for closing the desk."""
    shutil.copyfile(backup(file), file)
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def restore_and_open(file: Path) -> None:
    """And another process has begun a log of its own; within this process SQLite would share the old one."""
    restore_without_log(file)
    say = (
        "import os, sqlite3, sys; connection = sqlite3.connect(sys.argv[1]); "
        "connection.execute('PRAGMA journal_mode = WAL'); "
        "connection.execute(\"INSERT INTO reclamation_series VALUES ('X', 1)\"); connection.commit(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-S", "-c", say, str(file)], check=True)
    assert file.with_name(f"{file.name}-wal").exists()


def delete_the_log(file: Path) -> None:
    file.with_name(f"{file.name}-wal").unlink()


def move_the_folder(file: Path) -> None:
    file.parent.rename(file.parent.with_name("elsewhere"))


def link_another(file: Path) -> None:
    """The address is a symbolic link to a folder, which comes to lead elsewhere."""
    other = file.parent.resolve().with_name("other")
    other.mkdir()
    sqlite_url(other)
    file.parent.unlink()
    file.parent.symlink_to(other)


REPLACING: Final[dict[str, tuple[Callable[[Path], object], str]]] = {
    "deleted": (delete, "its file is no longer there"),
    "deleted, its log left": (delete_alone, "its file is no longer there"),
    "begun anew": (begin_anew, "another file is in its place"),
    "restored": (restore, "another file is in its place"),
    "restored in place, its log deleted": (restore_without_log, "its -wal log was deleted"),
    "restored in place, and opened by another": (restore_and_open, "its -wal log was deleted"),
    "its log deleted": (delete_the_log, "its -wal log was deleted"),
    "its folder moved": (move_the_folder, "its file is no longer there"),
    "linked to another": (link_another, "another file is in its place"),
}


def _on_an_engine(url: str) -> Iterator[Desk]:
    engine = create_engine(url)
    yield Desk(SqlAlchemyStore(engine), **_WITH)
    engine.dispose()


def _on_an_address(url: str) -> Iterator[Desk]:
    with Desk.open(url, **_WITH) as desk:
        yield desk


def _on_a_connection(url: str) -> Iterator[Desk]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    yield Desk.from_connection(connection, **_WITH)
    connection.close()


def _on_sqlalchemy_s_connection(url: str) -> Iterator[Desk]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield Desk.from_connection(connection, **_WITH)
    engine.dispose()


OPENING: Final[dict[str, Callable[[str], Iterator[Desk]]]] = {
    "an address": _on_an_address,
    "an engine": _on_an_engine,
    "a connection": _on_a_connection,
    "SQLAlchemy's connection": _on_sqlalchemy_s_connection,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A register that writes ahead, in a folder reached by a symbolic link."""
    (tmp_path / "real").mkdir()
    (tmp_path / "here").symlink_to(tmp_path / "real")
    file = tmp_path / "here" / "application.db"
    sqlite_url(file.parent)
    return file


LOSING: Final = ("deleted", "deleted, its log left", "begun anew", "its log deleted")
"""What loses what was acknowledged before."""
LINKS: Final = ("its folder moved", "linked to another")
"""What a connection of sqlite3 alone does not show: it tells the file that a link led to when it was opened."""
ALL: Final = {
    f"{name}, {way}": (*REPLACING[name], open_)
    for name in REPLACING
    for way, open_ in OPENING.items()
    if name not in LINKS or open_ is not _on_a_connection
}


@pytest.mark.parametrize(("replace", "reason", "open_"), ALL.values(), ids=ALL)
def test_an_act_on_a_file_that_is_no_longer_there_is_refused(
    replace: Callable[[Path], object], reason: str, open_: Callable[[str], Iterator[Desk]], file: Path
) -> None:
    opened = open_(f"sqlite:///{file}")
    desk = next(opened)
    case = factories.registered(desk)
    replace(file)
    for act in (factories.registered, lambda desk: desk.acknowledge(case.reference)):
        with pytest.raises(StoreReplacedError, match="put its file back") as refused:
            act(desk)
        assert refused.value.reason == reason
    assert next(opened, None) is None


def test_from_asyncio_too(file: Path) -> None:
    async def live() -> None:
        async with await AsyncDesk.open(f"sqlite:///{file}", **_WITH) as desk:
            await desk.register(factories.facts(), site="CRE")
            restore(file)
            with pytest.raises(StoreReplacedError, match="another file is in its place"):
                await desk.register(factories.facts(), site="CRE")

    asyncio.run(live())


def test_a_connection_that_only_read_before_the_log_was_deleted_is_refused_too(file: Path) -> None:
    desk = Desk.open(f"sqlite:///{file}", **_WITH)
    store: Any = store_of(desk)
    factories.registered(desk)
    with engine_of(store).connect():  # the next one to read is another connection
        assert desk.cases.count() == 1
        restore_and_open(file)
        with pytest.raises(StoreReplacedError, match="-wal log was deleted"):
            factories.registered(desk)
    desk.release()


def test_another_database_on_a_server_is_refused() -> None:
    store = SqlAlchemyStore.open(new_database())
    desk = Desk(store, **_WITH)
    factories.registered(desk)
    with engine_of(store).connect() as connection:
        connection.exec_driver_sql("UPDATE reclamation_schema SET identity = 'another'")
    engine_of(store).dispose()  # as where the server was away
    with pytest.raises(StoreReplacedError, match="it is another database"):
        factories.registered(desk)
    desk.release()


def act_elsewhere(file: Path) -> None:
    with Desk.open(f"sqlite:///{file}", **_WITH) as desk:
        factories.registered(desk)


HARMLESS: Final[dict[str, Callable[[Path], object]]] = {
    "a backup": backup,
    "a checkpoint": lambda file: _say(file, "PRAGMA wal_checkpoint(TRUNCATE)"),
    "a vacuum": lambda file: _say(file, "VACUUM"),
    "an upgrade": lambda file: upgrade(f"sqlite:///{file}"),
    "another desk": act_elsewhere,
    "another place of the program": lambda _: os.chdir(Path(__file__).parent),
}


def _say(file: Path, statement: str) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("open_", OPENING.values(), ids=OPENING)
@pytest.mark.parametrize("do", HARMLESS.values(), ids=HARMLESS)
def test_nothing_else_that_is_done_with_a_file_is_refused(
    do: Callable[[Path], object], open_: Callable[[str], Iterator[Desk]], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    opened = open_(f"sqlite:///{file.name}")
    desk = next(opened)
    case = factories.registered(desk)
    do(file)
    assert desk.acknowledge(case.reference).version == 2
    assert next(opened, None) is None


STEPS: Final = ("act", "act", "read", "reopen", *HARMLESS, *(name for name in REPLACING if name not in LINKS))


@given(st.lists(st.sampled_from(STEPS), max_size=5))
def test_whatever_becomes_of_the_file_what_was_acknowledged_is_there(steps: list[str]) -> None:
    with TemporaryDirectory() as folder, contextlib.chdir(folder):
        file = Path(folder) / "application.db"
        url = sqlite_url(file.parent)
        store, is_replaced, acknowledged = SqlAlchemyStore.open(url, Settings(durable=False)), False, set[str]()
        for step in steps:
            if step == "act" and is_replaced:
                with pytest.raises(StoreReplacedError):
                    factories.registered(Desk(store, **_WITH))
            elif step == "act":
                acknowledged.add(factories.registered(Desk(store, **_WITH)).reference)
            elif step == "reopen":
                store.close()
                store, is_replaced = SqlAlchemyStore.open(url, Settings(durable=False)), False
            elif step == "read" and not is_replaced:
                Desk(store, **_WITH).cases.count()
            elif step in HARMLESS and not is_replaced:
                HARMLESS[step](file)
            elif step in REPLACING and not is_replaced and file.with_name(f"{file.name}-wal").exists():
                REPLACING[step][0](file)
                is_replaced = True
                acknowledged = set() if step in LOSING else acknowledged
        store.close()
        with Desk.open(str(url), **_WITH) as again:
            assert {case.reference for case in again.cases.find().cases} >= acknowledged
