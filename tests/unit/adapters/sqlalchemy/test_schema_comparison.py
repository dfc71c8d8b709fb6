"""`check` names what a schema lacks, and `upgrade` restores it where only a copy would help."""

from functools import cache
from pathlib import Path
from shutil import copyfile
from tempfile import mkdtemp
from typing import Any, Final

import pytest
from sqlalchemy import URL, create_engine, inspect

from reclamation_core.adapters import SqlAlchemyStore, check, rebuild_projections, upgrade
from reclamation_core.adapters.sqlalchemy.schema import head
from reclamation_core.adapters.sqlalchemy.tables import METADATA
from reclamation_core.adapters.sqlalchemy.views import VIEWS
from reclamation_core.desk import Desk
from reclamation_core.ports import SchemaError
from reclamation_core.testing.contracts.samples import a_case, insert, renamed
from tests.databases import new_database
from tests.hosts import sqlite_url
from tests.inside import store_of
from tests.unit.adapters.sqlalchemy.asking import rows
from tests.unit.desk import factories

pytestmark = pytest.mark.slow
BOTH: Final = ("sqlite", "postgresql")
STREAM_TABLES: Final = ("cases", "case_events", "case_texts", "plans", "plan_events", "plan_texts")
DERIVED: Final = (
    "case_sites",
    "case_causes",
    "case_facts",
    "case_periods",
    "case_search",
    "actions",
    "action_cases",
    "published_plans",
    "published_lines",
)
INDEXES: Final = sorted(str(index.name) for table in METADATA.sorted_tables for index in table.indexes)
RESTORED: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "an index": ("DROP INDEX ix_reclamation_cases_state", "index ix_reclamation_cases_state", BOTH),
    "every index": ("; ".join(f"DROP INDEX {name}" for name in INDEXES), f"index {INDEXES[-1]}", BOTH),
    "a view": ("DROP VIEW reclamation_v_dossiers", "view reclamation_v_dossiers", BOTH),
    "every view": ("; ".join(f"DROP VIEW {name}" for name in VIEWS), "view reclamation_v_pgaac", BOTH),
    "every derived table": (
        "; ".join(f"DROP TABLE reclamation_{name} CASCADE" for name in DERIVED),
        f"table reclamation_{DERIVED[-1]}",
        BOTH,
    ),
    "the lock row": ("DELETE FROM reclamation_feed_lock", "the row of reclamation_feed_lock", BOTH),
    "the sequence": ("DROP SEQUENCE reclamation_write_order", "sequence reclamation_write_order", ("postgresql",)),
    "two versions": (
        "INSERT INTO reclamation_schema (version_num) VALUES ('0001')",
        f"one version of the schema (0001, {head()})",
        BOTH,
    ),
    "no version": ("DELETE FROM reclamation_schema", "one version of the schema (-)", BOTH),
    "no table of versions": ("DROP TABLE reclamation_schema", "table reclamation_schema", BOTH),
    "no identity": ("UPDATE reclamation_schema SET identity = NULL", "the identity of the database", BOTH),
    "no column of identity": (
        "ALTER TABLE reclamation_schema DROP COLUMN identity",
        "the identity of the database",
        BOTH,
    ),
    "the source is no longer unique": (
        "ALTER TABLE reclamation_cases DROP CONSTRAINT uq_reclamation_cases_source",
        "constraint uq_reclamation_cases_source",
        ("postgresql",),
    ),
    "a foreign key": (
        "ALTER TABLE reclamation_case_sites DROP CONSTRAINT fk_reclamation_case_sites_case_reference",
        "constraint fk_reclamation_case_sites_case_reference",
        ("postgresql",),
    ),
    "a primary key": (
        "ALTER TABLE reclamation_case_sites DROP CONSTRAINT pk_reclamation_case_sites",
        "key pk_reclamation_case_sites",
        ("postgresql",),
    ),
    **{
        f"table {name}": (f"DROP TABLE reclamation_{name} CASCADE", f"table reclamation_{name}", BOTH)
        for name in (*DERIVED, "series", "feed_lock")
    },
}
LOST: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    **{
        f"table {name}": (f"DROP TABLE reclamation_{name} CASCADE", f"table reclamation_{name}", BOTH)
        for name in STREAM_TABLES
    },
    "a column": ("ALTER TABLE reclamation_actions DROP COLUMN process", "column reclamation_actions.process", BOTH),
    "a type": (
        "ALTER TABLE reclamation_series ALTER COLUMN last_number TYPE TEXT",
        "the type of column reclamation_series.last_number",
        ("postgresql",),
    ),
    "a unique index whose rows are double": (
        """ALTER TABLE reclamation_cases DROP CONSTRAINT uq_reclamation_cases_source; \
UPDATE reclamation_cases SET source = 'mail'""",
        "constraint uq_reclamation_cases_source",
        ("postgresql",),
    ),
}
ON_BOTH: Final = ("every index", "every view", "no table of versions", "table case_sites", "a column")
"""What is restored on both: of the other damages that SQLite shows as well, `make soak` shows those of PostgreSQL."""
ALONE: Final = [f"table {name}" for name in DERIVED if name != "case_sites"]
"""Tables of which each alone is restored in `make soak`, and all together here."""


def of_both(damages: dict[str, tuple[str, str, tuple[str, ...]]]) -> list[Any]:
    return [
        pytest.param(
            *(damage, told, kind),
            marks=[pytest.mark.soak]
            if name in ALONE or (kinds == BOTH and kind == "postgresql" and name not in ON_BOTH)
            else [],
            id=f"{name}, {kind}",
        )
        for name, (damage, told, kinds) in damages.items()
        for kind in kinds
    ]


def lived(kind: str, folder: Path) -> URL:
    """A copy of a database with cases, plans and an edition; on PostgreSQL the last events have no position yet."""
    original = lived_once(kind)
    if kind == "postgresql":
        return new_database(template=str(original.database))
    copyfile(str(original.database), folder / "reclamations.db")
    return original.set(database=str(folder / "reclamations.db"))


@cache
def lived_once(kind: str) -> URL:
    url = sqlite_url(Path(mkdtemp(prefix="reclamation-lived-"))) if kind == "sqlite" else new_database()
    with Desk(
        SqlAlchemyStore.open(url), sites=factories.SITES, clock=factories.FakeClock(factories.at(1, month=7))
    ) as desk:
        desk.plan(factories.analysed(desk, source="mail-1").reference, factories.sheet())
        desk.pgaac("CRE").publish()
        assert len(desk.feed()) > 0
        factories.registered(desk, service_sites=("STD",), source="mail-2")
    return url


def damage_by(url: URL, statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            for view in VIEWS if "DROP TABLE" in statements or "DROP COLUMN process" in statements else ():
                connection.exec_driver_sql(f"DROP VIEW {view}")  # SQLite leaves those that lead nowhere, and refuses
            statements = statements.replace(" CASCADE", "")
        if "DROP COLUMN process" in statements and engine.dialect.name == "postgresql":
            statements += " CASCADE"
        for statement in statements.split("; "):
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.mark.parametrize(("damage", "told", "kind"), of_both(RESTORED))
def test_what_is_missing_is_named_and_restored(damage: str, told: str, kind: str, tmp_path: Path) -> None:
    url = lived(kind, tmp_path)
    before = positions(url)
    damage_by(url, damage)

    with pytest.raises(SchemaError, match="then run `reclamation db upgrade`") as refused:
        check(url)
    restored = upgrade(url)
    rebuild_projections(url)

    assert told in [one.en for one in refused.value.missing]
    assert restored == refused.value.missing
    assert all(one.fr != one.en for one in restored)
    assert upgrade(url) == ()
    assert positions(url)[: len(before)] == before
    with Desk(
        SqlAlchemyStore.open(url), sites=factories.SITES, clock=factories.FakeClock(factories.at(1, month=7))
    ) as desk:
        assert list(desk.verify()) == []
        assert factories.registered(desk).reference == "R-2026-000003"
        assert [item.event.case for item in desk.feed()][-1] == "R-2026-000003"


def positions(url: URL) -> list[tuple[Any, ...]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT position, case_reference, number FROM reclamation_case_events WHERE position > 0 ORDER BY position"
        ).all()
    engine.dispose()
    return [tuple(row) for row in found]


@pytest.mark.parametrize(("damage", "told", "kind"), of_both(LOST))
def test_what_only_a_copy_has_is_named_and_unchanged(damage: str, told: str, kind: str, tmp_path: Path) -> None:
    url = lived(kind, tmp_path)
    damage_by(url, damage)
    before = names(url)
    for ask in (check, upgrade):
        with pytest.raises(SchemaError, match="lacks") as refused:
            ask(url)
        assert told in [one.en for one in refused.value.missing]
    assert "this cannot be restored: restore a copy" in str(refused.value)
    assert "reprenez une copie" in refused.value.wording.fr
    assert names(url) == before


def names(url: URL) -> list[str]:
    engine = create_engine(url)
    found = inspect(engine)
    there = [*found.get_table_names(), *found.get_view_names()]
    engine.dispose()
    return sorted(there)


@pytest.mark.parametrize("kind", BOTH)
def test_additional_tables_and_indexes_are_not_a_difference(kind: str, tmp_path: Path) -> None:
    url = lived(kind, tmp_path)
    damage_by(url, "CREATE TABLE invoices (number INTEGER); CREATE INDEX theirs ON reclamation_cases (state_rank)")
    check(url)
    assert upgrade(url) == ()
    assert "invoices" in names(url)


@pytest.mark.parametrize("kind", BOTH)
def test_a_marker_is_not_restored_where_the_tables_may_be_those_of_another_version(kind: str, tmp_path: Path) -> None:
    url = lived(kind, tmp_path)
    damage_by(url, "DELETE FROM reclamation_schema; ALTER TABLE reclamation_actions DROP COLUMN process")
    with pytest.raises(SchemaError, match="restore a copy") as refused:
        upgrade(url)
    assert "one version of the schema (-)" in [one.en for one in refused.value.missing]


@pytest.mark.parametrize("marker", ["no version", "two versions", "no table of versions"])
@pytest.mark.parametrize("kind", BOTH)
def test_a_desk_is_not_opened_without_a_marker(kind: str, marker: str, tmp_path: Path) -> None:
    url = lived(kind, tmp_path)
    damage_by(url, RESTORED[marker][0])
    with pytest.raises(SchemaError, match=r"has lost the version of its schema, .* `reclamation db upgrade`"):
        SqlAlchemyStore.open(url)


@pytest.mark.parametrize("kind", BOTH)
def test_restored_counters_ignore_references_of_another_form(kind: str, tmp_path: Path) -> None:
    url = lived(kind, tmp_path)
    with Desk(SqlAlchemyStore.open(url)) as desk:
        insert(store_of(desk), renamed(a_case(), "Courrier 2026/9"))
    damage_by(url, "DROP TABLE reclamation_series CASCADE")
    upgrade(url)
    store = SqlAlchemyStore.open(url)
    assert rows(store, "SELECT series, last_number FROM reclamation_series") == [("R-2026", 2)]
    store.close()
