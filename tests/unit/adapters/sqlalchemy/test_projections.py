"""Projections that another version of the library computed are rebuilt, in whole batches."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from reclamation_core.adapters import SqlAlchemyStore, rebuild_projections
from reclamation_core.adapters.sqlalchemy import projections
from reclamation_core.adapters.sqlalchemy.consistency import are_projections_current
from reclamation_core.desk import Desk
from reclamation_core.ports import CaseQuery, SchemaError, StoreDamagedError
from reclamation_core.testing.contracts.samples import desk_on
from reclamation_core.vocabulary import Level
from tests.databases import new_database, sqlite_file
from tests.hosts import HOSTS, Host
from tests.inside import engine_of
from tests.unit.adapters.sqlalchemy.asking import rows, run
from tests.unit.desk import factories

STALE = (
    "UPDATE reclamation_cases SET state_version = 1, document = '{}'",
    "UPDATE reclamation_cases SET level = 'national', level_rank = 2, awaited_on = NULL",
    "UPDATE reclamation_case_sites SET site = 'XXX' WHERE part = 'handling'",
    "INSERT INTO reclamation_case_causes VALUES ('R-2026-000001', 'xxx')",
    "UPDATE reclamation_case_search SET words = 'xxx'",
)


def written_by_another(store: SqlAlchemyStore) -> Desk:
    """Cases as another version of the library might have computed them."""
    desk = desk_on(store)
    factories.analysed(desk, complainant="Mme Durand")
    factories.closed(desk, complainant="M. Petit")
    factories.registered(desk, complainant="Mme Leroy")
    for change in STALE:
        run(store, change)
    return desk


def stale(store: SqlAlchemyStore) -> list[Any]:
    """The cases that another version computed."""
    return rows(store, "SELECT reference FROM reclamation_cases WHERE state_version = 1")


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_what_another_version_folded_is_written_as_this_one_folds_it(
    store: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(projections, "_BATCH", at_once)
    desk = written_by_another(store)
    before = [case.events for case in desk.cases.find(CaseQuery()).cases]
    assert desk.cases.count(CaseQuery(levels=frozenset({Level.NATIONAL}))) == 3
    assert desk.personal_data_of("Durand") == ()
    assert {found.holder for found in desk.verify()} == {f"R-2026-00000{number}" for number in (1, 2, 3)}

    assert rebuild_projections(engine_of(store)) == 3

    assert [*desk.verify(), *desk.examine()] == []
    assert desk.cases.count(CaseQuery(levels=frozenset({Level.NATIONAL}))) == 0
    assert desk.cases.count(CaseQuery(sites=frozenset({"XXX"}))) == 0
    assert {holding.holder for holding in desk.personal_data_of("Durand")} == {"R-2026-000001"}
    assert [case.events for case in desk.cases.find(CaseQuery()).cases] == before
    assert rebuild_projections(engine_of(store)) == 0


@pytest.mark.parametrize("application", HOSTS.values(), ids=HOSTS)
def test_so_will_a_connection_that_an_application_has_within_its_transaction(
    application: Callable[[Path], Host], tmp_path: Path
) -> None:
    host = application(tmp_path)
    store = SqlAlchemyStore(host.outside)
    written_by_another(store)

    host.begin()
    host.say("INSERT INTO invoices VALUES (7)")
    assert rebuild_projections(host.connection) == 3
    host.rollback()
    assert len(stale(store)) == 3

    host.begin()
    assert rebuild_projections(host.connection) == 3
    host.commit()
    assert stale(store) == []
    host.close()


def test_on_a_connection_in_autocommit_each_batch_is_committed(tmp_path: Path) -> None:
    file = tmp_path / "reclamations.db"
    store = SqlAlchemyStore.open(sqlite_file(tmp_path))
    written_by_another(store)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        assert rebuild_projections(connection) == 3
    assert stale(store) == []
    store.close()


def test_from_asyncio_the_connection_runs_it(tmp_path: Path) -> None:
    store = SqlAlchemyStore.open(sqlite_file(tmp_path))
    written_by_another(store)

    async def life() -> None:
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/reclamations.db", poolclass=NullPool)
        async with engine.begin() as connection:
            assert await connection.run_sync(rebuild_projections) == 3
            with pytest.raises(
                TypeError, match=r"database: .* is asynchronous; use await connection\.run_sync\(.* rebuild_projections"
            ):
                rebuild_projections(connection)

    asyncio.run(life())
    assert stale(store) == []
    store.close()


def test_a_corrupt_case_raises_after_the_others_are_rebuilt(store: SqlAlchemyStore) -> None:
    desk = written_by_another(store)
    run(store, "UPDATE reclamation_case_events SET document = '{' WHERE case_reference <> 'R-2026-000003'")
    with pytest.raises(StoreDamagedError, match="'R-2026-000001': event 1") as refused:
        rebuild_projections(engine_of(store))
    assert ["'R-2026-000002'" in note for note in refused.value.__notes__] == [True]
    assert {found.holder for found in desk.verify()} == {"R-2026-000001", "R-2026-000002"}


def test_a_concurrent_command_on_a_case_is_kept(store: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = written_by_another(store)
    write = projections._write
    acted: list[str] = []

    def and_somebody_acts(*given: Any) -> None:
        if not acted:
            acted.append(desk.contain("R-2026-000001", measure="un remplaçant est venu").reference)
        write(*given)

    monkeypatch.setattr(projections, "_write", and_somebody_acts)
    assert rebuild_projections(engine_of(store)) == 2
    assert desk.cases.get("R-2026-000001").containments
    assert list(desk.verify()) == []


def test_a_command_rebuilds_the_projections_of_its_case(store: SqlAlchemyStore) -> None:
    desk = written_by_another(store)
    desk.reroute("R-2026-000001", handling_unit="STR", level=Level.NATIONAL, reason="la presse en parle")
    assert {found.holder for found in desk.verify()} == {"R-2026-000002", "R-2026-000003"}


def with_a_plan(store: SqlAlchemyStore) -> Desk:
    """A plan whose rows another version might have written."""
    desk = desk_on(store)
    for site in ("CRE", "STR"):
        desk.pgaac(site).add(factories.sheet(site=site))
        desk.pgaac(site).publish()
    run(store, "UPDATE reclamation_actions SET status = 'xxx' WHERE scope = 'site:STR'")
    run(store, "UPDATE reclamation_published_lines SET reference = 'xxx' WHERE scope = 'site:STR'")
    run(store, "INSERT INTO reclamation_action_cases VALUES ('site:STR', 'A-1', 'xxx')")
    return desk


def test_what_another_version_wrote_of_a_plan_is_written_as_this_one_writes_it(store: SqlAlchemyStore) -> None:
    desk = with_a_plan(store)
    before = desk.pgaac("STR").current.events
    assert {found.holder for found in desk.verify()} == {"site:STR"}
    assert rebuild_projections(engine_of(store)) == 1
    assert list(desk.verify()) == []
    assert desk.pgaac("STR").current.events == before
    assert rebuild_projections(engine_of(store)) == 0


def test_a_concurrent_command_on_a_plan_is_kept(store: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = with_a_plan(store)

    def and_somebody_acts(database: Any, mapper: Any, plan: Any) -> bool:
        told = are_projections_current(database, mapper, plan)
        if plan.scope.code == "STR" and plan.version == 2:
            desk.pgaac("STR").progress("A-1")
        return told

    monkeypatch.setattr(projections, "are_projections_current", and_somebody_acts)
    assert rebuild_projections(engine_of(store)) == 1
    assert desk.pgaac("STR").current.version == 3
    assert list(desk.verify()) == []


def test_a_corrupt_plan_raises_after_the_others_are_rebuilt(store: SqlAlchemyStore) -> None:
    desk = with_a_plan(store)
    run(store, "UPDATE reclamation_plan_events SET document = '{' WHERE scope = 'site:CRE'")
    with pytest.raises(StoreDamagedError, match="plan 'site:CRE': event 1"):
        rebuild_projections(engine_of(store))
    assert {found.holder for found in desk.verify()} == {"site:CRE"}


def test_a_database_damaged_as_a_whole_raises_at_once(store: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with_a_plan(store)

    def broken(*_: object) -> Any:
        raise StoreDamagedError("x", "SQLITE_CORRUPT")

    monkeypatch.setattr(projections, "are_projections_current", broken)
    with pytest.raises(StoreDamagedError, match="SQLITE_CORRUPT"):
        rebuild_projections(engine_of(store))


@pytest.mark.postgresql
def test_a_database_without_the_schema_is_refused() -> None:
    with pytest.raises(SchemaError):
        rebuild_projections(new_database())
