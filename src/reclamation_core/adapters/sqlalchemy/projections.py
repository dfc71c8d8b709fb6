"""Projections: rebuilt after an upgrade where another version of the library computed them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, Protocol

from reclamation_core.adapters.sqlalchemy.consistency import are_projections_current
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.mapper import CASE_MAPPER, PLAN_MAPPER, StoredSnapshot
from reclamation_core.adapters.sqlalchemy.statements import StaleDataError, writer_for
from reclamation_core.cases import Case
from reclamation_core.plans import Pgaac
from reclamation_core.ports import StoreDamagedError

_BATCH: Final = 500


class StoredState(Protocol):
    """What the rebuilding reads of a database."""

    def stale_cases(self, after: str, limit: int) -> list[Any]:
        """Return rows of cases that another version of the library computed, by reference."""

    def scopes(self) -> Iterable[str]:
        """Return the keys of the scopes of the plans."""

    def plan_snapshot(self, scope: str) -> StoredSnapshot[Pgaac] | None:
        """Return a plan as it is stored."""


def rebuild(database: Database, read: Callable[[Database], StoredState]) -> Iterator[int]:
    """Rebuild the projections of a database, and yield the size of each batch; see `rebuild_projections`.

    Args:
        database: the database.
        read: returns its state, which holds what it has loaded.
    """
    corrupt: list[StoreDamagedError] = []
    yield from _cases(database, read(database), corrupt)
    yield from _plans(database, read, corrupt)
    if corrupt:
        for other in corrupt[1:]:
            corrupt[0].add_note(str(other))
        raise corrupt[0]


def _cases(database: Database, state: StoredState, corrupt: list[StoreDamagedError]) -> Iterator[int]:
    after = ""
    while rows := state.stale_cases(after, _BATCH):
        snapshots, unread = _read(database, rows)
        try:
            _write(database, snapshots)
        except StaleDataError:
            continue  # a command changed one of them, and computed it anew: read the page again
        after = rows[-1].reference
        corrupt += unread
        yield len(snapshots)


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
    database.run([*CASE_MAPPER.rebuild_statements(writer_for(database.backend), snapshots)])


def _plans(
    database: Database, read: Callable[[Database], StoredState], corrupt: list[StoreDamagedError]
) -> Iterator[int]:
    for scope in read(database).scopes():
        yield int(_is_plan_rebuilt(database, read, scope, corrupt))


def _is_plan_rebuilt(
    database: Database, read: Callable[[Database], StoredState], scope: str, corrupt: list[StoreDamagedError]
) -> bool:
    """Rebuild the projections of a plan if they are not current; return whether they were not."""
    while True:
        try:
            snapshot = read(database).plan_snapshot(scope)
            if snapshot is None or are_projections_current(database, PLAN_MAPPER, snapshot.aggregate):
                return False
            database.run([*PLAN_MAPPER.rebuild_statements(writer_for(database.backend), [snapshot])])
        except StaleDataError:
            continue  # a command changed the plan: read it again
        except StoreDamagedError as error:
            if error.holder is None:
                raise
            corrupt.append(error)
            return False
        return True
