"""The data of the first schema is upgraded and verified.

`written_by_0001.json` holds the rows that the library wrote when its schema was 0001: two cases, a plan with an action
amended, one forgotten and an edition, and the plan of the nation.
"""

import importlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, inspect

from reclamation_core.adapters import SqlAlchemyStore, check, open_engine, rebuild_projections, upgrade
from reclamation_core.adapters.sqlalchemy.tables import VERSION
from reclamation_core.adapters.sqlalchemy.views import create_views, drop_views
from reclamation_core.cases.journal import AnomalyKind, Checkpoint, examine
from reclamation_core.plans import PlanScope
from reclamation_core.ports import RepeatedSourceError
from reclamation_core.testing.contracts.samples import a_case, desk_on
from tests.databases import new_database
from tests.unit.adapters.sqlalchemy.asking import rows, run
from tests.unit.desk import factories

FILE = Path(__file__).with_name("written_by_0001.json")
PLAN = "site:CRE"
EMPTY: dict[str, Callable[[Path], URL | str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder}/old.db",
    "postgresql": lambda _: new_database(),
}


@pytest.fixture(params=EMPTY)
def first_schema(request: pytest.FixtureRequest, tmp_path: Path) -> URL | str:
    return written_by_the_first_schema(EMPTY[request.param](tmp_path))


def written_by_the_first_schema(url: URL | str) -> URL | str:
    """The address of a database as the first schema left it."""
    first = importlib.import_module("reclamation_core.adapters.sqlalchemy.migrations.versions.v0001")
    kept: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_text(encoding="utf-8"))
    engine = open_engine(url)
    with engine.connect() as connection:
        first.upgrade(Operations(MigrationContext.configure(connection)))
        connection.exec_driver_sql(f"CREATE TABLE {VERSION} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO {VERSION} VALUES ('0001')")
        mark = "?" if engine.dialect.name == "sqlite" else "%s"
        for table in sorted(kept, key=lambda name: name not in {"reclamation_cases", "reclamation_plans"}):
            for row in kept[table]:
                marks = ", ".join([mark] * len(row))
                statement = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"
                connection.exec_driver_sql(statement, tuple(row.values()))
    engine.dispose()
    return url


def opened(url: URL | str) -> SqlAlchemyStore:
    """The store, upgraded as `reclamation db upgrade` does it."""
    upgrade(url)
    check(url)
    rebuild_projections(url)
    return SqlAlchemyStore.open(url)


def test_a_register_of_the_first_schema_is_consistent_after_an_upgrade(first_schema: URL | str) -> None:
    store = opened(first_schema)
    desk = desk_on(store)

    assert [*desk.verify(), *desk.examine()] == []
    with store.unit_of_work() as unit:
        plan = unit.plans.get(PLAN)
    assert [(action.reference, action.status.value) for action in plan.actions] == [
        ("A-1", "verified"),
        ("A-2", "abandoned"),
    ]
    plans = store.plan_feed.read()
    positions = [*(one.position for one in store.feed.read()), *(one.position for one in plans)]
    assert positions == list(range(1, len(positions) + 1))
    assert [one.event.number for one in plans if one.holder == PLAN] == list(range(1, plan.version + 1))
    received = [str(case.received_at.astimezone(UTC).replace(tzinfo=None)) for case in desk.cases.find().cases]
    seen = [str(row[0]) for row in rows(store, "SELECT recu_le_utc FROM reclamation_v_dossiers ORDER BY dossier")]
    assert [text.partition(".")[0] for text in seen] == received
    store.close()


def test_plans_are_chained_from_the_upgrade_on(first_schema: URL | str) -> None:
    store = opened(first_schema)
    desk = desk_on(store)
    checkpoint = desk.checkpoint()
    desk.pgaac(PlanScope.site("CRE")).close("A-1")
    assert [*desk.verify(), *desk.examine(checkpoint)] == []
    actions = rows(store, f"SELECT number, subject FROM reclamation_plan_events WHERE scope = '{PLAN}' ORDER BY number")
    assert actions == list(enumerate(["A-1", "A-1", "A-1", "A-1", "A-2", "A-2", "A-2", "A-2", None, "A-1"], start=1))
    run(store, f"UPDATE reclamation_plan_events SET document = document || ' ' WHERE scope = '{PLAN}' AND number = 5")
    assert [(one.holder, one.number, one.kind) for one in desk.examine()] == [(PLAN, 5, AnomalyKind.ALTERED)]
    store.close()


def test_a_database_with_a_corrupt_plan_is_upgraded(first_schema: URL | str) -> None:
    engine = open_engine(first_schema)
    damage = "'{' " if engine.dialect.name == "postgresql" else "CAST(X'7BFF' AS TEXT)"
    with engine.connect() as connection:
        connection.exec_driver_sql(
            f"UPDATE reclamation_plan_events SET document = {damage} WHERE scope = '{PLAN}' AND number = 2"
        )
    engine.dispose()

    upgrade(first_schema)

    store = SqlAlchemyStore.open(first_schema)
    desk = desk_on(store)
    # The cases are not replayed here, which is reported too.
    assert {found.holder for found in desk.verify() if not found.holder.startswith("R-")} == {PLAN}
    assert Checkpoint.of((), desk.checkpoint().taken_at, store.journal.read_plans()).plan_heads is not None
    assert {found.number for found in examine((), None, store.journal.read_plans())} <= {2}
    store.close()


def test_a_file_with_a_plan_key_that_is_not_text_is_upgraded(tmp_path: Path) -> None:
    url = written_by_the_first_schema(f"sqlite:///{tmp_path}/old.db")
    engine = open_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql(
            "UPDATE reclamation_plan_events SET scope = CAST(X'FF' AS TEXT) WHERE scope = 'nation'"
        )
    engine.dispose()

    upgrade(url)

    engine = open_engine(url)
    with engine.connect() as connection:
        links = connection.exec_driver_sql("SELECT link FROM reclamation_plan_events WHERE CAST(scope AS BLOB) = X'FF'")
        assert links.scalars().all() == [""]
    engine.dispose()


@pytest.mark.parametrize(
    ("dropped", "restored"),
    [
        ("reclamation_edition_lines", ["table reclamation_published_lines"]),
        ("reclamation_case_sites", ["table reclamation_case_sites"]),
    ],
)
def test_an_upgrade_restores_a_missing_table(first_schema: URL | str, dropped: str, restored: list[str]) -> None:
    engine = open_engine(first_schema)
    with engine.begin() as connection:
        cascade = " CASCADE" if engine.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TABLE {dropped}{cascade}")
    engine.dispose()
    assert [part.en for part in upgrade(first_schema)] == restored
    check(first_schema)


@pytest.mark.postgresql
def test_rights_on_views_are_granted_again_by_an_upgrade() -> None:
    url = new_database()
    upgrade(url)
    engine = open_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            'CREATE ROLE "power bi"; GRANT SELECT ON reclamation_v_dossiers TO "power bi" WITH GRANT OPTION;'
            'GRANT SELECT (centre), UPDATE (nom) ON reclamation_v_centres TO "power bi";'
            "GRANT SELECT ON reclamation_v_signaux TO PUBLIC;"
            "ALTER VIEW reclamation_v_periodes RENAME COLUMN theme TO old;"
            'GRANT SELECT (old) ON reclamation_v_periodes TO "power bi"'
        )
        given = "SELECT relname, relacl::text FROM pg_class WHERE relname IN "
        given += "('reclamation_v_dossiers', 'reclamation_v_signaux') ORDER BY 1"
        before = connection.exec_driver_sql(given).all()
        connection.exec_driver_sql(f"UPDATE {VERSION} SET version_num = '0025'")

        upgrade(connection)

        assert connection.exec_driver_sql(given).all() == before
        privilege = "SELECT has_column_privilege('power bi', 'reclamation_v_{}', '{}', '{}')"
        expected = {("centres", "centre", "SELECT"): True, ("centres", "nom", "SELECT"): False}
        expected |= {("centres", "nom", "UPDATE"): True, ("periodes", "theme", "SELECT"): False}
        for asked, is_given in expected.items():
            assert connection.exec_driver_sql(privilege.format(*asked)).scalar() is is_given
        connection.exec_driver_sql('DROP OWNED BY "power bi"; DROP ROLE "power bi"')
    engine.dispose()


@pytest.mark.postgresql
def test_keys_are_named_after_their_renamed_tables_on_postgresql() -> None:
    url = written_by_the_first_schema(new_database())
    upgrade(url)
    engine = open_engine(url)
    with engine.connect() as connection:
        found = inspect(connection)
        renamed = ("reclamation_published_plans", "reclamation_published_lines")
        keys = {found.get_pk_constraint(name)["name"] for name in renamed}
        keys |= {key["name"] for key in found.get_foreign_keys("reclamation_published_lines")}
    engine.dispose()

    assert keys == {
        "pk_reclamation_published_plans",
        "pk_reclamation_published_lines",
        "fk_reclamation_published_lines_scope",
    }


def test_two_sites_may_have_one_source_after_an_upgrade(first_schema: URL | str) -> None:
    store = opened(first_schema)
    desk = desk_on(store)
    known = next(case for case in desk.cases.find().cases if case.source is not None)
    other = factories.registered(desk.scoped(site="STR"), "STR", source=known.source)
    assert (known.site, other.site) == ("CRE", "STR")
    with store.unit_of_work() as unit:
        unit.cases.add(a_case(99, source=known.source))
        with pytest.raises(RepeatedSourceError):
            unit.commit()
    assert [*desk.verify(), *desk.examine()] == []
    store.close()


def test_the_copied_table_of_cases_loses_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/register.db"
    store = SqlAlchemyStore.open(url)
    desk = desk_on(store)
    factories.qualified(desk, source="mail-1", verbatim="Le formateur est absent")
    factories.registered(desk, "STR")
    engine = open_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (dossier TEXT REFERENCES reclamation_cases, note TEXT)")
        connection.exec_driver_sql("INSERT INTO notes VALUES ('R-2026-000001', 'rappeler')")
        connection.exec_driver_sql("CREATE INDEX own ON reclamation_cases (site) WHERE state = 'registered'")
        connection.exec_driver_sql(
            "CREATE TRIGGER own_too AFTER UPDATE ON reclamation_cases BEGIN UPDATE notes SET note = NULL; END"
        )
    before = dump(tmp_path / "register.db")
    last = importlib.import_module("reclamation_core.adapters.sqlalchemy.migrations.versions.v0014")
    with engine.begin() as connection:
        connection.exec_driver_sql("BEGIN")
        drop_views(connection)
        last.upgrade(Operations(MigrationContext.configure(connection)))
        create_views(connection)
        connection.exec_driver_sql("COMMIT")
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    engine.dispose()

    assert dump(tmp_path / "register.db") == before
    assert [*desk.verify(), *desk.examine()] == []
    store.close()


def dump(file: Path) -> list[str]:
    """Everything in a file of SQLite but the index of words, as SQL, whatever the order."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for table in ("case_vocabulary", "case_words"):  # virtual tables, which are not dumped
            connection.execute(f"DROP TABLE IF EXISTS reclamation_{table}")
        text = sorted(connection.iterdump())
        connection.execute("ROLLBACK")
    return text
