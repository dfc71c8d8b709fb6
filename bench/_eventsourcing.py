"""The same cases as aggregates of the library `eventsourcing`: events keep the texts of ours, and give the case back.

Beside the events it keeps nothing: no state, no columns to query, no texts apart, no sites, no chain.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any
from uuid import UUID

from sqlalchemy import URL

from reclamation_core.cases import Case
from reclamation_core.cases.documents import event_document, read_event
from reclamation_core.documents import canonical_json

# Looked up by name, for only `make bench` installs it.
_APPLICATION: Any = import_module("eventsourcing.application")
_DOMAIN: Any = import_module("eventsourcing.domain")


class Story(_DOMAIN.Aggregate):  # type: ignore[misc]  # it may not be installed where types are checked
    """A case as that library has it."""

    @_DOMAIN.event("Opened")  # type: ignore[untyped-decorator]
    def __init__(self, document: str) -> None:
        self.documents = [document]

    @_DOMAIN.event("Continued")  # type: ignore[untyped-decorator]
    def go_on(self, document: str) -> None:
        """One more event."""
        self.documents.append(document)


class Stories:
    """An application of that library on a database.

    Args:
        url: the database.
    """

    def __init__(self, url: URL) -> None:
        self._application = _APPLICATION.Application(env=_environment(url))

    def save(self, *cases: Case) -> list[UUID]:
        """Keep new cases in one transaction."""
        stories = [_story([canonical_json(event_document(event)) for event in case.events]) for case in cases]
        self._application.save(*stories)
        return [story.id for story in stories]

    def load(self, key: UUID) -> Case:
        """One case, without its texts."""
        documents = self._application.repository.get(key).documents
        return Case.from_events(read_event(json.loads(document)) for document in documents)

    def close(self) -> None:
        """Give the connections back."""
        self._application.close()


def _story(documents: list[str]) -> Story:
    story: Story = Story(documents[0])
    for document in documents[1:]:
        story.go_on(document)
    return story


def _environment(url: URL) -> dict[str, str]:
    if url.get_backend_name() == "sqlite":
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(url.database)}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(url.database),
        "POSTGRES_HOST": str(url.host or url.query["host"]),
        "POSTGRES_PORT": str(url.port or "5432"),
        "POSTGRES_USER": str(url.username),
        "POSTGRES_PASSWORD": str(url.password or ""),
    }
