"""The adapter for databases keeps every promise of the ports in an SQLite database in memory."""

from __future__ import annotations

from pathlib import Path

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.ports import Store
from tests.contracts.cases import CaseRepositoryContract
from tests.contracts.feed import EventFeedContract
from tests.contracts.journal import JournalContract
from tests.contracts.plans import PlanRepositoryContract
from tests.contracts.queries import CaseQueryContract
from tests.contracts.references import ReferenceNumbersContract
from tests.contracts.unit_of_work import UnitOfWorkContract


class TestSqliteMemoryCases(CaseRepositoryContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open("sqlite://")


class TestSqliteMemoryQueries(CaseQueryContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open("sqlite://")


class TestSqliteMemoryPlans(PlanRepositoryContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open("sqlite://")


class TestSqliteMemoryUnitOfWork(UnitOfWorkContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open("sqlite://")


class TestSqliteMemoryFeed(EventFeedContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open("sqlite://")


class TestSqliteMemoryJournal(JournalContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open("sqlite://")


class TestSqliteMemoryReferences(ReferenceNumbersContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open("sqlite://")
