"""Ce qui échoue, et doit dire pourquoi : lancé à part, son échec est attendu."""

from __future__ import annotations

from typing import ClassVar

import pytest
from guichet.store import LoggedStore

from reclamation_core import CaseState, Desk
from reclamation_core.testing.contracts import Capability, OpenStore, StoreContract
from reclamation_core.testing.sabotage import sabotage
from reclamation_core.testing.scenarios import given


class TestForgetfulStore(StoreContract):
    unsupported: ClassVar = dict.fromkeys(Capability, "il est en mémoire")

    @pytest.fixture
    def open_store(self) -> OpenStore:
        return lambda: LoggedStore(sabotage("reuses_a_reference").open())


def test_a_history_that_goes_otherwise(desk: Desk) -> None:
    given(desk).a_complaint().then(state=CaseState.CLOSED)
