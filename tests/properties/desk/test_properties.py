"""The shipped properties of a desk on each store, under an edition with acknowledgement of receipt.

In `make test` the docstring of `check_desk_properties` checks them all in memory, with few examples.
"""

import os
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.desk import Desk
from reclamation_core.policy import AcknowledgementParameters, Parameters, Policy
from reclamation_core.testing.builders import FakeClock
from reclamation_core.testing.properties import Property, desk_properties
from reclamation_core.testing.properties.case import MakeDesk
from tests.conftest import briefly
from tests.databases import memory_store, postgresql_store
from tests.properties.desk.differential import a_desk
from tests.properties.desk.random_lives import live_and_verify
from tests.unit.desk.factories import SITES, at

POLICY = Policy(edition="M2-1", parameters=Parameters(acknowledgement=AcknowledgementParameters(days=2)))
MAKERS: dict[str, Callable[[], Desk]] = {
    "memory": lambda: Desk.in_memory(policy=POLICY, sites=SITES),
    "SQLite": lambda: Desk.open("sqlite://", policy=POLICY, sites=SITES),
}


@pytest.mark.slow
@pytest.mark.parametrize("store", ["memory", pytest.param("SQLite", marks=pytest.mark.soak)])
@pytest.mark.parametrize("prop", desk_properties(), ids=str)
def test_a_desk_has_the_property(prop: Property[MakeDesk], store: str) -> None:
    with briefly():  # test_stores_agree compares the stores
        prop.check(MAKERS[store])


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
