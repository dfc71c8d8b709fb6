"""The adapter for databases keeps every promise of the ports in an SQLite file."""

from __future__ import annotations

from pathlib import Path

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.testing.contracts import OpenStore
from tests.contracts.tampering import DatabaseContract


class TestSqliteFileStore(DatabaseContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        return lambda: SqlAlchemyStore.open(f"sqlite:///{tmp_path}/reclamations.db")
