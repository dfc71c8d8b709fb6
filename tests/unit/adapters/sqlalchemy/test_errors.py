"""Errors of a database name the cause and the remedy, and contain no text that was written."""

import os
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import DateTime, exc
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from reclamation_core.adapters import Settings, SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.database import translate_db_errors
from reclamation_core.adapters.sqlalchemy.tables import INSTANT
from reclamation_core.ports import (
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreUnreachableError,
)
from reclamation_core.testing.contracts.samples import a_case, insert, load, with_support
from tests.databases import emptied, sqlite_file
from tests.inside import engine_of
from tests.unit.adapters.sqlalchemy.asking import run

STATES = {
    "55P03": StoreBusyError,
    "57014": StoreBusyError,
    "40001": StoreBusyError,
    "40P01": StoreBusyError,
    "25006": StoreReadOnlyError,
    "42501": StoreReadOnlyError,
    "53100": StoreFullError,
    "53300": StoreUnreachableError,
    "08006": StoreUnreachableError,
    "28P01": StoreUnreachableError,
    "3D000": StoreUnreachableError,
    "57P01": StoreUnreachableError,
    "25P03": StoreUnreachableError,
    "XX001": StoreDamagedError,
    "23505": StoreError,
    "42P01": StoreError,
}


@pytest.mark.parametrize(("state", "expected"), STATES.items())
def test_each_sqlstate_of_postgresql_has_its_error(state: str, expected: type[StoreError]) -> None:
    driver = psycopg.errors.lookup(state)("Mme Durand")
    with pytest.raises(StoreError) as refused, translate_db_errors("postgresql://db/x"):
        raise DBAPIError("INSERT Mme Durand", {}, driver)
    assert type(refused.value) is expected
    assert str(refused.value).startswith("postgresql://db/x: ")
    assert refused.value.reason.startswith(state)
    assert "Durand" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("create", [os.mkdir, os.mkfifo])
def test_a_path_of_sqlite_that_is_no_file_has_its_own_remedy(create: Callable[[Path], None], tmp_path: Path) -> None:
    create(tmp_path / "a.db")
    with pytest.raises(StoreUnreachableError, match="check that the address is that of a file"):
        SqlAlchemyStore.open(f"sqlite:///{tmp_path}/a.db")


def test_a_driver_without_a_word_could_not_enter() -> None:
    with pytest.raises(StoreUnreachableError), translate_db_errors("x"):
        raise DBAPIError("SELECT 1", {}, psycopg.OperationalError("connection failed"))


def test_an_error_of_sqlalchemy_is_reported_by_its_class_name_alone() -> None:
    with pytest.raises(StoreError, match="InvalidRequestError") as refused, translate_db_errors("x"):
        raise exc.InvalidRequestError("Mme Durand")
    assert type(refused.value) is StoreError
    assert "Durand" not in "".join(traceback.format_exception(refused.value))


def test_a_full_disk_raises_full_and_nothing_is_half_written(tmp_path: Path) -> None:
    store = SqlAlchemyStore.open(sqlite_file(tmp_path, "a.db"), Settings(connections=1))
    case = a_case(verbatim="la salle est froide " * 5_000)  # as long as a text may be
    with engine_of(store).connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 10}")
    with pytest.raises(StoreFullError, match="make some"):
        insert(store, case)
    assert store.feed.read() == ()
    insert(store, a_case(2))
    store.close()


def test_a_table_of_the_schema_that_was_dropped_meanwhile_raises_a_store_error(tmp_path: Path) -> None:
    store = SqlAlchemyStore.open(sqlite_file(tmp_path, "register.db"))
    with closing(sqlite3.connect(tmp_path / "register.db")) as outside:
        outside.execute("DROP TABLE reclamation_schema")
    with pytest.raises(StoreError, match="SQLITE_ERROR OperationalError") as refused:
        insert(store, a_case())
    assert type(refused.value) is StoreError  # not as unreachable
    assert refused.value.__context__ is None
    store.close()


def test_an_instant_is_stored_in_sqlite_as_sqlalchemy_stores_it() -> None:
    dialect = sqlite.dialect()
    ours, theirs = INSTANT.dialect_impl(dialect).bind_processor(dialect), DateTime().dialect_impl(dialect)
    stored = theirs.bind_processor(dialect)
    assert ours is not None
    assert stored is not None
    for year, microsecond in product((2, 987, 1970, 2026, 9998), (0, 1, 120_000, 999_999)):
        instant = datetime(year, 3, 29, 1, 30, 5, microsecond, tzinfo=UTC)
        assert ours(instant.astimezone(timezone(timedelta(hours=2)))) == stored(instant.replace(tzinfo=None))
    assert ours(None) is None


def test_an_exhausted_pool_raises_busy(tmp_path: Path) -> None:
    store = SqlAlchemyStore.open(sqlite_file(tmp_path, "a.db"), Settings(wait=0.05, connections=1))
    with engine_of(store).connect(), pytest.raises(StoreBusyError, match="every connection is in use"):
        load(store, "R-1")
    store.close()


def test_a_missing_server_raises_unreachable_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql://ada:secret@/register?host={tmp_path}"
    with pytest.raises(StoreUnreachableError) as refused:
        SqlAlchemyStore.open(url)
    assert "secret" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.postgresql
def test_a_read_only_server_raises_read_only() -> None:
    store = SqlAlchemyStore.open(emptied().update_query_dict({"options": "-c default_transaction_read_only=on"}))
    with pytest.raises(StoreReadOnlyError):
        insert(store, a_case())
    store.close()


@pytest.mark.postgresql
def test_a_row_locked_for_too_long_raises_busy() -> None:
    store = SqlAlchemyStore.open(emptied(), Settings(wait=0.05))
    case = a_case()
    insert(store, case)
    other = engine_of(store).raw_connection()
    other.cursor().execute("BEGIN; SELECT * FROM reclamation_cases FOR UPDATE")
    with store.unit_of_work() as unit:
        unit.cases.save(with_support(case), 1)
        with pytest.raises(StoreBusyError, match="55P03"):
            unit.commit()
    other.rollback()
    other.close()
    store.close()


def test_a_refusal_shows_nothing_of_what_was_written(store: SqlAlchemyStore) -> None:
    case = a_case(complainant="Mme Durand", source="durand@example.org")
    run(store, "ALTER TABLE reclamation_case_events RENAME TO elsewhere")
    try:
        with pytest.raises(StoreError) as refused:
            insert(store, case)
    finally:
        run(store, "ALTER TABLE elsewhere RENAME TO reclamation_case_events")
    told_of_it = "".join(traceback.format_exception(refused.value)) + repr(refused.value)
    assert "urand" not in told_of_it
