"""A used number is skipped: after a partial restore a sequence may be behind the cases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.adapters import InMemoryStore, SqlAlchemyStore
from reclamation_core.desk import Registration
from reclamation_core.ports import Store
from reclamation_core.testing.contracts.samples import a_case, desk_on, insert
from tests.unit.desk.factories import facts, registered


@pytest.fixture(params=["memory", "sqlite"])
def store(request: Any, tmp_path: Path) -> Iterator[Store]:
    in_memory = request.param == "memory"
    store: Store = InMemoryStore() if in_memory else SqlAlchemyStore.open(f"sqlite:///{tmp_path}/reclamations.db")
    yield store
    store.close()


def test_registering_takes_the_next_free_number(store: Store) -> None:
    desk = desk_on(store)
    insert(store, a_case(1), a_case(2), a_case(4))
    assert [registered(desk).reference[-1] for _ in range(3)] == ["3", "5", "6"]
    assert [desk.cases.get(f"R-2026-00000{number}").version for number in (1, 2, 4)] == [1, 1, 1]


def test_registering_many_takes_free_numbers(store: Store) -> None:
    desk = desk_on(store)
    insert(store, a_case(1), a_case(4))
    asked = [Registration(facts=facts(), site="CRE", source=f"mail-{number}") for number in range(3)]
    entered = list(desk.register_many(asked))
    assert [(one.is_new, one.case and one.case.reference) for one in entered] == [
        (True, f"R-2026-00000{number}") for number in (7, 8, 9)
    ]
    assert desk.cases.count() == 5
