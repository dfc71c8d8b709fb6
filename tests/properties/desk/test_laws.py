"""The shipped properties of a desk on each store, under an edition with acknowledgement of receipt."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

import pytest

from reclamation_core.desk import Desk
from reclamation_core.policy import AcknowledgementParameters, Parameters, Policy
from reclamation_core.testing.laws import Law, MakeDesk, desk_laws
from tests.conftest import briefly
from tests.unit.desk.factories import SITES

POLICY = Policy(edition="M2-1", parameters=Parameters(acknowledgement=AcknowledgementParameters(days=2)))
MAKERS: dict[str, Callable[[], Desk]] = {
    "memory": lambda: Desk.in_memory(policy=POLICY, sites=SITES),
    "SQLite": lambda: Desk.open("sqlite://", policy=POLICY, sites=SITES),
}


@pytest.mark.parametrize("store", MAKERS)
@pytest.mark.parametrize("law", desk_laws(), ids=str)
def test_a_desk_has_the_property(law: Law[MakeDesk], store: str) -> None:
    with nullcontext() if store == "memory" else briefly():  # test_stores_agree compares the stores
        law.check(MAKERS[store])
