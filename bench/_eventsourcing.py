"""The same cases as aggregates of the library `eventsourcing`, giving the same service as our store.

Events hold the same documents. In the transaction of the events a recorder of that library writes the projections to
search by (our tables of cases and sites, with the folded state) and the texts, stored apart so that they can be erased.
Its own snapshots come with each fifth event, in a transaction of their own, or are off: the folded state then is the
only snapshot. What is loaded is the same case, equal in all its parts. It has no hash chain.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import import_module
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import URL

from bench._by_hand import insert_rows, projection_rows, projection_select
from reclamation_core.adapters.sqlalchemy.mapper import read_texts
from reclamation_core.cases import Case
from reclamation_core.cases.documents import event_document, read_event, read_state
from reclamation_core.documents import canonical_json

# Imported by name, because only `make bench` installs it.
_APPLICATION: Any = import_module("eventsourcing.application")
_DOMAIN: Any = import_module("eventsourcing.domain")
_SQLITE: Any = import_module("eventsourcing.sqlite")
_POSTGRES: Any = import_module("eventsourcing.postgres")


class CaseStream(_DOMAIN.Aggregate):  # type: ignore[misc]  # it may not be installed where types are checked
    """A case as an aggregate of that library."""

    @_DOMAIN.event("Opened")  # type: ignore[untyped-decorator]
    def __init__(self, reference: str, document: str) -> None:
        self.reference = reference
        self.documents = [document]

    @_DOMAIN.event("Continued")  # type: ignore[untyped-decorator]
    def append(self, document: str) -> None:
        """Add one event."""
        self.documents.append(document)


class SQLiteRecorder(_SQLITE.SQLiteApplicationRecorder):  # type: ignore[misc]
    """Writes the projections of new cases in the transaction of their events."""

    def _insert_events(self, c: Any, stored_events: Sequence[Any], *, cases: Sequence[Case], **more: Any) -> Any:
        returned = super()._insert_events(c, stored_events, **more)
        for table, rows in projection_rows(cases):
            insert_rows(c, table, rows, is_sqlite=True)
        return returned


class PostgresRecorder(_POSTGRES.PostgresApplicationRecorder):  # type: ignore[misc]
    """Writes the projections of new cases in the transaction of their events."""

    def _insert_events(self, curs: Any, stored_events: Sequence[Any], *, cases: Sequence[Case], **more: Any) -> None:
        super()._insert_events(curs, stored_events, **more)
        for table, rows in projection_rows(cases):
            insert_rows(curs, table, rows, is_sqlite=False)


class SnapshottingApplication(_APPLICATION.Application):  # type: ignore[misc]
    """An application that takes a snapshot of each case with its fifth event."""

    snapshotting_intervals: ClassVar[dict[type, int]] = {CaseStream: 5}


class EventSourcingStore:
    """Cases in that library, on a database that has our tables.

    Args:
        url: the database.
        has_snapshots: whether that library takes its own snapshots.
    """

    def __init__(self, url: URL, *, has_snapshots: bool) -> None:
        self._is_sqlite = url.get_backend_name() == "sqlite"
        application = SnapshottingApplication if has_snapshots else _APPLICATION.Application
        self._application: Any = application(env=_environment(url))
        self._select = projection_select(is_sqlite=self._is_sqlite)

    def save(self, *cases: Case) -> list[UUID]:
        """Save new cases in one transaction."""
        streams = [_stream(case) for case in cases]
        self._application.save(*streams, cases=cases)
        return [stream.id for stream in streams]

    def load(self, key: UUID) -> Case:
        """Load one case."""
        stream = self._application.repository.get(key)
        state, texts = self._projection(stream.reference)
        events = tuple(read_event(json.loads(document)) for document in stream.documents)
        return read_state(json.loads(state), events, read_texts(texts))

    def _projection(self, reference: str) -> tuple[str, str]:
        datastore = self._application.recorder.datastore
        if self._is_sqlite:
            with datastore.transaction(commit=False) as cursor:
                cursor.execute(self._select, (reference,))
                return tuple(cursor.fetchall()[0])
        with datastore.get_connection() as connection, connection.cursor() as cursor:
            cursor.execute(self._select, (reference,), prepare=True)
            return tuple(cursor.fetchone().values())

    def close(self) -> None:
        """Close the connections."""
        self._application.close()


def _stream(case: Case) -> CaseStream:
    first, *later = (canonical_json(event_document(event)) for event in case.events)
    stream: CaseStream = CaseStream(case.reference, first)
    for document in later:
        stream.append(document)
    return stream


def _environment(url: URL) -> dict[str, str]:
    if url.get_backend_name() == "sqlite":
        return {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "APPLICATION_RECORDER_TOPIC": f"{__name__}:SQLiteRecorder",
            "SQLITE_DBNAME": str(url.database),
        }
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "APPLICATION_RECORDER_TOPIC": f"{__name__}:PostgresRecorder",
        "POSTGRES_DBNAME": str(url.database),
        "POSTGRES_HOST": str(url.host or url.query["host"]),
        "POSTGRES_PORT": str(url.port or "5432"),
        "POSTGRES_USER": str(url.username),
        "POSTGRES_PASSWORD": str(url.password or ""),
    }
