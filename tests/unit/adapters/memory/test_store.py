"""The memory store's own behaviour, in addition to the contracts of the ports."""

import time

import pytest

from reclamation_core.adapters import InMemoryStore
from reclamation_core.ports import CaseQuery, Store
from reclamation_core.testing.contracts.samples import a_case, insert


def test_it_is_a_store_and_two_of_them_share_nothing() -> None:
    assert isinstance(InMemoryStore(), Store)
    one, two = InMemoryStore(), InMemoryStore()
    insert(one, a_case())
    one.sequences.next("R-2026")
    with two.unit_of_work() as unit:
        assert unit.cases.count(CaseQuery()) == 0
    assert (two.feed.read(), two.sequences.next("R-2026")) == ((), 1)


def test_the_log_of_a_snapshot_goes_on_where_the_log_was() -> None:
    store = InMemoryStore()
    insert(store, a_case())
    size = store.log.extend()
    with store.snapshot() as snapshot:
        assert (size, snapshot.log.extend(), len(snapshot.log.read())) == (1, 1, 1)


def test_before_a_decision_is_made_again_the_store_waits_as_long_as_it_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    InMemoryStore().pause(0.25)
    assert waited == [0.25]
