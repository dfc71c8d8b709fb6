import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from sqlalchemy import NullPool, create_engine
from sqlalchemy.orm import Session

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.database import TransactionMode, transaction_mode
from reclamation_core.desk import Desk
from reclamation_core.ports import ConcurrentChangeError, SchemaError, StoreError, StoreUnreachableError
from reclamation_core.testing.contracts.samples import with_support
from tests.databases import emptied, postgresql
from tests.hosts import HOSTS, Host, PsycopgHost, conninfo, sqlite_url
from tests.inside import store_of
from tests.unit.desk import factories

AT_ONCE = ("sqlite3, odd", "psycopg, odd", "Django on SQLite", "Django on PostgreSQL")


@pytest.fixture(params=AT_ONCE)
def at_once(request: Any, tmp_path: Path) -> Iterator[Host]:
    """A host in autocommit that has begun nothing."""
    host = HOSTS[request.param](tmp_path)
    yield host
    host.close()


def test_in_autocommit_each_unit_of_work_is_committed_at_once(at_once: Host) -> None:
    case = factories.registered(at_once.desk())
    at_once.desk().acknowledge(case.reference)
    assert at_once.kept() == ([], {case.reference: 2})
    assert not at_once.in_transaction()
    assert [item.position for item in at_once.desk().feed()] == [1, 2]


def test_in_autocommit_a_unit_is_all_or_nothing_too(at_once: Host) -> None:
    desk = at_once.desk()
    one, two = factories.registered(desk), factories.registered(desk)
    with store_of(desk).unit_of_work() as unit:
        unit.cases.save(with_support(unit.cases.get(one.reference)), 1)
        unit.cases.save(with_support(unit.cases.get(two.reference)), 1)
        desk.acknowledge(two.reference)
        with pytest.raises(ConcurrentChangeError):
            unit.commit()
    assert at_once.kept() == ([], {one.reference: 1, two.reference: 2})
    assert not at_once.in_transaction()


@pytest.mark.parametrize("url", ["sqlite", "postgresql"])
def test_so_it_is_with_a_connection_of_sqlalchemy_in_autocommit(url: str, tmp_path: Path) -> None:
    engine = create_engine(sqlite_url(tmp_path) if url == "sqlite" else emptied(), poolclass=NullPool)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        case = factories.registered(Desk.from_connection(connection))
        connection.rollback()
        assert Desk.from_connection(connection).cases.get(case.reference) == case


def test_the_connection_of_a_session_is_accepted(tmp_path: Path) -> None:
    engine = create_engine(sqlite_url(tmp_path))
    with Session(engine) as session:
        case = factories.registered(Desk.from_connection(session.connection()))
        session.commit()
        assert Desk.from_connection(session.connection()).cases.get(case.reference) == case
    engine.dispose()


@pytest.mark.parametrize("given", [None, "sqlite://", Session(), SimpleNamespace(cursor=None)])
def test_another_object_than_a_connection_is_refused_with_the_remedy(given: Any) -> None:
    with pytest.raises(TypeError, match=type(given).__name__):
        Desk.from_connection(given)


def test_so_it_is_where_psycopg_was_never_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(__import__("sys").modules, "psycopg")
    with pytest.raises(TypeError, match="NoneType"):
        Desk.from_connection(None)


@pytest.mark.postgresql
def test_a_database_without_the_schema_is_refused_with_the_command_to_run() -> None:
    for connection in (sqlite3.connect(":memory:"), psycopg.connect(conninfo(postgresql()))):
        with pytest.raises(SchemaError, match="upgrade"):
            Desk.from_connection(connection).cases.count()
        assert connection.execute("SELECT 1").fetchone() == (1,)
        connection.close()


def test_a_schema_that_was_upgraded_since_is_refused_by_the_next_transaction(tmp_path: Path) -> None:
    with closing(sqlite3.connect(str(sqlite_url(tmp_path).database))) as connection:
        desk = Desk.from_connection(connection)
        factories.registered(desk)
        connection.execute("UPDATE reclamation_schema SET version_num = 'later'")
        with pytest.raises(SchemaError, match="later"):
            factories.registered(desk)


@pytest.mark.postgresql
def test_a_connection_closed_by_its_host_raises_unreachable(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    engine = create_engine(emptied(), poolclass=NullPool)
    for connection in (sqlite3.connect(str(url.database)), psycopg.connect(conninfo(emptied())), engine.connect()):
        desk = Desk.from_connection(connection)
        desk.cases.count()
        connection.close()
        with pytest.raises(StoreError):
            factories.registered(desk)


@pytest.mark.postgresql
def test_a_lost_connection_of_a_host_raises_unreachable() -> None:
    host = PsycopgHost(emptied())
    desk = host.desk()
    case = factories.registered(desk)
    (number,) = host.say("SELECT pg_backend_pid()")[0]
    with host.outside.connect() as outside:
        outside.exec_driver_sql(f"SELECT pg_terminate_backend({number})")
    with pytest.raises(StoreUnreachableError):
        desk.acknowledge(case.reference)
    with pytest.raises(StoreError):
        desk.cases.count()
    host.close()


def test_a_connection_of_sqlite3_belongs_to_its_thread(tmp_path: Path) -> None:
    connection = sqlite3.connect(str(sqlite_url(tmp_path).database))
    desk, found = Desk.from_connection(connection), list[BaseException]()

    def elsewhere() -> None:
        with pytest.raises(StoreError, match="ProgrammingError") as refusal:
            desk.cases.count()
        found.append(refusal.value)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert len(found) == 1
    assert desk.cases.count() == 0
    connection.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("isolation", ["REPEATABLE READ", "SERIALIZABLE"])
def test_the_feed_assigns_no_positions_in_a_repeatable_read_transaction(isolation: str) -> None:
    """A position given from an old view of the feed could be one that is given already."""
    host = PsycopgHost(emptied())
    factories.registered(Desk(SqlAlchemyStore(host.outside)))
    host.say(f"SET TRANSACTION ISOLATION LEVEL {isolation}")
    factories.registered(host.desk())
    assert host.desk().feed() == ()
    host.commit()
    assert [item.position for item in host.desk().feed()] == [1, 2]
    host.close()


@pytest.mark.postgresql
def test_a_store_shows_the_database_and_no_credential(tmp_path: Path) -> None:
    host = PsycopgHost(emptied())
    assert repr(SqlAlchemyStore.from_connection(host.connection)).endswith(f"/{host.url.database}')")
    assert str(host.url.username) not in repr(SqlAlchemyStore.from_connection(host.connection)).rpartition("/")[2]
    host.close()
    connection = sqlite3.connect(tmp_path / "x.db")
    assert repr(SqlAlchemyStore.from_connection(connection)) == "SqlAlchemyStore('sqlite:///(host connection)')"
    connection.close()


def test_the_transaction_mode_of_a_connection_is_returned() -> None:
    for driver, mode in [
        (SimpleNamespace(in_transaction=True, isolation_level=None), TransactionMode.OPEN),
        (SimpleNamespace(in_transaction=True, isolation_level=""), TransactionMode.OPEN),
        (SimpleNamespace(in_transaction=False, isolation_level=None), TransactionMode.AUTOCOMMIT),
        (SimpleNamespace(in_transaction=False, isolation_level=""), TransactionMode.UPON_CHANGE),
        (
            SimpleNamespace(in_transaction=False, isolation_level="EXCLUSIVE", autocommit=-1),
            TransactionMode.UPON_CHANGE,
        ),
        (SimpleNamespace(in_transaction=False, isolation_level=None, autocommit=-1), TransactionMode.AUTOCOMMIT),
        (SimpleNamespace(in_transaction=False, isolation_level="", autocommit=True), TransactionMode.AUTOCOMMIT),
        (SimpleNamespace(in_transaction=True, isolation_level="", autocommit=False), TransactionMode.OPEN),
        (SimpleNamespace(autocommit=False, info=SimpleNamespace(transaction_status=0)), TransactionMode.OPEN),
        (SimpleNamespace(autocommit=True, info=SimpleNamespace(transaction_status=0)), TransactionMode.AUTOCOMMIT),
        (SimpleNamespace(autocommit=True, info=SimpleNamespace(transaction_status=2)), TransactionMode.OPEN),
        (SimpleNamespace(autocommit=False, info=SimpleNamespace(transaction_status=3)), TransactionMode.OPEN),
    ]:
        assert transaction_mode(driver) is mode, driver


CONNECTIONS: dict[str, Callable[[Path], Any]] = {
    "sqlite3": lambda folder: sqlite3.connect(folder / "host.db", isolation_level=None),
    "SQLAlchemy on SQLite": lambda folder: create_engine(sqlite_url(folder), poolclass=NullPool).connect(),
    "psycopg": lambda _: psycopg.connect(conninfo(emptied())),
    "SQLAlchemy on PostgreSQL": lambda _: create_engine(emptied(), poolclass=NullPool).connect(),
}


@pytest.mark.parametrize("kind", CONNECTIONS)
def test_closed_connection_is_refused_with_the_advice_to_open_another(kind: str, tmp_path: Path) -> None:
    connection = CONNECTIONS[kind](tmp_path)
    connection.close()
    desk = Desk.from_connection(connection)
    with pytest.raises(StoreUnreachableError, match="the connection is closed; open another one") as refused:
        desk.cases.count()
    assert refused.value.is_closed
    assert "la connexion est fermée : ouvrez-en une autre, et rouvrez le registre sur elle" in refused.value.in_("fr")
