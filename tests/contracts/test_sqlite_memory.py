"""The adapter for databases satisfies every contract rule in an SQLite database in memory."""

from typing import ClassVar

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.testing.contracts import Capability, OpenStore
from tests.contracts.tampering import DatabaseContract

# The adapter's code is that of a file, whose contract `make test` checks.
pytestmark = pytest.mark.soak


class TestSqliteMemoryStore(DatabaseContract):
    unsupported: ClassVar = {
        Capability.REOPENING: "the database goes with its store",
        Capability.SHARING: "each store has a database of its own",
    }

    @pytest.fixture
    def open_store(self) -> OpenStore:
        return lambda: SqlAlchemyStore.open("sqlite://")
