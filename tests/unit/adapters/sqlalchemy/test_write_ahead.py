"""Whose file logs its writes ahead, and whose is left as its owner has it."""

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event

from reclamation_core.adapters import Settings, SqlAlchemyStore, check, open_engine, upgrade
from reclamation_core.adapters.sqlalchemy.database import Database, write_ahead
from reclamation_core.desk import Desk
from reclamation_core.ports import SchemaError, StoreBusyError, StoreError, StoreReplacedError
from tests.faults.test_replacing import REPLACING
from tests.hosts import sqlite_url
from tests.unit.desk import factories


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def say(file: Path, *statements: str) -> Any:
    connection = sqlite3.connect(file)
    with connection:
        answers = [connection.execute(statement).fetchone() for statement in statements]
    connection.close()
    return answers[-1][0] if answers[-1] else None


def mode(file: Path) -> Any:
    return say(file, "PRAGMA journal_mode")


def opened(file: Path, **settings: Any) -> None:
    SqlAlchemyStore.open(f"sqlite:///{file}", Settings(**settings)).close()


def test_a_register_that_is_made_writes_ahead(file: Path) -> None:
    opened(file)
    assert mode(file) == "wal"


def test_so_does_one_that_is_made_by_upgrading(file: Path) -> None:
    upgrade(f"sqlite:///{file}")
    assert mode(file) == "wal"


def test_and_one_whose_copy_has_lost_it_when_it_is_opened(file: Path, tmp_path: Path) -> None:
    opened(file)
    say(file, f"VACUUM INTO '{tmp_path}/copy.db'")
    assert mode(tmp_path / "copy.db") == "delete"
    opened(tmp_path / "copy.db")
    assert mode(tmp_path / "copy.db") == "wal"


def look_by_an_engine(file: Path) -> None:
    engine = open_engine(f"sqlite:///{file}")
    try:
        SqlAlchemyStore(engine)
    finally:
        engine.dispose()


LOOKING: dict[str, Callable[[Path], object]] = {
    "open": lambda file: Desk.open(f"sqlite:///{file}"),
    "check": lambda file: check(f"sqlite:///{file}"),
    "engine": look_by_an_engine,
}


@pytest.mark.parametrize("look", LOOKING.values(), ids=LOOKING)
def test_a_check_leaves_the_file_of_an_application_unchanged(look: Callable[[Path], object], file: Path) -> None:
    say(file, "CREATE TABLE theirs (a)")
    before = file.read_bytes()
    with pytest.raises(SchemaError):
        look(file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["a.db"]


def test_the_journal_mode_of_a_file_with_other_tables_is_unchanged(file: Path) -> None:
    say(file, "CREATE TABLE theirs (a)")
    upgrade(f"sqlite:///{file}")
    opened(file)
    assert mode(file) == "delete"


def test_so_is_that_of_an_engine_of_theirs(file: Path) -> None:
    engine = create_engine(f"sqlite:///{file}")
    upgrade(engine)
    SqlAlchemyStore(engine).close()
    engine.dispose()
    assert mode(file) == "delete"


def test_a_register_for_reading_alone_is_read_as_it_is(file: Path) -> None:
    opened(file)
    say(file, "PRAGMA journal_mode = DELETE")
    with Desk.open(f"sqlite:///file:{file}?mode=ro&uri=true") as desk:
        assert desk.cases.count() == 0
    assert mode(file) == "delete"


def test_the_change_of_the_journal_mode_waits_for_readers(file: Path) -> None:
    opened(file)
    say(file, "PRAGMA journal_mode = DELETE")
    reader = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM reclamation_cases").fetchone()

    with pytest.raises(StoreBusyError):
        opened(file, wait=0.1)
    threading.Timer(0.2, reader.rollback).start()
    begun = time.monotonic()
    opened(file, wait=30)

    assert 0.1 < time.monotonic() - begun < 20
    assert mode(file) == "wal"
    reader.close()


def test_a_change_of_journal_mode_is_retried_where_sqlite_is_busy(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where two processes open a new file at once."""
    opened(file)
    say(file, "PRAGMA journal_mode = DELETE")
    database, busy = Database(open_engine(f"sqlite:///{file}", Settings(wait=0.1))), [3]
    rows = database.rows

    def refusing(statement: Any) -> Any:
        if "WAL" in str(statement) and busy[0] > 0:
            busy[0] -= 1
            raise StoreBusyError(database.name, "SQLITE_BUSY")
        return rows(statement)

    monkeypatch.setattr(database, "rows", refusing)
    write_ahead(database)
    assert (busy, mode(file)) == ([0], "wal")

    database.close()
    say(file, "PRAGMA journal_mode = DELETE")
    busy[0] = 1_000_000
    with pytest.raises(StoreBusyError):
        write_ahead(database)
    assert mode(file) == "delete"
    database.close()


@pytest.mark.parametrize(("journal", "durable", "level"), [("wal", True, 1), ("wal", False, 1), ("delete", True, 2)])
def test_a_number_waits_for_no_disk_where_a_commit_does(journal: str, durable: bool, level: int, file: Path) -> None:
    opened(file)
    engine = open_engine(f"sqlite:///{file}", Settings(durable=durable))
    store = SqlAlchemyStore(engine)
    engine.dispose()
    say(file, f"PRAGMA journal_mode = {journal}")
    levels: dict[str, int] = {}

    def look(_: Any, cursor: Any, statement: str, *_others: object) -> None:
        if statement.startswith(("INSERT INTO reclamation_series", "DELETE")):
            levels[statement.split(maxsplit=1)[0]] = cursor.connection.execute("PRAGMA synchronous").fetchone()[0]

    event.listen(engine, "before_cursor_execute", look)
    first = store.sequences.next("R-2026")
    with engine.connect() as connection:
        connection.exec_driver_sql("DELETE FROM reclamation_series")

    assert (first, levels) == (1, {"INSERT": level, "DELETE": 2 if durable else 1})
    store.close()


def test_a_number_that_fails_leaves_no_connection_that_does_not_wait(file: Path) -> None:
    opened(file)
    engine = open_engine(f"sqlite:///{file}", Settings(connections=1))
    store = SqlAlchemyStore(engine)
    store.feed.last_recorded_at()  # the schema is compared
    say(file, "DROP TABLE reclamation_series")
    with pytest.raises(StoreError, match="the database refused the statement"):
        store.sequences.next("R-2026")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    store.close()


@pytest.mark.parametrize("way", ["deleted, its log left", "begun anew", "its log deleted"])
def test_a_write_to_a_file_that_was_replaced_names_the_reason(way: str, tmp_path: Path) -> None:
    with Desk.open(str(sqlite_url(tmp_path)), sites=factories.SITES) as desk:
        connection = sqlite3.connect(tmp_path / "application.db", isolation_level=None)
        desks = (desk, Desk.from_connection(connection, sites=factories.SITES))
        for one in desks:
            factories.registered(one)
        replace, reason = REPLACING[way]
        replace(tmp_path / "application.db")
        for one in desks:
            with pytest.raises(StoreReplacedError, match=reason):
                factories.registered(one)
        connection.close()
