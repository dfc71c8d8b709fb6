"""The same cases as aggregates of the library `eventsourcing`: events keep the documents of ours and their texts.

What is loaded is the same case, equal in all its parts. Beside the events it keeps nothing: no state, no columns to
query, no texts apart that could be forgotten or searched, no sites, no chain.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any
from uuid import UUID

from sqlalchemy import URL

from reclamation_core.cases import Case, Event, Secret, Vault
from reclamation_core.cases.documents import event_document, read_event
from reclamation_core.cases.texts import commitments
from reclamation_core.documents import canonical_json

# Looked up by name, for only `make bench` installs it.
_APPLICATION: Any = import_module("eventsourcing.application")
_DOMAIN: Any = import_module("eventsourcing.domain")


class Story(_DOMAIN.Aggregate):  # type: ignore[misc]  # it may not be installed where types are checked
    """A case as that library has it."""

    @_DOMAIN.event("Opened")  # type: ignore[untyped-decorator]
    def __init__(self, document: str, texts: list[list[str]]) -> None:
        self.documents = [document]
        self.texts = texts

    @_DOMAIN.event("Continued")  # type: ignore[untyped-decorator]
    def go_on(self, document: str, texts: list[list[str]]) -> None:
        """One more event, and the texts that came with it: digest, salt and text of each."""
        self.documents.append(document)
        self.texts += texts


class Stories:
    """An application of that library on a database.

    Args:
        url: the database.
    """

    def __init__(self, url: URL) -> None:
        self._application = _APPLICATION.Application(env=_environment(url))

    def save(self, *cases: Case) -> list[UUID]:
        """Keep new cases in one transaction."""
        stories = [_story(case) for case in cases]
        self._application.save(*stories)
        return [story.id for story in stories]

    def load(self, key: UUID) -> Case:
        """One case."""
        story = self._application.repository.get(key)
        vault = Vault({digest: Secret(text, bytes.fromhex(salt)) for digest, salt, text in story.texts})
        return Case.from_events((read_event(json.loads(document)) for document in story.documents), vault)

    def close(self) -> None:
        """Give the connections back."""
        self._application.close()


def _story(case: Case) -> Story:
    first, *later = ((canonical_json(event_document(event)), _texts(case, event)) for event in case.events)
    story: Story = Story(*first)
    for document, texts in later:
        story.go_on(document, texts)
    return story


def _texts(case: Case, event: Event) -> list[list[str]]:
    kept = case.vault.by_digest()
    digests = [event.by.digest, *(commitment.digest for commitment in commitments(event.data))]
    return [[digest, kept[digest].salt.hex(), kept[digest].text] for digest in digests]


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
