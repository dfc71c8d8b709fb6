"""Random commands leave a consistent database: `soak/verify_lives.py` runs ten thousand."""

import os
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.testing.builders import FakeClock
from tests.databases import memory_store, postgresql_store
from tests.properties.desk.differential import a_desk
from tests.properties.desk.random_lives import live_and_verify
from tests.unit.desk.factories import at

STORES: dict[str, Callable[[], SqlAlchemyStore]] = {"sqlite": memory_store, "postgresql": postgresql_store}
EXAMPLES = 100 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 5


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
def test_random_lives_leave_a_consistent_database(kind: str, seed: int) -> None:
    clock, store = FakeClock(at(1)), STORES[kind]()
    try:
        assert live_and_verify(a_desk(store, clock), clock, Random(seed), 4, Counter()) == []  # noqa: S311
    finally:
        store.close()
