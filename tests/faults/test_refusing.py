"""Failures of a database have precise errors: no partial write, no personal text, and the store stays usable."""

import logging
import os
import resource
import shutil
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from reclamation_core.adapters import Settings, SqlAlchemyStore, check, upgrade
from reclamation_core.ports import (
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreUnreachableError,
)
from reclamation_core.testing.contracts.samples import desk_on
from tests.databases import emptied, sqlite_file
from tests.faults.examining import faults
from tests.faults.living import SITES, one_life
from tests.faults.processes import Child, Tell
from tests.inside import engine_of
from tests.taps import lose, tapped
from tests.unit.desk import factories

PERSON = "Mme Isabeau Quetzal"
HOST = "quetzal.example"
PASSWORD = "secret"  # noqa: S105  nobody's
VERBATIM = "zinzolin " * 3000


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., SqlAlchemyStore]]:
    """Opens the file of this test, as often as wanted."""
    stores, url = list[SqlAlchemyStore](), sqlite_file(tmp_path, "a.db")

    def opening(**given: Any) -> SqlAlchemyStore:
        stores.append(SqlAlchemyStore.open(url, Settings(wait=0.05, connections=1, **given)))
        return stores[-1]

    yield opening
    for store in stores:
        store.close()


@pytest.fixture
def served() -> Iterator[SqlAlchemyStore]:
    """A store on the server, closed after the test."""
    with closing(SqlAlchemyStore.open(emptied())) as store:
        yield store


def write(store: SqlAlchemyStore, name: str = "one") -> None:
    factories.registered(desk_on(store), source=f"{name}@{HOST}", complainant=PERSON, verbatim=VERBATIM)


@contextmanager
def refusing(kind: type[StoreError], caplog: pytest.LogCaptureFixture, remedy: str | None = None) -> Iterator[None]:
    """The block is refused as that kind with a remedy, and nothing of what was written is shown anywhere."""
    with caplog.at_level(logging.DEBUG), pytest.raises(kind, match=remedy) as refused:
        yield
    assert type(refused.value) is kind
    shown = [
        str(refused.value),
        repr(refused.value),
        *map(str, refused.value.args),
        *traceback.format_exception(refused.value),
        caplog.text,
    ]
    for word in (PERSON, HOST, VERBATIM[:9], PASSWORD, "INSERT INTO"):
        assert word not in "".join(shown)


def pragma(store: SqlAlchemyStore, said: str) -> Any:
    with engine_of(store).connect() as connection:
        answer = connection.exec_driver_sql(f"PRAGMA {said}")
        return answer.scalar() if answer.returns_rows else None


@pytest.mark.slow
def test_wherever_the_disk_is_full_a_verb_is_whole_or_refused(
    opened: Callable[..., SqlAlchemyStore], caplog: pytest.LogCaptureFixture
) -> None:
    store = opened()
    desk = desk_on(store)
    told: list[Any] = []
    pages, full = pragma(store, "page_count"), 0
    for room in range(0, 60, 2):
        pragma(store, f"max_page_count = {pages + room}")
        try:
            told.extend(one_life(desk, f"{room}", SITES[0]))
        except StoreFullError:
            full += 1
        pragma(store, "max_page_count = 1000000")
        assert faults(store, told) == []

    assert full > 0
    pragma(store, f"max_page_count = {pragma(store, 'page_count')}")
    with refusing(StoreFullError, caplog):
        write(store)


def limited(tell: Tell, url: str, most: int) -> None:
    """Live cases in a process whose files may only grow to a size."""
    import signal

    desk = desk_on(SqlAlchemyStore.open(url, Settings(connections=1)))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    told: list[Any] = []
    try:
        for number in range(1000):
            told.extend(one_life(desk, f"limited-{number}", SITES[0]))
    except StoreFullError as error:
        tell((told, str(error)))


@pytest.mark.slow
def test_a_file_that_may_not_grow_is_told_as_full_and_nothing_is_half_written(
    opened: Callable[..., SqlAlchemyStore], tmp_path: Path
) -> None:
    opened().close()
    ((told, sentence),) = Child(limited, f"sqlite:///{tmp_path}/a.db", 500_000).end().told
    assert "there is no room left" in sentence
    store = opened()
    assert faults(store, told) == []
    write(store)


def test_a_connection_that_may_not_write_is_told_and_used_again(
    opened: Callable[..., SqlAlchemyStore], caplog: pytest.LogCaptureFixture
) -> None:
    store = opened()
    pragma(store, "query_only = 1")
    with refusing(StoreReadOnlyError, caplog):
        write(store)
    assert faults(store) == []
    pragma(store, "query_only = 0")
    write(store)
    assert desk_on(store).cases.count() == 1


def test_a_file_opened_for_reading_alone_is_told(
    opened: Callable[..., SqlAlchemyStore], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    writing = opened()
    write(writing)
    reading = SqlAlchemyStore.open(f"sqlite:///file:{tmp_path}/a.db?mode=ro&uri=true")
    with refusing(StoreReadOnlyError, caplog, "give the right to write"):
        write(reading, "two")
    assert desk_on(reading).cases.get("R-2026-000001").source == f"one@{HOST}"
    assert faults(writing) == []
    reading.close()


@contextmanager
def a_medium_for_reading_alone() -> Iterator[Path]:
    """A register in a folder that takes no other file: nor from nobody, who we are if we may do everything."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        store = SqlAlchemyStore.open(f"sqlite:///{path}")
        write(store)
        store.close()
        path.chmod(0o444)
        path.parent.chmod(0o555)
        before = os.geteuid()
        os.seteuid(before or 65534)
        try:
            yield path
        finally:
            os.seteuid(before)
            path.parent.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="rights are others there")
@pytest.mark.parametrize("address", ["sqlite:///{}", "sqlite:///file:{}?mode=ro&uri=true"])
@pytest.mark.parametrize("ask", [SqlAlchemyStore.open, check, upgrade])
def test_a_medium_for_reading_alone_is_told_with_how_to_read_it(
    monkeypatch: pytest.MonkeyPatch, address: str, ask: Callable[[str], object]
) -> None:
    monkeypatch.setattr(os, "access", partial(os.access, effective_ids=True))
    with a_medium_for_reading_alone() as path:
        with pytest.raises(StoreReadOnlyError, match=r"by sqlite:///file:PATH\?mode=ro&immutable=1&uri=true"):
            ask(address.format(path))
        store = SqlAlchemyStore.open(f"sqlite:///file:{path}?mode=ro&immutable=1&uri=true")
        assert desk_on(store).cases.count() == 1
        with pytest.raises(StoreReadOnlyError):
            write(store, "two")
        store.close()


@pytest.mark.parametrize("log", ["wal", "journal"])
def test_an_immutable_file_is_refused_if_a_log_beside_it_would_not_be_read(
    opened: Callable[..., SqlAlchemyStore], tmp_path: Path, log: str
) -> None:
    write(opened())  # until it is closed its case is in the -wal alone
    address = f"sqlite:///file:{shutil.copy(tmp_path / 'a.db', tmp_path / 'b.db')}?mode=ro&immutable=1&uri=true"
    copy = Path(shutil.copy(tmp_path / "a.db-wal", tmp_path / f"b.db-{log}"))
    for read in (SqlAlchemyStore.open, check, upgrade):
        with pytest.raises(ValueError, match="copy them together to a folder that you may write to"):
            read(address)
    copy.write_bytes(b"")  # as after a checkpoint
    with closing(SqlAlchemyStore.open(address)) as store:
        assert desk_on(store).cases.count() == 0


@contextmanager
def held(path: Path, how: str) -> Iterator[None]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute(how)
    yield
    other.rollback()
    other.close()


@pytest.mark.parametrize("how", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_a_file_that_somebody_holds_is_told_and_used_again(
    opened: Callable[..., SqlAlchemyStore], caplog: pytest.LogCaptureFixture, tmp_path: Path, how: str
) -> None:
    store = opened()
    with held(tmp_path / "a.db", how), refusing(StoreBusyError, caplog, "try again"):
        write(store)
    assert faults(store) == []
    write(store)


def test_a_new_file_that_somebody_holds_cannot_be_made_a_register_meanwhile(
    opened: Callable[..., SqlAlchemyStore], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    os.truncate(tmp_path / "a.db", 0)
    with held(tmp_path / "a.db", "BEGIN EXCLUSIVE"), refusing(StoreBusyError, caplog):
        opened()
    write(opened())


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "a letter": lambda _: b"Madame, Monsieur, " * 500,
    "the header alone": lambda whole: whole[:100],
    "the first page alone": lambda whole: whole[:4096],
    "half of it": lambda whole: whole[: len(whole) // 8192 * 4096],
    "a header with a bit flipped": lambda whole: b"\x53\x51\x4d" + whole[3:],
    "a first page of noise": lambda whole: whole[:100] + b"\xa5" * 3996 + whole[4096:],
}


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_whole_database_is_told(
    opened: Callable[..., SqlAlchemyStore],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    spoil: Callable[[bytes], bytes],
) -> None:
    store = opened()
    write(store)
    store.close()
    path = tmp_path / "a.db"
    path.write_bytes(spoil(path.read_bytes()))
    with refusing(StoreDamagedError, caplog):
        desk_on(opened()).cases.get("R-2026-000001")


def test_a_file_cut_to_nothing_is_a_new_one(opened: Callable[..., SqlAlchemyStore], tmp_path: Path) -> None:
    opened().close()
    os.truncate(tmp_path / "a.db", 0)
    assert opened().feed.read() == ()


def test_a_folder_that_is_gone_is_told(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    url = sqlite_file(folder, "a.db")
    store = SqlAlchemyStore.open(url, Settings(connections=1))
    write(store)
    store.close()
    shutil.rmtree(folder)
    for use in (lambda: write(store, "two"), lambda: SqlAlchemyStore.open(url)):
        with refusing(StoreUnreachableError, caplog, "check that the address"):
            use()


@pytest.mark.postgresql
def test_a_server_without_the_database_is_told_without_the_password(caplog: pytest.LogCaptureFixture) -> None:
    url = emptied().set(database="nowhere", password=PASSWORD)
    with refusing(StoreUnreachableError, caplog):
        SqlAlchemyStore.open(url)


@pytest.mark.postgresql
def test_a_refusal_of_a_server_shows_nothing_written(served: SqlAlchemyStore, caplog: pytest.LogCaptureFixture) -> None:
    with engine_of(served).connect() as connection:
        connection.exec_driver_sql(
            "ALTER TABLE reclamation_case_texts ADD CONSTRAINT short CHECK (length(text) < 100) NOT VALID"
        )
    try:
        with refusing(StoreError, caplog):
            write(served)
        assert faults(served) == []
    finally:
        with engine_of(served).connect() as connection:
            connection.exec_driver_sql("ALTER TABLE reclamation_case_texts DROP CONSTRAINT short")
    write(served)


@pytest.mark.postgresql
@pytest.mark.parametrize("table", ["cases", "case_events", "case_texts", "case_sites"])
def test_wherever_a_server_has_its_disk_full_it_is_told_and_nothing_is_half_written(
    table: str, served: SqlAlchemyStore, caplog: pytest.LogCaptureFixture
) -> None:
    write(served, "before")
    with engine_of(served).connect() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION USING MESSAGE = 'could not extend file for ' || NEW::text, ERRCODE = '53100'; END $$"
        )
        connection.exec_driver_sql(
            f"CREATE TRIGGER refusing BEFORE INSERT ON reclamation_{table} FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    try:
        with refusing(StoreFullError, caplog):
            write(served)
        assert desk_on(served).cases.count() == 1
        assert faults(served, [("case", "R-2026-000001", 1)]) == []
    finally:
        with engine_of(served).connect() as connection:
            connection.exec_driver_sql("DROP FUNCTION refuse CASCADE")
    write(served)
    assert desk_on(served).cases.count() == 2


def test_a_commit_that_was_kept_before_the_server_went_is_whole_and_not_done_twice(
    opened: Callable[..., SqlAlchemyStore],
) -> None:
    store = opened()
    begun: list[str] = []
    kept: list[str] = []

    def before(word: str, connection: Any) -> None:
        begun.extend([word] * word.startswith("BEGIN"))
        if kept:
            lose(connection)

    def after(word: str, connection: Any) -> None:
        if word == "COMMIT":
            kept.append(word)
            lose(connection)

    with tapped(engine_of(store), before, after), pytest.raises(StoreUnreachableError):
        write(store)

    write(store)
    assert len(begun) == 4
    assert faults(store, [("case", "R-2026-000001", 1)]) == []
    assert desk_on(store).cases.count() == 1
