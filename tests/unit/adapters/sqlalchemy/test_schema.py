import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Engine, create_engine, inspect, text

from reclamation_core.adapters import SqlAlchemyStore, check, open_engine, upgrade
from reclamation_core.adapters.sqlalchemy import schema
from reclamation_core.adapters.sqlalchemy.schema import head, version_of
from reclamation_core.adapters.sqlalchemy.tables import METADATA, VERSION
from reclamation_core.adapters.sqlalchemy.views import VIEWS
from reclamation_core.adapters.sqlalchemy.word_index import SQLITE_TABLES
from reclamation_core.ports import CaseQuery, SchemaError
from reclamation_core.testing.contracts.samples import desk_on
from tests.databases import new_database
from tests.hosts import beginning
from tests.inside import forget_versions
from tests.unit.desk import factories

EMPTY: dict[str, Callable[[Path], URL | str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder}/new.db",
    "postgresql": lambda _: new_database(),
}


def _is_no_index_of_words(_: object, name: str | None, *__: object) -> bool:
    return name not in {*SQLITE_TABLES, "ix_reclamation_case_search_words"}


COMPARED: dict[str, Any] = {"version_table": VERSION, "include_object": _is_no_index_of_words}
"""The index of words is made by a module of its own, `word_index`, which checks it at each opening."""


@pytest.fixture(params=EMPTY)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> URL | str:
    """The address of a database without a table."""
    return EMPTY[request.param](tmp_path)


def version(url: URL | str) -> str | None:
    engine = open_engine(url)
    with engine.connect() as connection:
        found = version_of(connection)
    engine.dispose()
    return found


DAMAGES = """DROP TABLE reclamation_series; DROP INDEX ix_reclamation_cases_state; DROP VIEW reclamation_v_pgaac; \
DELETE FROM reclamation_feed_lock; UPDATE reclamation_schema SET identity = NULL; PRAGMA legacy_alter_table = ON; \
ALTER TABLE reclamation_exports DROP COLUMN subject; CREATE TABLE other AS SELECT * FROM reclamation_case_causes; \
DROP TABLE reclamation_case_causes; ALTER TABLE other RENAME TO reclamation_case_causes"""


def say(url: URL | str, *statements: str) -> None:
    engine = open_engine(url)
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_the_migrations_lead_to_the_known_tables_and_a_difference_is_found(empty: URL | str) -> None:
    upgrade(empty)
    engine = open_engine(empty)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, **COMPARED}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []
    assert tables(engine) - SQLITE_TABLES == {*METADATA.tables, VERSION}
    assert set(inspect(engine).get_view_names()) == set(VIEWS)
    engine.dispose()

    say(empty, "CREATE INDEX one_too_many ON reclamation_cases (site)")
    engine = open_engine(empty)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=COMPARED), METADATA)
    engine.dispose()
    assert [step[0] for step in found] == ["remove_index"]


@pytest.mark.postgresql
def test_texts_are_in_the_order_of_code_points_on_postgresql() -> None:
    url = new_database()
    upgrade(url)
    engine = open_engine(url)
    with engine.connect() as connection:
        sql = "SELECT table_name, collation_name FROM information_schema.columns WHERE data_type = 'text'"
        found = [row for row in connection.exec_driver_sql(sql) if row[0] in METADATA.tables]
    engine.dispose()
    assert {table for table, _ in found} == set(METADATA.tables) - {"reclamation_feed_lock"}
    assert {collation for _, collation in found} == {"C"}


@pytest.mark.postgresql
def test_postgresql_has_a_comment_on_each_table_and_column() -> None:
    url = new_database()
    upgrade(url)
    engine = open_engine(url)
    asked = inspect(engine)
    comments = {name: asked.get_table_comment(name)["text"] for name in METADATA.tables}
    columns = {(name, column["name"]): column["comment"] for name in comments for column in asked.get_columns(name)}
    engine.dispose()
    assert all(comments.values())
    assert all(columns.values())
    assert comments["reclamation_cases"] == "One row a case (dossier), computed from its events."


def test_upgrading_twice_does_nothing_more(empty: URL | str) -> None:
    upgrade(empty)
    store = SqlAlchemyStore.open(empty)
    store.sequences.next("R-2026")
    upgrade(empty)
    check(empty)
    assert store.sequences.next("R-2026") == 2
    store.close()


def test_an_empty_database_gets_its_schema_when_it_is_opened(empty: URL | str) -> None:
    store = SqlAlchemyStore.open(empty)
    with store.unit_of_work() as unit:
        assert unit.cases.count(CaseQuery()) == 0
    store.close()
    assert version(empty) == head()


def test_a_database_with_other_tables_is_left_alone_until_it_is_upgraded(empty: URL | str) -> None:
    say(empty, "CREATE TABLE invoices (number INTEGER)")
    with pytest.raises(SchemaError, match=rf"has no schema, version {head()} is needed; .*upgrade\(") as refused:
        SqlAlchemyStore.open(empty)
    assert (refused.value.found, refused.value.expected) == (None, head())
    assert version(empty) is None
    upgrade(empty)
    SqlAlchemyStore.open(empty).close()
    say(empty, "SELECT number FROM invoices")


@pytest.mark.parametrize(
    ("found", "remedy"),
    [
        ("0000", "this library does not know it: restore a copy, or install the version"),
        ("9999", "install a later version"),
        ("a1b2", "this library does not know it"),
    ],
)
def test_a_schema_of_another_version_is_refused_and_never_changed(empty: URL | str, found: str, remedy: str) -> None:
    upgrade(empty)
    say(empty, f"UPDATE {VERSION} SET version_num = '{found}'")
    with pytest.raises(SchemaError, match=remedy) as refused:
        SqlAlchemyStore.open(empty)
    for ask in (check, upgrade):
        with pytest.raises(SchemaError, match=remedy):
            ask(empty)
    assert refused.value.found == found
    assert version(empty) == found


def test_a_schema_without_its_version_is_refused(empty: URL | str) -> None:
    upgrade(empty)
    say(empty, f"DELETE FROM {VERSION}")
    with pytest.raises(SchemaError, match=r"it has lost the version of its schema, .* `reclamation db upgrade`"):
        SqlAlchemyStore.open(empty)
    with pytest.raises(SchemaError, match=r"lacks one version of the schema \(-\)"):
        check(empty)


def test_missing_parts_of_each_kind_are_named_in_both_languages(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    upgrade(url)
    say(url, *DAMAGES.split("; "))
    for ask in (check, upgrade):
        with pytest.raises(SchemaError, match="this cannot be restored: restore a copy"):
            ask(url)


NEXT = """
revision, down_revision = "9999", "{}"

def upgrade(op):
    op.execute("INSERT INTO reclamation_series (series, last_number) VALUES ('R-2027', 41)")
"""


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Makes this a later version of the library, which has one migration more."""

    def install() -> None:
        shutil.copytree(Path(schema.__file__).parent / "migrations", tmp_path / "migrations")
        (tmp_path / "migrations" / "versions" / "v9999.py").write_text(NEXT.format(head()), encoding="utf-8")
        monkeypatch.setattr(schema, "_FOLDER", tmp_path / "migrations")
        forget_versions()

    yield install
    monkeypatch.undo()
    forget_versions()


def test_an_older_schema_is_refused_with_the_upgrade_command(empty: URL | str, later: Callable[[], None]) -> None:
    SqlAlchemyStore.open(empty).close()
    later()
    with pytest.raises(SchemaError, match=r"version 9999 is needed; .* `reclamation db upgrade`, or .*upgrade\("):
        SqlAlchemyStore.open(empty)
    upgrade(empty)
    assert version(empty) == "9999"
    store = SqlAlchemyStore.open(empty)
    assert store.sequences.next("R-2027") == 42
    store.close()


def test_an_engine_of_ones_own_will_do(empty: URL | str) -> None:
    engine = create_engine(empty if isinstance(empty, str) else empty.set(drivername="postgresql+psycopg"))
    with pytest.raises(SchemaError):
        SqlAlchemyStore(engine)
    upgrade(engine)
    check(engine)
    store = SqlAlchemyStore(engine)
    assert [store.sequences.next("R-2026") for _ in range(2)] == [1, 2]
    with engine.begin() as connection:  # the engine itself is as it was: it begins, commits and rolls back
        connection.execute(text("DELETE FROM reclamation_series"))
        connection.rollback()
    assert store.sequences.next("R-2026") == 3
    store.close()


def test_an_engine_with_a_listener_that_begins_transactions_is_accepted(empty: URL | str) -> None:
    engine = beginning(empty)
    upgrade(engine)
    check(engine)
    store = SqlAlchemyStore(engine)
    desk = desk_on(store)

    case = factories.registered(desk)
    desk.acknowledge(case.reference)
    assert [item.position for item in desk.feed()] == [1, 2]
    assert desk.cases.get(case.reference).version == 2
    assert (store.sequences.next("R-2026"), store.sequences.next("R-2026")) == (2, 3)
    assert list(desk.verify()) == []

    with engine.begin() as connection:
        connection.execute(text("DELETE FROM reclamation_case_texts"))
        connection.rollback()
    assert list(desk.verify()) == []
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    say(url, "CREATE TABLE ix_reclamation_cases_state (number INTEGER)")
    with pytest.raises(OSError, match="SQLITE_ERROR"):
        upgrade(url)
    with sqlite3.connect(tmp_path / "a.db") as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    connection.close()
    assert names == ["ix_reclamation_cases_state"]
