"""The adapter for databases keeps every promise of the ports in an SQLite file."""

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


class TestSqliteFileCases(CaseRepositoryContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open(f"sqlite:///{folder}/reclamations.db")


class TestSqliteFileQueries(CaseQueryContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open(f"sqlite:///{folder}/reclamations.db")


class TestSqliteFilePlans(PlanRepositoryContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open(f"sqlite:///{folder}/reclamations.db")


class TestSqliteFileUnitOfWork(UnitOfWorkContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open(f"sqlite:///{folder}/reclamations.db")


class TestSqliteFileFeed(EventFeedContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open(f"sqlite:///{folder}/reclamations.db")


class TestSqliteFileJournal(JournalContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open(f"sqlite:///{folder}/reclamations.db")


class TestSqliteFileReferences(ReferenceNumbersContract):
    def new_store(self, folder: Path) -> Store:
        return SqlAlchemyStore.open(f"sqlite:///{folder}/reclamations.db")
