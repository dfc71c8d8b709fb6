"""The adapter for databases satisfies every contract rule within the transaction that an application has begun."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.testing.contracts import Capability, OpenStore, StoreContract
from tests.hosts import HOSTS

pytestmark = pytest.mark.slow

_ONE_CONNECTION: Final = "a connection of the application's own is for one thread, and for as long as it is open"


class TestHostedStore(StoreContract):
    unsupported: ClassVar = {
        Capability.THREADS: _ONE_CONNECTION,
        Capability.SHARING: _ONE_CONNECTION,
        Capability.REOPENING: _ONE_CONNECTION,
    }

    @pytest.fixture(params=["sqlite3", "sqlite3, odd", "SQLAlchemy on SQLite", "psycopg", "psycopg, odd"])
    def open_store(self, request: Any, tmp_path: Path) -> Iterator[OpenStore]:
        host = HOSTS[request.param](tmp_path)
        host.begin()
        yield lambda: SqlAlchemyStore.from_connection(host.connection)
        host.rollback()
        host.close()
