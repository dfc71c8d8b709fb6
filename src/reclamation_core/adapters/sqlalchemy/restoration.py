"""The mark of a restored database: a new identity, a new epoch, and counters past what is known from later."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import attrs
from sqlalchemy import URL, ColumnElement, Connection, Engine, func, select, text, update

from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.feed import assign_all
from reclamation_core.adapters.sqlalchemy.schema import check_version, on_own_engine
from reclamation_core.adapters.sqlalchemy.statements import NUMBERED
from reclamation_core.adapters.sqlalchemy.tables import EPOCHS, JOBS, SERIES, VERSION
from reclamation_core.shared_repr import SharedRepr

_IDENTITY: Final = text(f"UPDATE {VERSION} SET identity = :identity")
_COUNTER: Final = text(
    f"INSERT INTO {SERIES} (series, last_number) VALUES (:series, :number) ON CONFLICT (series) "
    f"DO UPDATE SET last_number = :number WHERE {SERIES}.last_number < :number"
)


@attrs.frozen(kw_only=True)
class Restoration(SharedRepr):
    """What `mark_restored` did.

    Attributes:
        epoch: the number of the new epoch: how often the database was restored.
        position: the position in the feed after which its events come.
        counters: the last number of each series that was named, after which the next is assigned.
    """

    epoch: int
    position: int
    counters: Mapping[str, int]


def mark_restored(
    database: Engine | URL | str, begun_at: datetime, *, counters: Mapping[str, int], position: int = 0
) -> Restoration:
    """Mark a database that was restored from a backup, so that no number is assigned again.

    It gets a new identity, which ends desks that were opened before, and a new epoch, by which consumers distinguish
    its events from those that the backup lacks. All jobs are released.

    Args:
        database: its address, or an engine on it.
        begun_at: the present instant.
        counters: by series, the greatest number that anybody knows from after the backup.
        position: the greatest position in the feed that a consumer knows; 0 for none.

    Raises:
        TypeError, ValueError: the address is not supported.
        SchemaError: the schema has another version, or there is none.
        StoreError: the database refused.
    """
    if isinstance(database, str | URL):
        return on_own_engine(
            database, lambda engine: mark_restored(engine, begun_at, counters=counters, position=position)
        )
    check_version(database)
    autocommit = Database(database.execution_options(isolation_level="AUTOCOMMIT"))
    return autocommit.write(lambda connection, _: _mark(connection, begun_at, counters, position))


def _mark(connection: Connection, begun_at: datetime, counters: Mapping[str, int], position: int) -> Restoration:
    if connection.dialect.name == "postgresql":
        assign_all(connection)
    last = max(position, *(_greatest(connection, table.c.position) for table in (*NUMBERED, EPOCHS)))
    epoch = 1 + _greatest(connection, EPOCHS.c.number)
    identity = uuid4().hex
    values: dict[str, Any] = {"number": epoch, "identity": identity, "begun_at": begun_at, "position": last}
    connection.execute(EPOCHS.insert().values(values))
    connection.execute(_IDENTITY, {"identity": identity})
    for series, number in sorted(counters.items()):
        connection.execute(_COUNTER, {"series": series, "number": number})
    released = {"holder": None, "until": None, "version": JOBS.c.version + 1}
    connection.execute(update(JOBS).where(JOBS.c.holder.is_not(None)).values(released))
    return Restoration(epoch=epoch, position=last, counters=_counters(connection, counters.keys()))


def _greatest(connection: Connection, column: ColumnElement[int]) -> int:
    return int(connection.execute(select(func.max(column))).scalar() or 0)


def _counters(connection: Connection, series: Collection[str]) -> dict[str, int]:
    wanted = select(SERIES.c.series, SERIES.c.last_number).where(SERIES.c.series.in_(series))
    return {row[0]: row[1] for row in connection.execute(wanted.order_by(SERIES.c.series))}
