"""Tables of an application beside those of the library: foreign keys, autogeneration, and databases of tests."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Engine, ForeignKey, Integer, MetaData, Table, create_engine, event
from sqlalchemy.exc import IntegrityError

from reclamation_core.adapters import CASES, METADATA, leave_own_tables, upgrade
from reclamation_core.desk import Desk
from reclamation_core.testing.databases import empty_database
from tests.databases import new_database
from tests.unit.desk import factories

ADDRESSES: dict[str, Callable[[Path], Any]] = {
    "sqlite": lambda folder: f"sqlite:///{folder}/application.db",
    "postgresql": lambda _: new_database(),
}


@pytest.fixture(params=ADDRESSES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """The engine of an application with the schema of the library."""
    engine = create_engine(ADDRESSES[request.param](tmp_path))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA foreign_keys = ON"))
    with engine.begin() as connection:
        upgrade(connection)
    yield engine
    engine.dispose()


def invoices(models: MetaData) -> Table:
    case: Column[str] = Column("case_reference", ForeignKey(CASES.c.reference), index=True)
    return Table("invoices", models, Column("number", Integer, primary_key=True), case)


def test_a_foreign_key_of_an_application_refers_to_a_case(engine: Engine) -> None:
    models = MetaData()
    table = invoices(models)
    with engine.begin() as connection:
        models.create_all(connection, [table])
        desk = Desk.from_connection(connection, clock=factories.FakeClock(factories.at(1, month=7)))
        case = factories.registered(desk)
        connection.execute(table.insert().values(number=1, case_reference=case.reference))

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(table.insert().values(number=2, case_reference="R-0"))
    with engine.connect() as connection:
        leave = MigrationContext.configure(connection, opts={"include_name": leave_own_tables})
        assert compare_metadata(leave, models) == []
        assert compare_metadata(MigrationContext.configure(connection), models) != []


def test_a_database_of_tests_is_emptied_and_numbers_begin_again(engine: Engine) -> None:
    clock = factories.FakeClock(factories.at(1, month=7))
    for empty in (engine, engine.url):
        with engine.begin() as connection:
            desk = Desk.from_connection(connection, sites=factories.SITES, clock=clock)
            case = factories.analysed(desk)
            desk.pgaac("CRE").add(factories.sheet("A-1"))
        assert case.reference == "R-2026-000001"
        empty_database(empty)
        with engine.connect() as connection:
            for table in METADATA.sorted_tables:
                rows = connection.execute(table.select()).all()
                assert (table.name, len(rows)) == (table.name, int(table.name == "reclamation_feed_lock"))
    with engine.begin() as connection:
        desk = Desk.from_connection(connection, clock=clock)
        factories.registered(desk)
        assert [item.position for item in desk.feed()] == [1]
        empty_database(connection)
        assert desk.cases.count() == 0
