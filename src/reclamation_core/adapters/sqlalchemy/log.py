"""The log of all committed events, for checkpoints: entries are added under the lock of the feed."""

from __future__ import annotations

import base64
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, null, select, text, update

from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.feed import assign_all, lock_feed
from reclamation_core.adapters.sqlalchemy.statements import INSERTS
from reclamation_core.adapters.sqlalchemy.tables import CASE_EVENTS, LOG, LOG_CHECKPOINTS, PLAN_EVENTS, PLANS
from reclamation_core.cases.log import LogEntry, LogState
from reclamation_core.ports import CheckpointRecord, EventLog
from reclamation_core.ports.query import require_page

_SIZE: Final = f"coalesce((SELECT max(log_index) + 1 FROM {LOG}), 0)"
_LAST: Final = f"SELECT position FROM {LOG} WHERE position IS NOT NULL ORDER BY log_index DESC LIMIT 1"
_COLUMNS: Final = f"INSERT INTO {LOG} (log_index, holder, number, link, position) "
EXTEND: Final = (
    text(
        f"{_COLUMNS} SELECT {_SIZE} + row_number() OVER (ORDER BY position) - 1, case_reference, number, link, "
        f"position FROM {CASE_EVENTS} AS e WHERE position > coalesce(({_LAST}), 0) "
        f"AND NOT EXISTS (SELECT 1 FROM {LOG} AS l WHERE l.holder = e.case_reference AND l.number = e.number)"
    ),
    text(
        f"{_COLUMNS} SELECT {_SIZE} + row_number() OVER (ORDER BY e.scope, e.number) - 1, e.scope, e.number, e.link, "
        f"CAST(NULL AS BIGINT) FROM (SELECT p.scope, coalesce((SELECT max(l.number) FROM {LOG} AS l "
        f"WHERE l.holder = p.scope), 0) AS logged FROM {PLANS} AS p) AS n "
        f"JOIN {PLAN_EVENTS} AS e ON e.scope = n.scope AND e.number > n.logged"
    ),
)
"""The statements that add the events without an entry: those of cases from the last position on, those of plans."""
_ENTRIES: Final = (LOG.c.log_index, LOG.c.holder, LOG.c.number, LOG.c.link)


class SqlAlchemyLog(EventLog):
    """The entries and the checkpoints in tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def extend(self) -> int:
        return self._database.write(_extend)

    def read(self, after: int = 0, limit: int = 500) -> tuple[LogEntry, ...]:
        require_page(after, limit)
        wanted = select(*_ENTRIES).where(LOG.c.log_index >= after).order_by(LOG.c.log_index).limit(limit)
        return tuple(map(_entry, self._database.rows(wanted)))

    def heads(self, group: str, size: int) -> tuple[LogEntry, ...]:
        length = func.length(LOG.c.holder)
        is_own = length == len(group) + 2 if group else length <= 2  # a range of the index is read, not all holders
        in_range = (LOG.c.holder >= group, LOG.c.holder < f"{group}\U0010ffff", is_own, LOG.c.log_index < size)
        numbers = select(LOG.c.holder, func.max(LOG.c.number).label("number")).where(*in_range)
        last = numbers.group_by(LOG.c.holder).subquery()
        joined = LOG.join(last, (LOG.c.holder == last.c.holder) & (LOG.c.number == last.c.number))
        wanted = select(*_ENTRIES).select_from(joined).order_by(LOG.c.holder)
        return tuple(map(_entry, self._database.rows(wanted)))

    def checkpoints(self) -> tuple[CheckpointRecord, ...]:
        wanted = select(
            LOG_CHECKPOINTS.c.size,
            # An expression hides the declared type from the converters of a host's connection on SQLite.
            func.coalesce(LOG_CHECKPOINTS.c.taken_at, null()).label("taken_at"),
            LOG_CHECKPOINTS.c.note,
            LOG_CHECKPOINTS.c.token,
            LOG_CHECKPOINTS.c.state,
        )
        return tuple(map(_record, self._database.rows(wanted.order_by(LOG_CHECKPOINTS.c.size))))

    def save(self, checkpoint: CheckpointRecord) -> None:
        values = {
            "size": checkpoint.size,
            "taken_at": checkpoint.taken_at,
            "note": checkpoint.note,
            "token": None if checkpoint.token is None else base64.b64encode(checkpoint.token).decode(),
            "state": None if checkpoint.state is None else checkpoint.state.to_json(),
        }
        insert = INSERTS[self._database.backend](LOG_CHECKPOINTS).values(
            {name: bindparam(f"new_{name}", type_=LOG_CHECKPOINTS.c[name].type) for name in values}
        )
        changed = {name: insert.excluded[name] for name in values if name != "size"}
        statement = insert.on_conflict_do_update(index_elements=["size"], set_=changed)

        def work(connection: Connection, _: int) -> None:
            others = (LOG_CHECKPOINTS.c.state.is_not(None), LOG_CHECKPOINTS.c.size != checkpoint.size)
            connection.execute(update(LOG_CHECKPOINTS).where(*others).values(state=None))
            connection.execute(statement, {f"new_{name}": value for name, value in values.items()})

        self._database.write(work)


def _extend(connection: Connection, _: int) -> int:
    if connection.dialect.name == "postgresql":
        lock_feed(connection)
        assign_all(connection)
    for statement in EXTEND:
        connection.execute(statement)
    return int(connection.execute(text(f"SELECT {_SIZE}")).scalar_one())


def _entry(row: Row[Any]) -> LogEntry:
    return LogEntry(*tuple(row))  # in the order of _ENTRIES


def _record(row: Row[Any]) -> CheckpointRecord:
    return CheckpointRecord(
        size=row.size,
        note=row.note,
        taken_at=row.taken_at,
        token=None if row.token is None else base64.b64decode(row.token),
        state=None if row.state is None else LogState.from_json(row.state),
    )
