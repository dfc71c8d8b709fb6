"""The memory adapter keeps every promise of the ports."""

from __future__ import annotations

from pathlib import Path

from reclamation_core.adapters.memory import InMemoryStore
from reclamation_core.ports import Store
from tests.contracts.cases import CaseRepositoryContract
from tests.contracts.feed import EventFeedContract
from tests.contracts.journal import JournalContract
from tests.contracts.plans import PlanRepositoryContract
from tests.contracts.queries import CaseQueryContract
from tests.contracts.references import ReferenceNumbersContract
from tests.contracts.unit_of_work import UnitOfWorkContract


class TestInMemoryCases(CaseRepositoryContract):
    def new_store(self, folder: Path) -> Store:
        return InMemoryStore()


class TestInMemoryQueries(CaseQueryContract):
    def new_store(self, folder: Path) -> Store:
        return InMemoryStore()


class TestInMemoryPlans(PlanRepositoryContract):
    def new_store(self, folder: Path) -> Store:
        return InMemoryStore()


class TestInMemoryUnitOfWork(UnitOfWorkContract):
    def new_store(self, folder: Path) -> Store:
        return InMemoryStore()


class TestInMemoryFeed(EventFeedContract):
    def new_store(self, folder: Path) -> Store:
        return InMemoryStore()


class TestInMemoryJournal(JournalContract):
    def new_store(self, folder: Path) -> Store:
        return InMemoryStore()


class TestInMemoryReferences(ReferenceNumbersContract):
    def new_store(self, folder: Path) -> Store:
        return InMemoryStore()
