"""A store on each database, for the sentences that hold on both."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from tests.databases import postgresql_store, sqlite_file

MAKERS: dict[str, Callable[[Path], SqlAlchemyStore]] = {
    "sqlite": lambda folder: SqlAlchemyStore.open(sqlite_file(folder)),
    "postgresql": lambda _: postgresql_store(),
}


@pytest.fixture(params=MAKERS)
def store(request: Any, tmp_path: Path) -> Iterator[SqlAlchemyStore]:
    store = MAKERS[request.param](tmp_path)
    yield store
    store.close()


@pytest.fixture
def on_postgresql() -> Iterator[SqlAlchemyStore]:
    store = postgresql_store()
    yield store
    store.close()
