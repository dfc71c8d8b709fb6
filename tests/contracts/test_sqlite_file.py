"""The adapter for databases satisfies every contract rule in an SQLite file."""

from pathlib import Path

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy import Settings
from reclamation_core.ports import Store
from reclamation_core.testing.contracts import OpenStore
from tests.contracts.tampering import DatabaseContract
from tests.databases import sqlite_file

# SQLite's busy handler polls, so a waiting writer can lose to the others until they have all finished. On a disk that
# stalls at each fsync that takes longer than the default of 10 seconds. No rule cuts the power: none needs fsync.
_PATIENT = Settings(wait=60, durable=False)


class TestSqliteFileStore(DatabaseContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        self.folder = tmp_path
        address = sqlite_file(tmp_path)
        return lambda: SqlAlchemyStore.open(address, _PATIENT)

    def files(self, store: Store) -> list[Path]:
        return [self.folder]
