"""The privileges that a role without tables needs, as documented."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, NullPool, create_engine

from reclamation_core.adapters import SqlAlchemyStore, upgrade
from reclamation_core.cases import ClosingReason
from reclamation_core.desk import Desk
from reclamation_core.ports import StoreReadOnlyError
from reclamation_core.vocabulary import Role
from tests.databases import new_database
from tests.unit.desk import factories

_PAGE = Path(__file__).parents[4] / "docs/how-to/keep-cases-in-a-database.md"
OF_TABLES, OF_SEQUENCE = re.findall(r"^GRANT .*;$", _PAGE.read_text("utf-8"), re.MULTILINE)


def said(url: URL, *statements: str) -> None:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture
def owned() -> Iterator[URL]:
    """A database with the schema, and a role that may do nothing with it: as the owner enters it."""
    url = new_database()
    upgrade(url)
    said(url, "CREATE ROLE application LOGIN")
    yield url
    said(url, "DROP OWNED BY application", "DROP ROLE application")


def desk_of_the_role(url: URL) -> Desk:
    return Desk(
        SqlAlchemyStore.open(url.set(username="application")),
        sites=factories.SITES,
        clock=factories.FakeClock(factories.at(1, month=7)),
    )


@pytest.mark.slow
def test_what_is_granted_is_enough_for_every_kind_of_work(owned: URL) -> None:
    said(owned, OF_TABLES, OF_SEQUENCE)
    with desk_of_the_role(owned) as desk:
        case = factories.analysed(desk.acting("Mme Roux", Role.RQR))
        desk.plan(case.reference, factories.sheet("A-1"))
        desk.pgaac("CRE").publish()
        desk.sweep()
        assert desk.personal_data_of("Roux", as_actor=True)
        other = factories.registered(desk)
        desk.withdraw(other.reference)
        desk.close(other.reference, reason=ClosingReason.WITHDRAWN)
        desk.anonymise(other.reference)
        assert len(desk.feed()) > len(case.events)
        assert list(desk.verify()) == []
        assert desk.examine(desk.checkpoint()) == ()


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "granted", [(OF_TABLES,), (OF_TABLES.replace(", INSERT, UPDATE, DELETE", ""),)], ids=["all", "to read"]
)
def test_without_rights_on_the_sequence_a_desk_reads_and_writes_name_them(owned: URL, granted: tuple[str, ...]) -> None:
    said(owned, *granted)
    with desk_of_the_role(owned) as desk:
        assert desk.cases.count() == 0
        assert list(desk.verify()) == []
        with pytest.raises(StoreReadOnlyError, match="GRANT USAGE ON SEQUENCE reclamation_write_order") as refused:
            factories.registered(desk)
        for told in (str(refused.value), refused.value.in_("fr")):
            assert "GRANT SELECT, INSERT, UPDATE, DELETE" in told
            assert "sqlite" not in told
