"""The adapter for databases satisfies every contract rule on PostgreSQL."""

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.testing.contracts import OpenStore
from tests.contracts.tampering import DatabaseContract
from tests.databases import emptied

pytestmark = pytest.mark.postgresql


class TestPostgreSqlStore(DatabaseContract):
    @pytest.fixture
    def open_store(self) -> OpenStore:
        url = emptied()
        return lambda: SqlAlchemyStore.open(url)
