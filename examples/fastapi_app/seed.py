"""Invented cases for an empty register, from the library's own simulation."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from examples.fastapi_app.application import SITES
from reclamation_core.adapters import FolderDocumentStore, SqlAlchemyStore
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.ports import CaseQuery, DocumentStore
from reclamation_core.simulation import seed_register


def documents_in(folder: Path) -> DocumentStore:
    """Return the store of documents in a folder."""
    return FolderDocumentStore(folder)


def seed(engine: Engine, number: int = 300, documents: DocumentStore | None = None) -> int:
    """Save invented messages of the last two months with their handling, if the register is empty.

    Args:
        engine: the database.
        number: how many messages; a tenth of them are malfunctions, a fifth results of the survey.
        documents: where the documents of some supports are stored.

    Returns:
        The number of cases of the register.
    """
    with engine.begin() as connection:
        store = SqlAlchemyStore.from_connection(connection)
        with store.unit_of_work() as unit:
            count = unit.cases.count(CaseQuery())
        now = datetime.now(BusinessCalendar.france().zone)
        return count or seed_register(store, SITES, now, number=number, documents=documents)
