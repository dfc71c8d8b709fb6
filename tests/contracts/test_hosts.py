"""The adapter for databases satisfies every contract rule within the transaction that an application has begun."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.testing.contracts import Capability, OpenStore, StoreContract
from tests.hosts import HOSTS

pytestmark = pytest.mark.slow

# A connection with settings of its own has all that an ordinary one has, and test_postgresql.py runs the statements of
# PostgreSQL: `make soak` runs the others too.
ALL: Final = [
    "sqlite3, odd",
    *(
        pytest.param(name, marks=pytest.mark.soak)
        for name in ("psycopg, odd", "sqlite3", "SQLAlchemy on SQLite", "psycopg")
    ),
]
_ONE_CONNECTION: Final = "a connection of the application's own is for one thread, and for as long as it is open"


class TestHostedStore(StoreContract):
    unsupported: ClassVar = {
        Capability.THREADS: _ONE_CONNECTION,
        Capability.SHARING: _ONE_CONNECTION,
        Capability.REOPENING: _ONE_CONNECTION,
    }

    @pytest.fixture(params=ALL)
    def open_store(self, request: Any, tmp_path: Path) -> Iterator[OpenStore]:
        host = HOSTS[request.param](tmp_path)
        host.begin()
        yield lambda: SqlAlchemyStore.from_connection(host.connection)
        host.rollback()
        host.close()
