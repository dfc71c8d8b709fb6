"""Projections: rebuilt after an upgrade where another version of the library computed them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import URL, Engine

from reclamation_core.adapters.sqlalchemy.consistency import are_projections_current
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.host_connection import HostConnection, HostDatabase
from reclamation_core.adapters.sqlalchemy.mapper import CASE_MAPPER, PLAN_MAPPER, StoredSnapshot
from reclamation_core.adapters.sqlalchemy.schema import check_version, on_own_engine
from reclamation_core.adapters.sqlalchemy.statements import StaleDataError, writer_for
from reclamation_core.adapters.sqlalchemy.store import SqlAlchemyState
from reclamation_core.cases import Case
from reclamation_core.ports import StoreDamagedError

_BATCH: Final = 500


def rebuild_projections(database: Engine | URL | str | HostConnection) -> int:
    """Replay the cases and plans whose projections another version of the library computed, and write them again.

    Projections are what searches, lists, the board and the views read: the columns of cases, their sites and causes,
    the normalized texts, actions and published plans. Run this after `upgrade`: until then, or until the next command
    on a case, they show it as the other version understood it. A case stores the STATE_VERSION that computed it; a
    plan is compared. Cases are written in batches, each all or nothing, while others go on working. No event is added.

    Args:
        database: its address, or an engine on it; or a connection of an application, as for `upgrade`: then all of it
            is part of the transaction that the application has begun, and is committed by the application.

    Returns:
        How many cases and plans were rebuilt.

    Raises:
        TypeError, ValueError: it is none of these, or its address is not supported.
        SchemaError: the schema has another version, or there is none.
        StoreDamagedError: a case or a plan is corrupt; all the others are rebuilt first.
        StoreError: the database refused; the batches before it are committed.
    """
    if isinstance(database, str | URL):
        return on_own_engine(database, rebuild_projections)
    check_version(database)
    if isinstance(database, Engine):
        return _rebuild(Database(database.execution_options(isolation_level="AUTOCOMMIT")))
    return _rebuild(HostDatabase.of(database))  # its schema was checked above


def _rebuild(database: Database) -> int:
    corrupt: list[StoreDamagedError] = []
    count = _cases(database, corrupt) + _plans(database, corrupt)
    if corrupt:
        for other in corrupt[1:]:
            corrupt[0].add_note(str(other))
        raise corrupt[0]
    return count


def _cases(database: Database, corrupt: list[StoreDamagedError]) -> int:
    state, count, after = SqlAlchemyState(database), 0, ""
    while rows := state.stale_cases(after, _BATCH):
        snapshots, unread = _read(database, rows)
        try:
            _write(database, snapshots)
        except StaleDataError:
            continue  # a command changed one of them, and computed it anew: read the page again
        count, after = count + len(snapshots), rows[-1].reference
        corrupt += unread
    return count


def _read(database: Database, rows: Sequence[Any]) -> tuple[list[StoredSnapshot[Case]], list[StoreDamagedError]]:
    snapshots: list[StoredSnapshot[Case]] = []
    corrupt: list[StoreDamagedError] = []
    for row in rows:
        try:
            snapshots.append(CASE_MAPPER.read(row, database.name))
        except StoreDamagedError as error:
            corrupt.append(error)
    return snapshots, corrupt


def _write(database: Database, snapshots: Sequence[StoredSnapshot[Case]]) -> None:
    database.run([*CASE_MAPPER.rebuild_statements(writer_for(database.dialect), snapshots)])


def _plans(database: Database, corrupt: list[StoreDamagedError]) -> int:
    return sum(_is_plan_rebuilt(database, scope, corrupt) for scope in SqlAlchemyState(database).scopes())


def _is_plan_rebuilt(database: Database, scope: str, corrupt: list[StoreDamagedError]) -> bool:
    """Rebuild the projections of a plan if they are not current; return whether they were not."""
    while True:
        try:
            snapshot = SqlAlchemyState(database).plan_snapshot(scope)
            if snapshot is None or are_projections_current(database, PLAN_MAPPER, snapshot.aggregate):
                return False
            database.run([*PLAN_MAPPER.rebuild_statements(writer_for(database.dialect), [snapshot])])
        except StaleDataError:
            continue  # a command changed the plan: read it again
        except StoreDamagedError as error:
            if error.holder is None:
                raise
            corrupt.append(error)
            return False
        return True
