"""The shipped properties of a desk on each store, under an edition with acknowledgement of receipt.

In `make test` the docstring of `check_desk_properties` checks them all in memory, with few examples.
"""

from collections.abc import Callable

import pytest

from reclamation_core.desk import Desk
from reclamation_core.policy import AcknowledgementParameters, Parameters, Policy
from reclamation_core.testing.properties import Property, desk_properties
from reclamation_core.testing.properties.case import MakeDesk
from tests.conftest import briefly
from tests.unit.desk.factories import SITES

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
