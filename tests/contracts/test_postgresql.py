"""The adapter for databases keeps every promise of the ports on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from reclamation_core.ports import Store
from tests.contracts.cases import CaseRepositoryContract
from tests.contracts.feed import EventFeedContract
from tests.contracts.journal import JournalContract
from tests.contracts.plans import PlanRepositoryContract
from tests.contracts.queries import CaseQueryContract
from tests.contracts.references import ReferenceNumbersContract
from tests.contracts.unit_of_work import UnitOfWorkContract
from tests.databases import postgresql_store


class TestPostgreSqlCases(CaseRepositoryContract):
    def new_store(self, folder: Path) -> Store:
        return postgresql_store()


class TestPostgreSqlQueries(CaseQueryContract):
    def new_store(self, folder: Path) -> Store:
        return postgresql_store()


class TestPostgreSqlPlans(PlanRepositoryContract):
    def new_store(self, folder: Path) -> Store:
        return postgresql_store()


class TestPostgreSqlUnitOfWork(UnitOfWorkContract):
    def new_store(self, folder: Path) -> Store:
        return postgresql_store()


class TestPostgreSqlFeed(EventFeedContract):
    def new_store(self, folder: Path) -> Store:
        return postgresql_store()


class TestPostgreSqlJournal(JournalContract):
    def new_store(self, folder: Path) -> Store:
        return postgresql_store()


class TestPostgreSqlReferences(ReferenceNumbersContract):
    def new_store(self, folder: Path) -> Store:
        return postgresql_store()
