"""The journal: events exactly as they are stored, with their links, not decoded; and the log of exports."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import attrs
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    Row,
    Select,
    Table,
    and_,
    cast,
    func,
    insert,
    null,
    or_,
    select,
    text,
    union,
)

from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.mapper import require_key
from reclamation_core.adapters.sqlalchemy.statements import decode_lossy, raw
from reclamation_core.adapters.sqlalchemy.tables import CASE_EVENTS, CASES, EXPORT_ACTORS, EXPORTS, PLAN_EVENTS, PLANS
from reclamation_core.cases.journal import Entry, WrittenEventStream
from reclamation_core.ports import ExportKind, ExportLog, ExportRecord, Journal
from reclamation_core.ports.query import require_limit, require_page
from reclamation_core.validators import is_storable
from reclamation_core.vocabulary import Role


class SqlAlchemyJournal(Journal):
    """The event streams as they are stored, also those whose case or plan was deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        return self._page(CASES, CASE_EVENTS, after, limit)

    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        return self._page(PLANS, PLAN_EVENTS, after, limit)

    def stream_of(self, reference: str) -> WrittenEventStream | None:
        return self._stream(CASES, CASE_EVENTS, reference)

    def plan_stream_of(self, scope: str) -> WrittenEventStream | None:
        return self._stream(PLANS, PLAN_EVENTS, scope)

    def _stream(self, owners: Table, events: Table, holder: str) -> WrittenEventStream | None:
        if not is_storable(holder):
            return None
        rows = self._database.rows(_stream(owners, events, holder, self._database.backend))
        return WrittenEventStream(holder, rows[0][0], _entries(rows)) if rows else None

    def _page(self, owners: Table, events: Table, after: str | None, limit: int) -> tuple[WrittenEventStream, ...]:
        require_limit(limit)
        stored = self._database.rows(_streams(owners, events, after, limit, self._database.backend))
        rows = groupby(stored, key=itemgetter(0, 1))
        name = self._database.name
        return tuple(
            WrittenEventStream(require_key(holder, name), version, _entries(list(stream)))
            for (holder, version), stream in rows
        )


def _entries(rows: list[Any]) -> tuple[Entry, ...]:
    """Return the entries of a stream; none if its events are gone."""
    return tuple(
        Entry(row[2], decode_lossy(row[3]), decode_lossy(row[4], "replace")) for row in rows if row[2] is not None
    )


def _streams(owners: Table, events: Table, after: str | None, limit: int, backend: str) -> Select[Any]:
    """Return the statement that reads a page of streams, one row an event.

    Args:
        owners: the cases, or the plans.
        events: their events.
        after: the key after which the page begins.
        limit: how many streams it has at most.
        backend: `sqlite` or `postgresql`.
    """
    (key,), (owner, _) = owners.primary_key.columns, events.primary_key.columns
    named = union(_names(key, after, limit), _names(owner, after, limit)).subquery()
    page = select(named.c[0].label("reference")).order_by(named.c[0]).limit(limit).subquery()
    joined = page.outerjoin(owners, key == page.c.reference).outerjoin(events, owner == page.c.reference)
    version = cast(func.coalesce(owners.c.version, 0), Integer)  # SQLite stores other types in an integer column, too
    columns = (events.c.number, raw(events.c.document, backend), raw(events.c.link, backend))
    streams = select(page.c.reference, version, *columns).select_from(joined)
    return streams.order_by(page.c.reference, events.c.number)


def _stream(owners: Table, events: Table, holder: str, backend: str) -> Select[Any]:
    """Return the statement that reads the stream of a holder, one row an event."""
    (key,), (owner, _) = owners.primary_key.columns, events.primary_key.columns
    named = union(select(key).where(key == holder), select(owner).where(owner == holder)).subquery()
    joined = named.outerjoin(owners, key == named.c[0]).outerjoin(events, owner == named.c[0])
    version = cast(func.coalesce(owners.c.version, 0), Integer)
    columns = (events.c.number, raw(events.c.document, backend), raw(events.c.link, backend))
    return select(version, null(), *columns).select_from(joined).order_by(events.c.number)


def _names(column: Column[Any], after: str | None, limit: int) -> Select[Any]:
    """Return the next keys of a column, from neither table more than the page needs."""
    names = select(column.label("reference")).distinct().order_by(column).limit(limit)
    named = (names if after is None else names.where(column > after)).subquery()
    return select(named.c.reference)


_COLUMNS: Final = (
    EXPORTS.c.number,
    EXPORTS.c.kind,
    EXPORTS.c.subject,
    EXPORTS.c.sha256,
    # An expression hides the declared type from the converters of a host's connection on SQLite.
    func.coalesce(EXPORTS.c.exported_at, null()).label("exported_at"),
    EXPORTS.c.role,
    EXPORTS.c.place,
    EXPORTS.c.recipients,
    EXPORT_ACTORS.c.actor,
)
_LOCK: Final = text(f"LOCK TABLE {EXPORTS} IN EXCLUSIVE MODE")  # two writers would take one number


class SqlAlchemyExports(ExportLog):
    """The exports in the order of their numbers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, export: ExportRecord) -> ExportRecord:
        def added(connection: Connection, _: int) -> int:
            if self._database.backend == "postgresql":
                connection.execute(_LOCK)
            number = 1 + int(connection.execute(select(func.coalesce(func.max(EXPORTS.c.number), 0))).scalar_one())
            connection.execute(
                insert(EXPORTS).values(
                    number=number,
                    kind=export.kind.value,
                    subject=export.subject,
                    sha256=export.sha256,
                    exported_at=export.exported_at,
                    role=export.role.value,
                    place=export.place,
                    recipients="\n".join(export.recipients),
                )
            )
            if export.actor is not None:
                connection.execute(insert(EXPORT_ACTORS).values(number=number, actor=export.actor))
            return number

        return attrs.evolve(export, number=self._database.write(added))

    def read(self, after: int = 0, limit: int = 500, place: str | None = None) -> tuple[ExportRecord, ...]:
        require_page(after, limit)
        joined = EXPORTS.outerjoin(EXPORT_ACTORS, EXPORT_ACTORS.c.number == EXPORTS.c.number)
        wanted = select(*_COLUMNS).select_from(joined).where(EXPORTS.c.number > after)
        if place is not None:
            wanted = wanted.where(EXPORTS.c.place == place)
        return tuple(map(_record, self._database.rows(wanted.order_by(EXPORTS.c.number).limit(limit))))

    def latest(self, limit: int = 50, place: str | None = None, subject: str | None = None) -> tuple[ExportRecord, ...]:
        require_page(0, limit)
        joined = EXPORTS.outerjoin(EXPORT_ACTORS, EXPORT_ACTORS.c.number == EXPORTS.c.number)
        wanted = select(*_COLUMNS).select_from(joined)
        if place is not None:
            wanted = wanted.where(EXPORTS.c.place == place)
        if subject is not None:
            number = func.substr(EXPORTS.c.subject, len(subject) + 2)
            in_range = and_(EXPORTS.c.subject >= f"{subject} 0", EXPORTS.c.subject < f"{subject} :")  # after the digits
            is_part = and_(in_range, func.ltrim(number, "0123456789") == "")
            wanted = wanted.where(or_(EXPORTS.c.subject == subject, is_part))
        rows = self._database.rows(wanted.order_by(EXPORTS.c.number.desc()).limit(limit))
        return tuple(map(_record, reversed(rows)))


def _record(row: Row[Any]) -> ExportRecord:
    return ExportRecord(
        number=row.number,
        kind=ExportKind.parse(row.kind),
        subject=row.subject,
        sha256=row.sha256,
        exported_at=row.exported_at,
        actor=row.actor,
        role=Role.parse(row.role),
        place=row.place,
        recipients=tuple(row.recipients.split("\n")) if row.recipients else (),
    )
